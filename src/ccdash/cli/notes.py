"""`ccdash note`: what happened, beside the figures."""

from __future__ import annotations

from typing import Annotated

import typer

from ccdash.cli.asking import instant
from ccdash.cli.opening import now, opened
from ccdash.cli.output import Format, FormatOption
from ccdash.vocabulary import Channel

app = typer.Typer(
    help="Notes beside the figures: an outage, a campaign, a rise of prices.", no_args_is_help=True
)
ADD_EXAMPLE = "Example: ccdash note add 'Prices rose' --from 2026-02-02 --to 2026-02-16"


@app.command(epilog=ADD_EXAMPLE)
def add(
    text: Annotated[str, typer.Argument(help="What happened, in a few words.")],
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="When, or since when.")],
    end: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Until when, itself not included.")
    ] = None,
    channel: Annotated[Channel | None, typer.Option(help="Of this channel only.")] = None,
) -> None:
    """Write a note; every trend that shows its days shows it."""
    from ccdash.store.annotations import Note
    from ccdash.store.annotations import add as kept

    with opened() as (settings, store):
        ends = instant(end, settings.zone) if end else None
        note = Note(instant(start, settings.zone), text.strip(), ends, channel)
        with store.transaction() as connection:
            number = kept(connection, note, now())
    print(f"Note {number} is kept.")


@app.command("list", epilog="Example: ccdash note list --format json")
def listed(form: FormatOption = Format.TABLE) -> None:
    """Every note, the earliest first, with its number."""
    from ccdash.cli.output import local, write_rows, write_table
    from ccdash.export.json_rows import plain
    from ccdash.store.annotations import every

    with opened() as (settings, store):
        found, zone = every(store), settings.zone
    if form is not Format.TABLE:
        columns = ["number", "begins_at", "ends_at", "channel", "text"]
        values = (
            (one.number, one.note.begins_at, one.note.ends_at, one.note.channel, one.note.text)
            for one in found
        )
        rows = [
            {name: plain(it, zone) for name, it in zip(columns, row, strict=True)} for row in values
        ]
        write_rows(rows, columns, form)
        return
    told = (
        (str(one.number), local(one.note.begins_at, zone), local(one.note.ends_at, zone),
         one.note.channel or "every", one.note.text)
        for one in found
    )  # fmt: skip
    write_table(("number", "from", "to", "channel", "text"), told)


@app.command(epilog="Example: ccdash note remove 7")
def remove(
    number: Annotated[int, typer.Argument(help="Which, as `ccdash note list` numbers them.")],
) -> None:
    """Take a note away, for good."""
    from ccdash.store.annotations import remove as removed

    with opened() as (_, store), store.transaction() as connection:
        removed(connection, number)
    print(f"Note {number} is gone.")
