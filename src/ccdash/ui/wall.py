"""The wall: a floor in figures that are read across a room, without anybody's customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from ccdash.i18n import N_, Translator
from ccdash.live.snapshots import Snapshot
from ccdash.store.live import Floor
from ccdash.thresholds import Threshold, Thresholds
from ccdash.ui import format as fmt
from ccdash.ui.errors import sentence
from ccdash.ui.live_screen import is_empty
from ccdash.ui.look import target_percent
from ccdash.ui.markup import Html, draw, tag
from ccdash.ui.now_head import LATE, NOT_LIVE, as_known
from ccdash.ui.wall_choices import Choices
from ccdash.ui.words import word
from ccdash.views import board, wall
from ccdash.views.board import Lateness, Place
from ccdash.views.wall import WallTile
from ccdash.vocabulary import Channel, Unit

MEMORY = "ccdash.wall_colours"
NAMES_OF_A_PLACE = 4
PLACES: Mapping[Place, str] = {
    Place.FREE: N_("free"),
    Place.HANDLING: N_("handling"),
    Place.WRAP_UP: N_("in wrap-up"),
    Place.BREAK: N_("on a break"),
    Place.UNKNOWN: N_("not known"),
}
LOOKS = {None: "none", Lateness.FINE: "fine", Lateness.NEAR: "near", Lateness.OVER: "over"}


@dataclass(frozen=True)
class Wall:
    """One wall: what it was asked for, in its own language; `channels` are those it can show."""

    choices: Choices
    translator: Translator
    zone: ZoneInfo
    targets: Thresholds
    channels: Sequence[Channel]
    is_full: bool
    is_demo: bool

    @property
    def language(self) -> str:
        """Its code."""
        return self.translator.language


def draw_wall(snapshot: Snapshot, of: Wall, now: datetime) -> None:
    """The newest floor; grey and dated when the store is away, without a figure when there is
    none."""
    floor = as_known(snapshot.floor) if snapshot.floor else None
    is_lost = snapshot.error is not None
    if floor is None or is_empty(floor) or (_age(floor, now) is None and not is_lost):
        content: list[Html | None] = [_head(None, of, now), _nothing(snapshot, of)]
    else:
        content = [
            _head(floor, of, floor.as_of if is_lost else now, _badges(snapshot, floor, of, now)),
            *([tag("p", of.choices.notice, cls="cc-wall-notice")] if of.choices.notice else []),
            _tiles(floor, of),
            _people(floor, of),
        ]
    draw(
        tag(
            "div",
            tag("div", *content, cls="cc-wall-board"),
            cls=f"cc-wall {'full' if of.is_full else 'preview'}{' lost' if is_lost else ''}",
            lang=of.language,
        )
    )


def _head(floor: Floor | None, of: Wall, at: datetime, badges: Html | None = None) -> Html:
    name = of.translator.text("The whole centre")
    return tag(
        "div",
        tag("h1" if of.is_full else "h2", name),
        tag("span", of.translator.text("Demo centre"), cls="cc-wall-demo") if of.is_demo else None,
        tag("span", _level(floor, of), cls="cc-wall-level") if floor else None,
        badges,
        tag("span", fmt.clock(at.astimezone(of.zone), of.language), cls="cc-wall-clock"),
        cls="cc-wall-head",
    )


def _level(floor: Floor, of: Wall) -> str:
    return of.translator.text(
        "Service level today {value}, target {target}",
        value=fmt.value(floor.today["service_level"], Unit.RATIO, of.language),
        target=fmt.percent(target_percent(of.targets, floor.as_of) / 100, of.language, 0),
    )


def _badges(snapshot: Snapshot, floor: Floor, of: Wall, now: datetime) -> Html:
    """How fresh the wall is. The second one is shown by the sheet alone, while the browser has no
    server to ask."""
    say = of.translator.text
    time = fmt.clock(floor.as_of.astimezone(of.zone), of.language)
    lost = tag("span", _dot(), say("Lost · figures of {time}", time=time), cls="cc-wall-badge lost")
    if snapshot.error is not None:
        return lost
    seconds = _age(floor, now) or 0
    kind = "late" if seconds > LATE.total_seconds() else "live"
    age = say("{n} min", n=seconds // 60).replace(" ", fmt.NBSP)
    age = age if seconds < 3600 else fmt.duration(seconds, of.language)
    if kind == "late" and floor.imported.issuperset(floor.data_through):
        kind, text = "still", say("Imported · {age}", age=age)
    elif kind == "late":
        text = say("Late · {age}", age=age)
    else:
        text = say("Live · {age}", age=age) if seconds >= 60 else say("Live")
    return tag("span", tag("span", _dot(), text, cls=f"cc-wall-badge {kind}"), lost)


def _dot() -> Html:
    return tag("i", cls="cc-dot", aria_hidden="true")


def _age(floor: Floor, now: datetime) -> int | None:
    """Seconds since the newest event of the source that is the most behind; None without one that
    told anything within a day."""
    ages = [now - at for at in floor.data_through.values() if now - at < NOT_LIVE]
    return max(0, int(max(ages).total_seconds())) if ages else None


def _nothing(snapshot: Snapshot, of: Wall) -> Html:
    """Why there are no figures; a zero would be a lie."""
    say = of.translator.text
    if snapshot.error is not None:
        why = sentence(snapshot.error, of.translator).replace("`", "")
    elif of.is_demo:
        why = say("The demo centre is opening.")
    else:
        why = say("Nothing has come in for a day.")
    return tag(
        "div",
        tag("p", why),
        tag("p", say("This screen comes back by itself."), cls="cc-wall-small"),
        cls="cc-wall-nothing",
    )


def _tiles(floor: Floor, of: Wall) -> Html:
    targets = {
        one: of.targets.value(Threshold.TARGET_SECONDS, one, "", floor.as_of) for one in of.channels
    }
    found = wall.tiles(floor.queues, targets, st.session_state.get(MEMORY, {}))
    st.session_state[MEMORY] = {one.channel: one.held for one in found}
    return tag(
        "div", *(_tile(one, of) for one in found), cls=f"cc-wall-tiles n{len(found)}", role="list"
    )


def _tile(tile: WallTile, of: Wall) -> Html:
    say, language = of.translator.text, of.language
    count = fmt.count(tile.waiting, language)
    in_progress = say("{n} in progress", n=fmt.count(tile.in_progress, language))
    wait = _wait(tile, of)
    letters = f"--letters: {max(6, len(wait))}"  # so that the sheet can make it fit
    inside = (
        tag(
            "div",
            tag("span", word(tile.channel, language), cls="cc-wall-name"),
            _promised(tile, of),
            cls="cc-wall-top",
        ),
        tag(
            "div",
            tag("span", count, cls="cc-wall-count", style=f"--digits: {max(2, len(count))}"),
            tag(
                "span",
                tag("span", say("waiting"), cls="cc-wall-word"),
                tag("span", in_progress, cls="cc-wall-small"),
                cls="cc-wall-beside",
            ),
            cls="cc-wall-middle",
        ),
        tag("div", tag("i", aria_hidden="true"), wait, cls="cc-wall-wait", style=letters),
    )
    cls = f"cc-wall-tile {LOOKS[tile.held]}"
    return tag("div", tag("div", *inside, cls="cc-wall-inside"), cls=cls, role="listitem")


def _promised(tile: WallTile, of: Wall) -> Html | None:
    """The target; of a wait over it, in a word that is true without its colour."""
    if not tile.target_seconds:
        return None
    say, limit = of.translator.text, fmt.duration(tile.target_seconds, of.language)
    if tile.is_over:
        return tag("span", say("OVER {limit}", limit=limit), cls="cc-wall-over")
    if tile.held is Lateness.OVER:
        return tag("span", say("At limit {limit}", limit=limit), cls="cc-wall-small")
    return tag("span", say("target {value}", value=limit), cls="cc-wall-small")


def _wait(tile: WallTile, of: Wall) -> str:
    """The longest wait."""
    if tile.wait_seconds is None:
        return of.translator.text("Nobody waits")
    return fmt.duration(tile.wait_seconds, of.language)


def _people(floor: Floor, of: Wall) -> Html | None:
    """How many are where; nobody known is no data, not nobody."""
    found = board.people(floor.people)
    if not any(found.values()):
        return None
    told = board.told_places({place: len(its) for place, its in found.items()})
    shown = [one for one in PLACES if one in told]
    return tag("div", *(_place(one, found[one], of) for one in shown), cls="cc-wall-people")


def _place(place: Place, its: list[board.PersonNow], of: Wall) -> Html:
    names = wall.shown_names(its, of.choices.names)
    more = len(names) - NAMES_OF_A_PLACE
    listed = ", ".join(names[:NAMES_OF_A_PLACE]) + (f" +{more}" if more > 0 else "")
    return tag(
        "div",
        tag("b", fmt.count(len(its), of.language)),
        " ",
        tag("span", of.translator.text(PLACES[place])),
        tag("div", listed, cls="cc-wall-small") if names else None,
    )
