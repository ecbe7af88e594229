"""How long until a page is there, on a warm server with the demo centre in it.

    .venv/bin/python benchmarks/first_paint.py [--rounds 10] [--weeks 12] [--address URL]

Without an address a throw-away store gets the simulated centre and the product is served from it.
First paint: from the start of the navigation in a fresh browser context until the first living
figure of the page is visible. Change: from the click in the navigation until the heading and the
first figure of the new page are. Both are seen by the page itself, frame by frame.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from pictures import SEED, UNTIL, chromium, served, wait_for  # noqa: E402

FIGURES: Mapping[str, str] = {
    "/": ".cc-figure",
    "/trends": ".cc-figure",
    "/contacts": '.stMain a[href*="customer="]',
    "/customer": ".stMain input",
    "/team": ".cc-list tbody td",
    "/wallboards": ".cc-wall-count",
    "/settings": ".stMain input",
    "/connect": ".stMain code",
}
"""What is alive on each page."""
IN_NAVIGATION = [path for path in FIGURES if path != "/connect" and "?" not in path]
PAINT_SECONDS, CHANGE_SECONDS = 2.0, 0.5
LONGEST_MS = 60_000

IS_THERE = """
window.ccdashIsThere = (selector, old) => [...document.querySelectorAll(selector)].some((one) =>
  !old?.has(one) && one.getClientRects().length && one.checkVisibility({ opacityProperty: true }));
"""
SEE_PAINT = """(() => {
  const look = () => {
    if (window.ccdashIsThere(SELECTOR)) window.ccdashPainted = performance.now();
    else requestAnimationFrame(look);
  };
  look();
})()"""
CLICK = """([path, selector]) => new Promise((done) => {
  const link = [...document.querySelectorAll('[data-testid="stSidebarNavLink"]')]
    .find((one) => new URL(one.href).pathname === path);
  const old = new Set(document.querySelectorAll('.stMain *'));
  const start = performance.now();
  const look = () => {
    const isNew = location.pathname === path && window.ccdashIsThere('h1', old)
      && window.ccdashIsThere(selector, old);
    if (isNew) done(performance.now() - start);
    else requestAnimationFrame(look);
  };
  link.click();
  look();
})"""


def first_paint(browser: Browser, address: str, path: str) -> float:
    """Seconds, in a context that has never been here."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.add_init_script(IS_THERE + SEE_PAINT.replace("SELECTOR", repr(FIGURES[path])))
        page.goto(address + path, wait_until="commit")
        seen = page.wait_for_function("window.ccdashPainted", timeout=LONGEST_MS)
        return float(seen.json_value()) / 1000


def changes(browser: Browser, address: str, rounds: int) -> dict[str, list[float]]:
    """Seconds of each change, going round the navigation in one session; the first round, which
    brings each page's scripts for the first time, counts too."""
    found: dict[str, list[float]] = {path: [] for path in IN_NAVIGATION}
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.set_default_timeout(LONGEST_MS)
        page.add_init_script(IS_THERE)
        page.goto(f"{address}/settings")
        page.wait_for_selector(FIGURES["/settings"])
        for _ in range(rounds):
            for path in IN_NAVIGATION:
                at_rest(page)
                found[path].append(page.evaluate(CLICK, [path, FIGURES[path]]) / 1000)
    return found


def at_rest(page: Page) -> None:
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_timeout(300)


@contextmanager
def demo(weeks: int) -> Iterator[str]:
    """The address of the product on a throw-away store with the simulated centre."""
    with tempfile.TemporaryDirectory(prefix="ccdash-paint-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # the unprivileged user who runs Postgres for root looks in
        os.environ |= {"CCDASH_HOME": f"{folder}/home", "CCDASH_TIMEZONE": "Europe/Helsinki"}
        os.environ.pop("CCDASH_DATABASE_URL", None)
        words = ["--weeks", str(weeks), "--seed", str(SEED), "--no-live", "--at", UNTIL]
        subprocess.run([sys.executable, "-m", "ccdash.cli", "simulate", *words], check=True)
        with served() as address:
            yield address


def measured(address: str, rounds: int) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for path in FIGURES:  # warms the server: nobody measures its first visitor
            first_paint(browser, address, path)
        paints = {p: [first_paint(browser, address, p) for _ in range(rounds)] for p in FIGURES}
        moved = changes(browser, address, rounds)
        browser.close()
    told(paints, moved)


def told(paints: Mapping[str, list[float]], moved: Mapping[str, list[float]]) -> None:
    print(f"{'':20}  first paint, target {PAINT_SECONDS} s     change, target {CHANGE_SECONDS} s")
    print(f"{'page':20}  {'median':>9} {'max':>9}      {'median':>9} {'max':>9}")
    for path, seconds in paints.items():
        change = moved.get(path)
        print(f"{path:20}  {pair(seconds)}      {pair(change) if change else ''}".rstrip())
    every_paint, every_change = ([*chain(*of.values())] for of in (paints, moved))
    print(f"{'all':20}  {pair(every_paint)}      {pair(every_change)}")


def pair(seconds: list[float]) -> str:
    return f"{median(seconds):7.2f} s {max(seconds):7.2f} s"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--rounds", type=int, default=10)
    asked.add_argument("--weeks", type=int, default=12)
    asked.add_argument("--address", help="of a running product")
    told_by = asked.parse_args()
    if told_by.address:
        wait_for(told_by.address)
        measured(told_by.address, told_by.rounds)
        return
    with demo(told_by.weeks) as address:
        measured(address, told_by.rounds)


if __name__ == "__main__":
    main()
