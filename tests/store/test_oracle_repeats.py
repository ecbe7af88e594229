"""Whether customers came back: every figure against a slow oracle that looks at all they did,
whatever details they were known by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccdash.ingest.events import Identity
from ccdash.query import Dimension, Period, Query
from ccdash.store import rollup
from ccdash.vocabulary import Channel, Direction, Grain, IdentityKind, Outcome
from tests.store.contacts_truth import came, handled, part, session
from tests.store.random_contacts import Row, recognised
from tests.store.roads import AS_FOUND, compare_figures, compare_list, link, settle, tell
from tests.store.test_record import emptied
from tests.store.truth import Truth, Walk, count, mean
from tests.store.whose import known_by

pytestmark = pytest.mark.any_postgres

NAMES = ("fcr", "fcr_same_channel", "channel_leak", "repeat_contacts", "containment")
USUAL = 7
"""The window of a metric that names none."""
MONTHS = (
    ("Europe/Helsinki", date(2026, 3, 10)),  # summer begins, and a month ends
    ("Europe/Helsinki", date(2026, 10, 1)),  # summer ends
    ("Australia/Lord_Howe", date(2026, 3, 20)),  # summer ends by half an hour
    ("Asia/Kolkata", date(2026, 2, 10)),  # half an hour beside others, and a short month ends
)
DAYS = 40
GRAINS = (Grain.HOUR, Grain.DAY, Grain.WEEK, Grain.MONTH)
BY = (
    (), (Dimension.CHANNEL,), (Dimension.QUEUE,), (Dimension.AGENT,), (Dimension.RECOGNITION,),
)  # fmt: skip
FILTERS = (
    (),
    (),
    ((Dimension.CHANNEL, ("phone", "self_service")),),
    ((Dimension.QUEUE, ("q-phone",)),),
    ((Dimension.AGENT, ("a",)),),
    ((Dimension.RECOGNITION, ("known",)),),
)


@dataclass(frozen=True)
class Past:
    """All that customers did, and within how many days of 24 hours they came back."""

    rows: Sequence[Row]
    days: int

    def truths(self) -> dict[str, Truth]:
        """By the names of the metrics with this window."""
        found = {
            "fcr": mean(lambda one: not self.is_repeated(one), resolvable),
            "fcr_same_channel": mean(lambda one: not self.is_repeated_same(one), resolvable),
            "channel_leak": mean(
                lambda one: self.is_repeated(one) and not self.is_repeated_same(one), resolvable
            ),
            "repeat_contacts": count(lambda one: resolvable(one) and self.is_repeated(one)),
            "containment": mean(
                self.is_contained, lambda one: session(one) and one.who is not None
            ),
        }
        return {
            name if self.days == USUAL else f"{name}@{self.days}": truth
            for name, truth in found.items()
        }

    def is_repeated(self, one: Row) -> bool:
        return self._came(one, lambda other: is_repeat(one, other))

    def is_repeated_same(self, one: Row) -> bool:
        return self._came(one, lambda other: is_repeat(one, other) and other.channel is one.channel)

    def is_contained(self, one: Row) -> bool:
        """Done there, and no person was asked for afterwards."""
        is_done = one.outcome is Outcome.SELF_SERVED
        return is_done and not self._came(
            one, lambda other: bool(other.queued_at or other.answered_at), also_at_once=True
        )

    def known(self, period: Period) -> Period | None:
        """The part of a period of which the whole window has passed: by full quarters of an hour
        before the newest thing that is known."""
        until = max(one.at for one in self.rows) - timedelta(days=self.days)
        until -= timedelta(minutes=until.minute % 15, seconds=until.second)
        end = min(until, period.end)
        return replace(period, end=end) if period.start < end else None

    def _came(self, one: Row, how: Callable[[Row], bool], *, also_at_once: bool = False) -> bool:
        """The same person, later and by themselves."""
        return any(
            other.who == one.who
            and other.key != one.key
            and (one.at < other.at or (also_at_once and one.at == other.at))
            and other.at < one.at + timedelta(days=self.days)
            and came(other)
            and how(other)
            for other in self.rows
        )


def resolvable(one: Row) -> bool:
    """It would be seen if the customer came back: not the later leg of a conversation."""
    return came(one) and handled(one) and one.who is not None and one.continues is None


def is_repeat(one: Row, other: Row) -> bool:
    """A new conversation, about the same where both are known."""
    return other.continues is None and (
        None in (one.subject, other.subject) or one.subject == other.subject
    )


# What is told -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """Six weeks in a zone and a window; `later` corrects some contacts and tells of new ones."""

    period: Period
    days: int
    first: list[Row]
    later: list[Row]

    @property
    def rows(self) -> list[Row]:
        """What holds in the end."""
        return recognised((*self.first, *self.later))


@st.composite
def months(draw: st.DrawFn) -> Told:
    zone, first = draw(st.sampled_from(MONTHS))
    period = Period.parse(str(first), str(first + timedelta(days=DAYS)), zone)
    days = draw(st.sampled_from((1, 2, USUAL, USUAL, 29, 30)))
    random = Random(draw(st.integers(0, 2**32)))  # drawn one by one it would be too much
    moments = moments_of(period, days, random)
    told = [row_of(f"c{number}", at, random) for number, at in enumerate(moments)]
    told += [one for number in range(8) for one in pair(f"p{number}", period, days, random)]
    random.shuffle(told)
    again = [row_of(one.key, random.choice(moments), random) for one in told[:4]]
    half = len(told) // 2
    later = [*again, *told[half:]]
    before = [seen(one, random) for one in later] if random.random() < 0.6 else []
    return Told(period, days, [*before, *told[:half]], later)


def seen(one: Row, random: Random) -> Row:
    """Somebody long before the period, known by the same details: what comes links nobody anew."""
    at = one.at - timedelta(days=100)
    return replace(row_of(f"before {one.key}", at, random), known_by=one.known_by)


def moments_of(period: Period, days: int, random: Random) -> list[datetime]:
    """Of contacts that come one after the other, some of them in one window."""
    window = days * 86_400
    length = int((period.end - period.start).total_seconds())
    steps = accumulate(random.choice((1, 600, 43_200, window - 1, window)) for _ in range(60))
    return [period.start + timedelta(seconds=one % length) for one in steps]


def pair(who: str, period: Period, days: int, random: Random) -> list[Row]:
    """Somebody who came twice: on this side of the end of the window, on it, or beyond; known by
    one verified detail and then by another."""
    window = timedelta(days=days)
    free = int((period.end - period.start - window) / timedelta(seconds=1)) - 86_400
    at = period.start + timedelta(seconds=random.randrange(free))
    again = at + window + timedelta(seconds=random.choice((-1, 0, 0, 1)))
    both = row_of(f"{who} 1", at, random), row_of(f"{who} 2", again, random)
    number = Identity(IdentityKind.CUSTOMER_NUMBER, who)
    address = Identity(IdentityKind.EMAIL, f"{who}@example.com", verified=True)
    known = random.sample(((number, address), (address,)), 2)
    return [replace(one, known_by=by) for one, by in zip(both, known, strict=True)]


def row_of(key: str, at: datetime, random: Random) -> Row:
    """Of few customers, subjects and channels, so that they meet."""
    channel = random.choice((Channel.PHONE, Channel.PHONE, Channel.EMAIL, Channel.SELF_SERVICE))
    outcome = random.choice((*(Outcome.HANDLED,) * 4, Outcome.ABANDONED, Outcome.SELF_SERVED))
    is_handled = outcome is Outcome.HANDLED
    return Row(
        key, at, channel, outcome,
        direction=random.choice((*(Direction.INBOUND,) * 9, Direction.OUTBOUND)),
        queued_at=random.choice((None, at)), answered_at=at if is_handled else None,
        end=at + timedelta(seconds=60), agent=random.choice(("a", "b")) if is_handled else None,
        known_by=known_by(random.choice(("1", "1", "1", "2", "3", None)), random),
        subject=random.choice((None, "bill", "return")),
        continues=random.choice((*(None,) * 9, "begun elsewhere")), is_test=random.random() < 0.1,
    )  # fmt: skip


@settings(max_examples=8, phases=AS_FOUND)
@given(months(), st.data())
def test_raw_rows_sums_lists_and_files_say_what_looking_at_all_that_customers_did_gives(
    store, told, data
):
    limits = data.draw(st.sampled_from(({"MANY": rollup.MANY}, {"MANY": 0, "DENSE_A_DAY": 0})))
    with patch.multiple(rollup, **limits):
        compare(store, told, data)


def compare(store, told, data):
    emptied(store.engine)
    tell(store, [one.event() for one in told.first])
    settle(store)
    tell(store, [one.event(revision=1) for one in told.later])
    link(store)
    past = Past(told.rows, told.days)
    truths, known = past.truths(), past.known(told.period)
    query = Query(
        tuple(truths), told.period, data.draw(st.sampled_from(GRAINS)),
        data.draw(st.sampled_from(BY)), data.draw(st.sampled_from(FILTERS)),
        *data.draw(st.sampled_from(((None, None), (None, None), (7, None), (7, 1)))),
    )  # fmt: skip
    rows = [one for one in told.rows if known and one.at < known.end]
    walk = Walk(query, rows, truths, part)
    compare_figures(store, walk)
    names = st.lists(st.sampled_from(tuple(truths)), min_size=2, max_size=2, unique=True)
    for name in data.draw(names):
        compare_list(store, walk, name)
