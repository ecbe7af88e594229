"""The floor at an instant: nothing that was not yet known, and nobody forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.schema import import_batch
from ccdash.store import floor_day, floor_open, live, rollup
from ccdash.vocabulary import Channel, Direction, IdentityKind, Intent
from tests.store.test_record import START, Told, at

ZONE = "Europe/Helsinki"


@pytest.fixture
def told(store):
    """Tells events to the store; each call gives the floor function for that store."""
    one = Told()

    def tell(*events: tuple[type[ev.Event], int, dict[str, object]]):
        with store.transaction() as connection:
            made = [one(kind, after, **more) for kind, after, more in events]
            record(connection, made, received_at=at(0))
        return lambda seconds, **more: live.floor(store, at(seconds), ZONE, **more)

    return tell


def call(key: str = "c", **more: object) -> dict[str, object]:
    return {"contact": key, **more}


def test_who_is_in_the_menu_is_not_yet_still_waiting(told):
    floor = told(
        (ev.Arrived, 0, call(channel=Channel.PHONE)), (ev.Queued, 60, call(queue="q")),
    )  # fmt: skip
    assert floor(30).today["still_waiting"] == 0
    assert floor(60).today["still_waiting"] == len(floor(60).waiting) == 1


def test_handling_time_holds_no_wrap_up_that_has_not_ended(told):
    floor = told(
        (ev.Queued, 0, call(queue="q", channel=Channel.PHONE)),
        (ev.Answered, 10, call(agent="a")),
        (ev.Ended, 70, call(wrap_up_follows=True)),
        (ev.WrappedUp, 170, call()),
    )
    assert (floor(100).today["aht"], floor(170).today["aht"]) == (60, 160)


@pytest.mark.parametrize("is_now", [True, False])
def test_who_waits_for_more_than_a_month_is_still_shown(told, is_now):
    floor = told((ev.Queued, 0, call(queue="mail", channel=Channel.EMAIL)))
    days = int(timedelta(days=45).total_seconds())
    assert floor(days, is_now=is_now).waiting["wait_seconds"].to_list() == [days]


@pytest.mark.parametrize("is_now", [True, False])
def test_a_contact_in_progress_is_with_the_agent_who_has_it_now(told, is_now):
    floor = told(
        (ev.Queued, 0, call(queue="q", channel=Channel.PHONE)),
        (ev.Answered, 10, call(agent="first")),
        (ev.Transferred, 20, call(agent="first", to_agent="second")),
    )
    assert floor(30, is_now=is_now).in_progress["agent"].to_list() == ["second"]
    assert floor(15).in_progress["agent"].to_list() == ["first"]


@pytest.mark.parametrize("is_now", [True, False])
def test_a_person_is_shown_once_with_what_was_declared_last(told, is_now):
    floor = told(
        (ev.IntentDeclared, 0, {"agent": "a", "intent": Intent.AVAILABLE}),
        (ev.IntentDeclared, 50, {"agent": "a", "intent": Intent.BREAK, "reason": "Lunch"}),
    )
    people = floor(60, is_now=is_now).people
    assert people.select("agent", "intent", "reason").rows() == [("a", "break", "Lunch")]
    assert floor(49).people["intent"].to_list() == ["available"]


def test_the_floor_of_now_and_of_that_instant_are_the_same(told):
    floor = told(
        (ev.IntentDeclared, 0, {"agent": "a", "intent": Intent.AVAILABLE}),
        (ev.Queued, 5, call("w", queue="q", channel=Channel.PHONE)),
        (ev.Queued, 6, call("t", queue="q", channel=Channel.PHONE)),
        (ev.Answered, 9, call("t", agent="a")),
        (ev.Queued, 7, call("d", queue="q", channel=Channel.CHAT)),
        (ev.Answered, 11, call("d", agent="b")),
        (ev.Ended, 40, call("d", wrap_up_follows=True)),
    )
    now, then = floor(60, is_now=True), floor(60)
    for name in ("queues", "waiting", "in_progress", "people"):
        assert getattr(now, name).equals(getattr(then, name)), name
    assert now.today == then.today
    assert (now.day_start, START.tzinfo) == (datetime(2026, 3, 1, 22, tzinfo=UTC), UTC)


@pytest.mark.parametrize(
    ("digest", "is_finished", "imported"),
    [("abc", True, {"pbx"}), ("abc", False, set()), (None, True, set())],
)
def test_a_source_that_came_as_a_finished_file_is_imported(store, digest, is_finished, imported):
    with store.transaction() as connection:
        batch = None
        if digest:
            batch = connection.execute(
                insert(import_batch)
                .values(source="pbx", file="queue_log", digest=digest, started_at=at(0),
                        finished_at=at(9) if is_finished else None, position_bytes=0,
                        position_line=0, parser_state={}, read=0, kept=0, duplicate=0, rejected=0)
                .returning(import_batch.c.batch_id)
            ).scalar_one()  # fmt: skip
        told = [ev.QueueDescribed(source="pbx", id="q", at=at(0), queue="q")]
        record(connection, told, received_at=at(0), batch_id=batch)

    assert live.floor(store, at(60), ZONE).imported == imported


@pytest.mark.any_postgres
def test_a_reading_that_goes_on_over_midnight_is_of_the_new_day(store):
    midnight = START.replace(hour=22)  # of the zone
    clock = iter([midnight - timedelta(seconds=1), *[midnight + timedelta(seconds=1)] * 3])

    floor = live.FloorOfNow(lambda: store, clock.__next__, lambda: ZONE).whole()

    assert floor.day_start == midnight


def test_what_is_asked_together_has_the_rows_and_types_of_frames(told, store):
    told(
        (ev.Queued, 0, call("w", queue="q", channel=Channel.PHONE)),
        (ev.Queued, 0, call("t", queue="q", channel=Channel.CHAT)),
        (ev.Answered, 10, call("t", agent="a")),
        (ev.Queued, 0, call("e", queue="q", channel=Channel.CHAT)),
        (ev.Answered, 10, call("e", agent="b")),
        (ev.Ended, 20, call("e")),
    )
    questions = {**floor_open._questions(is_now=True), **floor_day._questions()}
    for seconds in (-60, 60):
        asked = {
            name: one.asked(at=at(seconds), since=at(-70), day_start=at(-70))
            for name, one in questions.items()
        }
        for name, frame in store.together(asked).items():
            assert frame.equals(store.frame(asked[name])), name
            assert frame.schema == store.frame(asked[name]).schema, name


AINO = ev.Identity(IdentityKind.CUSTOMER_NUMBER, "17")
EMIL = ev.Identity(IdentityKind.CUSTOMER_NUMBER, "18")
MAIL = ev.Identity(IdentityKind.EMAIL, "aino@example.com", verified=True)
HOME = ev.Identity(IdentityKind.PHONE, "+358401234567", verified=True)


def waits(
    key: str, after: int, channel: Channel, *who: ev.Identity, **more: object
) -> tuple[tuple[type[ev.Event], int, dict[str, object]], ...]:
    """Somebody comes and is in the queue at once."""
    of = {"channel": channel, "customer": who, **more}
    return (ev.Arrived, after, call(key, **of)), (ev.Queued, after, call(key, queue="q"))


def settle(store) -> None:
    with store.transaction() as connection:
        rollup.refresh(connection)


@pytest.mark.parametrize("is_now", [True, False])
def test_the_times_of_who_waits_are_their_own_until_then_by_whichever_detail(told, store, is_now):
    floor = told(
        *waits("number", 0, Channel.PHONE, AINO, MAIL, case="k"),
        *waits("address", 10, Channel.PHONE, MAIL, case="k"),
        *waits("ours", 15, Channel.PHONE, AINO, case="k", direction=Direction.OUTBOUND),
        *waits("other's", 20, Channel.PHONE, EMIL, case="k"),
        *waits("again", 30, Channel.PHONE, AINO, case="k"),
    )
    settle(store)
    found = floor(60, is_now=is_now).waiting.select("contact", "time").rows()
    assert found == [("number", 1), ("address", 2), ("ours", None), ("other's", 1), ("again", 3)]


@pytest.mark.parametrize("is_now", [True, False])
def test_who_waits_in_two_channels_is_one_person_and_neither_nobody_nor_several(
    told, store, is_now
):
    floor = told(
        *waits("both", 0, Channel.PHONE, AINO, MAIL, HOME),
        *waits("address", 1, Channel.EMAIL, MAIL),
        *waits("other", 2, Channel.PHONE, EMIL, HOME),
        *waits("home", 3, Channel.PHONE, HOME),
        *waits("of home", 4, Channel.CHAT, HOME),
        *waits("nobody", 5, Channel.PHONE),
        *waits("of nobody", 6, Channel.CHAT),
    )
    settle(store)
    found = floor(60, is_now=is_now).waiting.select("contact", "also_in").rows()
    assert [one for one in found if one[1]] == [("both", "email"), ("address", "phone")]


@pytest.mark.parametrize("is_now", [True, False])
def test_a_test_call_waits_in_no_list(told, is_now):
    floor = told(*waits("c", 0, Channel.PHONE), (ev.Voided, 5, call("c")))
    assert floor(60, is_now=is_now).waiting.is_empty()
