"""`ccdash import`: finished files into the store."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccdash.cli.import_report import tell_file, tell_rest, tell_total
from ccdash.cli.opening import now, opened
from ccdash.cli.output import number_of, say
from ccdash.cli.progress import bar, waiting
from ccdash.errors import BadInput, CcdashError, StoreUnavailable

if TYPE_CHECKING:
    from ccdash.ingest.events import AgentDescribed
    from ccdash.ingest.files import ImportReport, ParserFactory, Progress
    from ccdash.ingest.lines import Form
    from ccdash.store.engine import Store

LONGEST_NAME = 400
CHUNK_LINES = {True: 5_000, False: 20_000}
"""Lines kept at once, with somebody who watches the bar or without: larger is a little faster."""
AGAIN = "Run the same command again: it goes on where it stopped."

app = typer.Typer(
    no_args_is_help=True,
    help="Import finished files. Importing a file twice changes nothing, and what was cut off is "
    "finished by the same command.",
)

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="Plain or packed with gzip; - is standard input."),
]


def _named(source: str) -> str:
    if not 0 < len(source) <= LONGEST_NAME:
        raise typer.BadParameter(f"a name has 1 to {LONGEST_NAME} characters.")
    return source


Source = Annotated[
    str,
    typer.Option(metavar="NAME", help="The name of the platform told of.", callback=_named),
]
Strict = Annotated[bool, typer.Option("--strict", help="Leave with 1 when a line was rejected.")]
Names = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Which two names are one agent: interface,member name[,team], or AMI events.",
    ),
]


@dataclass(frozen=True)
class Reading:
    """A file, how it is read, and for messages by which mapping."""

    path: Path
    parser_factory: ParserFactory
    form: Form | None = None
    by: str = ""


@dataclass(frozen=True)
class Order:
    """What to import, and how."""

    readings: Sequence[Reading]
    source: str
    strict: bool
    names: Path | None = None
    is_asterisk: bool = False


@app.command(epilog="Example: ccdash import asterisk queue_log --names agents.csv")
def asterisk(
    files: Files, source: Source = "asterisk", names: Names = None, strict: Strict = False
) -> None:
    """Queue logs of Asterisk (queue_log)."""
    from ccdash.ingest.sources.asterisk import QueueLog

    factory = partial(QueueLog, source=source)
    readings = _readings(files, factory)
    _import(Order(readings, source, strict, names=names, is_asterisk=True))


@app.command(epilog="Example: ccdash import seelab january.txt february.txt")
def seelab(
    files: Files,
    source: Source = "seelab",
    timezone: Annotated[
        str, typer.Option("--tz", metavar="ZONE", help="The clock of the log.")
    ] = "Asia/Jerusalem",
    strict: Strict = False,
) -> None:
    """Call logs in the format of SEELab (Technion)."""
    from ccdash.ingest.sources.seelab import Seelab
    from ccdash.settings import zone

    factory = partial(Seelab, source=source, zone=zone(timezone))
    _import(Order(_readings(files, factory), source, strict))


@app.command(
    help="ccdash's own events, one JSON object a line (docs/howto/feed-events.md).",
    epilog="Example: ccdash import events tuesday.jsonl",
)
def events(files: Files, source: Source = "events", strict: Strict = False) -> None:
    """Events as docs/events.schema.json describes them."""
    from ccdash.ingest.sources.jsonl import EventLines

    readings = _readings(files, partial(EventLines, source=source))
    _import(Order(readings, source, strict))


@app.command(
    "csv",
    help="Any table, by a mapping that says what its columns mean (docs/howto/import-csv.md).",
    epilog="Example: ccdash import csv --mapping calls.toml calls.csv --check",
)
def any_table(
    files: Files,
    mapping: Annotated[
        list[Path],
        typer.Option(metavar="MAPPING", help="A TOML file; with several each reads every file."),
    ],
    check: Annotated[
        bool,
        typer.Option("--check", help="Only show what the rows would become; nothing is kept."),
    ] = False,
    strict: Strict = False,
) -> None:
    """Rows of CSV files as events, by mappings."""
    from ccdash.cli.mapped import check_tables, tables_of
    from ccdash.settings import load

    tables = tables_of(files, mapping, load().timezone)
    if check:
        check_tables(tables, strict=strict)
    else:
        _import(Order([one.reading for one in tables], "", strict))


def _readings(files: Iterable[Path], factory: ParserFactory) -> list[Reading]:
    return [Reading(one, factory) for one in files]


def _import(order: Order) -> None:
    from ccdash.store.simulation import refuse_demo

    with opened(keeps=True) as (settings, store):
        refuse_demo(store)
        if order.names is not None:
            pair_names(store, order.names, order.source, settings.region)
        try:
            reports, unread = _files(store, order, settings.region)
            if any(one.kept for one in reports) or order.names:
                _make_sums(store)
        except StoreUnavailable as error:
            raise StoreUnavailable(f"{error} {AGAIN}") from error
        except KeyboardInterrupt:
            raise CcdashError(f"Stopped. {AGAIN}") from None
        tell_total(reports)
        if any(one.read > one.rejected for one in reports):
            tell_rest(store, order.source if order.is_asterisk else None)
    for one in unread[:-1]:
        say(f"ccdash: {one}")
    if unread:
        raise unread[-1]
    _refuse_unread(reports, strict=order.strict)


def _refuse_unread(reports: Sequence[ImportReport], *, strict: bool) -> None:
    """Raises BadInput for a file of which no line could be read, and when strict for any line."""
    for report in reports:
        if report.rejected == report.read > 0:
            raise BadInput(
                f"No line of {report.file} could be read: is it a log of this kind? "
                "`ccdash import --help` lists the kinds; `ccdash rejected` says what was wrong."
            )
    rejected = sum(one.rejected for one in reports)
    if rejected and strict:
        raise BadInput(f"Rejected: {number_of(rejected, 'line')}; see `ccdash rejected`.")


def _files(
    store: Store, order: Order, region: str | None
) -> tuple[list[ImportReport], list[BadInput]]:
    """One file after the other; what cannot be read at all does not stop the others."""
    from ccdash.ingest.files import import_file
    from ccdash.ingest.lines import PLAIN

    reports: list[ImportReport] = []
    unread: list[BadInput] = []
    for one in order.readings:
        try:
            with bar(str(one.path)) as progress:
                report = import_file(
                    store.engine,
                    one.path,
                    one.parser_factory,
                    now=now,
                    region=region,
                    form=one.form or PLAIN,
                    progress=partial(_told, store, progress),
                    chunk_lines=CHUNK_LINES[sys.stderr.isatty()],
                )
        except BadInput as error:
            unread.append(error)
            continue
        tell_file(report, one.by)
        reports.append(report)
    return reports, unread


def _told(store: Store, progress: Callable[[Progress], None], done: Progress) -> None:
    """After every chunk: who watches the import hears of it, and so do the screens."""
    store.announcer.tell()
    progress(done)


def pair_names(store: Store, path: Path, source: str, region: str | None) -> None:
    """Record which names are one agent, ahead of what the log tells of them. Raises BadInput."""
    from ccdash.ingest.record import record

    told = told_names(path, source)
    with store.transaction() as connection:
        counts = record(connection, told, received_at=now(), region=region)
    print(f"{path}: {number_of(len(told), 'pair')} of names, {counts.kept:,} new.")


def told_names(path: Path, source: str) -> list[AgentDescribed]:
    """The pairs of names in a list or a dump. Raises BadInput."""
    from ccdash.ingest.lines import opened as opened_file
    from ccdash.ingest.sources.asterisk_names import names

    with opened_file(path) as file:
        try:
            return list(names((line.text for line in file.lines()), source=source))
        except BadInput as error:
            raise BadInput(f"{path}: {error}") from error


def _make_sums(store: Store) -> None:
    from ccdash.store.rollup import refresh

    began = now()
    with (
        waiting("Making the sums of the intervals that changed"),
        store.transaction() as connection,
    ):
        made = refresh(connection)
    seconds = (now() - began).total_seconds()
    print(f"Sums of {number_of(made, 'interval')} made anew in {seconds:.1f} s.")
