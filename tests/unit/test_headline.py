"""The sentence above a trend is true whatever the figures are."""

from __future__ import annotations

import pytest

from ccdash.i18n import translator
from ccdash.ui.headline import headline
from ccdash.views.trends import Figure


@pytest.mark.parametrize(
    ("figure", "sentence"),
    [
        (Figure("csat", None, 0), "CSAT: nothing to count in this period"),
        (Figure("csat", 1.0, 3, 0.8, 90), "CSAT: too few answers to tell"),
        (Figure("csat", 0.9, 90, 1.0, 3), "CSAT: 90.0%"),
        (Figure("csat", 0.9, 90), "CSAT: 90.0%"),
        (Figure("csat", 0.9, 90, 0.9, 80), "CSAT stayed at 90.0%"),
        (Figure("csat", 0.9, 90, 0.8, 80), "CSAT rose by 10.0 points to 90.0%"),
        (Figure("offered", 5, 5, 6, 6), "Offered fell by 1 to 5"),
        (Figure("offered", 0, 0, 6, 6), "Offered fell by 6 to 0"),
    ],
)
def test_it_says_what_became_of_the_metric(figure: Figure, sentence: str) -> None:
    assert headline(figure, translator("en")).replace("\N{NO-BREAK SPACE}", " ") == sentence
