"""Settings, and Connect your own store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ccdash.calendars import Calendar, Week
from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.store import calendars, dated_settings
from ccdash.store.calendars import SINCE_EVER
from ccdash.thresholds import DatedValue, Threshold
from tests import made_up

pytestmark = pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")


def test_settings_tell_what_holds_who_feeds_and_what_the_administrator_set(centre, screen) -> None:
    words = screen.opened("settings").words

    assert screen.title == "Settings"
    assert "Answer within Phone 0:20 default" in words
    assert "Every line could be read." in words
    assert f"CCDASH_TIMEZONE {made_up.ZONE}" in words


def test_a_password_is_never_on_the_page(centre, screen) -> None:
    assert "set, not shown" in screen.opened("settings").words


def test_an_empty_store_says_what_feeds_it_and_can_be_set_up(process, screen) -> None:
    words = screen.opened("settings").words

    assert "Nothing has come in yet." in words
    assert screen.app.button(key="setting-save")


def test_a_new_value_holds_at_once_and_is_told_once(centre, screen) -> None:
    screen.opened("settings")
    screen.app.number_input[0].set_value(45)
    screen.app.checkbox(key="setting-always").set_value(True)

    screen.app.button(key="setting-save").click().run()

    assert "Saved." in screen.app.toast[0].value
    kept = dated_settings.listed(centre.store)
    assert kept.filter(kept["name"] == "target_seconds")["value"].to_list() == [45]
    assert "Answer within Everything 0:45 always" in screen.words
    screen.app.run()
    assert not screen.app.toast


def test_a_value_of_one_queue_is_listed_under_the_queue_s_name(centre, screen) -> None:
    value = DatedValue(Threshold.TARGET_SECONDS, "phone", "sales", dated_settings.BEGINNING, 30)
    with centre.store.transaction() as connection:
        dated_settings.put(connection, value, made_up.instant())

    words = screen.opened("settings").words

    assert "Sales & service <FI> (Phone) 0:30" in words


def test_a_queue_that_nothing_came_to_of_late_is_listed_under_its_name_too(process, screen) -> None:
    at = made_up.instant() - timedelta(days=90)
    named = ev.QueueDescribed(source="made-up", id="q", at=at, queue="phone-faults", name="Faults")
    value = DatedValue(
        Threshold.TARGET_SECONDS, "phone", "phone-faults", dated_settings.BEGINNING, 30
    )
    with process.store.transaction() as connection:
        record(connection, [named], received_at=at, region="FI")
        dated_settings.put(connection, value, made_up.instant())

    words = screen.opened("settings").words

    assert "Faults (Phone) 0:30" in words
    assert "phone-faults" not in words


def test_three_steps_lead_to_one_s_own_store(centre, screen) -> None:
    screen.opened("connect")

    told = " ".join(one.value for one in screen.app.code)
    assert "CREATE DATABASE ccdash" in told
    assert "ccdash migrate" in told
    assert "ccdash serve" in told
    assert "works on a database of your own already" in screen.words
    assert not screen.app.text_input  # nobody from elsewhere makes this machine connect anywhere


def test_a_visitor_at_the_machine_may_look_behind_a_url(process, screen, monkeypatch) -> None:
    from ccdash.ui import connect_screen

    assert process.store  # opened before the settings say that it is an embedded one
    process._settings = process.settings.model_copy(update={"database_url": None})
    monkeypatch.setattr(connect_screen, "is_on_this_machine", lambda *_: True)
    screen.opened("connect")
    screen.app.text_input[0].set_value("postgresql://a:very-secret@127.0.0.1:1/c")

    screen.app.button[0].click().run()

    assert "no Postgres does" in screen.words
    assert "very-secret" not in repr(screen.app.session_state)
    assert not screen.app.text_input[0].value


def test_opening_hours_show_a_week_the_next_holidays_and_where_they_hold(centre, screen) -> None:
    assert "No opening hours are set" in screen.opened("settings").words
    days = (*[((480, 720), (780, 1020))] * 5, ((0, 1440),), (), ())
    office = Calendar("office", "Europe/Helsinki", "FI", weeks=(Week(SINCE_EVER, days),))
    always = dated_settings.BEGINNING
    with centre.store.transaction() as connection:
        calendars.put(connection, office, made_up.instant())
        for channel, queue in (("", "sales"), ("chat", "")):
            held = calendars.Assigned("office", channel, queue, always)
            calendars.assign(connection, held, made_up.instant())

    words = screen.opened("settings").words

    assert "Mon–Fri 08:00–12:00 13:00–17:00 Sat day and night Sun closed Public holidays" in words
    assert "Christmas Day closed" in words
    assert "Sales & service <FI>" in words.partition("Public holidays")[2]
    assert "Europe/Helsinki, public holidays: Finland" in words
