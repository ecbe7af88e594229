"""Now in a real browser: a refresh changes the figures and nobody's place."""

from __future__ import annotations

import pytest

from tests.browser.conftest import at_rest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("server", ["18"], indirect=True, scope="session"),
]

CLOCK = ".cc-board .cc-sub"
KEPT = "document.activeElement === window.kept"
TICKED = "([selector, before]) => document.querySelector(selector).innerText !== before"


def test_focus_and_what_is_open_outlast_a_refresh(look, product) -> None:
    page = look(f"{product}/?lang=en")
    at_rest(page, ".cc-floor")
    page.click("[data-opens=pick-channel]")
    page.evaluate("window.kept = document.activeElement")
    before = page.inner_text(CLOCK)

    page.wait_for_function(TICKED, arg=[CLOCK, before], timeout=30_000)

    assert page.evaluate(KEPT)
    assert page.is_visible("[data-part=pick-channel]")


def test_a_menu_is_closed_by_escape_and_gives_the_focus_back(look, product) -> None:
    page = look(f"{product}/?lang=en")
    at_rest(page, ".cc-floor")
    page.click("[data-opens=pick-channel]")
    page.keyboard.press("Tab")

    page.keyboard.press("Escape")

    assert page.is_hidden("[data-part=pick-channel]")
    assert page.evaluate("document.activeElement.dataset.opens") == "pick-channel"


def test_a_menu_is_walked_by_arrows_and_keeps_the_focus_when_something_is_chosen(
    look, product
) -> None:
    page = look(f"{product}/?lang=en")
    at_rest(page, ".cc-floor")
    page.focus("[data-opens=pick-queue]")

    for key in ("ArrowDown", "ArrowUp", "Home", "ArrowDown"):
        page.keyboard.press(key)
    chosen = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")

    page.wait_for_url("**queue=**", timeout=30_000)
    page.wait_for_function("document.querySelectorAll('.cc-floor tbody').length === 1")
    at_rest(page, ".cc-floor")
    assert page.evaluate("document.activeElement.dataset.opens") == "pick-queue"
    assert page.inner_text("[data-opens=pick-queue] .cc-chosen") == chosen


def test_a_channel_is_chosen_in_the_head_and_stays_in_the_address(look, product) -> None:
    page = look(f"{product}/?lang=en")
    at_rest(page, ".cc-floor")
    page.click("[data-opens=pick-channel]")

    page.click("[data-part=pick-channel] a:has-text('Chat')")

    page.wait_for_url("**channel=chat**", timeout=30_000)
    page.wait_for_function("document.querySelectorAll('.cc-floor tbody').length === 1")


def test_a_name_that_is_searched_leaves_its_people_while_the_page_goes_on(look, product) -> None:
    page = look(f"{product}/team?lang=en")
    at_rest(page, ".cc-teams")
    page.fill("[data-finds]", "lahteen")
    before = page.inner_text(CLOCK)

    page.wait_for_function(TICKED, arg=[CLOCK, before], timeout=30_000)

    assert page.locator("[data-name]:visible").count() == 1
    assert page.is_visible("[data-while-finding]")
    assert page.input_value("[data-finds]") == "lahteen"
