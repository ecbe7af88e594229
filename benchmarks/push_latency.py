"""How long from the commit of an event until its text stands on the board.

    .venv/bin/python benchmarks/push_latency.py [--events 500] [--a-second 5]

A throw-away store with sixty people at work and a hundred contacts open. Somebody goes on a break
for a reason that nobody had before, again and again; a real browser has the page "Now" open, and
beside it the same floor in a Streamlit fragment that looks every second (polled_board.py). Each
page says itself at what time it first showed a reason. Both run at the same time on the same store.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from pictures import chromium, free_port, wait_for  # noqa: E402

from ccdash import settings  # noqa: E402
from ccdash.ingest import events as ev  # noqa: E402
from ccdash.ingest.record import record  # noqa: E402
from ccdash.store.engine import Store, open_store  # noqa: E402
from ccdash.vocabulary import Channel, Intent  # noqa: E402

PEOPLE, OPEN = 60, 100
MEDIAN_MS, P99_MS, TIMES = 25, 100, 20
SEEN = """(() => {
  window.ccdashReasons = {};
  const look = () => {
    for (const one of document.querySelectorAll('.cc-doing')) {
      const text = one.textContent.trim();
      if (/^n\\d+$/.test(text)) {
        window.ccdashReasons[text] = window.ccdashReasons[text]
          || performance.timeOrigin + performance.now();
      }
    }
  };
  new MutationObserver(look).observe(document, {
    subtree: true, childList: true, characterData: true, attributes: true,
  });
})()"""


def at_work(now: datetime) -> Iterator[ev.Event]:
    for number in range(PEOPLE):
        yield ev.IntentDeclared(
            source="bench", id=f"in-{number}", at=now - timedelta(hours=2), agent=f"agent-{number}",
            intent=Intent.AVAILABLE,
        )  # fmt: skip
    for number in range(OPEN):
        at, key = now - timedelta(minutes=20, seconds=-5 * number), f"open-{number}"
        told = {"source": "bench", "contact": key, "at": at}
        yield ev.Arrived(id=f"{key}-a", channel=Channel.PHONE, **told)
        yield ev.Queued(id=f"{key}-q", queue=f"queue-{number % 6}", **told)
        if number % 2:
            yield ev.Answered(id=f"{key}-t", agent=f"agent-{number // 2}", **told)


def away(number: int, at: datetime) -> ev.Event:
    return ev.IntentDeclared(
        source="bench", id=f"away-{number}", at=at, agent="agent-59", intent=Intent.BREAK,
        reason=f"n{number}",
    )  # fmt: skip


def tell(store: Store, events: list[ev.Event]) -> float:
    """The wall time of the commit, in seconds."""
    with store.transaction() as connection:
        record(connection, events, received_at=datetime.now(UTC))
    return time.time()


@contextmanager
def served(script: str) -> Iterator[str]:
    port = free_port()
    words = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    words += ["--server.headless", "true", "--server.address", "127.0.0.1"]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def opened(page: Page, address: str) -> Page:
    page.add_init_script(SEEN)
    page.goto(address)
    page.wait_for_selector("text=n0", timeout=30_000)
    return page


def told(name: str, committed: list[float], seen: dict[str, float]) -> list[float]:
    """Milliseconds of each event that was seen; one that was overtaken by the next counts until
    that one was seen."""
    found, last = [], None
    for number in range(len(committed), 0, -1):
        last = seen.get(f"n{number}", last)
        if last is not None:
            found.append(last - committed[number - 1] * 1000)
    cuts = quantiles(found, n=100)
    print(f"{name:22} {median(found):8.1f} {cuts[89]:8.1f} {cuts[98]:8.1f} {max(found):8.1f}")
    return found


def measured(store: Store, events: int, a_second: float) -> None:
    with (
        served("app.py") as pushed,
        served("benchmarks/polled_board.py") as polled,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        pages = [opened(browser.new_page(), one) for one in (pushed, polled)]
        pages[0].wait_for_timeout(3000)
        committed = []
        begin = time.time()
        for number in range(1, events + 1):
            committed.append(tell(store, [away(number, datetime.now(UTC))]))
            ahead = begin + number / a_second - time.time()
            pages[0].wait_for_timeout(max(0, ahead) * 1000)
        pages[0].wait_for_timeout(2000)
        seen = [page.evaluate("window.ccdashReasons") for page in pages]
        browser.close()
    print(f"{'milliseconds':22} {'median':>8} {'p90':>8} {'p99':>8} {'most':>8}   of {events}")
    push = told("pushed (the product)", committed, seen[0])
    poll = told("polled every second", committed, seen[1])
    ratio = median(poll) / median(push)
    print(f"{ratio:.0f} times faster (wanted: {TIMES}; median {MEDIAN_MS} ms, p99 {P99_MS} ms)")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--events", type=int, default=500)
    asked.add_argument("--a-second", type=float, default=5)
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="ccdash-push-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # the unprivileged user who runs Postgres for root looks in
        os.environ |= {"CCDASH_HOME": f"{folder}/home", "CCDASH_TIMEZONE": "Europe/Helsinki"}
        os.environ.pop("CCDASH_DATABASE_URL", None)
        store = open_store(settings.load())
        try:
            now = datetime.now(UTC)
            tell(store, [*at_work(now), away(0, now - timedelta(minutes=1))])
            measured(store, wanted.events, wanted.a_second)
        finally:
            store.close()


if __name__ == "__main__":
    main()
