"""A person is forgotten: what is equal keeps its order, and nothing of theirs stays in a corner."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle

import pytest
from msgspec.structs import replace
from sqlalchemy import func, insert, select

from ccdash.errors import UnknownCustomer
from ccdash.ingest import events as ev
from ccdash.ingest.events import Identity
from ccdash.ingest.identities import customer_id_of, known
from ccdash.schema import (
    contact,
    contact_link,
    customer,
    followed_file,
    identity,
    matter,
    message,
    purchase,
    rejected_line,
)
from ccdash.store import check, decisions, forgetting
from ccdash.store.erasing import extent, forget
from ccdash.store.held import held
from ccdash.store.possible import possible
from ccdash.vocabulary import Author, Channel, IdentityKind, Intent, Outcome
from tests.store.test_erasing import (
    AINO,
    BY,
    NOW,
    OTHER,
    READER,
    REGION,
    SHORT,
    SHORT_ONE,
    START,
    a_family,
    asked,
    call,
    email,
    figures,
    joined,
    made_anew,
    number,
    people,
    phone,
    tables_with,
    tell,
)

pytestmark = pytest.mark.any_postgres

FIRST = START + timedelta(hours=1)


def gone(store, whom: str) -> None:
    forget(store, asked(whom), lambda _: None)


def test_events_of_one_instant_keep_their_order(store):
    of = {"source": "pbx", "contact": "call-5", "at": FIRST}
    tell(store, [
        ev.Queued(**of, id="call-5/1", queue="web", channel=Channel.PHONE, customer=(number("2"),)),
        ev.Answered(**of, id="call-5/2", agent="anna"),
        ev.Ended(**of | {"at": FIRST + timedelta(minutes=3)}, id="call-5/3", agent="anna"),
    ])  # fmt: skip
    had = figures(store)
    gone(store, "2")
    made_anew(store)
    assert figures(store) == had


def test_of_an_order_that_was_told_twice_at_one_instant_the_same_telling_counts(store):
    of = {"source": "crm", "at": START, "order": "o1", "customer": SHORT_ONE, "currency": "EUR"}
    told = {"20416": 100, SHORT: 5000}
    tell(store, [ev.Purchased(**of, id=key, amount_minor=paid) for key, paid in told.items()])
    gone(store, SHORT)
    made_anew(store)
    assert store.frame(select(purchase.c.amount_minor)).item() == 5000


def test_of_two_parents_the_same_one_counts(store):
    of = {"source": "pbx", "at": START + timedelta(hours=2), "contact": f"{SHORT}-1"}
    tell(store, [
        call("1", 1, OTHER),
        ev.Arrived(**of, id="a", channel=Channel.CHAT, customer=SHORT_ONE),
        ev.Queued(**of, id="b", queue="web"),
        ev.Answered(**of, id="c", agent="anna", leg="3"),
        call("3", 30, SHORT_ONE, continues="1"),
    ])  # fmt: skip
    had = (joined(store), figures(store))
    gone(store, SHORT)
    for _ in range(2):
        assert (joined(store), figures(store)) == had
        made_anew(store)


def test_of_a_circle_the_same_conversation_is_the_first(store):
    key = f"{SHORT}-1"
    tell(store, [call(key, 1, SHORT_ONE, continues="2"), call("2", 2, SHORT_ONE, continues=key)])
    root = select(contact.c.arrived_at).where(contact.c.contact_id == contact.c.root_id)
    had = store.frame(root).rows()
    gone(store, SHORT)
    for _ in range(2):
        assert store.frame(root).rows() == had
        made_anew(store)


@pytest.mark.parametrize("others", [1, 2, 3, 100])
def test_contacts_of_one_person_and_one_instant_keep_their_order(store, others):
    queues = ("sales", "post", "web", "shop")
    told = [call(f"{SHORT}-{place}", 1, SHORT_ONE, subject="s") for place in range(others)]
    told.append(call("another", 1, SHORT_ONE, subject="s"))
    tell(store, [replace(one, queue=queue) for one, queue in zip(told, cycle(queues))])
    in_order = select(contact.c.queue_id).order_by(contact.c.arrived_at, contact.c.contact_id)
    had = store.frame(in_order).rows()
    gone(store, SHORT)
    assert check.differences(store, lambda _: None)[0] == []
    for _ in range(2):
        assert store.frame(in_order).rows() == had
        made_anew(store)


@pytest.mark.parametrize(("key", "who"), [("0405550101/leg", AINO), (f"{SHORT}-7", SHORT_ONE)])
def test_a_link_of_a_conversation_that_retention_took_loses_their_words(store, key, who):
    tell(store, [
        call("p", 1, who),
        ev.Described(source="pbx", id="d", contact="p", at=START + timedelta(days=9), subject="x"),
        call(key, 2, who, continues="p"),
        call("later", 24 * 9, who),
    ])  # fmt: skip
    forgetting.forget(store, START.replace(hour=0) + timedelta(days=5), NOW, lambda _: None)
    assert key in store.frame(select(contact_link.c.stream))["stream"].to_list()
    gone(store, who[0].value)
    assert tables_with(store, key) == set()


def test_a_long_line_that_names_them_keeps_what_is_not_theirs(store):
    tell(store, a_family())
    text = "y" * 20_000 + " bo aino.korhonen@example.com"
    with store.engine.begin() as connection:
        row = {"batch_id": 1, "line": 1, "file": "x", "reason": "no", "text": text}
        connection.execute(insert(rejected_line).values(row))
    gone(store, "K-100200")
    assert store.frame(select(rejected_line.c.text)).item().startswith("y" * 20_000 + " bo (")


def test_an_open_contact_is_told_of_before_they_are_forgotten(store):
    of = {"source": "pbx", "contact": "1", "at": START}
    tell(store, [
        ev.Arrived(**of, id="1", channel=Channel.CHAT, customer=SHORT_ONE),
        ev.Queued(**of, id="2", queue="web"),
    ])  # fmt: skip
    assert extent(store, SHORT, REGION).open == 1
    tell(store, [ev.LeftQueue(**of | {"at": FIRST}, id="3", outcome=Outcome.ABANDONED)])
    assert extent(store, SHORT, REGION).open == 0


def test_a_record_that_told_of_them_once_can_be_read_again(store):
    of = {"source": "crm", "at": START, "id": "r", "record": "r1"}
    tell(store, [call("1", 1, SHORT_ONE), ev.CustomerDescribed(**of, customer=SHORT_ONE)])
    tell(store, [ev.CustomerDescribed(**of, customer=(phone("unknown"),), revision=1)])
    gone(store, SHORT)
    tell(store, [ev.CustomerDescribed(**of, customer=OTHER, revision=2)])
    assert len(held(store, "K-100300", REGION, READER, NOW)["events"]) > 0


@pytest.mark.parametrize("name", ["Bo Ek", None])
@pytest.mark.parametrize("event", ["a", "b"])
def test_a_record_that_is_somebody_elses_now_loses_their_name(store, event, name):
    of = {"source": "crm", "at": START, "record": "r9"}
    theirs = ev.CustomerDescribed(**of, id="a", customer=AINO, name="Aino Korhonen")
    other = ev.CustomerDescribed(**of, id=event, revision=1, customer=(number("A-1"),), name=name)
    tell(store, [*a_family(), theirs, other])
    gone(store, "K-100200")
    assert tables_with(store, "korhonen") == set()
    assert {*store.frame(select(customer.c.name))["name"], None} == {name, None}


@pytest.mark.parametrize("word", ["\nAino Korhonen", "\taino.korhonen@example.com"])
def test_what_an_agent_wrote_on_a_line_of_its_own_is_struck(store, word):
    of = {"source": "pbx", "at": START, "id": "break", "agent": "x", "intent": Intent.BREAK}
    tell(store, [*a_family(), ev.IntentDeclared(**of, reason=f"call back{word}")])
    gone(store, "K-100200")
    assert tables_with(store, "korhonen") == set()


@pytest.mark.parametrize(
    ("own", "told"), [(phone("200", True), phone("ext. 200")), (number("77"), number(" 77 "))]
)
def test_a_short_detail_that_others_told_in_another_notation_goes(store, own, told):
    tell(store, [call("1", 1, (own,)), call("2", 2, (number("10"), replace(told, verified=False)))])
    gone(store, own.value)
    made_anew(store)
    assert own.value not in store.frame(select(identity.c.value))["value"].to_list()


def test_messages_that_were_told_twice_are_counted_once_still(store):
    asks = {"at": FIRST, "author": Author.CUSTOMER, "text": "hello"}
    says = {"at": FIRST, "author": Author.AGENT, "text": "hi"}
    whole = call("1", 1, SHORT_ONE, messages=(ev.Message(**asks), ev.Message(**says)))
    tell(store, [
        ev.Messaged(source="pbx", id="m1", contact="1", **asks),
        ev.Messaged(source="pbx", id="m2", contact="1", **says),
        replace(whole, channel=Channel.CHAT),
    ])  # fmt: skip
    rounds, many = select(contact.c.rounds), select(func.count()).select_from(message)
    had = [store.frame(one).rows() for one in (rounds, many)]
    gone(store, SHORT)
    assert tables_with(store, "hello") == set()
    made_anew(store)
    assert [store.frame(one).rows() for one in (rounds, many)] == had


@pytest.mark.parametrize("capitals", ["JAN STRAUSS", "JAN STRAUẞ"])
def test_a_name_is_found_in_capitals_of_either_kind(store, capitals):
    who, of = (number("K-100200"),), {"source": "crm", "at": START, "id": "r1-1", "record": "r1"}
    tell(store, [
        ev.CustomerDescribed(**of, customer=who, name="Jan Strauß"),
        call("1", 1, who, subject="Jan Strauß"),
        replace(call("2", 3, who, subject=capitals), queue="post"),
        call("3", 4, OTHER, subject=f"for {capitals}"),
    ])  # fmt: skip
    had = (figures(store), store.frame(select(matter.c.how)).rows())
    gone(store, "K-100200")
    assert tables_with(store, "jan") == set()
    made_anew(store)
    assert (figures(store), store.frame(select(matter.c.how)).rows()) == had


def test_a_database_that_knows_no_capitals_beyond_z_finds_a_name_in_them(store):
    who, of = (number("K-100200"),), {"source": "crm", "at": START, "id": "r1-1", "record": "r1"}
    tell(store, [
        ev.CustomerDescribed(**of, customer=who, name="Väinö Lindström"),
        call("1", 1, OTHER, subject="VÄINÖ LINDSTRÖM"),
    ])  # fmt: skip
    with store.engine.begin() as connection:
        connection.exec_driver_sql('ALTER TABLE contact ALTER subject TYPE text COLLATE "C"')
    gone(store, "K-100200")
    assert store.frame(select(contact.c.subject)).item().startswith("(forgotten")


def test_the_path_of_a_file_that_is_followed_loses_their_words(store):
    tell(store, a_family())
    row = {"path": "/calls/aino.korhonen@example.com.csv", "source": "pbx", "inode": 1, "head": ""}
    more = {"position_bytes": 1, "position_line": 1, "parser_state": {}, "batch_id": 1}
    with store.engine.begin() as connection:
        connection.execute(insert(followed_file).values(saved_at=NOW, **row, **more))
    gone(store, "K-100200")
    assert tables_with(store, "korhonen") == set()


def test_an_earlier_revision_that_was_theirs_loses_their_words(store):
    first = replace(call(f"{SHORT}-1", 1, SHORT_ONE, subject=f"of {SHORT}"), id="x")
    tell(store, [first, call("5", 5, SHORT_ONE)])
    tell(store, [replace(call("2", 1, OTHER), id="x", revision=1)])
    gone(store, SHORT)
    assert tables_with(store, SHORT) == set()


def test_weak_details_that_were_told_of_nobody_else_go_together(store):
    mail, line = email("only@example.com", False), phone("0509990001", False)
    tell(store, [call("1", 1, SHORT_ONE), call("web-1", 2, (*SHORT_ONE, mail, line))])
    found = extent(store, SHORT, REGION)
    assert (len(found.details), found.staying) == (3, frozenset())
    gone(store, SHORT)
    assert tables_with(store, "only@") | tables_with(store, "9990001") == set()


def test_a_weak_detail_goes_where_only_another_of_the_same_telling_is_somebody_elses(store):
    handle, line = Identity(IdentityKind.HANDLE, "@benost", False), phone("0457700999", False)
    tell(store, [call("1", 1, (*SHORT_ONE, handle, line)), call("2", 2, (*OTHER, line))])
    had = (figures(store), people(store))
    assert [value for _, value in extent(store, SHORT, REGION).staying] == ["+358457700999"]
    gone(store, SHORT)
    assert (figures(store), people(store), tables_with(store, "benost")) == (*had, set())
    made_anew(store)
    assert (figures(store), people(store)) == had


def test_who_was_forgotten_is_no_candidate_and_is_joined_with_nobody(store):
    line = phone("0457700999", False)
    tell(
        store,
        [call("1", 1, (*SHORT_ONE, line)), call("2", 2, (*OTHER, line)), call("3", 3, (line,))],
    )
    other = customer_id_of(known(OTHER))
    assert possible(store, other).height == 1
    gone(store, SHORT)
    assert possible(store, other).height == 0
    token = select(contact.c.customer_id).where(contact.c.arrived_at == FIRST)
    with pytest.raises(UnknownCustomer):
        decisions.merge(store, other, store.frame(token).item(), BY)


def test_an_id_that_is_made_of_a_key_is_struck_with_it(store):
    key = f"Z/{SHORT}/1"
    of = {"source": "pbx", "at": START}
    tell(store, [
        ev.CaseOpened(**of, id=f"case.opened/{key}", case=key, customer=OTHER),
        call("2", 2, SHORT_ONE, case=key),
    ])  # fmt: skip
    gone(store, SHORT)
    assert tables_with(store, SHORT) == set()


@pytest.mark.parametrize("gap", ["\n", "\t", "\v", "\f"])
def test_what_a_line_ends_within_is_found_in_events_too(store, gap):
    subject = f"call Aino{gap}Korhonen, 040{gap}5550101"
    tell(store, [*a_family(), call("9", 60, OTHER, subject=subject)])
    gone(store, "K-100200")
    assert tables_with(store, "korhonen") | tables_with(store, "5550101") == set()


@pytest.mark.parametrize("tie", ["z1", "z2", "z3"])
def test_of_two_parents_the_same_one_counts_where_a_number_had_to_be_found(store, tie):
    of = {"source": "pbx", "at": START + timedelta(hours=4), "contact": f"{SHORT}-2"}
    tell(store, [
        call("1", 1, OTHER),
        call(f"{SHORT}-1", 2, SHORT_ONE, continues="1", subject="x"),
        replace(call(tie, 2, SHORT_ONE, subject="x"), queue="post"),
        ev.Arrived(**of, id="a", channel=Channel.CHAT, customer=SHORT_ONE),
        ev.Queued(**of, id="b", queue="web"),
        ev.Answered(**of, id="c", agent="anna", leg="last"),
        call("last", 30, SHORT_ONE, continues=f"{SHORT}-1"),
    ])  # fmt: skip
    first = select(contact.c.arrived_at, contact.c.queue_id).where(
        contact.c.contact_id == contact.c.root_id
    )
    had = (sorted(store.frame(first).rows()), figures(store))
    gone(store, SHORT)
    made_anew(store)
    assert (sorted(store.frame(first).rows()), figures(store)) == had


@pytest.mark.parametrize("place", range(4))
def test_a_conversation_of_two_who_came_at_one_instant_stays_the_same_one_s(store, place):
    key = f"{SHORT}-{place}"
    part = call(f"x{place}", 5, OTHER, subject="s", continues=key)
    tell(store, [
        call("a", 0, SHORT_ONE, subject="s"),
        replace(call("b", 0, OTHER, subject="s"), queue="web"),
        replace(call(key, 5, SHORT_ONE, subject="s"), queue="post"),
        replace(part, queue="shop"),
    ])  # fmt: skip
    joined_by = select(contact.c.queue_id, matter.c.how).join_from(
        contact, matter, contact.c.contact_id == matter.c.contact_id
    )
    had = (sorted(store.frame(joined_by).rows()), figures(store))
    gone(store, SHORT)
    made_anew(store)
    assert (sorted(store.frame(joined_by).rows()), figures(store)) == had


def test_the_name_of_a_key_holds_no_key_of_somebody_else(store):
    tell(store, [
        call("1", 1, OTHER, continues=f"{SHORT}-1"),
        call(f"{SHORT}-1", 2, SHORT_ONE, continues="1"),
        call("15432-x", 3, (number("15432"),), continues="1"),
    ])  # fmt: skip
    for whom in (SHORT, "15432"):
        gone(store, whom)
    assert tables_with(store, "15432") == set()


def test_what_corrects_an_event_keeps_the_place_that_it_was_given(store):
    of = {"source": "pbx", "contact": "5", "at": FIRST}
    answered = ev.Answered(**of, id="3", agent="anna")
    told = [
        ev.Queued(**of, id="1", queue="web", channel=Channel.PHONE, customer=(number("2"),)),
        ev.Queued(**of, id="2", queue="post"),
        answered,
        ev.Ended(**of | {"at": FIRST + timedelta(minutes=3)}, id="4", agent="anna"),
    ]
    tell(store, told)
    had = figures(store)
    gone(store, "2")
    tell(store, [replace(answered, revision=1)])
    assert figures(store) == had
