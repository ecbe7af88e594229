"""By whom and how a screen of now is read, and what it is narrowed to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.errors import StoreUnavailable
from ccdash.i18n import Translator
from ccdash.query import Dimension, Filters, Period, Query, bucket_start
from ccdash.remembered import remembered
from ccdash.store.comparison import Comparison
from ccdash.store.conditions import UNKNOWN, queue_channel
from ccdash.store.live import Floor, period_of_day
from ccdash.thresholds import Threshold, Thresholds
from ccdash.ui import format as fmt
from ccdash.ui.addresses import href
from ccdash.ui.markup import Content, running
from ccdash.ui.theme import State
from ccdash.views import scope as views
from ccdash.views.scope import Part, Scope
from ccdash.vocabulary import Channel, Grain

A_DAY_AND_MORE = timedelta(hours=36)
"""From any midnight into the next day, however long the day."""
Channels: TypeAlias = Channel | frozenset[Channel] | None
"""One, some, or whatever there is."""
EVERYTHING = Part()


@dataclass(frozen=True)
class Look:
    """By whom and how a floor is read: the language, the centre's zone, the targets."""

    translator: Translator
    zone: ZoneInfo
    targets: Thresholds

    @property
    def language(self) -> str:
        """Its code."""
        return self.translator.language


@dataclass(frozen=True)
class Shown:
    """A floor narrowed to a part of the centre, what it is held against (None while that could not
    be read), and who looks. `at` is set for a look back. `whole` is the floor before it was
    narrowed."""

    floor: Floor
    look: Look
    part: Part = EVERYTHING
    beside: Comparison | None = None
    at: datetime | None = None
    whole: Floor | None = None

    @property
    def scope(self) -> Scope:
        """What was asked for."""
        return self.part.scope

    def since(self, began_at: datetime | None) -> Content:
        """How long ago that was: it goes on, but in a look back."""
        if began_at is None:
            return fmt.NOTHING
        if self.at is None:
            return running(began_at)
        return fmt.duration((self.at - began_at).total_seconds(), self.look.language)

    @cached_property
    def day(self) -> Period:
        """The day that the figures of today are of, until its end, so that their addresses hold
        all day; in a look back until then."""
        if self.at is not None:
            return period_of_day(self.floor, self.look.zone.key)
        start = self.floor.day_start
        end = bucket_start(start + A_DAY_AND_MORE, Grain.DAY, self.look.zone)
        return Period(start, end, self.look.zone.key)

    def behind(
        self,
        metric: str,
        period: Period | None = None,
        channel: Channels = None,
        queue: str | None = None,
    ) -> str:
        """The address of the contacts behind a figure of the part that is shown: of the day so
        far, unless another period is given, and of one channel, some, or one queue in it."""
        return _behind(self.part, metric, period or self.day, (channel, queue))

    def filters(self) -> Filters:
        """What narrows a question to the part that is shown."""
        return _filters(self.part, self.scope.channel, None)

    def behind_person(self, name: str) -> str:
        """The address of what one person has handled in the day so far."""
        filters = ((Dimension.AGENT, (name,)),)
        return href("contacts", Query(("handled",), self.day, filters=filters).to_params())

    def address(self, scope: Scope) -> str:
        """The same screen of another part of the centre."""
        return address_of(scope, self.at)


def address_of(scope: Scope, at: datetime | None) -> str:
    """Now, or a look back, of a part of the centre."""
    back = {"at": at.isoformat()} if at else {}
    return href("live", {**scope.to_params(), **back})


@lru_cache(maxsize=1024)
def _behind(part: Part, metric: str, when: Period, of: tuple[Channels, str | None]) -> str:
    channel, queue = of
    wanted = channel if isinstance(channel, Channel) else part.scope.channel or channel
    query = Query((metric,), when, filters=_filters(part, wanted, queue))
    return href("contacts", query.to_params())


def _filters(part: Part, channel: Channels, queue: str | None) -> Filters:
    some = frozenset({channel}) if isinstance(channel, Channel) else channel
    if queue is None and part.queues is None:
        queue = part.scope.queue or None
    if queue is None and part.queues is not None:
        pairs = part.queues.select("channel", "queue").unique().sort("queue", "channel")
        words = [queue_channel(*one) for one in pairs.rows() if not some or one[0] in some]
        return ((Dimension.QUEUE_CHANNEL, tuple(words) or (UNKNOWN,)),)
    asked: dict[Dimension, tuple[str, ...]] = {}
    if some is not None:
        asked[Dimension.CHANNEL] = tuple(sorted(some))
    if queue is not None:
        asked[Dimension.QUEUE] = (queue or UNKNOWN,)
    return tuple(sorted(asked.items()))


_part = remembered(64)(views.part)


@remembered(64)
def _within(part: Part, day: pl.DataFrame) -> pl.DataFrame:
    return part.of(day)


def shown(floor: Floor, look: Look, scope: Scope, beside: Comparison | None) -> Shown:
    """The floor narrowed to the scope, and what it is held against. Raises StoreUnavailable for a
    team whose queues, a queue or a skill whose people could never be read: the whole centre must
    not stand under its name."""
    if beside is None and (scope.team or scope.queue or scope.skill):
        raise StoreUnavailable
    part = EVERYTHING if scope.is_all else Part(scope)
    if beside is not None and not scope.is_all:
        part = _part(scope, beside.skills, beside.queues)
    narrowed = replace(
        floor,
        queues=part.of(floor.queues),
        waiting=part.of(floor.waiting),
        in_progress=part.of(floor.in_progress),
        people=part.people(floor.people),
        day=_within(part, floor.day),
    )
    return Shown(narrowed, look, part, beside, whole=floor)


def target_percent(targets: Thresholds, at: datetime) -> int:
    """The service level that the whole centre aims at."""
    return targets.value(Threshold.TARGET_PERCENT, Channel.PHONE, "", at)


def level_state(level: float | None, target: float) -> State | None:
    """Against its target; ten points below it is bad."""
    if level is None:
        return None
    return "good" if level >= target else "warn" if level >= target - 0.1 else "bad"
