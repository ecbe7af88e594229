"""The peer of push_latency.py: the floor in a Streamlit fragment that looks every second."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from ccdash import settings
from ccdash.store.engine import Store, open_store
from ccdash.store.live import floor


@st.cache_resource
def store() -> Store:
    return open_store(settings.load())


@st.fragment(run_every=1)
def board() -> None:
    now = floor(store(), datetime.now(UTC), settings.load().timezone, is_now=True)
    people = now.people.filter(now.people["intent"] == "break")
    st.metric("Waiting", now.waiting.height)
    st.html(f"<ul>{''.join(f'<li class=cc-doing>{one}</li>' for one in people['reason'])}</ul>")


board()
