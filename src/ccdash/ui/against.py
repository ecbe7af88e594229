"""The figures of now beside what they are held against: the last hour and what is usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

from ccdash.i18n import N_
from ccdash.query import Period
from ccdash.store.recent import Recent
from ccdash.store.usual import Usual
from ccdash.ui.look import Shown
from ccdash.views import hour
from ccdash.views.hour import Hour
from ccdash.views.parts import WHOLE, Key, metric_by_part
from ccdash.views.scope import Part
from ccdash.views.usual import usual
from ccdash.vocabulary import Channel

QUARTER = timedelta(minutes=15)
EVERY = "every"
GROUPS = {EVERY: tuple(Channel)} | {str(one): (one,) for one in Channel}
READING = N_("Reading what is usual …")
NO_HOUR = Hour((), (), (), (), (), ())


@dataclass(frozen=True)
class Against:
    """Made once a drawing. What could not be read is not in its mappings.

    hours: by a channel's name, and EVERY. levels: today's service level by part. arrived, in
    `half_hour`, and its usual by part. usual_so_far: metrics until the last full quarter."""

    shown: Shown
    half_hour: Period
    hours: Mapping[str, Hour]
    levels: Mapping[Key, float | None]
    arrived: Mapping[Key, float | None] | None = None
    usual_arrived: Mapping[Key, float] | None = None
    usual_so_far: Mapping[str, float | None] | None = None

    def hour(self, group: str = EVERY) -> Hour:
        """The lines of the last hour."""
        return self.hours.get(group, NO_HOUR)

    def arrivals(self, part: Key = WHOLE) -> int | None:
        """Who came in the half hour; None where it is not known."""
        return None if self.arrived is None else int(self.arrived.get(part) or 0)

    def usual_arrivals(self, part: Key = WHOLE) -> float | None:
        """How many come in that half hour on such a weekday."""
        return (self.usual_arrived or {}).get(part)

    def usual(self, metric: str) -> float | None:
        """The metric of such a weekday until the last full quarter of an hour."""
        return (self.usual_so_far or {}).get(metric)


def awaits_usual(shown: Shown) -> bool:
    """Whether what is usual for such a day is still being read: nobody waits for it."""
    if shown.at is not None or shown.beside is None:
        return False
    weeks, today = shown.beside.usual, shown.floor.as_of.astimezone(shown.look.zone).date()
    return weeks is None or weeks.day != today


def against(shown: Shown) -> Against:
    """What the shown floor is held against."""
    end = shown.floor.as_of
    end -= timedelta(seconds=end.timestamp() % QUARTER.total_seconds())
    half = Period(end - 2 * QUARTER, end, shown.look.zone.key)
    levels = metric_by_part(shown.floor.day, "service_level")
    beside = shown.beside
    if beside is None:
        return Against(shown, half, {}, levels)
    asked = _Asked(beside.usual, half, shown.part)
    return Against(shown, half, levels=levels, **_kept(beside.recent, asked))


@dataclass(frozen=True)
class _Asked:
    """What the rest follows from, beside the last hour: it changes now and then."""

    usual: Usual | None
    half_hour: Period
    part: Part


_KEPT: WeakKeyDictionary[Recent, dict[_Asked, Mapping[str, Any]]] = WeakKeyDictionary()
"""For as long as there is no newer hour."""


def _kept(recent: Recent, asked: _Asked) -> Mapping[str, Any]:
    its = _KEPT.setdefault(recent, {})
    if asked not in its:
        its[asked] = _worked_out(recent, asked)
    return its[asked]


def _worked_out(recent: Recent, asked: _Asked) -> Mapping[str, Any]:
    """The lines of the last hour, the arrivals of the half hour, and what is usual."""
    half = asked.half_hour
    contacts = asked.part.of(recent.contacts)
    arrived = None
    if recent.end >= half.end:  # else it was read too early to know the whole half hour
        arrived = metric_by_part(hour.arrived(contacts, half.start, half.end), "arrived")
    usual_arrived, usual_so_far = _usual(asked)
    return {
        "hours": hour.lines(contacts, recent.start, GROUPS),
        "arrived": arrived,
        "usual_arrived": usual_arrived,
        "usual_so_far": usual_so_far,
    }


def _usual(asked: _Asked) -> tuple[dict[Key, float], dict[str, float | None]]:
    """Usual arrivals in the half hour, and usual figures of the day so far."""
    weeks, local = asked.usual, asked.half_hour.end.astimezone(asked.half_hour.zone)
    if weeks is None or weeks.day != local.date():
        return {}, {}
    last, quarters = local.hour * 60 + local.minute, asked.part.of(weeks.quarters)
    half = range(last - 30, last) if last >= 30 else range(0)
    arrived = usual(quarters, weeks.weeks_ago, "arrived", half)
    names = ("service_level", "abandoned")
    so_far = {name: usual(quarters, weeks.weeks_ago, name, range(last)) for name in names}
    return arrived, {name: found.get(WHOLE) for name, found in so_far.items()}
