"""From a way, a round or an end of paths to the contacts behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ccdash.query import Dimension, Filters, Query
from ccdash.store.handovers import ANY, GAP, piece
from ccdash.ui.addresses import href

COUNTED = {Dimension.HANDOVER: "callers", Dimension.JOURNEY: "matters"}
"""The metric whose list are the threads: of each the contact with which it began."""
EVERY = ANY


def listed(query: Query, metric: str, *narrowed: tuple[Dimension, tuple[str, ...]]) -> str:
    """The address of the contacts behind a metric, narrowed further."""
    return href("contacts", params(query, metric, narrowed))


def params(query: Query, metric: str, narrowed: Filters) -> dict[str, str]:
    """The same as parameters."""
    given = {name for name, _ in narrowed}
    kept = tuple(one for one in query.filters if one[0] not in given)
    return replace(query.behind(metric), filters=(*kept, *narrowed)).to_params()


def way_of(of: Dimension, *stations: str) -> tuple[Dimension, tuple[str, ...]]:
    """The filter of one piece of paths."""
    return of, (piece(stations),)


def any_of(of: Dimension, pieces: Iterable[tuple[str, ...]]) -> tuple[Dimension, tuple[str, ...]]:
    """The filter of any of several."""
    return of, tuple(map(piece, pieces))


def ends_of(start: str, end: str) -> tuple[Dimension, tuple[str, ...]]:
    """The filter of matters that began in one channel and ended in another one."""
    return Dimension.JOURNEY, (f"{start}{GAP}{end}",)
