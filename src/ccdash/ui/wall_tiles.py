"""The tiles of a wallboard: a channel, or a figure of the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from ccdash.live.walls import Figure
from ccdash.metrics import METRICS
from ccdash.ui import format as fmt
from ccdash.ui.look import Look
from ccdash.ui.markup import Content, Html, filled, running, tag
from ccdash.ui.metric_list import figure_text, label_of
from ccdash.ui.words import word
from ccdash.views.board import Lateness
from ccdash.views.wall import WallTile

LOOKS: Mapping[Lateness | None, str] = MappingProxyType(
    {None: "none", Lateness.FINE: "fine", Lateness.NEAR: "near", Lateness.OVER: "over"}
)
LONG = ((9, ""), (13, " long"))
"""Up to so many characters a wait has its usual size, then a smaller one, then the smallest."""


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of the day for a tile: its colour and its target, where it has one; since when the
    day is counted, empty for midnight."""

    name: str
    figure: Figure
    held: Lateness | None
    target: float | None
    since: str


@dataclass(frozen=True, slots=True)
class Pen:
    """In whose language and by whose clock; with `now` times are written at that instant, without
    it they go on and the browser writes them."""

    look: Look
    now: datetime | None = None

    def since(self, at: datetime) -> Content:
        """For how long it has been going on."""
        if self.now is None:
            return running(at)
        return fmt.duration((self.now - at).total_seconds(), self.look.language)

    def age(self, at: datetime) -> Content:
        """How long ago it was: 27 s, 4 min, 1 h 12 min."""
        if self.now is None:
            return running(at, "age")
        say, seconds = self.look.translator.text, int((self.now - at).total_seconds())
        if seconds >= 3600:
            return fmt.duration(seconds, self.look.language)
        text = say("{n} s", n=max(seconds, 0)) if seconds < 60 else say("{n} min", n=seconds // 60)
        return text.replace(" ", fmt.NBSP)


def channel_tile(tile: WallTile, heard: datetime | None, pen: Pen) -> Html:
    """Who waits, for how long, against what; `heard` is the newest event of the channel."""
    look = pen.look
    say, language = look.translator.text, look.language
    count = fmt.count(tile.waiting, language)
    beside = (
        tag("span", say("waiting"), cls="cc-wall-word"),
        tag(
            "span",
            say("{n} in progress", n=fmt.count(tile.in_progress, language)),
            cls="cc-wall-small",
        ),
        _heard(heard, pen),
    )
    inside = (
        _top(word(tile.channel, language), _promised(tile, look)),
        tag(
            "div",
            tag("span", count, cls=f"cc-wall-count d{min(len(count), 5)}"),
            tag("span", *beside, cls="cc-wall-beside"),
            cls="cc-wall-middle",
        ),
        _wait(tile, pen),
    )
    return _tile(inside, LOOKS[tile.held], tile.channel)


def _heard(heard: datetime | None, pen: Pen) -> Html | None:
    if heard is None:
        return None
    words = filled(pen.look.translator.text("newest {age}", age="{age}"), age=pen.age(heard))
    return tag("span", words, cls="cc-wall-small")


def _promised(tile: WallTile, look: Look) -> Html | None:
    """The target; of a wait over it, in a word that is true without its colour."""
    if not tile.target_seconds:
        return None
    say, limit = look.translator.text, fmt.duration(tile.target_seconds, look.language)
    if tile.is_over:
        return tag("span", say("OVER {limit}", limit=limit), cls="cc-wall-over")
    if tile.held is Lateness.OVER:
        return tag("span", say("At limit {limit}", limit=limit), cls="cc-wall-small")
    return tag("span", say("target {value}", value=limit), cls="cc-wall-small")


def _wait(tile: WallTile, pen: Pen) -> Html:
    """The longest wait, with the shape that says what its colour says."""
    shape, look = tag("i", aria_hidden="true"), pen.look
    if tile.wait_seconds is None:
        text = look.translator.text("Nobody waits")
    else:
        text = fmt.duration(tile.wait_seconds, look.language)
    told = text if tile.since is None else pen.since(tile.since)
    long = next((cls for most, cls in LONG if len(text) <= most), " longest")
    return tag("div", shape, tag("span", told), cls=f"cc-wall-wait{long}")


def figure_tile(told: Told, look: Look) -> Html:
    """A metric of the register, of the day so far."""
    say, figure = look.translator.text, told.figure
    value = fmt.NOT_MEASURED if not figure.is_measured else figure.value
    text = figure_text(METRICS[told.name], value, figure.n, look.translator)
    day = say("since {time}", time=told.since) if told.since else say("today")
    inside = (
        _top(label_of(told.name, look.translator), None),
        tag("div", text, cls=f"cc-wall-figure w{min(max(len(text), 3), 12)}"),
        tag(
            "div",
            tag("i", aria_hidden="true") if told.held else None,
            tag("span", against(told, look)) if told.target is not None else None,
            tag("span", day, cls="cc-wall-small"),
            cls="cc-wall-wait long",
        ),
    )
    return _tile(inside, f"{LOOKS[told.held]} figure", told.name)


def against(told: Told, look: Look) -> str:
    """The target of a figure, or that it is below."""
    say, target = look.translator.text, fmt.percent(told.target or 0, look.language, 0)
    if told.held in (Lateness.NEAR, Lateness.OVER) and (told.figure.value or 0) < (
        told.target or 0
    ):
        return say("BELOW {target}", target=target)
    return say("target {value}", value=target)


def _top(name: str, beside: Html | None) -> Html:
    return tag("div", tag("span", name, cls="cc-wall-name"), beside, cls="cc-wall-top")


def _tile(inside: tuple[Content, ...], looks: str, key: str) -> Html:
    return tag(
        "div",
        tag("div", *inside, cls="cc-wall-inside"),
        cls=f"cc-wall-tile {looks}",
        role="listitem",
        data_key=key,
    )
