"""A list of contacts that is taken along leaves a line with each customer who is in it."""

from __future__ import annotations

import getpass
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import polars as pl
import pytest

from ccdash.cli import main
from ccdash.errors import BadQuery, NoRights
from ccdash.export.about import Content
from ccdash.export.given import given, why
from ccdash.export.tables import table
from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.query import Dimension, Period, Query
from ccdash.store import (
    access_log,
    contacts,
    customers,
    decisions,
    finding,
    history,
    pieces,
    rollup,
)
from ccdash.store.access_log import NotLogged
from ccdash.store.decisions import Decision
from ccdash.vocabulary import Channel, Outcome
from tests import made_up

pytestmark = pytest.mark.any_postgres

NOW = made_up.instant()
PERIOD = Period(NOW - timedelta(days=8), NOW + timedelta(days=1), made_up.ZONE)
ALL = Query(("contacts",), PERIOD)
LINE = ("at", "who", "action", "why", "customers")


@pytest.fixture
def centre(store):
    made_up.fill(store, NOW)
    return store


def number_of(centre, text: str) -> int:
    return int(finding.people(centre, text, "FI").people["customer_id"][0])


def taken(centre, query: Query, at=NOW) -> pl.DataFrame:
    """The list as anna takes it along."""
    frames = given(centre, table(centre, Content.CONTACTS, query, NOW), "anna", at).frames
    return pl.concat(frames)


def lines(centre, number: int | None = None) -> list[tuple]:
    return access_log.entries(centre, number).select(LINE).rows()


def away(*_: object) -> NoReturn:
    raise NoRights


def test_whoever_is_in_a_list_has_a_line_and_nobody_else(centre):
    elina, other = (number_of(centre, f"{one}@example.com") for one in ("elina", "other"))
    only_chats = replace(ALL, filters=((Dimension.CHANNEL, ("chat",)),))
    rows = taken(centre, only_chats)
    assert set(rows["customer_id"].drop_nulls()) == {str(elina)}
    (line,) = lines(centre, elina)
    assert line == (NOW, "anna", "exported", why(only_chats), 1)
    assert lines(centre, other) == []


def test_of_everybody_a_list_is_one_line_with_how_many_it_named(centre):
    named = taken(centre, ALL)["customer_id"].drop_nulls().n_unique()
    assert lines(centre) == [(NOW, "anna", "exported", why(ALL), named)]
    assert named > 1


def test_joined_customers_find_a_list_in_their_log_once(centre):
    elina, other = (number_of(centre, f"{one}@example.com") for one in ("elina", "other"))
    taken(centre, ALL)
    decisions.merge(centre, elina, other, Decision("Aino", "one person", NOW))
    told = [line for line in lines(centre, elina) if line[2] == "exported"]
    assert told == [(NOW, "anna", "exported", why(ALL), 2)]


def test_of_a_list_that_was_broken_off_only_what_went_is_written(centre, monkeypatch):
    monkeypatch.setattr(pieces, "PIECE", 3)
    frames = given(centre, table(centre, Content.CONTACTS, ALL, NOW), "anna", NOW).frames
    went = next(frames)["customer_id"].drop_nulls().n_unique()
    assert [one[-1] for one in lines(centre)] == [went]
    left = pl.concat(frames)["customer_id"].drop_nulls().n_unique()
    assert went < left


def test_a_customer_of_many_pieces_has_one_line(centre, monkeypatch):
    monkeypatch.setattr(pieces, "PIECE", 3)
    named = taken(centre, ALL)["customer_id"].drop_nulls().n_unique()
    with centre.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM access_log").scalar_one()
    assert kept == named > 1


def test_a_list_that_cannot_be_written_is_not_handed_on(centre, monkeypatch):
    made = table(centre, Content.CONTACTS, ALL, NOW)
    monkeypatch.setattr(type(centre), "transaction", away)
    with pytest.raises(NotLogged):
        given(centre, made, "anna", NOW)


def test_figures_name_nobody_and_are_no_lines(centre):
    made = table(centre, Content.FIGURES, ALL, NOW)
    assert given(centre, made, "anna", NOW) is made
    assert lines(centre) == []


def test_the_list_of_a_customer_is_their_persons_history_without_test_calls(centre):
    elina, other = (number_of(centre, f"{one}@example.com") for one in ("elina", "other"))
    decisions.merge(centre, elina, other, Decision("Aino", "one person", NOW))
    past = customers.history(centre, elina).filter(~pl.col("is_void"))
    for one in (elina, other):
        theirs = replace(ALL, customer=one)
        found = contacts.behind(centre, theirs, None)
        assert set(found["contact_id"]) == set(past["contact_id"].cast(pl.String))
        assert contacts.count(centre, theirs) == past.height > made_up.DAYS
    with pytest.raises(BadQuery, match="no figure"):
        history.read(centre, replace(ALL, customer=elina))


def test_the_file_of_a_customer_is_in_order_of_time_and_each_row_says_whose_it_is(centre):
    elina, other = (number_of(centre, f"{one}@example.com") for one in ("elina", "other"))
    called = ev.CustomerDescribed(
        source="s", id="n", at=NOW, record="1", customer=(made_up.OTHER,), name="Anna Ek"
    )
    with centre.transaction() as connection:
        record(connection, [called], received_at=NOW, region="FI")
    decisions.merge(centre, elina, other, Decision("Aino", "one person", NOW))
    person = customers.whole(centre, elina)

    found = taken(centre, replace(ALL, customer=elina))

    assert found["arrived_at"].is_sorted()
    assert set(found["person_id"]) == {str(person.number)}
    assert set(found["customer_id"]) == {str(elina), str(other)}
    assert set(found["customer"]) == {"Anna Ek"}


def test_who_is_not_known_is_no_person_in_a_list_nor_is_a_shared_detail(centre):
    home = ev.Recorded(
        source="s", id="a", contact="a", at=NOW, end=NOW, customer=(made_up.HOME,),
        channel=Channel.PHONE, outcome=Outcome.HANDLED, queue="sales",
    )  # fmt: skip
    with centre.transaction() as connection:
        record(connection, [home], received_at=NOW, region="FI")
        rollup.refresh(connection)

    found = taken(centre, ALL)

    by_home = found.filter(source="s")
    assert by_home.select("customer", "person_id").rows() == [("••• 303", None)]
    assert by_home["customer_id"].null_count() == 0
    assert found.filter(pl.col("customer_id").is_null())["person_id"].drop_nulls().is_empty()
    assert found.filter(source="made-up")["person_id"].drop_nulls().n_unique() > 1


def test_the_command_masks_customers_and_writes_who_listed_them(centre, url, monkeypatch, capsys):
    monkeypatch.setenv("CCDASH_DATABASE_URL", url)
    monkeypatch.setenv("CCDASH_TIMEZONE", made_up.ZONE)
    words = ["contacts", "--metric", "contacts", "--from", "2020-01-01", "--to", "2100-01-01"]
    words += ["--limit", "0", "--format", "json"]
    with pytest.raises(SystemExit):
        main(words)
    out = capsys.readouterr().out
    assert "e•••@example.com" in out
    assert "elina@" not in out
    ((_, who, action, told, named),) = lines(centre)
    assert (who, action, named > 1) == (getpass.getuser(), "exported", True)
    assert told == "list of contacts, 2020-01-01 to 2099-12-31"
    monkeypatch.setattr(access_log, "write_each", refused)
    with pytest.raises(SystemExit) as left:
        main(words)
    assert (left.value.code, capsys.readouterr().out) == (1, "")


def refused(*_: object) -> NoReturn:
    raise NotLogged
