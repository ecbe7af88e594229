"""What a wallboard shows, as its link says it: the link is the whole board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from ccdash.i18n import LANGUAGES
from ccdash.views.wall import MOST_TILES, Names
from ccdash.vocabulary import Channel

WALL, LANGUAGE, CHANNELS, NAMES, NOTICE = "wall", "wall_lang", "channels", "names", "notice"
NOTICE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Choices:
    """The wall's language is its own; no channels means those that the store has."""

    language: str
    channels: tuple[Channel, ...] = ()
    names: Names = Names.NONE
    notice: str = ""

    def to_params(self) -> dict[str, str]:
        """The address of the wall itself, without its host."""
        told = {
            WALL: "1",
            LANGUAGE: self.language,
            CHANNELS: "|".join(self.channels),
            NAMES: "" if self.names is Names.NONE else self.names,
            NOTICE: self.notice,
        }
        return {name: str(value) for name, value in told.items() if value}


def choices(params: Mapping[str, str], usual_language: str) -> Choices:
    """What a link asks; what it cannot ask for is as if it were not there."""
    asked = [one for one in params.get(CHANNELS, "").split("|") if one in list(Channel)]
    names = params.get(NAMES, "")
    language = params.get(LANGUAGE, "")
    return Choices(
        language if language in LANGUAGES else usual_language,
        tuple(Channel(one) for one in dict.fromkeys(asked))[:MOST_TILES],
        Names(names) if names in list(Names) else Names.NONE,
        " ".join(params.get(NOTICE, "").split())[:NOTICE_LENGTH].rstrip(),
    )


def is_wall() -> bool:
    """Whether this page is the wall itself, on a TV: nothing of the frame is drawn around it."""
    return st.query_params.get(WALL) == "1"
