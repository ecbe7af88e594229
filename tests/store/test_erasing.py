"""A person is forgotten: nothing of them is left in any table, and no figure changes."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import func, insert, select, text

from ccdash.cli import main
from ccdash.errors import BadQuery, CcdashError, StoreUnavailable
from ccdash.ingest import events as ev
from ccdash.ingest.events import Identity
from ccdash.ingest.identities import customer_id_of, known
from ccdash.ingest.rebuild import rebuild
from ccdash.ingest.record import record
from ccdash.ingest.streams import stream_of
from ccdash.metrics import METRICS
from ccdash.query import Dimension, Period, Query
from ccdash.schema import (
    annotation,
    case,
    contact,
    contact_link,
    customer_record,
    followed_file,
    identity,
    import_batch,
    matter,
    metadata,
    person,
    purchase,
    raw_event,
    rejected_line,
    superseded_event,
)
from ccdash.store import (
    access_log,
    check,
    decisions,
    history,
    matter_decisions,
    rollup,
    wallboards,
)
from ccdash.store.access_log import NotLogged, Reader
from ccdash.store.decisions import Decision
from ccdash.store.erasing import Asked, extent, forget
from ccdash.store.held import held
from ccdash.vocabulary import (
    Access,
    Author,
    Channel,
    Grain,
    IdentityKind,
    Intent,
    Outcome,
    SurveyKind,
)
from tests.store.roads import AS_FOUND
from tests.store.test_record import emptied

pytestmark = pytest.mark.any_postgres

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
WHOLE = Period.parse("2026-03-01", "2026-03-20", "Europe/Helsinki")
REGION = "FI"
BY = Decision("anna", "the same voice", NOW)
READER = Reader("anna", "asked by letter")

NAMES = ("Aino Korhonen", 'Väinö "Väiski" Lindström', "Bo Ek")
EMAILS = ("Aino.Korhonen@Example.com", "vaino@example.com", "bo@example.com", "aino@work.example")
PHONES = (
    ("040 555 0101", "+358405550101", "+358 40-555 01 01"),
    ("+358 (0)50 555 0202", "0505550202"),
    ("09 555 0303", "+35895550303"),
    ("200", "200"),
)
NUMBERS = ("K-100200", "K-100300", "77")
SHORT = "20417"
"""A number so short that it may mean anything; keys are made of it."""


def number(value: str, verified: bool | None = None) -> Identity:
    return Identity(IdentityKind.CUSTOMER_NUMBER, value, verified)


def email(value: str, verified: bool | None = None) -> Identity:
    return Identity(IdentityKind.EMAIL, value, verified)


def phone(value: str, verified: bool | None = None) -> Identity:
    return Identity(IdentityKind.PHONE, value, verified)


def some_details(random: Random) -> tuple[Identity, ...]:
    """One to four details of anybody, in any notation, verified or not."""
    sure = random.choice((None, True, True, False))
    pool = [
        *(number(one, sure) for one in (*NUMBERS, SHORT)),
        *(email(random.choice((one, one.lower())), sure) for one in EMAILS),
        *(phone(random.choice(one), sure) for one in PHONES),
        Identity(IdentityKind.HANDLE, "@aino_k", sure),
    ]
    return tuple(random.sample(pool, random.choice((0, 1, 1, 2, 2, 3, 4))))


def about(random: Random) -> str | None:
    """A subject that may name somebody."""
    words = (*NAMES, *EMAILS, *(one for many in PHONES for one in many), *NUMBERS, "invoice", "")
    told = random.choice(("order of {}", "{}", "call {} back!", None, "delivery"))
    return told and told.format(random.choice(words))


def told_by(random: Random, size: int) -> list[ev.Event]:
    """Contacts, cases, orders and records of a few people who share details."""
    return [event for place in range(size) for event in _thing(random, place)]


def some_key(random: Random, own: str) -> str:
    """The own one, or one that has a contact detail in it, which others may have too."""
    signs = (random.choice(PHONES)[0], SHORT, f"{SHORT}-1", f"C{SHORT}:{SHORT}")
    return random.choice((own, own, own, f"{own}:{random.choice(signs)}", random.choice(signs)))


def _thing(random: Random, place: int) -> list[ev.Event]:
    at = START + timedelta(hours=random.randrange(300), minutes=place)
    of = {"source": random.choice(("crm", "pbx")), "at": at}
    who, key = some_details(random), f"{place}"
    match random.randrange(8):
        case 0:
            more = {"customer": who or (number("K-100200"),), "name": random.choice(NAMES)}
            record = {"K-100200": "100200"}.get(random.choice(NUMBERS), f"r{random.randrange(3)}")
            record = some_key(random, record)
            return [ev.CustomerDescribed(**of, id=f"record-{key}", record=record, **more)]
        case 1:
            more = {"customer": who or (phone("200"),), "subject": about(random)}
            order = some_key(random, f"o{random.randrange(4)}")
            return [ev.Purchased(**of, id=f"order-{key}", order=order, **more)]
        case 2:
            case = {"case": some_key(random, f"c{random.randrange(4)}"), **of}
            opened = ev.CaseOpened(id=f"case-{key}", customer=who, subject=about(random), **case)
            return [opened, ev.CaseResolved(id=f"done-{key}", **case)]
        case 3:
            call = some_key(random, key)
            return _open_conversation(random, of | {"contact": call}, f"call-{key}-{call}")
        case _:
            return [_recorded(random, of, key)]


def _open_conversation(random: Random, of: dict[str, object], key: str) -> list[ev.Event]:
    parent, leg = (random.choice((None, some_key(random, "1"))) for _ in range(2))
    about_it = {"continues": parent, "customer": some_details(random)}
    return [
        ev.Arrived(**of, id=f"{key}-1", channel=Channel.CHAT, **about_it),
        ev.Queued(**of, id=f"{key}-2", queue="web"),
        ev.Described(**of, id=f"{key}-3", customer=some_details(random), subject=about(random)),
        ev.Messaged(**of, id=f"{key}-4", author=Author.CUSTOMER, text=about(random)),
        *random.choice(([], [ev.Answered(**of, id=f"{key}-5", agent="anna", leg=leg)])),
    ]


def _recorded(random: Random, of: dict[str, object], key: str) -> ev.Event:
    end = of["at"] + timedelta(minutes=4)
    score = ev.Survey(SurveyKind.CSAT, end, end, random.randint(1, 5))
    return ev.Recorded(
        **of, id=key, contact=key, end=end, wait_seconds=random.choice((5, 90)), talk_seconds=60,
        channel=random.choice((Channel.PHONE, Channel.EMAIL, Channel.SELF_SERVICE)),
        outcome=random.choice((Outcome.HANDLED, Outcome.HANDLED, Outcome.ABANDONED)),
        queue=random.choice(("sales", "post")), agent=random.choice(("anna", "200")),
        customer=some_details(random), subject=about(random), surveys=(score,),
        case=random.choice((None, some_key(random, f"c{random.randrange(4)}"))),
        continues=random.choice((None, None, some_key(random, "2"))),
    )  # fmt: skip


def corrections(random: Random, told: list[ev.Event]) -> list[ev.Event]:
    """Of some events another revision, which tells of others."""
    return [
        replace(one, revision=1, customer=some_details(random) or (number("77"),))
        for one in told
        if hasattr(one, "customer") and random.random() < 0.2
    ]


def tell(store, events) -> None:
    with store.transaction() as connection:
        record(connection, list(events), received_at=NOW, region=REGION)
        rollup.refresh(connection)


def figures(store) -> list[list[dict[str, object]]]:
    """Every metric, of each day and by who was recognised, from sums and from rows."""
    by = (Dimension.RECOGNITION,)
    every = Query(tuple(METRICS), WHOLE, Grain.DAY)
    asked = (every, False), (every, True), (Query(("offered", "fcr"), WHOLE, by=by), False)
    return [history.read(store, one, raw=raw).frame.to_dicts() for one, raw in asked]


def dump(store) -> str:
    """Every row of every table, as text."""
    with store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        parts = []
        for table in metadata.sorted_tables:
            with driver.cursor().copy(f'COPY "{table.name}" TO STDOUT') as copy:
                parts += [f"\n{table.name}\t", b"".join(copy).decode()]
    return "".join(parts)


def joined(store) -> list[dict[datetime, frozenset[datetime]]]:
    """With which others each contact is of one conversation, and of one case, by arrival."""
    columns = (contact.c.arrived_at, contact.c.root_id, contact.c.case_id)
    rows = store.frame(select(*columns)).rows()
    return [
        {
            one[0]: frozenset(other[0] for other in rows if other[place] == one[place])
            for one in rows
            if one[place] is not None
        }
        for place in (1, 2)
    ]


def people(store) -> dict[datetime, frozenset[datetime] | None]:
    """With which others each contact is of one person, by arrival; None for nobody's."""
    with store.engine.connect() as connection:
        columns = (
            contact.c.arrived_at,
            contact.c.customer_id,
            person.c.customer_id,
            person.c.person_id,
        )
        same = person.c.customer_id == contact.c.customer_id
        rows = connection.execute(select(*columns).join_from(contact, person, same, isouter=True))
        of = {at: its if has else one for at, one, has, its in rows}
    return {
        at: None if its is None else frozenset(one for one, other in of.items() if other == its)
        for at, its in of.items()
    }


