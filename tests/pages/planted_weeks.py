"""Weeks of the demo centre in a store, and what the simulator itself knows of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.query import Dimension, Period, Query
from ccdash.settings import PROJECT
from ccdash.simulate.beginning import Wish, begin
from ccdash.simulate.centre import Centre, load
from ccdash.simulate.counting import Tally
from ccdash.simulate.demo import Demo
from ccdash.simulate.from_folder import demo_of
from ccdash.simulate.memory import uncollected
from ccdash.simulate.planted import Plot
from ccdash.simulate.stories import Scope, StoryTruth, Truths, truths
from ccdash.simulate.telling import recorded
from ccdash.simulate.week import Week, simulate
from ccdash.store import rollup, simulation
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from ccdash.vocabulary import LIVE_CHANNELS, Channel, Grain
from tests.conftest import fresh_database

DATA = PROJECT / "data"
WEEKS = 14
"""From the first week of a transfer loop to the last one of the next price rise: the form's weeks
follow the loop's, and the overloaded Monday lies in them or just after. So thrice a year."""


@dataclass(frozen=True)
class Told:
    """A store that was told these weeks, and the true answers."""

    centre: Centre
    store: Store
    truths: Truths
    url: str

    def story(self, plot: Plot) -> StoryTruth:
        """The one of this plot."""
        return next(one for one in self.truths.stories if one.story.plot is plot)

    @property
    def everything(self) -> Scope:
        """All days, all channels, all queues."""
        return Scope(self.truths.start, self.truths.end)

    def asked(self, scope: Scope, *metrics: str, by: Dimension | None = None) -> Query:
        """The question of a scope."""
        words = {
            Dimension.CHANNEL: tuple(str(one) for one in scope.channels),
            Dimension.QUEUE: scope.queues,
        }
        start, end = (_midnight(day, self.centre) for day in (scope.start, scope.end))
        return Query(
            metrics,
            Period(start, end, self.centre.timezone),
            Grain.TOTAL,
            () if by is None else (by,),
            tuple((name, of) for name, of in words.items() if of),
        )

    def live(self, scope: Scope, of: Tally, channels: Mapping[Channel, Tally]) -> Tally:
        """What of these counts is of phone and chat; a scope of some is of one channel here."""
        queues = {one.name: one.channel for one in self.centre.queues}
        named = {*scope.channels, *(queues[name] for name in scope.queues)}
        if named:
            return live_of(named.pop(), of)
        parts = [channels[one] for one in LIVE_CHANNELS]
        return Tally(
            offered=sum(one.offered for one in parts), abandoned=sum(one.abandoned for one in parts)
        )


@contextmanager
def told(server, seed: int, first: date) -> Iterator[Told]:
    """A store of its own with the weeks from this Monday, told as a demo tells its history."""
    centre, mondays = load(DATA), [first + timedelta(weeks=place) for place in range(WEEKS)]
    with fresh_database(server) as url:
        store = Store(engine_for(url), FramePool(url))
        with uncollected():
            weeks = [simulate(centre, seed, one) for one in mondays]
            _tell(store, demo_of(DATA, seed), weeks)
            known = truths(centre, seed, weeks)
            del weeks
        yield Told(centre, store, known, url)
        store.close()


def _tell(store: Store, demo: Demo, weeks: Sequence[Week]) -> None:
    at = datetime.fromtimestamp(weeks[-1].ends, UTC) + timedelta(hours=10)
    begin(store, demo, Wish(0, 1.0, at), datetime.now(UTC))
    for week in weeks:
        with store.transaction() as connection:
            record(connection, _of_contacts(week), received_at=at, region=demo.region)
    with store.transaction() as connection:
        rollup.refresh(connection)
        simulation.beat(connection, datetime.now(UTC))  # pages wait for a demo that is opening


def _of_contacts(week: Week) -> list[ev.Event]:
    """Without the states of agents, which no story is about: they take as long as the rest."""
    return [one for one in recorded(week) if not isinstance(one, ev.IntentDeclared)]


def before(one: StoryTruth) -> Scope:
    """The days of `one.before`: as many whole weeks earlier."""
    back = max(one.scope.end - one.scope.start, timedelta(days=7))
    return replace(one.scope, start=one.scope.start - back, end=one.scope.end - back)


def _midnight(day: date, centre: Centre) -> datetime:
    return datetime.combine(day, time(), centre.zone)


# Figures out of the simulator's counts, by docs/metrics.md ----------------------------------------


@dataclass(frozen=True)
class Figure:
    """A figure and of how many contacts it is; a count is its own n."""

    value: float | None
    n: int


def figure(name: str, of: Tally, live: Tally) -> Figure:
    """A metric of these counts; `live` are those of channels in which customers hold the line."""
    shares = {
        "service_level": (of.answered_in_target, of.answered + of.abandoned),
        "asa": (of.wait_seconds_answered, of.answered),
        "abandonment_rate": (live.abandoned, live.offered),
        "aht": (of.talk_seconds + of.hold_seconds + of.wrap_up_seconds, of.handled),
        "csat": (of.csat_satisfied, of.csat_responses),
        "csat_response_rate": (of.csat_responses, of.csat_asked),
        "transfer_rate": (of.transferred, of.handled),
    }
    if name not in shares:
        count = getattr(of, name)
        return Figure(count, count)
    above, below = shares[name]
    return Figure(above / below if below else None, below)


def against(name: str, of: Tally) -> int:
    """How many of the contacts behind a share count against it."""
    return {
        "service_level": of.answered + of.abandoned - of.answered_in_target,
        "csat": of.csat_responses - of.csat_satisfied,
        "transfer_rate": of.transferred,
    }[name]


def live_of(channel: Channel, of: Tally) -> Tally:
    """Of one channel all or nothing."""
    return of if channel in LIVE_CHANNELS else Tally()
