"""The contacts behind a number, shaped for a list. Frames are those of store/contacts.py."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.views.identities import masked, parted

PER_PAGE = 50
LONGEST_TRAIL = 20
"""How many pages back `previous` goes at once; the address must stay short."""


def rows(frame: pl.DataFrame, where: ZoneInfo) -> pl.DataFrame:
    """With `arrived` (local wall clock), `handling_seconds` (null when nobody took the contact)
    and `who`, the masked contact detail."""
    parts = [pl.col(name) for name in ("talk_seconds", "hold_seconds", "wrap_up_seconds")]
    is_taken = pl.col("talk_seconds").is_not_null()
    return frame.with_columns(
        pl.col("arrived_at")
        .cast(pl.Datetime("us", "UTC"))
        .dt.convert_time_zone(where.key)
        .dt.replace_time_zone(None)
        .alias("arrived"),
        pl.when(is_taken).then(pl.sum_horizontal(parts)).cast(pl.Int64).alias("handling_seconds"),
        pl.col("customer").map_elements(_masked, return_dtype=pl.String).alias("who"),
    )


def _masked(detail: str) -> str:
    found = parted(detail)
    return masked(*found) if found else "•••"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is in a long list: the page, from 1, and the rows after which the pages up to
    it began. It is kept in the URL."""

    page: int = 1
    trail: tuple[str, ...] = ()

    @classmethod
    def read(cls, page: str, after: str) -> Place:
        """Of the URL; anything else is the first page."""
        trail = tuple(one for one in after.split(",") if one)
        if not trail or not page.isdecimal() or not 2 <= int(page) <= 1_000_000:
            return cls()
        return cls(int(page), trail)

    @property
    def after(self) -> str | None:
        """The row that the page follows."""
        return self.trail[-1] if self.trail else None

    def following(self, last: str) -> Place:
        """The page behind the last row of this one."""
        return Place(self.page + 1, (*self.trail, last)[-LONGEST_TRAIL:])

    def preceding(self) -> Place:
        """The page before; the first one where the way back is not known."""
        if self.page <= 2 or len(self.trail) < 2:
            return Place()
        return replace(self, page=self.page - 1, trail=self.trail[:-1])

    def to_params(self) -> dict[str, str]:
        """As URL parameters."""
        return {} if self.page == 1 else {"page": str(self.page), "after": ",".join(self.trail)}

    def span(self, shown: int) -> tuple[int, int]:
        """The numbers of the first and the last row on the page, from 1."""
        first = (self.page - 1) * PER_PAGE + 1
        return first, first + shown - 1
