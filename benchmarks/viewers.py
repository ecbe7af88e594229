"""Five hundred viewers: does each see an event in time, and does the store notice them?

    .venv/bin/python benchmarks/viewers.py [--viewers 500] [--seconds 60] [--a-second 10]

A throw-away store with sixty people at work and a hundred contacts open, served by `ccdash serve`
on one core. On the other one a process (viewing.py) follows the streams as browsers do: most look
at "Now", some at a team or a channel of it, some at "Team", some are walls with links of their own.
Tickets are those that the pages give a real browser. Each commit holds a mark for every board (a
reason of a break, a number of waiting contacts), so it is known when each viewer had it.

Three times in turn: one viewer of "Now", one of each board, and all of them. The store's log counts
what the product asks; the benchmark itself writes by another role, which is not logged. Lateness
holds the client's own time.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles

import psycopg
from playwright.sync_api import Page, sync_playwright
from push_latency import at_work, tell
from viewing import Place, Viewer, watch

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from pictures import chromium, free_port, wait_for  # noqa: E402

from ccdash.ingest import events as ev  # noqa: E402
from ccdash.settings import Settings  # noqa: E402
from ccdash.store import wallboards  # noqa: E402
from ccdash.store.embedded import EmbeddedPostgres  # noqa: E402
from ccdash.store.engine import Store, open_store  # noqa: E402
from ccdash.store.wallboards import Board, Wanted  # noqa: E402
from ccdash.vocabulary import Channel, Intent, Names, Outcome  # noqa: E402

LATE_SECONDS, STOP_SECONDS = 1.0, 5.0
TEAMS, MARKED, MOST_WAITING = 3, 30, 40
WALLS, BASE = 2, 50
REASON, NOW_COUNT, WALL_COUNT = (
    r">n(\d+)<", r'Waiting now<span class="cc-total">(\d+)<', r'cc-wall-count d\d">(\d+)<'
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A board: how many of a hundred viewers look at it, its page, how its text tells the mark of
    an event, and whether it shows that event."""

    name: str
    share: int
    page: str
    mark: str
    team: int | None = None

    def shown(self, number: int) -> int | None:
        """The mark of an event; None for one that is not on this board."""
        if self.mark != REASON:
            return BASE + number % MOST_WAITING
        return number if self.team in (None, number % TEAMS) else None


KINDS = (
    Kind("Now", 60, "/", REASON),
    *(Kind(f"Now, team {one}", 8, f"/?team=team-{one}", REASON, one) for one in range(TEAMS)),
    Kind("Now, phone", 6, "/?channel=phone", NOW_COUNT),
    Kind("Team", 6, "/team", REASON),
    *(Kind(f"a wall ({one})", 2, "", WALL_COUNT) for one in ("Hall", "Stairs")),
)


@dataclass(frozen=True)
class Served:
    """The product, as a process, and where it is."""

    process: subprocess.Popen[bytes]
    port: int

    def address(self, path: str, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}{path}"

    def rss_mb(self) -> float:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def cpu_seconds(self) -> float:
        told = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")

    def stopped(self) -> float:
        """Seconds from the signal to the end."""
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(60)
        return time.monotonic() - began


def event(number: int, at: datetime) -> list[ev.Event]:
    """Somebody goes on a break for a reason of its own, and one more waits; those who waited leave
    when there are forty of them."""
    reason = ev.IntentDeclared(
        source="bench", id=f"away-{number}", at=at, agent=f"mark-{number % MARKED}",
        intent=Intent.BREAK, reason=f"n{number}",
    )  # fmt: skip
    if number % MOST_WAITING:
        return [reason, waits(number, at)]
    gone = range(max(number - MOST_WAITING + 1, 1), number)
    return [reason, *(leaves(one, at) for one in gone)]


def waits(number: int, at: datetime) -> ev.Event:
    return ev.Queued(
        source="bench", id=f"waits-{number}", at=at, contact=f"mark-{number}", queue="queue-0",
        channel=Channel.PHONE,
    )  # fmt: skip


def leaves(number: int, at: datetime) -> ev.Event:
    return ev.LeftQueue(
        source="bench", id=f"left-{number}", at=at, contact=f"mark-{number}",
        outcome=Outcome.ABANDONED,
    )  # fmt: skip


