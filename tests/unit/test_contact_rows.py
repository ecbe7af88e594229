"""What a row of a list says of its contact."""

from __future__ import annotations

import pytest

from ccdash.i18n import translator
from ccdash.metrics import METRICS
from ccdash.ui.contact_rows import Listing
from ccdash.ui.contact_rows import _end as end_of
from ccdash.views.contacts import ordered_by


@pytest.mark.parametrize(
    ("metric", "told", "shown"),
    [
        ("csat", {"csat_score": 2}, ("2 of 5", "Handled")),
        ("fcr_customer", {"fcr_score": False}, ("not solved", "Handled")),
        ("rounds", {"rounds": 1}, ("1 round", "Handled")),
        ("bounce_index", {"bounces": 3}, ("3 bounces", "Handled")),
        ("contacts_per_matter", {"times": 2}, ("came 2 times", "Handled")),
        ("third_contact_rate", {"times": 4}, ("came 4 times", "Handled")),
        ("next_response_time", {"next_response": 61}, ("1:01", "next response")),
        ("service_level", {"csat_score": None}, ("Handled", "")),
    ],
)
def test_a_row_shows_what_the_list_is_of(metric, told, shown) -> None:
    figure = METRICS[metric]
    row = {"outcome": "handled", "is_transferred": False} | told

    cell = end_of(row, Listing(figure, {}, translator("en")), ordered_by(figure))

    assert (cell.text, cell.under) == shown
