"""Trends, as people use it: by mouse, by keys, on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests import made_up
from tests.browser.conftest import at_rest, settled, title

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("server", ["18"], indirect=True, scope="session"),
]
POINT = ".cc-canvas path.point"
DRAWN = ".cc-plot[data-drawn]"
PICKERS = ".stSelectbox input"
PATIENCE = 30_000
WORST = ".cc-hour.worst"
ABANDONED = "trends?metrics=abandoned&period=7d"


def test_a_point_of_a_chart_leads_to_exactly_its_contacts_and_back(product, look) -> None:
    page = look(f"{product}/{ABANDONED}")
    address = page.url
    expect(page.locator(DRAWN)).to_be_visible(timeout=PATIENCE)
    at_rest(page, POINT)
    box = page.locator(POINT).nth(2).bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    number = int(re.search(r"n (\d+)", page.locator(".cc-plot .cc-tip").inner_text())[1])

    page.mouse.click(*middle)

    expect(heading(page)).to_contain_text("behind Abandoned", timeout=PATIENCE)
    assert title(page) == f"{number} contacts behind Abandoned"
    page.go_back()
    expect(heading(page)).to_have_text("Trends", timeout=PATIENCE)
    assert page.url == address


def test_a_chart_is_read_and_followed_by_keys_alone(product, look) -> None:
    page = look(f"{product}/{ABANDONED}")
    expect(page.locator(DRAWN)).to_be_visible(timeout=PATIENCE)
    page.locator(".cc-canvas").focus()

    for key in ("End", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)

    number = int(re.search(r"n (\d+)", page.locator(".cc-plot [aria-live]").inner_text())[1])
    assert number == made_up.CALLS // 4
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(f"{number} contacts behind Abandoned", timeout=PATIENCE)


def test_a_chart_changes_in_its_place(product, look) -> None:
    page = look(f"{product}/{ABANDONED}")
    expect(page.locator(DRAWN)).to_be_visible(timeout=PATIENCE)
    at_rest(page, POINT)
    page.evaluate("document.querySelector('.cc-canvas .main-svg').id = 'the-same'")

    pick(page, "Metric", "Answered")

    expect(page.locator(".cc-unit")).to_have_text("Answered", timeout=PATIENCE)
    assert page.locator("#the-same").count() == 1


def test_a_cell_of_the_parts_leads_to_its_contacts(product, look) -> None:
    page = look(f"{product}/trends?metrics=abandoned&by=channel&period=7d")
    cell = page.locator(".cc-figures tbody tr").first.locator("td a").first
    number = cell.inner_text()

    cell.click()

    expect(heading(page)).to_have_text(f"{number} contacts behind Abandoned", timeout=PATIENCE)
    page.go_back()
    at_rest(page, WORST)
    page.locator(".cc-heat-grid").focus()
    page.keyboard.press("ArrowRight")
    number = int(page.locator(f"{WORST}.at b").inner_text())
    assert str(number) in page.locator(".cc-heat [aria-live]").inner_text()
    page.keyboard.press("Enter")
    expect(heading(page)).to_contain_text(f"{number} contact", timeout=PATIENCE)
    expect(page.locator(".cc-chips")).to_contain_text("Weekday: ")


def test_on_a_phone_the_pickers_are_behind_one_button(product, look) -> None:
    page = look(f"{product}/trends", viewport={"width": 390, "height": 844})
    expect(page.locator(".cc-fold")).to_contain_text("Offered")
    assert page.locator(".cc-strip").bounding_box()["y"] < 500
    expect(page.locator(".st-key-pickers")).to_be_hidden()

    page.locator(".cc-fold").click()

    expect(page.locator(".st-key-pickers")).to_be_visible()
    expect(page.locator(".cc-fold")).to_have_attribute("aria-expanded", "true")


def test_a_reload_and_a_shared_link_give_the_same_view(product, look) -> None:
    page = look(f"{product}/trends")
    pick(page, "Metric", "Average speed of answer")
    pick(page, "Break-down", "Channel")
    sentence = page.locator(".cc-section h2").first
    expect(sentence).to_contain_text("Average speed of answer", timeout=PATIENCE)

    again = look(page.url)

    told = again.locator(".cc-section h2").first
    expect(told).to_have_text(sentence.inner_text(), timeout=PATIENCE)
    pickers = again.locator(PICKERS)
    expect(pickers).to_have_count(page.locator(PICKERS).count(), timeout=PATIENCE)
    assert chosen(again) == chosen(page)


def heading(page: Page):
    return page.locator(".cc-head h1").first


def pick(page: Page, label: str, option: str) -> None:
    box = page.get_by_label(label, exact=True).first
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    page.wait_for_timeout(300)
    settled(page)


def chosen(page: Page) -> list[str]:
    """Once they are drawn: their script is fetched when the page already is."""
    expect(page.locator(PICKERS).last).to_be_visible(timeout=PATIENCE)
    return page.locator(PICKERS).evaluate_all("all => all.map(one => one.value)")
