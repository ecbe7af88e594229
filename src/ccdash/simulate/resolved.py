"""Four views of one thing, counted by the simulator: was it solved at first contact?

It knows each customer and matter, where ccdash has to recognise them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ccdash.simulate.calendar import DAY
from ccdash.simulate.visits import Conversation
from ccdash.vocabulary import Channel, Outcome, SurveyKind

WINDOW = 7 * DAY


@dataclass(frozen=True)
class Resolved:
    """Of handled conversations that are old enough to tell: how many were `solved` in truth, how
    many came back within 7 days about the same subject, on any channel and on the same one, and
    what agents and customers said of them."""

    handled: int = 0
    solved: int = 0
    came_back: int = 0
    came_back_same: int = 0
    agents_said: int = 0
    agents_said_yes: int = 0
    customers_said: int = 0
    customers_said_yes: int = 0


class _About(NamedTuple):
    """Who came about what; without a channel, on any."""

    customer: int
    subject: str
    channel: Channel | None = None


def resolved(visits: Sequence[Conversation], channel: Channel | None, ends: int) -> Resolved:
    """The counts over conversations of that channel (None for all) that began a window before
    `ends`, epoch seconds; test calls are in none."""
    real = [one for one in visits if not one.is_test]
    came = _came(real)
    sums = dict.fromkeys(Resolved.__dataclass_fields__, 0)
    for one in real:
        is_handled = one.stays[-1].outcome is Outcome.HANDLED
        is_asked_for = channel in (None, one.round.queue.channel)
        if is_handled and is_asked_for and one.stays[0].arrived < ends - WINDOW:
            _count(one, came, sums)
    return Resolved(**sums)


def _count(one: Conversation, came: Mapping[_About, Sequence[int]], sums: dict[str, int]) -> None:
    at, matter = one.stays[0].arrived, one.round.matter
    said = [
        score for kind, _, _, score in one.asked if kind is SurveyKind.FCR and score is not None
    ]
    about = _About(matter.customer, matter.subject)
    same = about._replace(channel=one.round.queue.channel)
    sums["handled"] += 1
    sums["solved"] += one.round.solves
    sums["came_back"] += _is_followed(at, came[about])
    sums["came_back_same"] += _is_followed(at, came[same])
    sums["agents_said"] += one.agent_says is not None
    sums["agents_said_yes"] += one.agent_says is True
    sums["customers_said"] += len(said)
    sums["customers_said_yes"] += sum(said)


def _came(visits: Iterable[Conversation]) -> Mapping[_About, Sequence[int]]:
    """When each customer came about each subject, in order: on any channel, and on each."""
    found: dict[_About, list[int]] = defaultdict(list)
    ordered = sorted(visits, key=lambda one: one.stays[0].arrived)
    for one in ordered:
        matter, at = one.round.matter, one.stays[0].arrived
        for channel in (None, one.round.queue.channel):
            found[_About(matter.customer, matter.subject, channel)].append(at)
    return found


def _is_followed(at: int, moments: Sequence[int]) -> bool:
    place = bisect_right(moments, at)
    return place < len(moments) and moments[place] < at + WINDOW
