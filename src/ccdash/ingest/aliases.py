"""Which names of agents are one person. A name that is told for two goes to the one told last."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from ccdash.ingest import events as ev
from ccdash.ingest import known
from ccdash.ingest.work import Work
from ccdash.schema import agent_alias

PREFIX = "name:"


@dataclass(frozen=True)
class Renamed:
    """What became of names: (the person before, the person now) of each that means another."""

    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def before(self) -> set[str]:
        """Persons who were known by a name that means another now."""
        return {old for old, _ in self.names.values()}

    @property
    def people(self) -> set[str]:
        """Everybody who won or lost a name, by the name that stands for them now."""
        return {self.keys.get(one, one) for pair in self.names.values() for one in pair}

    @property
    def gone(self) -> set[str]:
        """Names that stood for a person and now are another name of somebody."""
        return {one for one in self.before if self.keys.get(one, one) != one}


def described(events: Iterable[ev.Event]) -> list[ev.AgentDescribed]:
    """The descriptions of agents among the events, in the order in which they were told."""
    told = [event for event in events if isinstance(event, ev.AgentDescribed)]
    return sorted(told, key=lambda event: (event.at, event.sequence, event.id))


def apply(
    work: Work, new: Sequence[ev.AgentDescribed], replaced: Collection[ev.AgentDescribed]
) -> Renamed:
    """Take over the names told anew; `replaced` are descriptions that do not hold any more."""
    before = known.agent_keys(work.connection, work.source)
    told = _pairs(new)
    if replaced or _contradicts(work, told):
        told = _pairs(_all(work))
        mine = agent_alias.c.source == work.source
        work.connection.execute(agent_alias.delete().where(mine))
    _put(work, told)
    after = known.agent_keys(work.connection, work.source)
    names = {one: (before.get(one, one), after.get(one, one)) for one in {*before, *after}}
    return Renamed({one: pair for one, pair in names.items() if pair[0] != pair[1]}, after)


def of_people(
    work: Work, people: Collection[str], keys: Mapping[str, str]
) -> dict[str, list[ev.AgentDescribed]]:
    """All descriptions of each of these people, under any of their names."""
    names = {one: key for one, key in keys.items() if key in people} | {one: one for one in people}
    told = known.events_of(work.connection, work.source, [PREFIX + name for name in names])
    found: dict[str, list[ev.Event]] = {one: [] for one in people}
    for stream, events in told.items():
        found[names[stream.removeprefix(PREFIX)]].extend(events)
    return {one: described(events) for one, events in found.items()}


def _pairs(told: Iterable[ev.AgentDescribed]) -> dict[str, str]:
    return {alias: one.agent for one in told for alias in one.aliases if alias != one.agent}


def _all(work: Work) -> list[ev.AgentDescribed]:
    streams = known.streams_with(work.connection, work.source, PREFIX)
    found = known.events_of(work.connection, work.source, streams)
    return described(event for events in found.values() for event in events)


def _contradicts(work: Work, told: Mapping[str, str]) -> bool:
    """Whether a name stands for another person already: only all descriptions say whose it is."""
    statement = select(agent_alias.c.alias, agent_alias.c.key).where(
        agent_alias.c.source == work.source, agent_alias.c.alias.in_(list(told))
    )
    return any(told[row.alias] != row.key for row in work.connection.execute(statement))


def _put(work: Work, told: Mapping[str, str]) -> None:
    if told:
        rows = [
            {"source": work.source, "alias": alias, "key": key}
            for alias, key in sorted(told.items())
        ]
        work.connection.execute(insert(agent_alias).on_conflict_do_nothing(), rows)
