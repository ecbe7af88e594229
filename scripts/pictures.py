"""Makes docs/pictures anew: every page of the demo centre, at an instant that does not pass.

    make pictures                            all of them
    .venv/bin/python scripts/pictures.py live trends   those whose name begins so
    .venv/bin/python scripts/pictures.py 4k            walls of 3840 x 2160, into build/pictures

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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
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
from ccdash.vocabulary import Names

ROOT = Path(__file__).resolve().parents[1]
PICTURES, LARGE = ROOT / "docs" / "pictures", ROOT / "build" / "pictures"
SEED, PLACE, UNTIL = 1, "Europe/Helsinki", "2025-11-18T10:02:07+02:00"
CALM, BREACH = "2025-11-17T14:50:09+02:00", "2025-11-18T09:50:07+02:00"
WEEKS = {UNTIL: 26, CALM: 1, BREACH: 1}
DESK, PHONE, TV, TV_4K = (1440, 900), (390, 844), (1920, 1080), (3840, 2160)
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
    """A screen as one person sees it. `is_lost`: the product has stopped meanwhile."""

    name: str
    screen: str
    asked: dict[str, str]
    theme: str
    language: str = "en"
    size: tuple[int, int] = DESK
    at: str = UNTIL
    is_lost: bool = False

    def address(self) -> str:
        """Of a wall by a link, which is made."""
        screen = f"wall/{hung(self.language)}" if self.screen == "wall" else self.screen
        return f"/{screen}?{urlencode(self.asked | {'lang': self.language})}"

    def idle(self, state: str = "live") -> str:
        """What is there once it is drawn; a wall has no Streamlit."""
        return f"[data-state={state}] .cc-wall-tile" if self.screen == "wall" else IDLE


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
        "journeys": ("journeys", weeks),
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
    yield from walls()


def walls() -> Iterator[Picture]:
    """All is well, people wait too long, nobody knows any more."""
    states = {"calm": (CALM, False), "breach": (BREACH, False), "stale": (BREACH, True)}
    for name, (at, is_lost) in states.items():
        for made, size in ((f"wall-{name}", TV), (f"4k-wall-{name}", TV_4K)):
            yield Picture(made, "wall", {}, "dark", "en", size, at, is_lost)
    yield Picture("wall-fi", "wall", {}, "dark", "fi", TV, BREACH)


# the store


@contextmanager
def centre_in_a_store(at: str) -> Iterator[None]:
    """A store with the simulated centre in it, at that instant."""
    with tempfile.TemporaryDirectory(prefix="ccdash-pictures-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # the unprivileged user who runs Postgres for root looks in
        os.environ |= {"CCDASH_HOME": f"{folder}/home", "CCDASH_TIMEZONE": PLACE}
        os.environ.pop("CCDASH_DATABASE_URL", None)
        words = ["--weeks", str(WEEKS[at]), "--seed", str(SEED), "--no-live", "--at", at]
        subprocess.run([sys.executable, "-m", "ccdash.cli", "simulate", *words], check=True)
        yield


def hung(language: str) -> str:
    """The token of a board in this language; the Finnish one has all that a board may have."""
    store, now = open_store(settings.load()), datetime.now(UTC)
    board = Board("Customer service", is_dimmed=False)
    if language == "fi":
        notice = "Sähköpostissa viivettä, korjataan klo 12 mennessä"
        board = replace(
            board, name="Asiakaspalvelu", language="fi", notice=notice, names=Names.INITIALS
        )
    try:
        kept = (one.number for one in wallboards.every(store) if one.board.name == board.name)
        number = wallboards.save(store, board, next(kept, None))
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


@dataclass(frozen=True)
class Product:
    """Where it is, and what ends it."""

    address: str
    stop: Callable[[], None]


@contextmanager
def served() -> Iterator[Product]:
    port = free_port()
    words = [sys.executable, "-m", "ccdash.cli", "serve", "--port", str(port), "--no-open"]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    ) as product:
        try:
            wait_for(f"http://127.0.0.1:{port}")
            yield Product(f"http://127.0.0.1:{port}", product.terminate)
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


def looked_at(browser: Browser, product: Product, picture: Picture) -> bytes:
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
        page.goto(product.address + picture.address())
        page.wait_for_selector(picture.idle(), timeout=30_000)
        page.wait_for_selector(HERE, timeout=30_000)
        page.wait_for_function(STYLED, timeout=30_000)
        page.evaluate("document.fonts.ready")
        if page.locator(WRONG).count():
            raise SystemExit(f"{picture.name}: {page.locator(WRONG).first.inner_text()}")
        if picture.is_lost:
            product.stop()
        return settled(page, picture.idle("lost" if picture.is_lost else "live"))


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


def chosen(begins: tuple[str, ...], customer_id: str = "") -> list[Picture]:
    """Those whose name begins so, usually all; large ones only if they are asked for."""
    return [
        one
        for one in wanted(customer_id)
        if (one.name.startswith(begins) if begins else one.size != TV_4K)
    ]


def make(browser: Browser, product: Product, picture: Picture) -> None:
    folder = LARGE if picture.size == TV_4K else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{picture.name}.png"
    kept(looked_at(browser, product, picture), file)
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1000} kB")


def main() -> None:
    begins = tuple(sys.argv[1:])
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium())
        for at in dict.fromkeys(one.at for one in chosen(begins)):
            with centre_in_a_store(at):
                pictures = [one for one in chosen(begins, travelled()) if one.at == at]
                with served() as product:
                    for one in pictures:
                        if not one.is_lost:
                            make(browser, product, one)
                for one in pictures:
                    if one.is_lost:
                        with served() as product:
                            make(browser, product, one)
        browser.close()


if __name__ == "__main__":
    main()
