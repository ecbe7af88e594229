"""By whom and how a screen of now is read, and what it is narrowed to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from ccdash.errors import StoreUnavailable
from ccdash.i18n import Translator
from ccdash.query import Dimension, Filters, Period, Query, bucket_start
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
    part: Part = field(default_factory=Part)
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

    @property
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
        when = period or self.day
        wanted = channel if isinstance(channel, Channel) else self.scope.channel or channel
        filters = self._filters(wanted, queue)
        return _contacts(Query((metric,), when, filters=filters))

    def filters(self) -> Filters:
        """What narrows a question to the part that is shown."""
        return self._filters(self.scope.channel, None)

    def behind_person(self, name: str) -> str:
        """The address of what one person has handled in the day so far."""
        filters = ((Dimension.AGENT, (name,)),)
        return href("contacts", Query(("handled",), self.day, filters=filters).to_params())

    def _filters(self, channel: Channels, queue: str | None) -> Filters:
        some = frozenset({channel}) if isinstance(channel, Channel) else channel
        if queue is None and self.part.queues is not None:
            pairs = self.part.queues.select("channel", "queue").unique().sort("queue", "channel")
            words = [queue_channel(*one) for one in pairs.rows() if not some or one[0] in some]
            return ((Dimension.QUEUE_CHANNEL, tuple(words) or (UNKNOWN,)),)
        asked: dict[Dimension, tuple[str, ...]] = {}
        if some is not None:
            asked[Dimension.CHANNEL] = tuple(sorted(some))
        if queue is not None:
            asked[Dimension.QUEUE] = (queue or UNKNOWN,)
        return tuple(sorted(asked.items()))

    def address(self, scope: Scope) -> str:
        """The same screen of another part of the centre."""
        back = {"at": self.at.isoformat()} if self.at else {}
        return href("live", {**scope.to_params(), **back})


@lru_cache(maxsize=4096)
def _contacts(query: Query) -> str:
    return href("contacts", query.to_params())


def shown(floor: Floor, look: Look, scope: Scope, beside: Comparison | None) -> Shown:
    """The floor narrowed to the scope, and what it is held against. Raises StoreUnavailable for a
    team whose queues could never be read: the whole centre must not stand under its name."""
    if beside is None and scope.team:
        raise StoreUnavailable
    part = Part(scope)
    if beside is not None and not scope.is_all:
        part = views.part(scope, beside.skills, beside.queues)
    narrowed = replace(
        floor,
        queues=part.of(floor.queues),
        waiting=part.of(floor.waiting),
        in_progress=part.of(floor.in_progress),
        people=part.people(floor.people),
        day=part.of(floor.day),
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
