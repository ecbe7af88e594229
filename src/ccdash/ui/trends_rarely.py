"""The rarer choices of the screen "Trends", behind one button that says what is unusual in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import streamlit as st

from ccdash.errors import BadQuery
from ccdash.i18n import N_, Translator
from ccdash.metrics import METRICS
from ccdash.query import Query
from ccdash.ui import format as fmt
from ccdash.ui.controls import pick
from ccdash.views.periods import Compare, of_months
from ccdash.vocabulary import Grain

COMPARE, SETTINGS, TODAY = "compare", "settings", "today"
TIME, HOURS, OPEN = "time", "hours", "open"
WEEKDAY, HOUR = "weekday", "hour"
YEAR, YEAR_OF_MONTHS = N_("The same weeks last year"), N_("The same months last year")


@dataclass(frozen=True, slots=True)
class Rare:
    """The question with them in it: the metric by the clock or in opening hours, some hours of the
    week, the settings of an instant. What it is compared with, whether only open hours are drawn,
    and in words what of all this is unusual."""

    query: Query
    compare: Compare
    is_open_only: bool
    told: Sequence[str]


def rarely(query: Query, now: datetime, translator: Translator) -> Rare:
    """Draw the button and what it opens. Raises BadQuery for a link that names no instant."""
    say = translator.text
    compare = _compare_words(query, translator)
    settings = _settings_words(query.period.zone, translator)
    told = _told(compare, settings, translator)
    if METRICS[query.metrics[0]].in_open_hours and st.query_params.get(TIME) == OPEN:
        told.append(say("in opening hours"))
    if _has_open_hours(query) and st.query_params.get(HOURS) == OPEN:
        told.append(say("open hours only"))
    told += _told_hours(translator.language)
    label = say("More: {what}", what=" · ".join(told)) if told else say("More")
    name = query.metrics[0]
    with st.popover(label, key="rarely"):
        chosen = Compare(pick(say("Compare with"), compare, Compare.PREVIOUS, COMPARE))
        by = pick(say("Targets and limits"), settings, "", SETTINGS)
        if METRICS[name].in_open_hours:
            times = {"": say("By the clock"), OPEN: say("In opening hours")}
            is_open = pick(say("Time"), times, "", TIME) == OPEN
            name = METRICS[name].in_open_hours if is_open else name
        is_open_only = _has_open_hours(query) and _only_open(translator)
        weekday, hour = _some_hours(translator)
    query = replace(query, metrics=(name,), weekday=weekday, hour=hour)
    return Rare(replace(query, settings_at=_instant(by, now)), chosen, is_open_only, told)


def _has_open_hours(query: Query) -> bool:
    """Of days and longer no hour can be left out."""
    return query.grain in (Grain.QUARTER_HOUR, Grain.HOUR)


def _only_open(translator: Translator) -> bool:
    say = translator.text
    words = {"": say("All hours"), OPEN: say("Open hours only")}
    return pick(say("Hours on the chart"), words, "", HOURS) == OPEN


def _some_hours(translator: Translator) -> tuple[int | None, int | None]:
    """Of which weekday and hour alone; None is every one."""
    say, language = translator.text, translator.language
    days = {str(day): fmt.weekday(day, language, short=False) for day in range(1, 8)}
    hours = {str(hour): fmt.hours(hour, language) for hour in range(24)}
    weekday = pick(say("Weekday"), {"": say("Every day")} | days, "", WEEKDAY)
    hour = pick(say("Hour"), {"": say("Every hour")} | hours, "", HOUR)
    return (int(weekday) if weekday else None), (int(hour) if hour else None)


def _told_hours(language: str) -> Iterator[str]:
    """Those of the URL, where they are some that there are."""
    day, hour = (st.query_params.get(name, "") for name in (WEEKDAY, HOUR))
    if day.isdecimal() and int(day) in range(1, 8):
        yield fmt.weekday(int(day), language, short=False)
    if hour.isdecimal() and int(hour) in range(24):
        yield fmt.hours(int(hour), language)


def _compare_words(query: Query, translator: Translator) -> dict[str, str]:
    year = YEAR_OF_MONTHS if of_months(query.period, query.grain) else YEAR
    return {
        Compare.PREVIOUS: translator.text("Period before"),
        Compare.YEAR: translator.text(year),
        Compare.NONE: translator.text("Nothing"),
    }


def _settings_words(where: ZoneInfo, translator: Translator) -> dict[str, str]:
    """A link to a list and back names the instant."""
    say = translator.text
    words = {"": say("Those of each day"), TODAY: say("Today's, for all days")}
    given = st.query_params.get(SETTINGS, "")
    if given and given not in words:
        day = fmt.short_date(_given(given).astimezone(where), translator.language)
        words[given] = say("Those of {day}, for all days", day=day)
    return words


def _told(
    compare: Mapping[str, str], settings: Mapping[str, str], translator: Translator
) -> list[str]:
    """What is chosen and not usual."""
    say = translator.text
    told = []
    chosen = st.query_params.get(COMPARE, Compare.PREVIOUS)
    if chosen == Compare.NONE:
        told.append(say("no comparison"))
    elif chosen in compare and chosen != Compare.PREVIOUS:
        told.append(say("against last year"))
    if by := st.query_params.get(SETTINGS, ""):
        told.append(say("today's targets") if by == TODAY else settings[by])
    return told


def _instant(by: str, now: datetime) -> datetime | None:
    """To the minute, so that the same screen a moment later asks the same."""
    if not by:
        return None
    return now.replace(second=0, microsecond=0) if by == TODAY else _given(by)


def _given(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as cause:
        raise BadQuery(f"settings is {TODAY!r} or an instant, not {text[:40]!r}.") from cause
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def beyond_filters(query: Query, translator: Translator) -> Iterator[tuple[str, Query]]:
    """What else narrows a list or measures it, in words, and the question without it."""
    say, language = translator.text, translator.language
    if query.weekday is not None:
        day = fmt.weekday(query.weekday, language, short=False)
        yield (
            say("{dimension}: {values}", dimension=say("Weekday"), values=day),
            replace(query, weekday=None),
        )
    if query.hour is not None:
        hours = fmt.hours(query.hour, language)
        yield (
            say("{dimension}: {values}", dimension=say("Hour"), values=hours),
            replace(query, hour=None),
        )
    if query.settings_at is not None:
        day = fmt.short_date(query.settings_at.astimezone(query.period.zone), language)
        yield say("Targets and limits of {day}", day=day), replace(query, settings_at=None)
