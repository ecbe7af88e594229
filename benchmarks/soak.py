"""Do the server and the browser have as much in memory after 20,000 updates as after 2,000?

    .venv/bin/python benchmarks/soak.py [--updates 20000] [--a-second 40]

A throw-away store with sixty people at work and fifty contacts open. One event after another is
committed, and a real browser has the page "Now" and a wall open. The centre stays as busy, so what
is shown is as large in the end as it was in the beginning (steady_centre.py). An update is a change
that a page was told; the page that had fewer counts. To be over sooner, it reads the floor up
to 40 times a second, where the product does so 20 times. Memory is read after forced collections,
in the process that serves and in both pages.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from memory_watch import MB, Server, Watched, addresses, opened, served  # noqa: E402
from pictures import chromium  # noqa: E402
from steady_centre import ROUND, Move, SteadyCentre, as_event, signed_in  # noqa: E402

from ccdash import settings  # noqa: E402
from ccdash.ingest.record import record  # noqa: E402
from ccdash.store import announce  # noqa: E402
from ccdash.store.engine import Store, open_store  # noqa: E402

PEOPLE, WAITING, SERVED, AWAY = 60, 20, 30, 8
FIRST, WITHIN = 2_000, 0.10


@dataclass(frozen=True)
class Asked:
    """How many updates, and how fast events come."""

    updates: int
    a_second: float


@dataclass(frozen=True)
class Rig:
    """What is measured."""

    store: Store
    server: Server
    pages: list[Watched]

    def updates(self) -> int:
        """Of the page that was told the fewest."""
        return min(one.updates for one in self.pages)

    def memory(self) -> dict[str, int]:
        """After collections; bytes, and of nodes and listeners how many."""
        found = {"server": self.server.collected()}
        for one in self.pages:
            values = one.collected()
            names = ("heap", "nodes", "listeners")
            found |= {
                f"{one.name} {name}": value for name, value in zip(names, values, strict=True)
            }
        return found


def tell(store: Store, move: Move) -> None:
    now = datetime.now(UTC)
    with store.transaction() as connection:
        record(connection, [as_event(move, now)], received_at=now)


def begun(store: Store) -> SteadyCentre:
    """The floor before the first measured move."""
    centre, now = SteadyCentre(PEOPLE), datetime.now(UTC)
    at = now - timedelta(minutes=5)
    moves = centre.filled(WAITING, SERVED, AWAY)
    told = [as_event(one, at + timedelta(seconds=number)) for number, one in enumerate(moves)]
    with store.transaction() as connection:
        record(connection, [*signed_in(PEOPLE, at), *told], received_at=now)
    return centre


def run(rig: Rig, moves: Iterator[Move], until: int, a_second: float) -> None:
    """Whole rounds, so that the floor is as it was."""
    while rig.updates() < until:
        for _ in range(max(1, round(a_second / len(ROUND)))):
            for _ in ROUND:
                due = time.monotonic() + 1 / a_second
                tell(rig.store, next(moves))
                time.sleep(max(0.0, due - time.monotonic()))
    rig.pages[0].page.wait_for_timeout(3000)


def measured(rig: Rig, moves: Iterator[Move], asked: Asked) -> list[dict[str, int]]:
    found, began = [], time.monotonic()
    for until in sorted({min(FIRST, asked.updates), *_quarters(asked.updates)}):
        run(rig, moves, until, asked.a_second)
        found.append(rig.memory())
        if len(found) == 1:
            print(_line("updates", "minutes", *found[0]))
        minutes = (time.monotonic() - began) / 60
        shown = (_told(name, value) for name, value in found[-1].items())
        print(_line(f"{rig.updates():,}", f"{minutes:.1f}", *shown), flush=True)
    return found


def _line(*words: str) -> str:
    return "".join(f"{one:>15}" for one in words)


def _quarters(updates: int) -> list[int]:
    return [updates * one // 4 for one in range(1, 5)]


def _told(name: str, value: int) -> str:
    is_bytes = name == "server" or name.endswith("heap")
    return f"{value / MB:.2f} MB" if is_bytes else f"{value:,}"


def report(first: dict[str, int], last: dict[str, int]) -> None:
    for name, before in first.items():
        ratio = last[name] / before
        told = "" if abs(ratio - 1) <= WITHIN else f"   more than {WITHIN:.0%} off"
        print(_line(name, _told(name, before), _told(name, last[name]), f"{ratio:.1%}") + told)


def soaked(store: Store, asked: Asked, *words: str) -> None:
    there, centre = addresses(store), begun(store)
    announce.LEAST_SECONDS = least = min(announce.LEAST_SECONDS, 1 / asked.a_second)
    with served("--least", str(least), *words) as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        rig = Rig(store, server, opened(browser, server, there))
        found = measured(rig, centre.moves(), asked)
        browser.close()
    report(found[0], found[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--updates", type=int, default=20_000)
    parser.add_argument("--a-second", type=float, default=40, help="events")
    parser.add_argument("--trace", action="store_true", help="where the server's memory was taken")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ccdash-soak-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # the unprivileged user who runs Postgres for root looks in
        os.environ |= {"CCDASH_HOME": f"{folder}/home", "CCDASH_TIMEZONE": "Europe/Helsinki"}
        os.environ.pop("CCDASH_DATABASE_URL", None)
        store = open_store(settings.load())
        try:
            words = ["--trace"] if asked.trace else []
            soaked(store, Asked(asked.updates, asked.a_second), *words)
        finally:
            store.close()


if __name__ == "__main__":
    main()
