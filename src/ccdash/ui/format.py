"""Values as people of a language write them. Pure: a value and a language in, a text out.

None is an en dash (there is nothing to show), NOT_MEASURED is words (the source cannot know
it); neither is ever a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Final, TypeAlias

from babel import Locale, dates, lists, numbers

from ccdash.i18n import LOCALES, SOURCE, translator
from ccdash.vocabulary import Grain, Unit

NBSP: Final = "\N{NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"
NOTHING: Final = "\N{EN DASH}"

MOST_KEPT: Final = 8192
"""A screen writes hundreds of values, and mostly those of its last drawing."""

DOTTED: Final = frozenset({"fi"})
"""Languages whose days are numbers: 21.11. and not 21 Nov."""


class NotMeasured(Enum):
    """The one value for what a source cannot know (no agent states, no surveys)."""

    NOT_MEASURED = "not measured"


NOT_MEASURED: Final = NotMeasured.NOT_MEASURED

Value: TypeAlias = float | NotMeasured | None


def value(of: Value, unit: Unit, language: str) -> str:
    """A figure in its unit: 1,204 / 81.4% / 4:52 / 4.2."""
    if of is None:
        return NOTHING
    if isinstance(of, NotMeasured):
        return translator(language).text("not measured")
    return _IN_UNIT[unit](of, language)


@lru_cache(maxsize=MOST_KEPT)
def count(of: float, language: str) -> str:
    """1,204 / 1 204; a fraction is rounded."""
    return _minus(numbers.format_decimal(round(of), locale=_locale(language)))


@lru_cache(maxsize=MOST_KEPT)
def percent(fraction: float, language: str, decimals: int = 1) -> str:
    """0.814 -> 81.4% (English), 81,4 % (Finnish)."""
    pattern = Locale.parse(_locale(language)).percent_formats[None].pattern
    decimal = pattern.replace("##0", "##0." + "0" * decimals) if decimals else pattern
    return _minus(numbers.format_percent(fraction, format=decimal, locale=_locale(language)))


@lru_cache(maxsize=MOST_KEPT)
def score(of: float, language: str) -> str:
    """A mean on a scale: two decimals at most, one at least."""
    return _minus(numbers.format_decimal(of, format="#,##0.0#", locale=_locale(language)))


def money(minor: int, currency: str, language: str) -> str:
    """12900 EUR -> €129.00 (English), 129,00 € (Finnish); `minor` is in the smallest unit."""
    whole = Decimal(minor).scaleb(-numbers.get_currency_precision(currency))
    return _minus(numbers.format_currency(whole, currency, locale=_locale(language)))


def duration(seconds: float, language: str) -> str:
    """0:48, 4:52, 1 h 12 min, 2 d 3 h. Whole seconds are rounded; larger units are cut, as a
    clock does, so that a wait never looks longer than it is."""
    whole = round(abs(seconds))
    sign = MINUS if seconds < 0 and whole else ""
    if whole < 3600:
        return f"{sign}{whole // 60}:{whole % 60:02d}"
    say = translator(language).text
    days, hours, minutes = whole // 86400, whole % 86400 // 3600, whole % 3600 // 60
    big = [say("{n} d", n=count(days, language))] if days else []
    if hours:
        big.append(say("{n} h", n=hours))
    if minutes and not days:
        big.append(say("{n} min", n=minutes))
    return sign + NBSP.join(part.replace(" ", NBSP) for part in big)


def day(at: date, language: str) -> str:
    """Sat 21 Nov / la 21.11."""
    pattern = "EEE d.M." if language in DOTTED else "EEE d MMM"
    return dates.format_date(at, pattern, locale=_locale(language))


@lru_cache(maxsize=MOST_KEPT)
def long_day(at: date, language: str) -> str:
    """Saturday 21 November 2026 / lauantai 21. marraskuuta 2026."""
    pattern = "cccc d. MMMM y" if language in DOTTED else "EEEE d MMMM y"
    return dates.format_date(at, pattern, locale=_locale(language))


def short_date(at: date, language: str) -> str:
    """21 Nov 2026 / 21.11.2026."""
    return dates.format_date(at, "medium", locale=_locale(language))


def clock(at: time | datetime, language: str, *, seconds: bool = False) -> str:
    """14:32 / 14.32, of the wall clock that is given."""
    wall = at.timetz().replace(tzinfo=None) if isinstance(at, datetime) else at
    return dates.format_time(wall, "medium" if seconds else "short", locale=_locale(language))


def clock_separator(language: str) -> str:
    """What stands between hours and minutes: 14:32, 14.32."""
    return clock(time(12, 34), language)[2]


def hours(hour: int, language: str) -> str:
    """9:00-10:00 / 9.00-10.00, of the hour of a day."""
    ends = (clock(time(one % 24), language) for one in (hour, hour + 1))
    return "\N{EN DASH}".join(ends)


def moment(at: datetime, language: str) -> str:
    """Sat 21 Nov 14:32 / la 21.11. klo 14.32, of the wall clock that is given."""
    say = translator(language).text
    return say("{day} {time}", day=day(at.date(), language), time=clock(at, language))


def weekday(number: int, language: str, *, short: bool = True) -> str:
    """Monday is 1, as ISO has it."""
    names = dates.get_day_names(
        "abbreviated" if short else "wide", "stand-alone", _locale(language)
    )
    return str(names[number - 1])


def period(first: date, last: date, language: str) -> str:
    """Both days are in it: 1 Jul – 30 Sept 2026 / 1.7.–30.9.2026."""
    skeleton = "yMd" if language in DOTTED else "yMMMd"
    return dates.format_interval(first, last, skeleton, locale=_locale(language))


def bucket(at: date, grain: Grain, language: str, *, dated: bool = False) -> str:
    """The label of a bucket by its first moment; `dated` adds the day to a time of day."""
    if grain in (Grain.QUARTER_HOUR, Grain.HOUR):
        wall = at if isinstance(at, datetime) else datetime.combine(at, time())
        return moment(wall, language) if dated else clock(wall, language)
    if grain is Grain.WEEK:
        week = at.isocalendar()
        say = translator(language).text
        return (
            say("wk {week}/{year}", week=week.week, year=week.year)
            if dated
            else say("wk {week}", week=week.week)
        )
    return _BUCKET[grain](at, language)


def several(names: Sequence[str], language: str) -> str:
    """Phone, Chat and E-mail / Puhelin, Chat ja Sähköposti."""
    return lists.format_list(names, locale=_locale(language))


def language_name(code: str, language: str) -> str:
    """Finnish / suomi for fi; a code that nobody knows is itself."""
    return str(Locale.parse(_locale(language)).languages.get(code.lower(), code))


def _day_and_month(at: date, language: str) -> str:
    pattern = "d.M." if language in DOTTED else "d MMM"
    return dates.format_date(at, pattern, locale=_locale(language))


def _month(at: date, language: str) -> str:
    return dates.format_skeleton("yMMM", at, locale=_locale(language))


def _quarter(at: date, language: str) -> str:
    quarter = (at.month + 2) // 3
    return translator(language).text("Q{quarter} {year}", quarter=quarter, year=at.year)


def _year(at: date, language: str) -> str:
    return str(at.year)


def _whole(at: date, language: str) -> str:
    return translator(language).text("whole period")


def _locale(language: str) -> str:
    return LOCALES.get(language, LOCALES[SOURCE])


def _minus(text: str) -> str:
    """The locale's own minus where it has one; a hyphen never stands for it."""
    return text.replace("-", MINUS)


_BUCKET: dict[Grain, Callable[[date, str], str]] = {
    Grain.TOTAL: _whole,
    Grain.DAY: _day_and_month,
    Grain.MONTH: _month,
    Grain.QUARTER: _quarter,
    Grain.YEAR: _year,
}
_IN_UNIT: dict[Unit, Callable[[float, str], str]] = {
    Unit.COUNT: count,
    Unit.RATIO: percent,
    Unit.SECONDS: duration,
    Unit.SCORE: score,
}
