"""Pickers whose choice lives in the URL, under the name that the Query reads.

Not Streamlit's own `bind`: it writes the words of an option into the URL, so that a link made in
Finnish would say nothing to an English reader. Here the URL is the state, and holds values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st


def pick(label: str, words: Mapping[str, str], default: str, parameter: str) -> str:
    """One of `words` (value -> text) from a list; an unknown value in the URL is the default."""
    key = _from_url(words, default, parameter)
    chosen = st.selectbox(
        label,
        list(words),
        format_func=words.__getitem__,
        key=key,
        on_change=_to_url(key, parameter, default),
    )
    return str(chosen)


def pick_button(label: str, words: Mapping[str, str], default: str, parameter: str) -> str:
    """The same as buttons in a row, for few and short words (day, week, month)."""
    key = _from_url(words, default, parameter)
    chosen = st.segmented_control(
        label,
        list(words),
        format_func=words.__getitem__,
        required=True,
        key=key,
        on_change=_to_url(key, parameter, default),
    )
    return str(chosen)


def pick_some(label: str, words: Mapping[str, str], parameter: str, placeholder: str) -> list[str]:
    """Any of `words`; none means all, as `placeholder` says. `a|b` in the URL, as Query has it."""
    key = f"pick-{parameter}"
    asked = st.query_params.get(parameter, "").split("|")
    st.session_state[key] = [value for value in asked if value in words]
    chosen = st.multiselect(
        label,
        list(words),
        format_func=words.__getitem__,
        key=key,
        on_change=_to_url(key, parameter, ""),
        placeholder=placeholder,
    )
    return list(chosen)


def pages(rows: int, per_page: int, parameter: str = "page") -> int:
    """Which page of a long list, from 1; nothing is drawn when one page is enough."""
    total = max(1, -(-rows // per_page))
    return 1 if total == 1 else st.pagination(total, key=parameter, bind="query-params")


def _from_url(words: Mapping[str, str], default: str, parameter: str) -> str:
    asked = st.query_params.get(parameter, default)
    st.session_state[f"pick-{parameter}"] = asked if asked in words else default
    return f"pick-{parameter}"


def _to_url(key: str, parameter: str, default: str) -> Callable[[], None]:
    def write() -> None:
        state = st.session_state[key]
        chosen = state if isinstance(state, str) else "|".join(state)
        if chosen == default:
            st.query_params.pop(parameter, None)
        else:
            st.query_params[parameter] = chosen

    return write
