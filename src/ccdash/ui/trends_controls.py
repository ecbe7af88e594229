"""The pickers of the screen "Trends". The URL is their state, under the names of the Query."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import streamlit as st

from ccdash.errors import BadQuery
from ccdash.i18n import N_, Translator
from ccdash.metrics import METRICS, metric
from ccdash.query import WAYS, Dimension, Filters, Period, Query
from ccdash.settings import zone as zone_of
from ccdash.store.conditions import OF_FACT
from ccdash.store.handovers import ANY, ARROW
from ccdash.sums import MOST_DAYS
from ccdash.ui import format as fmt
from ccdash.ui.controls import pick, pick_some
from ccdash.ui.fold import fold
from ccdash.ui.markup import draw, tag
from ccdash.ui.metric_list import GROUPS, HEADLINES, label_of
from ccdash.ui.page import DOT
from ccdash.ui.trends_rarely import rarely
from ccdash.ui.words import word
from ccdash.views.periods import (
    Compare,
    Preset,
    days_of,
    named_period,
    of_days,
    sensible_grains,
    usual_grain,
)
from ccdash.views.trends import OF_ANSWERS, UNKNOWN
from ccdash.vocabulary import Channel, Direction, Grain, Outcome, Recognition

FILTERS = (Dimension.CHANNEL, Dimension.QUEUE, Dimension.TEAM, Dimension.CONTACT_POINT)
BREAK_DOWNS = (
    Dimension.CHANNEL, Dimension.QUEUE, Dimension.TEAM, Dimension.AGENT, Dimension.CONTACT_POINT,
    Dimension.LANGUAGE, Dimension.SUBJECT, Dimension.OUTCOME, Dimension.DIRECTION, Dimension.SOURCE,
    Dimension.RECOGNITION,
)  # fmt: skip
LEFT_OUT = "left-out"


@dataclass(frozen=True)
class Offer:
    """What may be chosen: the names in the store, and the day that periods count back from."""

    names: Mapping[Dimension, list[str]]
    day: date
    is_past: bool
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True)
class Chosen:
    """The question, what it is compared with, whether its chart has open hours only, and in words
    what was asked for that the metric does not have."""

    query: Query
    compare: Compare
    is_open_only: bool = False
    left_out: str = ""


def asked(offer: Offer, translator: Translator) -> Chosen:
    """Draw the pickers; gives what is chosen. What the metric cannot be split or filtered by is
    left out of the URL, too. Raises BadQuery for a link that asks what cannot be answered. On a
    phone they stand behind one button that says what is chosen."""
    folded = st.container(key="chosen")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="pickers"):
        name = _windowed(_metric(translator), translator)
        left_out = _left_out(name, translator)
        period = _period(offer, translator)
        grain = _grain(name, period, translator)
        by = _break_down(name, translator)
        filters = _filters(name, offer, translator)
        query = Query((name,), period, grain, by, filters)
        rare = rarely(query, offer.now, translator)
    with folded:
        told = " · ".join([_summary(query, translator), *rare.told])
        fold(translator.text("Choose"), told, key="fold")
    return Chosen(rare.query, rare.compare, rare.is_open_only, left_out)


def asked_of_time(name: str, offer: Offer, translator: Translator) -> Query:
    """Draw the pickers of the period and of the filters alone, for a screen of one question, with
    the filters that the metric has. Raises BadQuery."""
    folded = st.container(key="chosen")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="pickers"):
        period = _period(offer, translator)
        query = Query((name,), period, filters=_filters(name, offer, translator))
    with folded:
        days = fmt.period(*days_of(period), translator.language)
        chips = (chip(one, values, translator) for one, values in query.filters)
        fold(translator.text("Choose"), DOT.join([days, *chips]), key="fold")
    return query


def draw_left_out(chosen: Chosen, translator: Translator) -> None:
    """The quiet line about what the metric does not have; none where nothing was left out."""
    if chosen.left_out:
        text = translator.text(
            "{metric} cannot be filtered or broken down like this; left out: {what}",
            metric=label_of(chosen.query.metrics[0], translator),
            what=chosen.left_out,
        )
        draw(tag("p", text, cls="cc-compared cc-quiet", role="status"))


def _summary(query: Query, translator: Translator) -> str:
    """What is chosen, in the words of the pickers."""
    language = translator.language
    first, last = days_of(query.period)
    words = [label_of(query.metrics[0], translator), fmt.period(first, last, language)]
    words += [word(query.grain, language), *(word(one, language) for one in query.by)]
    words += [chip(name, values, translator) for name, values in query.filters]
    return " · ".join(words)


def zone_asked(usual: ZoneInfo) -> ZoneInfo:
    """The time zone of the link, else the centre's."""
    name = st.query_params.get("tz")
    return zone_of(name) if name else usual


