"""What the help on a figure says, from the metric's own definition."""

from __future__ import annotations

import pytest

from ccdash.i18n import translator
from ccdash.measures import Fact
from ccdash.metrics import METRICS
from ccdash.metrics.origin import ROWS, columns
from ccdash.ui.metric_help import metric_help


def test_it_says_what_how_from_where_and_of_how_many() -> None:
    assert metric_help(METRICS["csat"], 3172, translator("en")) == (
        "Satisfied answers, of answers. Higher is better. "
        "Counted as csat_satisfied / csat_responses. "
        "From contact: is_void, csat_score, csat_positive_from. n is 3,172. "
        "The two borders are the 95% interval of the answers."
    )


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_metric_names_columns_of_its_own_table(metric) -> None:
    assert columns(metric.name)
    assert set(columns(metric.name)) <= {one.name for one in ROWS[Fact(metric.fact)][1]}
