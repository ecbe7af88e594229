"""Setting a target or a limit, from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import streamlit as st

from ccdash.errors import CcdashError
from ccdash.store.dated_settings import BEGINNING, put
from ccdash.store.engine import Store
from ccdash.store.reasons import reasons
from ccdash.thresholds import ALLOWED, DatedValue, Threshold, default, of_reason
from ccdash.ui.errors import sentence
from ccdash.ui.page import notice, section
from ccdash.ui.settings_screen import MEANT, value_text, whose
from ccdash.ui.viewer import Viewer
from ccdash.vocabulary import Channel

SAVED = "ccdash.settings.saved"


@dataclass(frozen=True, slots=True)
class Scope:
    """Of what a value holds; all empty is everything."""

    channel: str = ""
    queue: str = ""
    reason: str = ""


def draw_form(store: Store, queues: Mapping[str, str], now: datetime, who: Viewer) -> None:
    """Ask for a value and keep it; what is wrong with it is said where it was asked. `queues` are
    names by key."""
    say = who.translator.text
    section(say("Set a new value"))
    if told := st.session_state.pop(SAVED, ""):
        st.toast(told)
    name = Threshold(
        str(st.selectbox(say("What"), list(Threshold), format_func=lambda one: say(MEANT[one])))
    )
    scope = st.selectbox(
        say("Of"),
        _reasons(store, now) if name is Threshold.BREAK_SECONDS else _scopes(queues),
        format_func=lambda one: (
            one.reason or whose(one.channel, queues.get(one.queue, one.queue), who)
        ),
    )
    value = _value(name, scope, who)
    always = st.checkbox(say("For all earlier days, too"), key="setting-always")
    day = st.date_input(
        say("From"),
        value=now.astimezone(who.zone).date(),
        key="setting-from",
        format="DD/MM/YYYY" if who.language == "en" else "DD.MM.YYYY",
        disabled=always,
    )
    if st.button(say("Save"), type="primary", key="setting-save"):
        since = BEGINNING if always else _midnight(day, who)
        named = of_reason(scope.reason) if scope.reason else name
        _save(store, DatedValue(named, scope.channel, scope.queue, since, value), who)


def _scopes(queues: Mapping[str, str]) -> list[Scope]:
    return [
        Scope(),
        *(Scope(channel=str(one)) for one in Channel),
        *(Scope(queue=key) for key in sorted(queues, key=queues.__getitem__)),
    ]


def _reasons(store: Store, now: datetime) -> list[Scope]:
    """A break is of no channel and no queue: its limit may be another one for each reason."""
    return [Scope(), *(Scope(reason=one) for one in reasons(store, now))]


def _value(name: Threshold, scope: Scope, who: Viewer) -> int:
    allowed = ALLOWED[name]
    is_seconds = name.endswith("_seconds")
    label = who.translator.text("Value, in seconds") if is_seconds else who.translator.text("Value")
    value = st.number_input(
        label,
        min_value=allowed[0],
        max_value=allowed[-1],
        value=default(name, Channel(scope.channel or Channel.PHONE)),
        key=f"setting-{name}-{scope.channel}{scope.reason}",
    )
    if is_seconds and value >= 60:
        st.caption(value_text(name, value, who.language))
    return int(value)


def _midnight(day: date, who: Viewer) -> datetime:
    """When the day begins in the centre."""
    return datetime.combine(day, time(), who.zone).astimezone(UTC)


def _save(store: Store, asked: DatedValue, who: Viewer) -> None:
    """Contacts are measured anew before it ends; the worker makes their sums, and figures are right
    meanwhile, as what is marked is read from rows."""
    say = who.translator
    try:
        with st.spinner(say.text("Measuring the contacts anew …")), store.transaction() as writing:
            changed = put(writing, asked, datetime.now(UTC))
    except CcdashError as error:
        notice(sentence(error, say), "bad")
        return
    st.session_state[SAVED] = say.plural(
        "Saved. {n} contact was measured anew.", "Saved. {n} contacts were measured anew.", changed
    )
    st.rerun()
