"""The people behind what was typed, in one statement that is put into words once.

Each part reads so many rows of an index at most, and of each person so many contacts at most.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy import case as when
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.types import TypeEngine

from ccdash.schema import case, contact, customer, identity, person, purchase, source
from ccdash.store.frames import Question, question
from ccdash.store.persons import members, person_of
from ccdash.vocabulary import IdentityKind

FEW, MANY = 40, 240
"""Rows that a part finds at most; and that it reads, where not each of them counts."""
LATELY = 200
"""The newest contacts, among whom the end of a number is looked for first."""
COUNTED = 500
"""Contacts of a person that are counted; who has more has no first and last here."""
TOLD, BETWEEN = 4, ", "
"""Contact details of a person that are told, and the sign between them."""
LAST = "\U0010ffff"
"""Sorts behind every sign."""
WORDS = (IdentityKind.EMAIL, IdentityKind.HANDLE)
"""Details that are not told by their last digits."""
Part = Select[*tuple[Any, ...]]


class Way(StrEnum):
    """How somebody was found, the surest first."""

    DETAIL = "detail"
    NUMBER = "number"
    CASE = "case"
    ORDER = "order"
    NAME = "name"
    ENDING = "ending"
    CASE_ENDING = "case_ending"
    ORDER_ENDING = "order_ending"
    START = "start"


def by_meanings(meant: Mapping[str, object], names: Mapping[int, str], limit: int) -> Question:
    """People by what a text may mean, and these customers, called so: customer_id (as text, of
    who stands for the person), name, identities (`kind: value, ...`), way, told (`kind:value` or
    the key by which they were found), is_shared (told is several people's, and this row nobody's),
    contacts (COUNTED + 1: more than are counted), first_at, last_at."""
    asked = {name: meant.get(name) for name in _ONE} | {
        name: meant.get(name) or [] for name in _MANY
    }
    called = {"called": list(names), "names": list(names.values())}
    return _people().asked(**asked | called | {"most": limit})


# What a text may mean ----------------------------------------------------------------------------

_ONE = ("number", "ending", "recent")
_MANY = ("kinds", "values", "starts", "keys", "key_endings")


def _texts(name: str) -> ColumnElement[Any]:
    kind: TypeEngine[Any] = ARRAY(Text)
    return cast(bindparam(name, []), kind)


def _text(name: str) -> ColumnElement[str]:
    return cast(bindparam(name, None), Text)


_DETAIL = identity.c.kind + literal(":") + identity.c.value
_NUMBER_KINDS = identity.c.kind.not_in(WORDS)


def _rows(many: int) -> ColumnElement[int]:
    """A limit that the planner sees; of a parameter it would expect a tenth of all rows."""
    return literal_column(str(many), BigInteger)


def _part(way: Way, told: ColumnElement[str], found: FromClause, place: object = 0) -> Part:
    """People that are found so; their `name`, where what was found has it."""
    return select(
        literal(list(Way).index(way)).label("rank"),
        literal(way.value).label("way"),
        told.label("told"),
        found.c.customer_id,
        found.c.get("name", cast(null(), Text)).label("name"),
        cast(place, BigInteger).label("place"),
    ).where(found.c.customer_id > 0)


def _hits() -> FromClause:
    return union_all(
        _by_detail(), _by_number(), _by_case(), _by_order(), _by_name(), *_lately(), _by_ending(),
        _by_key_ending(Way.CASE_ENDING, case), _by_key_ending(Way.ORDER_ENDING, purchase),
        _by_start(),
    ).cte("hits")  # fmt: skip


def _by_detail() -> Part:
    told = func.unnest(_texts("kinds"), _texts("values")).table_valued("kind", "value")
    told = told.render_derived("told")
    found = (
        select(_DETAIL.label("detail"), identity.c.customer_id)
        .where(identity.c.kind == told.c.kind, identity.c.value == told.c.value)
        .order_by(identity.c.customer_id)
        .limit(_rows(FEW))
        .lateral("of_detail")
    )
    return _part(Way.DETAIL, found.c.detail, found).select_from(told.join(found, true()))


def _by_number() -> Part:
    mine = customer.c.customer_id == cast(bindparam("number", None), BigInteger)
    return _part(Way.NUMBER, literal(""), customer).where(mine)


def _by_case() -> Part:
    each_source = case.c.source.in_(select(source.c.source))  # leads the index
    found = select(case.c.key, case.c.customer_id).where(case.c.key == any_(_texts("keys")))
    first = found.where(each_source).order_by(case.c.source, case.c.key).limit(_rows(FEW))
    one = first.subquery("of_case")
    return _part(Way.CASE, one.c.key, one)


def _by_order() -> Part:
    found = select(purchase.c.key, purchase.c.customer_id)
    mine = found.where(purchase.c.key == any_(_texts("keys")))
    first = mine.order_by(purchase.c.key, purchase.c.purchase_id).limit(_rows(FEW))
    one = first.subquery("of_order")
    return _part(Way.ORDER, one.c.key, one)


def _by_name() -> Part:
    called = func.unnest(cast(bindparam("called", []), ARRAY(BigInteger)), _texts("names"))
    columns = called.table_valued("customer_id", "name", with_ordinality="place")
    one = columns.render_derived("called")
    return _part(Way.NAME, literal(""), one, one.c.place)


def _lately() -> tuple[Part, Part]:
    """The end of a number of somebody who came lately; of the number by which we keep them, too,
    as lists show it."""
    ending = _text("recent")
    newest = (
        select(contact.c.customer_id)
        .where(contact.c.customer_id > 0, ending.is_not(None))
        .order_by(contact.c.arrived_at.desc())
        .limit(_rows(LATELY))
        .subquery("newest")
    )
    came = select(newest.c.customer_id).distinct().cte("lately")
    own, size = cast(came.c.customer_id, Text), func.length(ending)
    found = (
        select(_DETAIL.label("detail"), identity.c.customer_id)
        .where(identity.c.customer_id == came.c.customer_id, _NUMBER_KINDS)
        .where(func.right(identity.c.value, size) == ending)
        .limit(_rows(FEW))
        .lateral("of_lately")
    )
    of_detail = _part(Way.ENDING, found.c.detail, found, -1)
    return (
        _part(Way.ENDING, literal(""), came, -2).where(func.right(own, size) == ending),
        of_detail.select_from(came.join(found, true())),
    )


def _by_ending() -> Part:
    backwards, start = func.reverse(identity.c.value), func.reverse(_text("ending"))
    read = (
        select(identity)
        .where(_from(backwards, start), _before(backwards, start))
        .order_by(text("reverse(identity.value) USING ~<~"))  # the index, whatever is guessed
        .limit(_rows(MANY))
        .subquery("of_ending")
    )
    detail = read.c.kind + literal(":") + read.c.value
    return _part(Way.ENDING, detail, read).where(read.c.kind.not_in(WORDS)).limit(_rows(FEW))


def _by_key_ending(way: Way, of: Table) -> Part:
    told = func.unnest(_texts("key_endings")).table_valued("ending").render_derived("told_ending")
    backwards, start = func.reverse(of.c.key), func.reverse(told.c.ending)
    read = (
        select(of.c.key, of.c.customer_id)
        .where(_from(backwards, start), _before(backwards, start))
        .order_by(text(f'reverse("{of.name}".key) USING ~<~'))
        .limit(_rows(FEW))
        .lateral(f"of_{way}")
    )
    return _part(way, read.c.key, read).select_from(told.join(read, true()))


def _by_start() -> Part:
    told = func.unnest(_texts("starts")).table_valued("start").render_derived("told_start")
    start = told.c.start
    found = (
        select(_DETAIL.label("detail"), identity.c.customer_id)
        .where(_from(identity.c.value, start), _before(identity.c.value, start))
        .order_by(text("identity.value USING ~<~"))
        .limit(_rows(FEW))
        .lateral("of_start")
    )
    return _part(Way.START, found.c.detail, found).select_from(told.join(found, true()))


def _from(value: ColumnElement[str], start: ColumnElement[str]) -> ColumnElement[bool]:
    """In the order of `text_pattern_ops`, sign by sign."""
    return value.op("~>=~", is_comparison=True)(start)


def _before(value: ColumnElement[str], start: ColumnElement[str]) -> ColumnElement[bool]:
    return value.op("~<~", is_comparison=True)(func.concat(start, LAST))


# Who they are ------------------------------------------------------------------------------------


@cache
def _people() -> Question:
    kept = _kept()
    counted, called, details = _contacts(kept), _name(kept), _details(kept)
    is_shared = exists().where(
        person.c.customer_id == kept.c.person_id, person.c.person_id.is_(None)
    )
    statement = (
        select(
            cast(kept.c.person_id, Text).label("customer_id"),
            called.label("name"),
            details.label("identities"),
            kept.c.way,
            kept.c.told,
            is_shared.label("is_shared"),
            counted.c.contacts,
            counted.c.first_at,
            counted.c.last_at,
        )
        .select_from(kept.join(counted, true()))
        .order_by(kept.c.rank, counted.c.last_at.desc().nulls_last())
        .order_by(kept.c.person_id)
    )
    return question(statement)


def _kept() -> FromClause:
    """Each person once, by the surest way, with the numbers of all of theirs; not who is only told
    of beside others, and has neither a contact nor a name."""
    hits = _hits()
    mine = hits.c.customer_id  # hits are few, however many the planner expects: no join
    stands, everybody = person_of(mine).label("person_id"), members(mine).label("everybody")
    each_hit = select(*hits.c, stands, everybody).subquery("each_hit")
    each = (
        select(each_hit)
        .ext(distinct_on(each_hit.c.person_id))
        .order_by(each_hit.c.person_id, each_hit.c.rank, each_hit.c.place)
        .subquery("each_person")
    )
    came = exists().where(contact.c.customer_id == any_(each.c.everybody))
    named = exists().where(
        customer.c.customer_id == any_(each.c.everybody), customer.c.name.is_not(None)
    )
    return (
        select(each)
        .where(or_(each.c.way == Way.NAME, named, came))
        .order_by(each.c.rank, each.c.place, each.c.person_id)
        .limit(bindparam("most", FEW))
        .subquery("kept")
    )


def _contacts(kept: FromClause) -> FromClause:
    read = (
        select(contact.c.is_void, contact.c.arrived_at)
        .where(contact.c.customer_id == any_(kept.c.everybody))
        .limit(_rows(COUNTED + 1))
        .correlate(kept)
        .subquery("read")
    )
    is_whole = func.count() <= COUNTED
    counted = func.count().filter(~read.c.is_void)
    return select(
        when((is_whole, counted), else_=literal(COUNTED + 1)).label("contacts"),
        when((is_whole, func.min(read.c.arrived_at))).label("first_at"),
        when((is_whole, func.max(read.c.arrived_at))).label("last_at"),
    ).lateral("counted")


def _name(kept: FromClause) -> ColumnElement[str]:
    """The name that was found, else of who stands for the person."""
    mine = customer.c.customer_id
    other = (
        select(customer.c.name)
        .where(mine == any_(kept.c.everybody), customer.c.name.is_not(None))
        .order_by(mine != kept.c.customer_id, mine != kept.c.person_id, mine)
        .limit(1)
        .correlate(kept)
        .scalar_subquery()
    )
    return func.coalesce(kept.c.name, other)


def _details(kept: FromClause) -> ColumnElement[str]:
    """Their own before those that were told beside them; one may come twice."""
    is_other = identity.c.detail_id != identity.c.customer_id
    some = (
        select(_DETAIL.label("detail"), is_other.label("is_other"))
        .where(identity.c.customer_id == any_(kept.c.everybody))
        .order_by(identity.c.customer_id, identity.c.kind, identity.c.value)
        .limit(_rows(FEW))
        .correlate(kept)
        .subquery("some")
    )
    in_order = aggregate_order_by(literal(BETWEEN), some.c.is_other, some.c.detail)
    return select(func.string_agg(some.c.detail, in_order)).scalar_subquery()


def few_details(told: str | None) -> str:
    """So many as are told of a person, each once."""
    return BETWEEN.join([*dict.fromkeys((told or "").split(BETWEEN))][:TOLD])
