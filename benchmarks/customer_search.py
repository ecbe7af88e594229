"""Whether a search and one customer's history take longer with two million customers.

    .venv/bin/python benchmarks/customer_search.py --home /var/tmp/people [--rounds 40]

Two stores of the same shape (made_people.py), filled at the first run and kept: 100 thousand
contacts of 20 thousand customers, and 10 million of 2 million. Every question goes to both in each
round, each round asks of somebody else, medians count; all of it was asked once before. The same
letters find more people where there are more, and an answer of twenty people takes longer than one
of a single person, on any store: so a round asks of somebody in each store for whom as many people
are found. Pages are what the server touched for one answer, which no other work on the machine
changes. Beside it stands the plain way: `ILIKE` over all names, and the end of a number over all
details.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from os import sysconf
from pathlib import Path
from statistics import mean, median, quantiles
from time import process_time

import made_people
import numpy as np
import polars as pl
import psycopg
from history_reads import url_of
from import_rate import timed
from made_people import details, person_of
from made_store import opened
from psycopg.sql import Literal
from sqlalchemy import select, text

from ccdash.ingest.customer_words import words_of
from ccdash.schema import customer, identity
from ccdash.store import customers, finding, recognised
from ccdash.store.engine import Store
from ccdash.store.frames import POLICY, Question, Rows, compiled

LIMIT_MS, LIMIT_RATIO = 50, 1.5
FEW_LEFT = 4
"""So few people are left when somebody stops typing."""
TRIED = 1200
"""People of each store of whom a question may be asked."""
GENERIC = "-c plan_cache_mode=force_generic_plan"
say = partial(print, flush=True)


@dataclass
class Watched:
    """A store that notes what it is asked."""

    store: Store
    asked: list[tuple[str, list[object]]] = field(default_factory=list)

    def frame(self, statement: Rows | Question) -> pl.DataFrame:
        self.asked.append(compiled(statement))
        return self.store.frame(statement)

    def together(self, asked: Mapping[str, Question]) -> dict[str, pl.DataFrame]:
        self.asked += [compiled(one) for one in asked.values()]
        return self.store.together(asked)


@dataclass(frozen=True)
class People:
    """A store, and somebody of it for each round."""

    contacts: int
    store: Store
    places: list[int]
    names: Mapping[int, str]

    @classmethod
    def of(cls, store: Store, contacts: int, many: int) -> People:
        rng = np.random.default_rng(made_people.SEED)
        places = [int(one) * 2 for one in rng.integers(0, contacts // 10, many)]
        by_id = {person_of(place): place for place in places}
        asked = select(customer).where(customer.c.customer_id.in_(list(by_id)))
        names = {by_id[number]: name for number, name in store.frame(asked).iter_rows()}
        return cls(contacts, store, places, names)


Ask = Callable[[People, Store, int], object]
"""Given somebody's place."""


def searched(text: Callable[[People, int], str]) -> Ask:
    return lambda of, store, place: finding.people(store, text(of, place), "FI")


def always(text: str) -> Ask:
    return searched(lambda _, __: text)


def _words(of: People, place: int) -> list[str]:
    return list(words_of(of.names[place]))


def _slipped(of: People, place: int) -> str:
    word = max(_words(of, place), key=len)
    return word[:2] + word[3] + word[2] + word[4:] if len(word) > 4 else word + "xq"


def _typed_until_few(of: People, place: int) -> str:
    """As many letters of each word as it takes until a few people are left."""
    words = _words(of, place)
    for letters in range(1, max(map(len, words)) + 1):
        typed = " ".join(word[:letters] for word in words)
        if finding.people(of.store, typed, "FI").people.height <= FEW_LEFT:
            return typed
    return typed


def _once(text: Callable[[People, int], str]) -> Callable[[People, int], str]:
    known: dict[tuple[int, int], str] = {}

    def of_place(of: People, place: int) -> str:
        key = (of.contacts, place)
        if key not in known:
            known[key] = text(of, place)
        return known[key]

    return of_place


