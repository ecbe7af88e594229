"""What is typed into the search of a list of contacts: it narrows the list and means nothing else.

Every word must be found in a contact: in its customer (name, number, telephone in any notation,
e-mail), agent, queue, case, key or subject. A date or a time of the clock is that of its arrival.
A customer is found with the contacts in which a single detail of theirs was all that was known.
People, queues and cases are looked up first, so that their indexes lead to the rows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import (
    ColumnElement,
    Text,
    Time,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from ccdash.ingest.identities import customer_id_of, looked_for
from ccdash.measures import Columns
from ccdash.query import Period, Query
from ccdash.schema import agent, case, contact, customer_word, identity, queue, source
from ccdash.store import found_names
from ccdash.store.buckets import inside
from ccdash.store.engine import Store
from ccdash.store.finding import LEAST_DIGITS, digits, key_endings, spellings
from ccdash.store.frames import Rows
from ccdash.vocabulary import IdentityKind

MOST = 1_000
"""How many customers, agents, queues or cases a word may mean."""
MOST_WORDS, LONGEST = 8, 200
DOTS = "•"
"""Of a masked number; they are no part of it."""
Truth = ColumnElement[bool]
Day = tuple[int | None, int, int]
"""Year (None where none is said), month, day."""

MONTHS = (
    "jan|tammi", "feb|helmi", "mar(?!ras)|maalis", "apr|huhti", "may|maj|touko", "jun|kesä",
    "jul|heinä", "aug|elo", "sep|syys", "oct|okt|loka", "nov|marras", "dec|joulu",
)  # fmt: skip
"""How their names begin, in the languages of the screens."""
_MONTH = "|".join(MONTHS)
_ALONE, _ENDS = r"(?<![\w./:-])", r"(?![\w/:-])"
"""Not inside a key, as in INC-2026-01-05."""
_DATES = (
    re.compile(rf"{_ALONE}(?P<y>\d{{4}})-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}}){_ENDS}"),
    re.compile(rf"{_ALONE}(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.(?P<y>\d{{4}})?{_ENDS}"),
    re.compile(rf"{_ALONE}(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})(?:/(?P<y>\d{{4}}))?{_ENDS}"),
    re.compile(
        rf"{_ALONE}(?P<d>\d{{1,2}})\.?\s+(?P<name>{_MONTH})\w*\.?(?:\s+(?P<y>\d{{4}}))?{_ENDS}",
        re.IGNORECASE,
    ),
)
_CLOCK = re.compile(rf"{_ALONE}([01]?\d|2[0-3])[:.]([0-5]\d)(?!\.){_ENDS}")
_PHONE = re.compile(r"(?<![\w-])\+?\(?\d[\d\s()/.\-]{5,}\d")
_WORD = re.compile(r'"([^"]+)"|(\S+)')


@dataclass(frozen=True)
class Sought:
    """What a text asks for: words, days, times of the clock, and how the
    days and times were written."""

    words: tuple[str, ...]
    days: tuple[Day, ...] = ()
    clocks: tuple[time, ...] = ()
    written: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> Sought:
        """Of what somebody typed; a number with blanks is one word, and what is in quotes."""
        rest = text[:LONGEST]
        days: dict[str, Day] = {}
        for form in _DATES:
            days.update((one[0], day) for one in form.finditer(rest) if (day := _day(one)))
            rest = form.sub(lambda one: " " if one[0] in days else one[0], rest)
        clocks = {one[0]: time(int(one[1]), int(one[2])) for one in _CLOCK.finditer(rest)}
        rest = _CLOCK.sub(" ", rest)
        words = [one[0].strip() for one in _PHONE.finditer(rest)]
        words += [one[1] or one[2] for one in _WORD.finditer(_PHONE.sub(" ", rest))]
        told = [one for one in words if one.strip(DOTS)][:MOST_WORDS]
        return cls(tuple(told), (*days.values(),), (*clocks.values(),), (*days, *clocks))


def _day(found: re.Match[str]) -> Day | None:
    told = found.groupdict()
    name = told.get("name")
    month = _month(name) if name else int(told["m"])
    year, day = (int(told["y"]) if told["y"] else None), int(told["d"])
    try:
        date(year or 2000, month, day)
    except ValueError:
        return None
    return year, month, day


def _month(name: str) -> int:
    return next(n for n, form in enumerate(MONTHS, 1) if re.match(form, name, re.IGNORECASE))


@dataclass(frozen=True)
class Meant:
    """What a word may mean: numbers of rows by their column, the same customers where only one
    detail was known, and whether a subject has it."""

    word: str
    numbers: Mapping[str, list[int]]
    by_detail: Collection[int] = ()
    is_in_subject: bool = False

    @property
    def is_cut_off(self) -> bool:
        """Whether it may mean more than is looked for."""
        return any(len(some) > MOST for some in self.numbers.values())

    def where(self, of: Columns) -> Truth:
        """The contacts in which it is found."""
        subject = of.subject.icontains(self.word, autoescape=True)
        return or_(
            of.key.in_(spellings(self.word)),
            *(of[name].in_(some[:MOST]) for name, some in self.numbers.items()),
            *([of.customer_id.in_(self.by_detail)] if self.by_detail else ()),
            *([subject] if self.is_in_subject else ()),
        )


@dataclass(frozen=True)
class Narrowing:
    """What a search leaves of a list."""

    sought: Sought
    meant: tuple[Meant, ...]
    period: Period

    @property
    def is_cut_off(self) -> bool:
        """Whether a word means more people or things than are looked for."""
        return any(one.is_cut_off for one in self.meant)

    def where(self, of: Columns) -> Truth:
        """The rows in which every word is found, and which arrived then."""
        return and_(self._when(of.arrived_at), *(one.where(of) for one in self.meant))

    def _when(self, at: ColumnElement[datetime]) -> Truth:
        if not self.sought.days:
            return self._at_clock(at) if self.sought.clocks else true()
        spans = (span for one in self.sought.days for span in self._days(*one))
        of_days = or_(false(), *(and_(at >= literal(a), at < literal(z)) for a, z in spans))
        return and_(of_days, self._at_clock(at)) if self.sought.clocks else of_days

    def _at_clock(self, at: ColumnElement[datetime]) -> Truth:
        """Within any of these minutes, by the clock of the period's zone."""
        local = cast(func.timezone(self.period.timezone, at), Time)
        minute = cast(func.date_trunc("minute", local), Time)
        return minute.in_(self.sought.clocks)

    def _days(self, year: int | None, month: int, day: int) -> Iterator[tuple[datetime, datetime]]:
        """Of a date without a year that of every year of the period."""
        where = self.period.zone
        years = [one.astimezone(where).year for one in (self.period.start, self.period.end)]
        for each in [year] if year else range(years[0], years[1] + 1):
            try:
                start = date(each, month, day)
            except ValueError:  # 29 February
                continue
            both = (start, start + timedelta(days=1))
            begins, ends = (datetime.combine(one, time(), where) for one in both)
            yield begins, ends


