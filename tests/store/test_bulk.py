"""Much history at once: prepared beforehand, from two sides, beside live events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select

from ccdash.ingest import events as ev
from ccdash.ingest import fresh
from ccdash.ingest.events import Identity, Stretch
from ccdash.ingest.record import record
from ccdash.ingest.work import Work
from ccdash.ingest.writing import put, put_new
from ccdash.schema import agent_state, contact, identity, superseded_event, survey
from ccdash.store import rollup
from ccdash.vocabulary import Channel, IdentityKind, Intent, Outcome, SegmentKind, SurveyKind
from tests.store.rows import all_rows
from tests.store.test_record import NOW, START, emptied, tell

WEEKS, CALLS = 3, 150
STRANGE = (
    "tab\there", "line\nbreak\r", "back\\slash", "\\N", "\\.", "None", "", "\\None", "ä €", "null",
    'a "quoted", and a comma', "]\n[", "\\n", "\x01\b\f\x1f\x7f", "\u2028",
)  # fmt: skip


def a_week(number: int) -> list[ev.Event]:
    """Calls, chains of calls, cases, orders and what agents declare; people and agents are those of
    every week."""
    monday = START + timedelta(weeks=number)
    told = [one for call in range(CALLS) for one in _call(f"w{number}-{call}", monday, call)]
    for agent in range(5):
        for hour, intent in ((0, Intent.AVAILABLE), (3, Intent.BREAK), (4, Intent.OFFLINE)):
            at = monday + timedelta(hours=hour, minutes=agent)
            name = f"a{agent}"
            told.append(
                ev.IntentDeclared(source="s", id=f"{at}-{name}", at=at, agent=name, intent=intent)
            )
    return told


def _call(key: str, monday: datetime, call: int) -> Iterator[ev.Event]:
    start = monday + timedelta(minutes=call)
    end, agent = start + timedelta(seconds=200), f"a{call % 7}"
    customer = tuple(
        Identity(kind, f"{call * step % 11}")
        for kind, step in ((IdentityKind.CUSTOMER_NUMBER, 3), (IdentityKind.HANDLE, 5))
    )
    about = {"source": "s", "at": start, "customer": customer}
    asked = end + timedelta(minutes=1)
    yield ev.Recorded(
        **about, id=key, contact=key, channel=Channel.PHONE, outcome=Outcome.HANDLED, end=end,
        queue=f"q{call % 3}", queued_at=start, answered_at=start, agent=agent,
        subject=STRANGE[call % len(STRANGE)], case=f"k{key}" if call % 4 == 0 else None,
        segments=(Stretch(SegmentKind.TALK, start, end, agent),),
        surveys=(ev.Survey(SurveyKind.CSAT, asked, asked, 4),) if call % 3 == 0 else (),
        continues=key.replace(f"-{call}", f"-{call - 1}") if call % 9 == 5 else None,
    )  # fmt: skip
    if call % 4 == 0:
        yield ev.CaseOpened(**about, id=f"o{key}", case=f"k{key}", queue="q1")
    if call % 5 == 0:
        yield ev.Purchased(**about, id=f"p{key}", order=key, amount_minor=call)


def at_once(engine: Engine, *parts: Sequence[Sequence[ev.Event]]) -> None:
    """Tell each part from a thread of its own, each of its chunks in one transaction."""
    together = Barrier(len(parts))

    def told(chunks: Sequence[Sequence[ev.Event]]) -> None:
        together.wait()
        for chunk in chunks:
            tell(engine, chunk)

    with ThreadPoolExecutor(len(parts)) as threads:
        list(threads.map(told, parts))


def settled(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.begin() as connection:
        rollup.refresh(connection)
    return all_rows(engine)


def in_small_parts(engine: Engine, events: Sequence[ev.Event]) -> None:
    """They are not prepared."""
    for first in range(0, len(events), 60):
        tell(engine, events[first : first + 60])


@pytest.fixture(scope="module")
def one_by_one(server, shelf_of):
    """The rows of all weeks told in small parts."""
    with shelf_of(server).lent() as lent:
        for number in range(WEEKS):
            in_small_parts(lent.engine, a_week(number))
        return settled(lent.engine)


def test_weeks_told_from_two_sides_at_once_have_the_rows_of_one_by_one(engine, one_by_one):
    weeks = [a_week(number) for number in range(WEEKS)]
    at_once(engine, weeks[0::2], weeks[1::2])
    assert settled(engine) == one_by_one


def test_live_events_between_two_bulk_tellings_have_their_rows_once(engine, one_by_one):
    weeks = [a_week(number) for number in range(WEEKS)]
    live = [[event] for event in (*weeks[0][::7], *weeks[2][-9:])]
    at_once(engine, weeks[0::2], weeks[1::2], live)
    assert settled(engine) == one_by_one


def test_the_same_week_told_from_two_sides_at_once_is_kept_once(engine, one_by_one):
    weeks = [a_week(number) for number in range(WEEKS)]
    at_once(engine, weeks, weeks)
    assert settled(engine) == one_by_one


def test_what_was_prepared_is_made_again_when_the_store_has_changed_meanwhile(engine):
    with engine.connect() as connection:
        work = Work(connection, "s", NOW, None)
        made = fresh.made(work, a_week(0), None)
        assert made is not None
        assert fresh.is_all_new(work, made)
    tell(engine, [ev.AgentDescribed(source="s", id="d", at=START, agent="aino", aliases=("a1",))])
    with engine.connect() as connection:
        assert not fresh.is_all_new(Work(connection, "s", NOW, None), made)


@pytest.mark.any_postgres
@pytest.mark.parametrize("other", [
    ev.Described(source="s", id="n", at=START, contact="w0-3", subject="later"),
    ev.Arrived(source="s", id="n", at=START, contact="x", continues="w0-5", channel=Channel.CHAT),
    ev.Arrived(source="s", id="n", at=START, contact="w0-4", continues="x", channel=Channel.CHAT),
    ev.SourceRestarted(source="s", id="n", at=START),
    ev.QueueDescribed(source="s", id="w0-3", at=START, queue="q1"),
])  # fmt: skip
def test_a_week_of_which_something_was_told_before_is_not_taken_for_new(engine, other):
    week = a_week(0)
    tell(engine, [other])
    tell(engine, week)
    rows = settled(engine)
    emptied(engine)
    tell(engine, [other])
    in_small_parts(engine, week)
    assert settled(engine) == rows


@pytest.mark.any_postgres
def test_who_was_told_before_goes_on_from_a_call_of_the_week(engine):
    """The leg of a transfer may be the key of a conversation that the store has already."""
    late = ev.Queued(source="s", id="late", at=START, contact="leg", queue="q1")
    call = {"source": "s", "at": START, "contact": "first"}
    week = [*a_week(0), ev.Answered(**call, id="first", agent="a1", leg="leg")]
    tell(engine, [late])
    tell(engine, week)
    rows = settled(engine)
    emptied(engine)
    tell(engine, [late])
    in_small_parts(engine, week)
    assert settled(engine) == rows


@pytest.mark.parametrize("way", [put, put_new])
def test_any_text_comes_back_from_a_copy_as_it_was(engine, monkeypatch, way):
    monkeypatch.setattr("ccdash.ingest.writing.COPY_FROM", 1)
    rows = [
        (IdentityKind.HANDLE, text, number, "s", number, False)
        for number, text in enumerate(STRANGE)
    ]
    with engine.begin() as connection:
        way(connection, identity, rows)
        found = connection.execute(select(identity).order_by(identity.c.customer_id))
        assert [tuple(row) for row in found] == rows


def test_nothing_and_no_number_come_back_from_a_copy_as_they_were(engine):
    many = [event for number in range(2) for event in a_week(number)]
    tell(engine, many)
    with engine.connect() as connection:
        counted = func.count(contact.c.contact_id), func.count(contact.c.wrap_up_seconds)
        assert connection.execute(select(*counted)).one() == (2 * CALLS, 0)
        assert connection.execute(select(func.count()).select_from(survey)).scalar_one() == 100
        assert connection.execute(select(func.count()).select_from(agent_state)).scalar_one() == 30
        assert connection.execute(select(superseded_event)).all() == []


def test_recording_leaves_the_collection_of_garbage_as_it_was(engine):
    import gc

    assert gc.isenabled()
    with engine.connect() as connection:
        record(connection, a_week(0), received_at=NOW)
        assert gc.isenabled()