KINDS = {"continues": "contact", "leg": "contact"} | {
    name: name for name in ("id", "contact", "case", "order", "record")
}
"""What the fields of events name that hold keys."""
PREFIXES = {"contact:": "contact", "case:": "case", "purchase:": "order", "customer:": "record"}
"""What streams name."""


def keys_of_theirs(told: list[ev.Event], gone: set[tuple[str, str]]) -> set[tuple[str, str, str]]:
    """Source, what it names, and the key, of all keys with the short number that stand in what is,
    or was, of customers who are gone; none if the short number is not."""
    now = {(event.source, event.id): event for event in told}
    if SHORT not in {value for _, value in gone}:
        return set()
    numbers = {customer_id_of([one]) for one in gone}
    streams: dict[str, list[ev.Event]] = {}
    for place, event in enumerate(told):
        name = f"{event.source} {stream_of(event)}"
        is_old = now[event.source, event.id] is not event
        name += f" {place}" * (is_old or isinstance(event, ev.Purchased))  # each for itself
        streams.setdefault(name, []).append(event)
    return {
        (event.source, kind, key)
        for events in streams.values()
        if customer_id_of(known(customers(events), REGION)) in numbers
        for event in events
        for name, kind in KINDS.items()
        if SHORT in (key := getattr(event, name, None) or "")
    }


