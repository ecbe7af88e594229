"""What the simulator itself knows, counted from its own visits: never through ccdash's measures.

The names are those of the measures in docs/metrics.md, so that a test can ask for the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ccdash.simulate.calendar import days_of, start_of_day
from ccdash.simulate.centre import ALWAYS, Centre
from ccdash.simulate.visits import Conversation, Stay
from ccdash.simulate.week import Week
from ccdash.thresholds import Threshold
from ccdash.vocabulary import Channel, Outcome, SurveyKind


class Seen(NamedTuple):
    """One stay, and where it belongs: the local day of its arrival, its channel and queue."""

    day: date
    channel: Channel
    queue: str | None
    visit: Conversation
    stay: Stay
    place: int

    @property
    def is_last(self) -> bool:
        """Whether the conversation ended here: surveys belong to its last stay."""
        return self.place == len(self.visit.stays) - 1


@dataclass(frozen=True)
class Tally:
    """Counts and sums over stays; test calls are in `tests` only."""

    contacts: int = 0
    callers: int = 0
    offered: int = 0
    answered: int = 0
    answered_in_target: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    timed_out: int = 0
    left_before_queue: int = 0
    handled: int = 0
    transferred: int = 0
    tests: int = 0
    wait_seconds_answered: int = 0
    talk_seconds: int = 0
    hold_seconds: int = 0
    wrap_up_seconds: int = 0
    csat_asked: int = 0
    csat_responses: int = 0
    csat_satisfied: int = 0
    agent_resolved_said: int = 0
    agent_resolved_yes: int = 0
    fcr_asked: int = 0
    fcr_responses: int = 0
    fcr_solved: int = 0


def seen(weeks: Iterable[Week]) -> Iterator[Seen]:
    """Every stay of these weeks."""
    for week in weeks:
        days = days_of(week.monday)
        starts = [start_of_day(week.centre, day) for day in days]
        for visit in week.conversations:
            channel = visit.round.queue.channel
            for place, stay in enumerate(visit.stays):
                day = days[bisect_right(starts, stay.arrived) - 1]
                queue = None if stay.queue is None else stay.queue.key
                yield Seen(day, channel, queue, visit, stay, place)


def tallied(centre: Centre, rows: Iterable[Seen]) -> Tally:
    """The counts over these stays."""
    sums = dict.fromkeys(Tally.__dataclass_fields__, 0)
    for row in rows:
        if row.visit.is_test:
            sums["tests"] += 1
            continue
        _count(centre, row, sums)
        if row.is_last:
            _count_csat(centre, row, sums)
            _count_words(row, sums)
    return Tally(**sums)


def _count(centre: Centre, row: Seen, sums: dict[str, int]) -> None:
    stay = row.stay
    sums["contacts"] += 1
    sums["callers"] += row.place == 0
    if stay.queued is None:
        sums["left_before_queue"] += stay.outcome is Outcome.ABANDONED
        return
    sums["offered"] += 1
    waited = stay.waited or 0
    if stay.answered is not None:
        is_in_target = waited <= limit(centre, row.channel, row.queue, Threshold.TARGET_SECONDS)
        sums["answered"] += 1
        sums["answered_in_target"] += is_in_target
        sums["wait_seconds_answered"] += waited
        sums["handled"] += 1
        sums["transferred"] += stay.moves_to is not None
        sums["talk_seconds"] += stay.talked
        sums["hold_seconds"] += stay.held[1] - stay.held[0] if stay.held else 0
        sums["wrap_up_seconds"] += stay.done - stay.ended
        return
    is_short = waited <= limit(centre, row.channel, row.queue, Threshold.SHORT_ABANDON_SECONDS)
    has_given_up = stay.outcome is Outcome.ABANDONED
    sums["abandoned"] += has_given_up
    sums["short_abandoned"] += has_given_up and is_short
    sums["timed_out"] += stay.outcome is Outcome.TIMED_OUT


def _count_csat(centre: Centre, row: Seen, sums: dict[str, int]) -> None:
    for kind, _, _, score in row.visit.asked:
        if kind is SurveyKind.CSAT:
            sums["csat_asked"] += 1
            sums["csat_responses"] += score is not None
            lowest = limit(centre, row.channel, row.queue, Threshold.CSAT_POSITIVE_FROM)
            sums["csat_satisfied"] += score is not None and score >= lowest


def _count_words(row: Seen, sums: dict[str, int]) -> None:
    """What the agent and the customer say of the resolution."""
    sums["agent_resolved_said"] += row.visit.agent_says is not None
    sums["agent_resolved_yes"] += row.visit.agent_says is True
    for kind, _, _, score in row.visit.asked:
        if kind is SurveyKind.FCR:
            sums["fcr_asked"] += 1
            sums["fcr_responses"] += score is not None
            sums["fcr_solved"] += score == 1


@lru_cache(maxsize=1024)
def limit(centre: Centre, channel: Channel, queue: str | None, name: Threshold) -> int:
    """What the centre's targets say for that queue."""
    return centre.thresholds.value(name, channel, queue or "", ALWAYS)
