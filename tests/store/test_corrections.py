"""A correction leaves nothing behind of what it takes back."""

from __future__ import annotations

from datetime import datetime
from threading import Thread

import pytest
from sqlalchemy import insert, select, text

from ccdash.ingest import events as ev
from ccdash.ingest import known
from ccdash.ingest.record import record
from ccdash.query import Dimension, Period, Query
from ccdash.schema import agent, agent_alias, contact, contact_link, retention
from ccdash.store import history, rollup
from ccdash.vocabulary import Channel, Grain, Intent
from tests.store.test_record import NOW, Told, at, one, states

PERIOD = Period(at(-3600), at(36 * 3600), "UTC")


@pytest.fixture
def told(store):
    """Tells the store one event, and gives it."""
    made = Told()

    def tell(kind: type[ev.Event], after: int, **more: object) -> ev.Event:
        event = made(kind, after, **more)
        with store.transaction() as connection:
            record(connection, [event], received_at=NOW)
        return event

    return tell


def settle(store) -> None:
    with store.transaction() as connection:
        rollup.refresh(connection)


def busy(store, *, raw: bool) -> list[tuple[str | None, datetime, int]]:
    query = Query(("signed_in_time",), PERIOD, Grain.QUARTER_HOUR, (Dimension.AGENT,))
    frame = history.read(store, query, raw=raw).frame.filter(pl_positive())
    return frame.select("agent", "bucket", "signed_in_time").sort("agent", "bucket").rows()


def pl_positive():
    import polars as pl

    return pl.col("signed_in_time") > 0


def test_a_declaration_that_moves_to_another_agent_leaves_the_first(store, told):
    first = told(ev.IntentDeclared, 0, agent="a", intent=Intent.BREAK)
    told(ev.IntentDeclared, 60, agent="b", intent=Intent.AVAILABLE, id=first.id, revision=1)
    assert states(store.engine, "a") == []
    assert states(store.engine, "b") == [("available", None, 60, None)]


def test_a_declaration_that_moves_to_a_later_instant_holds_from_there_only(store, told):
    first = told(ev.IntentDeclared, 0, agent="a", intent=Intent.BREAK)
    told(ev.IntentDeclared, 60, agent="a", intent=Intent.BREAK, id=first.id, revision=1)
    assert states(store.engine, "a") == [("break", None, 60, None)]


def test_a_restart_that_moves_cuts_what_ran_then_and_nothing_before(store, told):
    told(ev.Queued, 0, contact="c", queue="q", channel=Channel.PHONE)
    restart = told(ev.SourceRestarted, 60)
    told(ev.SourceRestarted, 90, id=restart.id, revision=1)
    assert one(store.engine, "c").ended_at == at(90)


def test_a_link_that_is_taken_back_parts_the_conversations(store, told):
    told(ev.Queued, 0, contact="p", queue="q", channel=Channel.PHONE)
    answered = told(ev.Answered, 5, contact="p", agent="a", leg="child")
    told(ev.Queued, 60, contact="child", queue="q", channel=Channel.PHONE)
    told(ev.Answered, 5, contact="p", agent="a", id=answered.id, revision=1)
    row = one(store.engine, "child")
    assert row.root_id == row.contact_id
    with store.engine.connect() as connection:
        assert connection.execute(select(contact_link)).all() == []


def test_a_link_that_both_conversations_told_stays_when_one_takes_it_back(store, told):
    told(ev.Queued, 0, contact="p", queue="q", channel=Channel.PHONE)
    answered = told(ev.Answered, 5, contact="p", agent="a", leg="child")
    told(ev.Arrived, 60, contact="child", channel=Channel.PHONE, continues="p")
    told(ev.Answered, 5, contact="p", agent="a", id=answered.id, revision=1)
    assert one(store.engine, "child").root_id == one(store.engine, "p").contact_id


def test_callers_who_go_on_from_each_other_in_a_circle_are_one_caller(store, told):
    told(ev.Arrived, 0, contact="c1", channel=Channel.PHONE, continues="c2")
    told(ev.Arrived, 60, contact="c2", channel=Channel.PHONE, continues="c1")
    with store.engine.connect() as connection:
        roots = connection.execute(select(contact.c.root_id)).scalars().all()
    assert set(roots) == {one(store.engine, "c1").contact_id}


