"""What the screens "Contacts" and "Customers" read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from ccdash.ingest import events as ev
from ccdash.ingest.customer_words import put_names
from ccdash.ingest.events import Identity, Stretch
from ccdash.ingest.identifiers import stable_id
from ccdash.ingest.record import record
from ccdash.measures import Fact
from ccdash.metrics import METRICS
from ccdash.query import Dimension, Period, Query
from ccdash.store import contacts, customers, history, recognised, rollup, walkable
from ccdash.store.conditions import UNKNOWN
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from ccdash.views.contacts import rows
from ccdash.vocabulary import Channel, IdentityKind, Outcome, SegmentKind, SurveyKind
from tests import made_up
from tests.conftest import fresh_database
from tests.store.test_record import NOW, Told, a_day, at

ALWAYS = Period.parse("2000-01-01", "2100-01-01", "UTC")
OF_CONTACTS = [name for name, one in METRICS.items() if one.fact is Fact.CONTACT]
PHONE = Identity(IdentityKind.PHONE, "040 123 4567")
NUMBER = Identity(IdentityKind.CUSTOMER_NUMBER, "17")
CUSTOMER = stable_id("customer", IdentityKind.CUSTOMER_NUMBER, "17")


@pytest.fixture
def tell(store):
    """Tells the store events at once."""

    def told(*events: ev.Event) -> None:
        with store.transaction() as connection:
            record(connection, events, received_at=NOW, region="FI")

    return told


def call(told: Told, key: str, after: int = 0, **more: object) -> ev.Event:
    common = {
        "contact": key, "channel": Channel.PHONE, "outcome": Outcome.HANDLED, "agent": "a",
        "end": at(after + 60), "queued_at": at(after), "answered_at": at(after + 9),
        "wait_seconds": 9, "talk_seconds": 40, "customer": (NUMBER, PHONE),
    }  # fmt: skip
    return told(ev.Recorded, after, **common | more)


def test_the_parts_of_a_list_add_up_to_its_length_for_every_metric(store, tell):
    tell(*a_day())
    made_up.fill(store, made_up.instant())
    for name in OF_CONTACTS:
        query = Query((name,), ALWAYS)
        parts = contacts.breakdown(store, query)
        rows = contacts.behind(store, query, limit=None)
        assert parts["n"].sum() == contacts.count(store, query) == rows.height, name
        assert parts["against"].sum() == rows["is_against"].sum(), name


def test_the_unhappiest_come_first_among_the_unhappy(store, tell):
    told = Told()
    for number, score in enumerate((2, 5, 1, 3)):
        tell(call(told, f"c{number}", number))
        tell(told(ev.SurveyAnswered, 90, contact=f"c{number}", kind=SurveyKind.CSAT, score=score))
    rows = contacts.behind(store, Query(("csat",), ALWAYS))
    assert rows["csat_score"].to_list() == [1, 2, 3, 5]
    assert rows["is_against"].to_list() == [True, True, True, False]


def test_what_happened_during_contacts_is_read_in_order_and_of_no_others(store, tell):
    told = Told()
    stretches = (
        Stretch(SegmentKind.QUEUE, at(0), at(9)), Stretch(SegmentKind.TALK, at(9), at(49), "a"),
    )  # fmt: skip
    tell(call(told, "c", queue="q", segments=stretches), call(told, "d", 5))
    rows = contacts.behind(store, Query(("offered",), ALWAYS)).filter(key="c")
    pairs = [(int(a), int(b)) for a, b in rows.select("customer_id", "contact_id").iter_rows()]
    found = contacts.segments(store, pairs)
    assert found["contact_id"].unique().to_list() == rows["contact_id"].to_list()
    assert found.select("kind", "agent").rows() == [("queue", None), ("talk", "a")]
    assert contacts.segments(store, []).is_empty()


def test_customers_who_keep_coming_back_are_those_of_the_last_week(store, tell):
    told, day = Told(), 86_400
    tell(call(told, "old", -9 * day), call(told, "c"), call(told, "t", 1, is_test=True))
    assert customers.active(store, at(day)).is_empty()
    left = {"outcome": Outcome.ABANDONED, "answered_at": None, "talk_seconds": None}
    tell(call(told, "d", 100, channel=Channel.CHAT, **left), call(told, "nobody", customer=()))
    found = customers.active(store, at(day)).to_dicts()
    assert [one["customer_id"] for one in found] == [str(CUSTOMER)]
    assert (found[0]["contacts"], found[0]["channels"], found[0]["unserved"]) == (2, 2, 1)
    assert found[0]["last_at"] == at(100)


def test_a_detail_is_counted_once_a_conversation_in_any_notation(store, tell):
    told = Told()
    again = Identity(IdentityKind.PHONE, "+358 40 1234567")
    tell(call(told, "c"), call(told, "d", 100, customer=(NUMBER,)))
    tell(told(ev.Described, 20, contact="c", customer=(again,)))
    found = recognised.came_by(store, CUSTOMER, "FI")
    assert found == {
        ("customer_number", "17"): (2, at(0), at(100)),
        ("phone", "+358401234567"): (1, at(0), at(20)),
    }


def test_conversations_of_two_sources_with_one_key_are_two(store, tell):
    tell(call(Told(), "c"), call(Told("another"), "c", 100))
    found = recognised.came_by(store, CUSTOMER, "FI")
    assert {detail: given.contacts for detail, given in found.items()} == {
        ("customer_number", "17"): 2,
        ("phone", "+358401234567"): 2,
    }


def test_of_very_many_conversations_the_newest_tell_how_a_customer_comes(store, tell, monkeypatch):
    monkeypatch.setattr(recognised, "MOST_TOLD", 3)
    told = Told()
    tell(*(call(told, f"a{n}", n) for n in range(5)))
    tell(*(call(told, f"b{n}", 100 + n, customer=(NUMBER,)) for n in range(3)))
    [(detail, given)] = recognised.came_by(store, CUSTOMER, "FI").items()
    assert (detail, given.contacts) == (("customer_number", "17"), 3)


def test_the_parts_of_a_list_come_in_one_order(store, tell):
    told = Told()
    for queue in ("d", "b", "c", "a"):
        tell(call(told, queue, queue=queue))
    found = contacts.breakdown(store, Query(("handled",), ALWAYS))
    assert found["queue"].to_list() == ["a", "b", "c", "d"]


def test_purchases_are_read_newest_first(store, tell):
    told = Told()
    for number in range(3):
        tell(told(ev.Purchased, 60 * number, order=f"o{number}", customer=(NUMBER,),
                  amount_minor=100 + number, currency="EUR"))  # fmt: skip
    found = customers.purchases(store, CUSTOMER, limit=2)
    assert found.columns == list(customers.BOUGHT)
    assert found["key"].to_list() == ["o2", "o1"]
    assert found["purchased_at"][0] - found["purchased_at"][1] == timedelta(minutes=1)


def test_a_customer_without_a_name_has_none(store, tell):
    tell(call(Told(), "c"))
    assert customers.whole(store, CUSTOMER).name is None
    assert customers.whole(store, 4) == customers.Whole(4, (4,), None)


@pytest.mark.parametrize("kind", [IdentityKind.CUSTOMER_NUMBER, IdentityKind.PHONE])
def test_a_contact_by_any_detail_of_a_person_has_the_name_that_any_of_them_has(store, tell, kind):
    told, number = Told(), Identity(IdentityKind.CUSTOMER_NUMBER, "17", verified=True)
    phone = Identity(IdentityKind.PHONE, "+358401234567", verified=True)
    other = Identity(IdentityKind.PHONE, "+358407654321")
    tell(call(told, "both", customer=(number, phone)), call(told, "alone", 5, customer=(phone,)),
         call(told, "another", 9, customer=(other,)))  # fmt: skip
    (named,) = (one for one in (number, phone) if one.kind is kind)
    with store.transaction() as connection:
        put_names(connection, [(stable_id("customer", kind, named.value), "Aino Laine")])
        rollup.refresh(connection)
    rows = contacts.behind(store, Query(("contacts",), ALWAYS))
    names = dict(rows.select("key", "name").iter_rows())
    assert names == {"both": "Aino Laine", "alone": "Aino Laine", "another": None}


def test_one_channel_of_one_queue_is_a_filter_on_both_roads_and_of_the_list(store, tell):
    told = Told()
    tell(call(told, "c", queue="q"), call(told, "d", 5, queue="q", channel=Channel.CHAT),
         call(told, "e", 9))  # fmt: skip
    with store.transaction() as connection:
        rollup.refresh(connection)
    for words, keys in ((("phone:q",), ["c"]), (("chat:q", "email:q"), ["d"]), ((UNKNOWN,), [])):
        query = Query(("contacts",), ALWAYS, filters=((Dimension.QUEUE_CHANNEL, words),))
        assert contacts.behind(store, query)["key"].to_list() == keys
        for raw in (True, False):
            assert history.read(store, query, raw=raw).frame["contacts"].sum() == len(keys)


def test_who_waits_longest_is_first_among_those_who_still_wait(store, tell):
    told = Told()
    for place, key in enumerate(("first", "second", "third")):
        tell(told(ev.Queued, 60 * place, contact=key, queue="q", channel=Channel.EMAIL))
    found = contacts.behind(store, Query(("still_waiting",), ALWAYS))
    assert found["key"].to_list() == ["first", "second", "third"]
    waits = rows(found, ZoneInfo("UTC"), at(180))["wait_seconds"].to_list()
    assert waits == [180, 120, 60]


@pytest.fixture(scope="module")
def crowd(server):
    """A store with some weeks of contacts, many of which are as bad as one another; some wait."""
    told = Told()
    with fresh_database(server) as url:
        store = Store(engine_for(url), FramePool(url))
        with store.transaction() as connection:
            events = [one for number in range(260) for one in _of_crowd(told, number)]
            record(connection, events, received_at=NOW)
            rollup.refresh(connection)
        yield store
        store.close()


def _of_crowd(told: Told, number: int):
    key, after = f"c{number}", number * 3_607 + number % 4 * 7
    channel = (Channel.PHONE, Channel.CHAT, Channel.EMAIL)[number % 3]
    if number % 41 == 0:
        yield told(ev.Queued, after, contact=key, queue="q", channel=channel)
        return
    is_left, wait = number % 7 == 3, number % 5 * 15
    taken = {} if is_left else {"answered_at": at(after + wait), "agent": "a", "talk_seconds": 40}
    yield told(
        ev.Recorded, after, contact=key, channel=channel, queue="q", queued_at=at(after),
        end=at(after + 90), wait_seconds=wait, is_transferred=number % 11 == 0, **taken,
        outcome=Outcome.ABANDONED if is_left else Outcome.HANDLED,
        customer=(Identity(IdentityKind.CUSTOMER_NUMBER, str(number % 40)),),
    )  # fmt: skip
    for kind, best in ((SurveyKind.CSAT, 5), (SurveyKind.NPS, 10), (SurveyKind.CES, 7)):
        if not is_left and number % 2:
            yield told(
                ev.SurveyAnswered, after + 600, contact=key, kind=kind, score=1 + number % best
            )


BEHIND = (
    "contacts", "still_waiting", "abandoned", "abandonment_rate", "service_level",
    "service_level_late_abandons", "csat", "nps", "ces", "aht", "asa", "transfer_rate", "fcr",
    "channel_leak", "tests",
)  # fmt: skip
"""A metric of each kind of order, and of each way to fail it."""


@pytest.mark.any_postgres
@pytest.mark.parametrize(
    ("hours", "filters"),
    [
        (24 * 40, ()),
        (24 * 3 + 7, ((Dimension.CHANNEL, ("chat", "phone")),)),
        (24 * 40, ((Dimension.QUEUE, ("q",)),)),
    ],
    ids=["weeks", "days of two channels", "weeks of a queue"],
)
def test_pages_walked_in_indexes_are_the_list_read_whole(crowd, hours, filters):
    period = Period(at(-3_600), at(3_600 * hours), "Europe/Helsinki")
    for name in BEHIND:
        query = Query((name,), period, filters=filters)
        whole = contacts.behind(crowd, query, limit=None)["id"].to_list()
        paged = contacts.behind(crowd, query, limit=70)["id"].to_list()
        while len(paged) < len(whole):
            more = contacts.behind(crowd, query, limit=70, after=paged[-1])["id"].to_list()
            assert more, name
            paged += more
        assert paged == whole, name


@pytest.mark.any_postgres
def test_a_list_of_a_queue_is_walked_in_its_own_channels_where_it_has_a_fair_share(
    store, tell, monkeypatch
):
    told = Told()
    tell(call(told, "other", queue="calls"))
    tell(call(told, "first", queue="mails", channel=Channel.EMAIL))
    with store.transaction() as connection:
        rollup.refresh(connection)
    tell(call(told, "fresh", 60, queue="mails", channel=Channel.CHAT))
    asked = Query(("contacts",), ALWAYS, filters=((Dimension.QUEUE, ("mails",)),))
    assert set(walkable.channels(store, asked)) == {Channel.EMAIL, Channel.CHAT}
    only_chat = replace(asked, filters=(*asked.filters, (Dimension.CHANNEL, ("chat", "phone"))))
    assert walkable.channels(store, only_chat) == (Channel.CHAT,)
    monkeypatch.setattr(walkable, "FAIR_SHARE", 1.1)
    assert walkable.channels(store, asked) == ()


@pytest.mark.any_postgres
def test_how_a_long_list_divides_is_the_same_from_sums(crowd, monkeypatch):
    by = (Dimension.CHANNEL, Dimension.QUEUE)
    period = Period(at(-3_600), at(3_600 * 24 * 40), "Europe/Helsinki")
    for name in ("contacts", "abandonment_rate", "service_level", "csat", "channel_leak"):
        query = Query((name,), period)
        rows = contacts.breakdown(crowd, query)
        monkeypatch.setattr(contacts, "MOST_ROWS", -1)
        sums = contacts.breakdown(crowd, query)
        monkeypatch.undo()
        one, other = (
            each.group_by(by).agg(pl.col("n", "against").sum()).sort(by) for each in (rows, sums)
        )
        assert one.rows() == other.rows(), name
