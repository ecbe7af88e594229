"""Connect your own store: three steps, and a look at what is behind a URL."""

from __future__ import annotations

import streamlit as st

from ccdash.ui import connect_screen as screen
from ccdash.ui.page import header, notice
from ccdash.ui.source import source
from ccdash.ui.viewer import viewer

who = viewer()
say = who.translator.text
header(say("Connect your own store"), say("Three steps"))
if source().settings.database_url is not None:
    notice(say("This ccdash works on a database of your own already."))
left, right = st.columns([1.75, 1], gap="small")
with left:
    screen.draw_steps(who)
with right:
    is_local = source().settings.database_url is None and screen.is_on_this_machine(
        st.context.headers, st.context.ip_address, st.get_option("server.address")
    )
    screen.draw_check(who, is_local=is_local)
