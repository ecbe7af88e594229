"""What the walls of a process need beside the floor: which links hold, the figures of the day, and
whether the centre is open. Each is read once, however many screens look.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TypeAlias, TypeVar

from ccdash.calendars import ALWAYS, Calendar
from ccdash.errors import BadQuery, CcdashError
from ccdash.live.kept import Awaited, Kept, nobody_waits
from ccdash.live.patience import Patience
from ccdash.metrics import METRICS
from ccdash.query import Filters, Period, Query
from ccdash.settings import zone
from ccdash.store import calendars, history, wallboards
from ccdash.store.engine import Store
from ccdash.store.heard import heard
from ccdash.store.tokens import fingerprint
from ccdash.store.wallboards import Board, Opened
from ccdash.vocabulary import Channel, Grain

LINKS, HEARD, FIGURES, CALENDARS = (timedelta(seconds=one) for one in (1, 5, 15, 300))
MOST_KEPT = 256
"""Questions whose answers are kept, and tokens that were opened; a centre has a few boards."""

Links: TypeAlias = tuple[datetime, Mapping[str, Opened]]
"""Those that held then, by the fingerprints of their tokens."""
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which metrics of which part of the centre, since which minute of the day."""

    metrics: tuple[str, ...]
    filters: Filters = ()
    starts_minute: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """Its value, and of how many rows it speaks; None for both where nothing is known yet."""

    value: float | None = None
    n: int | None = None
    is_measured: bool = True


@dataclass(frozen=True, slots=True)
class Process:
    """How a process reaches its store: the zone's name, the product's clock, the real one."""

    store: Callable[[], Store]
    timezone: Callable[[], str]
    clock: Callable[[], datetime]
    real_clock: Callable[[], datetime]


class Walls:
    """One a process. Thread-safe."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._finding, self._marking = Patience(), Patience(at_once=1)
        self._listing = Patience(at_once=1)
        self._links = Kept(self._living, process.real_clock, LINKS)
        self._found: OrderedDict[str, tuple[datetime, Opened]] = OrderedDict()
        self._hours = Kept(
            lambda _: _in_use(process.store()), process.clock, CALENDARS, awaited=Awaited.NEVER
        )
        self._heard = Kept(
            lambda at: heard(process.store(), at), process.clock, HEARD, awaited=Awaited.NEVER
        )
        self._figures: OrderedDict[Asked, Kept[Mapping[str, Figure]]] = OrderedDict()

    def opened(self, token: str) -> Opened | None:
        """What a token opens, looked up in the store; while that is away or hangs, as was known
        last. Raises StoreUnavailable for a token of which nothing was."""
        name, at = fingerprint(token), self._process.real_clock()
        try:
            found = self._asked(self._finding, lambda store: wallboards.find(store, token, at))
        except CcdashError:
            known = self._as_last_read(name, self._last_links())
            if known is None:
                raise
            return known if at < known.expires_at else None
        if found is None:
            self._found.pop(name, None)
        else:
            _put(self._found, name, (at, found))
        return found

    def seen(self, opened: Opened) -> None:
        """A screen has shown itself. A store that is away does not hear of it."""
        at = self._process.real_clock()
        with suppress(CcdashError):
            self._asked(self._marking, lambda store: wallboards.seen(store, opened, at))

    def knows(self, token: str) -> bool:
        """Whether it opens a board, or opened one here before: one read a second, however many
        ask."""
        name, known = fingerprint(token), self._links.latest()
        return name in self._found or (known is not None and name in known[1])

    def holds(self, token: str) -> bool:
        """Whether a token that was `opened` still opens its board: one read a second for all of
        them, never awaited. While the store is away they hold until they expire."""
        kept = self._last_links()
        found = self._as_last_read(fingerprint(token), kept)
        if found is None:
            return kept is None
        return self._process.real_clock() < found.expires_at

    def board(self, wallboard: int) -> Board | None:
        """The board of this number as it looks now; None when no link opens it."""
        kept = self._last_links()
        opened = [
            *(kept[1].values() if kept else ()),
            *(one for _, one in tuple(self._found.values())),
        ]
        return next((one.board for one in opened if one.wallboard == wallboard), None)

    def figures(self, asked: Asked) -> Mapping[str, Figure]:
        """The newest, read by a thread of its own every fifteen seconds; nothing before the first
        reading is over. A page waits a second for that, and no board that is pushed."""
        if not asked.metrics:
            return {}
        kept = self._figures.get(asked)
        if kept is None:
            kept = Kept(
                lambda at: self._read(asked, at),
                self._process.clock,
                FIGURES,
                awaited=Awaited.BRIEFLY,
            )
            _put(self._figures, asked, kept)
        return kept.latest() or {}

    def heard(self) -> Mapping[Channel, datetime]:
        """When each channel was heard of last, at most five seconds ago."""
        return self._heard.latest() or {}

    def is_open(self, at: datetime) -> bool:
        """Whether any part of the centre is open; where nobody has set hours it always is."""
        found = self._hours.latest()
        return not found or any(one.is_open(at) for one in found)

    def _last_links(self) -> Links | None:
        """As they were read last, a second ago; never awaited."""
        with nobody_waits():
            return self._links.latest()

    def _as_last_read(self, name: str, kept: Links | None) -> Opened | None:
        """As the links were read last, or this one since."""
        read_at, found = self._found.get(name, (None, None))
        if kept is None or (read_at is not None and kept[0] <= read_at):
            return found
        return kept[1].get(name)

    def _living(self, at: datetime) -> Links:
        return at, self._asked(self._listing, lambda store: wallboards.living(store, at))

    def _asked(self, patience: Patience, read: Callable[[Store], V]) -> V:
        """By a store that is open: to open it may take long."""
        store = self._process.store()
        return patience.ask(lambda: read(store))

    def _read(self, asked: Asked, at: datetime) -> Mapping[str, Figure]:
        timezone = self._process.timezone()
        since = day_start(at, timezone, asked.starts_minute)
        if at <= since:
            return {}
        period = Period(since, at, timezone)
        found: dict[str, Figure] = {}
        by_fact = sorted(asked.metrics, key=lambda name: METRICS[name].fact)
        for _, names in groupby(by_fact, key=lambda name: METRICS[name].fact):
            query = Query(tuple(names), period, Grain.TOTAL, filters=asked.filters)
            found |= _answered(self._process.store(), query)
        return found


def _put(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)


def day_start(at: datetime, timezone: str, minute: int) -> datetime:
    """When the day of a board began, by the local clock."""
    local = at.astimezone(zone(timezone))
    return local.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0, fold=0)


def _answered(store: Store, query: Query) -> dict[str, Figure]:
    """A metric of people knows no queues, so that a part of the centre has none."""
    try:
        answer = history.read(store, query)
    except BadQuery:
        return {}
    row = answer.frame.row(0, named=True)
    samples = answer.frame.select(
        METRICS[name].sample_expression().alias(name) for name in query.metrics
    ).row(0, named=True)
    return {
        name: Figure(row[name], samples[name], name not in answer.not_measured)
        for name in query.metrics
    }


def _in_use(store: Store) -> Sequence[Calendar]:
    """The calendars that hold somewhere; none where nobody has set any."""
    names = {one.calendar for one in calendars.assigned(store)}
    if not names:
        return ()
    with store.transaction() as connection:
        kept = [one for one in calendars.listed(connection) if one.name in names]
    return (*kept, ALWAYS) if ALWAYS.name in names else kept
