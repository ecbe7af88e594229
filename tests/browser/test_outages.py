"""What a screen of now does while something behind it is away, and once it is back.

CCDASH_OUTAGE_SECONDS=60 makes each outage a minute long; `--junitxml` holds the times.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.vocabulary import Channel
from tests import made_up
from tests.browser.conftest import settled
from tests.browser.rig import BREAKS, Rig, rig

pytestmark = pytest.mark.browser
SECONDS = float(os.environ.get("CCDASH_OUTAGE_SECONDS", "3"))
LONGEST_MS = 60_000
OLD = re.compile(r"figures (of|are from) \d\d:\d\d:\d\d")
WAITING = "[data-key=tile-0] .cc-figure"
KEPT = "window.ccdashKept === true"


@pytest.fixture(scope="module")
def running() -> Iterator[Rig]:
    with rig() as made:
        yield made


@pytest.mark.parametrize("what", BREAKS)
def test_now_is_dated_while_something_is_away_and_goes_on_by_itself(
    running, look, what, record_property
) -> None:
    page = look(f"{running.address}/?lang=en")
    expect(page.locator(".cc-board[data-state=live]")).to_be_visible(timeout=LONGEST_MS)
    page.evaluate("window.ccdashKept = true")
    before = waiting(page)

    running.fails(what)
    lost_after = seconds_until_old(page)
    page.wait_for_timeout(SECONDS * 1000)
    shown = waiting(page)
    is_grey = page.evaluate(f"getComputedStyle({GREYED}).filter")
    dialogs = page.locator("[role=dialog]:visible").count()
    running.comes_back(what)
    back_after = seconds_until_now(page)
    one_more_waits(running, what)

    more = re.compile(rf"\b{before + 1}$")
    expect(page.locator(WAITING)).to_have_text(more, timeout=LONGEST_MS)
    assert shown == before
    assert "grayscale" in is_grey
    assert not dialogs
    assert page.evaluate(KEPT), "the page was loaded anew"
    record_property("dated_after_seconds", lost_after)
    record_property("live_again_after_seconds", back_after)
    settled(page)


GREYED = f"document.querySelector('{WAITING}').closest('.cc-strip')"


def waiting(page: Page) -> int:
    """A state stands before the figure, for the ear."""
    return int(page.locator(WAITING).inner_text().split()[-1])


def seconds_until_old(page: Page) -> float:
    began = time.monotonic()
    expect(page.locator(".cc-board-lost, .cc-notice.lost").first).to_have_text(
        OLD, timeout=LONGEST_MS
    )
    return time.monotonic() - began


def seconds_until_now(page: Page) -> float:
    began = time.monotonic()
    expect(page.locator(".cc-board-lost, .cc-notice.lost")).to_have_count(0, timeout=LONGEST_MS)
    return time.monotonic() - began


def one_more_waits(running: Rig, name: str) -> None:
    at = made_up.instant()
    told = {"source": "made-up", "contact": f"after-{name}-{at}", "at": at}
    events = [
        ev.Arrived(id=f"{name}-{at}-arrived", channel=Channel.PHONE, **told),
        ev.Queued(id=f"{name}-{at}-queued", queue="sales", **told),
    ]
    with running.store.transaction() as connection:
        record(connection, events, received_at=at, region="FI")