def customers(events: list[ev.Event]) -> list[Identity]:
    return [one for event in events for one in getattr(event, "customer", ())]


def details_in(store) -> set[tuple[str, str]]:
    with store.engine.connect() as connection:
        return set(map(tuple, connection.execute(select(identity.c.kind, identity.c.value))))


def notations(gone: set[tuple[str, str]]) -> set[str]:
    """Every way in which these details were told, as far as it can mean nothing else."""
    every = [number(one) for one in NUMBERS] + [email(one) for one in EMAILS]
    every += [phone(one) for many in PHONES for one in many]
    told = {one.value for one in every if set(known((one,), REGION)) <= gone}
    found = {one.casefold() for one in {*told, *(value for _, value in gone)} if len(one) > 3}
    return found - {SHORT}


def keys_in(store) -> set[tuple[str, str, str]]:
    """Source, what it names, and the key, of all that has a key in the store."""
    link, stream = contact_link.c, raw_event.c.stream
    asked = [
        (contact, "contact", contact.c.key),
        *((contact_link, "contact", one) for one in (link.stream, link.parent)),
        (case, "case", case.c.key),
        (purchase, "order", purchase.c.key),
        (customer_record, "record", customer_record.c.key),
        *((one, "id", one.c.event_id) for one in (raw_event, superseded_event)),
        *(
            (raw_event, kind, func.regexp_substr(stream, f"(?<=^{prefix}).*"))
            for prefix, kind in PREFIXES.items()
        ),
        *(
            (one, kind, one.c.payload[name].astext)
            for one in (raw_event, superseded_event)
            for name, kind in KINDS.items()
        ),
    ]
    with store.engine.connect() as connection:
        return {
            (source, kind, key)
            for table, kind, column in asked
            for source, key in connection.execute(select(table.c.source, column))
        }


def write_about(store, random: Random) -> None:
    """What people and imports write, in which a contact detail may stand."""
    at = {"written_at": NOW, "begins_at": START}
    line = {"batch_id": 1, "file": "calls of bo@example.com.csv", "reason": "no time"}
    with store.engine.begin() as connection:
        connection.execute(insert(annotation).values(text=about(random) or "A note", **at))
        text = f"0405550101;{about(random)}"
        connection.execute(insert(rejected_line).values(line=1, text=text, **line))


def decide(store, random: Random) -> None:
    """Some merges and separations, some of them taken back."""
    with store.engine.connect() as connection:
        asked = select(identity.c.detail_id).distinct().order_by(identity.c.detail_id)
        numbers = list(connection.execute(asked).scalars())
    for _ in range(random.choice((0, 1, 2))):
        pair = random.sample(numbers, 2) if len(numbers) > 1 else None
        if pair is None:
            return
        with suppress(CcdashError):
            if random.random() < 0.7:
                made = decisions.merge(store, *pair, BY)
            else:
                made = decisions.keep_apart(store, pair[0], BY)
            if random.random() < 0.3:
                decisions.take_back(store, made, BY)


