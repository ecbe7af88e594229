"""Who looks at a customer on a screen, and the line of the access log for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import streamlit as st

from ccdash.store import access_log
from ccdash.store.access_log import Reader
from ccdash.ui.source import source
from ccdash.vocabulary import Access

CLAIMS = ("email", "preferred_username", "name", "sub")
"""What a provider calls who signed in, the most telling first."""
WRITTEN = "ccdash.access"
AGAIN = timedelta(minutes=30)
"""A page is drawn many times while somebody looks at it: so long that is one opening."""


def reader(why: str = "") -> Reader:
    """Who signed in, or whom the proxy in front names (CCDASH_USER_HEADER); else nobody did."""
    name = source().settings.user_header
    of_proxy = st.context.headers.get(name) if name else None
    return Reader(_signed_in(st.user) or of_proxy or access_log.NOT_SIGNED_IN, why)


def _signed_in(user: Mapping[str, object]) -> str | None:
    if not user.get("is_logged_in"):
        return None
    return next((str(told) for one in CLAIMS if (told := user.get(one))), None)


def log_access(customer_id: int, action: Access, why: str = "") -> None:
    """Write that this person looks, once in half an hour of a session; that contact details are
    asked for, each time. By the wall's clock, also where the centre's is simulated. Raises
    NotLogged: then show nothing."""
    at, who = datetime.now(UTC), reader(why)
    written: dict[tuple[int, str, str], datetime] = st.session_state.setdefault(WRITTEN, {})
    key = (customer_id, action, who.who)
    is_drawn_again = key in written and at - written[key] < AGAIN
    if is_drawn_again and action is not Access.DETAILS:
        return
    access_log.write(source().store, who, customer_id, action, at)
    written[key] = at
