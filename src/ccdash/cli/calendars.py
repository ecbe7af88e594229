"""`ccdash calendar`: opening hours, and where they hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccdash.cli.asking import instant
from ccdash.cli.opening import now, opened
from ccdash.cli.output import Format, FormatOption
from ccdash.cli.progress import waiting
from ccdash.cli.setting import refuse_unknown
from ccdash.errors import BadInput
from ccdash.vocabulary import Channel

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ccdash.calendars import Calendar
    from ccdash.store.calendars import Assigned
    from ccdash.store.engine import Store

app = typer.Typer(help="Opening hours, public holidays, and where they hold.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The calendar's name, such as office.")]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="DATE", help="Valid from; without it, since ever."),
]
MEASURING = "Measuring contacts and cases anew"


@app.command("list", epilog="Example: ccdash calendar list")
def listed(form: FormatOption = Format.TABLE) -> None:
    """Which calendar holds where, and from when; where nothing is said it is always open."""
    from ccdash.cli.output import write_rows, write_table
    from ccdash.store import calendars

    with opened() as (settings, store):
        rows = [_told(one, settings.zone) for one in calendars.assigned(store)]
        with store.transaction() as connection:
            names = [one.name for one in calendars.listed(connection)]
    rows += [_unused(name) for name in names if name not in {row["calendar"] for row in rows}]
    if form is not Format.TABLE:
        write_rows(rows, ("calendar", "channel", "queue", "since"), form)
        return
    write_table(("calendar", "channel", "queue", "since"), [tuple(row.values()) for row in rows])


def _told(one: Assigned, where: ZoneInfo) -> dict[str, str | None]:
    from ccdash.store.dated_settings import BEGINNING

    since = "ever" if one.valid_from == BEGINNING else str(one.valid_from.astimezone(where).date())
    return {
        "calendar": one.calendar,
        "channel": one.channel or "every",
        "queue": one.queue or "every",
        "since": since,
    }


def _unused(name: str) -> dict[str, str | None]:
    return {"calendar": name, "channel": None, "queue": None, "since": None}


@app.command(epilog="Example: ccdash calendar show office")
def show(name: Name) -> None:
    """A calendar's weeks, its single days, and the next public holidays."""
    from ccdash.cli.output import write_table
    from ccdash.store import calendars

    with opened() as (settings, store), store.transaction() as connection:
        found = calendars.named(connection, name)
        today = now().astimezone(settings.zone).date()
    place = ", ".join(filter(None, (found.timezone, found.country, found.subdivision)))
    print(f"{found.name} ({place})")
    write_table(("since", "days", "hours"), _weeks(found))
    days = _days(found, today)
    if days:
        write_table(("day", "name", "hours"), days)


def _weeks(of: Calendar) -> list[tuple[str, str, str]]:
    from ccdash.calendars import hours_text, runs_of_days
    from ccdash.store.calendars import SINCE_EVER

    rows = []
    for week in of.weeks:
        since = "ever" if week.valid_from == SINCE_EVER else str(week.valid_from)
        for days, hours in runs_of_days(week):
            rows.append((since, _span_of_days(days), hours_text(hours) or "closed"))
    return rows


def _span_of_days(days: tuple[int, ...]) -> str:
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "public holiday")
    first, last = names[days[0] - 1], names[days[-1] - 1]
    return first if first == last else f"{first}-{last}"


def _days(of: Calendar, today: date) -> list[tuple[str, str, str]]:
    from ccdash.calendars import coming_days, hours_text

    return [
        (str(one.day), one.name, hours_text(one.hours) or "closed")
        for one in coming_days(of, today, "en")
    ]


@app.command("set", epilog="Example: ccdash calendar set office office.toml --from 2026-03-01")
def put(
    name: Name,
    file: Annotated[Path, typer.Argument(help="A TOML file with the week and single days.")],
    start: From = None,
) -> None:
    """Set a calendar from a file. Its week holds from a date on; weeks from other dates stay."""
    from ccdash.cli.calendar_file import Named, read
    from ccdash.store import calendars

    with opened() as (settings, store):
        since = _date(start) if start else calendars.SINCE_EVER
        told = read(file, Named(name, since, settings.zone.key))
        changed = _written(store, told)
    print(f"{name} is set. Contacts and cases measured anew: {changed:,}.")


@app.command(epilog='Example: ccdash calendar day office 2026-12-24 closed --name "Christmas Eve"')
def day(
    name: Name,
    on: Annotated[str, typer.Argument(metavar="DATE", help="Such as 2026-12-24.")],
    hours: Annotated[str, typer.Argument(help="closed, or hours such as 08:00-12:00.")],
    called: Annotated[str, typer.Option("--name", help="What day it is.")] = "",
) -> None:
    """Give a single day its own hours; it goes before weekdays and public holidays."""
    from ccdash.calendars import SpecialDay
    from ccdash.cli.calendar_file import hours_of
    from ccdash.store import calendars

    single = SpecialDay(_date(on), called, hours_of(hours, on))
    with opened() as (_, store):
        with store.transaction() as connection:
            found = calendars.named(connection, name)
        changed = _written(store, replace(found, weeks=(), special_days=(single,)))
    print(f"{name} has its own hours on {on}. Contacts and cases measured anew: {changed:,}.")


@app.command(epilog="Example: ccdash calendar assign office --channel phone --from 2026-03-01")
def assign(
    name: Annotated[str, typer.Argument(help="The calendar, or always: open day and night.")],
    queue: Annotated[str, typer.Option(metavar="NAME", help="For this queue only.")] = "",
    channel: Annotated[Channel | None, typer.Option(help="For this channel only.")] = None,
    start: From = None,
) -> None:
    """Let a calendar hold, and measure all contacts and cases since its date by it.

    One for a queue goes before one for its channel, and that before one for all.
    """
    from ccdash.store import calendars
    from ccdash.store.dated_settings import BEGINNING
    from ccdash.store.rollup import refresh

    with opened() as (settings, store):
        refuse_unknown(store, queue)
        since = instant(start, settings.zone) if start else BEGINNING
        value = calendars.Assigned(name, channel or "", queue, since)
        with waiting(MEASURING), store.transaction() as connection:
            changed = calendars.assign(connection, value, now())
            refresh(connection)
    whose = f"queue {queue}" if queue else "every queue"
    whose = f"{whose}, channel {channel}" if channel else whose
    print(f"{name} holds for {whose}. Contacts and cases measured anew: {changed:,}.")


def _written(store: Store, told: Calendar) -> int:
    from ccdash.store import calendars
    from ccdash.store.rollup import refresh

    with waiting(MEASURING), store.transaction() as connection:
        changed = calendars.put(connection, told, now())
        refresh(connection)
    return changed


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as cause:
        raise BadInput(f"{text!r} is no date; write 2026-12-24.") from cause
