"""Pickers whose choice lives in the URL, under the name that the Query reads."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st


def pick(label: str, words: Mapping[str, str], default: str, parameter: str) -> str:
    """One of `words` (value -> text) from a list; an unknown value in the URL is the default."""
    options = list(words)
    chosen = st.selectbox(
        label,
        options,
        index=options.index(default),
        format_func=words.__getitem__,
        key=parameter,
        bind="query-params",
    )
    return str(chosen)


def pick_button(label: str, words: Mapping[str, str], default: str, parameter: str) -> str:
    """The same as buttons in a row, for few and short words (day, week, month)."""
    chosen = st.segmented_control(
        label,
        list(words),
        format_func=words.__getitem__,
        default=default,
        required=True,
        key=parameter,
        bind="query-params",
    )
    return str(chosen)


def pick_some(label: str, words: Mapping[str, str], parameter: str, placeholder: str) -> list[str]:
    """Any number of `words`; none chosen means all, and `placeholder` says so."""
    return st.multiselect(
        label, list(words), format_func=words.__getitem__, key=parameter,
        bind="query-params", placeholder=placeholder,
    )  # fmt: skip


def pages(rows: int, per_page: int, parameter: str = "page") -> int:
    """Which page of a long list, from 1; nothing is drawn when one page is enough."""
    total = max(1, -(-rows // per_page))
    if total == 1:
        return 1
    return st.pagination(total, key=parameter, bind="query-params")
