"""Failure demand against a slow oracle that walks over what was told (truth.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccdash.ingest import events as ev
from ccdash.query import Dimension, Period, Query
from ccdash.vocabulary import Channel, Direction, Grain, Outcome
from tests.store.roads import AS_FOUND, compare_figures, compare_list, link, settle, tell
from tests.store.test_record import emptied
from tests.store.truth import Truth, Walk, mean
from tests.store.whose import KnownBy, known_by, whose

pytestmark = pytest.mark.any_postgres

NAMES = ("failure_demand",)
PERIOD = Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 12, tzinfo=UTC), "UTC")
MINUTE = timedelta(minutes=1)
DAYS = {"failure_demand": 7, "failure_demand@1": 1, "failure_demand@30": 30}


@dataclass(frozen=True)
class Came:
    """One contact of somebody, part of an earlier conversation or none."""

    key: str
    at: datetime
    channel: Channel
    direction: Direction
    outcome: Outcome
    queue: str | None
    is_queued: bool
    known_by: KnownBy
    subject: str | None
    continues: str | None
    is_transferred: bool
    is_test: bool
    who: int | None = None
    """Which person that is, once everything is told."""

    def event(self, revision: int = 0) -> ev.Event:
        return ev.Recorded(
            source="s", id=self.key, revision=revision, contact=self.key, at=self.at,
            end=self.at + MINUTE / 2, channel=self.channel, direction=self.direction,
            outcome=self.outcome, queue=self.queue, queued_at=self.at if self.is_queued else None,
            agent="a" if self.outcome is Outcome.HANDLED else None, customer=self.known_by,
            subject=self.subject, continues=self.continues, is_transferred=self.is_transferred,
            is_test=self.is_test,
        )  # fmt: skip

    @property
    def is_start(self) -> bool:
        return self.continues is None

    @property
    def conversation(self) -> str:
        return self.continues or self.key

    @property
    def is_inbound(self) -> bool:
        return self.direction is Direction.INBOUND and not self.is_test

    @property
    def is_demand(self) -> bool:
        asks = self.is_queued or self.outcome is Outcome.HANDLED
        return self.is_inbound and self.who is not None and asks


def had_failed(one: Came, before: Came) -> bool:
    """Whether the contact before sent the customer to this one."""
    subjects = {one.subject, before.subject}
    about_it = None in subjects or len(subjects) == 1
    queues = {before.queue, one.queue}
    passed_on = before.is_transferred and len(queues) == 2 and None not in queues
    is_again = one.is_start and before.is_start and about_it
    return is_again or (one.conversation == before.conversation and passed_on)


def follows_failure(one: Came, told: Sequence[Came], days: int) -> bool:
    return any(
        had_failed(one, before)
        for before in told
        if before.who == one.who and before.is_inbound
        if one.at - timedelta(days=days) < before.at < one.at
    )


def truths_of(told: Sequence[Came]) -> dict[str, Truth]:
    def within(days: int) -> Truth:
        return mean(lambda one: follows_failure(one, told, days), lambda one: one.is_demand)

    return {name: within(days) for name, days in DAYS.items()}


def part(one: Came, by: Dimension) -> str | None:
    return one.queue if by is Dimension.QUEUE else str(one.channel)


# What is told -------------------------------------------------------------------------------------


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Came], list[Came]]:
    """Contacts of few people in six weeks, and what is told of them afterwards: new ones, and
    corrections."""
    random = draw(st.randoms(use_true_random=False))
    moments = random.sample(range(1, 40 * 24 * 4), 36)
    told = [came(number, moment, random) for number, moment in enumerate(moments)]
    random.shuffle(told)
    corrected = [
        replace(came(int(one.key), random.randrange(40 * 24 * 4), random), key=one.key)
        for one in random.sample(told[:18], 5)
    ]
    return told[:18], [*corrected, *told[18:]]


def came(number: int, quarter: int, random: Random) -> Came:
    """Each at an instant of its own, some a number of whole days after another one."""
    pick = random.choice
    after = pick((quarter, quarter - quarter % 96 + 40))
    return Came(
        str(number), PERIOD.start + 15 * MINUTE * after + MINUTE / 2 * number,
        pick((Channel.PHONE, Channel.EMAIL)), pick((*(Direction.INBOUND,) * 5, Direction.OUTBOUND)),
        pick((*(Outcome.HANDLED,) * 3, Outcome.ABANDONED, Outcome.SELF_SERVED)),
        pick((None, "q", "r", "s")), pick((True, True, False)),
        known_by(pick((None, "1", "1", "1", "2", "2")), random),
        pick((None, "invoice", "return")), pick((None, None, "0")) if number else None,
        pick((False, True)), random.random() < 0.1,
    )  # fmt: skip


@settings(max_examples=6, phases=AS_FOUND)
@given(histories(), st.data())
def test_every_road_says_what_walking_over_the_contacts_gives(store, told, data):
    first, later = told
    emptied(store.engine)
    tell(store, [one.event() for one in first])
    settle(store)
    tell(store, [one.event(revision=1) for one in later])
    link(store)
    known = {one.key: one for one in (*first, *later)}.values()
    person = whose(one.known_by for one in known)
    contacts = [replace(one, who=person(one.known_by)) for one in known]
    grain = data.draw(st.sampled_from((Grain.QUARTER_HOUR, Grain.DAY, Grain.TOTAL)))
    by = data.draw(st.sampled_from(((), (Dimension.QUEUE,), (Dimension.CHANNEL,))))
    truths = truths_of(contacts)
    walk = Walk(Query(tuple(truths), PERIOD, grain, by), contacts, truths, part)
    compare_figures(store, walk)
    for name in truths:
        compare_list(store, walk, name)
