"""Contacts and Customers, as people use them: by mouse, by keyboard, on a telephone."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from ccdash.ingest import events as ev
from ccdash.ingest.identifiers import stable_id
from ccdash.ingest.record import record
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from ccdash.vocabulary import Channel, IdentityKind, Outcome, SurveyKind
from tests import made_up
from tests.browser.conftest import at_rest, served, settled, title
from tests.browser.test_trends import DRAWN, PATIENCE, chosen, heading, pick
from tests.conftest import fresh_database

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("server", ["18"], indirect=True, scope="session"),
]
ALWAYS = "from=2000-01-01&to=2100-01-01"
SUBJECT = quote("<b>invoice</b> & more")
BAD_WEEK, IN_BAD_WEEK = 5, 11
ROWS = ".cc-contacts .cc-contact"
LABELS = ".cc-at:not(.bare) .cc-at-label"
OVERLAPS = """(selector) => {
  const boxes = [...document.querySelectorAll(selector)]
    .filter((one) => one.checkVisibility({ contentVisibilityAuto: true }))
    .map((one) => one.getBoundingClientRect());
  const cover = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
    && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => cover(a, b))).length;
}"""


def test_a_row_leads_to_its_customer_and_back(product, look) -> None:
    page = look(f"{product}/contacts?metrics=offered&{ALWAYS}&where_subject={SUBJECT}")
    heading = f"{made_up.DAYS} contacts behind Offered"
    assert title(page) == heading
    at_rest(page, ROWS)
    box = page.locator(ROWS).first.bounding_box()

    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 12)  # anywhere on it

    expect(page.locator(".cc-timeline")).to_be_visible(timeout=10_000)
    assert "customer=" in page.url
    assert page.locator(".cc-timeline b, .cc-lane-head b").count() == 0  # words, never markup
    assert "elina@example.com" not in page.content()
    page.go_back()
    expect(page.locator(".cc-head h1").first).to_have_text(heading, timeout=10_000)


def test_a_contact_unfolds_and_its_customer_opens_by_keyboard(product, look) -> None:
    page = look(f"{product}/contacts?metrics=offered&{ALWAYS}&where_subject={SUBJECT}")
    at_rest(page, ROWS)
    page.locator(".cc-whole").first.focus()

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".cc-unfold[open]")).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    expect(page.locator(".cc-timeline")).to_be_visible(timeout=10_000)


def test_a_filter_is_taken_away_by_its_cross(product, look) -> None:
    page = look(f"{product}/contacts?metrics=offered&{ALWAYS}&where_subject={SUBJECT}")

    page.locator(".cc-removable").click()

    expect(page.locator(".cc-removable")).to_have_count(0, timeout=10_000)
    assert "where_subject" not in page.url


def test_a_long_list_goes_on_and_back(product, look) -> None:
    page = look(f"{product}/contacts?metrics=offered&{ALWAYS}")
    ways = page.locator(".cc-ways")
    expect(ways).to_contain_text("1–50 of")

    ways.get_by_text("Next").click()
    expect(ways).to_contain_text("51–100 of", timeout=10_000)
    expect(page.get_by_role("heading", name="Worst first")).to_be_in_viewport()
    ways.get_by_text("Next").click()
    expect(ways).to_contain_text("101–150 of", timeout=10_000)
    ways.get_by_text("Previous").click()
    expect(ways).to_contain_text("51–100 of", timeout=10_000)
    ways.get_by_text("First page").click()
    expect(ways).to_contain_text("1–50 of", timeout=10_000)


def test_the_search_waits_for_what_is_typed_and_leads_to_the_only_one(product, look) -> None:
    page = look(f"{product}/customer")
    box = page.get_by_label("Find a customer")
    expect(box).to_be_focused(timeout=10_000)

    page.keyboard.type("040-555 0101")
    page.keyboard.press("Enter")

    expect(page.locator(".cc-timeline")).to_be_visible(timeout=10_000)
    settled(page)
    assert "555" not in page.url
    assert "elina@example.com" not in page.content()
    page.go_back()
    expect(page.locator(".cc-head h1").first).to_have_text("Customers", timeout=10_000)


@pytest.fixture(scope="module")
def crowded(server):
    """The address of a product in whose store customers have 1, 5, 50 and 400 contacts, and chats
    of a quarter were liked, but for one week."""
    with fresh_database(server) as url:
        store = Store(engine_for(url), FramePool(url))
        with store.transaction() as connection:
            told = [*contacts_of(1, 5, 50, 400), *chats_of_a_quarter()]
            record(connection, told, received_at=made_up.instant())
        store.close()
        with served(url) as address:
            yield address


def contacts_of(*numbers: int) -> list[ev.Event]:
    """Uneven in time, over all channels; some of a case, some passed on, some left."""
    end, told = made_up.instant(), []
    for number in numbers:
        who = (ev.Identity(kind=IdentityKind.CUSTOMER_NUMBER, value=f"of-{number}"),)
        told += [_contact(f"{number}-{one}", end, one, who) for one in range(number)]
    return told


def _contact(key: str, end, one: int, who) -> ev.Event:
    at = end - timedelta(hours=1 + one * one % 9000, minutes=one * 7 % 60)
    is_left = one % 7 == 3
    return ev.Recorded(
        source="crowd", id=key, contact=key, at=at, queued_at=at, end=at + timedelta(minutes=9),
        channel=list(Channel)[one % len(Channel)], customer=who, queue="Support",
        outcome=Outcome.ABANDONED if is_left else Outcome.HANDLED,
        answered_at=None if is_left else at, agent=None if is_left else "Aino Pitkäniemi-Lahtela",
        talk_seconds=None if is_left else 300, is_transferred=one % 9 == 4,
        subject=("invoice", "login", None, "delivery")[one % 4],
    )  # fmt: skip


def chats_of_a_quarter() -> list[ev.Event]:
    end, told = made_up.instant(), []
    for week in range(1, 14):
        monday = (end - timedelta(days=end.weekday(), weeks=week)).replace(hour=9)
        is_bad = week == BAD_WEEK
        for one in range(IN_BAD_WEEK if is_bad else 12):
            told += _liked(f"{week}-{one}", monday + timedelta(hours=one), 1 + one % 3 // 2, is_bad)
    return told


def _liked(key: str, at, score: int, is_bad: bool) -> list[ev.Event]:
    who = (ev.Identity(kind=IdentityKind.CUSTOMER_NUMBER, value=f"chat-{key.partition('-')[2]}"),)
    of = {"source": "crowd", "contact": f"liked-{key}", "kind": SurveyKind.CSAT}
    return [
        ev.Recorded(
            source="crowd", id=f"liked-{key}", contact=f"liked-{key}", at=at, queued_at=at,
            answered_at=at + timedelta(seconds=30), wait_seconds=30, talk_seconds=300,
            end=at + timedelta(minutes=6), channel=Channel.CHAT, queue="Web", customer=who,
            outcome=Outcome.HANDLED, agent="Aino Pitkäniemi-Lahtela", subject="delivery",
        ),
        ev.SurveySent(id=f"{key}-asked", at=at + timedelta(hours=1), **of),
        ev.SurveyAnswered(
            id=f"{key}-answer", at=at + timedelta(hours=2), score=score if is_bad else 5, **of
        ),
    ]  # fmt: skip


def test_from_the_dip_of_a_quarter_to_the_worst_of_its_customers_and_back(crowded, look) -> None:
    page = look(f"{crowded}/trends")
    pick(page, "Metric", "CSAT")
    pick(page, "Period", "Last 13 weeks")
    page.locator(".st-key-chip-channel button").first.click()
    page.locator(".stMultiSelect input").fill("Chat")
    page.get_by_role("option", name="Chat", exact=True).click()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("where_channel=chat"), timeout=PATIENCE)
    settled(page)
    expect(page.locator(DRAWN)).to_be_visible(timeout=PATIENCE)
    trends, chart = page.url, chosen(page)
    number = to_the_dip(page)
    assert number == IN_BAD_WEEK

    page.keyboard.press("Enter")

    expect(heading(page)).to_have_text(f"{number} contacts behind CSAT", timeout=PATIENCE)
    expect(page.locator(ROWS)).to_have_count(number)
    settled(page)
    behind, rows = page.url, page.locator(".cc-contacts").inner_text()
    at_rest(page, ROWS)
    page.locator(".cc-whole").first.click()
    expect(page.locator(".cc-timeline")).to_contain_text("satisfaction 1 of 5", timeout=PATIENCE)

    page.go_back()
    expect(heading(page)).to_have_text(f"{number} contacts behind CSAT", timeout=PATIENCE)
    assert page.url == behind
    page.go_back()
    expect(heading(page)).to_have_text("Trends", timeout=PATIENCE)
    assert page.url == trends
    again = look(behind)
    assert again.locator(".cc-contacts").inner_text() == rows
    assert chosen(look(trends)) == chart


def to_the_dip(page: Page) -> int:
    """Along the line by keys, to its lowest point; gives of how many answers it speaks."""
    page.locator(".cc-canvas").focus()
    page.keyboard.press("End")
    told = [spoken(page)]
    while (text := after(page, "ArrowLeft")) != told[-1]:
        told.append(text)
    lowest = min(told, key=lambda text: float(re.search(r"([\d.]+)\s?%", text)[1]))
    while spoken(page) != lowest:
        after(page, "ArrowRight")
    return int(re.search(r"n (\d+)", lowest)[1])


def spoken(page: Page) -> str:
    return page.locator(".cc-plot [aria-live]").inner_text()


def after(page: Page, key: str) -> str:
    page.keyboard.press(key)
    return spoken(page)


@pytest.mark.parametrize("number", [1, 5, 50, 400])
def test_no_word_of_the_lanes_covers_another(crowded, look, number) -> None:
    person = stable_id("customer", IdentityKind.CUSTOMER_NUMBER, f"of-{number}")
    page = look(f"{crowded}/customer?customer={person}")
    expect(page.locator(".cc-lane").first).to_be_visible(timeout=10_000)

    for width in (1920, 1440, 1180, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        assert overlaps(page, LABELS) == 0, width
        assert overlaps(page, ".cc-pin-box, .cc-pin-many") == 0, width
        assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= width


def overlaps(page: Page, selector: str) -> int:
    return int(page.evaluate(OVERLAPS, selector))
