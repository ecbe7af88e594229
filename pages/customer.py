"""Customers: find one by any contact detail, and one history over all channels."""

from __future__ import annotations

import streamlit as st

from ccdash.store import customers, finding
from ccdash.store.coverage import coverage
from ccdash.store.keys import key_number
from ccdash.ui import customer_access as access
from ccdash.ui import customer_cards as cards
from ccdash.ui import customer_screen as screen
from ccdash.ui.empty_store import draw_empty
from ccdash.ui.found_people import draw_found
from ccdash.ui.look import Look
from ccdash.ui.one_customer import Places, draw_person
from ccdash.ui.page import header
from ccdash.ui.source import source
from ccdash.ui.viewer import viewer

who, store = viewer(), source().store
say, region = who.translator.text, source().settings.region
held = coverage(store)
asked = st.query_params.get(cards.PARAMETER, "")
if asked:
    access.draw_way_back(who.translator)
with st.container(horizontal=True, vertical_alignment="center", key="head-customer"):
    head = st.container()
    tools = st.container(width="content", horizontal=True, vertical_alignment="center")
    beside = st.container(width="content")


def nobody_yet(typed: str) -> None:
    """Who it may be; without a search, whose matters keep coming back."""
    with head:
        header(say("Customers"))
    if asked:
        screen.draw_unknown(who.translator)
    elif found is not None and found.people.is_empty():
        screen.draw_nobody(typed, found, who.translator)
    elif found is not None:
        draw_found(found, who)
    if not typed and not asked and held.last_at:
        cards.draw_active(customers.active(store, held.last_at), who)
        screen.focus_search()


if held.is_empty:
    draw_empty(Look(who.translator, who.zone, source().targets), say("Customers"))
else:
    with beside if asked else st.container():
        typed = screen.search(who.translator)
    found = finding.people(store, typed, region) if typed and not asked else None
    screen.go_to_the_only(found)
    if key_number(asked) is not None:
        draw_person(store, int(asked), Places(head, tools))
    else:
        nobody_yet(typed)
