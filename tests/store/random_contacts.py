"""Random contacts of a week, with late corrections, for tests that walk over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import strategies as st

from ccdash.ingest import events as ev
from ccdash.query import Period
from ccdash.vocabulary import Author, Channel, Direction, Outcome, SurveyKind
from tests.store.slow_hours import ALL_DAY, BORDERS, LATE, SPLIT, SlowHours
from tests.store.whose import KnownBy, known_by, whose

BEST = {SurveyKind.CSAT: 5, SurveyKind.NPS: 10, SurveyKind.CES: 7, SurveyKind.FCR: 1}
WEEKS = (
    ("Europe/Helsinki", date(2026, 3, 27)),  # summer begins, and a month ends
    ("Europe/Helsinki", date(2026, 10, 23)),  # summer ends
    ("Australia/Lord_Howe", date(2026, 4, 2)),  # summer ends by half an hour
    ("Australia/Lord_Howe", date(2026, 9, 29)),
    ("Asia/Kolkata", date(2026, 2, 26)),  # half an hour beside others, and a short month ends
)
DAYS = 7


@dataclass(frozen=True)
class Row:
    """One contact, as a source tells it; and with what target and hours it is measured."""

    key: str
    at: datetime
    channel: Channel
    outcome: Outcome
    direction: Direction = Direction.INBOUND
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    end: datetime | None = None
    talk: int | None = None
    hold: int | None = None
    wrap_up: int | None = None
    told_wait: int | None = None
    known_by: KnownBy = ()
    who: int | None = None
    """Which person that is, once everything is told (`recognised`)."""
    continues: str | None = None
    is_transferred: bool = False
    is_test: bool = False
    is_resolved: bool | None = None
    surveys: Mapping[SurveyKind, int | None] = field(default_factory=dict)
    said: tuple[tuple[int, Author], ...] = ()
    """What was written, each so many seconds after the arrival, in the order of time."""
    agent: str | None = None
    subject: str | None = None
    target: int = 0
    hours: SlowHours | None = None

    @property
    def queue(self) -> str | None:
        return f"q-{self.channel}" if self.queued_at else None

    def event(self, revision: int = 0) -> ev.Event:
        of = {"source": "s", "id": self.key, "contact": self.key, "revision": revision}
        of |= {"at": self.at, "channel": self.channel}
        if self.outcome is Outcome.OPEN:
            return ev.Queued(**of, queue=self.queue)
        asked = tuple(
            ev.Survey(kind, self.end, None if score is None else self.end, score)
            for kind, score in self.surveys.items()
        )
        said = tuple(ev.Message(self.at + timedelta(seconds=n), by) for n, by in self.said)
        return ev.Recorded(
            **of, end=self.end, direction=self.direction, outcome=self.outcome, queue=self.queue,
            queued_at=self.queued_at, answered_at=self.answered_at, wait_seconds=self.told_wait,
            agent=self.agent, talk_seconds=self.talk, customer=self.known_by, subject=self.subject,
            hold_seconds=self.hold, wrap_up_seconds=self.wrap_up, continues=self.continues,
            is_transferred=self.is_transferred, is_test=self.is_test, surveys=asked,
            is_resolved=self.is_resolved, messages=said,
        )  # fmt: skip


def recognised(told: Sequence[Row]) -> list[Row]:
    """What holds in the end of rows of which the later ones correct earlier ones, each with who
    came."""
    known = {one.key: one for one in told}
    person = whose(one.known_by for one in known.values())
    return [replace(one, who=person(one.known_by)) for one in known.values()]


# What is told -------------------------------------------------------------------------------------

UNANSWERED = (
    *(Outcome.ABANDONED,) * 4, *(Outcome.TIMED_OUT,) * 2, *(Outcome.OPEN,) * 2, Outcome.VOICEMAIL,
    Outcome.CALLBACK_BOOKED, Outcome.REFUSED, Outcome.FAILED, Outcome.SELF_SERVED,
)  # fmt: skip
SECONDS = (0, 4, 5, 6, 29, 30, 31, 90, 91, 4000)
"""On both sides of every limit."""


def row_of(key: str, at: datetime, random: Random) -> Row:
    channel = random.choice((Channel.PHONE, *Channel))
    after_menu = at + timedelta(seconds=random.choice((0, 20, 1200, 1200)))
    is_queued = random.random() < 0.8
    if random.random() < 0.5:
        made = Row(key, at, channel, Outcome.HANDLED, queued_at=after_menu if is_queued else None)
        return _answered(made, random)
    outcome = random.choice(UNANSWERED)
    if outcome is Outcome.OPEN:
        return Row(key, at, channel, outcome, queued_at=at)
    end = after_menu + timedelta(seconds=random.choice(SECONDS))
    made = Row(key, at, channel, outcome, queued_at=after_menu if is_queued else None, end=end)
    return _of_anyone(made, random)


def _answered(made: Row, random: Random) -> Row:
    pause, length = random.choice(SECONDS), random.choice(SECONDS)
    taken = (made.queued_at or made.at) + timedelta(seconds=pause)
    is_timed = random.random() < 0.9
    some = (None, 0, 7)
    told = replace(
        made,
        outcome=random.choice((*(Outcome.HANDLED,) * 7, Outcome.FAILED)),
        direction=random.choice((*(Direction.INBOUND,) * 5, Direction.OUTBOUND)),
        answered_at=taken,
        agent=random.choice(("a", "b", None)),
        end=taken + timedelta(seconds=length),
        talk=length if is_timed else None,
        hold=random.choice(some) if is_timed else None,
        wrap_up=random.choice(some) if is_timed else None,
        is_transferred=random.random() < 0.3,
        is_resolved=random.choice((None, True, False)),
    )
    return _of_anyone(told, random)


def _of_anyone(made: Row, random: Random) -> Row:
    kinds = random.sample(list(BEST), random.choice((0, 0, 1, 2)))
    return replace(
        made,
        told_wait=random.choice((None, None, *SECONDS)),
        known_by=known_by(random.choice((None, "1", "2")), random),
        continues=random.choice((None, None, None, "begun elsewhere")),
        is_test=random.random() < 0.1,
        surveys={kind: _score(kind, random) for kind in kinds},
        said=random.choice(((), _said(random), _said(random))),
    )


def _said(random: Random) -> tuple[tuple[int, Author], ...]:
    moments = sorted(random.sample(range(600), random.choice((1, 2, 5, 9))))
    return tuple((one, random.choice(list(Author))) for one in moments)


def _score(kind: SurveyKind, random: Random) -> int | None:
    lowest = 1 if kind in (SurveyKind.CSAT, SurveyKind.CES) else 0
    return random.choice((None, *range(lowest, BEST[kind] + 1)))


@dataclass(frozen=True)
class Told:
    """A week in a zone; `later` corrects some contacts and tells of new ones."""

    period: Period
    first: list[Row]
    later: list[Row]
    middle: datetime
    hours: SlowHours

    @property
    def rows(self) -> list[Row]:
        """What holds in the end, each with its target and hours: from `middle` on calls have
        another target, and chats are always open."""
        return [self._measured(one) for one in recognised((*self.first, *self.later))]

    def _measured(self, one: Row) -> Row:
        is_later = one.at >= self.middle
        return replace(
            one,
            target=90 if one.channel is Channel.PHONE and is_later else 30,
            hours=self.hours.always() if one.channel is Channel.CHAT and is_later else self.hours,
        )


@st.composite
def weeks(draw: st.DrawFn) -> Told:
    zone, first = draw(st.sampled_from(WEEKS))
    period = Period.parse(str(first), str(first + timedelta(days=DAYS)), zone)
    random = draw(st.randoms(use_true_random=False))
    told = [row_of(f"c{number}", moment(period, random), random) for number in range(30)]
    again = random.sample(told[:25], 5)
    later = [row_of(one.key, moment(period, random), random) for one in again]
    return Told(
        period,
        told[:25],
        [*later, *told[25:]],
        moment(period, random),
        hours_of(first, zone, random),
    )


def hours_of(first: date, zone: str, random: Random) -> SlowHours:
    """By the clock of the same zone or of another one, closed on one of the days."""
    week = tuple(random.choice((SPLIT, SPLIT, LATE, ALL_DAY, ())) for _ in range(7))
    closed = first + timedelta(days=random.randrange(DAYS))
    return SlowHours(random.choice((zone, "Europe/Helsinki")), week, closed)


def moment(period: Period, random: Random) -> datetime:
    """Any, or the last second before one that begins something, or the first of it; or around an
    instant at which an office opens or closes."""
    length = int((period.end - period.start).total_seconds())
    start, kind = period.start.astimezone(UTC), random.random()
    if kind < 0.2:
        return start + timedelta(seconds=random.randrange(length))
    if kind < 0.5:
        day = timedelta(days=random.randrange(DAYS - 1), minutes=random.choice(BORDERS))
        border = period.start.astimezone(period.zone) + day
        return border.astimezone(UTC) - timedelta(seconds=random.choice((0, 1, 600)))
    quarters = random.choice((24 * 4, 4, 1))
    place = random.randrange(1, length // (900 * quarters)) * 900 * quarters
    return start + timedelta(seconds=place - random.choice((0, 0, 1)))
