"""Import batches in the store: how far the import of a file has come, and what it rejected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from ccdash.ingest.lines import LineFile
from ccdash.schema import import_batch, rejected_line


@dataclass(frozen=True)
class RejectedLine:
    """A line that could not be read, and why."""

    file: str
    line: int
    reason: str
    text: str


@dataclass(frozen=True)
class ImportBatch:
    """One import of one file, so far: read = kept + duplicate + rejected. The place is behind the
    last line that is counted."""

    batch_id: int
    file: str
    position_bytes: int = 0
    position_line: int = 0
    parser_state: dict[str, int] = field(default_factory=dict)
    read: int = 0
    kept: int = 0
    duplicate: int = 0
    rejected: int = 0


def unfinished(connection: Connection, file: LineFile, source: str) -> ImportBatch | None:
    """The batch of a file with these bytes that was cut off."""
    columns = [import_batch.c[one.name] for one in fields(ImportBatch)]
    is_of_file = (import_batch.c.digest == file.digest) & (import_batch.c.source == source)
    row = connection.execute(
        select(*columns)
        .where(is_of_file, import_batch.c.finished_at.is_(None))
        .order_by(import_batch.c.batch_id.desc())
        .limit(1)
    ).one_or_none()
    return ImportBatch(*row) if row else None


def begin(connection: Connection, file: LineFile, source: str, at: datetime) -> ImportBatch:
    """A new batch, at the start of its file."""
    nothing_yet = vars(ImportBatch(0, file.name)).copy()
    del nothing_yet["batch_id"]
    of_file = {"source": source, "digest": file.digest, "started_at": at}
    new = insert(import_batch).values(nothing_yet | of_file)
    batch_id = connection.execute(new.returning(import_batch.c.batch_id)).scalar_one()
    return ImportBatch(batch_id, file.name)


def advance(connection: Connection, batch: ImportBatch, rejected: Sequence[RejectedLine]) -> None:
    """Keep the place and the counters reached, and the lines rejected since the last time."""
    if rejected:
        rows = [{"batch_id": batch.batch_id} | vars(line) for line in rejected]
        connection.execute(insert(rejected_line), rows)
    _save(connection, batch, vars(batch))


def finish(connection: Connection, batch: ImportBatch, at: datetime) -> None:
    """Nothing of the file is left to read."""
    _save(connection, batch, {"finished_at": at})


def first_rejections(
    connection: Connection, batch: ImportBatch, limit: int
) -> tuple[RejectedLine, ...]:
    """The first lines that the batch rejected, over all its runs."""
    columns = [rejected_line.c[one.name] for one in fields(RejectedLine)]
    rows = connection.execute(
        select(*columns)
        .where(rejected_line.c.batch_id == batch.batch_id)
        .order_by(rejected_line.c.line)
        .limit(limit)
    )
    return tuple(RejectedLine(*row) for row in rows)


def _save(connection: Connection, batch: ImportBatch, values: dict[str, Any]) -> None:
    is_this = import_batch.c.batch_id == batch.batch_id
    connection.execute(update(import_batch).where(is_this).values(values))
