"""What the search box finds: people, by whatever is typed of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest
from alembic import command
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ccdash.ingest import events as ev
from ccdash.ingest.customer_words import put_names, words_of
from ccdash.ingest.events import Identity
from ccdash.ingest.identifiers import stable_id
from ccdash.ingest.record import record
from ccdash.schema import customer_word, name_slip
from ccdash.store import customers, finding, found_names, found_people, rollup
from ccdash.store.engine import Store, engine_for
from ccdash.store.found_people import Way
from ccdash.store.frames import FramePool
from ccdash.store.schema_version import alembic_config
from ccdash.vocabulary import Channel, IdentityKind, Outcome
from tests.conftest import fresh_database
from tests.store.test_record import NOW, Told, at

pytestmark = pytest.mark.any_postgres

NUMBER = Identity(IdentityKind.CUSTOMER_NUMBER, "C-17")
PHONE = Identity(IdentityKind.PHONE, "+358 40 123 4067", verified=True)
EMAIL = Identity(IdentityKind.EMAIL, "Asa.Sjoberg@Example.com", verified=True)
OTHER = Identity(IdentityKind.CUSTOMER_NUMBER, "C-18")
SWITCHBOARD = Identity(IdentityKind.PHONE, "+358 9 555 0303", verified=True)
ASA, ANNA = (stable_id("customer", one.kind, one.value) for one in (NUMBER, OTHER))
LETTERS = "abcdefghijklmnopqrstuvwxyzåäöéèüßøłçñšžđABCÅÄÖÉŁØ"
NAMES = st.lists(st.text(LETTERS, min_size=1, max_size=14), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def centre(server):
    """Two people: one of three details that were verified together, and one with whom she shares
    the telephone of a company."""
    with fresh_database(server) as url:
        store = Store(engine_for(url), FramePool(url))
        with store.transaction() as connection:
            record(connection, list(_told(Told())), received_at=NOW, region="FI")
            put_names(connection, [(ASA, "Åsa Sjöberg-Łęcka"), (ANNA, "Anna Katariina Virtanen")])
            rollup.refresh(connection)
        yield store
        store.close()


def _told(told: Told):
    yield told(ev.CaseOpened, 3600, case="CASE-4", customer=(OTHER,))
    yield _contact(told, "whole", 0, (NUMBER, EMAIL, PHONE, SWITCHBOARD))
    yield _contact(told, "called", 60, (PHONE,))
    yield _contact(told, "mailed", 120, (EMAIL,))
    yield _contact(told, "tried", 90, (NUMBER,), is_test=True)
    yield _contact(told, "other", 3600, (OTHER, SWITCHBOARD), case="CASE-4")
    yield _contact(told, "company", 7200, (SWITCHBOARD,))
    yield told(ev.Purchased, 300, order="ORDER-9", customer=(NUMBER,))
    yield told(ev.Purchased, 400, order="ORDER-9%1", customer=(NUMBER,))
    yield told(ev.CaseOpened, 3600, case="CASE-261117-0679", customer=(OTHER,))


def _contact(told: Told, key: str, after: int, who: tuple[Identity, ...], **more: object):
    common = {"channel": Channel.PHONE, "outcome": Outcome.HANDLED, "queued_at": at(after)}
    timed = {"answered_at": at(after + 9), "end": at(after + 60), "wait_seconds": 9}
    return told(ev.Recorded, after, contact=key, customer=who, **common, **timed, **more)


def found(store: Store, text: str, region: str | None = "FI") -> list[tuple[str | None, str]]:
    """The names of those who are found, and how."""
    people = finding.people(store, text, region).people
    return list(people.select("name", "way").iter_rows())


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("åsa", Way.NAME),
        ("ASA", Way.NAME),
        ("lecka", Way.NAME),
        ("Sjoberg a", Way.NAME),
        ("łęc åsa sjö", Way.NAME),
        ("+358 (0)40 123-4067", Way.DETAIL),
        ("040 123 4067", Way.DETAIL),
        ("00358401234067", Way.DETAIL),
        ("••• 067", Way.ENDING),
        ("123 4067", Way.ENDING),
        ("040 1234", Way.START),
        ("ASA.SJOBERG@example.COM", Way.DETAIL),
        ("asa.sjoberg@", Way.START),
        ("c-17", Way.DETAIL),
        (str(ASA), Way.NUMBER),
        (str(ASA)[-3:], Way.ENDING),
        ("order-9", Way.ORDER),
    ],
)
def test_a_person_is_one_row_with_all_contacts_whatever_is_typed_of_them(centre, text, way) -> None:
    people = finding.people(centre, text, "FI").people

    assert people.select("customer_id", "name", "way", "contacts").rows() == [
        (str(ASA), "Åsa Sjöberg-Łęcka", way, 3)
    ]
    assert people.row(0, named=True)["last_at"] == at(120)


def test_a_number_without_a_country_is_found_by_its_end_where_no_region_is_set(centre) -> None:
    assert found(centre, "040 123 4067", None) == [("Åsa Sjöberg-Łęcka", Way.ENDING)]


def test_a_case_is_found_by_its_key_in_small_letters_too(centre) -> None:
    assert found(centre, "case-4") == [("Anna Katariina Virtanen", Way.CASE)]


@pytest.mark.parametrize(
    ("text", "way", "key"),
    [
        ("7-0679", Way.CASE_ENDING, "CASE-261117-0679"),
        ("case 261117 0679", Way.CASE_ENDING, "CASE-261117-0679"),
        ("0679", Way.CASE_ENDING, "CASE-261117-0679"),
        ("r-9%1", Way.ORDER_ENDING, "ORDER-9%1"),
    ],
)
def test_a_case_and_an_order_are_found_by_the_end_of_their_key(centre, text, way, key) -> None:
    people = finding.people(centre, text, "FI").people

    assert list(people.select("way", "told").iter_rows()) == [(way, key)]


@pytest.mark.parametrize("text", ["679", "_0679", "-", "%", "r-9_1", "ase-"])
def test_less_than_four_signs_or_none_of_them_a_digit_is_no_end_of_a_key(centre, text) -> None:
    assert found(centre, text) == []


def test_a_shared_detail_gives_all_who_may_be_meant_and_its_own_contacts_apart(centre) -> None:
    people = finding.people(centre, "09 555 0303", "FI").people

    assert set(people["name"]) == {None, "Åsa Sjöberg-Łęcka", "Anna Katariina Virtanen"}
    shared = people.filter("is_shared").row(0, named=True)
    assert (shared["contacts"], shared["told"]) == (1, "phone:+35895550303")


@pytest.mark.parametrize("text", ["virt kat ann", "Katariina Anna", "ann VIR"])
def test_words_of_a_name_are_found_by_their_start_in_any_order(centre, text) -> None:
    assert found(centre, text) == [("Anna Katariina Virtanen", Way.NAME)]


@pytest.mark.parametrize(
    "text", ["virt xyz", "rtanen", "anna anna-kaisa", "%", "_____", "'; --", "nobody@x.fi", "•••"]
)
def test_who_lacks_one_of_the_words_is_not_found_and_signs_mean_nothing(centre, text) -> None:
    assert found(centre, text) == []


@pytest.mark.parametrize("text", ["virtnaen", "sjöbreg", "Katarina", "virtanenn a", "vvirtanen"])
def test_one_slip_in_a_word_finds_the_name_and_says_that_it_is_only_alike(centre, text) -> None:
    answer = finding.people(centre, text, "FI")

    assert answer.is_alike
    assert answer.people.height == 1
    assert not finding.people(centre, "virtanen", "FI").is_alike


def test_of_those_with_one_end_of_a_number_who_came_last_is_first(store, monkeypatch) -> None:
    monkeypatch.setattr(found_people, "LATELY", 1)
    found_people._people.cache_clear()
    numbers = [f"+35840{place}001067" for place in (2, 1, 3)]
    told = Told()
    came = [
        _contact(told, number, 60 * place, (Identity(IdentityKind.PHONE, number),))
        for place, number in enumerate(numbers)
    ]
    with store.transaction() as connection:
        record(connection, came, received_at=NOW)

    people = finding.people(store, "067", "FI").people

    found_people._people.cache_clear()
    assert people["told"].to_list() == [f"phone:{one}" for one in numbers[::-1]]


def test_more_people_than_are_asked_for_are_said_to_be_more(centre) -> None:
    both = finding.people(centre, "a", "FI", limit=1)

    assert both.is_cut_off
    assert both.people.height == 1
    assert not finding.people(centre, "a", "FI", limit=2).is_cut_off


@pytest.fixture
def many_annas(store, monkeypatch) -> Iterator[Store]:
    """More names begin alike than a search reads."""
    monkeypatch.setattr(found_names, "MOST_READ", 8)
    found_names._by_words.cache_clear()
    names = [f"Anna Ab{letter}" for letter in LETTERS[:9]]
    names += [f"Annika Virka{letter}" for letter in LETTERS[:9]]
    with store.transaction() as connection:
        put_names(connection, enumerate([*names, "Annikki Maria Virtanen"], start=1))
    yield store
    found_names._by_words.cache_clear()


@pytest.mark.parametrize("text", ["anna vi", "anna v", "ann virtanen"])
def test_where_more_names_begin_so_than_are_read_it_is_said_that_there_may_be_more(
    many_annas, text
) -> None:
    assert found_names.named(many_annas, text).is_part


def test_who_is_not_among_the_names_that_are_read_may_be_there(many_annas) -> None:
    answer = finding.people(many_annas, "anna v", "FI")

    assert answer.people.is_empty()
    assert answer.is_cut_off


@pytest.mark.parametrize("text", [PHONE.value, EMAIL.value, str(ASA)])
def test_any_detail_of_a_person_gives_all_customers_that_they_are(centre, text) -> None:
    assert customers.candidates(centre, text, "FI")["contacts"].sum() == 3


def test_who_has_all_of_three_words_is_found_among_many_who_have_two(store) -> None:
    others = [f"Maria Virtanen {a}{b}" for a in LETTERS[:13] for b in LETTERS[:10]]
    with store.transaction() as connection:
        put_names(connection, enumerate([*others, "Anna Maria Virtanen"], start=1))

    assert finding.people(store, "virt mar an", "FI").people["name"].to_list() == [
        "Anna Maria Virtanen"
    ]


def test_of_whoever_has_very_many_contacts_it_is_only_said_that_they_are_many(
    centre, monkeypatch
) -> None:
    monkeypatch.setattr(found_people, "COUNTED", 2)
    found_people._people.cache_clear()

    row = finding.people(centre, "lecka", "FI").people.row(0, named=True)

    found_people._people.cache_clear()
    assert (row["contacts"], row["first_at"], row["last_at"]) == (3, None, None)


@settings(max_examples=60)
@given(NAMES, st.data())
def test_any_name_is_found_by_the_start_of_any_of_its_words_in_any_spelling(
    store, words, data
) -> None:
    name = data.draw(st.sampled_from([" ", "-", ", "])).join(words)
    with store.transaction() as connection:
        put_names(connection, [(1, name), (2, "Somebody Else")])
    some = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True))
    starts = [word[: data.draw(st.integers(1, len(word)))] for word in some]
    typed = " ".join(data.draw(st.sampled_from([one, one.upper(), plain(one)])) for one in starts)

    assert (name, Way.NAME) in found(store, typed)


def plain(text: str) -> str:
    """As somebody types it who has no such keys."""
    letters = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "đ": "d"})
    parts = unicodedata.normalize("NFD", text.translate(letters))
    return "".join(one for one in parts if not unicodedata.combining(one))


def test_an_earlier_name_leaves_nothing_behind_and_words_of_others_stay(store) -> None:
    with store.transaction() as connection:
        put_names(connection, [(1, "Anna Virtanen"), (2, "Anna Niemi")])
        put_names(connection, [(1, "Anna Salo")])
    assert found(store, "virtanen") == []
    assert found(store, "salo") == [("Anna Salo", Way.NAME)]

    with store.transaction() as connection:
        put_names(connection, [(1, None)])
        kept = set(connection.execute(select(name_slip.c.word)).scalars())
        assert kept == {"anna", "niemi"}
        put_names(connection, [(2, "")])
        assert connection.execute(select(customer_word)).all() == []
        assert connection.execute(select(name_slip)).all() == []


def test_names_that_were_told_before_are_found_as_those_told_now(store) -> None:
    with store.transaction() as connection:
        put_names(connection, [(1, "Anna Maria Virtanen"), (2, "Cher"), (3, "Åsa Łęcka")])
    told, config = words_kept(store), alembic_config()
    with store.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0023")
        before = words_kept(store)
        command.upgrade(config, "head")
    assert told != before
    assert told == words_kept(store)


def words_kept(store: Store) -> set[tuple[str, int]]:
    return set(store.frame(select(customer_word)).rows())


def test_words_lose_accents_case_and_apostrophes() -> None:
    assert words_of("Åsa O'Neil-ŁĘCKA  d’Arc Groß Æsa") == (
        "asa", "oneil", "lecka", "darc", "gross", "aesa",
    )  # fmt: skip


def test_digits_are_of_a_number_and_not_of_other_text() -> None:
    assert finding.digits("••• 815") == "815"
    assert finding.digits("+358 (40) 555-0101") == "358405550101"
    assert finding.digits("room 815") == finding.digits("815@example.com") == ""


def test_who_is_only_told_of_beside_somebody_is_no_person_of_their_own(store) -> None:
    beside = Identity(IdentityKind.HANDLE, "@anna")
    with store.transaction() as connection:
        record(connection, [_contact(Told(), "c", 0, (OTHER, beside))], received_at=NOW)

    people = finding.people(store, "@anna", "FI").people

    assert people["customer_id"].to_list() == [str(ANNA)]


def test_of_many_details_the_first_four_are_told_each_once() -> None:
    assert found_people.few_details("a, b, a, c, d, e") == "a, b, c, d"
    assert found_people.few_details(None) == ""
