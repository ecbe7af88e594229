"""`ccdash token`: who may ask over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from ccdash.cli.opening import now, opened
from ccdash.cli.output import Format, FormatOption

app = typer.Typer(help="Tokens of programs that ask over HTTP (/api/v1).", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="For which program it is, such as monthly-report.")]


@app.command(epilog="Example: ccdash token add monthly-report")
def add(name: Name) -> None:
    """Make a token and print it, this once: of it only a fingerprint is kept."""
    from ccdash.cli.output import say
    from ccdash.store.tokens import add as made

    with opened() as (_, store):
        token = made(store, name, now())
    say("Keep it where secrets are kept; it is not told again.")
    print(token)


@app.command("list", epilog="Example: ccdash token list")
def listed(form: FormatOption = Format.TABLE) -> None:
    """Every token by its name, when it was made and when it was revoked."""
    from ccdash.cli.output import local, write_rows, write_table
    from ccdash.export.json_rows import rows_of
    from ccdash.store.tokens import listed as found

    with opened() as (settings, store):
        frame = found(store)
    if form is not Format.TABLE:
        write_rows(rows_of(frame, settings.zone), frame.columns, form)
        return
    rows = (
        (name, local(made, settings.zone), local(revoked, settings.zone))
        for name, made, revoked in frame.iter_rows()
    )
    write_table(("name", "made", "revoked"), rows)


@app.command(epilog="Example: ccdash token revoke monthly-report")
def revoke(name: Name) -> None:
    """Let a token hold no longer, from the next question on."""
    from ccdash.store.tokens import revoke as revoked

    with opened() as (_, store):
        revoked(store, name, now())
    print(f"The token {name} holds no longer.")
