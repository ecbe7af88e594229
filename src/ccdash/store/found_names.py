"""Customers by what they are called: the start of any words of the name, in any order, without
accents and case; and where nobody is, names that differ by one slip in a word.

Each search reads a bounded piece of an index, however many customers there are and however many
share a name (ingest/customer_words.py says what the index has).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, product

import polars as pl
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from ccdash.ingest.customer_words import ANY, led_by, pair, slips_of, words_of
from ccdash.schema import customer, customer_word, name_slip
from ccdash.store.engine import Store
from ccdash.store.frames import Question, Rows, question

FEW, MANY, MOST_READ = 40, 120, 3_000
"""Rows that a search finds; where each name has yet to be looked at; and those that it reads."""
SHORT = 3
"""With fewer letters beside a longer word rows are looked at that have the longer one first."""
LEAST = 3
"""Letters of a word that may have a slip."""
MOST_ALIKE = 16
"""Names that are tried for one with slips."""
LAST = "\U0010ffff"
"""Sorts behind every letter."""
KEPT_PLAN = Question(
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true) AS plans, "
    "set_config('jit', 'off', true) AS jit",
    {},
)
"""Asked before: one plan holds for all values, and to make one takes longer than to use it."""


@dataclass(frozen=True)
class Named:
    """Names by customer, the best match first, and whether there may be more of them."""

    names: Mapping[int, str]
    is_part: bool = False


def named(store: Store, text: str) -> Named:
    """The customers whose names have words that begin so, each another one, whole words first."""
    words = words_of(text)
    return _named(store, [words]) if words else Named({})


def alike(store: Store, text: str) -> Named:
    """The same where words may have one letter more, less, moved or another than the name's."""
    words = words_of(text)
    meant = _meant(store, words)
    tries = product(*([word, *meant.get(word, ())] for word in words))
    others = [one for one in islice(tries, MOST_ALIKE + 1) if one != words]
    return _named(store, others) if others else Named({})


def answer(store: Store, asked: Question) -> pl.DataFrame:
    """By the plan that the server keeps."""
    return store.together({"plan": KEPT_PLAN, "answer": asked})["answer"]


def called(text: str) -> Rows:
    """The customers (customer_id) whose names have these words or begin with them, two at most."""
    row, words = customer_word.c, words_of(text)
    each = [
        and_(_begins(row.words, start), row.words.like(f"{pattern}%"))
        for start, pattern in (_rows_of(words) if words else ())
    ]
    return select(row.customer_id).where(or_(false(), *each))


def _begins(words: ColumnElement[str], start: ColumnElement[str] | str) -> ColumnElement[bool]:
    """By the index, also in a plan for any values."""
    return and_(words >= start, words < func.concat(start, LAST))


def _named(store: Store, tries: Sequence[Sequence[str]]) -> Named:
    wanted = {
        pattern: (start, FEW if len(words) < 3 else MANY)
        for words in tries
        for start, pattern in _rows_of(words)
    }
    starts, mosts = map(list, zip(*wanted.values(), strict=True))
    asked = _by_words().asked(starts=starts, patterns=list(wanted), mosts=mosts)
    rows = answer(store, asked).rows()
    found_of = Counter(pattern for pattern, *_ in rows)
    names = {number: name for _, number, name, _ in rows}
    words = {number: words_of(name) for number, name in names.items()}
    found = [number for number, has in words.items() if _fits(has, tries)]
    found.sort(key=lambda number: not _fits(words[number], tries, whole=True))
    is_full = any(found_of[pattern] == most for pattern, (_, most) in wanted.items())
    is_part = is_full or any(is_last for *_, is_last in rows)
    return Named({number: names[number] for number in found}, is_part)


def _rows_of(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """How rows of `customer_word` begin that are of these words, and what they are like; of the two
    longest, where there are more than two."""
    if len(words) == 1:
        yield words[0], words[0]
        return
    *others, long = sorted(words, key=len)
    if len(others) > 1 and len(long) > SHORT:  # all, as rows have them behind the first
        yield long, led_by(f"{long}%", "% ".join(sorted(others)))
    short = others[-1]
    if len(short) < len(long):
        whole = led_by(long, short)
        yield whole, whole
    if len(short) < min(len(long), SHORT):
        yield long, led_by(f"{long}%", short)
    if len(short) == 1 < len(long):  # two letters of a pair are of too many
        return
    one, other = sorted((short, long))
    pairs = [pair(one, other, ANY)]
    if other.startswith(one):  # the letters do not say which of a name's words comes first
        pairs.append(pair(other, one, ANY))
    yield from ((of_both.split(ANY)[0], of_both) for of_both in pairs)


def _fits(has: Sequence[str], tries: Iterable[Sequence[str]], *, whole: bool = False) -> bool:
    return any(
        all(any(one == word if whole else one.startswith(word) for one in has) for word in words)
        for words in tries
    )


def _meant(store: Store, words: Sequence[str]) -> Mapping[str, list[str]]:
    """Words that names have which each of these may be meant for."""
    slips = {word: slips_of(word) or {word} for word in words if len(word) >= LEAST}
    wanted = sorted(set().union(*slips.values()))
    if not wanted:
        return {}
    rows = answer(store, _by_slips().asked(slips=wanted)).rows()
    return {
        word: sorted({meant for slip, meant in rows if slip in some and meant != word})
        for word, some in slips.items()
    }


@cache
def _by_words() -> Question:
    texts, numbers = ARRAY(Text), ARRAY(BigInteger)
    given = (("starts", texts), ("patterns", texts), ("mosts", numbers))
    told = (
        func.unnest(*(cast(bindparam(name, []), kind) for name, kind in given))
        .table_valued("start", "pattern", column("most", BigInteger))
        .render_derived("told")
    )
    row = customer_word.c
    place = func.row_number().over(order_by=(row.words, row.customer_id))
    read = (
        select(row.words, row.customer_id, (place == MOST_READ).label("is_last"))
        .where(_begins(row.words, told.c.start))
        .order_by(row.words, row.customer_id)
        .limit(_rows(MOST_READ))
        .correlate(told)
        .subquery("read")
    )
    found = (
        select(read)
        .where(or_(read.c.words.like(told.c.pattern + "%"), read.c.is_last))
        .order_by(read.c.words, read.c.customer_id)
        .limit(told.c.most)
        .lateral("found")
    )
    statement = (
        select(told.c.pattern, customer.c.customer_id, customer.c.name, found.c.is_last)
        .select_from(told.join(found, true()))
        .join(customer, customer.c.customer_id == found.c.customer_id)
        .where(customer.c.name.is_not(None))
        .order_by(found.c.words, found.c.customer_id)
    )
    return question(statement)


@cache
def _by_slips() -> Question:
    slips = cast(bindparam("slips", []), ARRAY(Text))
    row = name_slip.c
    return question(select(row.slip, row.word).where(row.slip == any_(slips)).limit(_rows(MANY)))


def _rows(many: int) -> ColumnElement[int]:
    """A limit that the planner sees."""
    return literal_column(str(many), BigInteger)