@settings(max_examples=4, phases=AS_FOUND)
@given(st.integers(0, 2**32), st.integers(3, 24))
def test_whoever_is_forgotten_leaves_no_trace_and_changes_no_figure(store, seed, size):
    random = Random(seed)
    emptied(store.engine)
    told = told_by(random, size)
    tell(store, told)
    corrected = corrections(random, told)
    tell(store, corrected)
    write_about(store, random)
    decide(store, random)
    with store.transaction() as connection:
        rollup.refresh(connection)
    wanted = sorted(details_in(store))
    for kind, value in random.sample(wanted, min(1, len(wanted))):
        one = str(customer_id_of([(IdentityKind(kind), value)]))
        had = (figures(store), people(store), details_in(store), joined(store))
        access_log.write(store, READER, int(one), Access.OPENED, NOW)
        try:
            gone = forget(store, Asked(one, REGION, READER, NOW), lambda _: None)
        except BadQuery:
            assert (figures(store), people(store)) == had[:2]
            continue
        missing = had[2] - details_in(store)
        keys = keys_of_theirs(told + corrected, missing)
        assert {(str(one), other) for one, other in gone.details} <= missing
        records = rows_of(store, customer_record)
        for _ in range(2):
            left = dump(store).casefold()
            assert rows_of(store, customer_record) == records
            assert [one for one in notations(missing) if one in left] == []
            assert [one for one in missing if str(customer_id_of([one])) in left] == []
            assert keys & keys_in(store) == set()
            assert (people(store), joined(store)) == (had[1], had[3])
            assert figures(store) == had[0]
            assert check.differences(store, lambda _: None)[0] == []
            with store.transaction() as connection:
                rebuild(connection, NOW, REGION)
                rollup.refresh(connection)
        with pytest.raises(BadQuery):
            extent(store, one, REGION)


def rows_of(store, table) -> list[tuple[object, ...]]:
    return sorted(store.frame(select(table)).rows(), key=repr)


AINO = (number("K-100200"), email("Aino.Korhonen@Example.com", True), phone("040 555 0101", True))
HOME, BO = phone("09 555 0303", True), email("bo@example.com", True)


def call(key: str, hours: int, customer: tuple[Identity, ...], **more) -> ev.Recorded:
    at = START + timedelta(hours=hours)
    return ev.Recorded(
        source="pbx", id=key, contact=key, at=at, end=at + timedelta(minutes=3), queue="sales",
        channel=Channel.PHONE, outcome=Outcome.HANDLED, customer=customer, **more,
    )  # fmt: skip


def a_family() -> list[ev.Event]:
    return [
        ev.CustomerDescribed(
            source="crm", id="r1-1", at=START, record="r1", customer=AINO, name="Aino Korhonen"
        ),
        call("1", 1, (*AINO, HOME), subject="Aino Korhonen: 040-5550101"),
        call("2", 30, (phone("+358405550101"),), subject="aino korhonen: 040-5550101"),
        call("3", 40, (HOME, BO)),
        call("4", 50, (HOME,)),
        ev.Messaged(
            source="pbx", id="m", at=START + timedelta(hours=51), contact="1", text="I am Aino.",
            author=Author.CUSTOMER,
        ),
    ]  # fmt: skip


def asked(whom: str) -> Asked:
    return Asked(whom, REGION, READER, NOW)


def test_a_detail_of_two_people_stays_nobodys_until_both_are_forgotten(store):
    tell(store, a_family())
    had, whose_they_are = figures(store), people(store)
    with pytest.raises(BadQuery, match="one of several people"):
        forget(store, asked("09 555 0303"), lambda _: None)
    gone = forget(store, asked("+358 40 555 0101"), lambda _: None)
    assert (gone.contacts, gone.staying) == (2, {(IdentityKind.PHONE, "+35895550303")})
    assert (figures(store), people(store)) == (had, whose_they_are)
    forget(store, asked("bo@example.com"), lambda _: None)
    assert (figures(store), people(store)) == (had, whose_they_are)
    left = dump(store)
    assert [one for one in ("Aino", "aino", "555", "bo@example") if one in left] == ["555"]
    with pytest.raises(BadQuery, match="nobody's own"):
        forget(store, asked("09 555 0303"), lambda _: None)


