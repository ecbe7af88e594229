"""The screen "Now": a floor in words."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from ccdash.errors import BadQuery, CcdashError
from ccdash.i18n import Translator
from ccdash.live.snapshots import Snapshot
from ccdash.query import Query
from ccdash.settings import PROJECT
from ccdash.store.live import Floor, period_of_day
from ccdash.thresholds import Threshold, Thresholds
from ccdash.ui import floor_lists
from ccdash.ui import format as fmt
from ccdash.ui.errors import sentence
from ccdash.ui.markup import draw, link, tag
from ccdash.ui.page import Status, Tile, card, empty, header, notice, strip
from ccdash.ui.shell import href
from ccdash.ui.theme import State
from ccdash.views import board
from ccdash.views.board import Place
from ccdash.vocabulary import Channel, Unit

LATE = timedelta(minutes=5)
NOT_LIVE = timedelta(hours=24)
WAYS_IN = ("import asterisk FILE", "follow asterisk FILE", "import events FILE")


@dataclass(frozen=True)
class Look:
    """By whom and how a floor is read: the language, the centre's zone, the targets."""

    translator: Translator
    zone: ZoneInfo
    targets: Thresholds

    @property
    def language(self) -> str:
        """Its code."""
        return self.translator.language


def asked_at(zone: ZoneInfo) -> datetime | None:
    """The instant in `?at=`, for a look back. Raises BadQuery."""
    text = st.query_params.get("at")
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as cause:
        raise BadQuery(
            f"{text!r} is no date or time; write 2026-03-01 or 2026-03-01T08:00."
        ) from cause
    return at if at.tzinfo else at.replace(tzinfo=zone)


def draw_now(snapshot: Snapshot, look: Look, now: datetime) -> None:
    """The newest floor; greyed and dated when the store is away. Raises the snapshot's error when
    there has not been any floor."""
    floor = snapshot.floor
    if floor is None:
        header(look.translator.text("Now"))
        if snapshot.error is not None:
            raise snapshot.error
        return
    if is_empty(floor):
        draw_empty(look)
        return
    _head(floor, look, _lost(floor, look) if snapshot.error else _freshness(floor, look, now))
    with st.container():  # a slot, so that what follows keeps its place
        if snapshot.error is not None:
            _lost_notice(snapshot.error, floor, look)
        elif _is_quiet(floor, now):
            _quiet_notice(floor, look)
    draw_floor(floor, look)


def draw_then(floor: Floor, look: Look) -> None:
    """The floor as it was."""
    say, language = look.translator.text, look.language
    local = floor.as_of.astimezone(look.zone)
    when = f"{fmt.long_day(local, language)}, {fmt.clock(local, language, seconds=True)}"
    header(say("Now"), when, Status(say("A look back"), "still"))
    draw(
        tag(
            "div",
            tag("strong", say("The floor as of {time}.", time=when)),
            tag("span", say("What happened later is not in it.")),
            link(say("Back to now"), href("live")),
            cls="cc-notice info",
            role="status",
        )
    )
    draw_floor(floor, look)


def draw_floor(floor: Floor, look: Look) -> None:
    """The strip, the queues and who waits in them, the people, what is in progress."""
    strip(_tiles(floor, look), look.translator)
    left, right = st.columns([1.25, 1], gap="small")
    with left, card("queues"):
        floor_lists.queues(floor, look.translator)
    with right, card("waiting"):
        floor_lists.waiting(floor, look.translator)
    floor_lists.people(floor, look.translator)
    if floor.in_progress.height:
        with card("progress"):
            floor_lists.in_progress(floor, look.translator)


def is_empty(floor: Floor) -> bool:
    """Whether nothing has ever come in."""
    return not floor.data_through and floor.people.is_empty() and floor.queues.is_empty()