def filters_asked() -> Filters:
    """The filters of the URL, also those that nobody offered: they find nothing, never all."""
    found = {}
    for parameter, value in st.query_params.items():
        if parameter.startswith("where_") and value:
            name = parameter.removeprefix("where_")
            if name not in list(Dimension):
                raise BadQuery(f"There is no {name!r} to go by; there is {', '.join(Dimension)}.")
            found[Dimension(name)] = tuple(value.split("|"))
    return tuple(sorted(found.items()))


def _left_out(name: str, translator: Translator) -> str:
    """Take out of the URL what the metric cannot be split or filtered by; gives it in words, also
    while the page is drawn anew and nothing else was chosen since."""
    has = OF_FACT[METRICS[name].fact]
    by = st.query_params.get("by", "")
    told = [chip(one, values, translator) for one, values in filters_asked() if one not in has]
    gone = {f"where_{one}" for one, _ in filters_asked() if one not in has}
    if by in list(Dimension) and by not in has:
        gone.add("by")
        values = word(Dimension(by), translator.language)
        told.append(
            translator.text(
                "{dimension}: {values}", dimension=translator.text("Break-down"), values=values
            )
        )
    if gone:  # at once: each change is a step that Back goes
        kept = {key: text for key, text in st.query_params.items() if key not in gone}
        st.query_params.from_dict(kept)
        st.session_state[LEFT_OUT] = kept, DOT.join(told)
    asked_then, words = st.session_state.get(LEFT_OUT, (None, ""))
    return words if asked_then == st.query_params.to_dict() else ""


def _metric(translator: Translator) -> str:
    several = st.query_params.get("metrics", "")
    name, _, days = several.split(",")[0].partition("@")
    if several != name:  # a link for a command may ask for many; a chart shows the first
        if days:
            metric(f"{name}@{days}")  # refuses what has no such window
            st.query_params["window"] = days
        st.query_params["metrics"] = name
    words = {
        name: translator.text(METRICS[name].label) for names in GROUPS.values() for name in names
    }
    return pick(translator.text("Metric"), words, HEADLINES[0], "metrics")


def _windowed(name: str, translator: Translator) -> str:
    """Within how many days somebody who comes back was not helped: NAME@DAYS of another window than
    the usual one. Nothing is asked of other metrics."""
    usual = METRICS[name].window_days
    if usual is None:
        return name
    words = {
        str(days): translator.plural("{n} day", "{n} days", days)
        for days in range(1, MOST_DAYS + 1)
    }
    days = pick(translator.text("Window"), words, str(usual), "window")
    return metric(f"{name}@{days}").name


def _period(offer: Offer, translator: Translator) -> Period:
    is_given = {"from", "to"} <= set(st.query_params)
    usual = Preset.CUSTOM if is_given else Preset.FOUR_WEEKS
    words = {str(one): word(one, translator.language) for one in Preset}
    if offer.is_past:
        words[Preset.TODAY] = translator.text("Newest day")
    chosen = Preset(pick(translator.text("Period"), words, str(usual), "period"))
    if chosen is not Preset.CUSTOM:
        return named_period(chosen, offer.day, offer.zone)
    if is_given:
        given = Period.parse(st.query_params["from"], st.query_params["to"], offer.zone.key)
    else:
        given = named_period(Preset.FOUR_WEEKS, offer.day, offer.zone)
    _own_days(given, translator)
    return given


def _own_days(given: Period, translator: Translator) -> None:
    key = "pick-days"
    st.session_state[key] = days_of(given)
    st.date_input(
        translator.text("First and last day"),
        key=key,
        format="DD.MM.YYYY" if translator.language != "en" else "DD/MM/YYYY",
        on_change=_days_to_url(key, given.zone),
        min_value=date(1970, 1, 1),
        max_value=date(2100, 1, 1),
    )


