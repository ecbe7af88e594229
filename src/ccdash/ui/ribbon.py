"""A person's day as a ribbon of three lanes, and the same as a table.

It is what everybody may see of everybody: states, and when contacts were taken, of whom nothing is
said. There is no figure in it that ranks people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ccdash.store.person_day import PersonDay
from ccdash.ui import format as fmt
from ccdash.ui.addresses import href
from ccdash.ui.board import Cell, Heading, list_html
from ccdash.ui.look import Look, Shown
from ccdash.ui.markup import Content, Html, link, tag
from ccdash.ui.words import word
from ccdash.views.ribbon import Piece, Ribbon, Told
from ccdash.views.ribbon import ribbon as shaped
from ccdash.vocabulary import Channel, Intent, Load, SegmentKind

PERSON = "agent"
WORDED = 0.07
"""From this share of the width on a piece has room for its word."""
TABLE = "ribbon-table"


def person_address(agent_id: str) -> str | None:
    """Where somebody's day is shown; of nobody in particular nowhere."""
    return href("team", {PERSON: agent_id}) if agent_id else None


@dataclass(frozen=True, slots=True)
class _Drawn:
    ribbon: Ribbon
    look: Look

    def clock(self, at: datetime) -> str:
        return fmt.clock(at.astimezone(self.look.zone), self.look.language)

    def times(self, one: Piece) -> str:
        return f"{self.clock(one.start)}\N{EN DASH}{self.clock(one.end)}"

    def word(self, one: Piece) -> str:
        """What it is, with its reason, its channel, or how many at once."""
        language = self.look.language
        of = word(one.channel or one.kind, language)
        if one.at_once > 1:
            return f"{of} \N{MULTIPLICATION SIGN} {fmt.count(one.at_once, language)}"
        return f"{of}, {one.note}" if one.note else of


def ribbon(day: PersonDay, shown: Shown, back: str) -> Html:
    """The day of one person; `back` leads to the page without it."""
    look = shown.look
    found = shaped(Told(day.states, day.work, day.start, day.end, look.zone))
    nothing = look.translator.text("No source has told anything of this person today.")
    body: list[Content]
    if found is None:
        body = [tag("p", nothing, cls="cc-quiet")]
    else:
        drawn = _Drawn(found, look)
        body = [_lanes(drawn), _legend(drawn), _table(drawn)]
    return tag(
        "section",
        _head(day, shown, back),
        *body,
        cls="cc-card cc-ribbon",
        data_key=f"ribbon-{day.agent_id}",
    )


def _head(day: PersonDay, shown: Shown, back: str) -> Html:
    say = shown.look.translator.text
    date = fmt.day(day.start.astimezone(shown.look.zone), shown.look.language)
    return tag(
        "div",
        tag("h2", day.name, tag("span", day.team or "", cls="cc-total")),
        tag("span", date, cls="cc-quiet"),
        link(say("Contacts handled today"), shown.behind_person(day.name)),
        link(say("Close"), back),
        cls="cc-title",
    )


def _lanes(drawn: _Drawn) -> Html:
    say, of = drawn.look.translator.text, drawn.ribbon
    rows = [_track(one, drawn) for one in of.contacts] or [_track((), drawn)]
    lanes = [
        (say("Declared"), [_track(of.intents, drawn)]),
        (say("Does"), [_track(of.loads, drawn)]),
        (say("Contacts"), rows),
    ]
    drawings = (
        tag("div", tag("span", name, cls="cc-lane-name"), tag("div", *tracks, cls="cc-tracks"))
        for name, tracks in lanes
    )
    return tag("div", *drawings, _axis(drawn), cls="cc-ribbon-lanes", aria_hidden="true")


def _track(pieces: Sequence[Piece], drawn: _Drawn) -> Html:
    return tag("div", *(_piece(one, drawn) for one in pieces), cls="cc-ribbon-track")


def _piece(one: Piece, drawn: _Drawn) -> Html:
    of = drawn.ribbon
    first, width = of.place(one.start), of.place(one.end) - of.place(one.start)
    is_worded = width >= WORDED and isinstance(one.kind, Intent)
    return tag(
        "i",
        tag("b", one.note or word(one.kind, drawn.look.language)) if is_worded else None,
        cls=_shape(one.kind),
        style=f"--x:{first * 100:.3f}%;--w:{width * 100:.3f}%{_colour(one.channel)}",
        title=f"{drawn.word(one)} {drawn.times(one)}",
    )


def _shape(kind: StrEnum) -> str:
    """A declared wrap-up and one after a contact look alike."""
    return f"cc-piece {kind.replace('_', '-')}"


def _colour(channel: Channel | None) -> str:
    return f";--c:var(--cc-channel-{channel})" if channel else ""


def _axis(drawn: _Drawn) -> Html:
    of = drawn.ribbon
    ticks = (
        tag("span", drawn.clock(at), style=f"--x:{of.place(at) * 100:.3f}%") for at in of.ticks
    )
    return tag("div", tag("div", *ticks, cls="cc-ribbon-axis"), cls="cc-ribbon-foot")


def _legend(drawn: _Drawn) -> Html:
    """Which look means what; of what was declared, how long in all."""
    language, of = drawn.look.language, drawn.ribbon
    declared = {piece.kind for piece in of.intents}
    done = {piece.kind for piece in of.loads} - declared
    taken = {piece.channel for row in of.contacts for piece in row}
    entries = [
        (_swatch(one), word(one, language), _total(of.intents, one, language))
        for one in Intent
        if one in declared
    ]
    entries += [(_swatch(one), word(one, language), "") for one in Load if one in done]
    entries += [
        (_swatch(SegmentKind.TALK, one), word(one, language), "") for one in Channel if one in taken
    ]
    items = (tag("li", shape, name, tag("strong", time)) for shape, name, time in entries)
    return tag("ul", *items, cls="cc-ribbon-legend")


def _total(pieces: Sequence[Piece], kind: Intent, language: str) -> str:
    return fmt.duration(sum(one.seconds for one in pieces if one.kind is kind), language)


def _swatch(kind: StrEnum, channel: Channel | None = None) -> Html:
    return tag("i", cls=_shape(kind), style=_colour(channel)[1:] or None, aria_hidden="true")


def _table(drawn: _Drawn) -> Html:
    """The same for who hears the screen or wants to read it."""
    say = drawn.look.translator.text
    headings = [
        Heading(say("From")),
        Heading(say("To")),
        Heading(say("Time"), number=True),
        Heading(say("What")),
    ]
    button = tag(
        "button",
        tag("span", say("Show as a table"), cls="cc-when-shut"),
        tag("span", say("Hide the table"), cls="cc-when-open"),
        type="button", cls="cc-more", data_opens=TABLE, aria_expanded="false",
    )  # fmt: skip
    title = say("The day as a table")
    table = list_html(headings, list(_rows(drawn)), drawn.look.translator, title)
    return tag("div", button, tag("div", table, data_part=TABLE, hidden=""))


def _rows(drawn: _Drawn) -> Iterator[list[Cell]]:
    of = drawn.ribbon
    pieces = [*of.intents, *of.loads, *(one for row in of.contacts for one in row)]
    for one in sorted(pieces, key=lambda piece: piece.start):
        length = fmt.duration(one.seconds, drawn.look.language)
        yield [
            Cell(drawn.clock(one.start)),
            Cell(drawn.clock(one.end)),
            Cell(length),
            Cell(drawn.word(one), channel=one.channel),
        ]