def narrowing(store: Store, query: Query) -> Narrowing:
    """What the question's search means. Raises StoreUnavailable."""
    sought = Sought.read(query.search)
    numbers = _looked_up(store, sought.words)
    plain = [word for word in sought.words if not _names_somebody(word, numbers[word])]
    in_subject = _in_subjects(store, query.period, plain)
    by_detail = _by_detail(store, numbers)
    meant = (Meant(one, numbers[one], by_detail[one], one in in_subject) for one in sought.words)
    return Narrowing(sought, tuple(meant), query.period)


def needles(text: str) -> tuple[str, ...]:
    """What is to be marked where a list shows it: the words, the end of a number that is masked,
    and times as they were typed."""
    sought = Sought.read(text)
    ends = [digits(word)[-3:] for word in sought.words if len(digits(word)) >= LEAST_DIGITS]
    return tuple(dict.fromkeys((*sought.words, *sought.written, *ends)))


def _names_somebody(word: str, found: Mapping[str, list[int]]) -> bool:
    """A contact detail is a detail, and no text of a subject."""
    is_detail = "@" in word or len(digits(word)) >= 7
    return is_detail and bool(found.get("customer_id"))


def _looked_up(store: Store, words: Iterable[str]) -> dict[str, dict[str, list[int]]]:
    """By word and column."""
    found: dict[str, dict[str, list[int]]] = {word: defaultdict(list) for word in words}
    parts = [
        select(literal(word, Text).label("word"), literal(name, Text).label("name"), one.c.number)
        for word in found
        for name, rows in _meanings(word)
        for one in [rows.limit(MOST + 1).subquery()]
    ]
    if not parts:
        return found
    rows = union_all(*parts).subquery()
    for word, name, number in store.frame(select(*rows.c)).iter_rows():
        found[word][name].append(number)
    return found


