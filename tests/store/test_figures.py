"""Figures, lists and settings at their edges."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from ccdash.ingest import events as ev
from ccdash.ingest import known
from ccdash.ingest.record import record
from ccdash.query import Dimension, Period, Query
from ccdash.schema import contact
from ccdash.store import contacts, customers, dated_settings, history
from ccdash.thresholds import DatedValue
from ccdash.vocabulary import Channel, IdentityKind, Outcome
from tests.store.test_record import NOW, Told, at, states

DAY = Period(at(-3600), at(7200), "UTC")
PERSON = (ev.Identity(IdentityKind.PHONE, "+358401234567"),)


@pytest.fixture
def tell(store):
    """Tells the store events at once."""

    def told(*events: ev.Event) -> None:
        with store.transaction() as connection:
            record(connection, events, received_at=NOW)

    return told


def call(told: Told, key: str, after: int = 0, **more: object) -> ev.Event:
    common = {"contact": key, "channel": Channel.PHONE, "outcome": Outcome.ABANDONED}
    return told(
        ev.Recorded, after, **{**common, "end": at(after + 9), "queued_at": at(after)} | more
    )


def test_contacts_and_cases_without_a_queue_are_one_row(store, tell):
    told = Told()
    tell(call(told, "c"), told(ev.CaseOpened, 0, case="k"))
    query = Query(("contacts", "cases_opened"), DAY, by=(Dimension.QUEUE,))
    rows = history.read(store, query).frame.select("queue", "contacts", "cases_opened").rows()
    assert rows == [(None, 1, 1)]


def test_a_list_holds_contacts_with_the_longest_seconds_that_can_be_told(store, tell):
    told = Told()
    tell(
        call(told, "c", wait_seconds=ev.LARGEST),
        call(told, "d", 1, outcome=Outcome.HANDLED, answered_at=at(2), talk_seconds=ev.LARGEST,
             hold_seconds=ev.LARGEST),
    )  # fmt: skip
    for name in ("service_level", "aht", "asa"):
        whole = contacts.behind(store, Query((name,), DAY))["id"].to_list()
        paged = contacts.behind(store, Query((name,), DAY), after=whole[0])["id"].to_list()
        assert paged == whole[1:], name


def test_wrap_up_after_a_talk_that_nobody_timed_is_not_in_the_mean_of_handling(store, tell):
    told = Told()
    answered = {"outcome": Outcome.HANDLED, "answered_at": at(1), "queued_at": None}
    tell(
        call(told, "c", **answered, talk_seconds=80, wrap_up_seconds=20),
        call(told, "d", **answered, wrap_up_seconds=600),
    )
    figures = history.read(store, Query(("aht", "handle_median"), DAY)).frame
    assert figures.select("aht", "n_aht", "handle_median").rows() == [(100, 1, 100)]


def test_test_calls_are_not_in_the_number_of_a_customers_contacts(store, tell):
    told = Told()
    tell(call(told, "c", customer=PERSON), call(told, "t", 1, customer=PERSON, is_test=True))
    assert customers.candidates(store, PERSON[0].value)["contacts"].to_list() == [1]


def test_an_error_of_the_database_shows_no_customer(engine):
    with engine.connect() as connection, pytest.raises(DBAPIError) as raised:
        connection.execute(text("SELECT 1 / 0, CAST(:told AS text)"), {"told": "+358401234567"})
    assert "358401234567" not in str(raised.value)


# Two at once --------------------------------------------------------------------------------------


def meanwhile(store, work) -> threading.Thread:
    """Does the work in a transaction of another connection; it may have to wait."""

    def run() -> None:
        with store.transaction() as connection:
            work(connection)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_a_setting_holds_for_contacts_that_were_being_written_when_it_was_made(store):
    setting = DatedValue("target_seconds", "", "", at(-60), 77)
    with store.transaction() as connection:
        record(connection, [call(Told(), "c")], received_at=NOW)
        other = meanwhile(store, lambda one: dated_settings.put(one, setting, NOW))
        other.join(0.3)
        assert other.is_alive(), "the setting waits for the writer"
    other.join(10)
    found = store.frame(select(contact.c.target_seconds))["target_seconds"].to_list()
    assert found == [77]


def test_two_names_that_become_one_while_they_are_told_are_one_agent(store):
    told = Told()
    named = told(ev.AgentDescribed, 0, agent="a", aliases=("SIP/1",))
    first = told(ev.IntentDeclared, 10, agent="SIP/1", intent="break")
    second = told(ev.IntentDeclared, 20, agent="a", intent="available")
    with store.transaction() as connection:
        record(connection, [named], received_at=NOW)
        others = [
            meanwhile(store, lambda one, event=event: record(one, [event], received_at=NOW))
            for event in (first, second)
        ]
    for other in others:
        other.join(10)
    assert states(store.engine, "a") == [("break", None, 10, 20), ("available", None, 20, None)]


def test_a_correction_waits_for_whoever_writes_the_conversation_that_it_leaves(store):
    told = Told()
    first = told(ev.Queued, 0, contact="c", queue="q", channel=Channel.PHONE)
    moved = told(ev.Queued, 0, contact="d", queue="q", channel=Channel.PHONE, id=first.id,
                 revision=1)  # fmt: skip
    with store.transaction() as connection:
        record(connection, [first], received_at=NOW)
    with store.transaction() as connection:
        record(connection, [told(ev.Answered, 9, contact="c", agent="a")], received_at=NOW)
        other = meanwhile(store, lambda one: record(one, [moved], received_at=NOW))
        other.join(0.3)
        assert other.is_alive()
    other.join(10)
    rows = store.frame(select(contact.c.key, contact.c.queued_at).order_by(contact.c.key)).rows()
    assert rows == [("c", None), ("d", at(0))]


def test_who_makes_all_rows_anew_waits_for_those_who_write(store):
    with store.transaction() as connection:
        record(connection, [call(Told(), "c")], received_at=NOW)
        other = meanwhile(store, known.hold_rules)
        other.join(0.3)
        assert other.is_alive()
    other.join(10)
    assert not other.is_alive()
