"""Simulated weeks for tests, each made once."""

from __future__ import annotations

import gc
from datetime import date
from functools import cache
from pathlib import Path

from ccdash.ingest import events as ev
from ccdash.ingest.contact_fold import fold
from ccdash.ingest.contact_rows import Surroundings
from ccdash.simulate import centre, week
from ccdash.simulate.memory import uncollected

DATA = Path(__file__).parents[2] / "data"
SEED = 20
CENTRE = centre.load(DATA)
ORDINARY = (date(2025, 10, 20), date(2025, 10, 27), date(2025, 11, 3), date(2026, 1, 19))
"""Mondays of weeks without a holiday and without a story on their telephones."""


@cache
def made(monday, seed=SEED):
    """A week is kept: whoever looks for garbage need not go through it again."""
    with uncollected():
        one = week.simulate(CENTRE, seed, monday)
    gc.freeze()
    return one


def stays(*mondays):
    """(visit, stay) of everything but test calls."""
    return [
        (visit, stay)
        for monday in mondays
        for visit in made(monday).conversations
        for stay in visit.stays
        if not visit.is_test
    ]


def folded(events):
    """The rows of every conversation among these events, by its key."""
    around = Surroundings(thresholds=CENTRE.thresholds)
    streams = {}
    for event in events:
        if isinstance(event, ev.ContactEvent):
            streams.setdefault(event.contact, []).append(event)
    return {key: fold(centre.SOURCE, key, told, around) for key, told in streams.items()}