def test_a_name_that_is_taken_back_parts_the_two_agents(store, told):
    told(ev.Queued, 0, contact="c", queue="q", channel=Channel.PHONE)
    told(ev.Answered, 5, contact="c", agent="SIP/1")
    named = told(ev.AgentDescribed, 10, agent="aino", aliases=("SIP/1",))
    told(ev.AgentDescribed, 10, agent="aino", name="Aino", id=named.id, revision=1)
    with store.engine.connect() as connection:
        assert connection.execute(select(agent_alias)).all() == []
        keys = dict(connection.execute(select(agent.c.agent_id, agent.c.key)).all())
    assert keys[one(store.engine, "c").agent_id] == "SIP/1"


def test_a_name_told_for_two_agents_is_of_the_one_told_last_in_any_order(store, told):
    told(ev.AgentDescribed, 20, agent="later", aliases=("SIP/1",))
    told(ev.AgentDescribed, 10, agent="sooner", aliases=("SIP/1",))
    told(ev.IntentDeclared, 30, agent="SIP/1", intent=Intent.AVAILABLE)
    assert states(store.engine, "later") == [("available", None, 30, None)]
    assert states(store.engine, "sooner") == []


def test_a_description_under_another_name_of_an_agent_makes_no_second_agent(store, told):
    told(ev.AgentDescribed, 0, agent="aino", aliases=("SIP/1",))
    told(ev.AgentDescribed, 10, agent="SIP/1", name="Aino Aalto")
    with store.engine.connect() as connection:
        assert connection.execute(select(agent.c.key, agent.c.name)).all() == [
            ("aino", "Aino Aalto")
        ]


def test_seconds_under_another_name_do_not_stay_in_the_sums(store, told):
    told(ev.IntentDeclared, 0, agent="SIP/1", intent=Intent.AVAILABLE)
    told(ev.Queued, 3600, contact="c", queue="q", channel=Channel.PHONE)
    told(ev.Answered, 3610, contact="c", agent="SIP/1")
    told(ev.Ended, 3700, contact="c")
    settle(store)
    told(ev.AgentDescribed, 0, agent="aino", aliases=("SIP/1",))
    settle(store)
    assert busy(store, raw=False) == busy(store, raw=True)


def test_seconds_counted_before_a_late_sign_out_was_heard_do_not_stay_in_the_sums(store, told):
    told(ev.IntentDeclared, 0, agent="a", intent=Intent.AVAILABLE)
    told(ev.Queued, 3600, contact="c", queue="q", channel=Channel.PHONE)
    told(ev.Answered, 3610, contact="c", agent="a")
    told(ev.Ended, 3700, contact="c")
    settle(store)
    told(ev.IntentDeclared, 600, agent="a", intent=Intent.OFFLINE)
    told(ev.IntentDeclared, 86_400, agent="a", intent=Intent.AVAILABLE)
    settle(store)
    assert busy(store, raw=False) == busy(store, raw=True)


def test_seconds_counted_before_a_late_end_was_heard_do_not_stay_in_the_sums(store, told):
    told(ev.IntentDeclared, 0, agent="a", intent=Intent.AVAILABLE)
    told(ev.Queued, 0, contact="c", queue="q", channel=Channel.PHONE)
    told(ev.Answered, 10, contact="c", agent="a")
    told(ev.Recorded, 3600, contact="d", channel=Channel.PHONE, outcome="handled", agent="a",
         end=at(3700), segments=(ev.Stretch("talk", at(3600), at(3700), "a"),))  # fmt: skip
    told(ev.QueueDescribed, 5400, queue="q", name="Sales")
    settle(store)
    told(ev.Ended, 500, contact="c")
    told(ev.IntentDeclared, 86_400, agent="a", intent=Intent.OFFLINE)
    settle(store)
    query = Query(("occupancy",), PERIOD, Grain.TOTAL)
    sums, rows = (history.read(store, query, raw=raw).frame["occupancy"][0] for raw in (0, 1))
    assert sums == rows == (490 + 100) / 86_400


@pytest.mark.any_postgres
def test_who_waits_while_its_time_is_forgotten_changes_nothing(store, told):
    with store.transaction() as connection:
        known.hold_rules(connection)
        connection.execute(insert(retention).values(kept_since=at(3600), forgotten_at=NOW))
        late = {"contact": "late", "agent": "a", "channel": Channel.PHONE}
        thread = Thread(target=lambda: told(ev.Answered, 0, **late))
        thread.start()
        blocked = text("SELECT 1 FROM pg_locks WHERE NOT granted")
        while thread.is_alive() and not connection.execute(blocked).first():
            pass
    thread.join()
    with store.transaction() as connection:
        assert known.events_of(connection, "test", {"contact:late"}) == {}
        assert connection.execute(select(contact)).all() == []
