"""From the floor to one customer and back, and what is put right by hand on their page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import at_rest, settled, title

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("server", ["18"], indirect=True, scope="session"),
]
PHONE = {"width": 390, "height": 844}
OF_ELINA = "elina@example.com"
JOIN, TAKE_BACK = "[class*=st-key-join-] button", "[class*=st-key-take-back-link-] button"


def contacts(page: Page) -> int:
    return int(page.locator(".cc-tile .cc-figure").first.inner_text())


def exported_by_keys(page: Page) -> str:
    """The contacts of the customer as CSV."""
    page.locator(".st-key-export button").press("Enter")
    at_rest(page, ".cc-form")
    with page.expect_download() as download:
        page.locator(".cc-form", has_text="CSV").press("Enter")
    page.keyboard.press("Escape")
    return Path(download.value.path()).read_text()


def says_why(page: Page, reason: str) -> None:
    """In the dialog that is open; the keyboard alone does."""
    box = page.get_by_role("dialog").get_by_role("textbox")
    box.fill(reason)
    box.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=30_000)
    settled(page)


def test_from_the_third_contact_on_the_floor_to_its_customer_and_back(product, look) -> None:
    page = look(product)
    at_rest(page, ".cc-wait-mark a")

    page.locator(".cc-wait-mark a[href*=third-contact]").first.click()
    expect(page.locator(".cc-timeline")).to_be_visible(timeout=30_000)
    settled(page)

    assert OF_ELINA not in page.content()
    assert page.locator(".cc-lane").count() > 0
    looked = page.locator(".st-key-card-looks")
    expect(looked).to_contain_text("opened the history · third contact about the same matter")
    page.go_back()
    expect(page.locator(".cc-head h1").first).to_have_text("Now", timeout=30_000)
    page.go_forward()
    expect(page.locator(".cc-timeline")).to_be_visible(timeout=30_000)
    settled(page)
    page.get_by_role("link", name="Back to Now").click()
    expect(page.locator(".cc-head h1").first).to_have_text("Now", timeout=30_000)
    page.go_back()
    expect(page.locator(".cc-timeline")).to_be_visible(timeout=30_000)


def test_details_for_a_reason_and_a_join_that_is_taken_back(product, look) -> None:
    page = look(product)
    at_rest(page, ".cc-wait-mark a")
    page.locator(".cc-wait-mark a").first.click()
    expect(page.locator(".cc-timeline")).to_be_visible(timeout=30_000)
    settled(page)
    alone, name = contacts(page), title(page)

    page.get_by_role("button", name="Show details").click()
    choice = page.get_by_role("dialog").get_by_role("combobox")
    choice.fill("she asked for a call")
    choice.press("Enter")
    settled(page)
    page.locator("[class*=st-key-details-yes] button").click()
    expect(page.locator(".cc-head")).to_contain_text(OF_ELINA, timeout=30_000)
    looked = page.locator(".st-key-card-looks")
    expect(looked).to_contain_text("saw the contact details · she asked for a call")
    exported = exported_by_keys(page)
    assert "e•••@example.com" in exported
    assert OF_ELINA not in exported
    page.get_by_role("button", name="Hide details").click()
    expect(looked).to_contain_text("exported · list of contacts", timeout=30_000)
    expect(page.locator(".cc-head h1").first).to_have_text(name, timeout=30_000)

    page.locator(JOIN).first.press("Enter")
    says_why(page, "the same household")
    expect(page.locator(".cc-decided").first).to_be_visible()
    assert contacts(page) > alone
    expect(page.locator(".st-key-card-identities")).to_contain_text("the same household")

    page.locator(TAKE_BACK).first.press("Enter")
    says_why(page, "two people after all")
    assert contacts(page) == alone
    expect(page.locator(".st-key-card-identities")).to_contain_text(
        re.compile("taken back: “two people after all”")
    )


def test_on_a_phone_recognition_unfolds_between_the_head_and_the_figures(product, look) -> None:
    page = look(f"{product}/customer", PHONE)
    page.locator(".st-key-card-active a").first.click()
    expect(page.locator(".cc-timeline")).to_be_visible(timeout=30_000)
    settled(page)
    fold, card = page.locator(".cc-fold"), page.locator(".st-key-card-identities")
    expect(card).to_be_hidden()

    fold.click()

    expect(card).to_be_visible()
    after = [".st-key-card-identities", ".cc-strip", ".st-key-card-lanes", ".st-key-card-purchases"]
    tops = [top(page, one) for one in (".cc-head", ".cc-fold", *after, ".st-key-card-timeline")]
    assert tops == sorted(tops)


def top(page: Page, selector: str) -> float:
    return page.locator(selector).first.bounding_box()["y"]