def test_a_detail_of_whom_a_matter_is_left_that_began_before_retention_stays(store):
    tell(store, [call("1", 1, (*AINO[:1], email("shop@example.com")))])
    shop = customer_id_of(known((email("shop@example.com"),)))
    assert extent(store, "K-100200", REGION).staying == frozenset()
    row = {"contact_id": 1, "matter_id": 1, "arrived_at": START, "how": "begins"}
    with store.transaction() as connection:
        connection.execute(insert(matter).values(customer_id=shop, **row))
    left = {(IdentityKind.EMAIL, "shop@example.com")}
    assert extent(store, "K-100200", REGION).staying == left


def test_what_is_told_again_changes_nothing_and_who_comes_anew_is_somebody_else(store):
    told = a_family()
    tell(store, told)
    forget(store, asked("K-100200"), lambda _: None)
    as_forgotten = dump(store)
    tell(store, told)
    assert dump(store) == as_forgotten
    later = replace(told[0], id="r1-2", revision=0, at=NOW)
    corrected = replace(told[2], revision=1, subject=None)
    tell(store, [later, corrected])
    assert [one for one in ("Aino", "5550101", "K-100200") if one in dump(store)] == []
    tell(store, [call("5", 60, AINO[2:])])
    alone = START + timedelta(hours=60)
    assert people(store)[alone] == {alone}


def test_who_looked_stays_written_and_at_whom_is_forgotten(store):
    tell(store, a_family())
    aino = customer_id_of(known(AINO))
    access_log.write(store, Reader("anna", "Aino called"), aino, Access.OPENED, START)
    told = held(store, "K-100200", REGION, READER, NOW)
    lines = access_log.entries(store, customer_id_of(known(AINO[1:2])))
    assert lines["action"].to_list() == ["exported", "opened"]
    assert {one["key"] for one in told["contacts"]} == {"1", "2"}
    assert {one["name"] for one in told["records"]} == {"Aino Korhonen"}
    assert [one["text"] for one in told["messages"]] == ["I am Aino."]
    assert len(told["events"]) == 4
    forget(store, asked("K-100200"), lambda _: None)
    lines = access_log.entries(store)
    assert lines.select("who", "action", "customers", "why").rows() == [
        ("anna", "forgotten", 0, "asked by letter"),
        ("anna", "exported", 0, ""),
        ("anna", "opened", 0, ""),
    ]
    assert access_log.before(store, NOW) == (3, 1)
    assert access_log.forget(store, NOW) == 1


def test_what_cannot_be_written_in_the_log_is_not_shown(store, monkeypatch):
    def away(_: object) -> NoReturn:
        raise StoreUnavailable

    monkeypatch.setattr(type(store), "transaction", away)
    with pytest.raises(NotLogged):
        access_log.write(store, READER, 7, Access.OPENED, NOW)


def test_a_person_is_exported_and_forgotten_by_command_and_only_when_told_so_twice(
    store, url, tmp_path, monkeypatch, capsys
):
    tell(store, a_family())
    for name, value in {"DATABASE_URL": url, "TIMEZONE": "Europe/Helsinki", "REGION": "FI"}.items():
        monkeypatch.setenv(f"CCDASH_{name}", value)

    def left(*words: object) -> tuple[object, str]:
        with pytest.raises(SystemExit) as error:
            main([*map(str, words)])
        said = capsys.readouterr()
        return error.value.code or 0, said.out + said.err

    file, why = tmp_path / "person.json", ("--reason", "a letter")
    export = ("export-person", "040 5550101", "--out", file, *why)
    assert left(*export) == (0, f"Written to {file}.\n")
    assert (file.stat().st_mode & 0o777, len(json.loads(file.read_text())["contacts"])) == (
        0o600,
        2,
    )
    assert left(*export)[0] == 1
    code, said = left("forget", "040 5550101", "--dry-run")
    assert (code, "with 2 contacts" in said, "aino.korhonen" in said.lower()) == (0, True, False)
    looks = access_log.entries(store, customer_id_of(known(AINO)))
    assert looks.row(0)[2:] == ("opened", "what would be forgotten", 1)
    assert left("forget", "040 5550101", *why)[0] == 1
    assert left("forget", "040 5550101", "--yes")[1].startswith("ccdash: Say why")
    assert "k-100200" in dump(store).lower()
    assert left("forget", "040 5550101", "--yes", *why)[0] == 0
    assert "k-100200" not in dump(store).lower()
    assert left("forget", "040 5550101", "--yes", *why)[0] == 1