def _history(_: People, store: Store, place: int) -> object:
    """As the page of a customer reads it."""
    number = person_of(place)
    return [
        customers.whole(store, number),
        customers.history(store, number, 2000),
        recognised.identities(store, number),
        customers.purchases(store, number),
    ]


READS: Mapping[str, Ask] = {
    "a name that very many have": always("Anna"),
    "the start of it": always("ann"),
    "one letter": always("v"),
    "somebody's whole name": searched(lambda of, place: of.names[place]),
    "somebody's name, the words turned": searched(lambda of, p: " ".join(_words(of, p)[::-1])),
    "three letters of each word": searched(
        lambda of, p: " ".join(one[:3] for one in _words(of, p))
    ),
    "the last name, a letter of the first": searched(
        lambda of, p: f"{_words(of, p)[-1]} {_words(of, p)[0][:1]}"
    ),
    "letters of each word until few are left": searched(_once(_typed_until_few)),
    "two common names that nobody has": always("Virtanenova Annamaija"),
    "two letters of common names": always("a v"),
    "a rare start and a letter": always("zzkorh a"),
    "a slip in the longest word": searched(_slipped),
    "a telephone number": searched(lambda _, place: f"0{details(place)[1][4:]}"),
    "its last three digits": searched(lambda _, place: details(place)[1][-3:]),
    "its last six digits": searched(lambda _, place: details(place)[1][-6:]),
    "an e-mail address": searched(lambda _, place: details(place)[2]),
    "the start of one": searched(lambda _, place: details(place)[2][:4]),
    "a customer number": searched(lambda _, place: details(place)[0]),
    "a case": searched(lambda _, place: f"case-{place}"),
    "the end of a case": searched(lambda _, place: f"-{place}"),
    "nothing that is there": always("Xyzzy Qwerty"),
    "one customer's history": _history,
}


def _ilike(_: People, store: Store, __: int) -> object:
    named = customer.c.name.icontains("virtanen", autoescape=True)
    both = named & customer.c.name.icontains("anna", autoescape=True)
    return store.frame(select(customer).where(both).order_by(customer.c.name).limit(20))


def _all_ends(_: People, store: Store, place: int) -> object:
    ends = identity.c.value.endswith(details(place)[1][-6:])
    return store.frame(select(identity.c.customer_id).where(ends).limit(20))


PLAIN: Mapping[str, Ask] = {"ILIKE over all names": _ilike, "ends of all details": _all_ends}


Round = tuple[int, ...]
"""Somebody's place in each store."""


def rounds_of(stores: Sequence[People], ask: Ask, wanted: int) -> list[Round]:
    """Of whom to ask, so that as many people are found in each store, or nearly as many where there
    are no such people."""
    rounds: list[Round] = []
    waiting: list[dict[int, list[int]]] = [defaultdict(list) for _ in stores]
    for number in range(TRIED):
        for one, places in zip(stores, waiting, strict=True):
            place = one.places[number]
            places[_rows(ask(one, one.store, place))].append(place)
        for many in list(waiting[0]):
            if len(rounds) < wanted and all(places[many] for places in waiting):
                rounds.append(tuple(places[many].pop() for places in waiting))
        if len(rounds) == wanted:
            return rounds
    rest = ([one for many in sorted(of) for one in of[many]] for of in waiting)
    return [*rounds, *islice(zip(*rest, strict=True), wanted - len(rounds))]


def measured(stores: Sequence[People], ask: Ask, rounds: Sequence[Round]) -> list[list[float]]:
    """Milliseconds by store, a round each, after as many that do not count."""
    took: list[list[float]] = [[] for _ in stores]
    for places in (*rounds, *rounds):
        for one, place, times in zip(stores, places, took, strict=True):
            times.append(timed(lambda: ask(one, one.store, place)) * 1000)  # noqa: B023
    return [times[len(rounds) :] for times in took]


