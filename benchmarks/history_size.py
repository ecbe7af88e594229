"""Whether answers take longer when the history is longer: 100 thousand, 1 and 10 million contacts.

    .venv/bin/python benchmarks/history_size.py --home /var/tmp/sizes [--sizes 100000,1000000]

Each size has an embedded Postgres of its own in the folder, filled at the first run and kept (10
million contacts: about 10 GB). Every question goes to every size in each round, so that
other work on the machine falls on all alike; medians count. `--explain` tells of each question how
many pages the server touched, which no other work changes. `--write` makes docs/size.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median

from history_reads import READS, Naive, NotYetError, Read, explained, naive, trend
from import_rate import timed
from made_store import Made, made, make_sums

from ccdash.errors import CcdashError
from ccdash.settings import PROJECT

TABLE = PROJECT / "docs" / "size.md"
NOT_YET, TOO_LONG, REFUSED = "not yet", "over 30 s", "refused"
WORDS = {100_000: "100 thousand", 1_000_000: "1 million", 10_000_000: "10 million"}
say = partial(print, flush=True)


@dataclass(frozen=True)
class Times:
    """Of one read at one size: milliseconds, or a word in their place."""

    milliseconds: float | None
    word: str = ""

    def __str__(self) -> str:
        return self.word or f"{self.milliseconds:,.1f}"


def measured(stores: Sequence[Made], rounds: int) -> dict[str, list[Times]]:
    return {read.name: _times(read, stores, rounds) for read in READS}


def _times(read: Read, stores: Sequence[Made], rounds: int) -> list[Times]:
    """Round by round over all sizes, after a warm-up."""
    try:
        for made_one in stores:
            read.ask(made_one, 0)
    except NotYetError:
        return [Times(None, NOT_YET)] * len(stores)
    except CcdashError:
        return [_alone(read, one, rounds) for one in stores]
    took = [
        [timed(partial(read.ask, one, number)) * 1000 for one in stores]
        for number in range(1, rounds + 1)
    ]
    return [Times(median(column)) for column in zip(*took, strict=True)]


def _alone(read: Read, one: Made, rounds: int) -> Times:
    """Where a larger size is refused, the smaller ones still have their time."""
    try:
        took = [timed(partial(read.ask, one, number)) for number in range(rounds + 1)]
    except CcdashError as error:
        say(f"{read.name}, {one.contacts:,}: {error}")
        return Times(None, TOO_LONG if "statement timeout" in str(error) else REFUSED)
    return Times(median(took[1:]) * 1000)


# In words ----------------------------------------------------------------------------------------


def table(stores: Sequence[Made], found: Mapping[str, list[Times]]) -> Iterator[str]:
    sizes = [WORDS.get(one.contacts, f"{one.contacts:,}") for one in stores]
    ratios = [f"{large} / {small}" for small, large in pairwise(sizes)]
    heads = ["milliseconds, median", *sizes, *ratios]
    yield "| " + " | ".join(heads) + " |"
    yield "|---|" + "---:|" * (len(heads) - 1)
    for name, times in found.items():
        cells = [name, *map(str, times), *(_ratio(*pair) for pair in pairwise(times))]
        yield "| " + " | ".join(cells) + " |"


def _ratio(small: Times, large: Times) -> str:
    if small.milliseconds is None or large.milliseconds is None:
        return "–"
    return f"{large.milliseconds / small.milliseconds:.2f}"


def naive_words(stores: Sequence[Made], found: Mapping[str, list[Times]]) -> Iterator[str]:
    """The year's trend from its rows in pandas, and how many times longer that takes."""
    yield "| a year by day and channel from rows in pandas | seconds | ccdash is faster by |"
    yield "|---|---:|---:|"
    ours = found[READS[0].name]
    for one, time in zip(stores, ours, strict=True):
        theirs = naive(one)
        name = WORDS.get(one.contacts, f"{one.contacts:,}")
        if theirs is None or time.milliseconds is None:
            yield f"| {name} | not measured: too little memory is free | – |"
            continue
        _same(one, theirs)
        faster = theirs.seconds * 1000 / time.milliseconds
        yield f"| {name} | {theirs.seconds:,.2f} | {faster:,.0f} x |"


def _same(one: Made, theirs: Naive) -> None:
    """A faster wrong answer would be worth nothing."""
    ours = trend(one)
    sums = (int(ours["offered"].sum()), int(ours["csat_satisfied"].sum()))
    if sums != (theirs.offered, theirs.satisfied):
        raise SystemExit(f"ccdash says {sums}, pandas {(theirs.offered, theirs.satisfied)}.")


def report(stores: Sequence[Made], rounds: int) -> str:
    found = measured(stores, rounds)
    held = "; ".join(f"{one.contacts:,} in {one.bytes / 1e9:.1f} GB" for one in stores)
    today = datetime.now(UTC).date()
    return "\n".join(
        [
            "# How long answers take, by the length of the history",
            "",
            f"Made by `benchmarks/history_size.py` on {today}: each question to every size in",
            f"turn, {rounds} rounds, medians. Seconds are of one machine that had other work too;",
            "the ratios count. Contacts of three years, in six channels and 24 queues, by 300",
            f"agents, of a fifth as many customers: {held}.",
            "",
            *table(stores, found),
            "",
            *naive_words(stores, found),
            "",
        ]
    )


def explain(stores: Sequence[Made], words: str, *, plans: bool) -> None:
    """Pages touched (and written aside) of every statement, size by size."""
    for read in READS:
        if words not in read.name:
            continue
        try:
            works = [list(explained(one, read)) for one in stores]
        except (NotYetError, CcdashError) as error:
            say(f"{read.name}: {str(error) or NOT_YET}")
            continue
        for number, statement in enumerate(zip(*works, strict=True)):
            cells = [f"{one.buffers:>10,} (+{one.spilled:,})" for one in statement]
            say(f"{read.name} [{number}]: " + "  ".join(cells))
            if plans:
                say("\n\n".join(one.plan for one in statement), "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--home", type=Path, required=True, help="where the stores are kept")
    parser.add_argument("--sizes", default="100000,1000000,10000000")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--explain", nargs="?", const="", help="pages; of reads with these words")
    parser.add_argument("--plans", action="store_true", help="with --explain, the plans too")
    parser.add_argument("--sums", action="store_true", help="make the sums anew first")
    parser.add_argument("--write", action="store_true", help="make docs/size.md")
    asked = parser.parse_args()
    with ExitStack() as stack:
        sizes = sorted(int(one) for one in asked.sizes.split(","))
        stores = [stack.enter_context(made(asked.home, one, say)) for one in sizes]
        for one in stores if asked.sums else ():
            make_sums(one.store, say)
        if asked.explain is not None:
            explain(stores, asked.explain, plans=asked.plans)
            return
        words = report(stores, asked.rounds)
    say(words)
    if asked.write:
        TABLE.write_text(words)


if __name__ == "__main__":
    main()
