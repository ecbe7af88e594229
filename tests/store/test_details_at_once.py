"""A contact detail that one source takes back while another one tells it."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select, text

from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.schema import identity
from ccdash.vocabulary import Channel, IdentityKind, Outcome
from tests.store.test_record import NOW, at

NUMBER = ev.Identity(IdentityKind.CUSTOMER_NUMBER, "17")
EMAIL = ev.Identity(IdentityKind.EMAIL, "aino@example.com", verified=True)


def call(source: str, *customer: ev.Identity, revision: int = 0) -> ev.Event:
    return ev.Recorded(
        source=source, id="1", revision=revision, contact="1", at=at(0), customer=customer,
        end=at(0) + timedelta(minutes=1), channel=Channel.PHONE, outcome=Outcome.HANDLED,
    )  # fmt: skip


@pytest.mark.any_postgres
@pytest.mark.parametrize("order", [1, -1])
def test_what_is_told_while_it_is_taken_back_stays(store, order):
    def tell(event: ev.Event) -> None:
        with store.transaction() as connection:
            record(connection, [event], received_at=NOW)

    tell(call("a", NUMBER, EMAIL))
    first, second = (call("a", NUMBER, revision=1), call("b", NUMBER, EMAIL))[::order]
    thread = Thread(target=tell, args=(second,))
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
