"""Customers: find one by any contact detail, and one history over all channels."""

from __future__ import annotations

import streamlit as st

from ccdash.store import customers
from ccdash.store.coverage import coverage
from ccdash.ui import customer_screen as screen
from ccdash.ui.live_screen import Look, draw_empty
from ccdash.ui.page import card, header
from ccdash.ui.source import source
from ccdash.ui.viewer import viewer
from ccdash.views.customer import summary, visits

who, store = viewer(), source().store
say = who.translator.text
head = st.container()


def one_customer(customer_id: str) -> None:
    """Everything about one."""
    number = int(customer_id)
    known = customers.identities(store, number)
    history = customers.history(store, number)
    if history.is_empty():
        screen.draw_nobody(customer_id, who.translator)
        return
    with head:
        screen.draw_head(customer_id, None, known, who)
    screen.draw_summary(summary(history, who.zone), who)
    left, right = st.columns([2.6, 1], gap="small")
    with right, card("identities"):
        details = screen.show_details(who.translator)
        screen.draw_identities(known, who, details=details)
    with left:
        screen.draw_timeline(visits(history, who.zone), who)


if coverage(store).is_empty:
    draw_empty(Look(who.translator, who.zone, source().targets), say("Customers"))
else:
    typed = screen.search(who.translator)
    asked = st.query_params.get(screen.PARAMETER, "")
    found = customers.candidates(store, typed, source().settings.region) if typed else None
    if not asked and found is not None and found.height == 1:
        asked = found["customer_id"][0]
    if asked.removeprefix("-").isdecimal():
        one_customer(asked)
    else:
        with head:
            header(say("Customers"))
        if found is None or found.is_empty():
            screen.draw_nobody(typed, who.translator)
        else:
            screen.draw_candidates(found, who)
