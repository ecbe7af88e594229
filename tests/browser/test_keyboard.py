"""The product without a mouse: every page is reached and used by keys alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled, title

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("server", ["18"], indirect=True, scope="session"),
]
MOST_STEPS = 60
SCREENS = {
    "Trends": "Trends",
    "Journeys": "Journeys",
    "Contacts": "contacts",
    "Customers": "Customers",
    "Team": "Team",
    "Wallboards": "Wallboards",
    "Settings": "Settings",
    "Now": "Now",
}
FOCUSED = """(selector) => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return Boolean(at?.matches(selector));
}"""
IS_SEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
}"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what is meant has the focus."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, selector):
            return
    pytest.fail(f"{MOST_STEPS} times Tab do not lead to {selector}")


def test_the_first_stop_leads_past_the_navigation(product, look) -> None:
    page = look(product)

    tab_to(page, ".cc-skip")
    page.keyboard.press("Enter")

    assert page.evaluate(FOCUSED, ".stMain")
    tab_to(page, ".stMain a, .stMain button, .stMain input, .stMain [tabindex]")


@pytest.mark.parametrize("name", SCREENS)
def test_a_page_is_reached_by_keys(product, look, name) -> None:
    page = look(product if name != "Now" else f"{product}/trends")

    place = ["Now", *SCREENS].index(name) if name != "Now" else 0
    tab_to(
        page,
        f'li:nth-child({place + 1}) > * [data-testid="stSidebarNavLink"], '
        f'li:nth-child({place + 1}) > [data-testid="stSidebarNavLink"]',
    )
    assert page.evaluate("document.activeElement.innerText.trim()") == name
    assert page.evaluate(IS_SEEN)
    page.keyboard.press("Enter")

    expect(page.locator(".cc-head h1").first).to_contain_text(SCREENS[name], timeout=10_000)


def test_a_figure_leads_to_what_is_behind_it_by_keys(product, look) -> None:
    page = look(product)
    before = page.url

    tab_to(page, ".stMain a[href]")
    assert page.evaluate(IS_SEEN)
    page.keyboard.press("Enter")

    expect(page).not_to_have_url(before, timeout=10_000)
    settled(page)


def test_a_row_leads_to_its_customer_by_keys(product, look) -> None:
    known = "where_subject=%3Cb%3Einvoice%3C%2Fb%3E+%26+more"
    page = look(f"{product}/contacts?metrics=offered&from=2000-01-01&to=2100-01-01&{known}")

    tab_to(page, '.stMain a[href*="customer="]')
    assert page.evaluate(IS_SEEN)
    page.keyboard.press("Enter")

    page.wait_for_url("**/customer?*customer=*", timeout=10_000)
    settled(page)
    assert "contacts" not in title(page)


def test_the_palette_opens_a_page_by_keys(product, look) -> None:
    page = look(product)

    page.wait_for_function("window.ccdashPalette")
    page.keyboard.press("Control+k")
    page.wait_for_function(FOCUSED, arg="dialog input")
    page.keyboard.type("trends")
    page.keyboard.press("Enter")

    expect(page.locator(".cc-head h1").first).to_contain_text("Trends", timeout=10_000)


def test_the_palette_opens_again_after_each_search(product, look) -> None:
    page = look(product)

    page.wait_for_function("window.ccdashPalette")
    for text in ("101", "98765", "elina"):
        page.keyboard.press("Control+k")
        page.wait_for_function(FOCUSED, arg="dialog input")
        page.keyboard.type(text)
        page.wait_for_function("(text) => window.ccdashPalette.answer?.text === text", arg=text)
        page.keyboard.press("Escape")


def test_a_number_that_nobody_has_is_said_to_be_one(product, look) -> None:
    page = look(product)

    page.wait_for_function("window.ccdashPalette")
    page.keyboard.press("Control+k")
    page.wait_for_function(FOCUSED, arg="dialog input")
    page.keyboard.type("98765")

    said = "No customer has a number that ends in 98765; 3 digits are enough."
    expect(page.locator(".cc-said")).to_have_text(said, timeout=10_000)


def test_the_palette_gives_the_focus_back_when_it_is_left(product, look) -> None:
    page = look(product)
    tab_to(page, ".stMain a[href]")

    page.wait_for_function("window.ccdashPalette")
    page.keyboard.press("Control+k")
    page.wait_for_function(FOCUSED, arg="dialog input")
    page.keyboard.press("Escape")

    page.wait_for_function(FOCUSED, arg=".stMain a[href]")


def test_a_picker_of_trends_is_changed_by_keys(product, look) -> None:
    page = look(f"{product}/trends")
    before = page.locator(".cc-section h2").first.inner_text()

    tab_to(page, '.stMain [aria-label^="Metric"], .stMain .stSelectbox input')
    page.keyboard.press("ArrowDown")
    page.keyboard.type("Average speed of answer")
    page.keyboard.press("Enter")

    expect(page.locator(".cc-section h2").first).not_to_have_text(before, timeout=10_000)
    assert "metrics=asa" in page.url


def test_a_language_of_the_wall_is_chosen_by_keys(product, look) -> None:
    page = look(f"{product}/wallboards")
    expect(page.locator(".cc-wall h2")).to_have_text("The whole centre")

    tab_to(page, '.stMain [role="radio"]')
    page.keyboard.press("Space")

    expect(page.locator(".cc-wall-board")).not_to_have_attribute("lang", "en", timeout=10_000)