def draw_empty(look: Look, title: str = "") -> None:
    """Nothing has come in yet: the three ways to change that."""
    say = look.translator.text
    header(title or say("Now"))
    with card("start"):
        empty(say("Nothing has come in yet."), say("Feed ccdash in one of three ways:"))
        words = (
            say("A finished log of an Asterisk queue"),
            say("The log of a running Asterisk, followed as it grows"),
            say("Events of any other platform, as JSON lines"),
        )
        for text, command, column in zip(words, WAYS_IN, st.columns(3), strict=True):
            with column:
                draw(tag("p", text, cls="cc-quiet"))
                st.code(f"{program('ccdash')} {command}", language=None)
        draw(tag("p", say("Or look at a made-up centre of 60 days:"), cls="cc-quiet"))
        sample = f"{program('python')} scripts/sample_centre.py > sample.jsonl"
        st.code(f"{sample}\n{program('ccdash')} import events sample.jsonl", language=None)


def program(name: str) -> str:
    """How a program beside the running Python is called from the folder of ccdash."""
    path = Path(sys.executable).with_name(name)
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else name


def _head(floor: Floor, look: Look, status: Status) -> None:
    local = floor.as_of.astimezone(look.zone)
    when = f"{fmt.long_day(local, look.language)}, {fmt.clock(local, look.language, seconds=True)}"
    header(look.translator.text("Now"), when, status)


def _freshness(floor: Floor, look: Look, now: datetime) -> Status:
    """How old the newest event is; with several sources, each that is late by its name."""
    say = look.translator.text
    ages = {name: now - at for name, at in floor.data_through.items() if now - at < NOT_LIVE}
    if not ages:
        return Status(say("No live source"), "still")
    late = {name: age for name, age in ages.items() if age > LATE}
    if late and len(ages) > 1:
        named = ", ".join(f"{name} {_age(age, look)}" for name, age in sorted(late.items()))
        return Status(say("Late: {sources}", sources=named), "late")
    age = _age(min(ages.values()), look)
    if late:
        return Status(say("Late · newest event {age} ago", age=age), "late")
    return Status(say("Live · newest event {age} ago", age=age), "live")


