"""The figures of the screen "Trends": the strip above the chart, and the table of parts below."""

from __future__ import annotations

import polars as pl

from ccdash.i18n import N_, Translator
from ccdash.metrics import METRICS
from ccdash.query import Period, Query
from ccdash.store.coverage import Coverage
from ccdash.thresholds import Thresholds
from ccdash.ui import format as fmt
from ccdash.ui.deltas import Scale, delta
from ccdash.ui.figures_table import Cell, FiguresTable, figures_table
from ccdash.ui.look import level_state, target_percent
from ccdash.ui.markup import draw, tag
from ccdash.ui.metric_help import metric_help
from ccdash.ui.metric_list import (
    WHY_NOT,
    beside_figure,
    figure_text,
    label_of,
    sample,
    shown_with,
)
from ccdash.ui.metrics_screen import entry_of
from ccdash.ui.page import Tile, card, section, strip
from ccdash.ui.trend_words import between
from ccdash.ui.trends_answers import Answers
from ccdash.ui.trends_controls import words_of
from ccdash.ui.trends_screen import aimed_at, contacts_of, too_young, young_day
from ccdash.ui.words import word
from ccdash.views.periods import Compare, days_of, of_months, weeks_apart
from ccdash.views.trends import LEAST_ANSWERS, Figure, is_too_few
from ccdash.vocabulary import Better

OF_WEEKS, OF_WEEKDAYS, OF_MONTHS = (
    N_("Compared with the same weeks and weekdays last year, {days}."),
    N_("Compared with the same weekdays {n} weeks earlier, {days}."),
    N_("Compared with the same months last year, {days}."),
)


def draw_tiles(answers: Answers, targets: Thresholds, translator: Translator) -> None:
    """The metric and the headlines beside it."""
    target = target_percent(targets, aimed_at(answers.query)) / 100
    strip([_tile(one, answers, target, translator) for one in answers.figures], translator)


def draw_compared(answers: Answers, held: Coverage, translator: Translator) -> None:
    """With which days the figures are compared, or why with none."""
    if answers.compare is Compare.NONE:
        return
    if answers.before is None:
        first = held.first_at
        if first is None:
            return
        day = fmt.short_date(first.astimezone(answers.query.period.zone), translator.language)
        text = translator.text("Nothing to compare with: the data begins {day}.", day=day)
    else:
        text = " ".join(_compared(answers, answers.before, translator))
    draw(tag("p", text, cls="cc-compared cc-quiet"))


def _compared(answers: Answers, before: Period, translator: Translator) -> list[str]:
    say, language = translator.text, translator.language
    period = answers.query.period
    first, last = days_of(before)
    days = fmt.period(first, last, language)
    if answers.compare is Compare.YEAR:
        told = [_last_year(answers.query, before, days, translator)]
    elif first.weekday() == days_of(period)[0].weekday():
        told = [say("Compared with {days}, the same weekdays.", days=days)]
    else:
        told = [say("Compared with {days}.", days=days)]
    end = before.end.astimezone(before.zone)
    if (end.hour, end.minute) != (0, 0):
        time = fmt.clock(end, language)
        told.append(say("As this period is not over: up to {time} on the last day.", time=time))
    if answers.known_before is not None:
        metric = label_of(answers.metric.name, translator)
        days = fmt.period(*days_of(answers.known_before), language)
        text = say(
            "{metric}, as far as it is known, is compared with {days}.", metric=metric, days=days
        )
        told.append(text)
    return told


def _last_year(query: Query, before: Period, days: str, translator: Translator) -> str:
    if of_months(query.period, query.grain):
        return translator.text(OF_MONTHS, days=days)
    apart = weeks_apart(query.period, before)
    if apart is None:
        return translator.text(OF_WEEKS, days=days)
    return translator.text(OF_WEEKDAYS, n=apart, days=days)


