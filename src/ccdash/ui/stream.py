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
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from threading import Lock
from time import monotonic
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from starlette.websockets import WebSocket, WebSocketDisconnect

from ccdash.errors import TooManyBoards
from ccdash.ui.markup import Html
from ccdash.ui.pieces import Change, changes

log = logging.getLogger(__name__)

KEPT_CHANGES = 100
"""Whoever is further behind gets the whole board."""
IDLE_SECONDS = 60.0
"""A board that nobody looks at is drawn no longer."""
OLD_SECONDS = 3.0
"""A drawing that is older is told to nobody as if it were new: the store hangs."""
MOST_BOARDS = 200
"""Drawn at once. Whoever can write addresses could ask for any number of them."""
GONE, TRY_LATER = 4403, 1013

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
        self._drawing, self._lock = Lock(), Lock()
        self._clock: Clock | None = None
        self._order = 0
        self.drawn_at = float("-inf")

    def become(self, html: Html, clock: Clock, order: int) -> None:
        """The newest drawing, unless it is of an earlier source than the last one. A number is
        given only to one that differs."""
        with self._drawing:  # two drawings are compared while others are told the one before
            if order < self._order:
                return
            found = None if self.html is None else tuple(changes(self.html, html))
            with self._lock:
                self._order, self.drawn_at = order, monotonic()
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
    """`viewers` holds what wakes each of them."""

    board: Board
    viewers: set[asyncio.Event] = field(default_factory=set)
    left_at: float = 0.0
    is_current: bool = True

    @property
    def is_told(self) -> bool:
        """Whether there is something to tell."""
        return self.is_current and monotonic() - self.board.drawn_at < OLD_SECONDS


class Boards(Generic[V, S]):
    """Every board that somebody looks at. `V` says which board (it is hashable), `S` is what all
    are drawn from; `draw` makes one from the other and may raise: then its viewers are told
    nothing, and their browsers say of when it is. `order` says which of two sources is newer: one
    that a page began with may be drawn after the next."""

    def __init__(self, draw: Callable[[V, S], Html], order: Callable[[S], int]) -> None:
        self._draw, self._order = draw, order
        self._shown: dict[V, _Shown] = {}
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def update(self, source: S, clock: Clock) -> None:
        """Draw each of them anew and tell who looks at it before the next is drawn. Called by one
        thread at a time."""
        now = monotonic()
        with self._lock:
            for variant in [v for v, one in self._shown.items() if _is_idle(one, now)]:
                del self._shown[variant]
            shown = list(self._shown.items())
        for variant, one in shown:
            self._become(variant, one, source, clock)
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._wake, one)

    @property
    def is_watched(self) -> bool:
        """Whether there is a board to draw."""
        return bool(self._shown)

    def current(self, variant: V, source: S, clock: Clock) -> tuple[int, str]:
        """The whole of a board, at once, for a page that is being made; one that nobody looks at is
        drawn for it. Raises what `draw` raises, and TooManyBoards."""
        with self._lock:
            one = self._shown.get(variant)
            if one is not None:
                one.left_at = monotonic()
        if one is None or not one.viewers or one.board.html is None:
            html = self._draw(variant, source)
            with self._lock:  # not before: nobody else is to draw what may take long the first time
                one = self._of(variant)
                one.left_at = monotonic()
            one.board.become(html, clock, self._order(source))
        return one.board.told(None)

    async def tell(
        self, socket: WebSocket, variant: V, is_good: Callable[[], bool] = lambda: True
    ) -> None:
        """Until the viewer leaves, or is no longer to see it."""
        self._loop = asyncio.get_running_loop()
        woken = asyncio.Event()
        try:
            one = self._joined(variant, woken)
        except TooManyBoards:
            await socket.close(TRY_LATER)
            return
        leaving = asyncio.ensure_future(_left(socket))
        leaving.add_done_callback(lambda _: woken.set())
        try:
            await _told(socket, one, woken, lambda: not leaving.done() and is_good())
            if not leaving.done():
                await socket.close(GONE)
        except (WebSocketDisconnect, RuntimeError):
            pass  # they left while they were told
        finally:
            leaving.cancel()
            with self._lock:
                one.viewers.discard(woken)
                one.left_at = monotonic()

    def _joined(self, variant: V, woken: asyncio.Event) -> _Shown:
        with self._lock:
            one = self._of(variant)
            one.viewers.add(woken)
            return one

    def _of(self, variant: V) -> _Shown:
        """Of this board; for a new one that goes which was left longest ago. By who holds the lock.
        Raises TooManyBoards while all are looked at."""
        one = self._shown.get(variant)
        if one is None:
            if len(self._shown) >= MOST_BOARDS:
                left = {which: each.left_at for which, each in self._shown.items()
                        if not each.viewers}  # fmt: skip
                if not left:
                    raise TooManyBoards
                del self._shown[min(left, key=left.__getitem__)]
            one = self._shown[variant] = _Shown(Board())
        return one

    def _become(self, variant: V, one: _Shown, source: S, clock: Clock) -> None:
        try:
            one.board.become(self._draw(variant, source), clock, self._order(source))
            one.is_current = True
        except Exception:
            if one.is_current:  # once, not twenty times a second
                log.exception("a board could not be drawn; its viewers are told nothing")
            one.is_current = False

    def _wake(self, one: _Shown) -> None:
        with self._lock:
            viewers = list(one.viewers)
        for woken in viewers:
            woken.set()


async def _told(
    socket: WebSocket, one: _Shown, woken: asyncio.Event, is_good: Callable[[], bool]
) -> None:
    """Each time they are woken, for as long as it is good."""
    have = _asked(socket, one.board.run)
    while is_good():
        woken.clear()  # before they are told: what is drawn meanwhile comes next
        if one.is_told:
            have, message = one.board.told(have)
            await socket.send_text(message)
        await woken.wait()


def _is_idle(one: _Shown, now: float) -> bool:
    return not one.viewers and now - one.left_at > IDLE_SECONDS


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
