"""Values as people of a language write them."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.i18n import LANGUAGES
from ccdash.ui import format as fmt
from ccdash.vocabulary import Grain, Unit

SPACES = str.maketrans("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}", "   ")


def plain(text: str) -> str:
    return text.translate(SPACES)


@pytest.mark.parametrize(
    ("seconds", "english", "finnish"),
    [
        (0, "0:00", "0:00"),
        (48, "0:48", "0:48"),
        (292.4, "4:52", "4:52"),
        (3599.4, "59:59", "59:59"),
        (3599.5, "1 h", "1 h"),
        (4379, "1 h 12 min", "1 h 12 min"),
        (86399, "23 h 59 min", "23 h 59 min"),
        (86400 * 2 + 3 * 3600 + 1900, "2 d 3 h", "2 pv 3 h"),
        (86400 * 2 + 59 * 60, "2 d", "2 pv"),
        (-19, "−0:19", "−0:19"),
        (-0.4, "0:00", "0:00"),
    ],
)
def test_a_duration_is_written_as_a_clock_and_then_in_units(
    seconds: float, english: str, finnish: str
) -> None:
    assert plain(fmt.duration(seconds, "en")) == english
    assert plain(fmt.duration(seconds, "fi")) == finnish


def _read_back(text: str) -> int:
    if ":" in text:
        minutes, seconds = text.split(":")
        return int(minutes) * 60 + int(seconds)
    words = plain(text).replace(",", "").split(" ")
    unit = {"d": 86400, "h": 3600, "min": 60}
    return sum(int(n) * unit[u] for n, u in zip(words[::2], words[1::2], strict=True))


@given(st.integers(min_value=0, max_value=999 * 86400))
def test_a_duration_never_says_more_than_it_is_and_loses_less_than_its_last_unit(
    seconds: int,
) -> None:
    said = _read_back(fmt.duration(seconds, "en"))
    lost = seconds - said
    assert 0 <= lost < (1 if seconds < 3600 else 60 if seconds < 86400 else 3600)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_longer_wait_is_never_written_as_a_shorter_one(a: int, b: int) -> None:
    low, high = sorted((a, b))
    assert _read_back(fmt.duration(low, "en")) <= _read_back(fmt.duration(high, "en"))


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_every_number_can_be_written_in_every_unit_and_language(number: float) -> None:
    for language in LANGUAGES:
        for unit in Unit:
            assert "-" not in fmt.value(number, unit, language)


@pytest.mark.parametrize("unit", list(Unit))
def test_nothing_is_an_en_dash_and_the_unknowable_is_words_and_neither_is_zero(unit: Unit) -> None:
    assert fmt.value(None, unit, "en") == "–"
    assert fmt.value(fmt.NOT_MEASURED, unit, "en") == "not measured"
    assert fmt.value(fmt.NOT_MEASURED, unit, "fi") == "ei mitattu"


def test_figures_follow_the_language() -> None:
    written = [
        [plain(fmt.value(v, u, language)) for language in ("en", "fi")]
        for v, u in [
            (11204, Unit.COUNT),
            (0.8143, Unit.RATIO),
            (1, Unit.RATIO),
            (4.25, Unit.SCORE),
            (-3, Unit.COUNT),
        ]
    ]
    assert written == [
        ["11,204", "11 204"],
        ["81.4%", "81,4 %"],
        ["100.0%", "100,0 %"],
        ["4.25", "4,25"],
        ["−3", "−3"],
    ]
    assert fmt.percent(0.8, "en", decimals=0) == "80%"


def test_dates_and_times_follow_the_language() -> None:
    at = datetime(2026, 11, 21, 14, 32, 7)  # noqa: DTZ001 - a wall clock
    assert fmt.moment(at, "en") == "Sat 21 Nov 14:32"
    assert fmt.moment(at, "fi") == "la 21.11. klo 14.32"
    assert fmt.clock(time(9, 5), "fi") == "9.05"
    assert fmt.clock(at, "en", seconds=True) == "14:32:07"
    assert fmt.long_day(at, "en") == "Saturday 21 November 2026"
    assert fmt.long_day(at, "fi") == "lauantai 21. marraskuuta 2026"
    assert (fmt.weekday(1, "en"), fmt.weekday(1, "fi")) == ("Mon", "ma")
    assert plain(fmt.period(date(2026, 7, 1), date(2026, 9, 30), "fi")) == "1.7.–30.9.2026"
    assert plain(fmt.period(date(2026, 7, 1), date(2026, 9, 30), "en")) == "1 Jul – 30 Sept 2026"


def test_swedish_writes_months_as_words_and_a_clock_with_a_colon() -> None:
    at = datetime(2026, 11, 21, 14, 32)  # noqa: DTZ001 - a wall clock
    assert fmt.moment(at, "sv") == "lör 21 nov. kl. 14:32"
    assert fmt.long_day(at, "sv") == "lördag 21 november 2026"
    assert plain(fmt.period(date(2026, 7, 1), date(2026, 9, 30), "sv")) == "1 juli–30 sep. 2026"
    assert fmt.bucket(at, Grain.DAY, "sv") == "21 nov."
    assert fmt.bucket(at, Grain.WEEK, "sv", dated=True) == "v. 47/2026"


@pytest.mark.parametrize(
    ("grain", "english", "finnish"),
    [
        (Grain.QUARTER_HOUR, "00:15", "0.15"),
        (Grain.HOUR, "00:15", "0.15"),
        (Grain.DAY, "28 Dec", "28.12."),
        (Grain.WEEK, "wk 53", "vk 53"),
        (Grain.MONTH, "Dec 2026", "joulu 2026"),
        (Grain.QUARTER, "Q4 2026", "Q4 2026"),
        (Grain.YEAR, "2026", "2026"),
        (Grain.TOTAL, "whole period", "koko jakso"),
    ],
)
def test_a_bucket_is_named_by_its_grain(grain: Grain, english: str, finnish: str) -> None:
    at = datetime(2026, 12, 28, 0, 15)  # noqa: DTZ001 - a wall clock
    assert [fmt.bucket(at, grain, "en"), fmt.bucket(at, grain, "fi")] == [english, finnish]


def test_a_week_with_its_year_has_the_iso_year() -> None:
    assert fmt.bucket(date(2027, 1, 1), Grain.WEEK, "en", dated=True) == "wk 53/2026"
