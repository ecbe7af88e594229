"""Settings: what the centre aims at, what one person chose, what feeds the store."""

from __future__ import annotations

import streamlit as st

from ccdash.settings import zone
from ccdash.store import calendars, dated_settings, nightly, sources
from ccdash.thresholds import DatedValue
from ccdash.ui import settings_screen as screen
from ccdash.ui.check_card import draw_check
from ccdash.ui.opening_hours import Opening, draw_opening_hours
from ccdash.ui.page import card, header
from ccdash.ui.settings_form import draw_form
from ccdash.ui.source import now, source, wall
from ccdash.ui.viewer import viewer
from ccdash.views.held import held

who = viewer()
header(who.translator.text("Settings"))
left, right = st.columns([1.75, 1], gap="small")
with right:
    screen.draw_personal(who)
    form = st.container()
with left:
    targets, hours, told = st.container(), st.container(), st.container()
    screen.draw_administrator(source().settings, who)

store, instant = source().store, now()
rows = [DatedValue(**row) for row in dated_settings.listed(store).iter_rows(named=True)]
names = dated_settings.queue_names(store)
with targets, card("targets"):
    screen.draw_targets(held(rows, instant), names, who)
with form, card("new-value"):
    draw_form(store, names, instant, who)
with store.transaction() as connection:
    kept = calendars.listed(connection)
with hours:
    opening = Opening(kept, calendars.assigned(store), calendars.queues(store))
    draw_opening_hours(opening, instant, who)
with told:
    screen.draw_sources(sources.heard(store), sources.rejected(store), instant, who)
    tonight = wall().astimezone(zone(source().settings.timezone)).date()
    draw_check(nightly.last(store), tonight, who.translator)
