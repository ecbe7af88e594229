"""The frame around the screens, in a browser: search, language, appearance, keys."""

from __future__ import annotations

from itertools import cycle

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("server", ["18"], indirect=True, scope="session"),
]


def opened_palette(page: Page) -> None:
    page.wait_for_function("window.ccdashPalette")
    page.keyboard.press("Control+k")
    expect(page.locator("dialog.cc-palette")).to_be_visible()
    page.wait_for_function("window.ccdashPalette.isFilled")


def test_a_figure_is_found_by_keys_alone(product, look) -> None:
    page = look(product)
    opened_palette(page)

    page.keyboard.type("abandonment")
    option = page.locator(".cc-option[aria-selected=true]")
    expect(option).to_contain_text("Abandonment rate")
    active = page.locator("dialog input").get_attribute("aria-activedescendant")
    assert option.get_attribute("id") == active
    page.keyboard.press("Enter")

    expect(page.locator(".cc-head h1").first).to_have_text("Trends", timeout=10_000)
    assert "metrics=abandonment_rate" in page.url


GO_AND_SEARCH = """([to, wait]) => {
  document.dispatchEvent(new CustomEvent('ccdash:go', { detail: to }));
  setTimeout(() => window.ccdashPalette.tell('find', 'elina'), wait);
}"""


def test_what_the_page_before_still_asked_for_does_not_empty_the_page(product, look) -> None:
    page = look(product)
    opened_palette(page)

    for wait, (path, name) in zip(
        (15, 30, 45, 60), cycle([("/trends", "Trends"), ("/settings", "Settings")]), strict=False
    ):
        page.evaluate(GO_AND_SEARCH, [path, wait])
        head = page.locator(".cc-head h1").first
        expect(head).to_have_text(name, timeout=10_000)
        settled(page)
        page.wait_for_timeout(500)  # as long as the late answer takes to come
        expect(head).to_have_text(name, timeout=10_000)


def test_a_customer_is_found_by_a_number_and_masked(product, look) -> None:
    page = look(f"{product}/settings")
    opened_palette(page)

    page.keyboard.type("040-555 0101")
    found = page.locator(".cc-option.customer").first
    expect(found).to_contain_text("•••", timeout=10_000)
    assert "elina@example.com" not in page.content()
    found.click()

    expect(page.locator(".cc-timeline").first).to_be_visible(timeout=10_000)


def test_escape_gives_the_focus_back_and_a_slash_in_a_field_is_a_slash(product, look) -> None:
    page = look(f"{product}/customer")
    button = page.locator(".cc-search")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog.cc-palette")).to_be_visible()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()

    page.keyboard.press("?")
    expect(page.locator("dialog.cc-help-keys")).to_be_visible()
    page.keyboard.press("Escape")

    box = page.get_by_label("Find a customer")
    box.focus()
    page.keyboard.type("a/b?")
    assert box.input_value() == "a/b?"


def test_the_first_key_leads_past_the_navigation(product, look) -> None:
    page = look(product)
    page.keyboard.press("Tab")
    expect(page.locator(".cc-skip")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to")).to_have_count(1)

    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.classList.contains('stMain')")


def test_a_chosen_language_is_kept_and_a_link_goes_before_it(product, look) -> None:
    page = look(product)
    page.locator(".st-key-language_side").get_by_text("Svenska").click()
    expect(page.locator("html")).to_have_attribute("lang", "sv", timeout=20_000)

    page.goto(f"{product}/settings")
    settled(page)
    expect(page.locator("html")).to_have_attribute("lang", "sv", timeout=20_000)
    page.goto(f"{product}/settings?lang=en")
    settled(page)
    expect(page.locator("html")).to_have_attribute("lang", "en", timeout=20_000)


def test_a_chosen_appearance_holds_on_every_screen(product, look) -> None:
    page = look(product, color_scheme="light")
    with page.expect_navigation():
        page.locator(".st-key-personal .cc-look.dark").click()
    settled(page)
    dark = "getComputedStyle(document.querySelector('.stApp')).colorScheme"
    assert page.evaluate(dark) == "dark"

    page.goto(f"{product}/settings")
    settled(page)

    assert page.evaluate(dark) == "dark"


def test_on_a_telephone_the_search_is_above_every_page(product, look) -> None:
    page = look(f"{product}/settings", viewport={"width": 390, "height": 844})
    page.wait_for_selector(".cc-search-word:not(:empty)", state="attached")

    page.locator(".cc-opens-search").click()

    expect(page.locator("dialog.cc-palette")).to_be_visible()
    expect(page.get_by_role("button", name="Close").first).to_be_visible()