def tables_with(store, word: str) -> set[str]:
    """The tables of which any row has this word in it."""
    has = 'SELECT EXISTS (SELECT FROM "{}" one WHERE one::text ILIKE :word)'
    with store.engine.connect() as connection:
        return {
            table.name
            for table in metadata.sorted_tables
            if connection.execute(text(has.format(table.name)), {"word": f"%{word}%"}).scalar()
        }


def test_a_name_is_struck_out_of_all_that_was_written_in_what_is_others(store):
    named = "Aino Korhonen"
    who, other = number("K-100300"), number("K-100400")
    first = call(f"1 {named}", 60, (who,), subject=named)
    again = call("4th", 63, (other,), subject=named)
    of = {"source": "pbx", "at": first.at}
    tell(store, [
        *a_family(),
        first,
        call("2nd", 61, (who,), subject="else", continues=first.contact),
        call("3rd", 62, (who,), subject="other"),
        again,
        replace(again, revision=1, subject=None),
        ev.IntentDeclared(**of, id="break", agent="x", intent=Intent.BREAK, reason=named),
        ev.Messaged(**of, id="said", contact="3rd", text=named, author=Author.AGENT),
        ev.CaseOpened(**of, id="case", case=named, customer=(who,), subject=named),
        ev.Purchased(**of, id="order", order=named, customer=(who,), subject=named),
        ev.CustomerDescribed(**of, id="record", record=named, customer=(who,)),
    ])  # fmt: skip
    mine, its = (customer_id_of(known((one,))) for one in (who, other))
    said = Decision("anna", f"as {named} said", NOW)
    decisions.take_back(store, decisions.merge(store, mine, its, said), said)
    found = select(contact.c.contact_id).where(contact.c.customer_id == mine)
    ids = store.frame(found.order_by(contact.c.arrived_at))["contact_id"]
    joined = matter_decisions.join(store, mine, (ids[2], ids[0]), said)
    matter_decisions.take_back(store, joined, said)
    access_log.write(store, Reader("anna", named), mine, Access.OPENED, NOW)
    file = {"source": "pbx", "parser_state": {named: [named]}, "batch_id": 1}
    with store.engine.begin() as connection:
        connection.execute(insert(annotation).values(text=named, written_at=NOW, begins_at=START))
        line = {"file": named, "reason": named, "text": named}
        connection.execute(insert(rejected_line).values(batch_id=1, line=1, **line))
        row = {"path": "a", "inode": 1, "head": "", "position_bytes": 1, "position_line": 1}
        connection.execute(insert(followed_file).values(saved_at=NOW, **row, **file))
        row = {"digest": "a", "started_at": NOW, "file": named} | dict.fromkeys(
            ("position_bytes", "position_line", "read", "kept", "duplicate", "rejected"), 0
        )
        connection.execute(insert(import_batch).values(**row, **file))
    by = Reader("anna", f"a letter of {named}")
    forget(store, Asked("K-100200", REGION, by, NOW), lambda _: None)
    assert tables_with(store, "korhonen") == set()


def test_short_words_are_struck_out_of_what_is_the_forgotten_s_own(store):
    who, about = (number("20417"),), {"subject": "order of 20417"}
    of = {"source": "pbx", "at": START, "customer": who, **about}
    tell(store, [
        call("1", 1, who, **about),
        ev.CaseOpened(**of, id="case", case="c"),
        ev.Purchased(**of, id="order", order="o"),
    ])  # fmt: skip
    forget(store, asked("20417"), lambda _: None)
    assert tables_with(store, "20417") == set()


def test_a_decision_about_contacts_holds_when_their_customer_is_forgotten(store):
    keys = ("1", "040 555 0101")
    tell(store, [call(key, hours, AINO, subject=key) for hours, key in enumerate(keys)])
    with store.transaction() as connection:
        rollup.refresh(connection)
    aino = customer_id_of(known(AINO))
    ids = store.frame(select(contact.c.contact_id).order_by(contact.c.arrived_at))["contact_id"]
    matter_decisions.join(store, aino, (ids[0], ids[1]), BY)
    forget(store, asked("K-100200"), lambda _: None)
    numbers = select(matter.c.matter_id, func.count()).group_by(matter.c.matter_id)
    for _ in ("forgotten", "made anew"):
        assert store.frame(numbers).rows(named=False)[0][1] == 2
        with store.transaction() as connection:
            rebuild(connection, NOW, REGION)
            rollup.refresh(connection)


