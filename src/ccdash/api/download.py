"""The way of a browser to an export: a ticket in the link, in place of a token."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ccdash.api.answers import sent
from ccdash.api.door import Door
from ccdash.api.problems import NO_STORE, STATUS, problem_of, sentence
from ccdash.errors import CcdashError
from ccdash.export.tickets import PATH, TICKETS
from ccdash.i18n import LANGUAGES, SOURCE, translator


def route(door: Door) -> Route:
    """Of the links that the screens make."""

    def download(request: Request) -> Response:
        try:
            return sent(door, TICKETS.read(request.query_params.get("ticket", "")))
        except CcdashError as error:
            return _told(error, request.query_params.get("lang", SOURCE))
        except Exception as error:  # noqa: BLE001  # the border: each becomes an answer
            return problem_of(error)

    return Route(PATH, download, methods=["GET"])


def _told(error: CcdashError, language: str) -> Response:
    """A sentence for people, in their language."""
    spoken = translator(language if language in LANGUAGES else SOURCE)
    return PlainTextResponse(spoken.text(sentence(error)), STATUS.get(type(error), 500), NO_STORE)
