"""The memory of the server and of the pages that are open, as benchmarks read it.

    .venv/bin/python benchmarks/memory_watch.py PORT [--least 0.05] [--trace]

serves the product as `ccdash serve` does, and collects its garbage when it is asked to (SIGUSR1),
which it then says on a line. --least is the hub's pause between two readings, in seconds: with a
shorter one a benchmark of many updates is over sooner. With --trace it says before that line at
which places in the code most memory was taken since the collection before.
"""

from __future__ import annotations

import argparse
import gc
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

from playwright.sync_api import Browser, CDPSession, Page

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from pictures import free_port, wait_for  # noqa: E402

from ccdash.cli import serving  # noqa: E402
from ccdash.live.hub import Pace  # noqa: E402
from ccdash.store import wallboards  # noqa: E402
from ccdash.store.engine import Store  # noqa: E402
from ccdash.store.wallboards import Board, Wanted  # noqa: E402
from ccdash.ui.source import source  # noqa: E402
from ccdash.vocabulary import Names  # noqa: E402

COLLECTED = "collected"
PLACES = 15
TILES = ("service_level", "abandonment_rate", "asa", "aht", "handled", "arrived")
SHOWN = {"Now": "tbody[data-key='queues-phone']", "Wall": "[data-state=live] .cc-wall-tile"}
MB = 1024 * 1024
COUNTED = """(() => {
  const Plain = window.WebSocket;
  window.ccdashUpdates = 0;
  window.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given);
      if (new URL(this.url).pathname !== '/stream') return;
      this.addEventListener('message', (event) => {
        const told = JSON.parse(event.data);
        if (told.changes && told.changes.length) window.ccdashUpdates += 1;
      });
    }
  };
})()"""
"""A page counts the changes that its board was told."""


@dataclass(frozen=True)
class Server:
    """The product in a process of its own. Memory is in bytes."""

    address: str
    process: subprocess.Popen[str]

    def collected(self) -> int:
        """What is in its memory after a forced collection."""
        assert self.process.stdout is not None
        self.process.send_signal(signal.SIGUSR1)
        for line in self.process.stdout:
            if line.startswith(COLLECTED):
                return self._of_status("VmRSS")
            print("   ", line, end="")
        raise SystemExit("The server has ended.")

    def now(self) -> int:
        """What is in its memory."""
        return self._of_status("VmRSS")

    def forget_peak(self) -> None:
        """From now on `peak` is of what follows."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def peak(self) -> int:
        """The most that was in its memory."""
        return self._of_status("VmHWM")

    def _of_status(self, name: str) -> int:
        told = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(one.split()[1]) * 1024 for one in told if one.startswith(f"{name}:"))


@contextmanager
def served(*words: str) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, __file__, str(port), *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}")
            yield Server(f"http://127.0.0.1:{port}", process)
        finally:
            process.terminate()


@dataclass(frozen=True)
class Watched:
    """A page with a board, and the line to its engine."""

    name: str
    page: Page
    engine: CDPSession

    @property
    def updates(self) -> int:
        """How many changes its board was told."""
        return int(self.page.evaluate("window.ccdashUpdates"))

    def heap(self) -> int:
        """Bytes of the heap of its scripts, with what could be collected."""
        return int(self.engine.send("Runtime.getHeapUsage")["usedSize"])

    def collected(self) -> tuple[int, int, int]:
        """Bytes of the heap, nodes and listeners after a forced collection."""
        for _ in range(2):  # what the first lets go of, the second takes
            self.engine.send("HeapProfiler.collectGarbage")
        told = self.engine.send("Performance.getMetrics")["metrics"]
        metrics = {one["name"]: int(one["value"]) for one in told}
        return self.heap(), metrics["Nodes"], metrics["JSEventListeners"]


def addresses(store: Store) -> dict[str, str]:
    """Of the page "Now" and of a wall that shows whatever a wall can."""
    now = datetime.now(UTC)
    number = wallboards.save(store, Board("Watched", names=Names.INITIALS, tiles=TILES))
    token = wallboards.issue(store, Wanted(number, "TV", now + timedelta(days=1)), now)
    return {"Now": "/", "Wall": f"/wall/{token}"}


def opened(browser: Browser, server: Server, there: dict[str, str]) -> list[Watched]:
    """Each page in a context of its own, as on two screens."""
    return [
        _opened(name, browser.new_context().new_page(), server.address + address)
        for name, address in there.items()
    ]


def _opened(name: str, page: Page, address: str) -> Watched:
    page.add_init_script(COUNTED)
    page.goto(address)
    page.wait_for_selector(SHOWN[name], timeout=60_000)
    engine = page.context.new_cdp_session(page)
    engine.send("Performance.enable")
    return Watched(name, page, engine)


# The process that serves


def _serve(port: int, least: float, *, traces: bool) -> None:
    source().hub._pace = Pace(least=least)  # noqa: SLF001 - no setting of the product
    if traces:
        tracemalloc.start(6)
    before: list[tracemalloc.Snapshot] = []

    def collect(_number: int, _frame: FrameType | None) -> None:
        gc.collect()
        if traces:
            _tell_places(before)
        print(COLLECTED, flush=True)

    signal.signal(signal.SIGUSR1, collect)
    serving.serve(port=port, open_browser=False)


def _tell_places(before: list[tracemalloc.Snapshot]) -> None:
    here = tracemalloc.take_snapshot()
    for earlier in before:
        for one in here.compare_to(earlier, "traceback")[:PLACES]:
            print(f"{one.size_diff / 1024:+,.0f} kB in {one.count_diff:+,} blocks")
            print(*one.traceback.format(6), sep="\n")
    before[:] = [here]


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("port", type=int)
    asked.add_argument("--least", type=float, default=Pace.least)
    asked.add_argument("--trace", action="store_true")
    wanted = asked.parse_args()
    _serve(wanted.port, wanted.least, traces=wanted.trace)


if __name__ == "__main__":
    main()
