"""The demo of the centre that files describe."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path

from ccdash.ingest.events import Event
from ccdash.simulate.calendar import calendars, is_holiday
from ccdash.simulate.centre import load
from ccdash.simulate.demo import Demo
from ccdash.simulate.telling import as_it_happened, described, recorded
from ccdash.simulate.week import simulate
from ccdash.store.simulation import Telling


def demo_of(folder: Path, seed: int) -> Demo:
    """The centre that the files in the folder describe. Raises BadInput naming file and place."""
    centre = load(folder)

    def told(monday: date, telling: Telling) -> Sequence[Event]:
        week = simulate(centre, seed, monday)
        return recorded(week) if telling is Telling.RECORDED else as_it_happened(week)

    return Demo(
        seed=seed,
        digest=digest_of(folder, seed),
        zone=centre.zone,
        region=centre.country,
        tell=told,
        is_working_day=lambda day: day.weekday() < 5 and not is_holiday(centre, day),
        described=partial(described, centre),
        targets=centre.targets,
        calendars=calendars(centre),
    )


def digest_of(folder: Path, seed: int) -> str:
    """What tells two centres apart: every byte of their tables, and the seed."""
    told = sha256()
    for path in sorted(path for path in folder.iterdir() if path.suffix in {".csv", ".toml"}):
        told.update(path.name.encode() + sha256(path.read_bytes()).digest())
    return f"{seed} {told.hexdigest()}"
