"""The pickers of the screen "Trends". The URL is their state, under the names of the Query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import streamlit as st

from ccdash.errors import BadQuery
from ccdash.i18n import Translator
from ccdash.metrics import METRICS
from ccdash.query import Dimension, Filters, Period, Query
from ccdash.settings import zone as zone_of
from ccdash.store.conditions import OF_FACT
from ccdash.ui.controls import pick, pick_some
from ccdash.ui.metric_list import HEADLINES, choices
from ccdash.ui.words import word
from ccdash.views.periods import (
    Preset,
    days_of,
    named_period,
    of_days,
    sensible_grains,
    usual_grain,
)
from ccdash.vocabulary import Channel, Direction, Grain, Outcome

FILTERS = (Dimension.CHANNEL, Dimension.QUEUE, Dimension.TEAM, Dimension.CONTACT_POINT)
BREAK_DOWNS = (
    Dimension.CHANNEL, Dimension.QUEUE, Dimension.TEAM, Dimension.AGENT, Dimension.CONTACT_POINT,
    Dimension.LANGUAGE, Dimension.SUBJECT, Dimension.OUTCOME, Dimension.DIRECTION, Dimension.SOURCE,
)  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """What may be chosen: the names in the store, and the day that periods count back from."""

    names: Mapping[Dimension, list[str]]
    day: date
    is_past: bool
    zone: ZoneInfo


def asked(offer: Offer, translator: Translator) -> tuple[Query, bool]:
    """Draw the pickers; gives the question and whether to compare it with the period before.
    Raises BadQuery for a link that asks what cannot be answered."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="pickers"):
        name = _metric(translator)
        period = _period(offer, translator)
        grain = _grain(period, translator)
        by = _break_down(name, translator)
        is_compared = _compared(translator)
    filters = _filters(name, offer, translator)
    return Query((name,), period, grain, by, filters), is_compared


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


def _metric(translator: Translator) -> str:
    several = st.query_params.get("metrics", "")
    if "," in several:  # a link for a command may ask for many; a chart shows the first
        st.query_params["metrics"] = several.split(",")[0]
    return pick(translator.text("Metric"), choices(translator), HEADLINES[0], "metrics")


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
        format="DD.MM.YYYY" if translator.language == "fi" else "DD/MM/YYYY",
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


def _grain(period: Period, translator: Translator) -> Grain:
    usual = usual_grain(period)
    offered = {usual, *sensible_grains(period)}
    words = {str(g): word(g, translator.language) for g in Grain if g in offered}
    return Grain(pick(translator.text("Grain"), words, str(usual), "grain"))


def _break_down(metric: str, translator: Translator) -> tuple[Dimension, ...]:
    allowed = OF_FACT[METRICS[metric].fact]
    words = {"": translator.text("None")}
    words |= {str(d): word(d, translator.language) for d in BREAK_DOWNS if d in allowed}
    chosen = pick(translator.text("Break-down"), words, "", "by")
    return (Dimension(chosen),) if chosen else ()


def _compared(translator: Translator) -> bool:
    words = {"previous": translator.text("Period before"), "none": translator.text("Nothing")}
    return pick(translator.text("Compare with"), words, "previous", "compare") == "previous"


def _filters(metric: str, offer: Offer, translator: Translator) -> Filters:
    asked_for = dict(filters_asked())
    allowed = OF_FACT[METRICS[metric].fact]
    shown = {
        name: list(dict.fromkeys((*offer.names.get(name, ()), *asked_for.get(name, ()))))
        for name in dict.fromkeys((*FILTERS, *asked_for))
        if name in asked_for or (name in allowed and len(offer.names.get(name, ())) > 1)
    }
    if shown:
        with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
            for name, values in shown.items():
                words = {one: words_of(name, one, translator) for one in values}
                label = word(name, translator.language)
                everything = translator.text("{dimension}: all", dimension=label)
                pick_some(label, words, f"where_{name}", everything)
    return filters_asked()


def words_of(dimension: Dimension, value: str, translator: Translator) -> str:
    """A value of a dimension as people read it; names are as the source wrote them."""
    kind = _WORDED.get(dimension)
    if kind is None or value not in list(kind):
        return value
    return word(kind(value), translator.language)


_WORDED: Mapping[Dimension, type[Channel | Outcome | Direction]] = {
    Dimension.CHANNEL: Channel,
    Dimension.OUTCOME: Outcome,
    Dimension.DIRECTION: Direction,
}
