"""What Now and a wall do while something behind them is away, and once it is back.

CCDASH_OUTAGE_SECONDS=60 makes each outage a minute long, and holds the screens to what is promised:
old within 5 s, live again within 10 s. Beside the rest of the suite they have twice as long, as the
machine has other work. `-o junit_family=xunit1 --junitxml=FILE` writes down the times.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.store import wallboards
from ccdash.store.wallboards import Board, Wanted
from ccdash.ui.format import NOTHING
from ccdash.ui.source import wall
from ccdash.vocabulary import Channel
from tests import made_up
from tests.browser.conftest import SOMEBODY, settled
from tests.browser.rig import BREAKS, Rig, rig

pytestmark = pytest.mark.browser
ASKED = os.environ.get("CCDASH_OUTAGE_SECONDS")
SECONDS, SLACK = (float(ASKED), 1) if ASKED else (3.0, 2)
LONGEST_MS, OLD_WITHIN_MS, LIVE_WITHIN_MS = 60_000, 5_000 * SLACK, 10_000 * SLACK
FIGURES = ".cc-strip [data-key]:not([data-key=tile-3]) .cc-figure:not(:has(time))"
"""But times, which go on, and the arrivals of a half hour, which may be another one by then."""
TILES = ("service_level", "fcr", "average_wait")
WATCH = """([figures, dates]) => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true });
  const isGrey = (one) => Boolean(one) && (
    getComputedStyle(one).filter.includes('grayscale') || isGrey(one.parentElement));
  const look = () => {
    const found = [...document.querySelectorAll(figures)];
    const dated = [...document.querySelectorAll(dates)].filter(seen);
    return {
      figures: found.map((one) => one.textContent),
      isOld: found.every(isGrey) && dated.some((one) => /figures (of|are from) \\d\\d:\\d\\d/.test(one.textContent)),
      isLive: found.length > 0 && !found.some(isGrey) && !dated.length,
      isCovered: [...document.querySelectorAll('[role=dialog]')].some(seen),
    };
  };
  window.ccdashSeen = [];
  let last = '';
  const note = () => {
    const now = look(), text = JSON.stringify(now);
    document.documentElement.dataset.shows = now.isOld ? 'old' : now.isLive ? 'live' : '';
    if (text !== last) window.ccdashSeen.push({ at: Date.now() / 1000, ...now });
    last = text;
  };
  note();
  setInterval(note, 50);
}"""  # noqa: E501
"""Notes from now on what a screen shows: its figures, whether they are grey and dated, whether a
window lies over them. A page that is loaded anew has forgotten it."""


@dataclass
class Screen:
    """A page with figures in it, and what says there that they are old."""

    name: str
    page: Page
    figures: str
    dates: str
    before: list[str] = field(init=False)

    def watch(self) -> None:
        expect(self.page.locator("[data-state=live]")).to_be_visible(timeout=LONGEST_MS)
        self.page.evaluate(WATCH, [self.figures, self.dates])
        self.before = self.seen[0]["figures"]

    @property
    def seen(self) -> list[dict[str, Any]]:
        return self.page.evaluate("window.ccdashSeen")

    def becomes(self, what: str, timeout_ms: float) -> None:
        shown = self.page.locator(f"html[data-shows={what}]")
        expect(shown, self.name).to_have_count(1, timeout=max(timeout_ms, 1))

    def seconds_until(self, what: str, since: float) -> float:
        return next(one["at"] for one in self.seen if one["at"] >= since and one[what]) - since


@pytest.fixture(scope="module")
def running() -> Iterator[Rig]:
    with rig() as made:
        yield made


@pytest.fixture(scope="module")
def address(running) -> str:
    """Of a wall."""
    number = wallboards.save(running.store, Board("Hall", tiles=TILES, is_dimmed=False))
    wanted = Wanted(number, "Lobby", wall() + timedelta(days=1))
    return f"{running.address}/wall/{wallboards.issue(running.store, wanted, wall())}"


@pytest.fixture
def tv(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(**SOMEBODY) as context:
        yield context.new_page()


@pytest.mark.parametrize("what", BREAKS)
def test_screens_are_dated_while_something_is_away_and_go_on_by_themselves(
    running, address, look, tv, what, record_property
) -> None:
    tv.goto(address)
    screens = [
        Screen("now", look(f"{running.address}/?lang=en"), FIGURES,
               ".cc-board-lost, .cc-notice.lost"),
        Screen("wall", tv, ".cc-wall-count, .cc-wall-figure",
               ".cc-wall-badge.lost, .cc-wall-badge.away:not(:empty)"),
    ]  # fmt: skip
    for one in screens:
        one.watch()

    failed_at = time.time()
    running.fails(what)
    all_become(screens, "old", OLD_WITHIN_MS)
    screens[0].page.wait_for_timeout(SECONDS * 1000)
    running.comes_back(what)
    back_at = time.time()
    all_become(screens, "live", LIVE_WITHIN_MS)

    for one in screens:
        record_property(f"{one.name}_dated_after", one.seconds_until("isOld", failed_at))
        record_property(f"{one.name}_live_after", one.seconds_until("isLive", back_at))
    for one in screens:
        shown = expect(one.page.locator(one.figures), one.name)
        shown.to_have_text(one.before, timeout=LIVE_WITHIN_MS)
        assert [told["figures"] for told in one.seen if not is_kept(told, one.before, what)] == []
        assert not any(told["isCovered"] for told in one.seen)
    one_more_waits(running, what)
    for one in screens:
        more = re.compile(rf"\b{int(one.before[0].split()[-1]) + 1}$")
        expect(one.page.locator(one.figures).first).to_have_text(more, timeout=LONGEST_MS)
    settled(screens[0].page)


def is_kept(told: dict[str, Any], before: list[str], what: str) -> bool:
    """Whether each figure is as it was; a server that began anew may have to read it first, and
    says so until then."""
    unread = {NOTHING} if what == "app" else set()
    pairs = zip(told["figures"], before, strict=True)
    return all(now == then or now in unread for now, then in pairs)


def all_become(screens: list[Screen], what: str, timeout_ms: float) -> None:
    """Each of them, within one and the same time."""
    until = time.monotonic() + timeout_ms / 1000
    for one in screens:
        one.becomes(what, (until - time.monotonic()) * 1000)


def one_more_waits(running: Rig, name: str) -> None:
    at = made_up.instant()
    told = {"source": "made-up", "contact": f"after-{name}-{at}", "at": at}
    events = [
        ev.Arrived(id=f"{name}-{at}-arrived", channel=Channel.PHONE, **told),
        ev.Queued(id=f"{name}-{at}-queued", queue="sales", **told),
    ]
    with running.store.transaction() as connection:
        record(connection, events, received_at=at, region="FI")
