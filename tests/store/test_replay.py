"""Real logs played as if they happened now: at every moment the board counts what the log itself
says of it (log_readings.py), and in the end the store is that of an import."""

from __future__ import annotations

import gzip
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ccdash.errors import BadQuery, CcdashError
from ccdash.ingest.files import import_file
from ccdash.ingest.record import record
from ccdash.ingest.replay import Order, Replay, Watch, play
from ccdash.ingest.sources.asterisk import QueueLog
from ccdash.ingest.sources.asterisk_names import names
from ccdash.ingest.sources.seelab import Seelab
from ccdash.live.worker import refresh
from ccdash.store.check import differences
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from ccdash.store.live import Floor, FloorOfNow, floor
from ccdash.store.simulation import standing
from tests.conftest import fresh_database
from tests.store.log_readings import BankLog, Board, QueueLogFile
from tests.store.rows import all_rows

pytestmark = pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")
"""Of logs and clocks, not of what they are kept in: one version of Postgres is enough."""

JERUSALEM = ZoneInfo("Asia/Jerusalem")
SEED = 30
MOMENTS = 10
WALL = datetime(2026, 11, 22, 12, tzinfo=UTC)
SPEED = 60.0


@dataclass
class Player:
    """A wall whose hands are moved by whoever sleeps, and who looks at the board at some moments of
    the log, by the product's clock. It sleeps at least so many seconds of the log, and more
    where nothing is to be looked at any more."""

    store: Store
    order: Order
    moments: list[datetime]
    stops_at: datetime | None = None
    wall: datetime = WALL
    floors: list[Floor] = field(default_factory=list)
    quick: list[Floor] = field(default_factory=list)
    steps: int = 0
    is_stopped: bool = False
    least: tuple[float, float] = (120.0, 1800.0)

    def __post_init__(self) -> None:
        zone = self.order.zone.key
        self.reader = FloorOfNow(lambda: self.store, self.now, lambda: zone)

    def play(self):
        watch = Watch(lambda: self.wall, self._sleep, lambda: self.is_stopped, self._look)
        return play(self.store, self.order, watch)

    def now(self) -> datetime:
        return standing(self.store).now(self.wall)

    def _look(self, at: datetime, _told: int) -> None:
        self.steps += 1
        now = self.now()
        assert now == at, "what is told is what the clock of the store shows"
        if self.moments and now >= self.moments[0]:
            self.moments.pop(0)
            zone = self.order.zone.key
            self.floors.append(floor(self.store, now, zone, is_now=True))
            self.quick.append(self.reader.quick())
            refresh(self.store)
        self.is_stopped = self.stops_at is not None and now >= self.stops_at

    def _sleep(self, seconds: float) -> None:
        least = self.least[0 if self.moments else 1] / SPEED
        self.wall += timedelta(seconds=max(seconds, least))
        if self.moments:
            clock = standing(self.store)
            left = (self.moments[0] - clock.clock_at) / clock.speed + timedelta(microseconds=1)
            self.wall = min(self.wall, clock.wall_at + left)


@dataclass
class Lived:
    """A log, what its own lines say, and the store into which it was played."""

    order: Order
    log: BankLog | QueueLogFile
    player: Player


def _store(url: str) -> Store:
    return Store(engine_for(url), FramePool(url))


def _some(first: datetime, last: datetime, number: int) -> list[datetime]:
    """Whole seconds by chance."""
    span = int((last - first).total_seconds())
    return [
        first + timedelta(seconds=one) for one in random.Random(SEED).sample(range(span), number)
    ]


@pytest.fixture(scope="module")
def bank(server, shared_data, tmp_path_factory) -> Iterator[Lived]:
    """Sunday the 10th of January 1999 from one in the afternoon. Among the moments are the first,
    one of each kind of step, and the fullest of the busy hours."""
    path = tmp_path_factory.mktemp("bank") / "two-days.txt"
    days = ("990109", "990110")
    lines = (shared_data / "anonymous_bank" / "january.txt").read_text().splitlines()
    path.write_text("".join(f"{one}\r\n" for one in lines if one.split("\t")[5] in (*days, "date")))
    log = BankLog.of(path, days, JERUSALEM)
    begin, busy = (datetime(1999, 1, 10, hour, tzinfo=JERUSALEM) for hour in (13, 17))
    every = [begin + timedelta(minutes=10 * one) for one in range(24)]
    fullest = max(every, key=lambda at: log.board(at).waiting.total())
    steps = [
        next(one for one in log.instants(column) if one >= begin + timedelta(hours=hours))
        for hours, column in enumerate((9, 13, 14), 1)
    ]
    edges = [begin, fullest, *steps]
    moments = sorted([*edges, *_some(begin, busy, MOMENTS - len(edges))])
    end = datetime(1999, 1, 11, 2, tzinfo=JERUSALEM)
    factory = partial(Seelab, zone=JERUSALEM)
    with fresh_database(server) as url:
        store = _store(url)
        order = Order(path, factory, JERUSALEM, begin, end, SPEED)
        player = Player(store, order, moments)
        player.play()
        yield Lived(order, log, player)
        store.close()


