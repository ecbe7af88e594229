"""What the page around the app needs and Streamlit cannot say: `<html lang>`, links that stay in
the session (a plain link would start a new one), a way past the navigation, a line about a lost
connection, and Streamlit's own few sentences in the viewer's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import streamlit as st

from ccdash.i18n import Translator
from ccdash.ui.plotly_file import PLOTLY_URL
from ccdash.ui.viewer import Viewer, chosen_language, kept_language

BROWSER = Path(__file__).parent / "browser"
"""The scripts that run in the browser, as they stand; there is no build."""


def script(name: str) -> str:
    """One of them."""
    return (BROWSER / f"{name}.js").read_text(encoding="utf-8")


_DOCUMENT = st.components.v2.component("ccdash_document", js=script("document"))


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was clicked: the screen's name in the URL and the parameters."""

    screen: str
    parameters: Mapping[str, str]


def document(who: Viewer, page: str, sheet: str) -> Link | None:
    """Mount once, in the shell. A clicked link comes back once.

    A chosen language is written into the address in place: `st.query_params` would make a new
    entry of the history on each page, and Back would lead to where it starts. (`page` makes the
    browser look again when the page changes.) `sheet` is what stands at the foot of a print.
    """
    say = who.translator.text
    data = {
        "lang": who.language,
        "page": page,
        "chosen": chosen_language() is not None,
        "kept": kept_language(),
        "sheet": sheet,
        "words": {
            "skip": say("Skip to the content"),
            "lost": say("The connection to ccdash was lost. It comes back by itself."),
        },
        "sentences": _sentences(who.translator),
        "later": PLOTLY_URL,
    }
    result = _DOCUMENT(key="ccdash_document", data=data, on_href_change=lambda: None, height=0)
    href = result.get("href")
    if not href:
        return None
    parts = urlsplit(str(href))
    return Link(parts.path.rstrip("/").rsplit("/", 1)[-1], dict(parse_qsl(parts.query)))


def _sentences(translator: Translator) -> dict[str, str]:
    """Streamlit's own sentences, word for word as its 1.67 has them -> ours."""
    say = translator.text
    return {
        "Page not found": say("There is no such page"),
        "The page that you have requested does not seem to exist. Running the app's main page.": (
            say("This is the screen that opens first.")
        ),
    }
