"""Failure demand and bounces against a slow oracle that walks over what was told (truth.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccdash.ingest import events as ev
from ccdash.query import Dimension, Period, Query
from ccdash.vocabulary import Channel, Direction, Grain, IdentityKind, Outcome, SegmentKind
from tests.store.roads import AS_FOUND, compare_figures, compare_list, settle, tell
from tests.store.test_record import emptied
from tests.store.truth import Truth, Walk, mean

pytestmark = pytest.mark.any_postgres

NAMES = ("failure_demand", "bounce_index")
PERIOD = Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 12, tzinfo=UTC), "UTC")
MINUTE = timedelta(minutes=1)
DAYS = {"failure_demand": 7, "failure_demand@1": 1, "failure_demand@30": 30}


@dataclass(frozen=True)
class Came:
    """One contact of somebody, about a case or none, part of an earlier conversation or none."""

    key: str
    at: datetime
    channel: Channel
    direction: Direction
    outcome: Outcome
    queue: str | None
    is_queued: bool
    agents: tuple[str, ...]
    who: str | None
    subject: str | None
    case: str | None
    continues: str | None
    is_transferred: bool
    is_test: bool

    def event(self, revision: int = 0) -> ev.Event:
        end = self.at + MINUTE / 2
        talks = tuple(ev.Stretch(SegmentKind.TALK, self.at, end, one) for one in self.agents)
        rings = ev.Stretch(SegmentKind.RING, self.at, end, "nobody")
        known = (ev.Identity(IdentityKind.CUSTOMER_NUMBER, self.who),) if self.who else ()
        return ev.Recorded(
            source="s", id=self.key, revision=revision, contact=self.key, at=self.at, end=end,
            channel=self.channel, direction=self.direction, outcome=self.outcome, queue=self.queue,
            queued_at=self.at if self.is_queued else None, agent=next(iter(self.agents), None),
            segments=(rings, *talks), customer=known, subject=self.subject, case=self.case,
            continues=self.continues, is_transferred=self.is_transferred, is_test=self.is_test,
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


@dataclass(frozen=True)
class Matter:
    """A case."""

    key: str
    at: datetime
    queue: str | None

    def event(self, revision: int = 0) -> ev.Event:
        of = {"source": "s", "id": f"case {self.key}", "revision": revision}
        return ev.CaseOpened(case=self.key, at=self.at, queue=self.queue, **of)


Thing = Came | Matter


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


def bounces(contacts: Sequence[Came]) -> int:
    ordered = sorted(contacts, key=lambda one: one.at)
    people = {agent for one in ordered for agent in one.agents}
    changes = 0
    for way in ([one.queue for one in ordered if one.queue], [one.channel for one in ordered]):
        changes += sum(a != b for a, b in pairwise(way))
    return max(len(people) - 1, 0) + changes


def of_contacts(told: Sequence[Came]) -> dict[str, Truth]:
    def within(days: int) -> Truth:
        return mean(lambda one: follows_failure(one, told, days), lambda one: one.is_demand)

    return {name: within(days) for name, days in DAYS.items()}


def of_cases(told: Sequence[Came]) -> dict[str, Truth]:
    def contacts(case: Matter) -> list[Came]:
        return [one for one in told if one.case == case.key and not one.is_test]

    adds, behind = (lambda case: bounces(contacts(case))), (lambda case: bool(contacts(case)))
    return {"bounce_index": mean(adds, behind)}


def part(one: Thing, by: Dimension) -> str | None:
    return one.queue if by is Dimension.QUEUE else str(one.channel)


# What is told -------------------------------------------------------------------------------------


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Thing], list[Thing]]:
    """Contacts and cases of few customers in six weeks, and what is told of them afterwards: new
    ones, and corrections."""
    random = draw(st.randoms(use_true_random=False))
    moments = random.sample(range(1, 40 * 24 * 4), 20)
    told: list[Thing] = [came(number, moment, random) for number, moment in enumerate(moments)]
    told += [matter(key, random) for key in "kl"]
    random.shuffle(told)
    corrected = [
        matter(one.key, random)
        if isinstance(one, Matter)
        else replace(came(int(one.key), random.randrange(40 * 24 * 4), random), key=one.key)
        for one in random.sample(told[:14], 5)
    ]
    return told[:14], [*corrected, *told[14:]]


def came(number: int, quarter: int, random: Random) -> Came:
    """Each at an instant of its own, some a number of whole days after another one."""
    pick = random.choice
    after = pick((quarter, quarter - quarter % 96 + 40))
    outcome = pick((Outcome.HANDLED,) * 3 + (Outcome.ABANDONED, Outcome.SELF_SERVED))
    agents = (("a",), ("b",), ("a", "b"), ("c", "a")) if outcome is Outcome.HANDLED else ((),)
    return Came(
        str(number), PERIOD.start + 15 * MINUTE * after + MINUTE / 2 * number,
        pick((Channel.PHONE, Channel.EMAIL)), pick((*(Direction.INBOUND,) * 5, Direction.OUTBOUND)),
        outcome, pick((None, "q", "r", "s")), pick((True, True, False)), pick(agents),
        pick((None, "1", "1", "2")), pick((None, "invoice", "return")), pick((None, "k", "k", "l")),
        pick((None, None, "0")) if number else None, pick((False, True)), random.random() < 0.1,
    )  # fmt: skip


def matter(key: str, random: Random) -> Matter:
    at = PERIOD.start + MINUTE * random.randrange(40 * 24 * 60)
    return Matter(key, at, random.choice((None, "q", "r")))


@settings(max_examples=6, phases=AS_FOUND)
@given(histories(), st.data())
def test_every_road_says_what_walking_over_the_contacts_gives(store, told, data):
    first, later = told
    emptied(store.engine)
    tell(store, [one.event() for one in first])
    settle(store)
    tell(store, [one.event(revision=1) for one in later])
    known = {(type(one), one.key): one for one in (*first, *later)}.values()
    contacts, cases = ([one for one in known if isinstance(one, of)] for of in (Came, Matter))
    grain = data.draw(st.sampled_from((Grain.QUARTER_HOUR, Grain.DAY, Grain.TOTAL)))
    by = data.draw(st.sampled_from(((), (Dimension.QUEUE,), (Dimension.CHANNEL,))))
    truths = of_contacts(contacts)
    walk = Walk(Query(tuple(truths), PERIOD, grain, by), contacts, truths, part)
    by_queue = tuple(one for one in by if one is Dimension.QUEUE)
    of_case = Query(("bounce_index",), PERIOD, grain, by_queue)
    compare_figures(store, Walk(of_case, cases, of_cases(contacts), part))
    compare_figures(store, walk)
    for name in truths:
        compare_list(store, walk, name)
