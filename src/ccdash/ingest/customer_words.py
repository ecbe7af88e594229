"""What customers are called, and the words by which they are found.

A name is found by the start of any of its words, two words in any order. So each word is kept with
the others behind it (`virtanen anna`), and each two words with their letters in turn
(` avninrnta.a.n.e.n`): whoever types the start of both, or one word and a letter of another, asks
for the start of one such row, however many share either word. Letters lose accents and case.
`name_slip` has each word that any name has, whole and with one letter left out: two words that
become the same so differ by one slip of a finger.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, zip_longest
from typing import Any
from unicodedata import category, normalize

from sqlalchemy import ARRAY, BigInteger, Connection, Text, any_, exists, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from ccdash.ingest.writing import put, remove
from ccdash.schema import customer, customer_word, name_slip

MOST_WORDS, LONGEST, DEEPEST = 8, 24, 12
"""Of a name: words that are kept, letters of each, and of each in a pair."""
PAIR, SHORTER, ANY = " ", ".", "_"
"""What a pair begins with, what stands for the letters of a word that is over, and what means any
letter to a search."""
AFTER_BLANK = "!"
"""The sign that sorts behind a blank."""
LEAST_SLIP = 4
"""Shorter words are all like each other."""
AT_ONCE = 20_000

_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ħ": "h", "þ": "th", "æ": "ae", "œ": "oe"}
)
_APOSTROPHES = re.compile("['\u2019\u02bc\u02b9`\u00b4]")
_WORDS = re.compile(r"[^\W_]+")


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name as they are compared, without repeats: `Åsa O'Neil-Łęcka` is asa, oneil
    and lecka."""
    found = _WORDS.findall(_APOSTROPHES.sub("", _folded(name)))
    return tuple(dict.fromkeys(word[:LONGEST] for word in found))[:MOST_WORDS]


def _folded(text: str) -> str:
    """Without case and marks; twice, as some letters only have marks when they are small."""
    if text.isascii():
        return text.casefold()
    for _ in range(2):
        text = "".join(one for one in normalize("NFKD", text) if category(one)[0] != "M")
        text = text.casefold()
    return text.translate(_PLAIN)


def rows_of(name: str | None) -> set[str]:
    """What `customer_word` has of a name: each word before the others, and each two of them."""
    words = sorted(words_of(name or ""))
    leads = (led_by(one, " ".join(other for other in words if other != one)) for one in words)
    return {*leads, *(pair(one, other, SHORTER) for one, other in combinations(words, 2))}


def led_by(word: str, others: str) -> str:
    """A word before others, or before the start of one."""
    return f"{word} {others}"


def words_among(rows: Iterable[str]) -> set[str]:
    """The words that rows of `customer_word` begin with."""
    return {row.partition(" ")[0] for row in rows if row[0] != PAIR}


def pair(one: str, other: str, missing: str) -> str:
    """Two words with their letters in turn."""
    letters = zip_longest(one[:DEEPEST], other[:DEEPEST], fillvalue=missing)
    return PAIR + "".join(letter for both in letters for letter in both)


def slips_of(word: str) -> set[str]:
    """The word, and the word without any one of its letters; nothing of a number or a short one."""
    if len(word) < LEAST_SLIP or any(sign.isdecimal() for sign in word):
        return set()
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


# Writing -----------------------------------------------------------------------------------------


def put_names(connection: Connection, named: Iterable[tuple[int, str | None]]) -> None:
    """Call these customers so, or nothing (None), and let nothing of an earlier name stay. Of two
    names for one customer the last holds; a name that is as it was writes nothing."""
    told = sorted(dict(named).items())
    for first in range(0, len(told), AT_ONCE):
        _put_names(connection, {one: name or None for one, name in told[first : first + AT_ONCE]})


def _put_names(connection: Connection, named: Mapping[int, str | None]) -> None:
    before = _names(connection, list(named))
    changed = {
        number: name
        for number, name in named.items()
        if number not in before or before[number] != name
    }
    _call(connection, changed)
    old = {(row, number) for number in changed for row in rows_of(before.get(number))}
    new = {(row, number) for number, name in changed.items() for row in rows_of(name)}
    remove(connection, customer_word, old - new)
    put(connection, customer_word, sorted(new - old))
    words = [words_among(row for row, _ in some) for some in (old - new, new - old)]
    _drop_slips(connection, words[0])
    _put_slips(connection, words[1])


def _names(connection: Connection, numbers: Sequence[int]) -> dict[int, str | None]:
    statement = select(customer.c.customer_id, customer.c.name).where(
        customer.c.customer_id == any_(literal(numbers, ARRAY(BigInteger)))
    )
    return {row.customer_id: row.name for row in connection.execute(statement)}


def _call(connection: Connection, named: Mapping[int, str | None]) -> None:
    if not named:
        return
    columns: tuple[Any, ...] = (
        literal(list(named), ARRAY(BigInteger)),
        literal(list(named.values()), ARRAY(Text)),
    )
    told = func.unnest(*columns).table_valued("customer_id", "name").render_derived("told").c
    statement = insert(customer).from_select(
        ["customer_id", "name"], select(told.customer_id, told.name)
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["customer_id"], set_={"name": statement.excluded.name}
        )
    )


def _put_slips(connection: Connection, words: set[str]) -> None:
    """Of words that no name had."""
    wanted = sorted(words)
    statement = select(name_slip.c.word).where(
        name_slip.c.slip == name_slip.c.word, name_slip.c.slip == any_(literal(wanted, ARRAY(Text)))
    )
    new = words.difference(connection.execute(statement).scalars() if wanted else ())
    put(connection, name_slip, sorted(_slips(new)))


def _drop_slips(connection: Connection, words: set[str]) -> None:
    """Of words that no name has any more."""
    if not words:
        return
    told = func.unnest(literal(sorted(words), ARRAY(Text))).table_valued("word").render_derived()
    row, lead = customer_word.c.words, told.c.word + " "
    is_used = exists().where(row >= lead, row < told.c.word + AFTER_BLANK)
    gone = connection.execute(select(told.c.word).where(~is_used)).scalars()
    remove(connection, name_slip, list(_slips(gone)))


def _slips(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((slip, word) for word in words for slip in slips_of(word))
