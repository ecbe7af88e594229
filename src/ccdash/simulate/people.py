"""Who works when: shifts, days off, holidays, illness, breaks. A plan made before the week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import NamedTuple

from ccdash.simulate import planted
from ccdash.simulate.calendar import days_of, is_holiday, midnight
from ccdash.simulate.centre import ROTA_WEEKS, Centre
from ccdash.simulate.parts import Agent, Span
from ccdash.simulate.planted import Plot
from ccdash.vocabulary import Intent

HOUR = 3600
LONG = 6 * HOUR
"""A shift of that length has a lunch and two coffees, a shorter one a coffee."""


class Pause(NamedTuple):
    """Something else than contacts, meant to begin at that moment."""

    at: int
    intent: Intent
    reason: str
    seconds: int


class Shift(NamedTuple):
    """One agent's working day. On weekend duty everybody takes every open queue."""

    agent: Agent
    start: int
    end: int
    is_duty: bool
    pauses: tuple[Pause, ...]


def shifts_of(centre: Centre, seed: int, monday: date) -> tuple[Shift, ...]:
    """Every shift of the week, day by day."""
    random = Random(f"{seed} {monday} people")
    away = _on_holiday(centre, seed, monday)
    found: list[Shift] = []
    for day in days_of(monday):
        found.extend(_shifts_on(centre, random, day, away))
    return tuple(found)


def _on_holiday(centre: Centre, seed: int, monday: date) -> frozenset[str]:
    """Who is away that week; holidays are taken by the fortnight."""
    random = Random(f"{seed} {monday.toordinal() // 14} holidays")
    share = centre.staffing.holiday_by_month[monday.month - 1]
    return frozenset(agent.key for agent in centre.agents if random.random() < share)


def _shifts_on(centre: Centre, random: Random, day: date, away: frozenset[str]) -> Iterator[Shift]:
    staffing = centre.staffing
    if day.weekday() == 5:
        yield from _duty(centre, random, day, ("saturday", staffing.saturday))
    elif day.weekday() == 6 or is_holiday(centre, day):
        yield from _duty(centre, random, day, ("sunday", staffing.sunday))
    else:
        is_overloaded = Plot.OVERLOADED_MONDAY in planted.on(day)
        ill = planted.MONDAY_ILL if is_overloaded else staffing.ill
        for agent in centre.agents:
            is_ill = random.random() < ill
            if agent.key not in away and day.weekday() not in agent.days_off and not is_ill:
                yield _shift(centre, random, agent, _moved(midnight(centre, day), agent.shift))


def _duty(centre: Centre, random: Random, day: date, what: tuple[str, Span]) -> Iterator[Shift]:
    name, span = what
    week = day.isocalendar().week % ROTA_WEEKS + 1
    for agent in centre.agents:
        if agent.rota == (name, week):
            shift = _shift(centre, random, agent, _moved(midnight(centre, day), span))
            yield shift._replace(is_duty=True)


def _moved(midnight: int, span: Span) -> Span:
    return midnight + span[0], midnight + span[1]


def _shift(centre: Centre, random: Random, agent: Agent, span: Span) -> Shift:
    start = span[0] + random.randrange(-240, 240)
    end = span[1] + random.randrange(0, 120)
    pauses = sorted(_pauses(centre, random, (start, end)))
    return Shift(agent, start, end, is_duty=False, pauses=tuple(pauses))


def _pauses(centre: Centre, random: Random, span: Span) -> Iterator[Pause]:
    staffing, (start, end) = centre.staffing, span
    length = end - start
    if length >= LONG:
        yield _pause(random, start + 0.21 * length, ("Kahvi", staffing.coffee))
        yield _pause(random, start + random.uniform(0.4, 0.55) * length, ("Lounas", staffing.lunch))
        yield _pause(random, start + 0.77 * length, ("Kahvi", staffing.coffee))
    else:
        yield _pause(random, start + 0.5 * length, ("Kahvi", staffing.coffee))
    for intent, reason, chance, seconds in staffing.extras:
        if random.random() < chance and length > LONG:
            at = start + random.uniform(0.1, 0.8) * length
            yield Pause(int(at), Intent(intent), reason, _about(random, seconds))


def _pause(random: Random, at: float, what: tuple[str, int]) -> Pause:
    reason, seconds = what
    return Pause(int(at + random.gauss(0, 600)), Intent.BREAK, reason, _about(random, seconds))


def _about(random: Random, seconds: int) -> int:
    return max(60, round(random.gauss(seconds, seconds * 0.1)))
