"""Who looks: in which language. The time zone is the centre's, whoever looks from wherever: its
days and hours are what people agree about."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import streamlit as st

from ccdash.errors import BadSettings
from ccdash.i18n import LANGUAGES, SOURCE, Translator, translator
from ccdash.ui.source import source

PARAMETER = "lang"
COOKIE = "ccdash_language"
REMEMBERED = "ccdash.language"
KEPT = "ccdash.language.kept"


@dataclass(frozen=True, slots=True)
class Viewer:
    """`translator.language` is the language; `zone` that of the centre."""

    translator: Translator
    zone: ZoneInfo

    @property
    def language(self) -> str:
        """Its code: en, fi, sv."""
        return self.translator.language


def viewer() -> Viewer:
    """The language in the URL wins, then the session's, then what this person chose before (a
    cookie), then the browser's, then that of the settings."""
    if (asked := st.query_params.get(PARAMETER)) in LANGUAGES:
        st.session_state[REMEMBERED] = asked
    return Viewer(translator(_language()), _zone())


def keep_language(language: str) -> None:
    """Remember a choice: in the session, in the URL, so that a link carries it, and for the next
    visit (the document component writes the cookie)."""
    st.session_state[REMEMBERED] = st.session_state[KEPT] = language
    st.query_params[PARAMETER] = language


def kept_language() -> str | None:
    """What the person chose in this session; a link that somebody sent is no choice."""
    kept = st.session_state.get(KEPT)
    return kept if kept in LANGUAGES else None


def chosen_language() -> str | None:
    """What the viewer chose, if anything; the browser's own wish is not a choice."""
    told = (
        st.query_params.get(PARAMETER),
        st.session_state.get(REMEMBERED),
        st.context.cookies.get(COOKIE),
    )
    return next((str(one) for one in told if one in LANGUAGES), None)


def _language() -> str:
    browser = (st.context.locale or "").split("-")[0].lower()
    return chosen_language() or (browser if browser in LANGUAGES else _usual())


def _usual() -> str:
    try:
        return source().settings.language
    except BadSettings:  # the page says so; the frame around it needs a language to say it in
        return SOURCE


def _zone() -> ZoneInfo:
    try:
        return source().settings.zone
    except BadSettings:
        return ZoneInfo("UTC")
