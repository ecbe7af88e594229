"""One customer's history, shaped for a page. Frames are those of store/customers.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.vocabulary import LIVE_CHANNELS, WRITTEN_CHANNELS, Channel, Direction, Joined, Outcome

MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Case:
    """The matter that a contact was about, as its source keeps it."""

    key: str
    subject: str | None
    is_resolved: bool
    reopened: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One contact; times are the local wall clock, seconds are null where nothing is known.
    `number` is its own; `matter` that of the matter of several contacts to which it belongs, and
    `joined` how it came to it. `waiting_seconds` is how long the customer has waited at this
    moment. `promised` is until when somebody was to call back, `promise_late_seconds` how much
    later they did, negative where it was in time; `promise_left_seconds` is how much time there is
    where nobody did yet, negative where there is none."""

    number: int
    customer_id: int
    arrived: datetime
    channel: Channel
    outcome: Outcome
    is_outbound: bool
    is_test: bool
    is_transferred: bool
    continues_another: bool
    waiting_seconds: float | None
    wait_seconds: int | None
    talk_seconds: int | None
    agent: str | None
    queue: str | None
    contact_point: str | None
    subject: str | None
    case: Case | None
    csat_score: int | None
    oddity: str | None
    language: str | None = None
    promised: datetime | None = None
    promise_late_seconds: int | None = None
    promise_left_seconds: float | None = None
    matter: int | None = None
    joined: Joined | None = None

    @property
    def was_told(self) -> bool:
        """Whether the customer could say what it is about: to a person, or in writing."""
        return self.agent is not None or self.channel in WRITTEN_CHANNELS - LIVE_CHANNELS

    @property
    def is_overdue(self) -> bool:
        """Whether a promise to call back is open for too long."""
        return (self.promise_left_seconds or 0) < 0


@dataclass(frozen=True, slots=True)
class Summary:
    """A history in a few facts; test calls are in none of them. `scores` are the newest first, with
    the day of the contact that they are of."""

    contacts: int
    lately: int
    first_at: datetime | None
    last: Visit | None
    channels: tuple[tuple[Channel, int], ...]
    cases: tuple[Case, ...]
    scores: tuple[tuple[int, datetime], ...]
    tests: int
    people: int
    language: str | None

    @property
    def mean_score(self) -> float | None:
        """Of all answers, 1 to 5."""
        return sum(score for score, _ in self.scores) / len(self.scores) if self.scores else None

    @property
    def reopened_cases(self) -> int:
        """How many were resolved once and opened again."""
        return sum(one.reopened > 0 for one in self.cases)


def summary(told: Sequence[Visit], now: datetime) -> Summary:
    """Of all visits, newest first; `now` is of the same wall clock."""
    real = [one for one in told if not one.is_test]
    cases = {one.case.key: one.case for one in reversed(real) if one.case}
    return Summary(
        contacts=len(real),
        lately=sum(one.arrived >= now - MONTH for one in real),
        first_at=real[-1].arrived if real else None,
        last=real[0] if real else None,
        channels=tuple(Counter(one.channel for one in real).most_common()),
        cases=tuple(cases.values()),
        scores=tuple((one.csat_score, one.arrived) for one in real if one.csat_score is not None),
        tests=len(told) - len(real),
        people=len({one.agent for one in real if one.agent}),
        language=_usual(one.language for one in real if one.language),
    )


def _usual(told: Iterable[str]) -> str | None:
    return next((one for one, _ in Counter(told).most_common(1)), None)


def waiting(told: Sequence[Visit]) -> list[Visit]:
    """The contacts in which the customer waits at this moment, the longest wait first."""
    waits = [one for one in told if one.waiting_seconds is not None and not one.is_test]
    return sorted(waits, key=lambda one: -(one.waiting_seconds or 0))


def open_promises(told: Sequence[Visit]) -> list[tuple[float, datetime]]:
    """How much time is left to call back, and until when, the earliest first."""
    return sorted(
        (one.promise_left_seconds, one.promised)
        for one in told
        if one.promise_left_seconds is not None and one.promised and not one.is_test
    )


def asked_again(told: Sequence[Visit]) -> frozenset[int]:
    """The contacts in which the customer had to tell of a matter again: they came with it on
    another channel, or to another person, than the last time they told of it. A part of one's own
    conversation is none, it was passed on."""
    last: dict[int, Visit] = {}
    found = set()
    for one in reversed([each for each in told if not each.is_test]):
        if one.matter is None or not one.was_told:
            continue
        before = last.get(one.matter)
        last[one.matter] = one
        if before and not one.is_outbound and not one.continues_another and _is_other(one, before):
            found.add(one.number)
    return frozenset(found)


def _is_other(one: Visit, before: Visit) -> bool:
    is_other_person = one.agent is not None and before.agent is not None
    return one.channel is not before.channel or (is_other_person and one.agent != before.agent)


def visits(history: pl.DataFrame, now: datetime, where: ZoneInfo) -> list[Visit]:
    """In the order of the frame, newest first."""
    return [_visit(row, now, where) for row in history.iter_rows(named=True)]


def _visit(row: Mapping[str, Any], now: datetime, where: ZoneInfo) -> Visit:
    same = (
        "is_transferred", "continues_another", "wait_seconds", "talk_seconds", "agent", "queue",
        "contact_point", "csat_score", "oddity", "language", "customer_id", "matter",
    )  # fmt: skip
    is_open, queued = row["outcome"] == Outcome.OPEN, row["queued_at"]
    is_waiting = is_open and queued is not None and row["answered_at"] is None
    return Visit(
        number=row["contact_id"],
        arrived=local(row["arrived_at"], where),
        channel=Channel(row["channel"]),
        outcome=Outcome(row["outcome"]),
        is_outbound=row["direction"] == Direction.OUTBOUND,
        is_test=row["is_void"],
        waiting_seconds=max(0.0, _seconds(queued, now)) if is_waiting else None,
        subject=row["subject"] or row["case_subject"],
        case=_case(row),
        joined=Joined(row["joined"]) if row["joined"] else None,
        **_promise(row, now, where),
        **{name: row[name] for name in same},
    )


def _promise(row: Mapping[str, Any], now: datetime, where: ZoneInfo) -> dict[str, Any]:
    """Of a callback, as service levels have it."""
    if row["channel"] != Channel.CALLBACK:
        return {}
    by = (row["queued_at"] or row["arrived_at"]) + timedelta(seconds=row["target_seconds"])
    told: dict[str, Any] = {"promised": local(by, where)}
    if row["answered_at"] is not None:
        return told | {"promise_late_seconds": row["wait_seconds"] - row["target_seconds"]}
    is_open = row["outcome"] == Outcome.OPEN
    return told | {"promise_left_seconds": _seconds(now, by) if is_open else None}


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()


def _case(row: Mapping[str, Any]) -> Case | None:
    if row["case"] is None:
        return None
    resolved = row["case_resolved_at"] is not None
    return Case(row["case"], row["case_subject"], resolved, row["case_reopened_count"] or 0)


def local(at: datetime, where: ZoneInfo) -> datetime:
    """The wall clock of a place, without its zone."""
    return at.astimezone(where).replace(tzinfo=None)
