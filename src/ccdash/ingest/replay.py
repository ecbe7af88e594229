"""A finished log, played into a store as if it happened now.

The store's clock (store/simulation.py) shows the log's own time and runs as fast as is asked for;
what has happened by then is told through `record`, in small transactions. How far it came is what
the clock showed at its last beat, which is kept with the events. So a replay that is cut off,
however hard, goes on from there; what is told once more changes nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from operator import attrgetter
from pathlib import Path
from zoneinfo import ZoneInfo

from ccdash.errors import BadQuery, CcdashError, StoreBusy
from ccdash.ingest import batches
from ccdash.ingest.batches import ImportBatch, RejectedLine
from ccdash.ingest.events import Event
from ccdash.ingest.files import ParserFactory, alone
from ccdash.ingest.lines import LineFile, opened
from ccdash.ingest.record import record
from ccdash.ingest.script import Script
from ccdash.store import simulation
from ccdash.store.coverage import coverage
from ccdash.store.engine import Store, translated
from ccdash.store.simulation import ANOTHER, NO_SEED, PATIENCE, Simulation

SHORTEST_SECONDS = 0.05
"""What happens within is told at once."""
BEAT_SECONDS = 5.0
_MOMENT = timedelta(microseconds=1)
_at = attrgetter("at")


@dataclass(frozen=True)
class Order:
    """What to play: from the instant `start` (without, that of the first line) to `end`, itself not
    included (without, the end of that day by the zone's clock). `names` are told ahead of all.
    `is_beside`: into a store that holds other data, all of it older."""

    path: Path
    parser_factory: ParserFactory
    zone: ZoneInfo
    start: datetime | None = None
    end: datetime | None = None
    speed: float = 60.0
    region: str | None = None
    names: Sequence[Event] = ()
    is_beside: bool = False


@dataclass(frozen=True)
class Watch:
    """Who plays it: the wall's clock, how to wait (seconds), when to stop, and whom to show what
    the clock shows and how many events were told by it."""

    wall: Callable[[], datetime]
    sleep: Callable[[float], None]
    should_stop: Callable[[], bool]
    show: Callable[[datetime, int], None]


@dataclass(frozen=True)
class Played:
    """From when to when a log was played, how many events were told, the lines of the log that are
    none, and whether all that was asked for is told."""

    start: datetime
    end: datetime
    told: int
    rejected: Sequence[RejectedLine]
    is_whole: bool


def play(store: Store, order: Order, watch: Watch) -> Played:
    """Play a log, or go on where an earlier replay of it stopped, until its end or a stop. Raises
    BadInput for a file that cannot be read, BadQuery for times of which it tells nothing, and
    CcdashError for a store that holds anything else."""
    source = order.parser_factory({}).source
    with opened(order.path) as file, translated(), alone(store.engine, source, file):
        replay = Replay(store, order, file)
        replay.begin(watch.wall)
        try:
            while replay.ahead and not watch.should_stop():
                seconds = replay.step(watch.wall())
                watch.show(replay.at, replay.told)
                watch.sleep(seconds)
        finally:
            with suppress(CcdashError):
                replay.stand_still(watch.wall())
    return Played(replay.start, replay.at, replay.told, replay.rejected, not replay.ahead)


class Replay:
    """One run over one log: `begin`, `step` while there is anything `ahead`, `stand_still`. When it
    is made it reads the log, refuses what it will not play, and writes nothing. `at` is how far it
    came."""

    def __init__(self, store: Store, order: Order, file: LineFile) -> None:
        self._store, self._order = store, order
        self._script = Script(file, order.parser_factory)
        self._batch = self._earlier()
        self.start = self.at = self._beginning()
        self._last = self._end()
        self.ahead, self.rejected = self._script.after(self.start, self._last)
        self.told = 0
        if not self.ahead:
            raise BadQuery(
                f"{file.name} tells of nothing between {self._local(self.start)} and "
                f"{self._local(self._last)}; its first line is of "
                f"{self._local(self._script.first_at())}."
            )

    def begin(self, wall: Callable[[], datetime]) -> None:
        """Tell what had happened before, with a clock that stands; then let it run."""
        at = wall()
        with self._store.transaction() as connection:
            if self._batch is None:
                script = self._script
                self._batch = batches.begin(connection, script.file, script.source, at)
            simulation.begin(connection, self._clock(at, at - PATIENCE))
        for events in ([*self._order.names], *self._script.before(self.start)):
            if events:
                self._tell(events, None)
        self.told, at = 0, wall()
        self._standing = self._clock(at, at)
        with self._store.transaction() as connection:
            simulation.begin(connection, self._standing)

    def step(self, wall: datetime) -> float:
        """Tell what has happened by now; gives the seconds until there is more to tell. What must
        wait too long for somebody else's work is told a moment later."""
        now = min(self._standing.shown(wall), self._last)
        due = bisect_right(self.ahead, now, key=_at)
        with suppress(StoreBusy):
            self._tell([one.event for one in self.ahead[:due]], wall)
            del self.ahead[:due]
            self.at = now
        if not self.ahead:
            return 0.0
        away = (self.ahead[0].at - now).total_seconds() / self._order.speed
        return min(max(away, SHORTEST_SECONDS), BEAT_SECONDS)

    def stand_still(self, wall: datetime) -> None:
        """Nobody turns the clock from now on: it stands where the telling is."""
        with self._store.transaction() as connection:
            simulation.stop(connection, self.at, wall)

    def _tell(self, events: Sequence[Event], wall: datetime | None) -> None:
        """Keep the events, and with `wall` that the clock has come there: both or neither."""
        assert self._batch is not None  # noqa: S101  `begin` has made it
        at = self.at if wall is None else self._standing.shown(wall)
        with self._store.transaction() as connection:
            batch = self._batch
            counts = record(
                connection,
                events,
                received_at=at,
                batch_id=batch.batch_id,
                region=self._order.region,
            )
            batch = replace(
                batch,
                read=batch.read + len(events),
                kept=batch.kept + counts.kept,
                duplicate=batch.duplicate + counts.duplicate,
            )
            batches.advance(connection, batch, ())
            if wall is not None:
                simulation.beat(connection, wall)
        self._batch = batch
        self.told += len(events)

    def _clock(self, wall: datetime, beat: datetime) -> Simulation:
        """It shows where the replay begins."""
        return Simulation(NO_SEED, self.start, wall, self._order.speed, 0, 0, beat)

    # Whether, from when and how far ---------------------------------------------------------------

    def _earlier(self) -> ImportBatch | None:
        """What an earlier replay of this log has told. Raises CcdashError for any other store that
        is not empty."""
        standing, script = simulation.standing(self._store), self._script
        if standing is None:
            return None
        if not standing.is_replay:
            simulation.refuse_demo(self._store)
        with self._store.transaction() as connection:
            found = batches.unfinished(connection, script.file, script.source)
        if found is None:
            raise CcdashError(
                "This store holds the replay of another log: this one needs a store of its own, "
                + ANOTHER
            )
        return found

    def _beginning(self) -> datetime:
        """Where to begin, or to go on. Raises CcdashError when the clock would go back."""
        standing, start = simulation.standing(self._store), self._order.start
        if standing is not None:
            reached = standing.shown(standing.beat_at)
            return max(reached, start or reached)
        start = start or self._script.first_at()
        held = coverage(self._store)
        if not held.is_empty and not self._order.is_beside:
            raise CcdashError(
                "This store holds other data, and a replay turns its clock: say --beside, or use "
                f"a store of its own, {ANOTHER}"
            )
        if held.newest_at is not None and held.newest_at >= start:
            raise CcdashError(
                f"This store has come to {self._local(held.newest_at)}: a replay begins after "
                f"that, not at {self._local(start)}."
            )
        return start

    def _end(self) -> datetime:
        """The last moment that is played. Raises BadQuery when it is played already."""
        local = (self._order.start or self.start).astimezone(self._order.zone)
        midnight = datetime.combine(local.date() + timedelta(days=1), time(), self._order.zone)
        end = (self._order.end or midnight).astimezone(self.start.tzinfo)
        if end - _MOMENT <= self.start:
            raise BadQuery(
                f"{self._script.file.name} is to be played from {self._local(self.start)} to "
                f"{self._local(end)}, where nothing is left: name a later --to."
            )
        return end - _MOMENT

    def _local(self, at: datetime) -> str:
        return f"{at.astimezone(self._order.zone):%Y-%m-%d %H:%M:%S}"