def test_a_decision_that_was_taken_back_goes_with_either_end(store):
    tell(store, a_family())
    aino, bo = (customer_id_of(known((one,))) for one in (AINO[0], BO))
    decisions.take_back(store, decisions.merge(store, bo, aino, BY), BY)
    assert len(held(store, "K-100200", REGION, READER, NOW)["links_decided"]) == 1
    forget(store, asked("K-100200"), lambda _: None)
    assert tables_with(store, str(aino)) == set()


def test_what_was_corrected_is_told_to_the_person_too(store):
    told = call("1", 1, AINO, subject="first")
    tell(store, [told])
    tell(store, [replace(told, revision=1, subject="second")])
    found = held(store, "K-100200", REGION, READER, NOW)["events"]
    assert [(one["subject"], one["is_corrected"]) for one in found] == [
        ("second", False), ("first", True),
    ]  # fmt: skip


def test_a_number_of_nobody_is_not_kept_in_the_log(store):
    access_log.write(store, Reader("anna", "a link"), 5, Access.OPENED, NOW)
    assert access_log.entries(store).select("who", "customers").rows() == [("anna", 0)]


def test_a_person_is_told_of_every_kind_of_row(store):
    tell(store, a_family())
    told = held(store, "K-100200", REGION, READER, NOW)
    assert set(told) == {
        "customers", "records", "details", "contacts", "segments", "surveys", "messages", "cases",
        "purchases", "links_decided", "matters_decided", "events", "access_log",
    }  # fmt: skip


def test_the_line_of_a_wallboard_loses_name_and_number(store):
    tell(store, a_family())
    wallboards.save(store, wallboards.Board("Sales", notice="Call Aino Korhonen: 040 555 0101"))
    forget(store, asked("K-100200"), lambda _: None)
    assert tables_with(store, "korhonen") | tables_with(store, "555 0101") == set()


def test_a_short_number_goes_from_the_reasons_of_their_own_matters(store):
    tell(store, [call(str(at), at, (number("20417"),), subject=str(at)) for at in range(2)])
    with store.transaction() as connection:
        rollup.refresh(connection)
    ids = store.frame(select(contact.c.contact_id))["contact_id"]
    who = customer_id_of(known((number("20417"),)))
    by = Decision("anna", "customer 20417 said so", NOW)
    matter_decisions.join(store, who, (ids[0], ids[1]), by)
    forget(store, asked("20417"), lambda _: None)
    assert tables_with(store, "20417") == set()


def made_anew(store) -> None:
    with store.transaction() as connection:
        rebuild(connection, NOW, REGION)
        rollup.refresh(connection)


def conversations(store) -> list[list[datetime]]:
    """The arrivals of the contacts of each conversation, in order."""
    found = {frozenset(one) for one in joined(store)[0].values()}
    return sorted(map(sorted, found))


SHORT_ONE, OTHER = (number(SHORT),), (number("K-100300"),)


def test_a_short_number_goes_from_the_keys_of_what_is_theirs(store):
    of = {"source": "crm", "at": START, "customer": SHORT_ONE}
    tell(store, [
        call(f"{SHORT}-1", 1, SHORT_ONE),
        ev.CaseOpened(**of, id=f"opened {SHORT}", case=f"C{SHORT}"),
        ev.Purchased(**of, id="order", order=f"2026/{SHORT}"),
        ev.CustomerDescribed(**of, id="record", record=f"cust{SHORT}", name="Bo"),
    ])  # fmt: skip
    had = figures(store)
    forget(store, asked(SHORT), lambda _: None)
    assert (tables_with(store, SHORT), figures(store)) == (set(), had)


def test_the_key_of_somebody_else_keeps_a_number_that_may_mean_anything(store):
    tell(store, [call("first", 1, SHORT_ONE), call(f"{SHORT}-2", 2, OTHER)])
    forget(store, asked(SHORT), lambda _: None)
    assert tables_with(store, SHORT) == {"contact", "raw_event"}
    as_forgotten = dump(store)
    tell(store, [call(f"{SHORT}-2", 2, OTHER)])
    assert dump(store) == as_forgotten


def test_keys_that_differ_by_the_number_alone_stay_apart(store):
    keys = (SHORT, f"{SHORT}{SHORT}", f"{SHORT}-{SHORT}", f"{SHORT}:1", "1")
    tell(store, [call(key, hours, SHORT_ONE) for hours, key in enumerate(keys)])
    had = figures(store)
    forget(store, asked(SHORT), lambda _: None)
    for _ in range(2):
        numbers = store.frame(select(contact.c.contact_id, contact.c.key))
        assert [len(set(numbers[name])) for name in numbers.columns] == [5, 5]
        assert figures(store) == had
        made_anew(store)