def _days_to_url(key: str, where: ZoneInfo) -> Callable[[], None]:
    def write() -> None:
        days = st.session_state[key]
        if len(days) == 2:  # between the two clicks there is only the first
            period = of_days(days[0], days[1], where)
            st.query_params["from"] = _local(period.start, where)
            st.query_params["to"] = _local(period.end, where)
            st.query_params["period"] = Preset.CUSTOM

    return write


def _local(at: datetime, where: ZoneInfo) -> str:
    return at.astimezone(where).date().isoformat()


def _grain(name: str, period: Period, translator: Translator) -> Grain:
    is_split = st.query_params.get("by") in BREAK_DOWNS
    usual = usual_grain(period, is_sparse=name in OF_ANSWERS, is_split=is_split)
    offered = {usual, *sensible_grains(period)}
    words = {str(g): word(g, translator.language) for g in Grain if g in offered}
    return Grain(pick(translator.text("Grain"), words, str(usual), "grain"))


def _break_down(name: str, translator: Translator) -> tuple[Dimension, ...]:
    allowed = OF_FACT[METRICS[name].fact]
    words = {"": translator.text("None")}
    words |= {str(d): word(d, translator.language) for d in BREAK_DOWNS if d in allowed}
    chosen = pick(translator.text("Break-down"), words, "", "by")
    return (Dimension(chosen),) if chosen else ()


def _filters(metric_name: str, offer: Offer, translator: Translator) -> Filters:
    """Chips that open: each says what is chosen of its dimension."""
    asked_for = dict(filters_asked())
    allowed = OF_FACT[METRICS[metric_name].fact]
    shown = {
        name: list(dict.fromkeys((*offer.names.get(name, ()), *asked_for.get(name, ()))))
        for name in dict.fromkeys((*FILTERS, *asked_for))
        if name in asked_for or (name in allowed and len(offer.names.get(name, ())) > 1)
    }
    for name, values in shown.items():
        words = {one: words_of(name, one, translator) for one in values}
        label = word(name, translator.language)
        chosen = chip(name, asked_for.get(name, ()), translator)
        with st.popover(escaped(chosen), key=f"chip-{name}"):
            everything = translator.text("{dimension}: all", dimension=label)
            pick_some(label, words, f"where_{name}", everything)
    return filters_asked()


def chip(name: Dimension, values: Sequence[str], translator: Translator) -> str:
    """What is chosen of a dimension, as short as it can be said."""
    label = word(name, translator.language)
    if not values:
        return label
    if len(values) == 1:
        return f"{label}: {words_of(name, values[0], translator)}"
    return f"{label}: {fmt.count(len(values), translator.language)}"


def escaped(text: str) -> str:
    """A name as Streamlit's labels show it: they would read it as Markdown, and fetch a picture
    that it names."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$:])", r"\\\1", text)


def words_of(dimension: Dimension, value: str, translator: Translator) -> str:
    """A value of a dimension as people read it; names are as the source wrote them."""
    if dimension is Dimension.QUEUE_CHANNEL:
        channel, _, queue = value.partition(":")
        name = words_of(Dimension.QUEUE, queue, translator)
        return f"{name} ({words_of(Dimension.CHANNEL, channel, translator)})" if queue else value
    if dimension in WAYS:
        return _way_in_words(dimension, value, translator)
    if value == UNKNOWN:
        return translator.text(NONE.get(dimension, N_("Not known")))
    kind = _WORDED.get(dimension)
    if kind is None or value not in list(kind):
        return value
    return word(kind(value), translator.language)


def _way_in_words(of: Dimension, piece: str, translator: Translator) -> str:
    """A piece of a path, or any: of queues as it is written, of channels by their words."""
    if piece == ANY:
        return translator.text("any")
    if of is Dimension.HANDOVER:
        return piece
    return ARROW.join(words_of(Dimension.CHANNEL, one, translator) for one in piece.split(ARROW))


NONE: Mapping[Dimension, str] = {
    Dimension.QUEUE: N_("No queue"),
    Dimension.TEAM: N_("No team"),
    Dimension.AGENT: N_("No agent"),
    Dimension.CONTACT_POINT: N_("No contact point"),
}
"""What stands for those that have none."""
_WORDED: Mapping[Dimension, type[Channel | Outcome | Direction | Recognition]] = {
    Dimension.CHANNEL: Channel,
    Dimension.OUTCOME: Outcome,
    Dimension.DIRECTION: Direction,
    Dimension.RECOGNITION: Recognition,
}
