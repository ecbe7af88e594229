"""What a person reads when something fails: one sentence and what to do, never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from secrets import token_hex

import streamlit as st

from ccdash.errors import CcdashError, StoreUnavailable
from ccdash.i18n import Translator
from ccdash.ui import format as fmt
from ccdash.ui.page import notice
from ccdash.ui.source import source
from ccdash.ui.viewer import Viewer, viewer

log = logging.getLogger(__name__)

LAST_GOOD = "ccdash.last_good"
LOST_SINCE = "ccdash.lost_since"
LOSSES = "ccdash.losses"


@contextmanager
def shown_errors(now: datetime | None = None) -> Iterator[None]:
    """Draw inside; a CcdashError becomes a notice above what was already drawn.

    Use it around a page (the shell does) and inside every fragment, whose reruns are outside it.
    """
    at = now or source().now()
    losses = st.session_state.get(LOSSES, 0)
    above = st.container()  # an error is seen first, wherever it came from
    try:
        yield
    except StoreUnavailable as error:
        with above:
            _lost(error, viewer(), at)
    except CcdashError as error:
        log.warning("%s: %s", type(error).__name__, error)
        with above:
            notice(sentence(error, viewer().translator), "bad")
    else:
        if st.session_state.get(LOSSES, 0) == losses:  # else a fragment inside showed one
            st.session_state[LAST_GOOD] = at
            st.session_state.pop(LOST_SINCE, None)


def calm_error(error: Exception) -> bool:
    """`on_script_error` of st.App: the traceback goes to the log, a reference to the screen."""
    if isinstance(error, CcdashError):
        notice(sentence(error, viewer().translator), "bad")
        return True
    reference = token_hex(3)
    log.error("reference %s", reference, exc_info=error)
    say = viewer().translator.text
    notice(
        say("This could not be shown."),
        "bad",
        say(
            "Reload the page. If it happens again, tell the administrator the reference "
            "{reference}: the log says the cause.",
            reference=reference,
        ),
    )
    return True


def sentence(error: CcdashError, translator: Translator) -> str:
    """An error in the viewer's language. What a driver added to our words (addresses, names of
    users) stays in the log."""
    ours = " ".join((type(error).__doc__ or "").split())
    return translator.text(ours if str(error).startswith(ours) else str(error))


def _lost(error: StoreUnavailable, who: Viewer, at: datetime) -> None:
    log.warning("StoreUnavailable: %s", error)
    st.session_state[LOSSES] = st.session_state.get(LOSSES, 0) + 1
    since = st.session_state.setdefault(LOST_SINCE, at)
    last_good = st.session_state.get(LAST_GOOD)
    notice(sentence(error, who.translator), "lost", _age(who, since, last_good))


def _age(who: Viewer, since: datetime, last_good: datetime | None) -> str:
    say = who.translator.text
    lost = say("Away since {time}.", time=_clock(who, since))
    if last_good is None:
        return lost
    return f"{lost} " + say("The figures are from {time}.", time=_clock(who, last_good))


def _clock(who: Viewer, at: datetime) -> str:
    return fmt.clock(at.astimezone(who.zone), who.language, seconds=True)
