"""The lists of the screen "Customers": who it may be, how they are recognised, what they bought."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from ccdash.ui import format as fmt
from ccdash.ui.board import Cell, Heading, list_table
from ccdash.ui.markup import Html, draw, tag
from ccdash.ui.page import card, facts, section
from ccdash.ui.shell import href
from ccdash.ui.viewer import Viewer
from ccdash.ui.words import word
from ccdash.views.contacts import masked_detail
from ccdash.views.identities import DOTS, masked, parted
from ccdash.vocabulary import IdentityKind

PARAMETER = "customer"


def title_of(detail: str, name: str | None, who: Viewer) -> str:
    """The name where one is known, else the masked detail."""
    return name or who.translator.text("Customer {number}", number=detail)


def draw_candidates(found: pl.DataFrame, who: Viewer) -> None:
    """The people behind a contact detail, most contacts first."""
    say, language = who.translator.text, who.language
    with card("candidates"):
        title = who.translator.plural("{n} possible person", "{n} possible people", found.height)
        section(title, say("Known by what you typed. Choose one.") if found.height > 1 else "")
        headings = [
            Heading(say("Customer")),
            Heading(say("Contacts"), number=True),
            Heading(say("First"), number=True, narrow=False),
            Heading(say("Last"), number=True),
        ]
        rows = [
            [
                Cell(
                    title_of(f"{DOTS} {row['customer_id'][-3:]}", row["name"], who),
                    _masked_list(row["identities"]),
                    strong=True,
                    link=href("customer", {PARAMETER: row["customer_id"]}),
                ),
                Cell(fmt.count(row["contacts"], language)),
                Cell(fmt.short_date(row["first_at"].astimezone(who.zone), language)),
                Cell(fmt.short_date(row["last_at"].astimezone(who.zone), language)),
            ]
            for row in found.iter_rows(named=True)
        ]
        list_table(headings, rows, who.translator, title)


def draw_active(found: pl.DataFrame, who: Viewer) -> None:
    """Whose matters kept coming back in the last week of data; frames of store.customers.active."""
    say, plural = who.translator.text, who.translator.plural
    with card("active"):
        title = say("They keep coming back")
        section(title, say("Customers with several contacts in the last 7 days of data."))
        headings = [
            Heading(say("Customer")),
            Heading(say("Channels"), number=True, narrow=False),
            Heading(say("Not served"), say("Left without an answer."), number=True),
            Heading(say("Last"), number=True, narrow=False),
        ]
        rows, open_now = [], say("one is open now")
        for row in found.iter_rows(named=True):
            lost = row["unserved"]
            why = plural("{n} contact in 7 days", "{n} contacts in 7 days", row["contacts"])
            cells = [
                Cell(
                    title_of(_detail(row["customer"]), row["name"], who),
                    f"{why} · {open_now}" if row["is_open"] else why,
                    strong=True,
                    link=href("customer", {PARAMETER: row["customer_id"]}),
                ),
                Cell(fmt.count(row["channels"], who.language)),
                Cell(fmt.count(lost, who.language), state="warn" if lost else None),
                Cell(fmt.moment(row["last_at"].astimezone(who.zone), who.language)),
            ]
            rows.append(cells)
        list_table(headings, rows, who.translator, title)


def draw_identities(
    known: pl.DataFrame, came_by: Mapping[tuple[str, str], int], who: Viewer, *, shown: bool
) -> None:
    """By what this customer is recognised, how often each was given, what others share."""
    say, plural = who.translator.text, who.translator.plural
    order = {str(kind): place for place, kind in enumerate(IdentityKind)}
    lines = []
    for kind, value, is_shared in sorted(known.iter_rows(), key=lambda one: order[one[0]]):
        n = came_by.get((kind, value), 0)
        told = [plural("{n} contact", "{n} contacts", n)] if n else []
        told += [say("shared with other customers")] if is_shared else []
        name = tag("strong", word(IdentityKind(kind), who.language))
        detail = value if shown else masked(IdentityKind(kind), value)
        more = tag("span", " · ".join(told), cls="cc-under") if told else None
        lines.append(tag("span", name, " ", tag("span", detail, cls="cc-detail"), more))
    facts(say("How this customer is recognised"), lines or [say("By nothing that is known.")])


def draw_purchases(bought: pl.DataFrame, who: Viewer) -> None:
    """What the customer bought, newest first."""
    say = who.translator.text
    with card("purchases"):
        lines = [_purchase(row, who) for row in bought.iter_rows(named=True)]
        facts(say("Purchases"), lines or [say("No source tells of purchases of this customer.")])


def _purchase(row: Mapping[str, object], who: Viewer) -> Html:
    at, amount, currency = row["purchased_at"], row["amount_minor"], row["currency"]
    day = fmt.short_date(at.astimezone(who.zone), who.language) if isinstance(at, datetime) else ""
    known = isinstance(amount, int) and isinstance(currency, str)
    price = fmt.money(int(str(amount)), str(currency), who.language) if known else None
    title = str(row["subject"] or row["key"])
    under = f"{day} · {row['key']}" if row["subject"] else day
    return tag(
        "span",
        tag("span", tag("strong", title), price and tag("span", price), cls="cc-bought"),
        tag("span", under, cls="cc-under"),
    )


def draw_more(shown: int, whole: int, customer_id: str, who: Viewer) -> None:
    """The way to the rest of a long list."""
    if shown < whole:
        words = who.translator.plural("Show all {n} contact", "Show all {n} contacts", whole)
        to = href("customer", {PARAMETER: customer_id, "all": "yes"})
        draw(tag("nav", tag("a", words, href=to, target="_self"), cls="cc-ways"))


def _detail(told: str | None) -> str:
    return masked_detail(told) if told else DOTS


def _masked_list(identities: str | None) -> str:
    found = [parted(one) for one in (identities or "").split(", ")]
    return " · ".join(masked(*one) for one in found[:4] if one)
