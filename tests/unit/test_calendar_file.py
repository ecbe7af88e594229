"""A calendar in a file: what people write, and what is refused with its place."""

from __future__ import annotations

from datetime import date

import pytest

from ccdash.calendars import SpecialDay, hours_text
from ccdash.cli.calendar_file import Named, hours_of, read
from ccdash.errors import BadInput

SINCE = date(2026, 3, 1)
WHOLE = """
country = "fi"
[week]
weekdays = "08:00-12:00 13:00-17:00"
friday = "8:00 - 15:00"
saturday = "22:00-02:00"
holiday = "closed"
[[day]]
date = 2026-12-24
name = "Christmas Eve"
hours = "08:00-12:00"
[[day]]
date = 2026-12-25
"""


def written(tmp_path, text):
    path = tmp_path / "office.toml"
    path.write_text(text)
    return read(path, Named("office", SINCE, "Europe/Helsinki"))


def test_a_file_holds_a_week_holidays_and_single_days(tmp_path):
    found = written(tmp_path, WHOLE)
    [week] = found.weeks
    assert (found.name, found.timezone, found.country) == ("office", "Europe/Helsinki", "FI")
    assert week.valid_from == SINCE
    assert [hours_text(one) for one in week.days] == [
        *["08:00–12:00, 13:00–17:00"] * 4, "08:00–15:00", "22:00–02:00", "", "",
    ]  # fmt: skip
    assert found.special_days == (
        SpecialDay(date(2026, 12, 24), "Christmas Eve", ((480, 720),)),
        SpecialDay(date(2026, 12, 25), ""),
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"08:00-12:00 13:00-17:00"', '"9-5"', "[week], monday: hours such as"),
        ('"08:00-12:00 13:00-17:00"', '"08:00-12:00 11:00-17:00"', "[week], monday"),
        ("friday", "fryday", "no such field 'fryday'"),
        ('"fi"', '"xx"', "XX"),
        ("[week]", '[week]\ntimezone = "Mars"', "no such field 'timezone'"),
        ('"fi"', '"fi"\ntimezone = "Europe/Helsingfors"', "Europe/Helsingfors"),
        ("date = 2026-12-24", 'date = "24.12."', "day 1, date"),
        ("[week]", "[hours]", "no such field 'hours'"),
        ("[week]", "week", "this is not TOML"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(tmp_path, old, new, said):
    assert old in WHOLE
    with pytest.raises(BadInput, match=r"office\.toml") as refused:
        written(tmp_path, WHOLE.replace(old, new, 1))
    assert said in str(refused.value)


def test_a_week_without_any_hours_is_refused(tmp_path):
    with pytest.raises(BadInput, match="open on no day"):
        written(tmp_path, '[week]\nmonday = "closed"\n')


@pytest.mark.parametrize("text", ["24:00-25:00", "08:60-10:00", "08:00-10:00 x", "8:00"])
def test_hours_that_no_clock_shows_are_refused(text):
    with pytest.raises(BadInput, match="are expected"):
        hours_of(text, "2026-12-24")
