"""People whom a search found, as the palette and the screen "Customers" tell of them: by name, with
contact details that give nobody away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ccdash.i18n import Translator
from ccdash.store.finding import Found
from ccdash.store.found_people import COUNTED, Way
from ccdash.ui import format as fmt
from ccdash.ui.addresses import href
from ccdash.ui.board import Cell, Heading, list_table
from ccdash.ui.page import card, section
from ccdash.ui.viewer import Viewer
from ccdash.views.identities import DOTS, masked, parted

Row = Mapping[str, Any]
MOST_DETAILS = 4


def draw_found(found: Found, who: Viewer) -> None:
    """The people who may be meant, one a row."""
    say, rows = who.translator.text, list(found.people.iter_rows(named=True))
    with card("candidates"):
        title = who.translator.plural("{n} possible person", "{n} possible people", len(rows))
        section(title, _said(found, who.translator))
        headings = [
            Heading(say("Customer")),
            Heading(say("Contacts"), number=True),
            Heading(say("First"), number=True, narrow=False),
            Heading(say("Last"), number=True),
        ]
        list_table(headings, [_cells(row, who) for row in rows], who.translator, title)


def _said(found: Found, translator: Translator) -> str:
    say = translator.text
    if found.is_alike and found.is_cut_off:
        return say("These names are much like it. There may be more: type more of the name.")
    if found.is_alike:
        return say("Nobody is called exactly so. These names are much like it.")
    if found.is_cut_off:
        return say("There may be more: type more of the name, the number or the address.")
    return say("Known by what you typed. Choose one.") if found.people.height > 1 else ""


def _cells(row: Row, who: Viewer) -> list[Cell]:
    return [
        Cell(
            name_of(row, who.translator),
            " · ".join([*known_by(row, who.translator), *_marks(row, who.translator)]),
            strong=True,
            link=way_to(row),
        ),
        Cell(_contacts(row, who)),
        Cell(_day(row["first_at"], who)),
        Cell(_day(row["last_at"], who)),
    ]


def _marks(row: Row, translator: Translator) -> list[str]:
    shared = translator.text("shared: it belongs to nobody alone")
    return [shared] if row["is_shared"] else []


def _contacts(row: Row, who: Viewer) -> str:
    if row["contacts"] > COUNTED:
        return who.translator.text("over {n}", n=fmt.count(COUNTED, who.language))
    return fmt.count(row["contacts"], who.language)


def _day(at: datetime | None, who: Viewer) -> str:
    return fmt.short_date(at.astimezone(who.zone), who.language) if at else fmt.NOTHING


def last_day(row: Row, who: Viewer) -> str:
    """Of their newest contact; nothing where none was counted."""
    return _day(row["last_at"], who) if row["last_at"] else ""


def name_of(row: Row, translator: Translator) -> str:
    """The name where one is known, else a masked detail, else the end of our number of them."""
    details = (parted(one) for one in (row["identities"] or "").split(", "))
    first = next((masked(*one) for one in details if one), None)
    number = first or f"{DOTS} {row['customer_id'][-3:]}"
    return row["name"] or translator.text("Customer {number}", number=number)


def known_by(row: Row, translator: Translator) -> list[str]:
    """How they were found, and by what else they are known, masked."""
    told = list(_found_by(row, translator))
    for one in (row["identities"] or "").split(", "):
        told += [masked(*detail)] if (detail := parted(one)) else []
    return list(dict.fromkeys(told))[:MOST_DETAILS]


def _found_by(row: Row, translator: Translator) -> Iterator[str]:
    if row["way"] in (Way.CASE, Way.CASE_ENDING):
        yield translator.text("Case {key}", key=row["told"])
    elif row["way"] in (Way.ORDER, Way.ORDER_ENDING):
        yield translator.text("Order {key}", key=row["told"])
    elif detail := parted(row["told"]):
        yield masked(*detail)


def way_to(row: Row) -> str:
    """The address of the page of the person."""
    return href("customer", {"customer": row["customer_id"]})
