"""The screen "Team": the states of everybody, which everybody may see.

Agents look at it. So there is no figure of a single person that ranks them, and no customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import polars as pl

from ccdash.errors import StoreUnavailable
from ccdash.i18n import N_, Translator
from ccdash.live.hub import Snapshot
from ccdash.store.person_day import PersonDay
from ccdash.ui import floor_lists as lists
from ccdash.ui import format as fmt
from ccdash.ui.addresses import href
from ccdash.ui.board import Heading, channel_mark, heading_html, mark
from ccdash.ui.live_screen import lost, lost_notice, quiet, when
from ccdash.ui.look import Look, Shown
from ccdash.ui.markup import Content, Html, hidden, join, link, tag
from ccdash.ui.now_head import Choice, as_known, freshness, head, nothing, pick, silent_since
from ccdash.ui.ribbon import PERSON, ribbon
from ccdash.ui.words import word
from ccdash.views.board import PersonNow, Place, told_places
from ccdash.views.team import Day, Member, TeamNow, in_place, teams

STATE = "state"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom the address asks for: one team, people in one place, or everybody; and whose day."""

    team: str = ""
    place: Place | None = None
    person: str = ""

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Asked:
        """A place that there is not is as if it were not asked for."""
        place = params.get(STATE, "")
        known = Place(place) if place in list(Place) else None
        return cls(params.get("team", ""), known, params.get(PERSON, ""))

    def to_params(self) -> dict[str, str]:
        """As URL parameters."""
        told = {"team": self.team, STATE: str(self.place or ""), PERSON: self.person}
        return {name: value for name, value in told.items() if value}

    @property
    def address(self) -> str:
        """The screen of these."""
        return href("team", self.to_params())


@dataclass(frozen=True, slots=True)
class Heard:
    """What is asked, what everybody declared today, and the day of the person asked for; None as
    long as it could not be read, and of nobody."""

    asked: Asked
    states: pl.DataFrame | None
    day: PersonDay | None = None


def team_html(snapshot: Snapshot, heard: Heard, look: Look) -> Html:
    """Everybody by team, as the newest floor has them; greyed and dated when the store is away.
    Raises the snapshot's error when there has not been any floor."""
    if snapshot.floor is None or heard.states is None:
        raise snapshot.error or StoreUnavailable
    floor, asked = as_known(snapshot.floor), heard.asked
    status = lost(floor, look) if snapshot.error else freshness(floor, floor.as_of, look)
    told = lost_notice(snapshot.error, floor, look) if snapshot.error else quiet(floor, look)
    until = silent_since(floor) or floor.as_of
    found = teams(floor.people, heard.states, floor.day, Day(floor.day_start, until))
    shown = Shown(floor, look)
    pickers = (_pick(found, asked, look), _search(look))
    top = head(look.translator.text("Team"), when(floor, look), status, pickers)
    return join([top, told, _person(heard, shown), *_teams(found, asked, shown)])


def _person(heard: Heard, shown: Shown) -> Html | None:
    """The day of the person who was asked for."""
    asked = heard.asked
    if not asked.person:
        return None
    back = replace(asked, person="").address
    if heard.day is not None:
        return ribbon(heard.day, shown, back)
    say = shown.look.translator.text
    body = nothing(say("Nobody is known by this address."), link(say("Close"), back))
    return tag("section", body, cls="cc-card")


def _teams(found: Sequence[TeamNow], asked: Asked, shown: Shown) -> list[Content]:
    say = shown.look.translator.text
    if not found:
        title = say("Nobody has signed in today.")
        return [tag("section", nothing(title, say("No source has told a state.")), cls="cc-card")]
    of_team = [one for one in found if not asked.team or one.name == asked.team]
    if not of_team:
        out = link(say("Show all teams"), href("team"))
        return [tag("section", nothing(say("Nobody of this team is here."), out), cls="cc-card")]
    nobody = nothing(say("Nobody here has this name."))
    seen = [part for one in of_team if (part := in_place(one, asked.place)).members]
    return [
        _summary(of_team, asked, shown),
        tag("div", *(_team(one, asked, shown) for one in seen), cls="cc-teams")
        if seen
        else tag("section", nothing(say("Nobody"), _everybody(asked, shown)), cls="cc-card"),
        tag("section", nobody, cls="cc-card cc-away", data_nobody=""),
    ]


def _pick(found: Sequence[TeamNow], asked: Asked, look: Look) -> Html | None:
    say, chosen = look.translator.text, asked.team
    names = [one.name for one in found if one.name]
    if not names and not chosen:
        return None
    choices = [(say("All teams"), Asked("", asked.place).address)]
    choices += [(name, Asked(name, asked.place).address) for name in names]
    return pick(Choice("team", say("Team"), chosen or say("All teams"), choices, bool(chosen)))


def _search(look: Look) -> Html:
    text = look.translator.text("Find a person")
    return tag(
        "input", type="search", cls="cc-find", placeholder=text, aria_label=text,
        data_finds="", autocomplete="off",
    )  # fmt: skip


