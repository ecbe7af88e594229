"""The stream of a TV: its token is its whole right, and is asked for again as long as it looks."""

from __future__ import annotations

from logging import LogRecord

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket

from ccdash.errors import CcdashError, StoreUnavailable
from ccdash.store.wallboards import Opened
from ccdash.ui.guesses import GUESSES
from ccdash.ui.source import source
from ccdash.ui.stream import GONE

LATER = 1013
"""The close code of "ask again"; after GONE nobody asks any more."""


def tells_no_address(record: LogRecord) -> bool:
    """For the log of the server: its line for each socket that was opened or refused holds the
    address, and that of a wall its token. All else is told."""
    return '"WebSocket %s"' not in str(record.msg)


async def opened_by(socket: WebSocket, token: str) -> int | None:
    """The number of the board that a token opens, the socket accepted; None when it was told to go
    away."""
    address = socket.client.host if socket.client else ""
    try:
        opened = await run_in_threadpool(_looked_up, token, address)
    except CcdashError:  # the screen says since when it hears nothing, and asks again
        await _refused(socket, LATER)
        return None
    if opened is None:
        await _refused(socket, GONE)
        return None
    await socket.accept()
    return opened.wallboard


def _looked_up(token: str, address: str) -> Opened | None:
    """Raises StoreUnavailable, also for whoever guessed too often from there."""
    walls = source().walls
    if GUESSES.wait_seconds(address) and not walls.knows(token):
        raise StoreUnavailable
    opened = walls.opened(token)
    if opened is None:
        GUESSES.was_wrong(address)
    return opened


async def _refused(socket: WebSocket, code: int) -> None:
    """A browser hears the code only of a socket that was accepted."""
    await socket.accept()
    await socket.close(code)
