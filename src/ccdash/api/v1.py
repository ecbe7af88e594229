"""The first version of the API: its addresses, and who may ask."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from ccdash.api.asked import Asked
from ccdash.api.door import Door
from ccdash.api.endpoints import DOCUMENT, ENDPOINTS, ROOT, Endpoint
from ccdash.api.openapi import document
from ccdash.api.problems import problem, problem_of
from ccdash.store import tokens

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="ccdash"'}


def mount(door: Door) -> Mount:
    """Everything below ROOT; what is not there is told as a problem, too."""
    made = [Route(one.path, _served(door, one), methods=["GET"]) for one in ENDPOINTS]
    document = Route(DOCUMENT, _document, methods=["GET"])
    return Mount(ROOT, routes=[*made, document, Route("/{rest:path}", _nothing)])


def _served(door: Door, endpoint: Endpoint) -> Callable[[Request], Response]:
    """Not a coroutine: Starlette calls it in a thread, where reading may take its time."""

    def answer(request: Request) -> Response:
        try:
            who = _who(door, request.headers.get("authorization", ""))
            if isinstance(who, Response):
                return who
            params, known = request.query_params, endpoint.parameters
            return endpoint.answer(door, Asked.read(request.path_params, params, known, who))
        except Exception as error:  # noqa: BLE001  # the border: each becomes an answer
            return problem_of(error)

    return answer


def _who(door: Door, authorization: str) -> str | Response:
    """The program that asks, by the name of its token; or why it is not heard."""
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        told = (
            "Send a token, as in `Authorization: Bearer ccdash_...`; `ccdash token add` makes one."
        )
        return problem(HTTPStatus.UNAUTHORIZED, told, CHALLENGE)
    name = tokens.name_of(door.store(), token.strip())
    if name is not None:
        return f"token {name}"
    refused = {"WWW-Authenticate": CHALLENGE["WWW-Authenticate"] + ', error="invalid_token"'}
    return problem(HTTPStatus.UNAUTHORIZED, "This token is not known, or was revoked.", refused)


def _document(_request: Request) -> Response:
    return JSONResponse(document())


def _nothing(_request: Request) -> Response:
    told = f"There is nothing here; {ROOT}{DOCUMENT} tells what there is."
    return problem(HTTPStatus.NOT_FOUND, told)
