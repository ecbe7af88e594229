"""`ccdash rejected`: the lines that could not be read."""

from __future__ import annotations

from typing import Annotated

import typer

from ccdash.cli.opening import now, opened, reader
from ccdash.cli.output import Format, FormatOption

EXAMPLE = "Example: ccdash rejected --file queue_log"
WHY = "rejected lines"
"""In the access log; the name of a file may be a contact detail."""


def rejected(
    file: Annotated[
        str | None, typer.Option(metavar="FILE", help="Of this file, named as at its import.")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="How many at most; 0 is all.")] = 50,
    form: FormatOption = Format.TABLE,
) -> None:
    """The lines that were rejected, each with its file, its number and the reason.

    They may tell of customers: who lists them, and when, is kept in the access log.
    """
    from ccdash.cli.output import number_of, say, write_rows, write_table
    from ccdash.export.json_rows import rows_of
    from ccdash.store import access_log
    from ccdash.store.left_behind import rejected_lines
    from ccdash.vocabulary import Access

    with opened() as (settings, store):
        found = rejected_lines(store, file)
        if found.height:
            access_log.write(store, reader(WHY), None, Access.EXPORTED, now())
    shown = found.head(limit) if limit else found
    if form is not Format.TABLE:
        write_rows(rows_of(shown, settings.zone), shown.columns, form)
    elif shown.height:
        rows = ((f"{name}:{line}", reason, text) for name, line, reason, text in shown.iter_rows())
        write_table(("where", "reason", "line"), rows)
    say(f"{shown.height:,} of {number_of(found.height, 'rejected line')}.")
