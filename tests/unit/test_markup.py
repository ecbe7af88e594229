"""HTML by construction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.ui.markup import Html, breakable, link, tag


def test_data_is_escaped_and_markup_is_not_escaped_twice() -> None:
    assert tag("p", "a < b & ", tag("b", "<i>")).text == "<p>a &lt; b &amp; <b>&lt;i&gt;</b></p>"


@given(st.text())
def test_no_text_of_a_customer_opens_a_tag_or_leaves_its_attribute(text: str) -> None:
    drawn = tag("p", text, title=text).text
    assert drawn.count("<") == 2
    assert drawn.count('"') == 2


def test_attributes_are_named_as_in_html() -> None:
    assert tag("i", cls="x", aria_hidden="true", title=None) == Html(
        '<i class="x" aria-hidden="true"></i>'
    )


@pytest.mark.parametrize("name", ["script", "img", "iframe", "style"])
def test_what_could_load_or_run_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not drawn from data"):
        tag(name)


def test_a_handler_is_refused() -> None:
    with pytest.raises(ValueError, match="handler"):
        tag("p", onclick="x")


@pytest.mark.parametrize("href", ["javascript:alert(1)", "//elsewhere", "https://elsewhere"])
def test_a_link_that_leaves_the_product_is_refused(href: str) -> None:
    with pytest.raises(ValueError, match="leaves ccdash"):
        link("x", href)


def test_an_address_may_be_broken_after_its_at_and_stays_escaped() -> None:
    assert breakable("a<b@c.example").text == "a&lt;b@<wbr>c.example"