def pages(of: People, ask: Ask, place: int) -> int:
    """Pages of 8 kB touched by all statements of an answer, by the plans that the server keeps."""
    watched = Watched(of.store)
    ask(of, watched, place)  # type: ignore[arg-type]
    total = 0
    with psycopg.connect(url_of(of.store.engine), options=f"{POLICY} {GENERIC}") as connection:
        for number, (sql, values) in enumerate(watched.asked):
            told = ", ".join(Literal("{}" if one == [] else one).as_string() for one in values)
            with psycopg.RawCursor(connection) as cursor:
                cursor.execute(f"PREPARE q{number} AS {sql}".encode())
            words = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE q{number}"
            words += f"({told})" if told else ""
            ((plan,),) = connection.execute(words.encode()).fetchall()
            top = plan[0]["Plan"]
            total += top["Shared Hit Blocks"] + top["Shared Read Blocks"]
    return total


def worked(of: People, ask: Ask, places: Sequence[int]) -> float:
    """Milliseconds of processor that an answer takes, of this process and of the server on this
    machine: what else runs there changes it little."""
    with of.store.engine.connect() as connection:
        asked = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
        pids = list(connection.execute(text(asked)).scalars())
    before = process_time() + sum(map(_seconds, pids))
    for place in places:
        ask(of, of.store, place)
    return (process_time() + sum(map(_seconds, pids)) - before) / len(places) * 1000


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Compared:
    """What one question took: milliseconds until the answer (median) and of a processor, by store;
    the slowest twentieth on the largest; pages and people of an answer, by store."""

    middle: list[float]
    worked: list[float]
    slow: float
    pages: list[float]
    people: list[float]

    @property
    def ratio(self) -> float:
        return self.middle[-1] / self.middle[0]


def compared(stores: Sequence[People], ask: Ask, many: int) -> Compared:
    rounds = rounds_of(stores, ask, many)
    took = measured(stores, ask, rounds)
    each = [(one, places) for one, places in zip(stores, zip(*rounds, strict=True), strict=True)]
    few = [(one, places[:: max(1, len(places) // 5)]) for one, places in each]
    return Compared(
        [median(times) for times in took],
        [worked(one, ask, places) for one, places in each],
        quantiles(took[-1], n=20)[-1],
        [median(pages(one, ask, place) for place in places) for one, places in few],
        [mean(_rows(ask(one, one.store, place)) for place in places) for one, places in few],
    )


def report(stores: Sequence[People], reads: Mapping[str, Ask], rounds: int) -> list[Compared]:
    sizes = "".join(f"{one.contacts:>18,}" for one in stores)
    say(f"{'median, processor (ms)':40}{sizes}    ratios      p95    pages, people")
    found = []
    for name, ask in reads.items():
        one = compared(stores, ask, rounds)
        found.append(one)
        pairs = zip(one.middle, one.worked, strict=True)
        cells = "".join(f"{middle:9.1f}{work:9.1f}" for middle, work in pairs)
        ratios = f"{one.ratio:.2f} {one.worked[-1] / one.worked[0]:5.2f}"
        both = zip(one.pages, one.people, strict=True)
        touched = " / ".join(f"{many:,.0f}, {people:.0f}" for many, people in both)
        say(f"{name:40}{cells}{ratios:>13}{one.slow:8.1f}    {touched}")
    return found


def verdict(found: Sequence[Compared]) -> None:
    slow = max(one.slow for one in found)
    say(f"largest ratio: {max(one.ratio for one in found):.2f} (limit {LIMIT_RATIO})")
    say(f"the slowest twentieth of any answer: {slow:.1f} ms (limit {LIMIT_MS} ms)")


def _rows(answer: object) -> int:
    return answer.people.height if isinstance(answer, finding.Found) else 1


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--home", type=Path, required=True, help="where the stores are kept")
    parser.add_argument("--sizes", default="100000,10000000")
    parser.add_argument("--rounds", type=int, default=40)
    asked = parser.parse_args()
    sizes = [int(one) for one in asked.sizes.split(",")]
    for size in sizes:
        made_people.made(asked.home, size, say)
    with ExitStack() as stack:
        opens = [stack.enter_context(opened(asked.home / f"{size:_}")) for size in sizes]
        stores = [People.of(store, size, TRIED) for store, size in zip(opens, sizes, strict=True)]
        verdict(report(stores, READS, asked.rounds))
        report(stores, PLAIN, 3)


if __name__ == "__main__":
    main()
