"""What is read: every metric by its name, in the order in which a picker offers them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from ccdash.errors import BadQuery
from ccdash.metrics.metric import Metric, Needs, Sum
from ccdash.metrics.outcome import OUTCOME
from ccdash.metrics.service import SERVICE
from ccdash.metrics.volume import VOLUME
from ccdash.metrics.waiting import WAITING
from ccdash.metrics.work import WORK

__all__ = ["METRICS", "Metric", "Needs", "Sum", "metric"]

METRICS: Mapping[str, Metric] = {
    one.name: one for group in (SERVICE, VOLUME, WAITING, WORK, OUTCOME) for one in group
}


def metric(name: str) -> Metric:
    """The metric of this name. Raises BadQuery with the nearest names."""
    if name in METRICS:
        return METRICS[name]
    near = get_close_matches(name, METRICS, n=3)
    hint = f" Did you mean {', '.join(near)}?" if near else " `ccdash metrics` lists them all."
    raise BadQuery(f"There is no metric {name!r}.{hint}")
