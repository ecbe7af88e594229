"""The screen "Trends": tiles, one chart with a sentence above it, the same figures as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from ccdash.i18n import Translator
from ccdash.measures import Fact
from ccdash.metrics import METRICS, Metric
from ccdash.query import Query
from ccdash.store.coverage import Coverage
from ccdash.store.engine import Store
from ccdash.store.history import Answer, read
from ccdash.thresholds import Thresholds
from ccdash.ui import format as fmt
from ccdash.ui.charts import Point
from ccdash.ui.deltas import Scale, delta
from ccdash.ui.headline import headline, pointed
from ccdash.ui.live_screen import level_state, target_percent
from ccdash.ui.metric_list import WHY_NOT, beside, figure_text
from ccdash.ui.page import Status, Tile, card, empty, header, section, strip
from ccdash.ui.panels import trend_panel
from ccdash.ui.shell import href, open_screen
from ccdash.ui.tables import Column, Table, data_table
from ccdash.ui.trend import Trend
from ccdash.ui.trends_controls import words_of
from ccdash.ui.words import word
from ccdash.views import trends
from ccdash.views.periods import comparable_previous, days_of
from ccdash.views.trends import WHOLE, Figure
from ccdash.vocabulary import Grain, Unit


@dataclass(frozen=True)
class Answers:
    """Everything that the screen shows of one question: the course of the metric, the totals and
    the course of all tiles, the totals of each part."""

    query: Query
    course: pl.DataFrame
    tiles: Answer
    figures: Sequence[Figure]
    parts: Answer

    @property
    def metric(self) -> Metric:
        """What is drawn."""
        return METRICS[self.query.metrics[0]]

    @property
    def total(self) -> Figure:
        """It, over the whole period."""
        return self.figures[0]


def answered(store: Store, query: Query, now: datetime, *, compared: bool) -> Answers:
    """Read a question. Raises BadQuery, StoreUnavailable."""
    tiles = replace(query, metrics=beside(query.metrics[0]), by=())
    whole = replace(tiles, grain=Grain.TOTAL)
    before = replace(query, period=query.period.previous())
    whole_before = replace(whole, period=comparable_previous(query.period, now))
    is_one_line = compared and not query.by  # a dotted line for each of many says nothing
    by_time = read(store, tiles)
    points = read(store, query).frame if query.by else by_time.frame
    course = trends.course(query, points, read(store, before).frame if is_one_line else None)
    figures = trends.figures(
        whole, read(store, whole).frame, read(store, whole_before).frame if compared else None
    )
    parts = read(store, replace(whole, by=query.by)) if query.by else by_time
    return Answers(query, course, by_time, figures, parts)


def draw_head(coverage: Coverage, query: Query, translator: Translator) -> None:
    """What is asked, of what time, in which zone, and how far the data goes."""
    say, language = translator.text, translator.language
    first, last = days_of(query.period)
    days = fmt.period(first, last, language)
    subtitle = say("{days}, by {grain}", days=days, grain=word(query.grain, language).lower())
    newest = coverage.newest_at
    status = None
    if newest is not None:
        local = newest.astimezone(query.period.zone)
        when = f"{fmt.short_date(local, language)} {fmt.clock(local, language)}"
        status = Status(say("data through {time}", time=when), "still")
    header(say("Trends"), subtitle, status, [query.period.timezone.replace("_", " ")])


def draw_tiles(answers: Answers, targets: Thresholds, translator: Translator) -> None:
    """The metric and the headlines beside it."""
    target = target_percent(targets, answers.query.period.end) / 100
    strip([_tile(one, answers, target, translator) for one in answers.figures], translator)


def draw_chart(answers: Answers, targets: Thresholds, translator: Translator) -> Point | None:
    """The chart, or in words why there is none; a clicked point comes back."""
    metric, say = answers.metric, translator.text
    if metric.name in answers.tiles.not_measured:
        with card("not-measured"):
            section(say(metric.label), say(metric.definition))
            reason = say(WHY_NOT[metric.needs]) if metric.needs else ""
            empty(say("Not measured"), reason)
        return None
    target = None
    if metric.name == "service_level":
        target = target_percent(targets, answers.query.period.end) / 100
    return trend_panel(
        _drawn(answers.course), _trend(answers, target, translator), translator, "trend"
    )


def draw_table(answers: Answers, translator: Translator) -> Query | None:
    """Each part, or each bucket, with the metrics of the tiles; a picked row asks for its list."""
    say, language = translator.text, translator.language
    by = answers.query.by
    frame = answers.parts.frame
    if frame.is_empty():
        return None
    names = answers.parts.query.metrics
    first = f"n_{names[0]}" if METRICS[names[0]].denominator else None
    shown = frame.sort(f"n_{names[0]}", descending=True, nulls_last=True) if by else frame
    labels = [_row_label(row, answers, translator) for row in shown.iter_rows(named=True)]
    columns = [Column("label", word(by[0], language) if by else say("Time"), pinned=True)]
    for name in names:
        metric = METRICS[name]
        columns.append(Column(name, say(metric.label), metric.unit, help=say(metric.definition)))
        if name == names[0] and first:
            columns.append(Column(first, "n", Unit.COUNT))
    with card("table"):
        section(say("By {part}", part=word(by[0] if by else answers.query.grain, language).lower()))
        table = Table("parts", columns, selectable=True, alt=say("All figures as a table"))
        row = data_table(shown.with_columns(pl.Series("label", labels)), table, translator)
    return None if row is None else _behind_row(answers, shown.row(row, named=True))


def follow(answers: Answers, point: Point | None, behind: Query | None) -> None:
    """Go to the contacts behind what was clicked."""
    if point is not None:
        span = trends.span_of(answers.query, point.bucket)
        if span is not None:
            of = {answers.query.by[0]: point.series} if answers.query.by else {}
            behind = answers.query.narrowed_to(answers.metric.name, span, **of)
    if behind is not None and METRICS[behind.metrics[0]].fact is Fact.CONTACT:
        open_screen("contacts", behind.to_params())


def _behind_row(answers: Answers, row: dict[str, object]) -> Query | None:
    query = answers.query
    if query.by:
        whole = (query.period.start, query.period.end)
        of = {query.by[0]: str(row[query.by[0]] or trends.UNKNOWN)}
        return query.narrowed_to(answers.metric.name, whole, **of)
    spans = dict(query.period.spans(query.grain))
    start = row["bucket"]
    assert isinstance(start, datetime)  # noqa: S101  a frame of history says so
    return query.narrowed_to(answers.metric.name, (start, spans[start]))


def _row_label(row: dict[str, object], answers: Answers, translator: Translator) -> str:
    by, period = answers.query.by, answers.query.period
    if by:
        return words_of(by[0], str(row[by[0]] or trends.UNKNOWN), translator)
    at = row["bucket"]
    assert isinstance(at, datetime)  # noqa: S101
    wall = at.astimezone(period.zone)
    return fmt.bucket(wall, answers.query.grain, translator.language, dated=True)


def _drawn(course: pl.DataFrame) -> pl.DataFrame:
    """Without the period before where nothing is known of it."""
    if "previous" in course.columns and course["previous"].drop_nulls().is_empty():
        return course.drop("previous")
    return course


def _trend(answers: Answers, target: float | None, translator: Translator) -> Trend:
    say, metric, query = translator.text, answers.metric, answers.query
    label = say(metric.label)
    first, last = days_of(query.period)
    days = fmt.period(first, last, translator.language)
    words = {
        one: _series_word(one, answers, translator) for one in answers.course["series"].unique()
    }
    title = headline(answers.total, translator)
    worst = trends.extreme(answers.course, metric.name)
    if worst is not None:
        named = replace(worst, series=words[worst.series] if worst.series else WHOLE)
        title += "; " + pointed(named, answers.total, query.grain, translator)
    click = say("Click a point for its contacts.") if metric.fact is Fact.CONTACT else ""
    return Trend(
        metric.unit,
        query.grain,
        alt=say("{metric}, {days}", metric=label, days=days),
        title=title,
        note=f"{say(metric.definition)} {click}".strip(),
        labels=words,
        target=target,
    )


def _series_word(series: str, answers: Answers, translator: Translator) -> str:
    if series == WHOLE:
        return translator.text(answers.metric.label)
    return words_of(answers.query.by[0], series, translator)


def _tile(figure: Figure, answers: Answers, target: float, translator: Translator) -> Tile:
    say, language = translator.text, translator.language
    metric = METRICS[figure.metric]
    if figure.metric in answers.tiles.not_measured:
        why = say(WHY_NOT[metric.needs]) if metric.needs else ""
        return Tile(say(metric.label), fmt.value(fmt.NOT_MEASURED, metric.unit, language), why)
    scale = Scale(metric.unit, metric.better)
    notes = [_sample(figure, metric, translator)] if metric.denominator else []
    if metric.name == "service_level":
        notes.append(say("target {value}", value=fmt.percent(target, language, 0)))
    if figure.before is not None and figure.value is not None:
        notes.append(delta(figure.value, figure.before, scale, language).text)
    whole = (answers.query.period.start, answers.query.period.end)
    behind = answers.query.narrowed_to(metric.name, whole)
    is_level = metric.name == "service_level"
    state = level_state(figure.value, target) if is_level else None
    return Tile(
        say(metric.label),
        figure_text(metric, figure.value, figure.n, translator),
        " · ".join(notes),
        None if state == "good" else state,
        help=say(metric.definition),
        sparkline=_line(answers.tiles, metric.name),
        link=href("contacts", behind.to_params()) if metric.fact is Fact.CONTACT else None,
    )


def _sample(figure: Figure, metric: Metric, translator: Translator) -> str:
    """Of how many contacts, or of how much of people's time."""
    if metric.fact is Fact.AGENT:
        time = fmt.duration(figure.n or 0, translator.language)
        return translator.text("of {time}", time=time)
    return f"n {fmt.count(figure.n or 0, translator.language)}"


def _line(tiles: Answer, name: str) -> list[float | None]:
    """A value for every bucket of the period, for a line the size of a word."""
    known = dict(zip(tiles.frame["bucket"], tiles.frame[name], strict=True))
    return [known.get(at) for at in tiles.query.period.starts(tiles.query.grain)]
