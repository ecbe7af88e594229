"""The metrics as people choose them."""

from __future__ import annotations

from collections import Counter

import pytest

from ccdash.i18n import translator
from ccdash.metrics import METRICS
from ccdash.ui.metric_list import GROUPS, choices, figure_text, label_of, shown_with


def test_every_metric_is_in_one_group() -> None:
    listed = Counter(name for names in GROUPS.values() for name in names)

    assert set(listed) == set(METRICS)
    assert set(listed.values()) == {1}


def test_a_choice_names_its_group_once() -> None:
    words = choices(translator("en"))

    assert words["asa"] == "Waiting · Average speed of answer"
    assert words["service_level"] == "Service level"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("fcr", "First contact resolution, 7 days"),
        ("fcr@14", "First contact resolution, 14 days"),
        ("channel_leak@1", "Channel leak, 1 day"),
        ("asa", "Average speed of answer"),
    ],
)
def test_a_metric_with_a_window_says_how_long_it_is(name: str, label: str) -> None:
    assert label_of(name, translator("en")) == label


def test_the_chosen_metric_stands_first_and_once() -> None:
    assert shown_with("csat")[0] == "csat"
    assert len(set(shown_with("csat"))) == len(shown_with("csat")) == 6


def test_the_views_of_a_metric_stand_beside_it_with_its_window() -> None:
    assert shown_with("fcr_agent")[:3] == ("fcr_agent", "fcr_customer", "offered")
    assert shown_with("fcr@14")[:4] == (
        "fcr@14",
        "fcr_same_channel@14",
        "fcr_agent",
        "fcr_customer",
    )
    assert shown_with("containment")[1:3] == ("containment_gross", "containment_unknown")


def test_few_answers_are_said_and_not_shown_as_a_share() -> None:
    csat = METRICS["csat"]

    assert figure_text(csat, 1.0, 9, translator("en")) == "too few answers"
    assert figure_text(csat, 0.9, 10, translator("en")) == "90.0%"
    assert figure_text(csat, None, 0, translator("en")) == "–"
