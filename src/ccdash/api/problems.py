"""What goes wrong, as RFC 9457 tells it to programs: a status and one sentence."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from secrets import token_hex

from starlette.responses import JSONResponse, Response

from ccdash.errors import (
    BadInput,
    BadQuery,
    BadSettings,
    CcdashError,
    EmbeddedUnavailable,
    LinkTooOld,
    StoreBusy,
    StoreTooNew,
    StoreTooOld,
    StoreUnavailable,
)
from ccdash.store.access_log import NotLogged

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "5"
NO_STORE = {"Cache-Control": "no-store"}
STATUS: Mapping[type[CcdashError], HTTPStatus] = {
    BadQuery: HTTPStatus.BAD_REQUEST,
    BadSettings: HTTPStatus.BAD_REQUEST,  # of an asker: a time zone that is none
    BadInput: HTTPStatus.BAD_REQUEST,
    LinkTooOld: HTTPStatus.FORBIDDEN,
    StoreBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreTooOld: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreTooNew: HTTPStatus.SERVICE_UNAVAILABLE,
    EmbeddedUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    NotLogged: HTTPStatus.SERVICE_UNAVAILABLE,
}


def problem(
    status: HTTPStatus, sentence: str, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer that says in one sentence why there is no other."""
    told = {"type": "about:blank", "title": status.phrase, "status": status, "detail": sentence}
    both = {**NO_STORE, **(headers or {})}
    return JSONResponse(told, status, both, media_type=MEDIA_TYPE)


def problem_of(error: Exception) -> Response:
    """Of an error of ours; of any other one the cause goes to the log, a reference to the asker."""
    if not isinstance(error, CcdashError):
        reference = token_hex(3)
        log.error("reference %s", reference, exc_info=error)
        told = f"This is a bug in ccdash: its log says the cause, at the reference {reference}."
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, told)
    status = STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("%s: %s", type(error).__name__, error)
    is_away = status is HTTPStatus.SERVICE_UNAVAILABLE
    return problem(status, sentence(error), {"Retry-After": RETRY_SECONDS} if is_away else None)


def sentence(error: CcdashError) -> str:
    """What a driver added to our words (addresses, names of users) stays in the log."""
    ours = " ".join((type(error).__doc__ or "").split())
    return ours if str(error).startswith(ours) else str(error)