def described(at: datetime) -> Iterator[ev.Event]:
    names = [f"agent-{one}" for one in range(60)] + [f"mark-{one}" for one in range(MARKED)]
    for name in names:
        team = f"team-{int(name.rpartition('-')[2]) % TEAMS}"
        yield ev.AgentDescribed(source="bench", id=f"d-{name}", at=at, agent=name, team=team)


def links(store: Store, viewers: int) -> list[list[str]]:
    """Of each wall the paths of its screens: a link each."""
    now, found = datetime.now(UTC), []
    for one in KINDS[-WALLS:]:
        board = wallboards.save(store, Board(one.name, names=Names.INITIALS, tiles=("aht", "fcr")))
        screens = (Wanted(board, f"screen {n}", now + timedelta(days=1)) for n in range(viewers))
        found.append([f"/stream?wall={wallboards.issue(store, each, now)}" for each in screens])
    return found


def ticket(page: Page, served: Served, path: str) -> str:
    """The path of the stream that a page opens."""
    with page.expect_websocket(lambda one: "/stream?" in one.url, timeout=60_000) as opened:
        page.goto(served.address(path))
    return "/stream?ticket=" + opened.value.url.partition("ticket=")[2].partition("&")[0]


def streams(store: Store, served: Served, viewers: int) -> dict[Kind, list[Place]]:
    """As many addresses of each board as there are viewers of it."""
    found = {}
    of_walls = iter(links(store, viewers))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for kind in KINDS:
            paths = [ticket(browser.new_page(), served, kind.page)] if kind.page else next(of_walls)
            many = max(viewers * kind.share // 100, 1)
            places = [Place(served.address(one, "ws"), kind.mark) for one in paths]
            found[kind] = list(islice(cycle(places), many))
        browser.close()
    return found


@dataclass(frozen=True)
class Run:
    """What one run found; `queries` and `cpu` (seconds of the product) are of a second."""

    viewers: list[Viewer]
    commits: list[float]
    queries: float
    cpu: float

    def lateness(self, kinds: Sequence[Kind], first: int) -> list[float]:
        """Milliseconds of each event for each viewer whose board shows it; one that is overtaken
        counts until the next that was seen."""
        found = []
        for kind, viewer in zip(kinds, self.viewers, strict=True):
            found += late(kind, viewer, list(enumerate(self.commits, first)))
        return found


def late(kind: Kind, viewer: Viewer, commits: Sequence[tuple[int, float]]) -> list[float]:
    """Of one viewer. A mark is that of the newest event that had it by then."""
    found, seen = [], iter(viewer.seen)
    at, has = 0.0, -1
    for number, committed in commits:
        if kind.shown(number) is None:
            continue
        while has < number:
            told = next(seen, None)
            if told is None:
                raise SystemExit(f"{kind.name}: event {number} was never seen")
            at = told[0]
            has = newest(kind, told, commits)
        found.append(max(at - committed, 0) * 1000)
    return found


def newest(kind: Kind, told: tuple[float, int], commits: Sequence[tuple[int, float]]) -> int:
    """The event of a mark: of those that were committed by then, and a moment later, as it may be
    seen before the writer has noted it."""
    at, mark = told
    by_then = (n for n, committed in reversed(commits) if committed - 0.05 < at)
    return next((n for n in by_then if kind.shown(n) == mark), -1)


@dataclass(frozen=True)
class Bench:
    """The centre, the product, and the server's log."""

    store: Store
    served: Served
    log: Path
    asked: argparse.Namespace

    @contextmanager
    def watching(self, places: Sequence[Place]) -> Iterator[Connection]:
        """The viewers, in a process of their own; all of them have their board."""
        context = multiprocessing.get_context("spawn")
        near, far = context.Pipe()
        child = context.Process(target=watch, args=(places, core(1), far), daemon=True)
        child.start()
        far.close()  # so that its end is heard
        near.recv()
        yield near
        near.send("over")
        child.join(20)

    def run(self, near: Connection, first: int) -> Run:
        """Events from that number on."""
        time.sleep(3)  # what is read when somebody comes has been read
        began, before = time.monotonic(), (self.queries(), self.served.cpu_seconds())
        commits = self.written(first)
        after, seconds = (self.queries(), self.served.cpu_seconds()), time.monotonic() - began
        time.sleep(2)
        near.send("enough")
        spent = [(one - other) / seconds for one, other in zip(after, before, strict=True)]
        return Run(near.recv(), commits, *spent)

    def written(self, first: int) -> list[float]:
        """The wall times of the commits."""
        commits, begin = [], time.time()
        for number in range(self.asked.seconds * self.asked.a_second):
            commits.append(tell(self.store, event(first + number, datetime.now(UTC))))
            time.sleep(max(0, begin + (number + 1) / self.asked.a_second - time.time()))
        return commits

    def queries(self) -> int:
        """Statements of the product that the server has run."""
        with self.log.open(errors="replace") as log:
            return sum("LOG:  statement: " in line or "LOG:  execute " in line for line in log)


def core(number: int) -> int | None:
    """The first and the second that we may use; None where there is but one."""
    found = sorted(os.sched_getaffinity(0))
    return found[number] if len(found) > 1 else None


def told(name: str, run: Run, lateness: Sequence[float]) -> None:
    cuts = quantiles(lateness, n=100, method="inclusive")
    print(
        f"{name:24} {len(run.viewers):8,} {run.queries:10.1f} {run.cpu:8.0%}"
        f" {cuts[49]:8.0f} {cuts[98]:8.0f} {max(lateness):8.0f}",
        flush=True,
    )


def measured(bench: Bench) -> None:
    asked = bench.asked
    whole = streams(bench.store, bench.served, asked.viewers)
    one_each = {kind: places[:1] for kind, places in whole.items()}
    alone = {KINDS[0]: whole[KINDS[0]][:1]}
    ways = {"one viewer": alone, "one of each board": one_each, "all of them": whole}
    print(
        f"{'':24} {'viewers':>8} {'queries/s':>10} {'CPU':>8} {'p50 ms':>8} {'p99':>8} {'most':>8}",
        flush=True,
    )
    found = {}
    for turn, (name, way) in enumerate(ways.items()):
        first = 1 + turn * asked.seconds * asked.a_second
        kinds = [kind for kind, places in way.items() for _ in places]
        with bench.watching([place for places in way.values() for place in places]) as near:
            found[name] = run = bench.run(near, first)
            told(name, run, run.lateness(kinds, first))
            for one in run.viewers:
                if one.wrong:
                    print(f"WRONG: {one.place.address} {one.wrong}")
            if way is whole:
                print(f"the product's memory: {bench.served.rss_mb():.0f} MB")
                stopped = bench.served.stopped()
                print(f"stopped with all streams open in {stopped:.1f} s (wanted: {STOP_SECONDS})")
    for name, run in found.items():
        print(f"queries of all / of {name}: {found['all of them'].queries / run.queries:.2f}")
    print(f"wanted: the same queries; each event at most {LATE_SECONDS * 1000:.0f} ms late")


@contextmanager
def served(url: str) -> Iterator[Served]:
    port = free_port()
    words = [sys.executable, "-m", "ccdash.cli", "serve", "--port", str(port), "--no-open"]
    told = {"CCDASH_DATABASE_URL": url, "CCDASH_TIMEZONE": "Europe/Helsinki"}
    with subprocess.Popen(words, cwd=ROOT, env=os.environ | told) as process:
        own = core(0)
        if own is not None:
            os.sched_setaffinity(process.pid, {own})
        try:
            wait_for(f"http://127.0.0.1:{port}")
            yield Served(process, port)
        finally:
            process.terminate()


@contextmanager
def filled(url: str) -> Iterator[Store]:
    """The centre, written by a role of its own; what the product asks is logged from now on."""
    open_store(Settings(database_url=url), migrate=True).close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE bench SUPERUSER LOGIN")
        connection.execute("ALTER ROLE ccdash SET log_statement = 'all'")
    store = open_store(Settings(database_url=url.replace("//ccdash@", "//bench@")))
    now = datetime.now(UTC)
    tell(store, [*at_work(now), *described(now), *event(0, now)])
    yield store
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--viewers", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=60, help="of each of the three")
    parser.add_argument("--a-second", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ccdash-viewers-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # the unprivileged user who runs Postgres for root looks in
        with (
            EmbeddedPostgres.open(Path(folder)) as postgres,
            filled(postgres.url) as store,
            served(postgres.url) as product,
        ):
            measured(Bench(store, product, postgres.folder / "postgres.log", asked))


if __name__ == "__main__":
    main()
