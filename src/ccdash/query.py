"""What is asked: one frozen value that screens, links, exports, commands and tests share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from ccdash.errors import BadQuery
from ccdash.settings import zone
from ccdash.vocabulary import Grain

MOST_NUMBER, MOST_DIGITS = 2**63 - 1, 19
MOST_BUCKETS = 40_000
"""A year of quarter hours and some more; finer questions are refused with a sentence."""


class Dimension(StrEnum):
    """What figures may be broken down and filtered by."""

    CHANNEL = "channel"
    QUEUE = "queue"
    QUEUE_CHANNEL = "queue_channel"
    TEAM = "team"
    AGENT = "agent"
    CONTACT_POINT = "contact_point"
    LANGUAGE = "language"
    SUBJECT = "subject"
    SOURCE = "source"
    DIRECTION = "direction"
    OUTCOME = "outcome"
    RECOGNITION = "recognition"
    HANDOVER = "handover"
    JOURNEY = "journey"


WAYS = (Dimension.HANDOVER, Dimension.JOURNEY)
"""The way from queue to queue that a conversation went, from channel to channel a matter. Each may
have gone several, so these are filters alone (store/handovers.py)."""

SPLITS = tuple(one for one in Dimension if one not in WAYS)
"""What figures may be broken down by."""

Filters = tuple[tuple[Dimension, tuple[str, ...]], ...]
"""Every dimension must match one of its words; words of an unknown dimension are an error."""


@dataclass(frozen=True)
class Period:
    """[start, end) in a time zone: its days, weeks and months are that zone's."""

    start: datetime
    end: datetime
    timezone: str

    def __post_init__(self) -> None:
        """Refuse a period that holds nothing."""
        if self.start >= self.end:
            raise BadQuery("The period is empty: its end must be after its start.")

    @classmethod
    def parse(cls, start: str, end: str, timezone: str) -> Period:
        """From dates or instants as people write them (2026-03-01, 2026-03-01T08:00); without an
        offset they are of the time zone. Raises BadQuery, BadSettings."""
        where = zone(timezone)
        return cls(_instant(start, where), _instant(end, where), timezone)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return zone(self.timezone)

    def previous(self) -> Period:
        """The period of the same length just before, in local days where it is made of days."""
        start, end = self.start.astimezone(self.zone), self.end.astimezone(self.zone)
        length = _naive(end) - _naive(start)
        return replace(self, start=_local(_naive(start) - length, self.zone), end=start)

    def starts(self, grain: Grain) -> list[datetime]:
        """The starts of the buckets, the first one the period's own start. The one place that
        knows when an hour, day, ISO week, month, quarter or year begins. Raises BadQuery."""
        found: list[datetime] = []
        for start in self._starts(grain):
            found.append(start)
            if len(found) > MOST_BUCKETS:
                raise BadQuery(f"Too many points: ask for a coarser grain than {grain}.")
        return found

    def spans(self, grain: Grain) -> list[tuple[datetime, datetime]]:
        """[start, end) of every bucket."""
        return list(pairwise([*self.starts(grain), self.end]))

    def _starts(self, grain: Grain) -> Iterator[datetime]:
        yield self.start
        if grain is Grain.TOTAL:
            return
        at = bucket_start(self.start, grain, self.zone)
        while (at := _following(at, grain, self.zone)) < self.end:
            yield at


@dataclass(frozen=True)
class Query:
    """Which metrics, when, in what buckets, of what, broken down how."""

    metrics: tuple[str, ...]
    period: Period
    grain: Grain = Grain.TOTAL
    by: tuple[Dimension, ...] = ()
    filters: Filters = ()
    weekday: int | None = None
    """Only of this day of the week by the clock of the period's zone; 1 is Monday, 7 Sunday."""
    hour: int | None = None
    """Only of this hour of its days, 0 to 23; of a day that has one twice, of both."""
    settings_at: datetime | None = None
    """All days by the targets and limits that held at this instant; None: each by its own."""
    before: Period | None = None
    """The period beside which the figures stand, bucket by bucket."""
    search: str = ""
    """What narrows a list of contacts (store/searching.py); no figure is narrowed by it."""
    customer: int | None = None
    """The number of a customer whose person's contacts alone a list has; no figure is narrowed."""

    @property
    def is_of_a_list(self) -> bool:
        """Whether it is narrowed as only a list of contacts can be."""
        return bool(self.search) or self.customer is not None

    @property
    def is_of_hours(self) -> bool:
        """Whether only some hours of the week are asked for."""
        return self.weekday is not None or self.hour is not None

    def narrowed_to(self, metric: str, span: tuple[datetime, datetime], **of: str) -> Query:
        """The question behind one point: its bucket, clamped to the period, and its series."""
        start, end = max(span[0], self.period.start), min(span[1], self.period.end)
        more = tuple((Dimension(name), (word,)) for name, word in sorted(of.items()))
        kept = tuple(one for one in self.filters if one[0] not in of)
        period = replace(self.period, start=start, end=end)
        return replace(self.behind(metric), period=period, filters=kept + more)

    def behind(self, metric: str) -> Query:
        """The question for the list behind one of its figures, over the whole period."""
        return replace(self, metrics=(metric,), grain=Grain.TOTAL, by=(), before=None)

    def to_params(self) -> dict[str, str]:
        """As URL parameters; `from_params` gives back an equal question."""
        params = {
            "metrics": ",".join(self.metrics),
            "from": self.period.start.astimezone(self.period.zone).isoformat(),
            "to": self.period.end.astimezone(self.period.zone).isoformat(),
            "tz": self.period.timezone,
            "grain": str(self.grain),
            "by": ",".join(self.by),
            "search": self.search,
        }
        params |= {f"where_{name}": "|".join(words) for name, words in self.filters}
        params |= {
            name: str(number)
            for name, number in (
                ("weekday", self.weekday), ("hour", self.hour), ("customer", self.customer),
            )
            if number is not None
        }  # fmt: skip
        where = self.period.zone
        if self.settings_at is not None:
            params["settings"] = self.settings_at.astimezone(where).isoformat()
        if self.before is not None:
            params["before_from"] = self.before.start.astimezone(where).isoformat()
            params["before_to"] = self.before.end.astimezone(where).isoformat()
        return {name: value for name, value in params.items() if value}

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Query:
        """From URL parameters; unknown ones are left alone. Raises BadQuery."""
        try:
            period = Period.parse(params["from"], params["to"], params["tz"])
            grain = Grain(params.get("grain", Grain.TOTAL))
            by = tuple(Dimension(word) for word in params.get("by", "").split(",") if word)
            filters = tuple(
                (Dimension(name.removeprefix("where_")), tuple(value.split("|")))
                for name, value in sorted(params.items())
                if name.startswith("where_")
            )
        except (KeyError, ValueError) as cause:
            raise BadQuery(f"The link does not say what is asked: {cause}") from cause
        metrics = tuple(word for word in params.get("metrics", "").split(",") if word)
        settings = params.get("settings")
        return cls(
            metrics,
            period,
            grain,
            by,
            filters,
            _number("weekday", params, range(1, 8)),
            _number("hour", params, range(24)),
            _instant(settings, period.zone) if settings else None,
            _before(params, period.timezone),
            params.get("search", "").strip(),
            _number("customer", params, range(1, MOST_NUMBER + 1)),
        )


