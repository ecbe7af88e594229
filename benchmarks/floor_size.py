"""Whether the floor is read as fast when the history is longer.

    .venv/bin/python benchmarks/floor_size.py --home /var/tmp/floors [--sizes 10000,1000000]

Each size has an embedded Postgres of its own in the folder, filled at the first run and kept
(made_store.py). On top of every history lies the same day of the demo centre, told as it happens
until the early afternoon: so the floor is the same and only the history differs. Both readings of
the hub go to every size in each round; medians.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from import_rate import SEED, timed
from made_centre import SPAN, TIMEZONE
from made_store import Made, made
from sqlalchemy import text

from ccdash.ingest.record import record
from ccdash.live.worker import refresh
from ccdash.settings import PROJECT
from ccdash.simulate import centre, telling, week
from ccdash.store.engine import Store
from ccdash.store.live import FloorOfNow
from ccdash.store.sources import heard

MONDAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 12, 30, tzinfo=UTC)
assert SPAN.end < NOW
READINGS = ("quick", "whole")
AT_ONCE = 5_000
say = partial(print, flush=True)


@dataclass(frozen=True)
class Place:
    """A store and who reads its floor."""

    contacts: int
    floor: FloorOfNow

    def ask(self, reading: str) -> object:
        return getattr(self.floor, reading)()


def place_of(one: Made) -> Place:
    of = centre.load(PROJECT / "data")
    if heard(one.store).height == 1:
        _tell_the_day(one.store, of)
    return Place(one.contacts, FloorOfNow(lambda: one.store, lambda: NOW, lambda: TIMEZONE))


def _tell_the_day(store: Store, of: centre.Centre) -> None:
    day_before = NOW - timedelta(days=1)
    events = telling.as_it_happened(week.simulate(of, SEED, MONDAY))
    told = [*telling.described(of, day_before), *(one for one in events if one.at <= NOW)]
    say(f"  {len(told):,} events of the day are told")
    for first in range(0, len(told), AT_ONCE):
        with store.transaction() as connection:
            record(connection, told[first : first + AT_ONCE], received_at=NOW)
    refresh(store)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))


def report(places: Sequence[Place], rounds: int) -> None:
    found = places[0].floor.whole()
    for one in places[1:]:
        other = one.floor.whole()
        same = all(
            getattr(found, name)
            .drop("customer_id", strict=False)
            .equals(getattr(other, name).drop("customer_id", strict=False))
            for name in ("queues", "waiting", "in_progress", "people")
        )
        if not same:
            raise SystemExit("The floors differ: nothing would be said by their times.")
    say(
        f"The same floor on each: {found.waiting.height} wait, {found.in_progress.height} are "
        f"served, {found.people.height} people, {found.today['arrived']:,.0f} arrived today."
    )
    for reading in READINGS:
        took: dict[int, list[float]] = {one.contacts: [] for one in places}
        for number in range(rounds + 5):
            for one in places if number % 2 else reversed(places):
                took[one.contacts].append(timed(partial(one.ask, reading)) * 1000)
        middle = {contacts: median(times[5:]) for contacts, times in took.items()}
        first, *_, last = middle.values()
        cells = "  ".join(f"{contacts:,}: {ms:.2f} ms" for contacts, ms in middle.items())
        say(f"{reading:6} {cells}  largest / smallest: {last / first:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--home", type=Path, required=True, help="where the stores are kept")
    parser.add_argument("--sizes", default="10000,100000,1000000,10000000")
    parser.add_argument("--rounds", type=int, default=200)
    asked = parser.parse_args()
    with ExitStack() as stack:
        sizes = sorted(int(one) for one in asked.sizes.split(","))
        places = [place_of(stack.enter_context(made(asked.home, one, say))) for one in sizes]
        report(places, asked.rounds)


if __name__ == "__main__":
    main()
