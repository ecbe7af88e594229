"""Contacts: the rows behind one number."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from ccdash.query import Query
from ccdash.store import contacts
from ccdash.store.coverage import coverage
from ccdash.store.kept_part import forgotten_until
from ccdash.ui import contacts_screen as screen
from ccdash.ui.empty_store import draw_empty, is_opening
from ccdash.ui.look import Look
from ccdash.ui.source import now, source
from ccdash.ui.viewer import viewer
from ccdash.views.contacts import PER_PAGE, Place, rows, stretches

who, store = viewer(), source().store
held = coverage(store)
params = st.query_params.to_dict()


def found(query: Query, place: Place) -> screen.Found:
    """One page of the list, and what is said of the whole of it."""
    listed = contacts.page(store, query, PER_PAGE, place.after)
    page = rows(listed.rows, query.period.zone, now())
    pairs = [(int(a), int(b)) for a, b in page.select("customer_id", "contact_id").iter_rows()]
    segments = contacts.segments(store, pairs)
    whole = replace(query.behind("contacts"), search="")
    return screen.Found(
        page,
        stretches(segments, query.period.zone),
        listed.breakdown,
        listed.behind,
        contacts.count(store, whole),
        is_cut_off=listed.is_cut_off,
    )


if held.is_empty or is_opening():
    say = who.translator.text
    draw_empty(Look(who.translator, who.zone, source().targets), say("Contacts"))
else:
    query = screen.asked(params, held, who)
    place = Place.read(params.get("page", ""), params.get("after", ""))
    answer = found(query, place)
    screen.draw_head(query, answer, who)
    screen.draw_band(query, answer, who.translator)
    screen.draw_forgotten(forgotten_until(store, query), query.period, who.translator)
    screen.draw_rows(query, answer, who.translator)
    screen.draw_ways(query, place, answer, who.translator)
