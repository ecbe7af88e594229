"""What a figure is measured against: targets and limits, until somebody sets others.

Settings are rows with the instant from which they hold (`dated_setting`), so that an old day is
computed with what was valid then; a row for a queue goes before one for its channel.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ccdash.vocabulary import Channel, Intent, Word


class Threshold(Word):
    """The names of dated settings."""

    TARGET_SECONDS = "target_seconds"
    TARGET_PERCENT = "target_percent"
    SHORT_ABANDON_SECONDS = "short_abandon_seconds"
    CSAT_POSITIVE_FROM = "csat_positive_from"
    WRAP_UP_SECONDS = "wrap_up_seconds"
    BREAK_SECONDS = "break_seconds"


MEANING: Mapping[Threshold, str] = {
    Threshold.TARGET_SECONDS: "an answer within these seconds meets the target",
    Threshold.TARGET_PERCENT: "the service level that is aimed at, per cent",
    Threshold.SHORT_ABANDON_SECONDS: "who leaves within these seconds is a short abandon",
    Threshold.CSAT_POSITIVE_FROM: "the lowest CSAT score, of 1 to 5, that counts as satisfied",
    Threshold.WRAP_UP_SECONDS: "work after a contact that lasts longer is marked, seconds",
    Threshold.BREAK_SECONDS: "a break that lasts longer is marked, seconds",
}

ALLOWED: Mapping[Threshold, range] = {
    Threshold.TARGET_SECONDS: range(366 * 24 * 3600),
    Threshold.TARGET_PERCENT: range(1, 101),
    Threshold.SHORT_ABANDON_SECONDS: range(24 * 3600),
    Threshold.CSAT_POSITIVE_FROM: range(1, 6),
    Threshold.WRAP_UP_SECONDS: range(1, 24 * 3600),
    Threshold.BREAK_SECONDS: range(1, 24 * 3600),
}
"""The values that make sense."""

TARGET_SECONDS_BY_CHANNEL: Mapping[Channel, int] = {
    Channel.PHONE: 20,
    Channel.CHAT: 60,
    Channel.EMAIL: 4 * 3600,
    Channel.SOCIAL: 2 * 3600,
    Channel.FORM: 8 * 3600,
    Channel.CALLBACK: 3600,
    Channel.SELF_SERVICE: 0,
}

_DEFAULTS: Mapping[Threshold, int] = {
    Threshold.TARGET_PERCENT: 80,
    Threshold.SHORT_ABANDON_SECONDS: 5,
    Threshold.CSAT_POSITIVE_FROM: 4,
    Threshold.WRAP_UP_SECONDS: 5 * 60,
    Threshold.BREAK_SECONDS: 45 * 60,
}


def default(name: Threshold, channel: Channel) -> int:
    """What holds where nobody has set anything."""
    everywhere = _DEFAULTS.get(name)
    return TARGET_SECONDS_BY_CHANNEL[channel] if everywhere is None else everywhere


def of_reason(reason: str) -> str:
    """The name of the limit of one reason to be away: break_seconds:lunch. However a source writes
    its capitals, it is one reason."""
    return f"{Threshold.BREAK_SECONDS}:{reason.strip().casefold()}"


def parts(name: str) -> tuple[Threshold, str]:
    """What is set, and of which reason; no reason is an empty one."""
    threshold, _, reason = name.partition(":")
    return Threshold(threshold), reason


@dataclass(frozen=True)
class DatedValue:
    """One row of dated_setting; an empty channel or queue means every one. `name` is a threshold,
    or one with a reason (`of_reason`)."""

    name: str
    channel: str
    queue: str
    valid_from: datetime
    value: int


_Series = tuple[list[datetime], list[int]]
"""Instants from which values hold, in order, and the values."""


class Thresholds:
    """Every dated setting, to be asked for one queue at one instant. Equal to another of the same
    settings."""

    def __init__(self, rows: Iterable[DatedValue] = ()) -> None:
        self._rows = frozenset(rows)
        self._series: dict[tuple[str, str, str], _Series] = {}
        self._found: dict[tuple[str, str, str], tuple[_Series, ...]] = {}
        for row in sorted(self._rows, key=lambda row: row.valid_from):
            starts, values = self._series.setdefault((row.name, row.channel, row.queue), ([], []))
            starts.append(row.valid_from)
            values.append(row.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thresholds) and self._rows == other._rows

    def __hash__(self) -> int:
        return hash(self._rows)

    def value(self, name: Threshold, channel: Channel, queue: str, at: datetime) -> int:
        """What held for the queue at that instant: queue before channel before everywhere."""
        found = self.found(name, channel, queue, at)
        return default(name, channel) if found is None else found

    def found(self, name: str, channel: str, queue: str, at: datetime) -> int | None:
        """The same of any dated setting; None where nobody has set it."""
        for starts, values in self._of(name, channel, queue):
            place = bisect_right(starts, at)
            if place:
                return values[place - 1]
        return None

    def away_limit(self, intent: Intent, reason: str | None, at: datetime) -> int | None:
        """How long somebody may be away: the limit of the reason, else that of breaks. Training and
        meetings without a limit of their own are as long as they are."""
        own = self.found(of_reason(reason), "", "", at) if reason else None
        if own is not None or intent is not Intent.BREAK:
            return own
        return self.value(Threshold.BREAK_SECONDS, Channel.PHONE, "", at)

    def is_any_set(self, name: str) -> bool:
        """Whether anybody has ever set it."""
        return any(key[0] == name for key in self._series)

    def changes(self, name: str) -> list[datetime]:
        """The instants from which another value of it may hold, in order."""
        starts = (one for key, (one, _) in self._series.items() if key[0] == name)
        return sorted({at for some in starts for at in some})

    def _of(self, name: str, channel: str, queue: str) -> tuple[_Series, ...]:
        """What was ever set that holds for the queue, the most particular first."""
        key = (name, channel, queue)
        found = self._found.get(key)
        if found is None:
            scopes = ((channel, queue), ("", queue), (channel, ""), ("", ""))
            series = (self._series.get((name, *scope)) for scope in scopes)
            found = self._found[key] = tuple(one for one in series if one is not None)
        return found
