"""The stream of a TV: its token is its whole right, and is asked for again as long as it looks."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket

from ccdash.errors import CcdashError
from ccdash.ui.guesses import GUESSES
from ccdash.ui.source import source
from ccdash.ui.stream import GONE

LATER = 1013
"""The close code of "ask again"; after GONE nobody asks any more."""


async def opened_by(socket: WebSocket, token: str) -> int | None:
    """The number of the board that a token opens, the socket accepted; None when it was told to go
    away."""
    address = socket.client.host if socket.client else ""
    if GUESSES.wait_seconds(address) and not source().walls.knows(token):
        await _refused(socket, LATER)
        return None
    try:
        opened = await run_in_threadpool(source().walls.opened, token)
    except CcdashError:  # the store is away: the screen says so and asks again
        await _refused(socket, LATER)
        return None
    if opened is None:
        GUESSES.was_wrong(address)
        await _refused(socket, GONE)
        return None
    await socket.accept()
    return opened.wallboard


async def _refused(socket: WebSocket, code: int) -> None:
    """A browser hears the code only of a socket that was accepted."""
    await socket.accept()
    await socket.close(code)
