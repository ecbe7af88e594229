"""The store's side of following: a batch and the place behind it, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from ccdash.errors import CcdashError
from ccdash.ingest.follow import Batch, Place
from ccdash.ingest.record import Counts, record
from ccdash.schema import followed_file, import_batch, rejected_line

DIGEST = "follow"
"""In place of the digest of a file that is not finished."""


class FollowedTwice(CcdashError):
    """This file is being followed by another ccdash: stop one of the two."""


@dataclass(frozen=True)
class StoreJournal:
    """Keeps what is read from one followed file. Each file that had the name, from one rotation to
    the next, is an import batch of its own, so that its rejected lines keep their numbers.

    `transaction` gives a connection that commits at the end, such as `Store.transaction`."""

    transaction: Callable[[], AbstractContextManager[Connection]]
    path: Path
    source: str
    now: Callable[[], datetime]
    region: str | None = None

    def place(self) -> Place | None:
        """The place kept last; None if this file was never followed. Waits for a reader that was
        killed in the middle of a batch: the store may still be keeping it."""
        row = followed_file.c
        columns = (row.inode, row.head, row.position_bytes, row.position_line, row.parser_state)
        with self.transaction() as connection:
            kept = select(*columns).where(self._is_this).with_for_update()
            found = connection.execute(kept).one_or_none()
        return Place(*found) if found else None

    def apply(self, batch: Batch) -> None:
        """Keep a batch and its place, or nothing. Raises FollowedTwice when another reader has
        moved the place meanwhile."""
        at = self.now()
        with self.transaction() as connection:
            batch_id = self._batch_id(connection, batch, at)
            self._move(connection, batch, batch_id, at)
            counts = record(
                connection, batch.events, received_at=at, batch_id=batch_id, region=self.region
            )
            if batch.rejected:
                rows = [{"batch_id": batch_id} | vars(line) for line in batch.rejected]
                connection.execute(insert(rejected_line), rows)
            _count(connection, batch, batch_id, counts)

    @property
    def _key(self) -> dict[str, str]:
        return {"source": self.source, "path": str(self.path.absolute())}

    @property
    def _is_this(self) -> ColumnElement[bool]:
        key = self._key
        return (followed_file.c.source == key["source"]) & (followed_file.c.path == key["path"])

    def _batch_id(self, connection: Connection, batch: Batch, at: datetime) -> int:
        """The import batch of the file that is being read; a new one at its beginning."""
        earlier = connection.scalar(
            select(followed_file.c.batch_id).where(self._is_this).with_for_update()
        )
        if earlier is not None and not batch.begins_file:
            return int(earlier)
        is_earlier = import_batch.c.batch_id == earlier
        connection.execute(update(import_batch).where(is_earlier).values(finished_at=at))
        nothing_yet = {"position_bytes": 0, "position_line": 0, "parser_state": {}}
        counters = {"read": 0, "kept": 0, "duplicate": 0, "rejected": 0}
        row = {"source": self.source, "file": self._key["path"], "digest": DIGEST, "started_at": at}
        new = insert(import_batch).values(row | nothing_yet | counters)
        return int(connection.scalar(new.returning(import_batch.c.batch_id)) or 0)

    def _move(self, connection: Connection, batch: Batch, batch_id: int, at: datetime) -> None:
        """Put the place where the batch ends, if it is still where the batch began."""
        after = {"inode": batch.after.inode, "head": batch.after.head}
        values = after | _position(batch) | {"batch_id": batch_id, "saved_at": at}
        statement: ReturningInsert[tuple[str]] | ReturningUpdate[tuple[str]]
        if batch.before is None:
            first = insert_or_skip(followed_file).values(self._key | values)
            statement = first.on_conflict_do_nothing().returning(followed_file.c.path)
        else:
            is_unmoved = (followed_file.c.head == batch.before.head) & (
                followed_file.c.position_bytes == batch.before.bytes
            )
            moved = update(followed_file).where(self._is_this, is_unmoved).values(values)
            statement = moved.returning(followed_file.c.path)
        if connection.scalar(statement) is None:
            raise FollowedTwice(
                f"{self.path} is being followed by another ccdash: stop one of them."
            )


def _position(batch: Batch) -> dict[str, object]:
    return {
        "position_bytes": batch.after.bytes,
        "position_line": batch.after.lines,
        "parser_state": dict(batch.after.state),
    }


def _count(connection: Connection, batch: Batch, batch_id: int, counts: Counts) -> None:
    sums = {
        "read": len(batch.events) + len(batch.rejected),
        "kept": counts.kept,
        "duplicate": counts.duplicate,
        "rejected": len(batch.rejected),
    }
    added = {name: import_batch.c[name] + number for name, number in sums.items()}
    is_this = import_batch.c.batch_id == batch_id
    connection.execute(update(import_batch).where(is_this).values(_position(batch) | added))