@pytest.fixture(scope="module")
def asterisk(server, shared_data) -> Iterator[Lived]:
    """The whole run, cut off in the middle as by a kill, and started again an hour later."""
    folder = shared_data / "asterisk_overload_run"
    path, manager = folder / "queue_log", folder / "ami_queue_events.jsonl.gz"
    log = QueueLogFile.of(path, manager)
    first, last = (datetime.fromtimestamp(int(log.lines[at][0]), UTC) for at in (0, -1))
    answers = [int(one[0]) for one in log.lines if one[4] == "CONNECT"]
    edges = [first, datetime.fromtimestamp(answers[200], UTC), last - timedelta(seconds=1)]
    moments = sorted([*edges, *_some(first + timedelta(minutes=2), last, MOMENTS - len(edges))])
    with fresh_database(server) as url:
        store = _store(url)
        pairs = names(_lines(manager))
        order = Order(path, QueueLog, ZoneInfo("UTC"), speed=SPEED, names=list(pairs))
        player = Player(store, order, moments, moments[4], least=(10.0, 10.0))
        with pytest.MonkeyPatch.context() as killed:
            killed.setattr(Replay, "stand_still", lambda *_: None)
            assert not player.play().is_whole
        player.is_stopped, player.stops_at = False, None
        player.wall += timedelta(hours=1)
        assert player.play().is_whole
        yield Lived(order, log, player)
        store.close()


def _lines(packed: Path) -> list[str]:
    return gzip.decompress(packed.read_bytes()).decode().splitlines()


@pytest.fixture(params=["bank", "asterisk"])
def lived(request, server) -> Lived:
    return request.getfixturevalue(request.param)


def board(of: Floor) -> Board:
    """The counts of a floor as the product has them."""
    queues = of.queues.select("queue", "waiting", "in_progress").rows()
    people = of.people.select("agent", "intent", "load").rows()
    return Board(
        Counter({queue: number for queue, number, _ in queues if number}),
        Counter({queue: number for queue, _, number in queues if number}),
        Counter((intent, load) for _, intent, load in people),
        {agent for agent, _, load in people if load == "on_contact"},
    )


def test_the_counts_of_the_board_are_those_of_the_log_itself(lived):
    floors = lived.player.floors
    assert len(floors) == MOMENTS
    for one in floors:
        assert board(one) == lived.log.board(one.as_of), one.as_of


def test_what_is_read_after_every_event_counts_the_same(lived):
    quick = lived.player.quick
    assert len(quick) == MOMENTS
    assert [one.as_of for one in quick if board(one) != lived.log.board(one.as_of)] == []


def test_the_moments_are_worth_looking_at(lived):
    boards = [lived.log.board(one.as_of) for one in lived.player.floors]
    assert max(one.waiting.total() for one in boards) >= 10
    assert max(one.in_progress.total() for one in boards) >= 7
    assert lived.player.steps > 100


def test_what_was_shown_is_what_the_past_of_that_instant_shows(lived):
    for one in lived.player.floors:
        then = floor(lived.player.store, one.as_of, lived.order.zone.key)
        for name in ("queues", "waiting", "in_progress", "people"):
            known, shown = (
                getattr(of, name).drop("time", strict=False)  # matters follow within a second
                for of in (then, one)
            )
            assert known.equals(shown), (name, one.as_of)
        assert then.today == one.today


def test_after_the_replay_the_store_is_that_of_an_import(lived, server):
    refresh(lived.player.store)
    with fresh_database(server) as url:
        store = _store(url)
        with store.transaction() as connection:
            record(connection, lived.order.names, received_at=WALL)
        import_file(store.engine, lived.order.path, lived.order.parser_factory, now=lambda: WALL)
        refresh(store)
        imported, played = all_rows(store.engine), all_rows(lived.player.store.engine)
        store.close()
    raw, more = ({repr(one) for one in of.pop("raw_event")} for of in (imported, played))
    assert raw <= more
    assert played == imported


def test_after_the_replay_every_sum_is_what_its_rows_give(lived):
    found, compared = differences(lived.player.store, lambda _: None)
    assert found == []
    assert compared > 100


def test_the_clock_stands_where_the_last_event_was(asterisk):
    last = datetime.fromtimestamp(int(asterisk.log.lines[-1][0]), UTC)
    shown = asterisk.player.now()
    assert timedelta(0) <= shown - last < timedelta(minutes=1)
    asterisk.player.wall += timedelta(days=1)
    assert asterisk.player.now() == shown


def test_a_replay_that_is_over_is_refused_and_so_is_another_log(asterisk, tmp_path):
    player = replace(asterisk.player)
    with pytest.raises(BadQuery, match="tells of nothing between"):
        player.play()
    other = tmp_path / "queue_log"
    other.write_text("1795289400|NONE|NONE|NONE|QUEUESTART|\n")
    player.order = replace(asterisk.order, path=other)
    with pytest.raises(CcdashError, match="holds the replay of another log"):
        player.play()
