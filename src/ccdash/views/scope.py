"""A part of the centre: of one team, one channel, one queue, of people with one skill.

A team's queues are those that are its own and those from which its people took contacts of late:
where queues are shared, that is what the team works for. The people of a channel or a queue are
those who took contacts of it of late. A skill narrows people alone: what waits is nobody's yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from ccdash.remembered import remembered
from ccdash.vocabulary import Channel

QUEUE = ("queue", "channel")
PARAMS = ("team", "channel", "queue", "skill")
LANGUAGE = "language"
SKILLS = (LANGUAGE, "queue")
"""What a skill is of: a language that contacts were answered in, or a queue that they came from."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a screen of now is narrowed to; empty means everything. `skill` is one of SKILLS and
    which: "language:sv". `no_channel` was asked for and is none: it narrows nothing."""

    team: str = ""
    channel: Channel | None = None
    queue: str = ""
    skill: str = ""
    no_channel: str = ""

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self == NO_FILTER

    def to_params(self) -> dict[str, str]:
        """As URL parameters."""
        channel = str(self.channel or self.no_channel)
        asked = {"team": self.team, "channel": channel, "queue": self.queue, "skill": self.skill}
        return {name: value for name, value in asked.items() if value}

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Scope:
        """From URL parameters, as they were asked for: `known` leaves out what does not exist."""
        team, channel, queue, skill = (params.get(name, "") for name in PARAMS)
        if channel in Channel.__members__.values():
            return cls(team, Channel(channel), queue, skill)
        return cls(team, None, queue, skill, no_channel=channel)


NO_FILTER = Scope()


@dataclass(frozen=True, eq=False)
class Part:
    """A scope and what belongs to it: `queues` (queue, channel) of its team, None for every one;
    `agents` who take contacts of its channel and its queue, `skilled` who have its skill, None for
    everybody."""

    scope: Scope = Scope()
    queues: pl.DataFrame | None = None
    agents: frozenset[str] | None = None
    skilled: frozenset[str] | None = None

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows, with queue and channel, that belong to it."""
        if self.scope.channel is not None:
            frame = frame.filter(pl.col("channel") == self.scope.channel)
        if self.scope.queue:
            frame = frame.filter(pl.col("queue") == self.scope.queue)
        if self.queues is not None:
            frame = frame.join(self.queues, on=QUEUE, how="semi", maintain_order="left")
        return frame

    def people(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The people, with agent_id, team and channel, who belong to it."""
        if self.scope.team:
            frame = frame.filter(pl.col("team") == self.scope.team)
        if self.agents is not None:
            takes = pl.col("agent_id").is_in(list(self.agents))
            if not self.scope.queue:  # which channel somebody is busy with is told, no queue
                takes |= (pl.col("channel") == self.scope.channel).fill_null(False)
            frame = frame.filter(takes)
        if self.skilled is not None:
            frame = frame.filter(pl.col("agent_id").is_in(list(self.skilled)))
        return frame


def part(scope: Scope, skills: pl.DataFrame, queues: pl.DataFrame) -> Part:
    """The frames are those of store/skills.py."""
    own = agents = skilled = None
    if scope.team:
        of_team = pl.col("team") == scope.team
        own = pl.concat([one.filter(of_team).select(QUEUE) for one in (skills, queues)]).unique()
        own = Part(Scope(queue=scope.queue)).of(own)
    if scope.channel is not None or scope.queue:
        asked = Part(Scope(channel=scope.channel, queue=scope.queue))
        agents = frozenset(asked.of(skills)["agent_id"])
    if scope.skill:
        skilled = frozenset(_with(scope.skill, skills)["agent_id"])
    return Part(scope, own, agents, skilled)


def _with(skill: str, skills: pl.DataFrame) -> pl.DataFrame:
    of, _, name = skill.partition(":")
    return skills.filter(pl.col(of) == name) if of in SKILLS and name else skills.clear()


@dataclass(frozen=True, slots=True)
class Here:
    """What the floor has: its teams, and those of its queues (channel, queue) that are newer than
    what is known of queues."""

    teams: frozenset[str] = frozenset()
    new_queues: frozenset[tuple[str, str]] = frozenset()


@remembered(8)
def lines(queues: pl.DataFrame) -> frozenset[tuple[str, str]]:
    """Every (channel, queue) of the rows."""
    return frozenset(queues.select("channel", "queue").iter_rows())


def known(scope: Scope, here: Here, skills: pl.DataFrame, queues: pl.DataFrame) -> Scope:
    """The scope without what is not there any more: a team that neither is here nor answered or has
    a queue, a queue that is not here and to which nothing came of late, a skill that nobody showed
    of late. The frames are those of store/skills.py."""
    teams = {*here.teams, *skills["team"], *queues["team"]}
    names = {name for _, name in lines(queues) | here.new_queues}
    return replace(
        scope,
        team=scope.team if scope.team in teams else "",
        queue=scope.queue if scope.queue in names else "",
        skill=scope.skill if not _with(scope.skill, skills).is_empty() else "",
        no_channel="",
    )


@dataclass(frozen=True, slots=True)
class Offered:
    """What a scope may be narrowed to further, by name: `queues` of its team and channel, `skills`
    that the people of its team have. `channels`: those of its queue; without one every channel."""

    queues: tuple[str, ...]
    skills: tuple[str, ...]
    channels: frozenset[str]


def offered(scope: Scope, here: Here, skills: pl.DataFrame, queues: pl.DataFrame) -> Offered:
    """The frames are those of store/skills.py. Of a new queue nobody knows whose it is: it is
    offered where no team is chosen."""
    names = set(part(replace(scope, queue=""), skills, queues).of(queues)["queue"])
    if not scope.team:
        names |= {name for of, name in here.new_queues if scope.channel in (None, of)}
    of_team = skills.filter(pl.col("team") == scope.team) if scope.team else skills
    found = [f"{of}:{name}" for of in SKILLS for name in _told(of_team, of)]
    pairs = lines(queues) | here.new_queues
    channels = frozenset(channel for channel, name in pairs if scope.queue in ("", name))
    return Offered(tuple(sorted(names)), tuple(found), channels)


def _told(skills: pl.DataFrame, of: str) -> list[str]:
    """What somebody has and not everybody: that would narrow nothing."""
    people = skills.group_by(of).agg(pl.col("agent_id").n_unique().alias("people"))
    some = people.filter(pl.col("people") < skills["agent_id"].n_unique())
    return [name for name in some[of].sort() if name]
