"""Customers: find one by any contact detail, and one history over all channels."""

from __future__ import annotations

import streamlit as st

from ccdash.store import customers, finding
from ccdash.store.coverage import coverage
from ccdash.store.keys import key_number
from ccdash.ui import customer_cards as cards
from ccdash.ui import customer_screen as screen
from ccdash.ui.empty_store import draw_empty
from ccdash.ui.look import Look
from ccdash.ui.page import card, header
from ccdash.ui.source import now, source
from ccdash.ui.viewer import viewer
from ccdash.views.customer import local, summary, visits
from ccdash.views.lanes import lanes

MOST, AT_FIRST = 2000, 60
who, store = viewer(), source().store
say, region = who.translator.text, source().settings.region
held = coverage(store)
with st.container(horizontal=True, vertical_alignment="center", key="head-customer"):
    head, beside = st.container(), st.container(width="content")
asked = st.query_params.get(cards.PARAMETER, "")


def one_customer(customer_id: str) -> None:
    """Everything about one."""
    number, at = int(customer_id), now()
    told = visits(customers.history(store, number, MOST), who.zone)
    if not told:
        screen.draw_nobody(customer_id, who.translator)
        return
    known = customers.identities(store, number)
    with head:
        person = screen.Person(customer_id, customers.name(store, number), known, told)
        screen.draw_head(person, at, who)
    screen.draw_summary(summary(told, local(at, who.zone)), who)
    screen.draw_lanes(lanes(told), who.translator)
    left, right = st.columns([2.6, 1], gap="small")
    with right:
        with card("identities"):
            shown = screen.show_details(customer_id, who.translator)
            came_by = customers.came_by(store, number, region)
            cards.draw_identities(known, came_by, who, shown=shown)
        cards.draw_purchases(customers.purchases(store, number), who)
    with left, card("timeline"):
        first = told if "all" in st.query_params else told[:AT_FIRST]
        screen.draw_timeline(first, who)
        cards.draw_more(len(first), len(told), customer_id, who)
        screen.draw_forgotten(held.kept_since, who)


def nobody_yet(typed: str) -> None:
    """Who it may be; without a search, whose matters keep coming back."""
    with head:
        header(say("Customers"))
    if typed and (found is None or found.is_empty()):
        screen.draw_nobody(typed, who.translator)
    elif found is not None:
        cards.draw_candidates(found, who)
    if not typed and held.last_at:
        cards.draw_active(customers.active(store, held.last_at), who)
        screen.focus_search()


if held.is_empty:
    draw_empty(Look(who.translator, who.zone, source().targets), say("Customers"))
else:
    with beside if asked else st.container():
        typed = screen.search(who.translator)
    found = finding.people_called(store, typed, region, 20) if typed and not asked else None
    screen.go_to_the_only(found)
    if key_number(asked) is not None:
        one_customer(asked)
    else:
        nobody_yet(typed)
