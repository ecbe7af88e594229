"""Links of a store: by rule and by decision, kept current, against everything made from scratch."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, text

from ccdash import errors
from ccdash.ingest import events as ev
from ccdash.ingest.events import Identity
from ccdash.ingest.identities import customer_id_of
from ccdash.ingest.linking import Detail, Graph, leaders, persons
from ccdash.ingest.rebuild import rebuild
from ccdash.ingest.record import record
from ccdash.ingest.writing import mark_customers
from ccdash.query import Period, Query
from ccdash.schema import identity, link_decision, person
from ccdash.store import customers, history, link_check, recognised, rollup
from ccdash.store.decisions import Decision, decisions_of, keep_apart, merge, take_back
from ccdash.store.links import links_of, named
from ccdash.store.placing import Decided
from ccdash.store.possible import possible
from ccdash.vocabulary import Channel, Grain, IdentityKind, Outcome
from tests.store.rows import all_rows
from tests.store.test_record import NOW, Told, at, emptied

pytestmark = pytest.mark.any_postgres

DAY = 86_400
KINDS = (*IdentityKind, IdentityKind.CUSTOMER_NUMBER, IdentityKind.EMAIL, IdentityKind.PHONE)
DETAILS = [(kind, f"+35840000000{place}") for place, kind in enumerate(KINDS)]
NUMBERS = [customer_id_of([one]) for one in DETAILS]
FIGURES = ("fcr", "failure_demand", "customers", "recognised_customers", "repeat_contacts")
BY = Decision("tester", "as they said", NOW)


# Any sequence -------------------------------------------------------------------------------------

PEOPLE = st.lists(
    st.tuples(st.sampled_from(DETAILS), st.sampled_from((True, True, False))),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one[0],
)
PAIRS = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(NUMBERS))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("contact"), PEOPLE, st.integers(0, 30 * DAY)),
        st.tuples(st.just("contact"), PEOPLE, st.integers(0, 30 * DAY)),
        st.tuples(st.just("merge"), PAIRS, st.just(0)),
        st.tuples(st.just("apart"), st.sampled_from(NUMBERS), st.just(0)),
        st.tuples(st.just("take back"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("refresh"), st.none(), st.just(0)),
    ),
    min_size=4,
    max_size=16,
)


def contact_of(told: Told, who, after: int) -> ev.Event:
    customer = tuple(Identity(kind, value, verified=sure) for (kind, value), sure in who)
    return told(
        ev.Recorded, after, contact=f"c{told.count}", channel=Channel.PHONE, queue="q",
        outcome=Outcome.HANDLED, queued_at=at(after), answered_at=at(after + 5), end=at(after + 60),
        talk_seconds=55, customer=customer,
    )  # fmt: skip


def walked(store, steps) -> list[ev.Event]:
    """Do the steps; decisions that cannot be made are refused. Gives what was told."""
    told, events = Told(), []
    for kind, what, after in steps:
        if kind == "contact":
            events.append(contact_of(told, what, after))
            tell(store, events[-1:])
        elif kind == "refresh":
            settle(store)
        else:
            decided(store, kind, what)
    settle(store)
    return events


def decided(store, kind: str, what) -> None:
    refused = (errors.UnknownCustomer, errors.AlreadyOne, errors.NothingToPart,
               errors.UnknownDecision, errors.AlreadyTakenBack)  # fmt: skip
    try:
        if kind == "merge":
            merge(store, *what, BY)
        elif kind == "apart":
            keep_apart(store, what, BY)
        else:
            numbers = sorted(row[0] for row in decisions(store))
            take_back(store, numbers[what] if what < len(numbers) else -1, BY)
    except refused:
        pass


def tell(store, events) -> None:
    with store.transaction() as connection:
        record(connection, events, received_at=NOW)


def settle(store) -> None:
    with store.transaction() as connection:
        rollup.refresh(connection)


def decisions(store):
    with store.engine.connect() as connection:
        return connection.execute(select(link_decision)).all()


def decide_again(store, rows) -> None:
    with store.transaction() as connection:
        if rows:
            connection.execute(insert(link_decision), [row._asdict() for row in rows])
        mark_customers(connection, Decided.read(connection).numbers, NOW)


def from_scratch(store) -> dict[int, int | None]:
    """The rows of `person` as the rule gives them, over the whole graph."""
    with store.engine.connect() as connection:
        rows = connection.execute(select(identity)).all()
    details = [Detail(row.detail_id, IdentityKind(row.kind), row.value)
               for row in rows if row.detail_id == row.customer_id]  # fmt: skip
    told = {}
    for row in rows:
        if row.detail_id != row.customer_id:
            told.setdefault(row.detail_id, []).append((row.customer_id, row.is_verified))
    active = [row for row in decisions(store) if row.taken_back_at is None]
    merges = [(row.customer_id, row.other_id) for row in active if row.kind == "merge"]
    apart = {row.customer_id for row in active if row.kind == "apart"}
    placed = persons(Graph(details, told, leaders(merges, details), apart))
    several = {to for one, to in placed.items() if to not in (None, one)}
    return {one: to for one, to in placed.items() if to != one or one in several}


def linked(store) -> dict[int, int | None]:
    with store.engine.connect() as connection:
        return dict(connection.execute(select(person.c.customer_id, person.c.person_id)).all())


def figures(store, *, raw: bool):
    period = Period(at(-DAY), at(31 * DAY), "UTC")
    frame = history.read(store, Query(FIGURES, period, Grain.TOTAL), raw=raw).frame
    return frame.select(FIGURES).rows()


@settings(max_examples=15)
@given(STEPS, st.randoms(use_true_random=False))
def test_any_sequence_ends_in_the_links_and_figures_of_everything_from_scratch(
    store, steps, random
):
    emptied(store.engine)
    events = walked(store, steps)
    rows, shown = all_rows(store.engine), figures(store, raw=False)
    assert linked(store) == from_scratch(store)
    assert figures(store, raw=True) == shown
    assert link_check.differences(store, lambda _: None)[0] == []
    with store.transaction() as connection:
        rebuild(connection, NOW)
        rollup.refresh(connection)
    assert all_rows(store.engine) == rows
    kept = decisions(store)
    emptied(store.engine)
    tell(store, random.sample(events, len(events)))
    decide_again(store, kept)
    settle(store)
    assert all_rows(store.engine) == rows
    assert figures(store, raw=False) == shown


def test_links_made_in_small_parts_are_the_same(store, monkeypatch):
    monkeypatch.setattr("ccdash.store.linking.AT_ONCE", 1)
    chain = [((DETAILS[place], True), (DETAILS[place + 1], True)) for place in range(3)]
    told = Told()
    tell(store, [contact_of(told, who, after) for after, who in enumerate(reversed(chain))])
    settle(store)
    assert linked(store) == from_scratch(store)
    assert set(linked(store).values()) == {NUMBERS[0]}


# What people see ----------------------------------------------------------------------------------

AINO, EMIL = (IdentityKind.CUSTOMER_NUMBER, "17"), (IdentityKind.CUSTOMER_NUMBER, "18")
HOME = (IdentityKind.PHONE, "+358401234567")
MAIL = (IdentityKind.EMAIL, "aino@example.com")
OF_AINO, OF_EMIL, OF_HOME, OF_MAIL = (customer_id_of([one]) for one in (AINO, EMIL, HOME, MAIL))


@pytest.fixture
def family(store):
    """Aino with her address, and Emil; both give the number of their home."""
    told = Told()
    givings = [
        ((AINO, True), (MAIL, True)),
        ((AINO, True), (HOME, True)),
        ((EMIL, True), (HOME, True)),
        ((HOME, False),),
    ]
    tell(store, [contact_of(told, who, 60 * after) for after, who in enumerate(givings)])
    settle(store)
    return store


def test_the_number_of_a_family_is_nobodys_and_each_may_be_whoever_called(family):
    assert linked(family) == {OF_AINO: OF_AINO, OF_MAIL: OF_AINO, OF_HOME: None}
    shown = ("person_id", "kind", "value", "why", "contacts")
    both = [(str(one), *HOME, "shared", many) for one, many in ((OF_EMIL, 1), (OF_AINO, 2))]
    assert possible(family, OF_HOME).select(shown).rows() == both
    assert possible(family, OF_MAIL).select(shown).rows() == both[:1]
    assert possible(family, OF_AINO).select(shown).rows() == both[:1]


def test_what_was_not_verified_is_told_as_possible_and_links_nobody(store):
    told = Told()
    who = ((AINO, True), (MAIL, False))
    tell(store, [contact_of(told, who, 0), contact_of(told, ((MAIL, False),), 90)])
    settle(store)
    assert linked(store) == {}
    (found,) = possible(store, OF_AINO).rows(named=True)
    assert (found["person_id"], found["why"], found["last_at"]) == (
        str(OF_MAIL),
        "unverified",
        at(90),
    )


def test_it_is_told_how_each_contact_detail_was_linked(family):
    number = merge(family, OF_MAIL, OF_EMIL, BY)
    shown = ("customer_id", "kind", "value", "how", "with_kind", "with_value", "decision_id")
    assert links_of(family, OF_EMIL).select(shown).rows() == [
        (str(OF_AINO), *AINO, "itself", None, None, None),
        (str(OF_EMIL), *EMIL, "merge", None, None, number),
        (str(OF_MAIL), *MAIL, "told", *AINO, None),
        (str(OF_HOME), *HOME, "told", *AINO, None),
    ]
    assert links_of(family, OF_MAIL).equals(links_of(family, OF_AINO))


def test_a_merge_that_is_taken_back_leaves_exactly_what_was_before_and_stays_written(family):
    before = all_rows(family.engine)
    number = merge(family, OF_AINO, OF_EMIL, BY)
    settle(family)
    assert set(linked(family).values()) == {OF_AINO}
    take_back(family, number, Decision("another", "two sisters", NOW))
    settle(family)
    assert all_rows(family.engine) == before
    (row,) = decisions_of(family, OF_MAIL).rows(named=True)
    assert (row["kind"], row["customer_value"], row["other_value"]) == ("merge", "17", "18")
    assert (row["reason"], row["decided_by"], row["taken_back_by"], row["taken_back_reason"]) == (
        "as they said", "tester", "another", "two sisters",
    )  # fmt: skip
    with family.engine.connect() as connection:
        logged = "SELECT who, why FROM access_log WHERE action = 'linked' ORDER BY access_id"
        assert [tuple(row) for row in connection.execute(text(logged))] == [
            *[("tester", "as they said")] * 2,
            *[("another", "two sisters")] * 2,
        ]


def test_who_is_kept_apart_is_a_person_alone_until_that_is_taken_back(family):
    before = linked(family)
    number = keep_apart(family, OF_MAIL, BY)
    assert linked(family) == {OF_HOME: None}
    assert possible(family, OF_AINO)["why"].to_list() == ["shared", "never"]
    take_back(family, number, BY)
    assert linked(family) == before


@pytest.mark.parametrize("typed", ["--5", "\u00b2", "9" * 40])
def test_what_only_looks_like_a_number_names_nobody(family, typed):
    assert named(family, typed).is_empty()


def test_what_cannot_be_decided_is_refused_and_changes_nothing(family):
    before = all_rows(family.engine)
    with pytest.raises(errors.UnknownCustomer):
        merge(family, OF_AINO, 5, BY)
    with pytest.raises(errors.AlreadyOne):
        merge(family, OF_AINO, OF_MAIL, BY)
    with pytest.raises(errors.NothingToPart):
        keep_apart(family, OF_AINO, BY)
    with pytest.raises(errors.UnknownDecision):
        take_back(family, 5, BY)
    with pytest.raises(errors.NoReason):
        Decision("tester", "  ", NOW)
    assert (all_rows(family.engine), decisions(family)) == (before, [])
    number = merge(family, OF_AINO, OF_EMIL, BY)
    take_back(family, number, BY)
    with pytest.raises(errors.AlreadyTakenBack):
        take_back(family, number, BY)


@pytest.mark.parametrize(
    "harm",
    [
        f"UPDATE person SET person_id = {OF_EMIL} WHERE customer_id = {OF_MAIL}",
        f"DELETE FROM person WHERE customer_id = {OF_AINO}",
        f"INSERT INTO person VALUES ({OF_EMIL}, {OF_EMIL})",
        f"DELETE FROM person WHERE customer_id = {OF_HOME}",
    ],
)
def test_links_that_are_not_as_they_follow_are_found_and_mended(family, harm):
    before = all_rows(family.engine)
    with family.engine.begin() as connection:
        connection.execute(text(harm))
    found, _ = link_check.differences(family, lambda _: None)
    assert found
    link_check.repair(family, found, NOW)
    assert all_rows(family.engine) == before
    assert link_check.differences(family, lambda _: None)[0] == []


def test_test_calls_count_in_no_possible_person(store):
    told, who = Told(), ((AINO, True), (MAIL, False))
    calls = [contact_of(told, who, 0), contact_of(told, ((MAIL, False),), 90)]
    tell(store, [*calls, told(ev.Voided, 95, contact=calls[1].contact)])
    settle(store)
    assert possible(store, OF_AINO)["contacts"].to_list() == [0]
    assert customers.counted(store, OF_MAIL)["contacts"] == 0


def test_a_detail_is_verified_that_any_telling_made_sure_of(store):
    told = Told()
    givings = [((AINO, True), (MAIL, True)), ((EMIL, True), (MAIL, False))]
    tell(store, [contact_of(told, who, after) for after, who in enumerate(givings)])
    settle(store)
    merge(store, OF_AINO, OF_EMIL, BY)
    found = recognised.identities(store, OF_AINO)
    assert dict(found.select("value", "is_verified").iter_rows())[MAIL[1]] is True


def test_figures_of_other_days_follow_a_merge_and_the_end_of_it(store):
    told = Told()
    who = ((AINO, True),), ((EMIL, True),)
    tell(store, [contact_of(told, one, day * DAY) for day, one in enumerate(who)])
    tell(store, [contact_of(told, ((HOME, False),), 29 * DAY)])
    settle(store)
    alone = figures(store, raw=False)
    number = merge(store, OF_AINO, OF_EMIL, BY)
    settle(store)
    assert figures(store, raw=False) == figures(store, raw=True) != alone
    take_back(store, number, BY)
    settle(store)
    assert figures(store, raw=False) == figures(store, raw=True) == alone


def test_who_keeps_coming_back_is_a_person_by_any_detail_and_no_shared_one(store):
    told = Told()
    givings = [
        ((AINO, True), (MAIL, True), (HOME, True)), ((MAIL, False),), ((EMIL, True), (HOME, True)),
        ((HOME, False),), ((HOME, False),),
    ]  # fmt: skip
    tell(store, [contact_of(told, who, 60 * after) for after, who in enumerate(givings)])
    settle(store)
    found = customers.active(store, at(DAY))
    assert found.select("customer_id", "contacts").rows() == [(str(OF_AINO), 2)]
