"""The register of metrics: nothing is missing beside a figure, and nothing is there twice."""

from __future__ import annotations

from collections import Counter

import pytest

from ccdash.measures import OF_CONTACTS
from ccdash.metrics import METRICS, register
from ccdash.metrics.__main__ import page
from ccdash.metrics.origin import columns
from ccdash.metrics.register import UNMEASURED, Owner, Purpose

PURPOSES = {name: one for name, one in vars(register).items() if isinstance(one, Purpose)}
LONGEST = 190
every_metric = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)


def is_a_sentence(text: str) -> bool:
    return text[0].isupper() and text.endswith(".") and len(text) <= LONGEST


@every_metric
def test_every_metric_says_in_a_sentence_what_it_is_not(metric) -> None:
    assert metric.is_not.startswith("Not ")
    assert is_a_sentence(metric.is_not)


def test_no_two_metrics_say_the_same_of_what_they_are_not() -> None:
    assert {
        text: n for text, n in Counter(m.is_not for m in METRICS.values()).items() if n > 1
    } == {}


@pytest.mark.parametrize("one", PURPOSES.values(), ids=PURPOSES)
def test_every_purpose_has_an_owner_a_decision_and_an_action(one) -> None:
    assert one.owner in Owner
    assert is_a_sentence(one.decision)
    assert is_a_sentence(one.action)


def test_every_purpose_is_that_of_a_metric_and_every_owner_has_one() -> None:
    assert set(PURPOSES.values()) == {metric.purpose for metric in METRICS.values()}
    assert {one.owner for one in PURPOSES.values()} == set(Owner)


def test_no_action_opens_contacts_behind_a_figure_that_has_no_list_of_them() -> None:
    of_rows = {one.purpose.action for one in METRICS.values() if one.fact not in OF_CONTACTS}

    assert not [text for text in of_rows if "the contacts behind it," in text]


def test_the_views_of_the_service_level_share_one_purpose() -> None:
    views = [one for name, one in METRICS.items() if name.startswith("service_level")]
    assert len(views) == 7
    assert len({one.purpose for one in views}) == 1


def test_a_figure_in_opening_hours_is_of_the_same_rows_and_unit() -> None:
    pairs = [(one, METRICS[one.in_open_hours]) for one in METRICS.values() if one.in_open_hours]
    assert pairs
    for clock, hours in pairs:
        assert (clock.fact, clock.unit, clock.better) == (hours.fact, hours.unit, hours.better)
        assert clock.denominator == hours.denominator


def test_what_is_not_measured_is_no_metric() -> None:
    assert UNMEASURED.keys().isdisjoint(METRICS)
    assert all(
        is_a_sentence(one.definition) and is_a_sentence(one.why) for one in UNMEASURED.values()
    )


@every_metric
def test_the_page_of_metrics_has_all_of_it(metric) -> None:
    _, _, entry = page().partition(f"- name: `{metric.name}`\n")
    entry = entry.partition("\n###")[0]
    purpose = metric.purpose
    for text in (metric.is_not, purpose.owner, purpose.decision, purpose.action):
        assert text in entry
    assert [name for name in columns(metric.name) if f"`{name}`" not in entry] == []
