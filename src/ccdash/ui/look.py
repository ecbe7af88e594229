"""By whom and how a screen of now is read, and what it is narrowed to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from ccdash.i18n import Translator
from ccdash.query import Dimension, Filters, Period, Query
from ccdash.store.comparison import Comparison
from ccdash.store.conditions import UNKNOWN, queue_channel
from ccdash.store.live import Floor, period_of_day
from ccdash.thresholds import Threshold, Thresholds
from ccdash.ui.addresses import href
from ccdash.ui.theme import State
from ccdash.views import scope as views
from ccdash.views.scope import Part, Scope
from ccdash.vocabulary import Channel

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
    be read), and who looks. `at` is set for a look back."""

    floor: Floor
    look: Look
    part: Part = field(default_factory=Part)
    beside: Comparison | None = None
    at: datetime | None = None

    @property
    def scope(self) -> Scope:
        """What was asked for."""
        return self.part.scope

    def behind(
        self,
        metric: str,
        period: Period | None = None,
        channel: Channels = None,
        queue: str | None = None,
    ) -> str:
        """The address of the contacts behind a figure of the part that is shown: of the day so
        far, unless another period is given, and of one channel, some, or one queue in it."""
        when = period or period_of_day(self.floor, self.look.zone.key)
        wanted = channel if isinstance(channel, Channel) else self.scope.channel or channel
        filters = self._filters(wanted, queue)
        return href("contacts", Query((metric,), when, filters=filters).to_params())

    def behind_person(self, name: str) -> str:
        """The address of what one person has handled in the day so far."""
        when = period_of_day(self.floor, self.look.zone.key)
        filters = ((Dimension.AGENT, (name,)),)
        return href("contacts", Query(("handled",), when, filters=filters).to_params())

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


def shown(floor: Floor, look: Look, scope: Scope, beside: Comparison | None) -> Shown:
    """The floor narrowed to the scope, and what it is held against."""
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
    return Shown(narrowed, look, part, beside)


def target_percent(targets: Thresholds, at: datetime) -> int:
    """The service level that the whole centre aims at."""
    return targets.value(Threshold.TARGET_PERCENT, Channel.PHONE, "", at)


def level_state(level: float | None, target: float) -> State | None:
    """Against its target; ten points below it is bad."""
    if level is None:
        return None
    return "good" if level >= target else "warn" if level >= target - 0.1 else "bad"
