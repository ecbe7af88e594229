"""Makes docs/pictures anew: every screen on the made-up centre, at a frozen instant.

    make pictures                            all of them
    .venv/bin/python scripts/pictures.py live   those whose name begins so

A throw-away store is filled, the product is served from it, and a real browser looks. The same code
gives the same pictures, so that a change in them is a change on the screen.
"""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlencode
from urllib.request import urlopen

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from sample_centre import sample

from ccdash import settings
from ccdash.ingest import events as ev
from ccdash.ingest.files import import_file
from ccdash.ingest.sources.jsonl import EventLines
from ccdash.store import customers, rollup
from ccdash.store.engine import Store, open_store
from ccdash.vocabulary import IdentityKind

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
DAYS, SEED, PLACE = 120, 7, "Europe/Helsinki"
UNTIL = datetime.fromisoformat("2025-11-20T14:32:07+02:00")
DESK, PHONE = (1440, 900), (390, 844)
LOCALES = {"en": "en-GB", "fi": "fi-FI"}
IDLE = (
    "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
)
STYLED = "getComputedStyle(document.querySelector('.cc-head')).display == 'flex'"
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


def wanted(customer_id: str) -> Iterator[Picture]:
    now = {"at": UNTIL.isoformat()}
    weeks = {"from": "2025-09-22", "to": "2025-11-17", "tz": PLACE}
    trends = weeks | {"metrics": "csat", "grain": "week", "by": "channel"}
    bad_weeks = {"from": "2025-10-13", "to": "2025-10-27", "tz": PLACE}
    contacts = bad_weeks | {"metrics": "service_level", "where_channel": "chat"}
    for theme in ("light", "dark"):
        yield Picture(f"live-{theme}", "", now, theme)
        yield Picture(f"trends-{theme}", "trends", trends, theme)
        yield Picture(f"contacts-{theme}", "contacts", contacts, theme)
        yield Picture(f"customer-{theme}", "customer", {"customer": customer_id}, theme)
        yield Picture(f"live-fi-{theme}", "", now, theme, "fi")
        yield Picture(f"live-phone-{theme}", "", now, theme, size=PHONE)


# the store


@contextmanager
def centre_in_a_store() -> Iterator[tuple[Store, str]]:
    """A store with the made-up centre in it, and the customer who is shown."""
    with tempfile.TemporaryDirectory(prefix="ccdash-pictures-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # the unprivileged user who runs Postgres for root looks in
        os.environ |= {"CCDASH_HOME": f"{folder}/home", "CCDASH_TIMEZONE": PLACE}
        os.environ.pop("CCDASH_DATABASE_URL", None)
        store = open_store(settings.load())
        try:
            events = sample(DAYS, SEED, UNTIL)
            fill(store, Path(folder) / "sample.jsonl", events)
            found = customers.candidates(store, travelled(events))
            yield store, found["customer_id"][0]
        finally:
            store.close()


def fill(store: Store, file: Path, events: Sequence[ev.Event]) -> None:
    file.write_bytes(b"".join(ev.encode(one) + b"\n" for one in events))
    import_file(store.engine, file, EventLines, now=lambda: datetime.now(UTC))
    with store.transaction() as connection:
        rollup.refresh(connection)


def travelled(events: Sequence[ev.Event]) -> str:
    """The number of the customer who has come by most channels, and most often."""
    channels: dict[str, Counter[str]] = defaultdict(Counter)
    for event in events:
        if isinstance(event, ev.Recorded):
            for identity in event.customer:
                if identity.kind is IdentityKind.CUSTOMER_NUMBER:
                    channels[identity.value][event.channel] += 1
    return max(channels, key=lambda one: (len(channels[one]), channels[one].total(), one))


# the product


@contextmanager
def served() -> Iterator[str]:
    """The address of the product."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    words = [sys.executable, "-m", "ccdash.cli", "serve", "--port", str(port), "--no-open"]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    ) as product:
        try:
            wait_for(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            product.terminate()


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
        page.wait_for_selector(IDLE, timeout=30_000)
        page.wait_for_selector(".cc-head h1", timeout=30_000)
        page.wait_for_function(STYLED, timeout=30_000)
        page.evaluate("document.fonts.ready")
        if page.locator(WRONG).count():
            raise SystemExit(f"{picture.name}: {page.locator(WRONG).first.inner_text()}")
        return settled(page)


def settled(page: Page) -> bytes:
    before = b""
    for _ in range(20):
        page.wait_for_timeout(600)
        page.wait_for_selector(IDLE, timeout=30_000)
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
    with centre_in_a_store() as (_, customer_id), served() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium())
        for picture in wanted(customer_id):
            if picture.name.startswith(begins):
                file = PICTURES / f"{picture.name}.png"
                kept(looked_at(browser, address, picture), file)
                print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1000} kB")
        browser.close()


if __name__ == "__main__":
    main()
