"""A part of the centre: one team, one channel, or both.

A team's queues are those that are its own and those from which its people took contacts of late:
where queues are shared, that is what the team works for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ccdash.vocabulary import Channel

QUEUE = ("queue", "channel")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a screen of now is narrowed to; empty means everything."""

    team: str = ""
    channel: Channel | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not self.team and self.channel is None

    def to_params(self) -> dict[str, str]:
        """As URL parameters."""
        params = {"team": self.team, "channel": self.channel or ""}
        return {name: str(value) for name, value in params.items() if value}

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Scope:
        """From URL parameters; a channel that does not exist is none."""
        channel = params.get("channel", "")
        known = Channel(channel) if channel in Channel.__members__.values() else None
        return cls(params.get("team", ""), known)


@dataclass(frozen=True)
class Part:
    """A scope and what belongs to it: `queues` (queue, channel) of its team, None for every one;
    `agents` who take contacts of its channel, None for everybody."""

    scope: Scope = Scope()
    queues: pl.DataFrame | None = None
    agents: frozenset[str] | None = None

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows, with queue and channel, that belong to it."""
        if self.scope.channel is not None:
            frame = frame.filter(pl.col("channel") == self.scope.channel)
        if self.queues is not None:
            frame = frame.join(self.queues, on=QUEUE, how="semi", maintain_order="left")
        return frame

    def people(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The people, with agent_id, team and channel, who belong to it."""
        if self.scope.team:
            frame = frame.filter(pl.col("team") == self.scope.team)
        if self.agents is not None:
            takes = pl.col("agent_id").is_in(list(self.agents))
            frame = frame.filter(takes | (pl.col("channel") == self.scope.channel).fill_null(False))
        return frame


def part(scope: Scope, skills: pl.DataFrame, queues: pl.DataFrame) -> Part:
    """The frames are those of store/skills.py."""
    own = agents = None
    if scope.team:
        of_team = pl.col("team") == scope.team
        own = pl.concat([one.filter(of_team).select(QUEUE) for one in (skills, queues)]).unique()
    if scope.channel is not None:
        takes = skills.filter(pl.col("channel") == scope.channel)
        agents = frozenset(takes["agent_id"].to_list())
    return Part(scope, own, agents)
