"""The whole product in a real browser: a server process, a real Postgres, Chromium."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from tests import made_up
from tests.conftest import fresh_database

ROOT = Path(__file__).resolve().parents[2]
IDLE = (
    "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
)
DESK = {"width": 1440, "height": 900}
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
            _wait_for(f"{address}/_stcore/health")
            yield address
        finally:
            process.terminate()


def _wait_for(address: str) -> None:
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


@pytest.fixture
def look(chromium) -> Iterator[Look]:
    """Opens an address. In the end nothing may have been asked of another machine, and no script
    of the page may have failed."""
    contexts, strangers, failures = [], [], []

    def opened(address: str, **options: object) -> Page:
        wanted = {"viewport": DESK, "locale": "en-GB", "timezone_id": "America/New_York"}
        context = chromium.new_context(**(wanted | options))
        contexts.append(context)
        page = context.new_page()
        home = "/".join(address.split("/")[:3])
        page.on("request", lambda asked: note(asked.url, home))
        page.on("pageerror", lambda error: failures.append(error.message))
        page.goto(address)
        return settled(page)

    def note(url: str, home: str) -> None:
        if not url.startswith((home, home.replace("http", "ws"), "data:", "blob:")):
            strangers.append(url)

    yield opened
    for context in contexts:
        context.close()
    assert not strangers
    assert not failures


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
