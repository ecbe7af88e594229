"""A TV: the page of a link, without a session and without anybody beside it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, WebSocketRoute, expect

from ccdash.store import wallboards
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from ccdash.store.wallboards import Board, Wanted
from ccdash.ui.source import wall
from ccdash.vocabulary import Channel
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


def hung(store: Store, board: Board) -> str:
    """The path of a link to it."""
    wanted = Wanted(wallboards.save(store, board), "Lobby", wall() + timedelta(days=1))
    return f"/wall/{wallboards.issue(store, wanted, wall())}"


def nothing_is_wrong(visit: Visit) -> None:
    assert [one for found in vars(visit).values() for one in found] == []


@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_tv_shows_a_whole_board_and_asks_nobody_else(product, store, tv, language) -> None:
    figures = ("service_level", "fcr", "aht")
    board = Board("Hall", language, tiles=figures, notice="Post is late", is_dimmed=False)
    address = product + hung(store, board)

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


def test_a_chime_sounds_once_for_a_tile_that_passes_its_limit_and_not_in_silent_hours(
    product, store, tv
) -> None:
    told = {"tiles": ("csat",), "mute_from_minute": 0, "mute_until_minute": 0}
    tv.page.add_init_script(SILENT_SOUND)
    page = shown(tv, product + hung(store, Board("Hall", has_chime=True, **told)))
    page.wait_for_timeout(500)
    unknown = page.locator("[data-key=csat].figure.none")
    unknown.evaluate("one => { one.className = 'cc-wall-tile figure over' }")
    page.wait_for_timeout(500)
    assert page.evaluate("tones") == 0  # what was late before the screen was on is no news

    page.evaluate("document.querySelector('[data-key=chat]').classList.add('over')")

    page.wait_for_timeout(600)
    assert page.evaluate("tones") == 2
    page.evaluate("document.querySelector('[data-key=wall]').dataset.mute = '0-1440'")
    for is_over in ("false", "true"):  # over once more, in silent hours
        page.evaluate(
            f"document.querySelector('[data-key=chat]').classList.toggle('over', {is_over})"
        )
        page.wait_for_timeout(600)
    assert page.evaluate("tones") == 2


Colour = tuple[int, int, int]
SIGHTS = ("deuteranopia", "protanopia", "tritanopia", "achromatopsia")
READ, APART = 4.5, 10.0
"""Contrast of words on their ground (WCAG AA), and of the grounds of two tiles."""


def luminance(colour: Colour) -> float:
    """As WCAG 2 defines it."""
    parts = [one / 255 for one in colour]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def colours(page: Page, places: Sequence[Locator]) -> Iterator[tuple[Colour, Colour]]:
    """As they are seen in each place, the most frequent two: the ground, and what is on it."""
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for one in places:
        box = one.bounding_box()
        assert box, one
        right, bottom = box["x"] + box["width"], box["y"] + box["height"]
        part = image.crop((round(box["x"]), round(box["y"]), round(right), round(bottom)))
        counted = part.getcolors(part.width * part.height) or []
        (_, ground), (_, ink), *_ = sorted(counted, reverse=True)
        yield ground, ink


def test_a_breach_tells_without_its_colour_on_a_wall_and_on_now(product, store, tv, look) -> None:
    on_wall = shown(tv, product + hung(store, Board("Hall", is_dimmed=False)))
    on_now = look(f"{product}/?lang=en")
    late, calm = (on_wall.locator(f"[data-key={one}]") for one in ("phone", "chat"))
    row = on_now.locator("tr", has_text="Phone").first
    expect(late).to_contain_text("OVER 0:20")
    expect(row).to_contain_text("over 0:20")
    shapes = "getComputedStyle(document.querySelector('[data-key={}] i')).borderRadius"
    assert on_wall.evaluate(shapes.format("phone")) != on_wall.evaluate(shapes.format("chat"))
    expect(row.locator(".cc-state.bad .cc-shape").first).to_be_visible()

    told = (late.locator(".cc-wall-over"), late.locator(".cc-wall-wait"), late, calm)
    for sight in SIGHTS:
        for page in (on_wall, on_now):
            eye = page.context.new_cdp_session(page)
            eye.send("Emulation.setEmulatedVisionDeficiency", {"type": sight})
        *words, of_late, of_calm = colours(on_wall, told)
        words += colours(on_now, (row.locator(".cc-state.bad").first,))
        assert all(contrast(*one) > READ for one in words), sight
        assert contrast(of_late[0], of_calm[0]) > APART, sight


FIGURES = ("aht", "fcr", "offered", "csat", "handled", "abandoned", "asa")
TURNS = 15
PLACE = """() => ['--drift-x', '--drift-y'].map(
  (one) => parseInt(document.getElementById('wall').style.getPropertyValue(one)))"""


def test_pages_take_turns_one_with_a_breach_holds_and_the_picture_drifts(
    product, store, tv
) -> None:
    board = Board("Hall", channels=(Channel.CHAT,), tiles=FIGURES, rotation_seconds=TURNS)
    tv.page.clock.install()
    page = shown(tv, product + hung(store, board))
    pages = page.locator(".cc-wall-tiles")
    expect(pages).to_have_count(3)

    for here in (0, 1, 2, 0):
        expect(pages.nth(here)).to_be_visible()
        expect(page.locator(".cc-wall-tiles:visible")).to_have_count(1)
        page.clock.fast_forward(TURNS * 1000)
    page.evaluate("document.querySelector('.p2').classList.add('breach')")
    expect(pages.nth(2)).to_be_visible()
    page.clock.fast_forward(TURNS * 3000)
    page.wait_for_timeout(600)
    expect(pages.nth(2)).to_be_visible()

    places = []
    for _ in range(10):
        page.clock.fast_forward(60_000)
        places.append(page.evaluate(PLACE))
    assert len({tuple(one) for one in places}) > 5
    assert all(abs(one) <= 2 for place in places for one in place)


ZONE = """(zone) => {
  const clock = document.querySelector('time[data-clock]');
  clock.dataset.clock = zone;
  clock.textContent = '';
}"""


def it_is(page: Page, hour: int) -> None:
    """By the clock of the centre, which is moved to where it is that late."""
    east = (hour - wall().hour + 12) % 24 - 12
    page.evaluate(ZONE, f"Etc/GMT{-east:+d}")
    expect(page.locator("time[data-clock]")).to_have_text(re.compile(rf"^0?{hour}\D\d\d$"))


def test_a_newer_version_is_loaded_at_night_from_a_server_that_answers(product, store, tv) -> None:
    path = hung(store, Board("Hall", is_dimmed=False))
    tv.page.clock.install()
    page = shown(tv, product + path)
    status = 200

    def answer(route: Route) -> None:
        if route.request.method == "HEAD":
            route.fulfill(status=status, headers={"Ccdash-Version": "newer"})
        else:
            route.fallback()

    page.route(product + path, answer)
    page.evaluate("window.kept = true")
    for hour, told in ((12, 200), (3, 503)):
        status = told
        it_is(page, hour)
        with page.expect_response(product + path):
            page.clock.fast_forward(60_000)
        assert page.evaluate("window.kept")
    status = 200
    it_is(page, 3)
    with page.expect_navigation():
        page.clock.fast_forward(60_000)

    assert page.evaluate("window.kept === undefined")
    page.wait_for_selector("[data-state=live] .cc-wall-tile", timeout=30_000)


def test_a_wall_that_hears_nothing_says_of_when_it_is_and_after_midnight_of_which_day(
    product, store, tv
) -> None:
    is_cut = False

    def carry(socket: WebSocketRoute) -> None:
        if not is_cut:
            far = socket.connect_to_server()
            far.on_message(lambda told: None if is_cut else socket.send(told))

    tv.page.route_web_socket(re.compile("/stream"), carry)
    tv.page.clock.install()
    page = shown(tv, product + hung(store, Board("Hall", is_dimmed=False)))
    told = page.locator("[data-away]")
    expect(told).to_be_empty()

    is_cut = True
    page.clock.fast_forward(4_000)
    expect(told).to_have_text(re.compile(r"^Lost · figures of \d\d:\d\d$"))
    expect(page.locator(".cc-wall-clock")).to_be_hidden()
    page.clock.fast_forward(24 * 3_600_000)

    expect(told).to_have_text(re.compile(r"^Lost · figures of \w{3} \d+ \w{3} \d\d:\d\d$"))
