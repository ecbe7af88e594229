"""The program `ccdash`: its commands, and how what goes wrong is told."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Annotated, NoReturn

import typer

from ccdash.cli import (
    behind,
    calendars,
    customer,
    figures,
    floor,
    following,
    forgetting,
    importing,
    merging,
    notes,
    persons,
    rejected,
    replaying,
    serving,
    setting,
    simulating,
    tokens,
    upkeep,
)
from ccdash.errors import CcdashError

TRACEBACK = "--traceback"
"""Anywhere on the line, for whoever looks for a bug in ccdash."""
SEE, IN, FIND = "See it", "Bring data in", "Look up"
PEOPLE = "Say who is one person"
AIM, KEEP = "Set targets, notes and tokens", "Keep the store"

app = typer.Typer(
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"ccdash {version('ccdash')}")
        raise typer.Exit


@app.callback()
def ccdash(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    traceback: Annotated[
        bool, typer.Option(TRACEBACK, help="Anywhere on the line: show where an error comes from.")
    ] = False,
) -> None:
    """A dashboard for contact centres, over Postgres. Try it: ccdash serve --demo

    Without CCDASH_DATABASE_URL it keeps a store of its own, in the folder that CCDASH_HOME names.
    """


app.command(rich_help_panel=SEE, epilog=serving.EXAMPLE)(serving.serve)
app.add_typer(importing.app, name="import", rich_help_panel=IN)
app.add_typer(following.app, name="follow", rich_help_panel=IN)
app.add_typer(replaying.app, name="replay", rich_help_panel=IN)
app.command(rich_help_panel=IN, epilog=rejected.EXAMPLE)(rejected.rejected)
app.command(rich_help_panel=IN, epilog=upkeep.SCHEMA_EXAMPLE)(upkeep.schema)
app.command(rich_help_panel=IN, epilog=simulating.EXAMPLE)(simulating.simulate)
app.command(rich_help_panel=FIND, epilog=floor.EXAMPLE)(floor.live)
app.command(rich_help_panel=FIND, epilog=figures.QUERY_EXAMPLE)(figures.query)
app.command(rich_help_panel=FIND, epilog=behind.EXAMPLE)(behind.contacts)
app.command(rich_help_panel=FIND, epilog=customer.EXAMPLE)(customer.customer)
app.command(rich_help_panel=FIND, epilog=merging.LINKS_EXAMPLE)(merging.links)
app.command(rich_help_panel=FIND, epilog=figures.METRICS_EXAMPLE)(figures.metrics)
app.command(rich_help_panel=PEOPLE, epilog=merging.MERGE_EXAMPLE)(merging.merge)
app.command(rich_help_panel=PEOPLE, epilog=merging.UNMERGE_EXAMPLE)(merging.unmerge)
app.command(rich_help_panel=PEOPLE, epilog=merging.APART_EXAMPLE)(merging.apart)
app.command("set", rich_help_panel=AIM, epilog=setting.SET_EXAMPLE)(setting.set_value)
app.command(rich_help_panel=AIM, epilog=setting.SETTINGS_EXAMPLE)(setting.settings)
app.add_typer(notes.app, name="note", rich_help_panel=AIM)
app.add_typer(calendars.app, name="calendar", rich_help_panel=AIM)
app.add_typer(tokens.app, name="token", rich_help_panel=AIM)
app.command(rich_help_panel=KEEP, epilog=upkeep.MIGRATE_EXAMPLE)(upkeep.migrate)
app.command(rich_help_panel=KEEP, epilog=upkeep.CHECK_EXAMPLE)(upkeep.check)
app.command(rich_help_panel=KEEP, epilog=upkeep.REBUILD_EXAMPLE)(upkeep.rebuild)
app.command(rich_help_panel=KEEP, epilog=forgetting.EXAMPLE)(forgetting.retention)
app.command(rich_help_panel=KEEP, epilog=persons.FORGET_EXAMPLE)(persons.forget)
app.command(rich_help_panel=KEEP, epilog=persons.EXPORT_EXAMPLE)(persons.export_person)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave: 0 when it did what was asked, 1 when not, 2 for a wrong line.
    Nothing asked is the help."""
    words = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    with_traceback = TRACEBACK in words
    _listen(with_traceback=with_traceback)
    try:
        app(args=[word for word in words if word != TRACEBACK], prog_name="ccdash")
    except CcdashError as error:
        if with_traceback:
            raise
        _fail(str(error))
    except Exception as error:
        if with_traceback:
            raise
        words_of_it = str(error).strip().splitlines()
        first = f"{type(error).__name__}: {words_of_it[0]}" if words_of_it else type(error).__name__
        _fail(f"This is a bug in ccdash ({first}); the same line with {TRACEBACK} shows where.")


def _fail(sentence: str) -> NoReturn:
    print(f"ccdash: {' '.join(sentence.split())}", file=sys.stderr)
    raise SystemExit(1)


def _listen(*, with_traceback: bool) -> None:
    """Our own warnings, a line each; of the libraries' only what a bug hunter wants. SIGTERM
    unwinds like Ctrl-C, so that the last user of an embedded store stops it."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("ccdash: %(message)s"))
    ours = logging.getLogger("ccdash")
    ours.handlers = [handler]
    ours.propagate = False
    if not with_traceback:
        logging.getLogger().handlers = [logging.NullHandler()]
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminated)


def _terminated(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
