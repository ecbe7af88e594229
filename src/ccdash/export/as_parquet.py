"""Parquet, a row group a frame; what the file says of itself is metadata of the file."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow.parquet as pq

from ccdash.export.passing import Passing
from ccdash.export.tables import Table

PREFIX = "ccdash."


def parquet(table: Table) -> Iterator[bytes]:
    """The bytes of the file, as they come to be."""
    sink = Passing()
    first = next(table.frames)
    schema = first.to_arrow().schema
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        writer.add_key_value_metadata(_metadata(table))
        writer.write_table(first.to_arrow())
        yield sink.taken()
        for frame in table.frames:
            writer.write_table(frame.to_arrow())
            yield sink.taken()
    yield sink.taken()


def _metadata(table: Table) -> dict[str, str]:
    """What the file says of itself; lines of one name, such as notes, are lines of one text."""
    told: dict[str, list[str]] = {}
    for name, text in table.about.lines():
        told.setdefault(PREFIX + name, []).append(text)
    return {name: "\n".join(texts) for name, texts in told.items()}
