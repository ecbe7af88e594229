"""What customers are called, as records of them say it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import select

from ccdash.ingest import events as ev
from ccdash.ingest.events import Identity
from ccdash.ingest.identities import customer_id_of
from ccdash.ingest.record import record
from ccdash.schema import customer
from ccdash.vocabulary import IdentityKind
from tests.store.test_record import emptied

pytestmark = pytest.mark.any_postgres

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
NUMBER = Identity(IdentityKind.CUSTOMER_NUMBER, "17")
EMAIL = Identity(IdentityKind.EMAIL, "aino@example.com", verified=True)


def told(number: int, hours: int, name: str | None, **more) -> ev.CustomerDescribed:
    about = {"record": f"r{number}", "customer": (NUMBER, EMAIL)} | more
    at = START + timedelta(hours=hours)
    return ev.CustomerDescribed(
        source=f"s{number}", id=f"{number}-{hours}", at=at, name=name, **about
    )


def tell(engine, *events: ev.Event) -> None:
    with engine.begin() as connection:
        record(connection, events, received_at=START)


def called(engine, one: Identity = NUMBER) -> str | None:
    wanted = customer.c.customer_id == customer_id_of([(one.kind, one.value)])
    with engine.connect() as connection:
        return connection.execute(select(customer.c.name).where(wanted)).scalar_one()


def test_of_several_records_the_name_told_last_holds_in_whatever_order_they_come(engine):
    records = (told(1, 0, "Aino Korhonen"), told(2, 5, "Aino Virtanen"), told(1, 9, None))
    for order in permutations(records):
        emptied(engine)
        for one in order:
            tell(engine, one)
        assert called(engine) == "Aino Virtanen"


def test_a_record_that_is_corrected_to_be_of_somebody_else_takes_its_name_with_it(engine):
    tell(engine, told(1, 0, "Aino Korhonen"), told(2, 5, "Aino Virtanen"))
    tell(engine, told(2, 5, "Aino Virtanen", revision=1, customer=(EMAIL,)))
    assert (called(engine), called(engine, EMAIL)) == ("Aino Korhonen", "Aino Virtanen")
