"""Everything about one person: their matters, every contact, how they were recognised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ccdash.export.about import Content
from ccdash.query import Query
from ccdash.store import access_log, contacts, customers, matter_decisions, recognised
from ccdash.store.coverage import coverage
from ccdash.store.decisions import decisions_of
from ccdash.store.engine import Store
from ccdash.store.links import links_of
from ccdash.store.messages import messages
from ccdash.store.possible import possible
from ccdash.ui import customer_access as access
from ccdash.ui import customer_cards as cards
from ccdash.ui import customer_screen as screen
from ccdash.ui import merging
from ccdash.ui.customer_head import (
    Person,
    draw_cut_off,
    draw_head,
    draw_promised,
    draw_shared,
    draw_summary,
)
from ccdash.ui.export_menu import Export, export_menu
from ccdash.ui.fold import fold
from ccdash.ui.matter_correction import draw_corrections
from ccdash.ui.page import card, empty, header
from ccdash.ui.reader import log_access
from ccdash.ui.recognition import draw_recognised, in_short
from ccdash.ui.source import now, source
from ccdash.ui.viewer import Viewer, viewer
from ccdash.views.customer import visits
from ccdash.views.lanes import lanes
from ccdash.views.periods import of_days
from ccdash.views.recognition import Told, details
from ccdash.views.rounds import written
from ccdash.vocabulary import Access

MOST, AT_FIRST = 2000, 60


@dataclass(frozen=True)
class Places:
    """Where the head goes, and what is beside it."""

    head: DeltaGenerator
    tools: DeltaGenerator


def draw_person(store: Store, number: int, places: Places) -> None:
    """Whichever of their numbers is asked for. The opening is in the access log before anything of
    them is read. Raises NotLogged."""
    who, at, whole = viewer(), now(), customers.whole(store, number)
    log_access(whole.number, Access.OPENED, access.way())
    rows = customers.history(store, number, MOST + 1)
    told = visits(rows.head(MOST), at, who.zone)
    known, shown = recognised.identities(store, number), access.details_shown(whole.number)
    if not told and known.is_empty():
        with places.head:
            header(who.translator.text("Customers"))
        screen.draw_unknown(who.translator)
        return
    matters = {one.matter for one in told if one.matter is not None}
    drawn = lanes(told, customers.whole_matters(store, number, matters))
    person = Person(whole, known, told, drawn, is_cut_off=rows.height > MOST)
    with places.head:
        draw_head(person, at, who, shown=shown)
    with places.tools:
        if told:
            _draw_export(store, person, who)
        access.draw_switch(whole.number, who.translator)
    draw_promised(person, at, who)
    draw_shared(person, who.translator)
    draw_cut_off(person, who)
    with st.container(key="person", gap="small"):  # as a telephone shows it; a desk has two columns
        _draw_recognised(store, person, who, shown=shown)
        if told:
            _draw_matters(store, person, at, who)
        cards.draw_purchases(customers.purchases(store, number, cards.MOST_BOUGHT + 1), who)
        _draw_contacts(store, person, who)
        access.draw_looks(access_log.entries(store, whole.number, access_log.MOST + 1), who)


def _draw_export(store: Store, person: Person, who: Viewer) -> None:
    """Their contacts as a list that can be taken along, those too that are not shown for being
    too many."""
    number, days = person.whole.number, [one.arrived.date() for one in person.visits]
    first_at = customers.counted(store, number)["first_at"] if person.is_cut_off else None
    first = first_at.astimezone(who.zone).date() if first_at else min(days)
    query = Query(("contacts",), of_days(first, max(days), who.zone), customer=number)
    rows = contacts.count(store, query)
    export_menu(Export(Content.CONTACTS, query, rows), who.translator)


def _draw_matters(store: Store, person: Person, at: datetime, who: Viewer) -> None:
    with st.container(key="matters", gap="small"):
        draw_summary(person, at, who)
        with card("lanes"):
            screen.draw_lanes(person.lanes, at, who)
            decided = matter_decisions.decisions_of(store, person.whole.number)
            draw_corrections(person, decided, who)


def _draw_recognised(store: Store, person: Person, who: Viewer, *, shown: bool) -> None:
    """A telephone has one line of it, which unfolds the rest."""
    number = person.whole.number
    given = recognised.came_by(store, number, source().settings.region)
    found = details(Told(person.known, links_of(store, number), given), who.zone)
    others = merging.likely(possible(store, number))
    with st.container(key="recognised", gap="small"):
        with st.container(key="chosen"):
            fold(who.translator.text("Recognised"), in_short(found, len(others), who), key="fold")
        with card("identities"):
            draw_recognised(found, who, shown=shown)
            merging.draw_parting(found, who, shown=shown)
            merging.draw_possible(others, person.whole, who)
            merging.draw_links(decisions_of(store, number), who)


def _draw_contacts(store: Store, person: Person, who: Viewer) -> None:
    with card("timeline"):
        told = person.visits
        if not told:
            empty(who.translator.text("No contacts."))
            return
        first = told if "all" in st.query_params else told[:AT_FIRST]
        said = messages(store, person.whole.number, [one.number for one in first])
        past = screen.Past(first, person.lanes, written(said, who.zone))
        screen.draw_timeline(past, who)
        cards.draw_more(len(first), len(told), who)
        screen.draw_forgotten(coverage(store).kept_since, who)
