"""`ccdash live`: the floor at one instant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from ccdash.cli import asking
from ccdash.cli.opening import now_of, opened
from ccdash.cli.output import Shape, ShapeOption

if TYPE_CHECKING:
    from ccdash.store.live import Floor

EXAMPLE = "Example: ccdash live --at 2026-03-03T09:15 --format json"

NUMBERS = {
    "waiting": "waiting",
    "longest_wait_seconds": "longest wait",
    "in_progress": "in progress",
    "wait_seconds": "wait",
    "time": "time about it",
    "contacts": "contacts",
    "seconds": "for",
    "handled_today": "of today's arrivals handled",
}
"""Columns to the right, and what they are called."""
TABLES = (
    ("queues", ("queue", "channel", "waiting", "longest_wait_seconds", "in_progress"),
     "Nobody is in a queue."),
    ("waiting", ("position", "queue", "channel", "contact", "also_in", "wait_seconds", "time"),
     "Nobody is waiting."),
    ("in_progress", ("queue", "channel", "contact", "agent", "seconds"), "Nobody is served."),
    ("people", ("agent", "team", "intent", "reason", "load", "contacts", "seconds",
                "handled_today"), "Nobody is signed in."),
)  # fmt: skip


def live(
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="ISO time or seconds since 1970; without it, now."),
    ] = None,
    timezone: asking.Zone = None,
    form: ShapeOption = Shape.TABLE,
) -> None:
    """Who waits, who is served and what everybody does, as it was known at that instant."""
    from ccdash.settings import zone
    from ccdash.store.live import floor

    with opened() as (settings, store):
        place = zone(timezone or settings.timezone)
        instant = asking.instant(at, place) if at else now_of(store)
        found = floor(store, instant, place.key, is_now=at is None)
    if form is Shape.JSON:
        _write(found, place)
    else:
        _draw(found, place)


def _write(found: Floor, zone: ZoneInfo) -> None:
    from ccdash.cli.output import write_json
    from ccdash.export.json_rows import plain, rows_of

    frames = ("queues", "waiting", "in_progress", "people")
    told = {"as_of": found.as_of, "data_through": found.data_through}
    tables = {name: rows_of(getattr(found, name), zone) for name in frames}
    write_json(plain(told, zone) | tables | {"today": plain(found.today, zone)})  # type: ignore[operator]


def _draw(found: Floor, zone: ZoneInfo) -> None:
    from ccdash.cli.output import local, say, write_table
    from ccdash.metrics import METRICS
    from ccdash.ui.format import value

    print(f"The floor at {local(found.as_of, zone)} ({zone.key})")
    for source, through in sorted(found.data_through.items()):
        say(f"{source} has told of what happened until {local(through, zone)}.")
    for name, columns, nobody in TABLES:
        rows = getattr(found, name).to_dicts()
        if not rows:
            print(f"{nobody}\n")
            continue
        cells = ([_cell(column, row[column]) for column in columns] for row in rows)
        numbers = sum(column in NUMBERS for column in columns)
        write_table([NUMBERS.get(column, column) for column in columns], cells, right=numbers)
    figures = {name: n for name, n in found.today.items() if name in METRICS}
    today = ((name, value(n, METRICS[name].unit, "en")) for name, n in figures.items())
    write_table(("today", "so far"), today, right=1)


def _cell(column: str, value: Any) -> object:
    from ccdash.cli.output import seconds

    return seconds(value) if column.endswith("seconds") else value
