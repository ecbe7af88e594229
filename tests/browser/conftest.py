"""The whole product in a real browser: a server process, a real Postgres, Chromium."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request, sync_playwright

from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from tests import made_up
from tests.conftest import fresh_database

ROOT = Path(__file__).resolve().parents[2]
IDLE = (
    "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
)
DESK = {"width": 1440, "height": 900}
SOMEBODY = {"viewport": DESK, "locale": "en-GB", "timezone_id": "America/New_York"}
NOBODY = ("data:", "blob:")
OUTSIDE = (-1, -1)
FORGET = """() => {
  if (!location.protocol.startsWith('http')) return;
  localStorage.clear();
  sessionStorage.clear();
}"""
Look = Callable[..., Page]


AT_REST = """([selector, idle]) => {
  const node = document.querySelector(selector);
  const place = node && JSON.stringify(node.getBoundingClientRect());
  const seen = window.ccdashSeen;
  if (seen && node && document.querySelector(idle) && seen.node === node && seen.place === place) {
    return performance.now() - seen.since > 1000;
  }
  window.ccdashSeen = { node, place, since: performance.now() };
  return false;
}"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    words = ["/bin/sh", str(ROOT / "scripts" / "chromium.sh")]
    found = subprocess.run(words, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.fail(found.stderr)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.stdout.strip(), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def database(server) -> Iterator[str]:
    """The URL of a store with the made-up centre in it; tests only read it."""
    with fresh_database(server) as url:
        store = Store(engine_for(url), FramePool(url))
        made_up.fill(store, made_up.instant())
        store.close()
        yield url


@pytest.fixture(scope="session")
def product(database) -> Iterator[str]:
    """The address of the product on that store."""
    with served(database) as address:
        yield address


@contextmanager
def served(database: str) -> Iterator[str]:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CCDASH_")}
    told = {
        "CCDASH_DATABASE_URL": database,
        "CCDASH_TIMEZONE": made_up.ZONE,
        "CCDASH_REGION": "FI",
    }
    words = [sys.executable, "-m", "streamlit", "run", "app.py"]
    words += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    words += ["--server.headless", "true"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    with subprocess.Popen(words, cwd=ROOT, env=kept | told, **quiet) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{address}/_stcore/health")
            yield address
        finally:
            process.terminate()


def wait_for(address: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            with urlopen(address, timeout=5) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            pass
        assert time.monotonic() < until, "the product did not start"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def window(chromium) -> BrowserContext:
    """One that stays open from test to test: to open a window, and to compile the scripts of the
    product in it, takes longer than most tests."""
    return chromium.new_context(**SOMEBODY)


@dataclass
class Listener:
    """Hears what a page asks for, and which of its scripts fail."""

    home: str
    strangers: list[str]
    failures: list[str]

    def asked(self, request: Request) -> None:
        if not request.url.startswith((self.home, self.home.replace("http", "ws"), *NOBODY)):
            self.strangers.append(request.url)

    def failed(self, error: Error) -> None:
        self.failures.append(error.message)


@pytest.fixture
def look(chromium, window) -> Iterator[Look]:
    """Opens an address as somebody who never was there, the second one of a test in a browser of
    its own. In the end nothing may have been asked of another machine, and no script of the page
    may have failed."""
    opened, strangers, failures = [], [], []

    def page_at(address: str, viewport=DESK, color_scheme="light") -> Page:
        context = chromium.new_context(**SOMEBODY) if opened else window
        page = context.pages[0] if context.pages else context.new_page()
        listener = Listener("/".join(address.split("/")[:3]), strangers, failures)
        page.on("request", listener.asked)
        page.on("pageerror", listener.failed)
        opened.append((page, listener))
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=color_scheme)
        page.goto(address)
        return settled(page)

    yield page_at
    for page, listener in opened:
        page.remove_listener("request", listener.asked)
        page.remove_listener("pageerror", listener.failed)
        if page.context is window:
            leave(page)
        else:
            page.context.close()
    assert not strangers
    assert not failures


def leave(page: Page) -> None:
    """As if nobody had been there; a page that has crashed is closed."""
    try:
        page.evaluate(FORGET)
        page.mouse.move(*OUTSIDE)
        page.goto("about:blank")
    except Error:
        page.close()
    page.context.clear_cookies()


def settled(page: Page) -> Page:
    """Once the script of the page has run."""
    page.wait_for_selector(".cc-head h1, .cc-notice", timeout=30_000)
    page.wait_for_selector(IDLE, timeout=30_000)
    return page


def at_rest(page: Page, selector: str) -> None:
    """Once what is there has neither moved nor been drawn anew for a second: a click that falls
    between pressing on the old drawing and releasing on the new one is nobody's."""
    page.wait_for_function(AT_REST, arg=[selector, IDLE], polling=100, timeout=30_000)


def title(page: Page) -> str:
    return page.locator(".cc-head h1").first.inner_text()
