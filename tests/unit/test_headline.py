"""The sentence above a trend is true whatever the figures are."""

from __future__ import annotations

import pytest

from ccdash.i18n import translator
from ccdash.metrics import METRICS
from ccdash.ui.headline import apart, headline
from ccdash.views.trends import Figure, Gap


@pytest.mark.parametrize(
    ("figure", "sentence"),
    [
        (Figure("csat", None, 0), "CSAT: nothing to count in this period"),
        (Figure("csat", 1.0, 3, 0.8, 90), "CSAT: too few answers to tell"),
        (Figure("csat", 0.9, 90, 1.0, 3), "CSAT: 90.0%"),
        (Figure("csat", 0.9, 90), "CSAT: 90.0%"),
        (Figure("csat", 0.9, 90, 0.9, 80), "CSAT stayed at 90.0%"),
        (Figure("csat", 0.9, 90, 0.8, 80), "CSAT rose by 10.0 points to 90.0%"),
        (Figure("fcr@14", 0.5, 90), "First contact resolution, 14 days: 50.0%"),
        (Figure("offered", 5, 5, 6, 6), "Offered fell by 1 to 5"),
        (Figure("offered", 0, 0, 6, 6), "Offered fell by 6 to 0"),
    ],
)
def test_it_says_what_became_of_the_metric(figure: Figure, sentence: str) -> None:
    assert headline(figure, translator("en")).replace("\N{NO-BREAK SPACE}", " ") == sentence


@pytest.mark.parametrize(
    ("metric", "size", "sentence"),
    [
        ("fcr", 0.23, "E-mail has 23.0 points less than Phone"),
        ("channel_leak", 0.04, "E-mail has 4.0 points more than Phone"),
        ("nps", 12.5, "E-mail has 12.5 less than Phone"),
    ],
)
def test_it_names_the_gap_between_channels(metric: str, size: float, sentence: str) -> None:
    told = apart(Gap("E-mail", "Phone", size), METRICS[metric], translator("en"))

    assert told.replace("\N{NO-BREAK SPACE}", " ") == sentence
