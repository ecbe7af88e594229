"""What holds of every page, in every language, light and dark, on a desk and on a telephone.

Each page is opened once a language, in all of them together; its size and appearance change while
it stays open. What was found is kept, and each test asks for one thing of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Response
from sqlalchemy import Text, cast, func, select

from ccdash.i18n import LANGUAGES, SOURCE, translator
from ccdash.schema import agent
from ccdash.store import customers
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from tests.browser.conftest import DESK, IDLE, SOMEBODY

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("server", ["18"], indirect=True, scope="session"),
]
PAGES = {
    "live": "/",
    "trends": "/trends",
    "contacts": "/contacts?metrics=offered&from=2000-01-01&to=2100-01-01",
    "customer": "/customer?customer={customer}",
    "search": "/customer",
    "team": "/team?agent={person}",
    "journeys": "/journeys",
    "wallboards": "/wallboards",
    "settings": "/settings",
    "metrics": "/metrics?metric=csat",
    "connect": "/connect",
}
OPEN = {"team": ".cc-ribbon-lanes"}
"""What has to be there before a page is looked at."""
PHONE = {"width": 390, "height": 844}
STATES = {
    "desk light": (DESK, "light"),
    "desk dark": (DESK, "dark"),
    "phone dark": (PHONE, "dark"),
    "phone light": (PHONE, "light"),
}
WITH_AXE = ("desk light", "desk dark", "phone light")
LOOKED_AT = {
    "en": tuple(STATES),
    "fi": ("desk light", "phone dark"),
    "sv": ("phone dark",),
}
"""Other words take other room; their colours are the same. Finnish has the longest."""
LOOK = (Path(__file__).parent / "every_page.js").read_text(encoding="utf-8")
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
  .filter((one) => ['serious', 'critical'].includes(one.impact))
  .flatMap((one) => one.nodes.map((node) => [one.id, node.target.flat().join(' '), node.html]))"""
RAW = re.compile(r"\{\w*\}|\b(?:None|nan|NaN|NaT|undefined)\b|\[object |\bccdash\.[a-z]+\b")

NOT_OURS: dict[tuple[str, str], str] = {}
"""(rule of axe, part of the markup) of Streamlit's own elements, and why it is let through."""

PROBES = re.compile(r"/_stcore/(?:health|host-config)|/favicon")
"""Streamlit asks for these below the path of the page first, where it gets a 404, and then where
they are."""


@dataclass
class Visit:
    """What was found on one page in one language; each finding says in which state."""

    too_wide: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass
class Window:
    """A page that shows one address after the other, in one language."""

    page: Page
    home: str
    language: str = SOURCE
    visit: Visit = field(default_factory=Visit)

    def __post_init__(self) -> None:
        self.page.on("request", lambda asked: note_stranger(asked.url, self.home, self.visit))
        self.page.on("response", lambda answer: note_refused(answer, self.visit))
        self.page.on("console", lambda told: note_told(told, self.visit))
        self.page.on("pageerror", lambda error: self.visit.console.append(error.message))

    def goes(self, address: str) -> None:
        self.visit = Visit()
        self.page.set_viewport_size(DESK)
        self.page.emulate_media(color_scheme="light")
        self.page.goto(address)

    def is_drawn(self, name: str) -> None:
        self.page.wait_for_selector(OPEN.get(name, ".cc-head h1"), timeout=30_000)
        self.page.wait_for_selector(IDLE, timeout=30_000)
        self.page.wait_for_load_state("networkidle")

    def turns(self, state: str) -> None:
        size, appearance = STATES[state]
        self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme=appearance)

    def looks(self, state: str) -> None:
        self.page.wait_for_function(AT_REST, arg=STATES[state][1])
        note_looks(self.page, state, self.language, self.visit)
        if self.language == SOURCE and state in WITH_AXE:
            note_axe(self.page, state, self.visit)

    def leaves(self) -> None:
        """What its scripts say until then is of the page that it showed."""
        self.page.goto("about:blank")


Visits = Callable[[str, str], Visit]


@pytest.fixture(scope="module")
def customer(database: str) -> str:
    """Somebody with contacts in several channels."""
    store = Store(engine_for(database), FramePool(database))
    try:
        return str(customers.candidates(store, "elina@example.com")["customer_id"][0])
    finally:
        store.close()


@pytest.fixture(scope="module")
def person(database: str) -> str:
    """Somebody whose day is open on the page Team."""
    store = Store(engine_for(database), FramePool(database))
    try:
        return str(store.frame(select(cast(func.min(agent.c.agent_id), Text)))[0, 0])
    finally:
        store.close()


@pytest.fixture(scope="module")
def visits(chromium: Browser, product: str, customer: str, person: str) -> Iterator[Visits]:
    """Each language has a window."""
    windows = [Window(chromium.new_context(**SOMEBODY).new_page(), product, of) for of in LANGUAGES]

    @cache
    def visited(name: str) -> dict[str, Visit]:
        path = PAGES[name].format(customer=customer, person=person)
        address = f"{product}{path}{'&' if '?' in path else '?'}lang="
        look_at(windows, name, address)
        return {one.language: one.visit for one in windows}

    yield lambda name, language: visited(name)[language]
    for window in windows:
        window.page.context.close()


