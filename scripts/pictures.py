"""Makes docs/pictures anew: every page of the demo centre, at an instant that does not pass.

    make pictures                            all of them
    .venv/bin/python scripts/pictures.py live trends   those whose name begins so

A throw-away store gets half a year of the simulated centre, the product is served from it, and a
real browser looks. The same code gives the same pictures, so that a change in them is a change on
the screen.
"""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlencode
from urllib.request import urlopen

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Text, cast, func, select

from ccdash import settings
from ccdash.schema import contact
from ccdash.store import wallboards
from ccdash.store.engine import open_store
from ccdash.store.wallboards import Board, Wanted

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
WEEKS, SEED, PLACE, UNTIL = 26, 1, "Europe/Helsinki", "2025-11-18T10:02:07+02:00"
DESK, PHONE, TV = (1440, 900), (390, 844), (1920, 1080)
LOCALES = {"en": "en-GB", "fi": "fi-FI", "sv": "sv-FI"}
IDLE = (
    "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
)
HERE = ".cc-head h1, .cc-wall-board"
STYLED = (
    f"getComputedStyle(document.querySelector('{HERE}').parentElement).display.match('flex|block')"
)
WRONG = "[data-testid=stException], .cc-notice.bad"


@dataclass(frozen=True)
class Picture:
    """A screen as one person sees it."""

    name: str
    screen: str
    asked: dict[str, str]
    theme: str
    language: str = "en"
    size: tuple[int, int] = DESK

    @property
    def address(self) -> str:
        return f"/{self.screen}?{urlencode(self.asked | {'lang': self.language})}"

    @property
    def idle(self) -> str:
        """What is there once it is drawn; a wall has no Streamlit."""
        return "[data-state=live] .cc-wall-tile" if self.screen.startswith("wall/") else IDLE


def pages(customer_id: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Name of the picture -> the screen and what it is asked. Trends and Contacts show the
    fortnight in which chats went wrong after a rise of prices."""
    weeks = {"from": "2025-09-01", "to": "2025-11-17", "tz": PLACE}
    bad_weeks = {"from": "2025-10-06", "to": "2025-10-20", "tz": PLACE}
    return {
        "live": ("", {}),
        "trends": (
            "trends",
            weeks
            | {"metrics": "csat", "grain": "week", "by": "channel"}
            | {"where_channel": "phone|chat|email"},
        ),
        "contacts": ("contacts", bad_weeks | {"metrics": "csat", "where_channel": "chat"}),
        "customer": ("customer", {"customer": customer_id}),
        "team": ("team", {}),
        "wallboards": ("wallboards", {}),
        "settings": ("settings", {}),
        "connect": ("connect", {}),
        "metrics": ("metrics", {}),
    }


def states() -> dict[str, dict[str, str]]:
    """What Trends is asked so that it has nothing to show, and too little to say."""
    year_before = {"from": "2024-11-04", "to": "2024-12-02", "tz": PLACE}
    week = {"from": "2025-11-10", "to": "2025-11-17", "tz": PLACE}
    return {
        "trends-empty": year_before | {"metrics": "csat"},
        "trends-few": week | {"metrics": "csat", "where_queue": "Chat · English"},
    }


def wanted(customer_id: str) -> Iterator[Picture]:
    for name, asked in states().items():
        for theme in ("light", "dark"):
            yield Picture(f"{name}-{theme}", "trends", asked, theme)
            yield Picture(f"{name}-phone-{theme}", "trends", asked, theme, size=PHONE)
    for name, (screen, asked) in pages(customer_id).items():
        for theme in ("light", "dark"):
            yield Picture(f"{name}-{theme}", screen, asked, theme)
        yield Picture(f"{name}-fi-light", screen, asked, "light", "fi")
        yield Picture(f"{name}-phone-light", screen, asked, "light", size=PHONE)
        yield Picture(f"{name}-phone-dark", screen, asked, "dark", "fi", PHONE)
    for language in ("en", "fi"):
        yield Picture(f"wall-{language}", f"wall/{hung(language)}", {}, "dark", language, TV)


# the store


@contextmanager
def centre_in_a_store() -> Iterator[str]:
    """A store with the simulated centre in it; gives the customer who is shown."""
    with tempfile.TemporaryDirectory(prefix="ccdash-pictures-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # the unprivileged user who runs Postgres for root looks in
        os.environ |= {"CCDASH_HOME": f"{folder}/home", "CCDASH_TIMEZONE": PLACE}
        os.environ.pop("CCDASH_DATABASE_URL", None)
        words = ["--weeks", str(WEEKS), "--seed", str(SEED), "--no-live", "--at", UNTIL]
        subprocess.run([sys.executable, "-m", "ccdash.cli", "simulate", *words], check=True)
        yield travelled()


def hung(language: str) -> str:
    """The token of a board in this language."""
    store, now = open_store(settings.load()), datetime.now(UTC)
    name = {"en": "Customer service", "fi": "Asiakaspalvelu"}[language]
    try:
        number = wallboards.save(store, Board(name, language, is_dimmed=False))
        return wallboards.issue(store, Wanted(number, "TV", now + timedelta(days=1)), now)
    finally:
        store.close()


def travelled() -> str:
    """The customer who has come by most channels, and most often."""
    store = open_store(settings.load())
    channels = func.count(contact.c.channel.distinct())
    statement = (
        select(cast(contact.c.customer_id, Text).label("customer_id"))
        .where(contact.c.customer_id > 0)  # a negative one is nobody known
        .group_by(contact.c.customer_id)
        .order_by(channels.desc(), func.count().desc(), contact.c.customer_id)
        .limit(1)
    )
    try:
        return str(store.frame(statement)["customer_id"][0])
    finally:
        store.close()


# the product


@contextmanager
def served() -> Iterator[str]:
    """The address of the product."""
    port = free_port()
    words = [sys.executable, "-m", "ccdash.cli", "serve", "--port", str(port), "--no-open"]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    ) as product:
        try:
            wait_for(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            product.terminate()


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def wait_for(address: str) -> None:
    until = monotonic() + 60
    while True:
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            if monotonic() > until:
                raise
            sleep(0.2)


# the browser


def looked_at(browser: Browser, address: str, picture: Picture) -> bytes:
    """The screen once nothing moves on it any more."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=picture.theme,  # type: ignore[arg-type]
        locale=LOCALES[picture.language],
        timezone_id=PLACE,
        reduced_motion="reduce",
    )
    with context:
        page = context.new_page()
        page.goto(address + picture.address)
        page.wait_for_selector(picture.idle, timeout=30_000)
        page.wait_for_selector(HERE, timeout=30_000)
        page.wait_for_function(STYLED, timeout=30_000)
        page.evaluate("document.fonts.ready")
        if page.locator(WRONG).count():
            raise SystemExit(f"{picture.name}: {page.locator(WRONG).first.inner_text()}")
        return settled(page, picture.idle)


