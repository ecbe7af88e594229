"""Agents' time: every figure against a slow oracle that looks at every second of every agent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from ccdash.ingest import events as ev
from ccdash.query import Dimension, Period, Query
from ccdash.vocabulary import Channel, Grain, Intent, Outcome, SegmentKind
from tests.store.roads import AS_FOUND, compare_figures, settle, tell
from tests.store.test_record import emptied
from tests.store.truth import Truth, Walk, count, mean

pytestmark = pytest.mark.any_postgres

MOMENTS = (
    ("Europe/Helsinki", "2026-03-29T02:50"),  # the clock is set ten minutes later
    ("Europe/Helsinki", "2026-10-25T03:40"),
    ("Europe/Helsinki", "2026-02-28T23:20"),  # a month, a week and a day end
    ("Australia/Lord_Howe", "2026-04-05T01:20"),  # summer ends by half an hour
    ("Asia/Kolkata", "2026-01-31T23:30"),  # half an hour beside others
)
AGENTS = ("a", "b")
AWAY = (Intent.OFFLINE, Intent.UNKNOWN)
WITH_CUSTOMER = (SegmentKind.TALK, SegmentKind.HOLD, SegmentKind.CONSULT)
LENGTHS = (0.4, 1, 59.6, 300, 899.9, 900, 1800, 4000)
"""In seconds; instants within a second are of it."""
GRAINS = (Grain.QUARTER_HOUR, Grain.HOUR, Grain.DAY, Grain.WEEK, Grain.MONTH)


@dataclass(frozen=True)
class Second:
    """One second of an agent who is signed in."""

    at: datetime
    agent: str
    intent: Intent
    contacts: int
    is_wrapping_up: bool

    @property
    def is_busy(self) -> bool:
        """One with two customers is busy once."""
        return self.contacts > 0 or self.is_wrapping_up or self.intent is Intent.WRAP_UP

    @property
    def is_free(self) -> bool:
        return self.intent is Intent.AVAILABLE and not self.is_busy


TRUTHS: dict[str, Truth] = {
    "signed_in_time": count(lambda _: True),
    "break_time": count(lambda one: one.intent is Intent.BREAK),
    "occupancy": mean(lambda one: one.is_busy, lambda one: one.is_busy or one.is_free),
    "concurrency": mean(lambda one: one.contacts, lambda one: one.contacts > 0),
}
NAMES = frozenset(TRUTHS)


@dataclass(frozen=True)
class Told:
    """What is told first and late, and what holds in the end."""

    period: Period
    first: list[ev.Event]
    later: list[ev.Event]

    @property
    def rows(self) -> list[Second]:
        known = list({one.id: one for one in (*self.first, *self.later)}.values())
        return [second for agent in AGENTS for second in _seconds(agent, known)]


def _seconds(agent: str, known: list[ev.Event]) -> Iterator[Second]:
    """What nobody has told the end of goes on until the newest thing that was told."""
    newest = max(one.at for one in known)
    contacts, wrapping_up = _work(agent, known, newest)
    said = [one for one in known if isinstance(one, ev.IntentDeclared) and one.agent == agent]
    said.sort(key=lambda one: one.at)
    for one, end in zip(said, [*(one.at for one in said[1:]), newest], strict=True):
        for second in _whole(one.at, end) if one.intent not in AWAY else ():
            at = datetime.fromtimestamp(second, UTC)
            yield Second(at, agent, one.intent, contacts[second], second in wrapping_up)


def _work(agent: str, known: list[ev.Event], newest: datetime) -> tuple[Counter[int], set[int]]:
    """With how many customers in each second, and in which seconds with wrap-up."""
    contacts: Counter[int] = Counter()
    wrapping_up: set[int] = set()
    for one in known:
        if isinstance(one, ev.Answered) and one.agent == agent:
            contacts.update(_whole(one.at, newest))
        if not isinstance(one, ev.Recorded) or one.is_test:
            continue
        for part in one.segments:
            if part.agent == agent and part.kind in WITH_CUSTOMER:
                contacts.update(_whole(part.start, part.end))
            if part.agent == agent and part.kind is SegmentKind.WRAP_UP:
                wrapping_up.update(_whole(part.start, part.end))
    return contacts, wrapping_up


def _whole(start: datetime, end: datetime) -> range:
    return range(floor(start.timestamp()), floor(end.timestamp()))


def part(one: Second, _: Dimension) -> str:
    return one.agent


# What is told -------------------------------------------------------------------------------------


@st.composite
def shifts(draw: st.DrawFn) -> Told:
    """Two hours and some more around a moment at which something begins or the clock is set."""
    zone, moment = draw(st.sampled_from(MOMENTS))
    start = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    days = (str(start.date() + timedelta(days=one)) for one in (-1, 2))
    period = Period.parse(*days, zone)
    start = start.astimezone(UTC)
    random = draw(st.randoms(use_true_random=False))
    words = [said(number, start, random) for number in range(12)]
    words[:2] = [changed(one, intent=Intent.AVAILABLE, at=start) for one in words[:2]]
    done = [recorded(number, start, random) for number in range(8)]
    done += [taken(number, start, random) for number in range(random.choice((0, 1)))]
    told = [*words, *done]
    again = [said(number, start, random) for number in random.sample(range(2, 12), 3)]
    again += [recorded(number, start, random) for number in random.sample(range(8), 2)]
    late = random.sample(told, 4)
    first = [one for one in told if one not in late]
    return Told(period, first, [*late, *(changed(one, revision=1) for one in again)])


def said(number: int, start: datetime, random: Random) -> ev.IntentDeclared:
    """Every word of an agent comes at an instant of its own."""
    at = start + timedelta(seconds=random.randrange(7000), milliseconds=number)
    return ev.IntentDeclared(
        source="s", id=f"i{number}", at=at, agent=AGENTS[number % 2],
        intent=random.choice(tuple(Intent)),
    )  # fmt: skip


def recorded(number: int, start: datetime, random: Random) -> ev.Recorded:
    """A contact with stretches of time of agents, one after the other or at once."""
    at = start + timedelta(seconds=random.choice((0, 0.5, 599, 600, random.randrange(6000))))
    stretches = tuple(stretch(at, random) for _ in range(random.choice((1, 2, 3))))
    return ev.Recorded(
        source="s", id=f"r{number}", contact=f"r{number}", at=at, channel=Channel.CHAT,
        outcome=Outcome.HANDLED, end=max(one.end for one in stretches), answered_at=at,
        segments=stretches, is_test=random.random() < 0.2,
    )  # fmt: skip


def stretch(at: datetime, random: Random) -> ev.Stretch:
    start = at + timedelta(seconds=random.choice(LENGTHS))
    end = start + timedelta(seconds=random.choice(LENGTHS))
    kind = random.choice((*SegmentKind, SegmentKind.TALK, SegmentKind.WRAP_UP))
    return ev.Stretch(kind, start, end, random.choice((*AGENTS, None)))


def taken(number: int, start: datetime, random: Random) -> ev.Answered:
    """A call that goes on."""
    return ev.Answered(
        source="s", id=f"t{number}", contact=f"t{number}", agent=random.choice(AGENTS),
        at=start + timedelta(seconds=random.randrange(6000)), channel=Channel.PHONE,
    )  # fmt: skip


@settings(max_examples=8, phases=AS_FOUND)
@given(shifts(), st.data())
def test_raw_rows_sums_and_files_say_what_looking_at_every_second_gives(store, told, data):
    emptied(store.engine)
    tell(store, told.first)
    settle(store)
    tell(store, told.later)
    by, filters = data.draw(st.sampled_from(
        (((), ()), ((Dimension.AGENT,), ()), ((), ((Dimension.AGENT, ("a",)),)))
    ))  # fmt: skip
    hours = data.draw(st.sampled_from(((None, None), (None, None), (7, None), (None, 3))))
    grain = data.draw(st.sampled_from(GRAINS))
    query = Query(tuple(TRUTHS), told.period, grain, by, filters, *hours)
    walk = Walk(query, told.rows, TRUTHS, part)
    compare_figures(store, walk)
