"""The card "by weekday and hour" of the screen "Trends": a heat map, or the same as a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from ccdash.i18n import N_, Translator
from ccdash.measures import OF_CONTACTS, Fact
from ccdash.metrics import METRICS
from ccdash.query import MOST_BUCKETS, Query, bucket_start
from ccdash.store.coverage import Coverage
from ccdash.store.engine import Store
from ccdash.store.history import read
from ccdash.ui import format as fmt
from ccdash.ui.addresses import href
from ccdash.ui.charts import LEAST_DRAWN
from ccdash.ui.figures_table import Cell, FiguresTable, figures_table
from ccdash.ui.heat_map import HeatCell, HeatMap, heat_map
from ccdash.ui.markup import draw, tag
from ccdash.ui.metric_list import beside_figure, label_of
from ccdash.ui.page import card, empty, helped
from ccdash.ui.panels import CHART, view_switch
from ccdash.ui.trend_words import between
from ccdash.views import week
from ccdash.views.trends import LEAST_ANSWERS, OF_ANSWERS, adds_up, is_too_few
from ccdash.vocabulary import Grain, Unit

HOURS_A_DAY = 24
HELP = N_(
    "Every cell has all days of that weekday in the period, by the clock of {zone}. The hour that "
    "a day has twice when clocks go back counts as one. A cell is a ratio of sums, as every figure."
)
WORST, HIGHEST = (
    N_("{metric} by weekday and hour; worst on {day} at {hours}: {value}"),
    N_("{metric} by weekday and hour; highest on {day} at {hours}: {value}"),
)
EACH_TIME = {
    1: N_("{n} each Monday"), 2: N_("{n} each Tuesday"), 3: N_("{n} each Wednesday"),
    4: N_("{n} each Thursday"), 5: N_("{n} each Friday"), 6: N_("{n} each Saturday"),
    7: N_("{n} each Sunday"),
}  # fmt: skip


@dataclass(frozen=True)
class Week:
    """The metric of a question by weekday and hour: views/week.py's frame, the days of the period,
    the hours of the day that are shown, and how often something is known of each hour."""

    query: Query
    frame: pl.DataFrame
    days: Mapping[int, int]
    hours: range
    told: Mapping[tuple[int, int], int]

    @cached_property
    def least(self) -> int:
        """The n from which a cell has a colour."""
        return week.least_shown(self.frame, self.name)

    @property
    def name(self) -> str:
        """The metric."""
        return self.query.metrics[0]


def read_week(store: Store, query: Query, missing: Collection[str], held: Coverage) -> Week | None:
    """Read it; None of what cannot be added up by hours (medians, numbers of customers), of some
    hours of the week alone, and of a period of too many hours. Raises StoreUnavailable."""
    asked = replace(query, grain=Grain.HOUR, by=(), before=None)
    length = query.period.end - query.period.start
    is_too_long = length.days * HOURS_A_DAY > MOST_BUCKETS - 2 * HOURS_A_DAY
    is_part = query.is_of_hours or query.metrics[0] in missing
    if not adds_up(query.metrics) or is_too_long or is_part:
        return None
    answer = read(store, asked)
    frame = week.hours_of_week(asked, answer.frame, missing)
    start, end = query.period.start, held.came_until or held.newest_at or query.period.start
    first = bucket_start(held.first_at or start, Grain.DAY, query.period.zone)
    told = week.told_hours(
        asked, max(first, answer.counted_since or start), min(end, answer.known_until or end)
    )
    return Week(asked, frame, week.days_of_week(query.period), week.open_span(frame), told)


def draw_week(found: Week | None, translator: Translator) -> None:
    """The card; nothing where there is nothing to show."""
    if found is None or not found.hours:
        return
    say = translator.text
    with card("week"):
        with st.container(horizontal=True, vertical_alignment="top", key="head-week"):
            with st.container():
                _head(found, translator)
            view = view_switch(translator, "week")
        if found.frame["value"].drop_nulls().is_empty():
            empty(say("Nothing to count in this period."))
        elif view == CHART and not _speaks(found):
            title = say("Too few answers for a map.")
            empty(title, say("A longer period or fewer filters give more."))
        elif view == CHART:
            heat_map(_map(found, translator), translator, "week-map")
        else:
            figures_table(_table(found, translator))


def _head(found: Week, translator: Translator) -> None:
    say = translator.text
    told = [say("Sums of all weeks of the period.")]
    if METRICS[found.name].unit is not Unit.COUNT:
        told = [say("All weeks of the period together.")]
    if _way(found) is not None and _speaks(found):
        told.append(say("Click a cell for its contacts."))
    if len(set(found.days.values())) > 1:
        told.append(say("The period has not as many days of each weekday."))
    help_text = say(HELP, zone=found.query.period.timezone.replace("_", " "))
    draw(
        tag(
            "div",
            tag("h2", helped(_title(found, translator), help_text)),
            tag("p", " ".join(told), cls="cc-quiet"),
            cls="cc-section",
        )
    )


def _title(found: Week, translator: Translator) -> str:
    say, metric = translator.text, METRICS[found.name]
    label = label_of(found.name, translator)
    top = week.peak(found.frame, found.name)
    if top is None:
        return say("{metric} by weekday and hour", metric=label)
    return say(
        HIGHEST if week.is_highest(found.name) else WORST,
        metric=label,
        day=fmt.weekday(top.weekday, translator.language, short=False),
        hours=fmt.hours(top.hour, translator.language),
        value=fmt.value(top.value, metric.unit, translator.language),
    )


def _way(found: Week) -> dict[str, str] | None:
    """The parameters of all lists behind the cells; none where the metric counts no contacts."""
    if METRICS[found.name].fact not in OF_CONTACTS:
        return None
    return found.query.behind(found.name).to_params()


def _link(row: Mapping[str, Any]) -> dict[str, str]:
    return {"weekday": str(row["weekday"]), "hour": str(row["hour"])}


def _rows(found: Week) -> dict[tuple[int, int], dict[str, Any]]:
    return {(one["weekday"], one["hour"]): one for one in found.frame.iter_rows(named=True)}


def _map(found: Week, translator: Translator) -> HeatMap:
    say, language, metric = translator.text, translator.language, METRICS[found.name]
    rows, way = _rows(found), _way(found)
    shown = [one for one in rows.values() if _is_shown(found, one)]
    values = [one["value"] for one in shown] or [0.0]
    low, high = min(values), max(values)
    cells = [
        [_cell(rows.get((day, hour)), found, (low, high), translator) for hour in found.hours]
        for day in found.days
    ]
    top = week.peak(found.frame, found.name)
    worst = [(list(found.days).index(top.weekday), top.hour - found.hours.start)] if top else []
    has_few = any(_is_of_few(found, one) for one in rows.values())
    texts = [fmt.value(one, metric.unit, language) for one in (low, high)]
    return HeatMap(
        say("{metric} by weekday and hour", metric=label_of(found.name, translator)),
        [fmt.weekday(day, language) for day in found.days],
        [str(hour) for hour in found.hours],
        cells,
        (texts[0], texts[1]),
        worst,
        _few(found, translator) if has_few else "",
        href("contacts"),
        way,
    )


def _few(found: Week, translator: Translator) -> str:
    """What a cell without a colour means."""
    if found.name in OF_ANSWERS:
        return translator.text("fewer than {least} answers", least=found.least)
    is_time = METRICS[found.name].fact is Fact.AGENT
    as_text = fmt.duration if is_time else fmt.count
    return translator.text("n below {least}", least=as_text(found.least, translator.language))


def _speaks(found: Week) -> bool:
    """Whether enough cells have a figure; fewer are crumbs and no map, as on the chart."""
    counted = [one for one in found.frame.iter_rows(named=True) if one["n"]]
    shown = sum(_is_shown(found, one) for one in counted)
    return shown > 0 and shown >= LEAST_DRAWN * len(counted)


def _is_shown(found: Week, row: Mapping[str, Any]) -> bool:
    """Whether the cell has a colour."""
    return bool(row["n"]) and row["value"] is not None and not _is_of_few(found, row)


def _is_told(found: Week, row: Mapping[str, Any]) -> bool:
    """Whether the cell has a figure; not each stands beside the others."""
    says = row["value"] is not None and row["n"] >= week.least_told(found.name)
    return says or _is_shown(found, row)


def _is_of_few(found: Week, row: Mapping[str, Any]) -> bool:
    """Whether something was counted, but less than it takes to stand beside the others."""
    return 0 < (row["n"] or 0) < found.least


def _cell(
    row: Mapping[str, Any] | None,
    found: Week,
    scale: tuple[float, float],
    translator: Translator,
) -> HeatCell | None:
    if row is None or not row["n"]:
        return None
    low, high = scale
    few = _is_of_few(found, row)
    link = _link(row) if METRICS[found.name].fact in OF_CONTACTS else None
    depth = None
    if _is_shown(found, row):
        depth = round(100 * (row["value"] - low) / (high - low)) if high > low else 50
    text = _short(row["value"], found, translator) if _is_told(found, row) else ""
    return HeatCell(text, _tip(row, found, translator), depth, few, link)


def _tip(row: Mapping[str, Any], found: Week, translator: Translator) -> tuple[str, str]:
    say, language, metric = translator.text, translator.language, METRICS[found.name]
    day = fmt.weekday(row["weekday"], language, short=False)
    when = say("{day} {hours}", day=day, hours=fmt.hours(row["hour"], translator.language))
    if is_too_few(found.name, row["n"]):
        value = say("too few answers")
    else:
        value = fmt.value(row["value"], metric.unit, language)
    more = [one for one in [beside_figure(metric, row["n"], translator)] if one]
    if metric.unit is Unit.COUNT and (days := found.told.get((row["weekday"], row["hour"]), 0)) > 1:
        mean = fmt.score(round(row["value"] / days, 1), language)
        more.append(say(EACH_TIME[row["weekday"]], n=mean))
    if row.get("low") is not None and row["n"] >= LEAST_ANSWERS:
        more.append(between(row["low"], row["high"], metric.unit, translator))
    return f"{when}: {value}", " · ".join(more)


def _short(value: float, found: Week, translator: Translator) -> str:
    """As a cell has room for it."""
    unit, language = METRICS[found.name].unit, translator.language
    if unit is Unit.RATIO:
        return fmt.percent(value, language, 0)
    if unit is Unit.SECONDS and value >= 3600:
        return translator.text("{n} h", n=fmt.score(round(value / 3600, 1), language))
    if unit is Unit.SCORE:
        return fmt.score(round(value, 1), language)
    return fmt.value(value, unit, language)


def _table(found: Week, translator: Translator) -> FiguresTable:
    """A row a day, a column an hour."""
    say, language, rows = translator.text, translator.language, _rows(found)
    heads = [say("Weekday"), *(fmt.hours(hour, translator.language) for hour in found.hours)]
    lines = [
        [
            Cell(fmt.weekday(day, language, short=False)),
            *(_figure(rows.get((day, hour)), found, translator) for hour in found.hours),
        ]
        for day in found.days
    ]
    title = say("{metric} by weekday and hour", metric=label_of(found.name, translator))
    return FiguresTable(title, heads, lines)


def _figure(row: Mapping[str, Any] | None, found: Week, translator: Translator) -> Cell:
    if row is None or not row["n"]:
        return Cell(fmt.NOTHING)
    metric, way = METRICS[found.name], _way(found)
    link = None if way is None else f"{href('contacts')}?{urlencode(way | _link(row))}"
    under = beside_figure(metric, row["n"], translator)
    if is_too_few(found.name, row["n"]):
        return Cell(translator.text("too few answers"), link, under)
    return Cell(fmt.value(row["value"], metric.unit, translator.language), link, under)