def settled(page: Page, idle: str) -> bytes:
    before = b""
    for _ in range(20):
        page.wait_for_timeout(600)
        page.wait_for_selector(idle, timeout=30_000)
        seen = page.screenshot(animations="disabled", caret="hide")
        if seen == before:
            return seen
        before = seen
    raise SystemExit(f"{page.url} does not come to rest.")


def kept(seen: bytes, file: Path) -> None:
    """With a palette, a third of the bytes. Half of it is the most frequent colours, so that
    surfaces stay exactly as they are (Pillow alone tints them), half is spread over the rest."""
    image = Image.open(io.BytesIO(seen)).convert("RGB")
    pixels = np.asarray(image, dtype=np.int32)
    colours, place, often = np.unique(
        pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True
    )
    spread = image.quantize(128, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    frequent = colours[np.argsort(-often, kind="stable")[:128]]
    palette = np.concatenate([frequent, np.reshape(spread, (-1, 3))])[:256]
    distance = ((colours[:, None] - palette[None]) ** 2).sum(axis=2)
    nearest = distance.argmin(axis=1).astype(np.uint8)
    small = Image.fromarray(nearest[place].reshape(pixels.shape[:2]))
    small.putpalette(palette.astype(np.uint8).tobytes())
    small.save(file, optimize=True)


def chromium() -> str:
    found = subprocess.run(
        ["/bin/sh", ROOT / "scripts" / "chromium.sh"], capture_output=True, text=True, check=True
    )
    return found.stdout.strip()


def main() -> None:
    begins = tuple(sys.argv[1:]) or ("",)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with centre_in_a_store() as customer_id, served() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium())
        for picture in wanted(customer_id):
            if picture.name.startswith(begins):
                file = PICTURES / f"{picture.name}.png"
                kept(looked_at(browser, address, picture), file)
                print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1000} kB")
        browser.close()


if __name__ == "__main__":
    main()
