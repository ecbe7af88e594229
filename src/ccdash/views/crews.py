"""Who of each team is here for live contacts, and what part of them comes to the team.

Who takes what is told by the contacts of the last week (store/skills.py).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ccdash.views.board import PersonNow, Place
from ccdash.views.outlook import Line
from ccdash.vocabulary import LIVE_CHANNELS, Channel

LEAST_SHARE = 0.1
"""A team works a live channel when so much of what its people answered was of it."""


@dataclass(frozen=True)
class Crew:
    """One team now. `here` take live contacts, those who are out included. `takes`: which of the
    team's live channels each of them takes. `shares`: what part of a queue's contacts comes to the
    team. `is_known`: whether it is known of anybody what they do."""

    team: str
    here: Sequence[PersonNow]
    takes: Mapping[str, frozenset[Channel]]
    shares: Mapping[Line, float]
    is_known: bool = True

    @property
    def channels(self) -> list[Channel]:
        """The live channels that it works now, in the order of the vocabulary."""
        worked = {Channel(channel) for channel, _ in self.shares}
        return [one for one in Channel if one in worked]

    @property
    def out(self) -> list[PersonNow]:
        """Who is away by their own word."""
        return [one for one in self.here if one.place is Place.BREAK]

    def people(self, channel: Channel) -> list[PersonNow]:
        """Of those here, who takes the channel."""
        return [one for one in self.here if channel in self.takes[one.agent_id]]

    def lines(self, channel: Channel) -> list[Line]:
        """The queues of the channel from which contacts come to the team."""
        return [line for line in self.shares if line[0] == channel]


@dataclass(frozen=True)
class Skills:
    """answered: by agent, how many live contacts of each queue. works: (team, channel) of the live
    channels that a team works."""

    answered: Mapping[str, Counter[Line]]
    works: frozenset[tuple[str, str]]


def skilled(skills: pl.DataFrame) -> Skills:
    """The frame is that of store/skills.py."""
    return Skills(_answered(skills), frozenset(_worked(skills)))


def crews(people: Iterable[PersonNow], skills: Skills) -> list[Crew]:
    """Every team that has somebody here, by name; the empty name is of those without a team."""
    known = [one for one in people if one.place is not Place.OFFLINE]
    told = [one for one in known if one.place is not Place.UNKNOWN]
    of_team: defaultdict[str, list[PersonNow]] = defaultdict(list)
    for one in told:
        of_team[one.team or ""].append(one)
    shares, answered = _shares(of_team, skills), skills.answered
    names = sorted({one.team or "" for one in known})
    return [_crew(name, of_team.get(name, []), answered, shares.get(name, {})) for name in names]


def _crew(
    team: str,
    its: Sequence[PersonNow],
    answered: Mapping[str, Counter[Line]],
    shares: Mapping[Line, float],
) -> Crew:
    worked = {Channel(channel) for channel, _ in shares}
    takes = {
        one.agent_id: frozenset(Channel(line[0]) for line in answered.get(one.agent_id, ()))
        & worked
        for one in its
    }
    here = [one for one in its if takes[one.agent_id]]
    return Crew(team, here, takes, shares, is_known=bool(its))


def _answered(skills: pl.DataFrame) -> dict[str, Counter[Line]]:
    found: defaultdict[str, Counter[Line]] = defaultdict(Counter)
    rows = skills.select("agent_id", "channel", "queue", "answered")
    for agent_id, channel, queue, many in rows.iter_rows():
        if channel in LIVE_CHANNELS:
            found[agent_id][channel, queue] += many
    return found


def _worked(skills: pl.DataFrame) -> set[tuple[str, str]]:
    by_channel: Counter[tuple[str, str]] = Counter()
    every: Counter[str] = Counter()
    for team, channel, many in skills.select("team", "channel", "answered").iter_rows():
        by_channel[team or "", channel] += many
        every[team or ""] += many
    return {
        (team, channel)
        for (team, channel), many in by_channel.items()
        if channel in LIVE_CHANNELS and many >= LEAST_SHARE * every[team]
    }


def _shares(
    of_team: Mapping[str, Sequence[PersonNow]], skills: Skills
) -> dict[str, dict[Line, float]]:
    """By team: of each queue, what those who are here answered of late, by what all of them did."""
    sums: defaultdict[str, Counter[Line]] = defaultdict(Counter)
    every: Counter[Line] = Counter()
    for team, its in of_team.items():
        for one in its:
            for line, many in skills.answered.get(one.agent_id, {}).items():
                if (team, line[0]) in skills.works:
                    sums[team][line] += many
                    every[line] += many
    return {
        team: {line: many / every[line] for line, many in own.items()} for team, own in sums.items()
    }
