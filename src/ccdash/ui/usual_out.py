"""How many people are out, against what is usual at this time of such a weekday."""

from __future__ import annotations

from datetime import timedelta

from ccdash.ui import format as fmt
from ccdash.ui.look import Shown
from ccdash.views import board
from ccdash.views.board import Place
from ccdash.views.usual import usually_out

LASTS = timedelta(minutes=30)
"""What was read for an earlier time of the day is not usual at this one."""


def usual_of_those_out(shown: Shown) -> str:
    """In words beside how many are out, of the whole centre or a team; of the people of a channel,
    a queue or a skill nothing is usual. Nothing until it has been read."""
    scope, say = shown.scope, shown.look.translator.text
    if scope.channel is not None or scope.queue or scope.skill or not _is_read(shown):
        return ""
    many = _usual(shown, scope.team or None)
    if many is None:
        return say("usual not known yet")
    return say("usual {value}", value=fmt.count(many, shown.look.language))


def out_of_team(shown: Shown, team: str) -> str:
    """Of everybody in the team, whatever they take; an empty name is of those without one."""
    if not _is_read(shown):
        return ""
    say, language = shown.look.translator.text, shown.look.language
    everybody = board.people((shown.whole or shown.floor).people)
    out = sum((one.team or "") == team for one in everybody[Place.BREAK])
    usually, many = _usual(shown, team), fmt.count(out, language)
    if usually is None:
        return say("Whole team: {n} out · usual not known yet", n=many)
    return say("Whole team: {n} out · usual {usual}", n=many, usual=fmt.count(usually, language))


def _is_read(shown: Shown) -> bool:
    work = shown.beside.work if shown.beside else None
    return work is not None and abs(shown.floor.as_of - work.at) < LASTS


def _usual(shown: Shown, team: str | None) -> float | None:
    work = shown.beside.work if shown.beside else None
    return usually_out(work.out).get(team) if work else None
