"""A TV: the page of a link, without a session and without anybody beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from ccdash.store import wallboards
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from ccdash.store.wallboards import Board, Wanted
from ccdash.ui.source import wall
from tests.browser.test_every_page import Visit, Window, note_axe, note_looks

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("server", ["18"], indirect=True, scope="session"),
]
TV, TALL = {"width": 1920, "height": 1080}, {"width": 1080, "height": 1920}
DARK_MS = 5_000
"""Within so long a screen is dark after its link was revoked."""


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with closing(Store(engine_for(database), FramePool(database))) as opened:
        yield opened
        for one in wallboards.every(opened):
            wallboards.remove(opened, one.number)


@pytest.fixture
def tv(chromium: Browser, product: str) -> Iterator[Window]:
    with chromium.new_context(viewport=TV, locale="en-GB", timezone_id="Asia/Tokyo") as context:
        yield Window(context.new_page(), product)


def shown(tv: Window, address: str) -> Page:
    tv.page.goto(address)
    tv.page.wait_for_selector("[data-state=live] .cc-wall-tile", timeout=30_000)
    return tv.page


def nothing_is_wrong(visit: Visit) -> None:
    assert [one for found in vars(visit).values() for one in found] == []


@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_tv_shows_a_whole_board_and_asks_nobody_else(product, store, tv, language) -> None:
    figures = ("service_level", "fcr", "aht")
    board = Board("Hall", language, tiles=figures, notice="Post is late", is_dimmed=False)
    number = wallboards.save(store, board)
    wanted = Wanted(number, "Lobby", wall() + timedelta(days=1))
    address = f"{product}/wall/{wallboards.issue(store, wanted, wall())}"

    for state, size in (("tv", TV), ("tall", TALL)):
        tv.page.set_viewport_size(size)
        page = shown(tv, address)
        expect(page.locator(".cc-wall-clock")).to_have_text(re.compile(r"^\d\d[.:]\d\d$"))
        note_looks(page, state, language, tv.visit)
        note_axe(page, state, tv.visit)

    nothing_is_wrong(tv.visit)
    assert page.locator("html").get_attribute("lang") == language


def test_a_link_is_made_opened_and_revoked_and_then_its_screen_is_dark(
    product, store, tv, look
) -> None:
    desk = look(f"{product}/wallboards?lang=en")
    desk.get_by_role("button", name="Save").click()
    desk.get_by_role("button", name="Make a link").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("Which screen").fill("Lobby")
    dialog.get_by_role("button", name="Make the link").click()
    address = dialog.get_by_test_id("stCode").first.locator("code").inner_text()
    assert re.fullmatch(rf"{product}/wall/[\w-]{{43}}", address)
    page = shown(tv, address)

    desk.keyboard.press("Escape")
    expect(desk.locator(".cc-screen")).to_contain_text("Lobby on now")
    desk.get_by_role("button", name="Revoke").click()
    desk.get_by_role("dialog").get_by_role("button", name="Revoke").click()

    gone = page.locator('[data-state="gone"]')
    expect(gone).to_contain_text("This link no longer opens a board.", timeout=DARK_MS)
    assert page.locator(".cc-wall-tile").count() == 0
    assert page.goto(address).status == 404


SILENT_SOUND = """
window.tones = 0;
window.AudioContext = class {
  currentTime = 0;
  resume() {}
  createOscillator() {
    window.tones += 1;
    return { frequency: {}, connect() {}, start() {}, stop() {} };
  }
  createGain() {
    const gain = { setValueAtTime() {}, exponentialRampToValueAtTime() {} };
    return { gain, connect() {} };
  }
};"""


def test_a_chime_sounds_once_for_a_tile_that_passes_its_limit(product, store, tv) -> None:
    board = Board("Hall", has_chime=True, mute_from_minute=0, mute_until_minute=0)
    wanted = Wanted(wallboards.save(store, board), "Lobby", wall() + timedelta(days=1))
    tv.page.add_init_script(SILENT_SOUND)
    page = shown(tv, f"{product}/wall/{wallboards.issue(store, wanted, wall())}")
    page.wait_for_timeout(500)
    assert page.evaluate("tones") == 0  # what was late before the screen was on is no news

    page.evaluate("document.querySelector('[data-key=chat]').classList.add('over')")

    page.wait_for_function("() => window.tones === 2")
    page.wait_for_timeout(1000)
    assert page.evaluate("tones") == 2
