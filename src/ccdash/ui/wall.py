"""A wallboard: a floor in figures that are read across a room, without anybody's customers.

Everything here is markup made of frames: a TV gets it by the stream (ui/wall_live.py), the screen
"Wallboards" shows it as a preview. There is no style attribute in it, as a TV's page allows none:
sizes that depend on what is shown are classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import TypeAlias

from ccdash.i18n import N_
from ccdash.live.hub import Snapshot
from ccdash.live.walls import Figure
from ccdash.store.floor_day import TODAY
from ccdash.store.live import Floor
from ccdash.store.wallboards import Board
from ccdash.thresholds import Threshold
from ccdash.ui import format as fmt
from ccdash.ui.errors import sentence
from ccdash.ui.live_screen import is_empty
from ccdash.ui.look import Look, target_percent
from ccdash.ui.markup import Content, Html, tag
from ccdash.ui.now_head import LATE, NOT_LIVE, as_known
from ccdash.ui.wall_tiles import LOOKS, Pen, Told, against, channel_tile, figure_tile
from ccdash.views import board as views
from ccdash.views import wall
from ccdash.views.board import Lateness, Place
from ccdash.vocabulary import Channel, Names, Unit

NAMES_OF_A_PLACE = 4
LONG_NAME = 22
LEVEL = "level"
"""The key of the service level in the head, among those of the tiles."""
PLACES: Mapping[Place, str] = {
    Place.FREE: N_("free"),
    Place.HANDLING: N_("handling"),
    Place.WRAP_UP: N_("in wrap-up"),
    Place.BREAK: N_("on a break"),
    Place.UNKNOWN: N_("not known"),
}
Held: TypeAlias = Mapping[str, Lateness | None]
"""The colours of the tiles, by their keys."""


@dataclass(frozen=True)
class Wall:
    """One board in its own language; `channels` are those that it shows."""

    board: Board
    look: Look
    channels: Sequence[Channel]
    is_full: bool
    is_demo: bool = False


@dataclass(frozen=True)
class Seen:
    """What it is drawn of: the newest floor, narrowed to the board's team; figures of the day that
    the floor does not have; when each channel was heard of last; whether anybody is open; the
    colours of the last drawing."""

    snapshot: Snapshot
    now: datetime
    figures: Mapping[str, Figure] = field(default_factory=dict)
    heard: Mapping[Channel, datetime] = field(default_factory=dict)
    is_open: bool = True
    before: Held = field(default_factory=dict)


@dataclass(frozen=True)
class Drawn:
    """The board, the colours that the next drawing begins with, and how many pages it has."""

    html: Html
    held: Held
    pages: int = 0


def wall_html(seen: Seen, of: Wall) -> Drawn:
    """The newest floor; grey and dated when the store is away, without a figure when there is
    none. The browser writes the clock and the times that go on."""
    floor = as_known(seen.snapshot.floor) if seen.snapshot.floor else None
    is_lost = seen.snapshot.error is not None
    if floor is None or is_empty(floor) or (_newest(floor, seen.now) is None and not is_lost):
        return Drawn(_board([_head(None, seen, of), _nothing(seen.snapshot, of)], seen, of), {})
    tiles, held = _tiles(floor, seen, of)
    held = {**held, LEVEL: _level_held(floor, seen, of)}
    notice = of.board.notice
    content = [
        _head(floor, seen, of),
        tag("p", notice, cls="cc-wall-notice", data_key="notice") if notice else None,
        *tiles,
        _people(floor, of),
    ]
    return Drawn(_board(content, seen, of), held, len(tiles))


def _board(content: Sequence[Html | None], seen: Seen, of: Wall) -> Html:
    """What the script of a TV's page (browser/board/wall.js) goes by is said in attributes, so that
    a board that is changed changes on every screen."""
    board = of.board
    scale = wall.scale(board.screen_inches, board.distance_cm)
    looks = ["cc-wall-board", f"s{scale * 10:.0f}"]
    looks += ["dim"] if board.is_dimmed and not seen.is_open else []
    looks += ["lost"] if seen.snapshot.error is not None else []
    return tag(
        "div",
        *content,
        cls=" ".join(looks),
        lang=of.look.language,
        data_key="wall",
        data_lost=_lost_on(seen.now.astimezone(of.look.zone), "{time}", of),
        data_rotates=board.rotation_seconds,
        data_chimes="" if board.has_chime else None,
        data_mute=f"{board.mute_from_minute}-{board.mute_until_minute}",
    )


def _head(floor: Floor | None, seen: Seen, of: Wall) -> Html:
    language = of.look.language
    if of.is_full:
        separator = fmt.clock_separator(language)
        marks = {"data_clock": of.look.zone.key, "data_separator": separator, "data_short": ""}
        clock = tag("time", cls="cc-wall-clock", **marks)
    else:
        at = fmt.clock(seen.now.astimezone(of.look.zone), language)
        clock = tag("span", at, cls="cc-wall-clock")
    return tag(
        "div",
        tag(
            "h1" if of.is_full else "h2",
            of.board.name,
            cls="long" if len(of.board.name) > LONG_NAME else None,
        ),
        tag("span", of.look.translator.text("Demo centre"), cls="cc-wall-demo")
        if of.is_demo
        else None,
        _level(floor, seen, of) if floor else None,
        tag("span", *_badges(floor, seen, of), cls="cc-wall-badges", data_key="age"),
        clock,
        cls="cc-wall-head",
        data_key="head",
    )


def _level(floor: Floor, seen: Seen, of: Wall) -> Html:
    held = _level_held(floor, seen, of)
    words = tag("span", _level_shape(held, floor, seen, of), _level_words(floor, seen, of))
    return tag("span", words, cls=f"cc-wall-level {LOOKS[held]}", data_key=LEVEL)


def _level_shape(held: Lateness | None, floor: Floor, seen: Seen, of: Wall) -> Html | None:
    """What its colour says, for the eye as the tiles say it, and for the ear."""
    if held not in (Lateness.NEAR, Lateness.OVER):
        return None
    figure = _figure("service_level", floor, seen, of)
    told = Told("service_level", figure, held, _target(floor, of), "")
    return tag("i", role="img", aria_label=against(told, of.look))


def _level_held(floor: Floor, seen: Seen, of: Wall) -> Lateness | None:
    level = _figure("service_level", floor, seen, of).value
    if level is None:
        return None
    return wall.level_held(seen.before.get(LEVEL), level, _target(floor, of))


def _level_words(floor: Floor, seen: Seen, of: Wall) -> str:
    say, language = of.look.translator.text, of.look.language
    value = fmt.value(_figure("service_level", floor, seen, of).value, Unit.RATIO, language)
    target = fmt.percent(_target(floor, of), language, 0)
    if of.board.day_starts_minute:
        return say(
            "Service level since {time}: {value}, target {target}",
            time=_day_start(of),
            value=value,
            target=target,
        )
    return say("Service level today {value}, target {target}", value=value, target=target)


def _badges(floor: Floor | None, seen: Seen, of: Wall) -> Sequence[Html]:
    """How fresh the wall is. The last one is empty until the browser has no server to ask."""
    away = tag("span", cls="cc-wall-badge away", data_away="")
    if floor is None:
        return (away,)
    say, newest = of.look.translator.text, _newest(floor, seen.now)
    if seen.snapshot.error is not None:
        return _badge("lost", _lost_words(floor, seen, of)), away
    if newest is None:
        return (away,)
    if seen.now - newest <= LATE:
        return _badge("live", say("Live")), away
    is_done = floor.imported.issuperset(floor.data_through)
    kind, words = ("still", say("Imported")) if is_done else ("late", say("Late"))
    return _badge(kind, words, _pen(seen, of).age(newest)), away


def _lost_words(floor: Floor, seen: Seen, of: Wall) -> str:
    """Of which instant the figures are; with its day when that is another one."""
    at = floor.as_of.astimezone(of.look.zone)
    time = fmt.clock(at, of.look.language)
    if at.date() == seen.now.astimezone(of.look.zone).date():
        return of.look.translator.text("Lost · figures of {time}", time=time)
    return _lost_on(at, time, of)


def _lost_on(at: datetime, time: str, of: Wall) -> str:
    """The same of another day."""
    say = of.look.translator.text
    moment = say("{day} {time}", day=fmt.day(at.date(), of.look.language), time=time)
    return say("Lost · figures of {moment}", moment=moment)


def _badge(kind: str, words: str, age: Content = None) -> Html:
    dot = tag("i", cls="cc-dot", aria_hidden="true")
    more = (" · ", age) if age else ()
    return tag("span", dot, words, *more, cls=f"cc-wall-badge {kind}")


def _pen(seen: Seen, of: Wall) -> Pen:
    return Pen(of.look, None if of.is_full else seen.now)


def _newest(floor: Floor, now: datetime) -> datetime | None:
    """The newest event of the source that is the most behind; None without one that told anything
    within a day."""
    return min((at for at in floor.data_through.values() if now - at < NOT_LIVE), default=None)


def _nothing(snapshot: Snapshot, of: Wall) -> Html:
    """Why there are no figures; a zero would be a lie."""
    say = of.look.translator.text
    if snapshot.error is not None:
        why = sentence(snapshot.error, of.look.translator).replace("`", "")
    elif of.is_demo:
        why = say("The demo centre is opening.")
    else:
        why = say("Nothing has come in for a day.")
    return tag(
        "div",
        tag("p", why),
        tag("p", say("This screen comes back by itself."), cls="cc-wall-small"),
        cls="cc-wall-nothing",
        data_key="nothing",
    )


def _tiles(floor: Floor, seen: Seen, of: Wall) -> tuple[list[Html], Held]:
    """The pages, and the colours of their tiles."""
    look, board, pen = of.look, of.board, _pen(seen, of)
    targets = {
        one: look.targets.value(Threshold.TARGET_SECONDS, one, "", floor.as_of)
        for one in of.channels
    }
    rules = wall.Rules(targets, wall.Limits(board.warn_percent, board.bad_percent), seen.before)
    held: dict[str, Lateness | None] = {}
    channels, figures = [], []
    for tile in wall.tiles(floor.queues, rules):
        held[tile.channel] = tile.held
        channels.append((tile.held, channel_tile(tile, seen.heard.get(tile.channel), pen)))
    for name in board.tiles:
        figure = _figure(name, floor, seen, of)
        target = _target(floor, of) if name.startswith("service_level") else None
        held[name] = (
            wall.level_held(seen.before.get(name), figure.value, target)
            if target is not None and figure.value is not None
            else None
        )
        since = _day_start(of) if board.day_starts_minute else ""
        figures.append(
            (held[name], figure_tile(Told(name, figure, held[name], target, since), look))
        )
    scale = wall.scale(board.screen_inches, board.distance_cm)
    return [
        _page(place, one) for place, one in enumerate(wall.pages([channels, figures], scale))
    ], held


def _page(place: int, told: Sequence[tuple[Lateness | None, Html]]) -> Html:
    """A page holds while it has a breach."""
    is_breach = any(one is Lateness.OVER for one, _ in told)
    looks = ["cc-wall-tiles", f"n{len(told)}", f"p{place}", *(["breach"] if is_breach else [])]
    tiles = (tile for _, tile in told)
    return tag("div", *tiles, cls=" ".join(looks), role="list", data_key=f"page-{place}")


def _figure(name: str, floor: Floor, seen: Seen, of: Wall) -> Figure:
    """Of the day so far: what the floor has is as new as the floor."""
    today = floor.today
    if of.board.day_starts_minute == 0 and name in today:
        n = today.get(f"n_{name}")
        return Figure(today[name], None if n is None else int(n))
    return seen.figures.get(name, Figure())


def beyond_the_floor(board: Board) -> tuple[str, ...]:
    """The metrics of a board that a floor does not have: they are read apart (live/walls.py)."""
    if board.day_starts_minute:
        return tuple(dict.fromkeys(("service_level", *board.tiles)))
    return tuple(name for name in board.tiles if name not in TODAY)


def _target(floor: Floor, of: Wall) -> float:
    return target_percent(of.look.targets, floor.as_of) / 100


def _day_start(of: Wall) -> str:
    hour, minute = divmod(of.board.day_starts_minute, 60)
    return fmt.clock(time(hour, minute), of.look.language)


def _people(floor: Floor, of: Wall) -> Html | None:
    """How many are where; nobody known is no data, not nobody."""
    found = views.people(floor.people)
    if not any(found.values()):
        return None
    told = views.told_places({place: len(its) for place, its in found.items()})
    shown = [one for one in PLACES if one in told]
    places = (_place(one, found[one], of) for one in shown)
    looks = "cc-wall-people" if of.board.names is Names.NONE else "cc-wall-people named"
    return tag("div", *places, cls=looks, data_key="people")


def _place(place: Place, its: Sequence[views.PersonNow], of: Wall) -> Html:
    names = wall.shown_names(its, of.board.names)
    more = len(names) - NAMES_OF_A_PLACE
    listed = ", ".join(names[:NAMES_OF_A_PLACE]) + (f" +{more}" if more > 0 else "")
    return tag(
        "div",
        tag("b", fmt.count(len(its), of.look.language)),
        " ",
        tag("span", of.look.translator.text(PLACES[place])),
        tag("div", listed, cls="cc-wall-small") if names else None,
        data_key=place,
    )
