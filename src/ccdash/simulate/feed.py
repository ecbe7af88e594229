"""The running week, told as it happens: each event when the demo's clock comes to it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ccdash.ingest.events import Event
from ccdash.simulate.clock import monday_of, start_of
from ccdash.simulate.demo import Demo
from ccdash.store import simulation
from ccdash.store.engine import Store
from ccdash.store.simulation import Telling

WEEK = timedelta(days=7)
BEAT_SECONDS = 5.0
"""The feed says that it lives at least so often."""
SHORTEST_SECONDS = 0.5
"""What happens within is told at once."""


@dataclass(frozen=True)
class Life:
    """By what the feed lives: the demo's clock, how fast it runs, the wall's, and how to wait."""

    clock: Callable[[], datetime]
    speed: float
    wall: Callable[[], datetime]
    sleep: Callable[[float], None]


@dataclass
class _Week:
    """A week being told; `ahead` is what is not told yet, in order."""

    batch_id: int
    ends_at: datetime
    ahead: list[Event]


class Feed:
    """Tells the running week, and what ran over from the one before."""

    def __init__(self, store: Store, demo: Demo, life: Life) -> None:
        self._store, self._demo, self._life = store, demo, life
        self._weeks: dict[date, _Week] = {}
        self.told = 0

    def run(self, should_stop: Callable[[], bool]) -> None:
        """Tell what happens until somebody says stop."""
        while not should_stop():
            seconds = self.step()
            if seconds:
                self._life.sleep(seconds)

    def step(self) -> float:
        """Tell what has happened, of one day at most, the newest first: so the floor is right at
        once, and the days before it follow. Gives the seconds until there is more to tell."""
        now = self._life.clock()
        self._open(monday_of(now, self._demo.zone), now)
        for monday in sorted(self._weeks, reverse=True):
            if self._tell(self._weeks[monday], now):
                self.beat()
                return 0.0
        self._close(now)
        self.beat()
        return self._seconds_to_next(now)

    def _open(self, monday: date, now: datetime) -> None:
        """Make the week of this moment. The first one may follow a week that was told live and is
        not told to its end."""
        if monday in self._weeks:
            return
        known = self._demo.told(self._store)
        for one in (monday - WEEK, monday):
            told = known.get(one)
            if told is None and one == monday:
                self._weeks[one] = self._made(
                    one, self._demo.begin_week(self._store, one, Telling.AS_IT_HAPPENED, now)
                )
            elif one not in self._weeks and told is not None and not told.is_finished:
                self._weeks[one] = self._made(one, told.batch_id)

    def _made(self, monday: date, batch_id: int) -> _Week:
        events = list(self._demo.tell(monday, Telling.AS_IT_HAPPENED))
        return _Week(batch_id, start_of(monday + WEEK, self._demo.zone), events)

    def _tell(self, week: _Week, now: datetime) -> int:
        """Give the newest day of what has happened to the store; gives how many events."""
        end = bisect_right(week.ahead, now, key=_at)
        if end == 0:
            return 0
        day = start_of(week.ahead[end - 1].at.astimezone(self._demo.zone).date(), self._demo.zone)
        first = bisect_left(week.ahead, day, 0, end, key=_at)
        self._demo.record(self._store, week.batch_id, week.ahead[first:end], now)
        del week.ahead[first:end]
        self.told += end - first
        return end - first

    def _close(self, now: datetime) -> None:
        """Let go of weeks that are over and told to their end."""
        for monday, week in list(self._weeks.items()):
            if not week.ahead and week.ends_at <= now:
                with self._store.transaction() as connection:
                    simulation.finish_week(connection, week.batch_id, now)
                del self._weeks[monday]

    def beat(self) -> None:
        """Say that the clock is being turned."""
        with self._store.transaction() as connection:
            simulation.beat(connection, self._life.wall())

    def _seconds_to_next(self, now: datetime) -> float:
        """Until the next event, or the next beat."""
        firsts = [week.ahead[0].at for week in self._weeks.values() if week.ahead]
        ends = [week.ends_at for week in self._weeks.values()]
        away = (min([*firsts, *ends]) - now).total_seconds() / self._life.speed
        return min(max(away, SHORTEST_SECONDS), BEAT_SECONDS)


def _at(event: Event) -> datetime:
    return event.at
