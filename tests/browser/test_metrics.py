"""The register of metrics, as people use it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settled, title

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("server", ["18"], indirect=True, scope="session"),
]
PATIENCE = 30_000


def entry(page, name):
    return page.locator(f'.cc-metric[data-metric="{name}"]')


def test_typing_leaves_the_entries_that_have_all_the_words(product, look) -> None:
    page = look(f"{product}/metrics")

    page.get_by_role("searchbox").fill("quality MANAGER answers")

    expect(entry(page, "csat")).to_be_visible(timeout=PATIENCE)
    expect(entry(page, "transfer_rate")).to_be_hidden()
    expect(page.get_by_role("heading", name="Volume")).to_be_hidden()
    page.get_by_role("searchbox").fill("zebra")
    expect(page.get_by_text("No metric has these words.")).to_be_visible()
    page.get_by_role("searchbox").fill("")
    expect(entry(page, "offered")).to_be_visible()


def test_the_entry_that_the_address_names_is_open_in_sight(product, look) -> None:
    page = look(f"{product}/metrics?metric=ces")

    expect(entry(page, "ces").locator("dl").first).to_be_in_viewport(timeout=PATIENCE)


def test_an_entry_that_is_opened_is_in_the_address_for_somebody_else(product, look) -> None:
    page = look(f"{product}/metrics")
    entry(page, "aht").locator("summary").click()
    expect(entry(page, "aht").locator("dl").first).to_be_visible()
    page.wait_for_url("**metric=aht*")

    other = look(page.url)

    expect(entry(other, "aht").locator("dl").first).to_be_in_viewport(timeout=PATIENCE)


def test_a_group_is_one_click_away(product, look) -> None:
    page = look(f"{product}/metrics")

    page.get_by_role("button", name="Satisfaction").click()

    expect(entry(page, "csat")).to_be_in_viewport(timeout=PATIENCE)


def test_a_finger_reads_the_help_of_a_figure_before_it_follows_it(product, look) -> None:
    page = look(f"{product}/trends?metrics=csat")
    page.evaluate("() => { window.matchMedia = () => ({ matches: true }); }")
    mark = page.locator(".cc-tile .cc-help").first

    mark.click()
    expect(mark).to_be_focused()
    assert "/trends" in settled(page).url

    mark.click()
    expect(page.locator(".cc-head h1")).to_have_text("Metrics", timeout=PATIENCE)


def test_from_the_help_of_a_figure_to_its_entry_and_on_to_its_trend(product, look) -> None:
    page = look(f"{product}/trends?metrics=csat")
    mark = page.locator(".cc-tile .cc-help").first
    mark.focus()

    page.keyboard.press("Enter")

    expect(page.locator(".cc-head h1")).to_have_text("Metrics", timeout=PATIENCE)
    expect(entry(page, "csat").locator("dl").first).to_be_in_viewport(timeout=PATIENCE)
    entry(page, "csat").get_by_role("link").click()
    expect(page.locator(".cc-head h1")).to_have_text("Trends", timeout=PATIENCE)
    assert "metrics=csat" in settled(page).url
    assert title(page) == "Trends"
