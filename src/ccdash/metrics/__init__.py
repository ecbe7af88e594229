"""What is read: every metric by its name, in the order in which a picker offers them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from ccdash.errors import BadQuery
from ccdash.metrics.failure import FAILURE
from ccdash.metrics.matters import MATTERS
from ccdash.metrics.metric import Metric, Needs, Sum
from ccdash.metrics.outcome import OUTCOME
from ccdash.metrics.resolution import RESOLUTION, within
from ccdash.metrics.response import RESOLUTIONS, RESPONSES, WRITTEN
from ccdash.metrics.self_service import SELF_SERVICE
from ccdash.metrics.service import SERVICE
from ccdash.metrics.volume import VOLUME
from ccdash.metrics.waiting import WAITING
from ccdash.metrics.work import WORK

__all__ = ["METRICS", "Metric", "Needs", "Sum", "metric"]


class _Metrics(dict[str, Metric]):
    """Also those with another window, which nobody lists: fcr@14 is fcr within 14 days."""

    def __missing__(self, name: str) -> Metric:
        base, _, days = name.partition("@")
        if base not in self or not days.isdecimal():
            raise KeyError(name)
        return within(self[base], int(days))


METRICS: Mapping[str, Metric] = _Metrics(
    (one.name, one)
    for group in (
        SERVICE,
        VOLUME,
        WAITING,
        WORK,
        OUTCOME,
        RESOLUTION,
        FAILURE,
        MATTERS,
        SELF_SERVICE,
        RESPONSES,
        WRITTEN,
        RESOLUTIONS,
    )
    for one in group
)


def metric(name: str) -> Metric:
    """The metric of this name; NAME@DAYS is one with another window. Raises BadQuery, with the
    nearest names."""
    try:
        return METRICS[name]
    except KeyError:
        near = get_close_matches(name, METRICS, n=3)
    hint = f" Did you mean {', '.join(near)}?" if near else " `ccdash metrics` lists them all."
    raise BadQuery(f"There is no metric {name!r}.{hint}")
