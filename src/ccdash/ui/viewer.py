"""Who looks: the language and the time zone of this browser."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from ccdash.i18n import LANGUAGES, SOURCE, Translator, translator

PARAMETER = "lang"
REMEMBERED = "ccdash.language"


@dataclass(frozen=True, slots=True)
class Viewer:
    """`translator.language` is the language; `zone` the browser's zone."""

    translator: Translator
    zone: ZoneInfo

    @property
    def language(self) -> str:
        """Its code: en, fi."""
        return self.translator.language


def viewer() -> Viewer:
    """The choice in the URL wins, then the session's, then the browser's language."""
    if (asked := st.query_params.get(PARAMETER)) in LANGUAGES:
        st.session_state[REMEMBERED] = asked
    return Viewer(translator(_language()), _zone())


def keep_language(language: str) -> None:
    """Remember a choice in the session and in the URL, so that a link carries it."""
    st.session_state[REMEMBERED] = language
    st.query_params[PARAMETER] = language


def chosen_language() -> str | None:
    """What the viewer chose, if anything; the browser's own wish is not a choice."""
    for language in (st.query_params.get(PARAMETER), st.session_state.get(REMEMBERED)):
        if language in LANGUAGES:
            return str(language)
    return None


def _language() -> str:
    browser = (st.context.locale or SOURCE).split("-")[0].lower()
    return chosen_language() or (browser if browser in LANGUAGES else SOURCE)


def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
