"""Long lists, a piece at a time: memory is bounded by a piece, however many rows there are.

The driver holds a whole answer in memory, so the rows wait behind a cursor of the server. All of
them are as they were at one instant.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import BoundedSemaphore

import adbc_driver_manager
import polars as pl
from adbc_driver_postgresql import StatementOptions

from ccdash.errors import StoreBusy
from ccdash.store.frames import POLICY, FramePool, Rows, compiled, connected, in_our_words

LONG = (
    f"{POLICY} -c statement_timeout=300000 -c idle_in_transaction_session_timeout=300000 "
    "-c cursor_tuple_fraction=1"
)
"""A whole list may take longer to sort than a page of it, and its reader may be slow to take it."""
PIECE = 10_000
MOST_AT_ONCE = 4
WITHOUT_COPY = {StatementOptions.USE_COPY.value: "false"}
"""The driver turns what it reads into a COPY, which a FETCH cannot be."""

_turns = BoundedSemaphore(MOST_AT_ONCE)


def pieces(frames: FramePool, statement: Rows) -> Iterator[pl.DataFrame]:
    """The rows in frames of at most PIECE; one frame at least, which has the columns. Each is read
    when it is asked for, over a connection of its own that ends with the iterator.
    Raises StoreUnavailable, StoreBusy, CcdashError."""
    if not _turns.acquire(blocking=False):
        raise StoreBusy("Enough long lists are being read already: try again in a moment.")
    try:
        yield from _fetched(frames, *compiled(statement))
    except adbc_driver_manager.Error as error:
        raise in_our_words(error) from error
    finally:
        _turns.release()


def _fetched(frames: FramePool, sql: str, values: list[object]) -> Iterator[pl.DataFrame]:
    with connected(frames.address(LONG)) as connection, connection.cursor() as cursor:
        cursor.execute(f"DECLARE list NO SCROLL CURSOR FOR {sql}", values)
        cursor.adbc_statement.set_options(**WITHOUT_COPY)
        height = PIECE
        while height == PIECE:
            cursor.execute(f"FETCH {PIECE} FROM list")
            frame: pl.DataFrame = cursor.fetch_polars()
            height = frame.height
            yield frame
