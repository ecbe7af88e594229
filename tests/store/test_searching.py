"""The search of a list of contacts: what it finds, and that it only ever narrows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ccdash.export.about import Content, about
from ccdash.ingest import events as ev
from ccdash.ingest.events import Identity
from ccdash.ingest.record import record
from ccdash.query import Period, Query
from ccdash.store import contacts, searching
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from ccdash.vocabulary import Channel, IdentityKind, Outcome
from tests.conftest import fresh_database
from tests.store.test_record import NOW, Told, at

pytestmark = pytest.mark.any_postgres
OFFERED = Query(("offered",), Period.parse("2026-03-01", "2026-04-01", "Europe/Helsinki"))
PHONE = Identity(IdentityKind.PHONE, "+358 40 123 4567")
EMAIL = Identity(IdentityKind.EMAIL, "Elina@Example.com")
NUMBER = Identity(IdentityKind.CUSTOMER_NUMBER, "C-17")
OTHER_NUMBER = Identity(IdentityKind.CUSTOMER_NUMBER, "C-18")
SHARED = Identity(IdentityKind.EMAIL, "home@example.com")
MOBILE = Identity(IdentityKind.PHONE, "+358 50 765 4321")
MONTH = 86_400 * 30


@pytest.fixture(scope="module")
def centre(server):
    """Four contacts, each of which something else is known of; a month earlier those of two people
    who have an e-mail address together."""
    told = Told()
    with fresh_database(server) as url:
        store = Store(engine_for(url), FramePool(url))
        with store.transaction() as connection:
            record(connection, list(_told(told)), received_at=NOW, region="FI")
        yield store
        store.close()


def _told(told: Told):
    yield told(ev.AgentDescribed, -60, agent="a", name="Sofia Laaksonen")
    yield told(ev.QueueDescribed, -60, queue="q", name="Billing & more")
    yield told(ev.CaseOpened, 3600, case="CASE-4")
    yield _contact(told, "called", 0, customer=(PHONE,), agent="a", queue="q")
    yield _contact(told, "INV-9", 3600, customer=(EMAIL, NUMBER), agent="b", case="CASE-4")
    yield _contact(told, "third", 7200, agent="a", subject="100% wrong_invoice")
    yield _contact(told, "fourth", 86_400 * 2, subject="The Invoice of Sofia", agent="c")
    yield _contact(told, "told-all", -MONTH, customer=(OTHER_NUMBER, SHARED, MOBILE))
    yield _contact(told, "mailed", -MONTH, customer=(SHARED,))
    yield _contact(told, "dialled", -MONTH, customer=(MOBILE,))
    yield _contact(told, "of-the-other", -MONTH, customer=(Identity(NUMBER.kind, "C-19"), SHARED))


def _contact(told: Told, key: str, after: int, **more: object) -> ev.Event:
    common = {
        "contact": key, "channel": Channel.PHONE, "outcome": Outcome.HANDLED, "end": at(after + 60),
        "queued_at": at(after), "answered_at": at(after + 9), "wait_seconds": 9, "talk_seconds": 40,
    }  # fmt: skip
    return told(ev.Recorded, after, **common | more)


def found(store: Store, text: str, of: Query = OFFERED) -> set[str]:
    query = replace(of, search=text)
    keys = contacts.behind(store, query)["key"].to_list()
    assert len(keys) == contacts.count(store, query) == contacts.breakdown(store, query)["n"].sum()
    assert len(keys) == sum(one.height for one in contacts.every(store, query))
    return set(keys)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("+358401234567", {"called"}),
        ("040-123 4567", {"called"}),
        ("(040) 1234567", {"called"}),
        ("••• 567", {"called"}),
        ("elina@example.COM", {"INV-9"}),
        ("c-17", {"INV-9"}),
        ("case-4", {"INV-9"}),
        ("se-4", {"INV-9"}),
        ("inv-9", {"INV-9"}),
        ("laaksonen", {"called", "third"}),
        ("sofia", {"called", "third", "fourth"}),
        ("Sofia invoice", {"third", "fourth"}),
        ('"invoice of"', {"fourth"}),
        ("billing", {"called"}),
        ("100%", {"third"}),
        ("%", {"third"}),
        ("wrong_", {"third"}),
        ("w_ong", set()),
        ("nobody@example.com", set()),
        ("'; DROP TABLE contact; --", set()),
    ],
)
def test_every_word_is_looked_for_in_all_that_is_known_of_a_contact(centre, text, keys) -> None:
    assert found(centre, text) == keys


@pytest.mark.parametrize("detail", ["C-18", "050 765 4321", "home@example.com"])
def test_a_customer_has_the_same_contacts_whichever_detail_is_typed(centre, detail) -> None:
    winter = replace(OFFERED, period=Period.parse("2026-01-01", "2026-03-01", "Europe/Helsinki"))
    whose = {"of-the-other"} if detail == SHARED.value else set()

    assert found(centre, detail, winter) == {"told-all", "mailed", "dialled"} | whose


def test_a_time_is_that_of_the_arrival_by_the_clock_of_the_zone(centre) -> None:
    arrivals = contacts.behind(centre, OFFERED).select("key", "arrived_at").rows()
    local = {key: when.astimezone(OFFERED.period.zone) for key, when in arrivals}
    first = local["called"]

    assert found(centre, f"{first:%H:%M}") == {"called", "fourth"}
    assert found(centre, f"{first.day}.{first.month}. {first:%H:%M}") == {"called"}
    assert found(centre, f"{first:%Y-%m-%d}") == {"called", "INV-9", "third"}
    assert found(centre, f"{first.day} {first:%b} sofia") == {"called", "third"}
    assert found(centre, f"{first - timedelta(days=30):%Y-%m-%d}") == set()


def test_a_search_narrows_the_list_of_its_page_and_leaves_the_number_as_it_is(centre) -> None:
    page = contacts.page(centre, replace(OFFERED, search="sofia"), 2)

    assert (page.rows.height, page.breakdown["n"].sum(), page.behind) == (2, 3, 4)
    assert not page.is_cut_off
    assert contacts.page(centre, OFFERED, 50).behind == 4


def test_a_word_that_means_too_many_says_that_it_is_cut_off(centre, monkeypatch) -> None:
    monkeypatch.setattr(searching, "MOST", 0)

    assert contacts.page(centre, replace(OFFERED, search="sofia"), 50).is_cut_off


def test_a_file_says_what_was_searched(centre) -> None:
    told = dict(about(centre, Content.CONTACTS, replace(OFFERED, search="sofia"), NOW).lines())

    assert told["search"] == "sofia"
    assert "search=sofia" in told["question"]
