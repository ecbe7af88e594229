"""A calendar as people write it down, in a small TOML file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from ccdash.calendars import DAY_MINUTES, Calendar, Hours, SpecialDay, Week, public_holidays
from ccdash.errors import BadInput, BadSettings

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
USUAL, HOLIDAY = "weekdays", "holiday"
CLOSED = "closed"
FIELDS = ("timezone", "country", "subdivision", "week", "day")
EXPECTED = "hours such as 08:00-12:00 13:00-17:00, 22:00-06:00 or closed"
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True)
class Named:
    """Which calendar it is, from when its week holds, and the time zone that it has without one of
    its own."""

    name: str
    valid_from: date
    timezone: str


def read(path: Path, of: Named) -> Calendar:
    """The calendar in the file. Raises BadInput naming the place."""
    top = _toml(path)
    _only(path, top, *FIELDS)
    week = _section(path, top, "week")
    _only(path, week, USUAL, *WEEKDAYS, HOLIDAY)
    if not any(days := _days(path, week)):
        raise BadInput(f"{path.name}, [week]: it is open on no day; {EXPECTED} are expected")
    found = Calendar(
        of.name,
        str(top.get("timezone", of.timezone)),
        str(top.get("country", "")).upper(),
        str(top.get("subdivision", "")).upper(),
        weeks=(Week(of.valid_from, days),),
        special_days=tuple(_special_days(path, top)),
    )
    _refuse_unknown_place(path, found)
    return found


def hours_of(text: str, place: str) -> Hours:
    """From `08:00-12:00 13:00-17:00` or `closed`. Raises BadInput with the place."""
    if text.strip().lower() in ("", CLOSED):
        return ()
    left = _HOURS.sub("", text).replace(",", " ").strip()
    spans = sorted(_span(found, place) for found in _HOURS.finditer(text))
    overlaps = any(one[1] > other[0] for one, other in pairwise(spans))
    if left or overlaps or not spans:
        raise BadInput(f"{place}: {EXPECTED} are expected, not {text!r}")
    return tuple(spans)


def _span(found: re.Match[str], place: str) -> tuple[int, int]:
    hour, minute, until, past = map(int, found.groups())
    opens, closes = hour * 60 + minute, until * 60 + past
    if minute > 59 or past > 59 or opens >= DAY_MINUTES or closes > DAY_MINUTES:
        raise BadInput(f"{place}: {EXPECTED} are expected, not {found[0]!r}")
    return opens, closes if closes > opens else closes + DAY_MINUTES


def _days(path: Path, week: Mapping[str, Any]) -> tuple[Hours, ...]:
    """Monday to Sunday, and public holidays."""
    place = f"{path.name}, [week], "
    usual = str(week.get(USUAL, ""))
    texts = [
        *(str(week.get(name, usual if at < 5 else "")) for at, name in enumerate(WEEKDAYS)),
        str(week.get(HOLIDAY, "")),
    ]
    names = (*WEEKDAYS, HOLIDAY)
    return tuple(hours_of(text, place + name) for name, text in zip(names, texts, strict=True))


def _special_days(path: Path, top: Mapping[str, Any]) -> Iterator[SpecialDay]:
    found = top.get("day", [])
    if not isinstance(found, list):
        raise BadInput(f"{path.name}: single days are written as [[day]], each with its date")
    for number, one in enumerate(found, 1):
        place = f"{path.name}, day {number}"
        _only(path, one, "date", "name", "hours")
        day = one.get("date")
        if not isinstance(day, date):
            raise BadInput(f"{place}, date: a date such as 2026-12-24, without quotes, is expected")
        yield SpecialDay(day, str(one.get("name", "")), hours_of(str(one.get("hours", "")), place))


def _refuse_unknown_place(path: Path, found: Calendar) -> None:
    from ccdash.settings import zone

    try:
        zone(found.timezone)
        public_holidays(found.country, found.subdivision, found.weeks[0].valid_from.year)
    except (BadSettings, NotImplementedError) as cause:
        raise BadInput(f"{path.name}: {cause}") from cause


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as cause:
        raise BadInput(f"{path}: there is no such file to read") from cause
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise BadInput(f"{path.name}: this is not TOML: {cause}") from cause


def _section(path: Path, top: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = top.get(name)
    if not isinstance(found, dict):
        raise BadInput(f"{path.name}: the section [{name}] is missing")
    return found


def _only(path: Path, values: Mapping[str, Any], *names: str) -> None:
    """A field that nothing reads is a slip of the pen."""
    unknown = sorted(set(values) - set(names))
    if unknown:
        raise BadInput(f"{path.name}: no such field {unknown[0]!r}; there are {', '.join(names)}")
