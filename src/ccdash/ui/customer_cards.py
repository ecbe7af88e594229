"""The lists of the screen "Customers": who it may be, how they are recognised, what they bought."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import polars as pl
import streamlit as st

from ccdash.ui import format as fmt
from ccdash.ui.board import Cell, Heading, list_table
from ccdash.ui.markup import Html, draw, tag
from ccdash.ui.page import DOT, card, facts, section
from ccdash.ui.shell import href
from ccdash.ui.viewer import Viewer
from ccdash.views.contacts import masked_detail
from ccdash.views.identities import DOTS

MOST_BOUGHT = 8
PARAMETER, FROM = "customer", "from"
"""Of the address: whose page, and from where it was opened."""


def title_of(detail: str, name: str | None, who: Viewer) -> str:
    """The name where one is known, else the masked detail."""
    return name or who.translator.text("Customer {number}", number=detail)


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
            detail = _detail(row["customer"])
            told = [detail if row["name"] else "", why, open_now if row["is_open"] else ""]
            cells = [
                Cell(
                    title_of(detail, row["name"], who),
                    DOT.join(filter(None, told)),
                    strong=True,
                    link=href("customer", {FROM: "list", PARAMETER: row["customer_id"]}),
                ),
                Cell(fmt.count(row["channels"], who.language)),
                Cell(fmt.count(lost, who.language), state="warn" if lost else None),
                Cell(fmt.moment(row["last_at"].astimezone(who.zone), who.language)),
            ]
            rows.append(cells)
        list_table(headings, rows, who.translator, title)


def draw_purchases(bought: pl.DataFrame, who: Viewer) -> None:
    """What the customer bought, newest first; one more than is shown says that there are more."""
    say = who.translator.text
    with card("purchases"):
        lines = [_purchase(row, who) for row in bought.head(MOST_BOUGHT).iter_rows(named=True)]
        facts(say("Purchases"), lines or [say("No source tells of purchases of this customer.")])
        if bought.height > MOST_BOUGHT:
            draw(tag("p", say("Older ones are left out."), cls="cc-quiet"))


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


def draw_more(shown: int, whole: int, who: Viewer) -> None:
    """The way to the rest of a long list, of the same customer and opened from the same place."""
    if shown < whole:
        words = who.translator.plural("Show all {n} contact", "Show all {n} contacts", whole)
        to = href("customer", {**st.query_params.to_dict(), "all": "yes"})
        draw(tag("nav", tag("a", words, href=to, target="_self"), cls="cc-ways"))


def _detail(told: str | None) -> str:
    return masked_detail(told) if told else DOTS