def _number(name: str, params: Mapping[str, str], allowed: range) -> int | None:
    text = params.get(name, "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > MOST_DIGITS or int(text) not in allowed:
        raise BadQuery(f"{name} is a number from {allowed[0]} to {allowed[-1]}, not {text[:20]!r}.")
    return int(text)


def _before(params: Mapping[str, str], timezone: str) -> Period | None:
    ends = [params.get(name, "") for name in ("before_from", "before_to")]
    if not any(ends):
        return None
    if not all(ends):
        raise BadQuery("before_from and before_to belong together: write both or none.")
    return Period.parse(ends[0], ends[1], timezone)


def bucket_start(at: datetime, grain: Grain, where: ZoneInfo) -> datetime:
    """The start of the bucket that holds this instant. Weeks begin on Monday (ISO 8601)."""
    if grain in (Grain.QUARTER_HOUR, Grain.HOUR):
        return _on_the_clock(at, _STEP[grain], where)
    day = at.astimezone(where).date()
    match grain:
        case Grain.WEEK:
            day -= timedelta(days=day.weekday())
        case Grain.MONTH:
            day = day.replace(day=1)
        case Grain.QUARTER:
            day = day.replace(month=day.month - (day.month - 1) % 3, day=1)
        case Grain.YEAR:
            day = day.replace(month=1, day=1)
        case _:
            pass
    return _midnight(day, where)


_STEP = {Grain.QUARTER_HOUR: timedelta(minutes=15), Grain.HOUR: timedelta(hours=1)}


def _on_the_clock(at: datetime, step: timedelta, where: ZoneInfo) -> datetime:
    """Down to a full quarter or hour of the local clock, zones of half hours included, or to the
    instant at which the clock was set, where that is later."""
    start = _full(at, step, where)
    return start if _offset(start, where) == _offset(at, where) else _was_set(start, where)


def _next_on_the_clock(at: datetime, step: timedelta, where: ZoneInfo) -> datetime:
    """The next start after the one that is given."""
    end = _full(at, step, where) + step
    return end if _offset(end, where) == _offset(at, where) else _was_set(at, where)


def _full(at: datetime, step: timedelta, where: ZoneInfo) -> datetime:
    local = at.astimezone(where)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return (at - past % step).astimezone(UTC)


def _was_set(at: datetime, where: ZoneInfo) -> datetime:
    """The first instant after this one at which the clock was set: at a full quarter (UTC)."""
    before = _offset(at, where)
    while _offset(at, where) == before:
        at += _STEP[Grain.QUARTER_HOUR]
    return at


def _offset(at: datetime, where: ZoneInfo) -> timedelta | None:
    return at.astimezone(where).utcoffset()


def _following(at: datetime, grain: Grain, where: ZoneInfo) -> datetime:
    """The start of the next bucket; a local day has 23, 24 or 25 hours."""
    if grain in _STEP:
        return _next_on_the_clock(at, _STEP[grain], where)
    day = at.astimezone(where).date()
    match grain:
        case Grain.DAY:
            day += timedelta(days=1)
        case Grain.WEEK:
            day += timedelta(days=7)
        case Grain.MONTH:
            day = _first_of_month(day, 1)
        case Grain.QUARTER:
            day = _first_of_month(day, 3)
        case _:
            day = day.replace(year=day.year + 1)
    return _midnight(day, where)


def _first_of_month(day: date, later: int) -> date:
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)


def _midnight(day: date, where: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), where).astimezone(UTC)


def _naive(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def _local(at: datetime, where: ZoneInfo) -> datetime:
    return at.replace(tzinfo=where)


def _instant(text: str, where: ZoneInfo) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as cause:
        raise BadQuery(f"{text!r} is no date or time; write 2026-03-01 or 2026-03-01T08:00.") from (
            cause
        )
    return (at if at.tzinfo else at.replace(tzinfo=where)).astimezone(UTC)