def _age(age: timedelta, look: Look) -> str:
    seconds = max(0, int(age.total_seconds()))
    say = look.translator.text
    if seconds < 60:
        return say("{n} s", n=seconds).replace(" ", fmt.NBSP)
    if seconds < 3600:
        return say("{n} min", n=seconds // 60).replace(" ", fmt.NBSP)
    return fmt.duration(seconds, look.language)


def _lost(floor: Floor, look: Look) -> Status:
    local = floor.as_of.astimezone(look.zone)
    clock = fmt.clock(local, look.language, seconds=True)
    return Status(look.translator.text("Lost · figures of {time}", time=clock), "lost")


def _lost_notice(error: CcdashError, floor: Floor, look: Look) -> None:
    say = look.translator.text
    clock = fmt.clock(floor.as_of.astimezone(look.zone), look.language, seconds=True)
    more = say("The figures are from {time}.", time=clock)
    more += " " + say("This screen comes back by itself.")
    notice(sentence(error, look.translator), "lost", more)


def _is_quiet(floor: Floor, now: datetime) -> bool:
    newest = max(floor.data_through.values(), default=None)
    return newest is not None and now - newest > NOT_LIVE


def _quiet_notice(floor: Floor, look: Look) -> None:
    """An imported log has no now, but it has a last moment."""
    say = look.translator.text
    newest = max(floor.data_through.values())
    local = newest.astimezone(look.zone)
    when = f"{fmt.short_date(local, look.language)} {fmt.clock(local, look.language)}"
    then = href("live", {"at": local.isoformat()})
    draw(
        tag(
            "div",
            tag("strong", say("The newest data is of {time}.", time=when)),
            link(say("See the floor as it was then"), then),
            tag("span", "·"),
            link(say("See its trends"), href("trends")),
            cls="cc-notice info",
            role="status",
        )
    )


def _tiles(floor: Floor, look: Look) -> list[Tile]:
    return [*_wait_tiles(floor, look), *_day_tiles(floor, look), _people_tile(floor, look)]


def _wait_tiles(floor: Floor, look: Look) -> list[Tile]:
    say, language = look.translator.text, look.language
    waits = board.waiting(floor.queues)
    longest = waits.longest
    state = floor_lists.state_of(longest.lateness if longest else None)
    slow = say("{n} more in slow channels", n=fmt.count(waits.slow, language)) if waits.slow else ""
    handling = len(board.people(floor.people)[Place.HANDLING])
    busy = look.translator.plural("{n} person is handling", "{n} people are handling", handling)
    return [
        Tile(
            say("Waiting now"),
            fmt.count(waits.live, language),
            slow,
            state,
            help=say("Contacts in a queue at this moment."),
        ),
        Tile(
            say("Longest wait"),
            fmt.duration(longest.longest_seconds or 0, language) if longest else fmt.NOTHING,
            floor_lists.queue_and_target(longest, look.translator)
            if longest
            else say("Nobody waits"),
            state,
            help=say("The longest of those who wait on the line now, against its queue's target."),
        ),
        Tile(
            say("In progress"),
            fmt.count(floor.in_progress.height, language),
            busy if floor.people.height else "",
            help=say("Contacts with a person at this moment, hold included, wrap-up not."),
        ),
    ]


def _day_tiles(floor: Floor, look: Look) -> list[Tile]:
    say, language = look.translator.text, look.language
    level, rate = floor.today["service_level"], floor.today["abandonment_rate"]
    target = target_percent(look.targets, floor.as_of) / 100
    goal = say("target {value}", value=fmt.percent(target, language, 0))
    of = fmt.count(floor.today["n_abandonment_rate"] or 0, language)
    return [
        Tile(
            say("Service level today"),
            fmt.value(level, Unit.RATIO, language),
            " ".join([goal, *_target_seconds(floor, look)]),
            level_state(level, target),
            help=say("Answered within the target time, of answered and abandoned today."),
            link=_behind("service_level", floor, look),
        ),
        Tile(
            say("Abandoned today"),
            fmt.value(floor.today["abandoned"], Unit.COUNT, language),
            say("{rate} of {n} offered", rate=fmt.value(rate, Unit.RATIO, language), n=of),
            help=say("Customers who left the queue before an answer."),
            link=_behind("abandoned", floor, look),
        ),
    ]


def target_percent(targets: Thresholds, at: datetime) -> int:
    """The service level that the whole centre aims at."""
    return targets.value(Threshold.TARGET_PERCENT, Channel.PHONE, "", at)


def level_state(level: float | None, target: float) -> State | None:
    """Against its target; ten points below it is bad."""
    if level is None:
        return None
    return "good" if level >= target else "warn" if level >= target - 0.1 else "bad"


def _target_seconds(floor: Floor, look: Look) -> list[str]:
    """Named only where all queues of the floor have the same."""
    seconds = set(floor.queues["target_seconds"].drop_nulls().to_list())
    if len(seconds) != 1:
        return []
    return [look.translator.text("in {time}", time=fmt.duration(seconds.pop(), look.language))]


def _people_tile(floor: Floor, look: Look) -> Tile:
    say, language = look.translator.text, look.language
    places: Mapping[Place, int] = {
        place: len(its) for place, its in board.people(floor.people).items()
    }
    if not sum(places.values()):
        return Tile(say("People"), fmt.value(fmt.NOT_MEASURED, Unit.COUNT, language))
    note = say(
        "{handling} handling · {wrap_up} wrap-up · {away} break",
        handling=fmt.count(places[Place.HANDLING], language),
        wrap_up=fmt.count(places[Place.WRAP_UP], language),
        away=fmt.count(places[Place.BREAK], language),
    )
    return Tile(say("People"), say("{n} free", n=fmt.count(places[Place.FREE], language)), note)


def _behind(metric: str, floor: Floor, look: Look) -> str:
    period = period_of_day(floor, look.zone.key)
    return href("contacts", Query((metric,), period).to_params())
