"""Who is here, by team: the states that everybody may see, and no figure of a single person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from ccdash.metrics import METRICS
from ccdash.metrics.figures import figures
from ccdash.remembered import remembered
from ccdash.views.board import PersonNow, Place, everybody
from ccdash.vocabulary import NOT_HERE, Intent


@dataclass(frozen=True, slots=True)
class Member:
    """One person and their day: since when they are signed in without a pause in it, how many
    breaks they began or went on with today, and how long these were so far."""

    now: PersonNow
    signed_in_at: datetime | None
    breaks: int
    break_seconds: int


@dataclass(frozen=True, slots=True)
class TeamNow:
    """A team ("" for people without one), by name; `handled` is of all its people together."""

    name: str
    members: tuple[Member, ...]
    counts: Mapping[Place, int]
    handled: int


@dataclass(frozen=True, slots=True)
class Day:
    """From the local midnight to the instant."""

    start: datetime
    at: datetime


def teams(
    people: pl.DataFrame, states: pl.DataFrame, sums: pl.DataFrame, day: Day
) -> list[TeamNow]:
    """By name, people without a team last. The frames are the people and the day's sums of a
    floor, and the states of store/team_day.py."""
    days = _days(states, day)
    found: dict[str, list[Member]] = {}
    for one in sorted(everybody(people), key=lambda one: (one.name, one.agent_id)):
        found.setdefault(one.team or "", []).append(
            Member(one, *days.get(one.agent_id, (None, 0, 0)))
        )
    names = sorted(found, key=lambda name: (not name, name))
    handled = _handled(sums)
    return [
        TeamNow(name, tuple(found[name]), counts(found[name]), handled.get(name, 0))
        for name in names
    ]


def in_place(team: TeamNow, place: Place | None) -> TeamNow:
    """The team with those of its people alone who are there; None is wherever they are."""
    if place is None:
        return team
    return replace(team, members=tuple(one for one in team.members if one.now.place is place))


def counts(members: list[Member]) -> dict[Place, int]:
    """How many are in each place."""
    places = [one.now.place for one in members]
    return {place: places.count(place) for place in Place}


@remembered(64)
def _handled(sums: pl.DataFrame) -> Mapping[str, int]:
    found = {
        team or "": figures(its, [METRICS["handled"]])["handled"]
        for (team,), its in sums.group_by("team")
    }
    return {team: int(value or 0) for team, value in found.items()}


def _days(states: pl.DataFrame, day: Day) -> dict[str, tuple[datetime | None, int, int]]:
    """agent_id -> signed in since, breaks, their seconds."""
    found: dict[str, tuple[datetime | None, int, int]] = {}
    columns = ("agent_id", "intent", "started_at", "ended_at")
    for agent_id, intent, start, end in states.select(columns).iter_rows():
        since, breaks, seconds = found.get(agent_id, (None, 0, 0))
        since = None if intent in NOT_HERE else (since or start)
        length = _seconds(start, end, day) if intent == Intent.BREAK else 0
        found[agent_id] = (since, breaks + bool(length), seconds + length)
    return found


def _seconds(start: datetime, end: datetime | None, day: Day) -> int:
    """Of the day; a break that has just begun counts as one second."""
    last = min(end or day.at, day.at)
    if last <= day.start:
        return 0
    return max(1, int((last - max(start, day.start)).total_seconds()))
