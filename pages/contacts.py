"""Contacts: the rows behind one number."""

from __future__ import annotations

import streamlit as st

from ccdash.store import contacts
from ccdash.store.coverage import coverage
from ccdash.ui import contacts_screen as screen
from ccdash.ui.live_screen import Look, draw_empty
from ccdash.ui.source import source
from ccdash.ui.viewer import viewer
from ccdash.views.contacts import PER_PAGE, Place, rows

who, store = viewer(), source().store
held = coverage(store)
params = st.query_params.to_dict()

if held.is_empty:
    say = who.translator.text
    draw_empty(Look(who.translator, who.zone, source().targets), say("Contacts"))
else:
    query = screen.asked(params, held, who)
    place = Place.read(params.get("page", ""), params.get("after", ""))
    count = contacts.count(store, query)
    found = rows(contacts.behind(store, query, PER_PAGE, place.after), query.period.zone)
    screen.draw_head(query, count, who.translator)
    screen.draw_rows(found, query, place, who)
    screen.draw_ways(query, place, found, count)
