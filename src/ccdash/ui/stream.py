"""The stream of the boards: drawn once for all who see the same, told to each as what changed.

A viewer is told everything when they come, and then what is different from what they have, at
least once a second with the clock. Whoever is slow has no queue: they get, when they can take it,
what turns what they have into the newest.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from threading import Lock
from time import monotonic
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from starlette.websockets import WebSocket, WebSocketDisconnect

from ccdash.ui.markup import Html
from ccdash.ui.pieces import Change, changes

log = logging.getLogger(__name__)

KEPT_CHANGES = 100
"""Whoever is further behind gets the whole board."""
IDLE_SECONDS = 60.0
"""A board that nobody looks at is drawn no longer."""
GONE = 4403

V = TypeVar("V")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Clock:
    """What the product's clock showed, and how many of its seconds a second takes."""

    now: datetime
    rate: float = 1.0


class Board:
    """One board as it was drawn last, its number, and what each number changed. Thread-safe."""

    def __init__(self) -> None:
        self.run = token_hex(4)
        """Numbers are of this board alone: one that nobody looked at begins anew."""
        self.number = 0
        self.html: Html | None = None
        self._changes: deque[tuple[int, Sequence[Change]]] = deque(maxlen=KEPT_CHANGES)
        self._told: dict[int | None, str] = {}
        self._lock = Lock()
        self._clock: Clock | None = None

    def become(self, html: Html, clock: Clock) -> None:
        """The newest drawing. A number is given only to one that differs."""
        with self._lock:
            found = None if self.html is None else tuple(changes(self.html, html))
            if found is None or found:
                self.number += 1
                self._changes.append((self.number, found or ()))
            self.html, self._clock, self._told = html, clock, {}

    def told(self, have: int | None) -> tuple[int, str]:
        """The newest number, and the message for somebody who has the number `have`; None has
        nothing."""
        with self._lock:
            key = have if self._reaches(have) else None
            if key not in self._told:
                self._told[key] = json.dumps(self._message(key), ensure_ascii=False)
            return self.number, self._told[key]

    def _reaches(self, have: int | None) -> bool:
        if have is None or have > self.number:
            return False
        return have == self.number or (bool(self._changes) and self._changes[0][0] <= have + 1)

    def _message(self, have: int | None) -> Mapping[str, Any]:
        assert self.html is not None and self._clock is not None  # noqa: S101, PT018
        said = {
            "run": self.run,
            "number": self.number,
            "now": self._clock.now.timestamp(),
            "rate": self._clock.rate,
        }
        if have is None:
            return said | {"html": self.html.text}
        since = [one for number, several in self._changes if number > have for one in several]
        return said | {"from": have, "changes": [[one.path, one.html] for one in since]}


@dataclass
class _Shown:
    board: Board
    viewers: int = 0
    left_at: float = 0.0
    is_current: bool = True
    woken: asyncio.Event | None = None


class Boards(Generic[V, S]):
    """Every board that somebody looks at. `V` says which board (it is hashable), `S` is what all
    are drawn from; `draw` makes one from the other and may raise: then its viewers are told
    nothing, and their browsers say of when it is."""

    def __init__(self, draw: Callable[[V, S], Html]) -> None:
        self._draw = draw
        self._shown: dict[V, _Shown] = {}
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def update(self, source: S, clock: Clock) -> None:
        """Draw all of them anew and tell who looks. Called by one thread at a time."""
        now = monotonic()
        with self._lock:
            for variant in [v for v, one in self._shown.items() if _is_idle(one, now)]:
                del self._shown[variant]
            shown = list(self._shown.items())
        for variant, one in shown:
            self._become(variant, one, source, clock)
        if shown and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    @property
    def is_watched(self) -> bool:
        """Whether there is a board to draw."""
        return bool(self._shown)

    def current(self, variant: V, source: S, clock: Clock) -> tuple[int, str]:
        """The whole of a board, at once, for a page that is being made; one that nobody looks at is
        drawn for it. Raises what `draw` raises."""
        with self._lock:
            one = self._shown.setdefault(variant, _Shown(Board()))
            one.left_at = monotonic()
        if not one.viewers or one.board.html is None:
            one.board.become(self._draw(variant, source), clock)
        return one.board.told(None)

    async def tell(
        self, socket: WebSocket, variant: V, is_good: Callable[[], bool] = lambda: True
    ) -> None:
        """Until the viewer leaves, or is no longer to see it."""
        self._loop = asyncio.get_running_loop()
        one = self._joined(variant)
        leaving = asyncio.ensure_future(_left(socket))
        try:
            await self._told(socket, one, leaving, is_good)
        except (WebSocketDisconnect, RuntimeError):
            pass  # they left while they were told
        finally:
            leaving.cancel()
            with self._lock:
                one.viewers -= 1
                one.left_at = monotonic()

    def _joined(self, variant: V) -> _Shown:
        with self._lock:
            one = self._shown.setdefault(variant, _Shown(Board()))
            one.viewers += 1
            if one.woken is None:
                one.woken = asyncio.Event()
            return one

    async def _told(
        self,
        socket: WebSocket,
        one: _Shown,
        leaving: asyncio.Future[None],
        is_good: Callable[[], bool],
    ) -> None:
        have = _asked(socket, one.board.run)
        while not leaving.done():
            if not is_good():
                await socket.close(GONE)
                return
            woken = one.woken
            assert woken is not None  # noqa: S101  the first viewer makes it
            if one.board.html is not None and one.is_current:
                have, message = one.board.told(have)
                await socket.send_text(message)
            waiting = asyncio.ensure_future(woken.wait())
            either: set[asyncio.Future[Any]] = {waiting, leaving}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()

    def _become(self, variant: V, one: _Shown, source: S, clock: Clock) -> None:
        try:
            one.board.become(self._draw(variant, source), clock)
            one.is_current = True
        except Exception:
            if one.is_current:  # once, not twenty times a second
                log.exception("a board could not be drawn; its viewers are told nothing")
            one.is_current = False

    def _wake(self) -> None:
        with self._lock:
            shown = list(self._shown.values())
        for one in shown:
            if one.woken is not None:
                woken, one.woken = one.woken, asyncio.Event()
                woken.set()


def _is_idle(one: _Shown, now: float) -> bool:
    return one.viewers == 0 and now - one.left_at > IDLE_SECONDS


def _asked(socket: WebSocket, run: str) -> int | None:
    """What the viewer says they have, of this board."""
    params = socket.query_params
    if params.get("run") != run or not params.get("have", "").isdecimal():
        return None
    return int(params["have"])


async def _left(socket: WebSocket) -> None:
    """Done when they are gone; what they say is not heard."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


def is_of_this_site(socket: WebSocket) -> bool:
    """Whether the page that opens the stream came from here; a browser says so itself."""
    origin = socket.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == socket.headers.get("host")
