"""Import of finished files, of any source, so that a kill at any moment costs nothing.

A file is read in chunks. One transaction a chunk keeps its events, its rejected lines, the counters
and the place reached; the next run of the same file goes on behind the last chunk. Every line that
is not a header is read, and is then kept, duplicate or rejected: the three always add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import OperationalError

from ccdash.errors import BadInput
from ccdash.ingest import batches
from ccdash.ingest.batches import ImportBatch, RejectedLine
from ccdash.ingest.csv_rows import rows
from ccdash.ingest.events import Event
from ccdash.ingest.identifiers import stable_id
from ccdash.ingest.lines import PLAIN, Form, Line, LineFile, opened
from ccdash.ingest.record import record
from ccdash.ingest.sources import SKIPPED, LineParser
from ccdash.store.engine import translated

__all__ = ["ImportReport", "ParserFactory", "Progress", "RejectedLine", "import_file"]

ParserFactory = Callable[[dict[str, int]], LineParser]
"""Makes the parser of a source from the state of an earlier one ({} at the start of a file)."""

FIRST_REJECTIONS = 5
LOCK_WAIT = "10s"
"""Of an import that was killed the server may need a moment to see that nobody is there."""


@dataclass(frozen=True)
class Progress:
    """How far an import is: bytes on the disk, and the counters of the whole batch. `seconds` is
    since this run began; a resumed one does not count the time of the earlier."""

    file: str
    done_bytes: int
    size_bytes: int
    read: int
    kept: int
    duplicate: int
    rejected: int
    seconds: float


@dataclass(frozen=True)
class ImportReport:
    """What became of a file: read = kept + duplicate + rejected, over all runs of the batch; what
    its mapping skips is not read."""

    file: str
    read: int
    kept: int
    duplicate: int
    rejected: int
    first_rejections: tuple[RejectedLine, ...]
    seconds: float
    resumed: bool
    skipped: int = 0


def _silent(_: Progress) -> None:
    """Nobody watches."""


def import_file(  # noqa: PLR0913  what to import, and by keyword how: no caller gives all of them
    engine: Engine,
    path: Path | str,
    parser_factory: ParserFactory,
    *,
    now: Callable[[], datetime],
    region: str | None = None,
    form: Form = PLAIN,
    progress: Callable[[Progress], None] = _silent,
    chunk_lines: int = 20_000,
) -> ImportReport:
    """Import a file, or the rest of one whose import was cut off. `region` is the country of phone
    numbers without a country code. `progress` is called at the start and after every chunk. Raises
    BadInput when the file cannot be read or is being imported already, and StoreUnavailable or
    DiskFull; then the same call made again finishes it."""
    began = now()
    source = parser_factory({}).source
    with opened(path, form) as file, translated(), alone(engine, source, file) as connection:
        batch, is_resumed = _batch(connection, source, file, began)
        run = _Run(connection, parser_factory(dict(batch.parser_state)), region)
        lines = rows(file, position=batch.position_bytes, number=batch.position_line)
        progress(_progress(batch, file, (now() - began).total_seconds()))
        while chunk := list(islice(lines, chunk_lines)):
            batch = run.keep(chunk, batch, now())
            progress(_progress(batch, file, (now() - began).total_seconds()))
        with connection.begin():
            batches.finish(connection, batch, now())
            first = batches.first_rejections(connection, batch, FIRST_REJECTIONS)
    return ImportReport(
        file=file.name,
        **_counters(batch),
        first_rejections=first,
        seconds=(now() - began).total_seconds(),
        resumed=is_resumed,
        skipped=run.parser.state.get(SKIPPED, 0),
    )


@contextmanager
def alone(engine: Engine, source: str, file: LineFile) -> Iterator[Connection]:
    """The one connection that imports this file: when it is lost, so is the lock. Raises BadInput
    when another one does."""
    key = stable_id("import", source, file.digest)
    with engine.connect() as connection:
        try:
            with connection.begin():
                connection.execute(select(func.set_config("lock_timeout", LOCK_WAIT, True)))
                connection.execute(select(func.pg_advisory_lock(key)))
        except OperationalError as cause:
            if not isinstance(cause.orig, LockNotAvailable):
                raise
            again = (
                f"{file.name} is being read already by another ccdash; wait until that has ended."
            )
            raise BadInput(again) from cause
        try:
            yield connection
        except BaseException:
            connection.invalidate()  # gives the lock back whatever state the connection is in
            raise
        with connection.begin():
            connection.execute(select(func.pg_advisory_unlock(key)))


def _batch(
    connection: Connection, source: str, file: LineFile, at: datetime
) -> tuple[ImportBatch, bool]:
    """The batch to go on with, and whether an earlier run began it."""
    with connection.begin():
        found = batches.unfinished(connection, file, source)
        if found is not None:
            return found, True
        return batches.begin(connection, file, source, at), False


@dataclass(frozen=True)
class _Run:
    """One run over a file, or over the rest of it."""

    connection: Connection
    parser: LineParser
    region: str | None

    def keep(self, chunk: list[Line], batch: ImportBatch, at: datetime) -> ImportBatch:
        """Keep a chunk and the place behind it, in one transaction: both or neither."""
        events, rejected = parsed(self.parser, chunk, batch.file)
        with self.connection.begin():
            counts = record(
                self.connection,
                events,
                received_at=at,
                batch_id=batch.batch_id,
                region=self.region,
            )
            batch = replace(
                batch,
                position_bytes=chunk[-1].end,
                position_line=chunk[-1].number + chunk[-1].lines - 1,
                parser_state=self.parser.state,
                read=batch.read + len(events) + len(rejected),
                kept=batch.kept + counts.kept,
                duplicate=batch.duplicate + counts.duplicate,
                rejected=batch.rejected + len(rejected),
            )
            batches.advance(self.connection, batch, rejected)
        return batch


def parsed(
    parser: LineParser, lines: Iterable[Line], file: str
) -> tuple[list[Event], list[RejectedLine]]:
    """The events of these lines of a file, and the lines that are none."""
    events: list[Event] = []
    rejected: list[RejectedLine] = []
    for line in lines:
        try:
            event = parser.parse(_readable(line))
        except BadInput as cause:
            rejected.append(RejectedLine(file, line.number, str(cause), line.text))
        else:
            events.extend([event] if event else [])
    return events, rejected


def _readable(line: Line) -> str:
    if line.reason is not None:
        raise BadInput(line.reason)
    return line.text


def _counters(batch: ImportBatch) -> dict[str, int]:
    return {name: getattr(batch, name) for name in ("read", "kept", "duplicate", "rejected")}


def _progress(batch: ImportBatch, file: LineFile, seconds: float) -> Progress:
    return Progress(file.name, file.done, file.size, **_counters(batch), seconds=seconds)
