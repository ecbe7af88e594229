"""Metrics over sums that are at hand already: one row a part, one figure for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from ccdash.metrics.metric import Metric


def figures(sums: pl.DataFrame, metrics: Iterable[Metric]) -> Mapping[str, float | None]:
    """Each metric over all rows of `sums`, which has a column for each additive measure of theirs,
    and its n as n_NAME. A ratio without a denominator is None."""
    wanted = list(metrics)
    names = {one.name for metric in wanted for one in metric.measures}
    total = sums.select(pl.col(sorted(names)).sum())
    samples = [one.sample_expression().alias(f"n_{one.name}") for one in wanted]
    return total.select(*(one.expression() for one in wanted), *samples).row(0, named=True)
