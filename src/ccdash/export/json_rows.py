"""Rows as JSON has them: what a command prints and what HTTP answers is one and the same."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import polars as pl

Rows = list[dict[str, Any]]


def rows_of(frame: pl.DataFrame, zone: ZoneInfo) -> Rows:
    """The rows of a frame."""
    names: Sequence[str] = frame.columns
    return [
        {name: plain(value, zone) for name, value in zip(names, row, strict=True)}
        for row in frame.iter_rows()
    ]


def plain(value: object, zone: ZoneInfo) -> object:
    """A value as JSON has it: instants with the zone's offset, what is no number is null."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(name): plain(one, zone) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one, zone) for one in value]
    return value
