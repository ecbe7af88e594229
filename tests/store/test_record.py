from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ccdash.ingest import events as ev
from ccdash.ingest.events import Identity
from ccdash.ingest.rebuild import rebuild
from ccdash.ingest.record import record
from ccdash.schema import agent_state, contact, purchase, raw_event, segment, superseded_event
from ccdash.store import rollup
from ccdash.vocabulary import Author, Channel, IdentityKind, Intent, Outcome, SurveyKind
from tests.store.rows import all_rows

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 3, tzinfo=UTC)


def at(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


@dataclass
class Told:
    """Makes events with ids of their own."""

    source: str = "test"
    count: int = 0

    def __call__(self, kind: type[ev.Event], after: int, /, **more: object) -> ev.Event:
        self.count += 1
        common = {"source": self.source, "id": f"{self.count}", "sequence": self.count}
        return kind(**{**common, "at": at(after), **more})


def a_day() -> list[ev.Event]:
    """Calls, a chat with a survey, a transfer, a test call, pauses, a restart and a case."""
    told = Told()
    who = (Identity(IdentityKind.PHONE, "+358401234567"),)
    also = (Identity(IdentityKind.CUSTOMER_NUMBER, "17"),)
    return [
        told(ev.QueueDescribed, 0, queue="q1", name="Sales", channel=Channel.PHONE, team="Inbound"),
        told(ev.AgentDescribed, 1, agent="a1", name="Aino", team="Inbound", aliases=("SIP/a1",)),
        told(ev.JoinedQueue, 5, agent="SIP/a1", queue="q1"),
        told(ev.JoinedQueue, 6, agent="a2", queue="q1"),
        told(ev.Queued, 10, contact="c1", queue="q1", channel=Channel.PHONE, customer=who),
        told(ev.Rang, 14, contact="c1", agent="a2", seconds=4),
        told(ev.Answered, 20, contact="c1", agent="a1", wait_seconds=10, ring_seconds=3, leg="c9"),
        told(ev.Held, 60, contact="c1"),
        told(ev.Resumed, 90, contact="c1"),
        told(ev.Described, 95, contact="c1", customer=also, subject="invoice"),
        told(ev.Transferred, 120, contact="c1", agent="a1", to="q2"),
        told(ev.Queued, 121, contact="c9", queue="q2", channel=Channel.PHONE, customer=who),
        told(ev.LeftQueue, 180, contact="c9", outcome=Outcome.ABANDONED, wait_seconds=59),
        told(ev.Queued, 200, contact="c2", queue="q1", channel=Channel.PHONE),
        told(ev.LeftQueue, 230, contact="c2", queue="q1", outcome=Outcome.TIMED_OUT),
        told(ev.Queued, 230, contact="c2", queue="q2"),
        told(ev.Answered, 240, contact="c2", agent="SIP/a1", queue="q2"),
        told(ev.Ended, 300, contact="c2", agent="SIP/a1", wrap_up_follows=True),
        told(ev.WrappedUp, 330, contact="c2"),
        told(ev.IntentDeclared, 340, agent="a1", intent=Intent.BREAK, reason="Lunch"),
        told(ev.IntentDeclared, 341, agent="a1", intent=Intent.BREAK, reason="Lunch", queue="q1"),
        told(ev.IntentDeclared, 900, agent="a1", intent=Intent.AVAILABLE),
        told(ev.Arrived, 400, contact="h1", channel=Channel.CHAT, customer=also, case="k1"),
        told(ev.Queued, 402, contact="h1", queue="chat"),
        told(ev.Answered, 450, contact="h1", agent="a2"),
        told(ev.Messaged, 460, contact="h1", author=Author.AGENT, agent="a2", text="Moi <b>!</b>"),
        told(ev.Messaged, 470, contact="h1", author=Author.CUSTOMER),
        told(ev.Ended, 800, contact="h1"),
        told(ev.SurveySent, 801, contact="h1", kind=SurveyKind.CSAT),
        told(ev.SurveyAnswered, 850, contact="h1", kind=SurveyKind.CSAT, score=5),
        told(ev.CaseOpened, 400, case="k1", subject="invoice", queue="chat", customer=also),
        told(ev.CaseResolved, 820, case="k1"),
        told(ev.Queued, 1000, contact="t1", queue="q1", channel=Channel.PHONE),
        told(ev.Voided, 1001, contact="t1", reason="test call"),
        told(ev.Queued, 1100, contact="c3", queue="q1", channel=Channel.PHONE),
        told(ev.Answered, 1110, contact="c3", agent="a2"),
        told(ev.SourceRestarted, 1200),
        told(ev.Recorded, 1210, contact="r1", channel=Channel.PHONE, outcome=Outcome.HANDLED,
             end=at(1250), queue="q1", queued_at=at(1210), answered_at=at(1220), agent="a2",
             customer=also, messages=(ev.Message(at(1211), Author.CUSTOMER, text="Hei"),),
             surveys=(ev.Survey(SurveyKind.NPS, at(1251), at(1290), 9),)),
        told(ev.Purchased, 1260, order="o1", customer=(*who, *also), amount_minor=4990,
             currency="EUR", subject="charger"),
        told(ev.Purchased, 1270, order="o2", customer=(Identity(IdentityKind.PHONE, "unknown"),)),
        told(ev.CustomerDescribed, 1280, record="r1", customer=also, name="Aino Virtanen"),
        told(ev.IntentDeclared, 1300, agent="a2", intent=Intent.AVAILABLE),
    ]  # fmt: skip


def tell(engine, events, **more) -> tuple[int, int]:
    with engine.begin() as connection:
        counts = record(connection, events, received_at=NOW, **more)
    return counts.kept, counts.duplicate


def settle(engine) -> None:
    with engine.begin() as connection:
        rollup.refresh(connection)


@pytest.fixture
def at_once(engine):
    """The rows of the day told at once."""
    tell(engine, a_day())
    settle(engine)
    return all_rows(engine)


def test_the_same_events_told_twice_change_nothing(engine, at_once):
    assert tell(engine, a_day()) == (0, len(a_day()))
    settle(engine)
    assert all_rows(engine) == at_once


def test_repeats_within_one_telling_count_as_duplicates(engine):
    event = a_day()[4]
    assert tell(engine, [event, event, event]) == (1, 2)


def emptied(engine) -> None:
    with engine.begin() as connection:
        for table in reversed(contact.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.mark.parametrize("seed", range(4))
def test_any_order_one_by_one_ends_in_the_same_rows(engine, at_once, seed):
    emptied(engine)
    events = a_day()
    Random(seed).shuffle(events)
    for event in events:
        tell(engine, [event])
    settle(engine)
    assert all_rows(engine) == at_once


@pytest.mark.any_postgres
@settings(max_examples=8)
@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_any_parts_in_any_order_with_repeats_end_in_the_same_rows(engine, at_once, random, size):
    emptied(engine)
    events = [*a_day(), *a_day()[::3]]
    random.shuffle(events)
    for first in range(0, len(events), size):
        tell(engine, events[first : first + size])
        if random.random() < 0.3:
            settle(engine)
    settle(engine)
    assert all_rows(engine) == at_once


def test_the_bulk_path_gives_the_rows_of_the_single_path(engine, at_once, monkeypatch):
    emptied(engine)
    monkeypatch.setattr("ccdash.ingest.writing.COPY_FROM", 1)
    tell(engine, a_day())
    settle(engine)
    assert all_rows(engine) == at_once


def test_rebuilding_from_the_raw_events_gives_the_same_rows(engine, at_once):
    with engine.begin() as connection:
        rebuild(connection, NOW)
        rollup.refresh(connection)
    assert all_rows(engine) == at_once


def test_a_correction_takes_the_place_of_the_event_which_is_kept_beside(engine):
    told = Told()
    first = told(ev.Queued, 0, contact="c", queue="wrong", channel=Channel.PHONE)
    tell(engine, [first])
    right = ev.Queued(
        source="test", id=first.id, at=at(5), contact="c", queue="right", revision=1,
        channel=Channel.CHAT,
    )  # fmt: skip
    assert tell(engine, [right]) == (1, 0)
    assert tell(engine, [first]) == (0, 1)
    with engine.connect() as connection:
        assert connection.execute(select(contact.c.channel)).scalars().all() == ["chat"]
        assert connection.execute(select(superseded_event.c.revision)).scalars().all() == [0]
        assert connection.execute(select(func.count()).select_from(raw_event)).scalar_one() == 1


def test_a_correction_may_move_an_event_to_another_conversation(engine):
    told = Told()
    first = told(ev.Queued, 0, contact="c", queue="q", channel=Channel.PHONE)
    tell(engine, [first])
    tell(engine, [ev.Queued(source="test", id=first.id, at=at(0), contact="d", queue="q",
                            channel=Channel.PHONE, revision=1)])  # fmt: skip
    with engine.connect() as connection:
        assert connection.execute(select(contact.c.key)).scalars().all() == ["d"]


def one(engine, key: str, stay: int = 0):
    with engine.connect() as connection:
        query = select(contact).where(contact.c.key == key, contact.c.stay == stay)
        return connection.execute(query).one()


def test_a_conversation_in_two_queues_is_two_contacts_with_one_root(engine, at_once):
    first, second = one(engine, "c2"), one(engine, "c2", 1)
    assert (first.outcome, second.outcome) == ("timed_out", "handled")
    assert first.root_id == second.root_id == first.contact_id


def test_a_transferred_caller_who_comes_back_under_the_leg_has_the_first_calls_root(
    engine, at_once
):
    assert one(engine, "c9").root_id == one(engine, "c1").contact_id


def test_talk_hold_and_wrap_up_are_apart(engine, at_once):
    row = one(engine, "c1")
    assert (row.talk_seconds, row.hold_seconds, row.is_transferred) == (70, 30, True)
    assert one(engine, "c2", 1).wrap_up_seconds == 30


def test_both_names_of_an_agent_are_one_agent(engine, at_once):
    assert one(engine, "c1").agent_id == one(engine, "c2", 1).agent_id


def test_the_strongest_identity_names_the_customer_also_afterwards(engine, at_once):
    assert one(engine, "c1").customer_id == one(engine, "h1").customer_id


def test_who_has_no_identity_is_nobodys_customer(engine, at_once):
    row = one(engine, "c3")
    assert row.customer_id == -row.contact_id


def test_a_restart_ends_what_ran_and_nobody_knows_how_long_it_lasted(engine, at_once):
    row = one(engine, "c3")
    assert (row.outcome, row.ended_at, row.talk_seconds) == ("failed", at(1200), None)


def states(engine, name: str) -> list[tuple[str, str | None, int, int | None]]:
    from ccdash.schema import agent

    query = (
        select(agent_state)
        .join(agent, agent.c.agent_id == agent_state.c.agent_id)
        .where(agent.c.name == name)
        .order_by(agent_state.c.started_at)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return [
        (
            row.intent,
            row.reason,
            int((row.started_at - START).total_seconds()),
            row.ended_at and int((row.ended_at - START).total_seconds()),
        )
        for row in rows
    ]


def test_a_pause_told_for_the_agent_and_for_the_queue_is_one_interval(engine, at_once):
    assert states(engine, "Aino") == [
        ("available", None, 5, 340),
        ("break", "Lunch", 340, 900),
        ("available", None, 900, 1200),
        ("unknown", None, 1200, None),
    ]


def test_after_a_restart_the_intent_is_unknown_until_the_next_word(engine, at_once):
    assert states(engine, "a2")[-2:] == [
        ("unknown", None, 1200, 1300),
        ("available", None, 1300, None),
    ]


def test_a_changed_reason_closes_the_old_interval(engine):
    told = Told()
    tell(engine, [
        told(ev.IntentDeclared, 0, agent="a", intent=Intent.BREAK, reason="Coffee"),
        told(ev.IntentDeclared, 60, agent="a", intent=Intent.TRAINING, reason="Course"),
    ])  # fmt: skip
    assert states(engine, "a") == [("break", "Coffee", 0, 60), ("training", "Course", 60, None)]


def purchases(engine) -> list[tuple[object, ...]]:
    shown = select(purchase.c.key, purchase.c.purchased_at, purchase.c.amount_minor)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(shown.order_by(purchase.c.key))]


def test_a_purchase_is_of_the_customer_who_is_recognised_in_contacts(engine, at_once):
    with engine.connect() as connection:
        bought = dict(connection.execute(select(purchase.c.key, purchase.c.customer_id)).all())
    assert bought["o1"] == one(engine, "r1").customer_id
    assert bought["o2"] < 0


def test_a_corrected_purchase_leaves_nothing_of_the_earlier_one(engine):
    told = Told()
    mine = (Identity(IdentityKind.EMAIL, "a@example.com"),)
    first = told(ev.Purchased, 0, order="o", customer=mine, amount_minor=100)
    tell(engine, [first])
    other = (Identity(IdentityKind.EMAIL, "b@example.com"),)
    again = {"id": first.id, "revision": 1, "customer": other, "amount_minor": 90}
    tell(engine, [told(ev.Purchased, 5, order="o", **again)])
    assert purchases(engine) == [("o", at(5), 90)]
    tell(engine, [told(ev.Purchased, 5, order="p", **(again | {"revision": 2}))])
    assert purchases(engine) == [("p", at(5), 90)]


def test_what_was_told_last_of_an_order_holds(engine):
    told = Told()
    mine = (Identity(IdentityKind.EMAIL, "a@example.com"),)
    tell(engine, [told(ev.Purchased, 60, order="o", customer=mine, amount_minor=2)])
    tell(engine, [told(ev.Purchased, 0, order="o", customer=mine, amount_minor=1)])
    assert purchases(engine) == [("o", at(60), 2)]


def test_a_test_call_stays_in_the_store_as_void(engine, at_once):
    row = one(engine, "t1")
    assert (row.is_void, row.outcome) == (True, "void")


def test_a_failed_telling_leaves_nothing(engine):
    with engine.connect() as connection:
        record(connection, a_day(), received_at=NOW)
        connection.rollback()
    assert not any(all_rows(engine).values())


def test_segments_of_one_contact_may_overlap_and_have_no_length(engine):
    from ccdash.ingest.events import Stretch
    from ccdash.vocabulary import SegmentKind as Kind

    stretches = (Stretch(Kind.QUEUE, at(0), at(10)), Stretch(Kind.TALK, at(8), at(8), "a"))
    told = Told()(
        ev.Recorded, 0, contact="r", channel=Channel.PHONE, outcome=Outcome.HANDLED, end=at(20),
        queue="q", queued_at=at(0), segments=stretches,
    )  # fmt: skip
    tell(engine, [told])
    with engine.connect() as connection:
        kinds = connection.execute(select(segment.c.kind).order_by(segment.c.position)).scalars()
        assert list(kinds) == ["queue", "talk"]