AT_REST = """(appearance) => {
  const isMoving = (one) => one.playState === 'running'
    && one.effect.getComputedTiming().endTime < 1e6;
  return getComputedStyle(document.querySelector('.stApp')).colorScheme === appearance
    && !document.getAnimations().some(isMoving);
}"""
"""The colours are those of the appearance, and no transition to them goes on."""


def look_at(windows: list[Window], name: str, address: str) -> None:
    """None is looked at before all are drawn: a page is dim while the server has other work, and
    axe would find it."""
    able = each(windows, lambda one: one.goes(f"{address}{one.language}"))
    able = each(able, lambda one: one.is_drawn(name))
    for state in STATES:
        seen = [one for one in able if state in LOOKED_AT[one.language]]
        turned = each(seen, lambda one, to=state: one.turns(to))
        for one in turned[:1]:
            one.page.wait_for_timeout(400)
        looked = each(turned, lambda one, at=state: one.looks(at))
        able = [one for one in able if one in looked or one not in seen]
    each(windows, Window.leaves)


def each(windows: list[Window], does: Callable[[Window], None]) -> list[Window]:
    """Those who could. What kept the others from it is in every finding, as nobody waits for it
    once more."""
    able = []
    for one in windows:
        try:
            does(one)
            able.append(one)
        except Error as error:
            for found in vars(one.visit).values():
                found.append(error.message)
    return able


def note_looks(page: Page, state: str, language: str, visit: Visit) -> None:
    seen = page.evaluate(LOOK)
    if seen["widest"] > 0:
        visit.too_wide.append(f"{state}: by {seen['widest']} px, by {', '.join(seen['wide'])}")
    visit.cut.extend(f"{state}: {one}" for one in seen["cut"])
    for text, place, own in seen["texts"]:
        if RAW.search(text):
            visit.raw.append(f"{state}: {place} {text!r}")
        spoken = own or language
        if spoken != SOURCE and english_left(spoken).fullmatch(text):
            visit.english.append(f"{state}: {place} {text!r}")


def note_axe(page: Page, state: str, visit: Visit) -> None:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    for rule, place, markup in page.evaluate(RUN_AXE):
        if not any(rule == one and part in f"{place} {markup}" for one, part in NOT_OURS):
            visit.axe.append(f"{state}: {rule} at {place}: {markup[:160]}")


def note_stranger(url: str, home: str, visit: Visit) -> None:
    if not url.startswith((home, home.replace("http", "ws"), "data:", "blob:")):
        visit.strangers.append(url)


def note_refused(answer: Response, visit: Visit) -> None:
    if answer.status >= 400 and not PROBES.search(answer.url):
        visit.refused.append(f"{answer.status} {answer.url}")


def note_told(told: ConsoleMessage, visit: Visit) -> None:
    if told.type == "error" and not PROBES.search(told.location.get("url", "")):
        visit.console.append(f"{told.text} ({told.location.get('url', '')})")


@cache
def english_left(language: str) -> re.Pattern[str]:
    """Every English sentence of more than two words that this language says in its own way."""
    known = translator(language).messages
    patterns = [
        re.sub(r"\\\{\w+\\\}", ".+", re.escape(one))
        for one, (first, *_) in known.items()
        if first != one and len(re.findall(r"[A-Za-z]{2,}", re.sub(r"\{\w+\}", "", one))) > 2
    ]
    return re.compile("|".join(patterns) or r"(?!)")


def nothing(found: list[str]) -> None:
    if found:
        pytest.fail("\n".join(dict.fromkeys(found)), pytrace=False)


every_page = pytest.mark.parametrize("name", PAGES)
every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_language
@every_page
def test_no_page_is_wider_than_its_screen(visits: Visits, name: str, language: str) -> None:
    nothing(visits(name, language).too_wide)


@every_language
@every_page
def test_no_text_is_cut(visits: Visits, name: str, language: str) -> None:
    nothing(visits(name, language).cut)


@every_language
@every_page
def test_no_page_shows_raw_keys_or_values(visits: Visits, name: str, language: str) -> None:
    nothing(visits(name, language).raw)


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != SOURCE])
@every_page
def test_no_english_is_left_in_a_translated_page(visits: Visits, name: str, language: str) -> None:
    nothing(visits(name, language).english)


@every_page
def test_axe_finds_nothing_serious(visits: Visits, name: str) -> None:
    nothing(visits(name, SOURCE).axe)


@every_language
@every_page
def test_no_page_asks_another_machine(visits: Visits, name: str, language: str) -> None:
    nothing(visits(name, language).strangers)


@every_language
@every_page
def test_no_page_complains_in_the_console(visits: Visits, name: str, language: str) -> None:
    nothing(visits(name, language).console)


@every_language
@every_page
def test_no_page_asks_for_what_is_not_there(visits: Visits, name: str, language: str) -> None:
    nothing(visits(name, language).refused)
