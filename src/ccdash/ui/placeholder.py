"""A screen before its data: gone when the last page is written."""

from __future__ import annotations

from ccdash.i18n import N_
from ccdash.ui.page import card, empty, header
from ccdash.ui.shell import SCREENS
from ccdash.ui.viewer import viewer

NOTHING_YET = N_("Nothing has come in yet.")
HOW = N_("Bring in a log with `ccdash import`, or follow a live one with `ccdash follow`.")


def placeholder(name: str) -> None:
    """The head of a screen and the next step."""
    say = viewer().translator.text
    header(say(SCREENS[name]))
    with card(f"empty-{name}"):
        empty(say(NOTHING_YET), say(HOW))
