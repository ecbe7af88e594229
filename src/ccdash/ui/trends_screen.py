"""The screen "Trends": figures, one chart with a sentence above it, the same figures by parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ccdash.i18n import Translator
from ccdash.measures import OF_CONTACTS
from ccdash.metrics import METRICS
from ccdash.query import Dimension, Query
from ccdash.store.coverage import Coverage
from ccdash.thresholds import Thresholds
from ccdash.ui import format as fmt
from ccdash.ui.addresses import href
from ccdash.ui.charts import MOST_SERIES, speaks
from ccdash.ui.headline import apart, headline, pointed
from ccdash.ui.look import target_percent
from ccdash.ui.markup import link
from ccdash.ui.metric_list import WHY_NOT, label_of
from ccdash.ui.page import DOT, Status, card, empty, header, section
from ccdash.ui.panels import trend_panel
from ccdash.ui.trend import Links, Trend
from ccdash.ui.trends_controls import chip, words_of
from ccdash.ui.trends_notes import Notes, draw_notes, marks
from ccdash.ui.words import word
from ccdash.views import trends
from ccdash.views.periods import days_of
from ccdash.views.trends import LEAST_ANSWERS, OF_ANSWERS, WHOLE
from ccdash.vocabulary import Grain, Unit

if TYPE_CHECKING:
    from ccdash.ui.trends_answers import Answers


def aimed_at(query: Query) -> datetime:
    """The instant of the target that is shown: that of the settings, else the end."""
    return query.settings_at or query.period.end


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
    chips = [query.period.timezone.replace("_", " ")]
    if query.settings_at is not None:
        day = fmt.short_date(query.settings_at.astimezone(query.period.zone), language)
        chips.append(say("all days by the targets and limits of {day}", day=day))
        if query.metrics[0] in {one.in_open_hours for one in METRICS.values()}:
            chips.append(say("opening hours are those of each day"))
    if query.weekday is not None:
        chips.append(fmt.weekday(query.weekday, language, short=False))
    if query.hour is not None:
        chips.append(fmt.hours(query.hour, language))
    header(say("Trends"), subtitle, status, chips)


@dataclass(frozen=True)
class Around:
    """What else a chart shows: how far the data goes, targets, and what people noted."""

    held: Coverage
    targets: Thresholds
    notes: Notes


def draw_chart(answers: Answers, around: Around, translator: Translator) -> None:
    """The chart with what people noted below it, or in words why there is none."""
    metric, say = answers.metric, translator.text
    if metric.name in answers.missing:
        with card("nothing"):
            section(say(metric.label), say(metric.definition))
            empty(say("Not measured"), say(WHY_NOT[metric.needs]) if metric.needs else "")
    elif answers.is_all_young:
        with card("nothing"):
            section(label_of(metric.name, translator), say(metric.definition))
            empty(say("Not yet known"), too_young(answers, translator))
    elif answers.course["value"].drop_nulls().is_empty():
        with card("nothing"):
            section(label_of(metric.name, translator), say(metric.definition))
            _nothing(answers, around.held, translator)
    else:
        trend = _trend(answers, around, translator)
        with trend_panel(answers.course, trend, translator, "trend"):
            draw_notes(around.notes, translator)


def too_young(answers: Answers, translator: Translator) -> str:
    """Since when it is not yet known whether customers come back."""
    if answers.known_until is None:
        return ""
    return translator.text(
        "Contacts since {day} are too young to tell: not yet known.",
        day=young_day(answers, translator),
    )


def young_day(answers: Answers, translator: Translator) -> str:
    """The first of which not all is known; with its time where the points are finer than days."""
    at = (answers.known_until or answers.query.period.end).astimezone(answers.query.period.zone)
    is_fine = answers.query.grain in (Grain.QUARTER_HOUR, Grain.HOUR)
    return fmt.bucket(at, Grain.HOUR if is_fine else Grain.DAY, translator.language, dated=True)


def _nothing(answers: Answers, coverage: Coverage, translator: Translator) -> None:
    """Why there is nothing to draw, and the way to where there is something."""
    say, query = translator.text, answers.query
    title, asked, way, link_to = say("Nothing in this period."), "", "", None
    if query.filters:
        title, way = say("Nothing matches these filters."), say("Without filters")
        asked = DOT.join(chip(name, values, translator) for name, values in query.filters)
        link_to = href("trends", replace(query, filters=(), before=None).to_params())
    elif coverage.first_at is not None and coverage.last_at is not None:
        zone = query.period.zone
        first, last = (at.astimezone(zone).date() for at in (coverage.first_at, coverage.last_at))
        way = say("Show {days}, which has data", days=fmt.period(first, last, translator.language))
        days = {"from": first.isoformat(), "to": coverage.last_at.astimezone(zone).isoformat()}
        link_to = href("trends", {"metrics": query.metrics[0], **days})
    if not answers.is_empty:  # others are counted, as the figures above say
        title = say("Nothing to count in this period.")
    empty(title, asked, link(way, link_to, cls="cc-way") if link_to else None)


def _trend(answers: Answers, around: Around, translator: Translator) -> Trend:
    say, metric, query = translator.text, answers.metric, answers.query
    label = label_of(metric.name, translator)
    first, last = days_of(query.period)
    days = fmt.period(first, last, translator.language)
    words = {
        one: _series_word(one, answers, translator) for one in answers.course["series"].unique()
    }
    is_level = metric.name == "service_level"
    trend = Trend(
        metric.unit,
        query.grain,
        alt=say("{metric}, {days}", metric=label, days=days),
        note=" ".join(
            one
            for one in (
                say(metric.definition),
                too_young(answers, translator),
                _forgotten(answers, translator),
                _hidden(answers, translator),
            )
            if one
        ),
        axis=_axis(answers, translator),
        labels=words,
        target=target_percent(around.targets, aimed_at(query)) / 100 if is_level else None,
        least=LEAST_ANSWERS if metric.name in OF_ANSWERS else 0,
        links=_links(answers),
        marks=marks(around.notes, answers.shown),
        compare=answers.compare,
        metric=metric,
    )
    return replace(trend, title=_title(answers, trend, translator))


def _forgotten(answers: Answers, translator: Translator) -> str:
    """From when on figures are counted that sums cannot tell."""
    if answers.counted_since is None:
        return ""
    day = fmt.short_date(
        answers.counted_since.astimezone(answers.query.period.zone), translator.language
    )
    return translator.text(
        "Counted since {day}: this figure needs contacts, and earlier ones are no longer kept.",
        day=day,
    )


def _hidden(answers: Answers, translator: Translator) -> str:
    """What the chart leaves out, which the figures have."""
    if answers.shown is None:
        return ""
    told = translator.text("Hours in which nothing was open are left out.")
    if not answers.hidden or answers.metric.fact not in OF_CONTACTS:
        return told
    more = translator.plural(
        "{n} contact came in them; the figures above have it.",
        "{n} contacts came in them; the figures above have them.",
        answers.hidden,
    )
    return f"{told} {more}"


def _title(answers: Answers, trend: Trend, translator: Translator) -> str:
    title, words = headline(answers.total, translator), trend.labels
    if answers.query.by == (Dimension.CHANNEL,) and (found := trends.gap(answers.parts)):
        named_gap = replace(found, worse=words[found.worse], better=words[found.better])
        return f"{title}; {apart(named_gap, answers.metric, translator)}"
    name, unit, language = answers.metric.name, answers.metric.unit, translator.language
    worst = trends.extreme_drawn(answers.course, name, answers.parts, MOST_SERIES)
    if worst is None or not speaks(answers.course, trend):
        return title
    reads = [fmt.value(one, unit, language) for one in (worst.value, answers.total.value)]
    if worst.series == WHOLE and reads[0] == reads[1]:  # as it was all the time
        return title
    named = replace(worst, series=words[worst.series] if worst.series else WHOLE)
    return f"{title}; {pointed(named, answers.total, answers.query.grain, translator)}"


def _axis(answers: Answers, translator: Translator) -> str:
    """What the figures along the axis are; a share has its sign on every tick."""
    say, metric = translator.text, answers.metric
    match metric.unit:
        case Unit.COUNT | Unit.SCORE:
            return label_of(metric.name, translator)
        case Unit.SECONDS:
            highest = answers.course["value"].max()
            is_short = isinstance(highest, float) and highest < 3600
            return say("minutes:seconds") if is_short else ""
        case _:
            return ""


def _series_word(series: str, answers: Answers, translator: Translator) -> str:
    if series == WHOLE:
        return label_of(answers.metric.name, translator)
    return words_of(answers.query.by[0], series, translator)


def _links(answers: Answers) -> Links | None:
    """From each point to its contacts; a metric that counts none has no list."""
    query, metric = answers.query, answers.metric
    if metric.fact not in OF_CONTACTS:
        return None
    whole = (query.period.start, query.period.end)
    base = query.narrowed_to(metric.name, whole).to_params()

    def beyond(narrow: Query) -> dict[str, str]:
        return {key: text for key, text in narrow.to_params().items() if base.get(key) != text}

    spans = answers.of_shown(query.period.spans(query.grain))
    buckets = [beyond(query.narrowed_to(metric.name, span)) for span in spans]
    names = answers.course["series"].unique().to_list() if query.by else []
    return Links(
        href("contacts"), base, buckets,
        {one: beyond(_of(query, metric.name, query.by[0], one)) for one in names},
    )  # fmt: skip


def _of(query: Query, metric: str, by: Dimension, name: str) -> Query:
    return query.narrowed_to(metric, (query.period.start, query.period.end), **{str(by): name})


def contacts_of(query: Query, metric: str, part: str | None = None) -> str | None:
    """The address of the contacts behind a figure, of one part or of the whole."""
    if METRICS[metric].fact not in OF_CONTACTS:
        return None
    whole = (query.period.start, query.period.end)
    of = {} if part is None else {str(query.by[0]): part}
    return href("contacts", query.narrowed_to(metric, whole, **of).to_params())
