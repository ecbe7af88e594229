"""A step that is taken for a reason: asked once more before it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from ccdash.errors import CcdashError
from ccdash.i18n import Translator
from ccdash.live import worker
from ccdash.store.access_log import LONGEST
from ccdash.ui.errors import sentence
from ccdash.ui.markup import draw, tag
from ccdash.ui.page import notice
from ccdash.ui.source import source


@dataclass(frozen=True)
class Step:
    """What is about to be done: a question, what follows from it, and the button."""

    title: str
    told: str
    button: str
    act: Callable[[str], object]
    """Does it, for the reason that was given. Raises CcdashError."""


def ask(step: Step, translator: Translator) -> None:
    """Ask why, then do it."""

    @st.dialog(step.title)
    def dialog() -> None:
        draw(tag("p", step.told))
        reason_and_button(step, translator)

    dialog()


def reason_and_button(step: Step, translator: Translator) -> None:
    """The end of a dialog; Enter in the reason is the button. What changed is shown at once: links,
    matters and sums are made anew before the page is drawn."""
    say = translator.text
    with st.form("reasoned", border=False):
        reason = st.text_input(say("Reason"), max_chars=LONGEST, key="reason")
        is_meant = st.form_submit_button(step.button, type="primary", key="reason-yes")
    if not is_meant:
        return
    if not reason.strip():
        notice(say("Say why: the reason is kept beside it."), "warn")
        return
    try:
        with st.spinner(say("Making the figures anew …")):
            step.act(reason.strip())
            worker.refresh(source().store)
    except CcdashError as error:
        notice(sentence(error, translator), "bad")
        return
    st.rerun()