@pytest.mark.parametrize("how", ["continues", "leg"])
@pytest.mark.parametrize(("mine", "other"), [(SHORT_ONE, OTHER), (OTHER, SHORT_ONE)])
def test_who_goes_on_from_a_key_that_is_struck_goes_on_from_it_still(store, mine, other, how):
    key, at = f"{SHORT}-1", START + timedelta(hours=2)
    of = {"source": "pbx", "at": at, "contact": "2"}
    came = ev.Arrived(**of, id="2-1", channel=Channel.CHAT, customer=other)
    answered = ev.Answered(**of, id="2-3", agent="anna")
    tell(store, [
        replace(call(key, 1, mine), id="1-1"),
        replace(came, continues=key if how == "continues" else None),
        ev.Queued(**of, id="2-2", queue="web"),
        replace(answered, leg=key if how == "leg" else None),
    ])  # fmt: skip
    had = (figures(store), conversations(store))
    assert list(map(len, had[1])) == [2]
    forget(store, asked(SHORT), lambda _: None)
    for _ in range(2):
        assert tables_with(store, SHORT) == set()
        assert (figures(store), conversations(store)) == had
        made_anew(store)


@pytest.mark.parametrize(("mine", "other"), [(SHORT_ONE, OTHER), (OTHER, SHORT_ONE)])
def test_the_contacts_of_a_case_whose_key_is_struck_stay_its_contacts(store, mine, other):
    key = f"{SHORT}/7"
    of = {"source": "pbx", "at": START}
    told = call("2", 2, other, case=key)
    tell(store, [
        ev.CaseOpened(**of, id="c", case=key, customer=mine),
        call("1", 1, mine, case=key),
        told,
    ])  # fmt: skip
    tell(store, [replace(told, revision=1, case=None), call("3", 3, other, case=key)])
    had = (figures(store), joined(store))
    assert len(set(had[1][1].values())) == 1
    forget(store, asked(SHORT), lambda _: None)
    assert tables_with(store, SHORT) == set()
    for _ in range(2):
        assert (figures(store), joined(store)) == had
        made_anew(store)


def test_what_is_struck_is_never_longer_than_an_event_may_tell(store):
    key, subject = f"{SHORT}-" * 66, f"{'x' * 1980} {SHORT}"
    tell(store, [call(key, 1, SHORT_ONE, subject=subject), call("2", 2, SHORT_ONE)])
    had = figures(store)
    forget(store, asked(SHORT), lambda _: None)
    for _ in range(2):
        assert (tables_with(store, SHORT), figures(store)) == (set(), had)
        made_anew(store)


def test_a_number_that_stands_in_a_mark_leaves_the_mark_whole(store):
    mails = [f"{sign}@example.com" for sign in "abc"]
    who = (number("1"), *(email(one, True) for one in mails))
    tell(store, [call("a", 5, who, subject=" ".join(mails)), call("b", 6, who, subject="1 and 2")])
    forget(store, asked("1"), lambda _: None)
    of = contact.c.subject
    had = store.frame(select(of).order_by(of))["subject"].to_list()
    assert [one.count("forgotten") for one in had] == [3, 1]
    made_anew(store)
    assert store.frame(select(of).order_by(of))["subject"].to_list() == had


def test_a_detail_that_a_decision_gave_to_somebody_else_stays_theirs(store):
    given, bo, eva = number("K-100300", True), number("K-100400"), number("K-100500")
    tell(store, [
        call("1", 1, (number(SHORT, True), given)),
        call("2", 2, (bo,)),
        call("3", 3, (eva,)),
    ])  # fmt: skip
    numbers = [customer_id_of(known((one,))) for one in (given, bo, eva)]
    for one in numbers[1:]:
        decisions.merge(store, one, numbers[0], BY)
    had = (figures(store), people(store))
    assert extent(store, SHORT, REGION).staying == {(IdentityKind.CUSTOMER_NUMBER, "K-100300")}
    forget(store, asked(SHORT), lambda _: None)
    gone = str(customer_id_of(known(SHORT_ONE)))
    for _ in range(2):
        assert (figures(store), people(store)) == had
        assert (IdentityKind.CUSTOMER_NUMBER, "K-100300") in details_in(store)
        assert tables_with(store, SHORT) | tables_with(store, gone) == set()
        made_anew(store)
