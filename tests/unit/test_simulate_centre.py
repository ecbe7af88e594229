from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from ccdash.errors import BadInput
from ccdash.simulate.calendar import DAY, calendars, instant, midnight, open_span
from ccdash.simulate.centre import load
from ccdash.vocabulary import Channel

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def edit(folder, name, old, new):
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_centre_of_the_repository_can_be_loaded():
    centre = load(DATA)
    assert len(centre.agents) == 60
    assert {one.channel for one in centre.queues} == set(Channel)
    assert {language for one in centre.queues for language in one.languages} == {"fi", "sv", "en"}


def test_every_telephone_and_address_is_nobodys():
    for point in load(DATA).points:
        digits = "".join(sign for sign in point.name if sign.isdigit())
        assert not digits or digits.startswith("047")
        assert "@" not in point.name or point.name.endswith(".example")


WRONG = [
    ("queues.csv", ",phone,fi,", ",fax,fi,", "line 2, channel", "one of phone, chat"),
    ("queues.csv", ",office,48,", ",nights,48,", "line 2, hours", "one of office"),
    ("queues.csv", ",office,48,", ",office,-48,", "line 2, a_day", "a number from 0"),
    ("queues.csv", ",office,48,", ",office,many,", "line 2, a_day", "a number from 0"),
    ("queues.csv", ",office,48,", ",,48,", "line 2, hours", "nothing is there"),
    ("queues.csv", ",48,560,", ",48,4.5,", "line 2, talk", "a number from 5"),
    ("queues.csv", "phone-invoices,", "phone-sales,", "line 3, key", "there twice"),
    ("queues.csv", "phone,fi,Tarjous", "phone,de,Tarjous", "line 2, languages", "some of fi"),
    ("queues.csv", "a_day", "per_day", "line 1", "the columns key, name"),
    ("agents.csv", ",helsinki,", ",porvoo,", "line 2, team", "one of helsinki"),
    ("agents.csv", "phone-invoices|", "phone-invoice|", "line 2, skills", "some of phone-sales"),
    ("agents.csv", ",early,", ",nights,", "line 2, shift", "one of early"),
    ("agents.csv", ",saturday 1,", ",friday 1,", "line 2, rota", "one of saturday 1"),
    ("agents.csv", "a02,", "a01,", "line 3, key", "there twice"),
    ("contact_points.csv", "phone-invoices,5", "invoices,5", "line 3, queues", "some of"),
    ("contact_points.csv", ",callback,7", ",callback,0", "no contact point leads", "'callback'"),
    ("targets.csv", "target_percent", "target_per_cent", "line 9, name", "one of target_seconds"),
    ("targets.csv", ",phone,,20", ",phone,,-20", "line 2, value", "a number from 0"),
    ("targets.csv", ",phone,,20", ",phone,phones,20", "line 2, queue", "one of "),
    ("names.csv", "fi,0.82", "fi,82", "line 2, share", "a number from 0 to 1"),
    ("names.csv", "sv,0.11", "sv,0.11,x", "line 3", "4 fields"),
    ("teams.csv", "oulu,", "helsinki,", "line 3, key", "there twice"),
    ("centre.toml", 'country = "FI"', 'country = "Suomi"', "country", "one of"),
    ("centre.toml", "Europe/Helsinki", "Helsinki", "timezone", "such as Europe/Helsinki"),
    ("centre.toml", "patience = 330", "patience = 0", "[channels][phone], patience", "from 1"),
    ("centre.toml", "solved = 0.80", "solved = 80", "[channels][phone], solved", "from 0 to 1"),
    ("centre.toml", "[channels.chat]", "[channels.fax]", "[channels], fax", "no such field"),
    ("centre.toml", "[channels.callback]", "[hours.callback]", "callback", "no such field"),
    ("centre.toml", 'shape = "office"', 'shape = "shop"', "[channels][phone], shape", "one of"),
    ("centre.toml", '"08:00-18:00"', '"8-18"', "[hours][office], weekdays", "08:00-18:00"),
    ("centre.toml", '"08:00-18:00"', '"18:00-08:00"', "[hours][office], weekdays", "the end after"),
    ("centre.toml", '"07:50-15:50"', '"07:50-08:50"', "[shifts], early", "three of them"),
    ("centre.toml", "0.96]\n\n#", "0.96, 1]\n\n#", "[volume], season", "12 numbers"),
    ("centre.toml", "ill = 0.06", "il = 0.06", "[staffing], il", "no such field"),
    ("centre.toml", 'email = "inbox"', 'email = "nights"', "[service], email", "one of office"),
    ("centre.toml", "[volume]", "[volumes]", "volumes", "no such field"),
    ("centre.toml", "[surveys]", "[surveys", "centre.toml", "this is not TOML"),
    ("centre.toml", "email = 21", "post = 21", "[returns][channels], post", "no such field"),
]


@pytest.mark.parametrize(("name", "old", "new", "place", "expected"), WRONG)
def test_a_wrong_edit_is_refused_with_its_place_and_what_is_expected(
    folder, name, old, new, place, expected
):
    edit(folder, name, old, new)
    with pytest.raises(BadInput) as refused:
        load(folder)
    assert name in str(refused.value)
    assert place in str(refused.value)
    assert expected in str(refused.value)


def test_a_queue_s_calendar_is_open_when_the_queue_is_holidays_and_changes_of_the_clock_included():
    centre = load(DATA)
    found = calendars(centre)
    queues = [
        one for one in centre.queues if one.channel not in centre.service and one.key in found
    ]
    days = [date(2026, 3, 1) + timedelta(days=place) for place in range(300)]
    assert {"office", "faults"} <= {one.hours.name for one in queues}
    for one in queues:
        open_by_queue = [
            (instant(midnight(centre, day) + span[0]), instant(midnight(centre, day) + span[1]))
            for day in days
            if (span := open_span(centre, one.hours, day))
        ]
        until = instant(midnight(centre, days[-1]) + DAY)
        assert found[one.key].spans(open_by_queue[0][0], until) == open_by_queue


def test_a_queue_that_nobody_takes_is_refused(folder):
    path = folder / "agents.csv"
    path.write_text(path.read_text().replace("|chat-sv", ""))
    with pytest.raises(BadInput, match=r"agents\.csv: nobody takes the queue 'chat-sv'"):
        load(folder)


def test_a_channel_without_habits_is_refused(folder):
    path = folder / "centre.toml"
    before, _, after = path.read_text().partition("[channels.social]")
    path.write_text(before + after.partition("\n\n")[2])
    with pytest.raises(BadInput, match=r"section \[channels\.social\] is missing"):
        load(folder)


@pytest.mark.parametrize("name", ["centre.toml", "queues.csv", "names.csv"])
def test_a_file_that_is_missing_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(BadInput, match=f"{name}: the file is not in"):
        load(folder)


def test_a_file_that_is_not_utf8_is_named(folder):
    (folder / "teams.csv").write_bytes("key,name\nx,Työ".encode("latin-1"))
    with pytest.raises(BadInput, match=r"teams\.csv: the file is not UTF-8"):
        load(folder)


def test_an_empty_table_is_refused(folder):
    (folder / "teams.csv").write_text("key,name\n")
    with pytest.raises(BadInput, match=r"teams\.csv: there is no line below"):
        load(folder)
