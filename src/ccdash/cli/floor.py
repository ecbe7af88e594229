"""`ccdash live`: the floor at one instant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from ccdash.cli import asking
from ccdash.cli.opening import now, opened
from ccdash.cli.output import Shape, ShapeOption

if TYPE_CHECKING:
    from ccdash.store.live import Floor

EXAMPLE = "Example: ccdash live --at 2026-03-03T09:15 --format json"


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
        instant = asking.instant(at, place) if at else now()
        found = floor(store, instant, place.key, is_now=at is None)
    if form is Shape.JSON:
        _write(found, place)
    else:
        _draw(found, place)


def _write(found: Floor, zone: ZoneInfo) -> None:
    from ccdash.cli.output import plain, rows_of, write_json

    frames = ("queues", "waiting", "in_progress", "people")
    told = {"as_of": found.as_of, "data_through": found.data_through}
    tables = {name: rows_of(getattr(found, name), zone) for name in frames}
    write_json(plain(told, zone) | tables | {"today": plain(found.today, zone)})  # type: ignore[operator]


def _draw(found: Floor, zone: ZoneInfo) -> None:
    from ccdash.cli.output import local, say, seconds, write_table
    from ccdash.metrics import METRICS
    from ccdash.ui.format import value

    print(f"The floor at {local(found.as_of, zone)} ({zone.key})")
    for source, through in sorted(found.data_through.items()):
        say(f"{source} has told of what happened until {local(through, zone)}.")
    queues = (
        [row["queue"], row["channel"], row["waiting"], seconds(row["longest_wait_seconds"]),
         row["in_progress"]]
        for row in found.queues.iter_rows(named=True)
    )  # fmt: skip
    write_table(("queue", "channel", "waiting", "longest wait", "in progress"), queues, right=3)
    waiting = (
        [row["position"], row["queue"], row["channel"], row["contact"], seconds(row["wait_seconds"])]
        for row in found.waiting.iter_rows(named=True)
    )
    write_table(("place", "queue", "channel", "contact waiting", "wait"), waiting, right=1)
    served = (
        [row["queue"], row["channel"], row["contact"], row["agent"], seconds(row["seconds"])]
        for row in found.in_progress.iter_rows(named=True)
    )
    write_table(("queue", "channel", "contact in progress", "agent", "for"), served, right=1)
    people = (
        [row["agent"], row["team"], row["intent"], row["reason"], row["load"], row["contacts"],
         seconds(row["seconds"]), row["handled_today"]]
        for row in found.people.iter_rows(named=True)
    )  # fmt: skip
    heads = ("agent", "team", "declared", "reason", "load", "contacts", "for", "handled today")
    write_table(heads, people, right=3)
    today = [value(figure, METRICS[name].unit, "en") for name, figure in found.today.items()]
    write_table([f"{name} today" for name in found.today], [today], right=len(today))
