"""A quiet button that says how many rows it gives, and the forms in which they can be had.

The links go past the screen: a route streams the file, and the browser shows how far it has come.
They are made when the button is pressed, as they hold for some minutes only.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from ccdash.export.about import Content
from ccdash.export.as_xlsx import MOST_ROWS
from ccdash.export.forms import Form
from ccdash.export.tickets import PATH, TICKETS, Wanted
from ccdash.i18n import N_, Translator
from ccdash.query import Query
from ccdash.ui.markup import Html, draw, link, tag
from ccdash.ui.reader import reader

FORMS = {
    Form.XLSX: ("Excel", N_("Dates and numbers ready for a spreadsheet")),
    Form.CSV: ("CSV", N_("Plain text that every program reads")),
    Form.PARQUET: ("Parquet", N_("Types and time zones kept, for analysis")),
}


@dataclass(frozen=True, slots=True)
class Export:
    """What is had: of which kind, of which question, how many rows."""

    content: Content
    query: Query
    rows: int


@st.fragment
def export_menu(export: Export, translator: Translator) -> None:
    """The button and what unfolds below it; opening it draws nothing else anew."""
    label = translator.plural("Export {n} row", "Export {n} rows", export.rows)
    menu = st.popover(
        label, type="tertiary", disabled=not export.rows, key="export", on_change="rerun"
    )
    if menu.open:
        with menu:
            draw(_ways(export, translator))


def _ways(export: Export, translator: Translator) -> Html:
    say = translator.text
    is_too_long = export.content is Content.CONTACTS and export.rows > MOST_ROWS
    forms = [form for form in FORMS if not (is_too_long and form is Form.XLSX)]
    wanted = [Wanted(export.content, form, export.query, reader().who) for form in forms]
    told = say("Each file says what its figures mean, its filters, time zone and settings.")
    masked = say("Customers are masked; who exports them is kept in the access log.")
    note = f"{told} {masked}" if export.content is Content.CONTACTS else told
    ways = (_way(one, translator) for one in wanted)
    return tag(
        "div",
        tag("ul", *ways, cls="cc-forms", aria_label=say("Export as")),
        tag("p", note, cls="cc-quiet"),
        cls="cc-export",
    )


def _way(wanted: Wanted, translator: Translator) -> Html:
    name, use = FORMS[wanted.form]
    ticket = TICKETS.issue(wanted)
    to = f"{PATH}?{urlencode({'ticket': ticket, 'lang': translator.language})}"
    words = tag("span", translator.text(use), cls="cc-under")
    return tag("li", link(tag("span", name, words), to, cls="cc-form"))
