"""Every figure of cases against a slow oracle that walks over what was told (truth.py)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccdash.ingest import events as ev
from ccdash.query import Dimension, Period, Query
from ccdash.store import calendars, spreads
from ccdash.store.calendars import Assigned
from ccdash.vocabulary import Grain
from tests.store.random_contacts import DAYS, WEEKS, hours_of
from tests.store.roads import AS_FOUND, NOW, compare_figures, settle, tell
from tests.store.slow_hours import SlowHours
from tests.store.test_record import emptied
from tests.store.truth import NOBODY, Truth, Walk, both_quantiles, count, mean

pytestmark = pytest.mark.any_postgres

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GRAINS = (Grain.QUARTER_HOUR, Grain.HOUR, Grain.DAY, Grain.WEEK, Grain.MONTH)
FILTERS = ((), (), ((Dimension.QUEUE, ("returns", NOBODY)),))
LENGTHS = (0, 1, 14, 15, 60, 1440, 4000)


@dataclass(frozen=True)
class Matter:
    """A case: when it was opened, and after how many minutes each word of it came. The orders'
    desk is always open."""

    key: str
    at: datetime
    queue: str | None
    words: tuple[tuple[int, type[ev.CaseEvent]], ...]
    hours: SlowHours | None = None

    def events(self, revision: int = 0) -> list[ev.Event]:
        of = {"source": "s", "case": self.key, "revision": revision}
        opened = ev.CaseOpened(id=f"{self.key} 0", at=self.at, queue=self.queue, **of)
        return [
            opened,
            *(
                kind(id=f"{self.key} {place}", at=self.at + MINUTE * after, sequence=place, **of)
                for place, (after, kind) in enumerate(self.words, 1)
            ),
        ]

    @property
    def is_resolved(self) -> bool:
        return bool(self.words) and self.words[-1][1] is ev.CaseResolved

    @property
    def is_reopened(self) -> bool:
        return any(kind is ev.CaseReopened for _, kind in self.words)

    @property
    def took(self) -> int:
        return self.words[-1][0] * 60

    @property
    def took_open(self) -> int:
        return 60 * self.hours.open_minutes(self.at, self.at + MINUTE * self.words[-1][0])


def is_one(_: Matter) -> bool:
    return True


def is_resolved(one: Matter) -> bool:
    return one.is_resolved


def took(one: Matter) -> int:
    return one.took


def took_open(one: Matter) -> int:
    return one.took_open


TRUTHS: dict[str, Truth] = {
    "cases_opened": count(is_one),
    "cases_resolved": count(is_resolved),
    "cases_unresolved": count(lambda one: not one.is_resolved),
    "resolution_rate": mean(is_resolved, is_one),
    "cases_reopened": count(lambda one: one.is_reopened),
    "reopen_rate": mean(lambda one: one.is_reopened, is_one),
    "resolution_time": mean(took, is_resolved),
    "resolution_time_open": mean(took_open, is_resolved),
    **both_quantiles("resolution", took, is_resolved),
    **both_quantiles("resolution_open", took_open, is_resolved),
}
NAMES = frozenset(TRUTHS)


def part(one: Matter, _: Dimension) -> str | None:
    return one.queue


# What is told -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """Cases that are opened in a week. Of some a part is told late, and some are corrected."""

    period: Period
    first: list[ev.Event]
    later: list[ev.Event]
    rows: list[Matter]
    hours: SlowHours


@st.composite
def weeks(draw: st.DrawFn) -> Told:
    zone, first = draw(st.sampled_from(WEEKS))
    period = Period.parse(str(first), str(first + timedelta(days=DAYS)), zone)
    random = draw(st.randoms(use_true_random=False))
    told = [matter(f"k{number}", period, random) for number in range(14)]
    events = [event for one in told for event in one.events()]
    random.shuffle(events)
    again = [corrected(one, period, random) for one in random.sample(told, 4)]
    later = [event for one in again for event in one.events(revision=1)]
    hours = hours_of(first, zone, random)
    known = {one.key: one for one in (*told, *again)}.values()
    rows = [replace(one, hours=hours.always() if one.queue == "orders" else hours) for one in known]
    return Told(period, events[8:], [*events[:8], *later], rows, hours)


def matter(key: str, period: Period, random: Random) -> Matter:
    """Opened at any minute, or around one that begins something."""
    quarters = random.randrange(1, int((period.end - period.start) / timedelta(minutes=15)))
    at = period.start.astimezone(UTC) + timedelta(minutes=15 * quarters - random.choice((0, 1, 7)))
    queue = random.choice((None, "orders", "returns"))
    return Matter(key, at, queue, words_of(random, random.choice((0, 1, 1, 2, 3, 3))))


def words_of(random: Random, number: int) -> tuple[tuple[int, type[ev.CaseEvent]], ...]:
    after, found = 0, []
    for place in range(number):
        after += random.choice(LENGTHS)
        found.append((after, ev.CaseReopened if place % 2 else ev.CaseResolved))
    return tuple(found)


def corrected(one: Matter, period: Period, random: Random) -> Matter:
    """It has as many words as before: each is told anew."""
    return replace(matter(one.key, period, random), words=words_of(random, len(one.words)))


@settings(max_examples=6, phases=AS_FOUND)
@given(weeks(), st.data())
def test_raw_rows_sums_and_files_say_what_walking_over_the_cases_gives(store, told, data):
    emptied(store.engine)
    spreads.use_zone(store, told.period.timezone)
    tell(store, told.first)
    settle(store)
    with store.transaction() as connection:
        calendars.put(connection, told.hours.calendar(), NOW)
        calendars.assign(connection, Assigned("office", "", "", LONG_AGO), NOW)
        calendars.assign(connection, Assigned("always", "", "orders", LONG_AGO), NOW)
    tell(store, told.later)
    query = Query(
        tuple(TRUTHS), told.period, data.draw(st.sampled_from(GRAINS)),
        data.draw(st.sampled_from(((), (Dimension.QUEUE,)))), data.draw(st.sampled_from(FILTERS)),
        *data.draw(st.sampled_from(((None, None), (None, None), (7, None), (7, 1)))),
    )  # fmt: skip
    walk = Walk(query, told.rows, TRUTHS, part)
    compare_figures(store, walk)
