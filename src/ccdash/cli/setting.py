"""`ccdash set` and `ccdash settings`: targets and limits, each from a day on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ccdash.cli.asking import instant
from ccdash.cli.opening import now, opened
from ccdash.cli.output import Format, FormatOption
from ccdash.cli.progress import waiting
from ccdash.errors import BadQuery
from ccdash.thresholds import ALLOWED, DatedValue, Threshold, of_reason
from ccdash.vocabulary import Channel

if TYPE_CHECKING:
    from ccdash.store.engine import Store

SET_EXAMPLE = "Example: ccdash set target_seconds 30 --queue sales --from 2026-03-01"
SETTINGS_EXAMPLE = "Example: ccdash settings --format json"


def set_value(
    name: Annotated[Threshold, typer.Argument(help="What to set.")],
    value: Annotated[int, typer.Argument(help="A whole number.")],
    queue: Annotated[str, typer.Option(metavar="NAME", help="Of this queue only.")] = "",
    channel: Annotated[Channel | None, typer.Option(help="Of this channel only.")] = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="Valid from; without it, since ever."),
    ] = None,
    reason: Annotated[
        str, typer.Option(metavar="NAME", help="Of break_seconds: of breaks for this reason only.")
    ] = "",
) -> None:
    """Set a target or a limit and measure all contacts since its date with it.

    A value for a queue goes before one for its channel, and that before one for all.
    """
    from ccdash.store.dated_settings import BEGINNING, put
    from ccdash.store.rollup import refresh

    allowed = ALLOWED[name]
    if value not in allowed:
        raise BadQuery(f"{name} is a number from {allowed[0]} to {allowed[-1]}, not {value}.")
    if reason and (name is not Threshold.BREAK_SECONDS or queue or channel):
        raise BadQuery("A reason is of break_seconds alone, and of no queue and no channel.")
    with opened() as (settings, store):
        refuse_unknown(store, queue)
        since = instant(start, settings.zone) if start else BEGINNING
        setting = DatedValue(
            of_reason(reason) if reason else name, channel or "", queue, since, value
        )
        with waiting("Measuring the contacts anew"), store.transaction() as connection:
            changed = put(connection, setting, now())
            refresh(connection)
    whose = f"queue {queue}" if queue else "every queue"
    whose = f"{whose}, channel {channel}" if channel else whose
    whose = f"breaks with the reason {reason}" if reason else whose
    when = f"from {start}" if start else "from the beginning (no --from), imported history included"
    print(f"{name} is {value} for {whose}, {when}. Contacts measured anew: {changed:,}.")


def refuse_unknown(store: Store, queue: str) -> None:
    """A typing error must not become a target that nothing has. Before the first import every
    name is possible."""
    from ccdash.store.dated_settings import queue_names

    known = queue_names(store)
    if queue and known and queue not in known:
        heard = ", ".join(sorted(known)[:20])
        raise BadQuery(f"No queue {queue!r} has been heard of; the sources call theirs {heard}.")


def settings(form: FormatOption = Format.TABLE) -> None:
    """Every target and limit that was set, and from when; nothing set, ccdash's own hold."""
    from ccdash.cli.output import local, write_rows, write_table
    from ccdash.export.json_rows import rows_of
    from ccdash.store.dated_settings import BEGINNING, listed

    with opened() as (found, store):
        frame = listed(store)
    if form is not Format.TABLE:
        write_rows(rows_of(frame, found.zone), frame.columns, form)
        return
    rows = (
        (row["name"], row["channel"] or "every", row["queue"] or "every",
         "ever" if row["valid_from"] == BEGINNING else local(row["valid_from"], found.zone),
         row["value"])
        for row in frame.iter_rows(named=True)
    )  # fmt: skip
    write_table(("name", "channel", "queue", "since", "value"), rows, right=1)
