"""The register of metrics in the product, and the ways to it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from ccdash.i18n import translator
from ccdash.metrics import METRICS
from ccdash.metrics.origin import columns, formula
from ccdash.metrics.register import UNMEASURED
from tests.pages import drawn

pytestmark = pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")


def entries(screen) -> dict[str, object]:
    return {one.get("data-metric"): one for one in drawn.of_class(screen.bodies, "cc-metric")}


def test_every_metric_has_an_entry_with_all_of_its_register(process, screen) -> None:
    found = entries(screen.opened("metrics"))

    assert found.keys() == {*METRICS, *UNMEASURED}
    for name, metric in METRICS.items():
        told, purpose = drawn.text(found[name]), metric.purpose
        words = (metric.label, metric.definition, metric.is_not, formula(metric), name)
        for text in (*words, purpose.owner, purpose.decision, purpose.action, *columns(name)):
            assert text in told, name


def test_an_entry_leads_to_its_trend(process, screen) -> None:
    found = entries(screen.opened("metrics"))

    ways = {
        name: [dict(parse_qsl(urlsplit(a.get("href")).query)) for a in one.iter("a")]
        for name, one in found.items()
    }
    assert ways == {name: [{"metrics": name}] for name in METRICS} | {one: [] for one in UNMEASURED}


def test_the_entry_that_the_address_names_is_open_and_no_other(process, screen) -> None:
    found = entries(screen.opened("metrics", metric="csat"))

    assert [name for name, one in found.items() if one.get("open") is not None] == ["csat"]


def test_a_metric_that_is_none_is_said_in_a_sentence(process, screen) -> None:
    assert (
        "There is no metric 'csta'. Did you mean csat"
        in screen.opened("metrics", metric="csta").words
    )


def test_the_help_of_a_figure_leads_to_its_entry(centre, screen) -> None:
    screen.opened("trends", metrics="csat")

    marks = [a for one in drawn.of_class(screen.bodies, "cc-help") for a in one.iter("a")]
    ways = [a.get("href") for a in marks]
    assert ways[0] == "/metrics?metric=csat"
    assert set(ways) <= {f"/metrics?metric={name}" for name in METRICS}


def test_what_is_not_measured_says_why(process, screen) -> None:
    found = entries(screen.opened("metrics"))

    say = translator("en").text
    assert all(say(one.why) in drawn.text(found[name]) for name, one in UNMEASURED.items())
