"""What changed, in sentences: what is not as on a usual day, since when, and from where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from weakref import WeakKeyDictionary

from ccdash.query import Period, bucket_start
from ccdash.store.live import Floor
from ccdash.store.recent import SHIFT, Recent
from ccdash.store.usual import Usual
from ccdash.ui import format as fmt
from ccdash.ui.against import READING, awaits_usual
from ccdash.ui.board import channel_mark
from ccdash.ui.look import Shown, target_percent
from ccdash.ui.markup import Content, Html, link, tag
from ccdash.ui.now_head import NOT_LIVE
from ccdash.ui.now_strip import still_waiting
from ccdash.ui.page import stated
from ccdash.ui.theme import State
from ccdash.ui.words import word
from ccdash.views.changed import Change, Kind, Known, changes
from ccdash.views.lines import STEP, Axis, Beside
from ccdash.views.scope import Part
from ccdash.vocabulary import Better, Grain

DOT = " \N{MIDDLE DOT} "
LATE = timedelta(minutes=15)
"""A source that has told nothing for so long may owe us contacts."""


def changed(shown: Shown) -> Html | None:
    """At most three changes, with the contacts behind each; None of a floor of which nothing newer
    is told."""
    say, body = shown.look.translator.text, _body(shown)
    if body is None:
        return None
    return tag(
        "section",
        tag("div", tag("h2", say("What changed")), cls="cc-title"),
        body,
        cls="cc-card cc-changed",
        data_key="changed",
    )


def _body(shown: Shown) -> Html | None:
    say = shown.look.translator.text
    if awaits_usual(shown) and _live(shown.floor):
        return _calm(say(READING))
    found = _found(shown)
    if found is None:
        return None
    if found.told is None:
        return _calm(say("It takes four such weekdays to say what is usual."))
    if not found.told:
        return _calm(say("Nothing new out of the usual."))
    return tag("ul", *(_item(one, shown) for one in found.told), cls="cc-changes")


def _calm(text: str) -> Html:
    return tag("p", text, cls="cc-quiet")


@dataclass(frozen=True)
class _Asked:
    """What the answer follows from. It is worked out anew when another five minutes are over, or
    what is usual, or what belongs to the part, has been read anew; then the newest of the rest
    is looked at."""

    part: Part
    axis: Axis
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Told:
    told: tuple[Change, ...] | None


def _found(shown: Shown) -> _Told | None:
    floor, beside = shown.floor, shown.beside
    live = _live(floor)
    if beside is None or beside.usual is None or not live:
        return None
    end = min(beside.recent.end, _full_step(max(live)))
    midnight = bucket_start(end - STEP, Grain.DAY, shown.look.zone).astimezone(UTC)
    if (end - STEP).astimezone(shown.look.zone).date() != beside.usual.day:
        return None
    axis = Axis(max(midnight, beside.recent.end - SHIFT), end, shown.look.zone)
    is_whole = min(live) >= end - LATE
    its = _TOLD.setdefault(beside.usual, {})
    asked = _Asked(shown.part, axis, is_whole)
    if asked not in its:
        its[asked] = _changes(beside.recent, beside.usual, asked)
    return its[asked]


def _live(floor: Floor) -> list[datetime]:
    """The newest events of the sources that go on."""
    told = {name: at for name, at in floor.data_through.items() if floor.as_of - at < NOT_LIVE}
    return [at for name, at in told.items() if name not in floor.imported] or list(told.values())


def _full_step(at: datetime) -> datetime:
    return at - timedelta(seconds=at.timestamp() % STEP.total_seconds())


_TOLD: WeakKeyDictionary[Usual, dict[_Asked, _Told]] = WeakKeyDictionary()
"""For all who look at the same part of the centre, until what is usual has been read anew."""


def _changes(recent: Recent, usual: Usual, asked: _Asked) -> _Told:
    of = asked.part.of
    beside = Beside(of(recent.steps), of(usual.quarters), usual.weeks_ago, of(usual.points))
    return _Told(changes(Known(beside, of(recent.contacts), asked.axis, asked.is_whole)))


def _item(one: Change, shown: Shown) -> Html:
    sentence, address = _SENTENCES[one.kind](one, shown)
    under = _explained(one, shown)
    return tag(
        "li",
        channel_mark(one.channel),
        tag(
            "span",
            link(sentence, address),
            tag("span", under, cls="cc-under") if under else None,
        ),
        data_key=f"changed-{one.key}",
    )


def _inflow(one: Change, shown: Shown) -> tuple[Content, str | None]:
    look = shown.look
    period = Period(one.since, one.until, look.zone.key)
    address = shown.behind("arrived", period, one.channel, one.queue) if one.value else None
    where = one.queue or word(one.channel, look.language)
    clock = _clock(one, shown)
    if not round(one.usual or 0):
        many = fmt.count(one.value, look.language)
        return look.translator.text(
            "{name}: {n} arrivals since {time}, where usually nobody comes",
            name=where, n=many, time=clock,
        ), address  # fmt: skip
    weekday = fmt.weekday(one.since.astimezone(look.zone).isoweekday(), look.language, short=False)
    return look.translator.text(
        "{name} inflow {change} against a usual {weekday} since {time}",
        name=where, change=_percent(one, look.language), weekday=weekday, time=clock,
    ), address  # fmt: skip


def _level(one: Change, shown: Shown) -> tuple[Content, str | None]:
    look = shown.look
    period = Period(one.since, one.until, look.zone.key)
    target = target_percent(look.targets, one.until) / 100
    text = look.translator.text(
        "{name} service level {value} since {time}, usually {usual}",
        name=word(one.channel, look.language), time=_clock(one, shown),
        value=fmt.percent(one.value, look.language, 0),
        usual=fmt.percent(one.usual or 0, look.language, 0),
    )  # fmt: skip
    state: State = "bad" if one.value < target else "warn"
    sentence = stated(text, state, look.translator, Better.HIGHER)
    return sentence, shown.behind("service_level", period, one.channel)


def _waits(one: Change, shown: Shown) -> tuple[Content, str | None]:
    look = shown.look
    text = look.translator.plural(
        "{name}: {n} contact waits longer than promised, since {time}",
        "{name}: {n} contacts wait longer than promised, the first since {time}",
        round(one.value), name=word(one.channel, look.language), time=_clock(one, shown),
    )  # fmt: skip
    return stated(text, "bad", look.translator), still_waiting(shown, one.channel)


_SENTENCES = {Kind.INFLOW: _inflow, Kind.LEVEL: _level, Kind.WAITS: _waits}


def _explained(one: Change, shown: Shown) -> str:
    """How many, and where most of it comes from."""
    say, language = shown.look.translator.text, shown.look.language
    parts = []
    if one.kind is Kind.INFLOW and round(one.usual or 0):
        value, usual = (fmt.count(number, language) for number in (one.value, one.usual or 0))
        parts.append(say("{n} arrived, usually {usual}", n=value, usual=usual))
    if one.queue is not None:
        parts.append(word(one.channel, language))
    if one.mostly:
        parts.append(say("mostly {queue}", queue=one.mostly))
    if one.point:
        parts.append(say("mostly through {point}", point=one.point))
    return DOT.join(parts)


def _percent(one: Change, language: str) -> str:
    """+60%, −40%."""
    change = one.value / one.usual - 1 if one.usual else 0.0
    sign = "+" if change > 0 else ""
    return f"{sign}{fmt.percent(change, language, 0)}"


def _clock(one: Change, shown: Shown) -> str:
    return fmt.clock(one.since.astimezone(shown.look.zone), shown.look.language)