def _by_detail(
    store: Store, found: Mapping[str, Mapping[str, list[int]]]
) -> Mapping[str, Collection[int]]:
    """By word the customers that each detail of those found names by itself: contacts of the same
    people in which nothing stronger was told. Whoever else shares a detail is not among them."""
    people = {word: set(some.get("customer_id", [])[:MOST]) for word, some in found.items()}
    columns = (identity.c.customer_id, identity.c.kind, identity.c.value)
    own: dict[int, set[int]] = defaultdict(set)
    if everybody := set().union(*people.values()):
        rows = store.frame(select(*columns).where(identity.c.customer_id.in_(sorted(everybody))))
        for number, kind, value in rows.iter_rows():
            own[number].add(customer_id_of([(IdentityKind(kind), value)]) or number)
    return {word: set().union(*(own[one] for one in some)) - some for word, some in people.items()}


def _meanings(word: str) -> Iterator[tuple[str, Rows]]:
    """Columns of a contact, and the numbers that the word may mean in them."""
    values = {value for _, value in looked_for(word)}.union(spellings(word))
    yield "customer_id", _numbers(identity.c.customer_id, identity.c.value.in_(values))
    ending = digits(word.replace("(0)", "")).lstrip("0")  # as it is behind any country's code
    if len(ending) >= LEAST_DIGITS:
        is_end = func.reverse(identity.c.value).like(f"{ending[::-1]}%")
        yield "customer_id", _numbers(identity.c.customer_id, is_end)
    else:
        yield (
            "customer_id",
            found_names.called(word).with_only_columns(customer_word.c.customer_id.label("number")),
        )
    for table, name in ((agent, "agent_id"), (queue, "queue_id")):
        is_called = or_(
            table.c.name.icontains(word, autoescape=True), table.c.key.in_(spellings(word))
        )
        yield name, _numbers(table.c[name], is_called)
    each_source = case.c.source.in_(select(source.c.source))  # leads the index
    yield "case_id", _numbers(case.c.case_id, and_(each_source, case.c.key.in_(spellings(word))))
    for one in key_endings(word):
        ends = func.reverse(case.c.key).startswith(one[::-1], autoescape=True)
        yield "case_id", _numbers(case.c.case_id, ends)


def _numbers(column: ColumnElement[int], where: Truth) -> Rows:
    return select(column.label("number")).where(where)


def _in_subjects(store: Store, period: Period, words: Iterable[str]) -> frozenset[str]:
    """The words that any subject of the period has in it."""
    at = contact.c.arrived_at
    has = {
        f"word_{place}": (word, contact.c.subject.icontains(word, autoescape=True))
        for place, word in enumerate(dict.fromkeys(words))
    }
    if not has:
        return frozenset()
    told = (exists().where(inside(at, period), one).label(name) for name, (_, one) in has.items())
    row = store.frame(select(*told)).row(0, named=True)
    return frozenset(word for name, (word, _) in has.items() if row[name])
