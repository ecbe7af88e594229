"""A contact detail that one source takes back while another one tells it."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select, text

from ccdash.ingest import events as ev
from ccdash.ingest import names, told_no_more
from ccdash.ingest.record import record
from ccdash.schema import identity, raw_event
from ccdash.store.engine import Store
from ccdash.vocabulary import Channel, IdentityKind, Outcome
from tests.store.test_record import NOW, at

OTHER = ev.Identity(IdentityKind.CUSTOMER_NUMBER, "18")
THIRD = ev.Identity(IdentityKind.CUSTOMER_NUMBER, "19")
NUMBER = ev.Identity(IdentityKind.CUSTOMER_NUMBER, "17")
EMAIL = ev.Identity(IdentityKind.EMAIL, "aino@example.com", verified=True)


def call(source: str, *customer: ev.Identity, revision: int = 0) -> ev.Event:
    return ev.Recorded(
        source=source, id="1", revision=revision, contact="1", at=at(0), customer=customer,
        end=at(0) + timedelta(minutes=1), channel=Channel.PHONE, outcome=Outcome.HANDLED,
    )  # fmt: skip


def tell_all(store: Store, events: list[ev.Event]) -> None:
    with store.transaction() as connection:
        record(connection, events, received_at=NOW)


def wait_for_blocked(store: Store, thread: Thread) -> None:
    """Until the other one waits for a lock or has ended."""
    blocked = text("SELECT 1 FROM pg_locks WHERE NOT granted")
    with store.engine.connect() as connection:
        while thread.is_alive() and not connection.execute(blocked).first():
            pass


def revisions(store: Store) -> set[tuple[str, int]]:
    with store.engine.connect() as connection:
        rows = connection.execute(select(raw_event.c.source, raw_event.c.revision))
        return set(map(tuple, rows))


@pytest.mark.any_postgres
@pytest.mark.parametrize("order", [1, -1])
def test_what_is_told_while_it_is_taken_back_stays(store, order):
    tell_all(store, [call("a", NUMBER, EMAIL)])
    first, second = (call("a", NUMBER, revision=1), call("b", NUMBER, EMAIL))[::order]
    thread = Thread(target=tell_all, args=(store, [second]))
    blocked = text("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with store.transaction() as connection:
        record(connection, [first], received_at=NOW)
        thread.start()
        while thread.is_alive() and not connection.execute(blocked).first():
            pass
    thread.join()
    with store.engine.connect() as connection:
        its = select(identity.c.value).where(identity.c.customer_id != identity.c.detail_id)
        assert connection.execute(its).scalars().all() == [EMAIL.value]


@pytest.mark.any_postgres
def test_who_is_new_to_a_correction_and_to_another_source_is_told_by_both(store, monkeypatch):
    """The correction takes a detail back while the other has put the customer."""
    tell_all(store, [call("a", NUMBER, EMAIL)])
    thread = Thread(target=tell_all, args=(store, [call("a", OTHER, revision=1)]))
    put_identities = names._put_identities

    def put_late(*told: object) -> list[tuple[int, int]]:
        if not thread.ident:
            thread.start()
            wait_for_blocked(store, thread)
        return put_identities(*told)

    monkeypatch.setattr(names, "_put_identities", put_late)
    tell_all(store, [call("b", OTHER)])
    thread.join()
    assert revisions(store) == {("a", 1), ("b", 0)}


@pytest.mark.any_postgres
def test_two_who_correct_several_sources_at_once_wait_for_each_other(store, monkeypatch):
    """Each tells a new detail for one source before it takes one back for another."""
    tell_all(store, [call(source, NUMBER, EMAIL) for source in ("b", "d")])
    apply, thread = told_no_more.apply, None

    def apply_late(*told: Any) -> None:
        nonlocal thread
        if thread is None:
            thread = Thread(
                target=tell_all, args=(store, [call("c", THIRD), call("d", NUMBER, revision=1)])
            )
            thread.start()
            wait_for_blocked(store, thread)
        apply(*told)

    monkeypatch.setattr(told_no_more, "apply", apply_late)
    tell_all(store, [call("a", OTHER), call("b", NUMBER, revision=1)])
    thread.join()
    assert revisions(store) == {("a", 0), ("b", 1), ("c", 0), ("d", 1)}
