"""A thousand events a second for a minute: does the board end right, and does memory stay bounded?

    .venv/bin/python benchmarks/flood.py [--a-second 1000] [--seconds 60] [--people 300]

A queue_log grows by so many lines each second, `ccdash follow asterisk` reads it into a throw-away
store, and a real browser has the page "Now" and a wall open. Then the log stands still. Measured is
how long after its last line both show what it says: how many wait and are served in each queue, how
many people are where, how many contacts have come and ended today. Who writes the log counts that
(steady_centre.py), not ccdash. Memory is read each second, and after forced collections before and
in the end.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from playwright.sync_api import sync_playwright
from sqlalchemy import func, select

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from memory_watch import MB, Server, Watched, addresses, opened, served  # noqa: E402
from pictures import chromium  # noqa: E402
from steady_centre import ROUND, SteadyCentre, as_line, queue_name  # noqa: E402

from ccdash import settings  # noqa: E402
from ccdash.schema import raw_event  # noqa: E402
from ccdash.store.engine import Store, open_store  # noqa: E402

QUEUES, WAITING, SERVED, AWAY = 6, 100, 150, 30
LONGEST_SECONDS = 120
PARTS = 10
"""Of a second: the log grows so often."""
FOLLOW = [sys.executable, "-m", "ccdash.cli", "follow", "asterisk"]
NUMBERS = """() => {
  const numbers = {};
  const add = (name, node) => {
    if (node) numbers[name] = Number(node.textContent.replace(/\\D/g, ''));
  };
  for (const row of document.querySelectorAll('tr[data-key^="row-"]')) {
    const queue = row.dataset.key.slice(4);
    add(`${queue} waiting`, row.querySelector('[data-label="Waiting"]'));
    add(`${queue} in progress`, row.querySelector('[data-label="In progress"]'));
  }
  for (const place of ['free', 'handling', 'break']) {
    add(place, document.querySelector(`[data-key="${place}"] .cc-total`));
  }
  for (const figure of ['arrived', 'handled']) {
    add(figure, document.querySelector(`[data-key="${figure}"] .cc-wall-figure`));
  }
  return numbers;
}"""


@dataclass(frozen=True)
class Asked:
    """How fast, for how long, and how many people."""

    a_second: int
    seconds: int
    people: int


@dataclass
class Memory:
    """Bytes by what it is of, again and again."""

    server: Server
    pages: list[Watched]
    found: dict[str, list[int]] = field(default_factory=dict)

    def look(self) -> None:
        """As it is."""
        self._keep(self.server.now(), [one.heap() for one in self.pages])

    def collect(self) -> None:
        """After forced collections."""
        self._keep(self.server.collected(), [one.collected()[0] for one in self.pages])

    def report(self) -> None:
        """The first, the most, the last."""
        for name, its in self.found.items():
            before, most, after = (f"{one / MB:7.1f} MB" for one in (its[0], max(its), its[-1]))
            print(f"{name:12} before {before}   at most {most}   after {after}")

    def _keep(self, server: int, heaps: list[int]) -> None:
        self.found.setdefault("server", []).append(server)
        for page, heap in zip(self.pages, heaps, strict=True):
            self.found.setdefault(f"heap of {page.name}", []).append(heap)


def told(centre: SteadyCentre) -> dict[str, int]:
    """What the log says, in the words of `NUMBERS`."""
    queues = range(QUEUES)
    return (
        {f"{queue_name(one)} waiting": centre.waiting[one] for one in queues}
        | {f"{queue_name(one)} in progress": centre.served[one] for one in queues}
        | centre.people
        | {"arrived": centre.come, "handled": centre.ended}
    )


def shown(pages: list[Watched]) -> dict[str, int]:
    """The same, of the boards."""
    return {name: value for one in pages for name, value in one.page.evaluate(NUMBERS).items()}


def begun(log: Path, people: int) -> SteadyCentre:
    """A log of a floor at work."""
    centre, second = SteadyCentre(people, QUEUES), int(time.time()) - 60
    lines = [f"{second}|NONE|NONE|agent-{one}|AGENTLOGIN|\n" for one in range(people)]
    lines += [as_line(one, second + 1) for one in centre.filled(WAITING, SERVED, AWAY)]
    log.write_text("".join(lines))
    return centre


@contextmanager
def followed(log: Path) -> Iterator[None]:
    with subprocess.Popen([*FOLLOW, str(log)], cwd=ROOT, stderr=subprocess.DEVNULL) as follower:
        try:
            yield
        finally:
            follower.terminate()


def flooded(log: Path, centre: SteadyCentre, asked: Asked, look: Callable[[], None]) -> int:
    """Write the moves of each tenth of a second; gives how many lines that were."""
    moves, began, written = centre.moves(), time.monotonic(), 0
    portion = asked.a_second // PARTS // len(ROUND) * len(ROUND)
    with log.open("a") as file:
        for number in range(asked.seconds * PARTS):
            file.writelines(as_line(one, int(time.time())) for one in islice(moves, portion))
            file.flush()
            written += portion
            if number % PARTS == 0:
                look()
            time.sleep(max(0.0, began + (number + 1) / PARTS - time.monotonic()))
    print(f"{written:,} lines in {time.monotonic() - began:.1f} s")
    return written


def right_after(pages: list[Watched], numbers: dict[str, int]) -> float:
    """In how many seconds the boards show these numbers."""
    began = time.monotonic()
    while (found := shown(pages)) != numbers:
        if time.monotonic() - began > LONGEST_SECONDS:
            raise SystemExit(f"The boards are wrong:\n{found}\nThe log says:\n{numbers}")
        pages[0].page.wait_for_timeout(20)
    return time.monotonic() - began


def measured(store: Store, log: Path, asked: Asked) -> None:
    there, centre = addresses(store), begun(log, asked.people)
    with followed(log), served() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        pages = opened(browser, server, there)
        right_after(pages, told(centre))
        memory = Memory(server, pages)
        memory.collect()
        server.forget_peak()
        before = events_in(store)
        written = flooded(log, centre, asked, memory.look)
        late = right_after(pages, told(centre))
        print(
            f"both boards were right {late:.2f} s after the last line; "
            f"changes told: {', '.join(f'{one.name} {one.updates:,}' for one in pages)}"
        )
        assert shown(pages) == told(centre)
        print(f"events in the store: {events_in(store) - before:,} of {written:,}")
        peak = server.peak()
        memory.collect()
        browser.close()
    memory.report()
    print(f"server peak {peak / MB:.1f} MB")


def events_in(store: Store) -> int:
    return int(store.frame(select(func.count().label("n")).select_from(raw_event))["n"][0])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--a-second", type=int, default=1000, help="lines")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--people", type=int, default=300)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ccdash-flood-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # the unprivileged user who runs Postgres for root looks in
        os.environ |= {"CCDASH_HOME": f"{folder}/home", "CCDASH_TIMEZONE": "Europe/Helsinki"}
        os.environ.pop("CCDASH_DATABASE_URL", None)
        store = open_store(settings.load())
        try:
            measured(store, Path(folder) / "queue_log", Asked(**vars(asked)))
        finally:
            store.close()


if __name__ == "__main__":
    main()
