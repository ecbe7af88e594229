"""The boards of this process: which there are, how each is drawn, who may see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import token_bytes
from threading import Lock
from weakref import WeakKeyDictionary

from itsdangerous import BadData, URLSafeSerializer
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from ccdash.errors import LinkTooOld
from ccdash.i18n import translator
from ccdash.live.hub import Snapshot
from ccdash.ui.live_screen import now_html
from ccdash.ui.look import Look
from ccdash.ui.markup import Html, tag
from ccdash.ui.source import Source, source
from ccdash.ui.stream import Boards, Clock, is_of_this_site
from ccdash.ui.team_screen import Asked, Heard, team_html
from ccdash.ui.wall_live import COLOURS
from ccdash.ui.wall_stream import opened_by
from ccdash.views.scope import Scope

PATH = "/stream"
REFUSED = 4401
WALL = "wall"


@dataclass(frozen=True, slots=True)
class Variant:
    """What somebody looks at: a screen, what it is narrowed to, in which language. Those who look
    at the same have one board."""

    screen: str
    params: tuple[tuple[str, str], ...]
    language: str

    @classmethod
    def of(cls, screen: str, params: Mapping[str, str], language: str) -> Variant:
        """Of the parameters of an address."""
        return cls(screen, tuple(sorted(params.items())), language)


class Tickets:
    """A page gives its viewer a ticket for the board that it shows: the stream asks for nothing
    else, and draws no board that no page has shown."""

    def __init__(self, secret: bytes) -> None:
        self._signed = URLSafeSerializer(secret, salt="ccdash.stream")

    def issue(self, variant: Variant) -> str:
        """The same for the same board, so that a page that is drawn anew keeps its stream."""
        return str(self._signed.dumps([variant.screen, dict(variant.params), variant.language]))

    def read(self, ticket: str) -> Variant:
        """Raises LinkTooOld for one that was changed or is of another process."""
        try:
            screen, params, language = self._signed.loads(ticket)
        except BadData as cause:
            raise LinkTooOld from cause
        return Variant.of(screen, params, language)


def drawn(variant: Variant, snapshot: Snapshot) -> Html:
    """The board. Raises the snapshot's error when there has not been any floor."""
    if variant.screen == WALL:
        return COLOURS.drawn(int(dict(variant.params)["board"]), snapshot) or tag("div")
    look = Look(translator(variant.language), source().settings.zone, source().targets)
    params = dict(variant.params)
    if variant.screen == "team":
        return team_html(snapshot, _heard(Asked.read(params)), look)
    scope = Scope.from_params(params)
    return now_html(snapshot, source().comparisons.latest(), look, scope)


def _heard(asked: Asked) -> Heard:
    day = source().days.latest(asked.person) if asked.person else None
    return Heard(asked, source().states.latest(), day)


def clock() -> Clock:
    """The product's."""
    return Clock(source().now(), source().rate())


def clock_of(snapshot: Snapshot) -> Clock:
    """The product's; while nothing newer can be read it stands, and what waited then waits no
    longer on the screen."""
    if snapshot.error is None or snapshot.floor is None:
        return clock()
    return Clock(snapshot.floor.as_of, 0.0)


class LiveBoards:
    """Every board of a process, which its hub has drawn for as long as somebody looks."""

    def __init__(self, of: Source) -> None:
        self.boards: Boards[Variant, Snapshot] = Boards(drawn, lambda one: one.number)
        self._hub = of.hub
        self._end: Callable[[], None] | None = None
        self._lock = Lock()

    def first(self, variant: Variant, snapshot: Snapshot) -> str:
        """What a page is told of its board before the stream. Raises the snapshot's error when
        there has not been any floor."""
        told = self.boards.current(variant, snapshot, clock_of(snapshot))[1]
        self._watch()  # after it is there, or the hub may just have stopped for want of any
        return told

    async def tell(
        self, socket: WebSocket, variant: Variant, is_good: Callable[[], bool] = lambda: True
    ) -> None:
        """One viewer of one board, until they leave."""
        self._watch()
        await self.boards.tell(socket, variant, is_good)

    def _watch(self) -> None:
        with self._lock:
            if self._end is None:
                self._end = self._hub.subscribe(self._update)

    def _update(self, snapshot: Snapshot) -> None:
        self.boards.update(snapshot, clock_of(snapshot))
        with self._lock:
            if self._end is not None and not self.boards.is_watched:
                self._end()
                self._end = None


def live_boards() -> LiveBoards:
    """Those of this process."""
    with _MAKING:
        if source() not in _OF:
            _OF[source()] = LiveBoards(source())
        return _OF[source()]


async def stream(socket: WebSocket) -> None:
    """One viewer of one board."""
    token = socket.query_params.get("wall")
    if token is not None and is_of_this_site(socket):
        number = await opened_by(socket, token)
        if number is not None:
            of = Variant.of(WALL, {"board": str(number)}, "")
            await live_boards().tell(socket, of, lambda: source().walls.holds(token))
        return
    try:
        variant = TICKETS.read(socket.query_params.get("ticket", ""))
    except LinkTooOld:
        await socket.accept()
        await socket.close(REFUSED)
        return
    if not is_of_this_site(socket):
        await socket.close()
        return
    await socket.accept()
    await live_boards().tell(socket, variant)


TICKETS = Tickets(token_bytes(32))
_OF: WeakKeyDictionary[Source, LiveBoards] = WeakKeyDictionary()
_MAKING = Lock()
route = WebSocketRoute(PATH, stream)