def _summary(found: Sequence[TeamNow], asked: Asked, shown: Shown) -> Html:
    """How many are where, of all teams that are shown; each count leads to these people."""
    total = {place: sum(one.counts[place] for one in found) for place in Place}
    items = [
        _count(place, total[place], asked, shown.look.language) for place in told_places(total)
    ]
    back = tag("div", _everybody(asked, shown), cls="cc-count") if asked.place else None
    whole = tag(
        "span",
        shown.look.translator.text("The search narrows the lists: counts are of everybody."),
        cls="cc-count cc-away",
        role="status",
        data_while_finding="",
    )
    return tag("div", *items, back, whole, cls="cc-counts")


def _count(place: Place, number: int, asked: Asked, language: str) -> Html:
    told = join([tag("strong", fmt.count(number, language)), tag("span", word(place, language))])
    if place is asked.place:
        return tag("span", told, cls=f"cc-count chosen {lists.TONES[place]}", aria_current="true")
    return link(told, Asked(asked.team, place).address, f"cc-count {lists.TONES[place]}")


def _everybody(asked: Asked, shown: Shown) -> Html:
    return link(shown.look.translator.text("Show everybody"), Asked(asked.team).address)


def _team(one: TeamNow, asked: Asked, shown: Shown) -> Html:
    say, translator = shown.look.translator.text, shown.look.translator
    name = one.name or say("Without a team")
    handled = translator.plural(
        "{n} of today's arrivals handled", "{n} of today's arrivals handled", one.handled
    )
    breaks = Heading(say("Breaks today"), say("Training and meetings are not counted."))
    heads = [Heading(say(one)) for one in (N_("Name"), N_("State"), N_("For"), N_("Signed in"))]
    rows = [_member(each, asked, shown) for each in one.members]
    table = tag(
        "table",
        tag("caption", name, cls="cc-hidden"),
        tag("thead", tag("tr", *map(heading_html, (*heads, breaks)))),
        tag("tbody", *rows),
        cls="cc-list cc-members",
    )
    return tag(
        "section",
        tag(
            "div",
            tag("h2", name, tag("span", fmt.count(len(one.members), translator.language),
                                cls="cc-total")),
            tag("span", handled, cls="cc-quiet"),
            cls="cc-title",
        ),
        tag("p", _places(one.counts, shown), cls="cc-places"),
        table,
        cls="cc-card",
        data_key=f"team-{one.name}",
        data_group="",
    )  # fmt: skip


def _places(counts: Mapping[Place, int], shown: Shown) -> Html:
    """The team's summary in one line."""
    language = shown.look.language
    return join(
        tag(
            "span",
            tag("i", cls=f"cc-spot {lists.TONES[place]}", aria_hidden="true"),
            f"{word(place, language)} {fmt.count(counts[place], language)}",
        )
        for place in Place
        if counts[place]
    )


def _member(one: Member, asked: Asked, shown: Shown) -> Html:
    timeless = replace(one, now=replace(one.now, seconds=None))
    return _row(timeless, shown.since(one.now.since), asked, shown.look)


@lru_cache(maxsize=lists.MOST_PEOPLE)
def _row(one: Member, time: Content, asked: Asked, look: Look) -> Html:
    now = one.now
    since = one.signed_in_at
    signed_in = fmt.clock(since.astimezone(look.zone), look.language) if since else fmt.NOTHING
    face = mark(lists.initials(now.name), lists.TONES[now.place])
    day = replace(asked, person=now.agent_id).address
    name = tag("span", link(now.name, day), cls="cc-name", title=now.name)
    return tag(
        "tr",
        tag("th", tag("span", face, name, cls="cc-who"), scope="row"),
        tag("td", *_state(now, look.translator), cls="cc-state-cell"),
        tag("td", time, cls="num"),
        tag("td", signed_in, cls="num cc-quiet", data_label=look.translator.text("Signed in")),
        tag(
            "td", _breaks(one, look), cls="num cc-quiet", data_label=look.translator.text("Breaks")
        ),
        data_key=now.agent_id,
        data_name=now.name,
        cls="is-chosen" if asked.person == now.agent_id else None,
    )


def _state(now: PersonNow, translator: Translator) -> list[Content]:
    """The place, and beside it the channel or the reason; never whose contact it is."""
    place = tag("span", word(now.place, translator.language))
    note = lists.doing(now, translator)
    if now.place in (Place.HANDLING, Place.WRAP_UP) and now.channel is not None:
        return [place, tag("span", channel_mark(now.channel), note, cls="cc-quiet cc-note-in")]
    return [place, tag("span", note, cls="cc-quiet cc-note-in", title=note) if note else None]


def _breaks(one: Member, look: Look) -> Content:
    if not one.breaks:
        return fmt.NOTHING
    length = fmt.duration(one.break_seconds, look.language)
    several = look.translator.plural("{n} break", "{n} breaks", one.breaks)
    count = tag("span", f"{fmt.count(one.breaks, look.language)} · ", aria_hidden="true")
    return tag("span", count, hidden(f"{several}, "), length)
