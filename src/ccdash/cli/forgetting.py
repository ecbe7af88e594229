"""`ccdash retention`: since when contacts are kept, and forgetting what is older; also lines of the
access log, and those that could not be read."""

from __future__ import annotations

import re
import sys
from calendar import monthrange
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from ccdash.cli.opening import now as wall
from ccdash.cli.opening import now_of, opened
from ccdash.cli.progress import waiting
from ccdash.errors import BadQuery

if TYPE_CHECKING:
    from ccdash.store.engine import Store

LEAST = timedelta(days=62)
"""So long a customer may come back, and figures look back at who did."""
EXAMPLE = "Example: ccdash retention --keep '24 months' --dry-run"


class Kept(StrEnum):
    """What is kept for a time of its own."""

    CONTACTS = "contacts"
    ACCESS_LOG = "access-log"
    REJECTED = "rejected-lines"


def retention(
    keep: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Forget what is older: '24 months', '2 years'."),
    ] = None,
    of: Annotated[Kept, typer.Option(help="Of what; each has its own time.")] = Kept.CONTACTS,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be forgotten, and do nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Forget without being asked again.")] = False,
) -> None:
    """Since when contacts are kept; with --keep, forget the older ones for good.

    Their sums and distributions stay, and so the figures of all years.
    """
    from ccdash.cli.output import local, number_of
    from ccdash.store.forgetting import extent, forget
    from ccdash.store.retention import kept_since

    with opened(keeps=keep is not None and not dry_run) as (settings, store):
        if of is not Kept.CONTACTS:
            border = keep and _border(keep, wall(), settings.zone, timedelta())
            _lines(store, of, border or None, dry_run=dry_run, yes=yes)
            return
        now = now_of(store)
        if keep is None:
            print(_held(store, now, settings.zone))
            return
        border = _border(keep, now, settings.zone)
        border = max(border, kept_since(store) or border)
        held, day = extent(store, border), local(border, settings.zone)
        told = f"{held.before:,} of {number_of(held.contacts, 'contact')} arrived before {day}"
        if dry_run:
            print(f"{told} and would be forgotten. The figures of that time would remain.")
            return
        if not yes:
            _ask(told)
        with waiting("Forgetting") as say:
            gone = forget(store, border, now, say)
    print(f"{number_of(gone, 'contact')} forgotten: kept since {day}. The figures remain.")


def _lines(store: Store, of: Kept, border: datetime | None, *, dry_run: bool, yes: bool) -> None:
    """Of the access log, or of what could not be read: how many there are; with a border the older
    ones are forgotten."""
    from ccdash.cli.output import number_of
    from ccdash.ingest.events import EARLIEST
    from ccdash.store import access_log, left_behind

    is_log = of is Kept.ACCESS_LOG
    before = access_log.before if is_log else left_behind.rejected_before
    forget = access_log.forget if is_log else left_behind.forget_rejected
    many, old = before(store, border or EARLIEST)
    if border is None:
        print(f"{number_of(many, 'line')} kept.")
        return
    told = f"{old:,} of {number_of(many, 'line')} are older"
    if dry_run:
        print(f"{told} and would be forgotten.")
        return
    if not yes:
        _ask(told)
    print(f"{number_of(forget(store, border), 'line')} forgotten.")


def _held(store: Store, now: datetime, zone: ZoneInfo) -> str:
    from ccdash.cli.output import local, number_of
    from ccdash.store.forgetting import extent
    from ccdash.store.retention import kept_since

    held, since = extent(store, now), kept_since(store)
    kept = f"{number_of(held.contacts, 'contact')} kept"
    if since is not None:
        return f"{kept}, since {local(since, zone)}. The figures of the time before remain."
    first = f", the first of {local(held.first_at, zone)}" if held.first_at else ""
    return f"{kept}{first}. Nothing was ever forgotten."


def _border(keep: str, now: datetime, zone: ZoneInfo, least: timedelta = LEAST) -> datetime:
    """The local midnight so long before now. Raises BadQuery."""
    from ccdash.views.periods import of_days

    told = re.fullmatch(r"\s*(\d{1,3})\s*(day|month|year)s?\s*", keep)
    if told is None:
        raise BadQuery(f"{keep!r} is no length of time: write '24 months', '2 years', '400 days'.")
    today, number, unit = now.astimezone(zone).date(), int(told[1]), told[2]
    if unit == "day":
        first = today - timedelta(days=number)
    else:
        first = _months_before(today, number * (12 if unit == "year" else 1))
    if today - first < least:
        raise BadQuery(
            f"Keep {LEAST.days} days or more: figures look a month back and a month ahead."
        )
    return of_days(first, first, zone).start


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _ask(told: str) -> None:
    """Raises BadQuery where nobody can answer."""
    if not sys.stdin.isatty():
        raise BadQuery(f"{told} and would be forgotten for good: add --yes to do it.")
    typer.confirm(f"{told}. Forget them for good?", abort=True)