def draw_table(answers: Answers, translator: Translator) -> None:
    """Each part with the metrics of the strip, and what became of it."""
    if not answers.parts:
        return
    say = translator.text
    by = answers.query.by[0]
    names = shown_with(answers.metric.name)
    heads = [word(by, translator.language), *(label_of(name, translator) for name in names)]
    first_has_n = METRICS[names[0]].denominator
    if first_has_n:
        heads.insert(2, "n")
    rows = []
    for part, figures in answers.parts.items():
        cells = [_cell(one, part, answers, translator) for one in figures]
        if first_has_n:
            cells.insert(1, Cell(sample(answers.metric, figures[0].n, translator)))
        rows.append([Cell(words_of(by, part, translator)), *cells])
    by_value = answers.metric.better is not Better.NEITHER
    with card("table"):
        order = say("The worst first.") if by_value else say("The largest first.")
        order = " ".join(one for one in (order, too_young(answers, translator)) if one)
        section(say("By {part}", part=word(by, translator.language).lower()), order)
        figures_table(FiguresTable(say("All figures as a table"), heads, rows))


def _cell(figure: Figure, part: str, answers: Answers, translator: Translator) -> Cell:
    metric = METRICS[figure.metric]
    if figure.metric in answers.missing or figure.value is None:
        return Cell(fmt.NOTHING)
    text = figure_text(metric, figure.value, figure.n, translator)
    way = contacts_of(answers.query, metric.name, part) if figure.n else None
    return Cell(text, way, _change(figure, translator))


def _tile(figure: Figure, answers: Answers, target: float, translator: Translator) -> Tile:
    say, language = translator.text, translator.language
    metric = METRICS[figure.metric]
    if figure.metric in answers.missing:
        why = say(WHY_NOT[metric.needs]) if metric.needs else ""
        return Tile(say(metric.label), fmt.value(fmt.NOT_MEASURED, metric.unit, language), why)
    is_level = metric.name == "service_level"
    state = level_state(figure.value, target) if is_level else None
    notes = _notes(figure, answers, translator)
    if is_level:
        notes.append(say("target {value}", value=fmt.percent(target, language, 0)))
    notes.append(_change(figure, translator))
    is_young = metric.days_until_known is not None and answers.is_all_young
    text = figure_text(metric, figure.value, figure.n, translator)
    return Tile(
        label_of(metric.name, translator),
        say("not yet known") if is_young else text,
        " · ".join(part for part in notes if part),
        None if state == "good" else state,
        metric.better,
        help=" ".join([metric_help(metric, figure.n, translator), say("Press ? for more.")]),
        help_link=entry_of(metric.name),
        sparkline=_line(answers, metric.name),
        link=contacts_of(answers.query, metric.name) if figure.n else None,
    )


def _notes(figure: Figure, answers: Answers, translator: Translator) -> list[str]:
    """Of how many, how sure, of what two parts, and since when it is not known."""
    metric = METRICS[figure.metric]
    if metric.days_until_known is not None and answers.is_all_young:
        return []
    notes = [beside_figure(metric, figure.n, translator)]
    if is_too_few(metric.name, figure.n):
        notes.append(translator.text("{least} needed", least=LEAST_ANSWERS))
    if figure.interval is not None:
        notes.append(between(*figure.interval, metric.unit, translator))
    notes += _apart(figure, answers, translator)
    if metric.days_until_known is not None and answers.known_until is not None:
        day = young_day(answers, translator)
        notes.append(translator.text("not yet known since {day}", day=day))
    return notes


def _apart(figure: Figure, answers: Answers, translator: Translator) -> list[str]:
    """The two that a figure of waits mixes."""
    found = answers.apart.get(figure.metric)
    if found is None:
        return []
    unit = METRICS[figure.metric].unit
    live, other = (fmt.value(one.value, unit, translator.language) for one in found)
    say = translator.text
    return [say("phone and chat {value}", value=live), say("other channels {value}", value=other)]


def _change(figure: Figure, translator: Translator) -> str:
    before = figure.known().before
    if before is None or figure.value is None:
        return ""
    metric = METRICS[figure.metric]
    scale = Scale(metric.unit, metric.better)
    return delta(figure.value, before, scale, translator.language).text


def _line(answers: Answers, name: str) -> tuple[float | None, ...]:
    """A value for every bucket of the period, for a line the size of a word; few answers are a gap
    in it, as on the chart."""
    frame = answers.by_time
    if METRICS[name].days_until_known is not None and answers.known_until is not None:
        frame = frame.filter(pl.col("bucket") < answers.known_until)
    known = {
        row["bucket"]: None if is_too_few(name, row[f"n_{name}"]) else row[name]
        for row in frame.iter_rows(named=True)
    }
    return tuple(known.get(at) for at in answers.query.period.starts(answers.query.grain))
