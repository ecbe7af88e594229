"""Rounds of what was written are the same wherever they are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from alembic.script import ScriptDirectory
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from ccdash.ingest import events as ev
from ccdash.ingest.rebuild import rebuild
from ccdash.query import Period, Query
from ccdash.schema import contact
from ccdash.store import contacts
from ccdash.store.messages import messages
from ccdash.store.schema_version import alembic_config
from ccdash.views.rounds import written
from ccdash.vocabulary import Author, Channel, IdentityKind, Outcome
from tests.store.roads import AS_FOUND, NOW, tell
from tests.store.test_record import emptied

pytestmark = pytest.mark.any_postgres

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
CUSTOMER = (ev.Identity(IdentityKind.EMAIL, "anna@example.org", True),)
NAMES = ("rounds", "next_responses", "next_response_seconds")
counted = select(contact.c.contact_id, *(contact.c[one] for one in NAMES)).order_by(
    contact.c.contact_id
)


def conversation(key: str, random: Random) -> list[ev.Event]:
    """Of up to three queues, and of messages at instants that several may share."""
    of = {"source": "s", "contact": key}
    told: list[ev.Event] = [
        ev.Queued(
            **of, id=f"{key} q{place}", at=START + timedelta(seconds=20 * place), queue=f"q{place}",
            channel=Channel.CHAT, customer=CUSTOMER,
        )
        for place in range(random.choice((1, 2, 3)))
    ]  # fmt: skip
    for number in range(random.choice((0, 1, 7))):
        at, author = START + timedelta(seconds=random.randrange(60)), random.choice(list(Author))
        is_told = {"agent": "a"} if author is Author.AGENT else {}
        said = random.choice((None, "yes"))
        told.append(
            ev.Messaged(**of, id=f"{key} m{number}", at=at, author=author, text=said, **is_told)
        )
    return told


@settings(max_examples=2, phases=AS_FOUND)
@given(st.randoms(use_true_random=False))
def test_columns_page_migration_and_rebuild_count_alike_in_whatever_order_it_was_told(
    store, random
):
    emptied(store.engine)
    told = [event for key in "abcdefgh" for event in conversation(key, random)]
    random.shuffle(told)
    tell(store, told[::2])
    tell(store, told[1::2])
    found = store.frame(counted)
    assert on_the_page(store) == {row[0]: row[1:] for row in found.drop_nulls().iter_rows()}
    with store.transaction() as connection:
        connection.execute(update(contact).values(dict.fromkeys(NAMES)))
        connection.execute(text(migration().ROUNDS))
    assert store.frame(counted).equals(found)
    with store.transaction() as connection:
        rebuild(connection, NOW)
    assert store.frame(counted).equals(found)


def test_a_part_alone_has_the_rounds_that_were_asked_for_in_an_earlier_one(store):
    of = {"source": "s", "contact": "c", "channel": Channel.CHAT, "customer": CUSTOMER}
    told = {"source": "s", "contact": "c"}
    at = [START + timedelta(seconds=10 * number) for number in range(4)]
    events = [
        ev.Queued(**of, id="1", at=at[0], queue="a"),
        ev.Messaged(**told, id="2", at=at[1], author=Author.CUSTOMER),
        ev.Queued(**of, id="3", at=at[2], queue="b"),
        ev.Messaged(**told, id="4", at=at[3], author=Author.AGENT, agent="x"),
    ]
    tell(store, events)
    last = select(contact.c.customer_id, contact.c.contact_id).where(contact.c.stay == 1)
    customer, second = store.frame(last).row(0)

    found = written(messages(store, customer, [second]), ZoneInfo("Europe/Helsinki"))

    assert found[second].rounds.answered == 1


def test_the_list_behind_next_responses_begins_with_the_slowest_of_them(store):
    def answered(key: str, waited: int, later: int) -> ev.Recorded:
        said = [(0, Author.CUSTOMER), (waited, Author.AGENT), (waited + 9, Author.CUSTOMER)]
        said += [(waited + 9 + later, Author.AGENT)]
        return ev.Recorded(
            source="s", id=key, contact=key, at=START, end=START + timedelta(hours=1), queue="q",
            channel=Channel.CHAT, outcome=Outcome.HANDLED, queued_at=START, wait_seconds=waited,
            messages=tuple(ev.Message(START + timedelta(seconds=n), by) for n, by in said),
        )  # fmt: skip

    tell(store, [answered("waited", 600, 5), answered("then", 5, 300), answered("both", 9, 9)])
    of_day = Period(START - timedelta(hours=1), START + timedelta(days=2), "UTC")

    listed = contacts.behind(store, Query(("next_response_time",), of_day))

    assert listed["key"].to_list() == ["then", "both", "waited"]


def on_the_page(store) -> dict[int, tuple[int, int, int]]:
    rows = store.frame(select(contact.c.customer_id, contact.c.contact_id))
    said = messages(store, rows["customer_id"][0], rows["contact_id"].to_list())
    found = written(said, ZoneInfo("Europe/Helsinki"))
    return {
        number: (one.rounds.answered, one.rounds.following, sum(one.rounds.next_waits))
        for number, one in found.items()
    }


def migration():
    return ScriptDirectory.from_config(alembic_config()).get_revision("0022").module
