"""What a TV opens: `/wall/TOKEN`, a plain page without a login and without a session of Streamlit.

It holds nothing but an empty board, which its script fills from the stream; the token is its whole
right. Whoever guesses is slowed down, and learns nothing of why a token opens no board.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ccdash.errors import BadSettings, CcdashError
from ccdash.i18n import SOURCE, Translator, translator
from ccdash.store.wallboards import Opened
from ccdash.ui.board_files import module_url, version
from ccdash.ui.board_words import words
from ccdash.ui.errors import sentence
from ccdash.ui.guesses import GUESSES
from ccdash.ui.markup import Html, tag, whole_page
from ccdash.ui.source import source

PATH = "/wall"
AGAIN, AGAIN_SECONDS = "again.js", 2
"""What loads the board once there is one, and how often it looks."""
HOST = re.compile(r"[\w.:\[\]-]+")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'{streams}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}


def wall_page(request: Request) -> Response:
    """The page of a TV. Its script asks for it again each minute (HEAD): so it hears of a newer
    version, and the administrator sees that the screen is on."""
    address = request.client.host if request.client else ""
    walls, token = source().walls, request.path_params["token"]
    wait = GUESSES.wait_seconds(address)
    if wait and not walls.knows(token):
        return _plain(request, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(wait)})
    try:
        opened = walls.opened(token)
    except CcdashError as error:
        return _away(request, error)
    if opened is None:
        GUESSES.was_wrong(address)
        return _plain(request, HTTPStatus.NOT_FOUND, {})
    walls.seen(opened)
    return _answer(request, HTTPStatus.OK, _board(request, opened), {"Ccdash-Version": version()})


route = Route(PATH + "/{token}", wall_page)


def _board(request: Request, opened: Opened) -> str:
    board = opened.board
    say = translator(board.language).text
    root = tag(
        "main",
        tag("div", tag("p", say("Connecting …")), cls="cc-wall-nothing"),
        id="wall",
        cls="cc-wall full",
        data_stream=f"/stream?wall={request.path_params['token']}",
        data_version=version(),
        data_words=json.dumps(_words(translator(board.language))),
    )
    return _document(board.name, board.language, root, module_url("wall.js"))


def _words(translator: Translator) -> Mapping[str, str]:
    say = translator.text
    return {
        **words(source().settings.zone, translator),
        "gone": say("This link no longer opens a board."),
        "way": say("Make a new one in ccdash, on the screen Wallboards."),
    }


def _plain(request: Request, status: HTTPStatus, headers: Mapping[str, str]) -> Response:
    language = _language()
    say = translator(language).text
    told = {
        HTTPStatus.NOT_FOUND: (
            say("This link does not open a board."),
            say("It was revoked, has expired, or was not written as it was made."),
            say("Make a new one in ccdash, on the screen Wallboards."),
        ),
        HTTPStatus.TOO_MANY_REQUESTS: (
            say("Too many wrong links were tried from here."),
            say("Wait a minute, then open the right one."),
        ),
    }[status]
    script = AGAIN if "Retry-After" in headers else None
    return _answer(request, status, _told(told, language, script), headers)


def _away(request: Request, error: CcdashError) -> Response:
    """The page asks again by itself: nobody stands beside a TV."""
    language = _language()
    say = translator(language)
    told = (sentence(error, say).replace("`", ""), say.text("This screen comes back by itself."))
    again = {"Retry-After": str(AGAIN_SECONDS)}
    page = _told(told, language, AGAIN)
    return _answer(request, HTTPStatus.SERVICE_UNAVAILABLE, page, again)


def _told(told: tuple[str, ...], language: str, script: str | None = None) -> str:
    first, *more = told
    inside = tag(
        "div",
        tag("h1", first),
        *(tag("p", one, cls="cc-wall-small") for one in more),
        cls="cc-wall-nothing",
    )
    root = tag("main", inside, cls="cc-wall full")
    return _document(first, language, root, module_url(script) if script else None)


def _document(title: str, language: str, content: Html, script: str | None = None) -> str:
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name_="viewport", content_="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("link", rel="stylesheet", href=module_url("wall.css")),
    )
    return whole_page(head, content, language, script)


def _answer(
    request: Request, status: HTTPStatus, page: str, headers: Mapping[str, str]
) -> Response:
    policy = {"Content-Security-Policy": _policy(request)}
    return HTMLResponse(page, status, {**HEADERS, **policy, **headers})


def _policy(request: Request) -> str:
    """An older browser takes 'self' for http alone, so the streams of this host are named."""
    host = request.headers.get("host", "")
    known = HOST.fullmatch(host)
    return POLICY.format(streams=f" ws://{host} wss://{host}" if known else "")


def _language() -> str:
    try:
        return source().settings.language
    except BadSettings:
        return SOURCE
