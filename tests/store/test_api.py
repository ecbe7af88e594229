"""The figures over HTTP: the same as everywhere else, for who has a token."""

from __future__ import annotations

import io
import json
import logging
from itertools import chain
from typing import NoReturn

import polars as pl
import pytest
import requests
from jsonschema import Draft202012Validator
from sqlalchemy import select, text

from ccdash import api
from ccdash.access import api_token
from ccdash.api import answers
from ccdash.api.openapi import document
from ccdash.cli import main
from ccdash.errors import StoreUnavailable
from ccdash.export import forms
from ccdash.export.about import Content
from ccdash.export.forms import Form
from ccdash.export.tables import Table, table
from ccdash.export.tickets import TICKETS, Wanted
from ccdash.measures import OF_CONTACTS
from ccdash.metrics import METRICS
from ccdash.query import Query
from ccdash.store import access_log, contacts, tokens
from ccdash.store.access_log import NotLogged
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from tests import made_up
from tests.conftest import fresh_database
from tests.store.asked import served

pytestmark = pytest.mark.any_postgres

NOW = made_up.instant()
LISTED = [name for name, one in METRICS.items() if one.fact in OF_CONTACTS]
ALWAYS = {"from": "2020-01-01", "to": "2100-01-01", "tz": made_up.ZONE}


@pytest.fixture(scope="module")
def place(server):
    """The URL of a store with the made-up centre, and the store."""
    with fresh_database(server) as url:
        store = Store(engine_for(url), FramePool(url))
        made_up.fill(store, NOW)
        yield url, store
        store.close()


@pytest.fixture(scope="module")
def asker(place):
    """A program with a token."""
    _, store = place
    door = api.Door(lambda: store, lambda: made_up.ZONE, lambda: NOW)
    token = tokens.add(store, "tests", NOW)
    with served(door) as made:
        made.token = token
        yield made


@pytest.fixture
def stranger(asker):
    """The same without one."""
    kept, asker.token = asker.token, ""
    yield asker
    asker.token = kept


def figures(asker, **more):
    answer = asker.get("/api/v1/metrics", {**ALWAYS, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_figures_are_those_of_the_command(place, asker, monkeypatch, capsys):
    monkeypatch.setenv("CCDASH_DATABASE_URL", place[0])
    words = ["query", "--by", "queue", "--format", "json", "--where", "channel=phone"]
    words += ["--metrics", "offered,service_level,asa"]
    words += [part for name, value in ALWAYS.items() for part in (f"--{name}", value)]
    with pytest.raises(SystemExit):
        main(words)
    told = json.loads(capsys.readouterr().out)
    asked = {"metrics": "offered,service_level,asa", "by": "queue", "where_channel": "phone"}
    assert figures(asker, **asked)["rows"] == told
    assert told


def test_an_answer_says_what_it_is_of(asker):
    meta = figures(asker, metrics="csat,offered", where_channel="chat|phone")["meta"]
    assert [one["name"] for one in meta["metrics"]] == ["csat", "offered"]
    assert meta["metrics"][0]["definition"] == METRICS["csat"].definition
    assert meta["filter"] == {"channel": ["chat", "phone"]}
    assert meta["time_zone"] == made_up.ZONE
    assert meta["data_through"]
    assert len(meta["settings_version"]["fingerprint"]) == 12


def test_another_setting_is_another_version(place, asker):
    before = figures(asker, metrics="offered")["meta"]["settings_version"]
    row = {"name": "target_percent", "channel": "", "queue": "", "valid_from": NOW, "value": 70}
    _, store = place
    with store.transaction() as connection:
        connection.execute(text(
            "INSERT INTO dated_setting VALUES (:name, :channel, :queue, :valid_from, :value)"
        ), row)  # fmt: skip
    after = figures(asker, metrics="offered")["meta"]["settings_version"]
    assert after["count"] == before["count"] + 1
    assert after["fingerprint"] != before["fingerprint"]


def test_what_no_source_can_tell_is_named_and_null(asker):
    found = figures(asker, metrics="nps")
    assert found["meta"]["not_measured"] == ["nps"]
    assert [row["nps"] for row in found["rows"]] == [None]


def test_the_pages_of_a_list_are_the_list(place, asker):
    rows, after = [], None
    while True:
        page = {"metrics": "offered", **ALWAYS, "limit": 60}
        found = asker.get("/api/v1/contacts", page | ({"after": after} if after else {})).json()
        rows += found["rows"]
        after = found["meta"]["next"]
        if after is None:
            break
    whole = contacts.behind(place[1], Query.from_params({"metrics": "offered", **ALWAYS}), None)
    assert [row["contact_id"] for row in rows] == whole["contact_id"].to_list()
    assert len(rows) == found["meta"]["n"]


def test_a_search_narrows_rows_files_and_n_and_is_told_with_them(asker):
    asked = {"metrics": "offered", **ALWAYS, "search": "elina@EXAMPLE.com"}
    found = asker.get("/api/v1/contacts", asked).json()
    file = asker.get("/api/v1/export/contacts.parquet", asked)
    assert found["meta"]["search"] == asked["search"]
    assert 0 < len(found["rows"]) == found["meta"]["n"] < 100
    assert pl.read_parquet(io.BytesIO(file.content)).height == found["meta"]["n"]
    assert asker.get("/api/v1/export/figures.csv", asked).status_code == 400


def exports(store):
    """The newest lines of the access log: who, action, why and how many customers."""
    lines = access_log.entries(store)
    return lines.select("who", "action", "why", "customers").rows()


@pytest.mark.parametrize("path", ["contacts", "export/contacts.csv", "export/contacts.xlsx"])
def test_who_takes_customers_along_is_in_the_access_log_by_the_name_of_the_token(
    place, asker, path
):
    asked = {"metrics": "offered", **ALWAYS, "search": "elina@example.com"}
    assert asker.get(f"/api/v1/{path}", asked).status_code == 200
    told = "list of offered, 2020-01-01 to 2099-12-31; narrowed by a search"
    assert exports(place[1])[0] == ("token tests", "exported", told, 1)


def test_the_contacts_of_a_customer_are_asked_for_by_their_number(asker):
    by_search = {"metrics": "offered", **ALWAYS, "search": "elina@example.com"}
    rows = asker.get("/api/v1/contacts", by_search).json()["rows"]
    asked = {"metrics": "offered", **ALWAYS, "customer": rows[0]["customer_id"]}
    found = asker.get("/api/v1/contacts", asked).json()
    assert found["rows"] == rows
    assert found["meta"]["customer"] == asked["customer"]
    validated("Contacts", found)


@pytest.mark.parametrize("path", ["contacts", "export/contacts.parquet"])
def test_what_cannot_be_written_in_the_log_is_not_given(place, asker, monkeypatch, path):
    monkeypatch.setattr(access_log, "write_each", not_logged)
    found = asker.get(f"/api/v1/{path}", {"metrics": "offered", **ALWAYS})
    assert found.status_code == 503
    assert found.json()["detail"].startswith("The access log cannot be written")
    ticket = TICKETS.issue(Wanted(Content.CONTACTS, Form.CSV, asked_of_all(), "anna"))
    found = asker.get("/export", {"ticket": ticket, "lang": "en"})
    assert (found.status_code, found.text[:29]) == (503, "The access log cannot be writ")


def not_logged(*_: object) -> NoReturn:
    raise NotLogged


def asked_of_all():
    return Query.from_params({"metrics": "offered", **ALWAYS})


def test_customers_are_masked_as_on_the_screen(asker):
    everything = asker.get("/api/v1/contacts", {"metrics": "offered", **ALWAYS, "limit": 1000}).text
    assert "•" in everything
    for detail in (made_up.ELINA, made_up.OTHER):
        assert detail.value not in everything
    assert "405550101" not in everything


@pytest.mark.parametrize("name", LISTED)
def test_the_exported_rows_of_a_metric_are_as_many_as_its_n(place, asker, name):
    found = asker.get("/api/v1/export/contacts.parquet", {"metrics": name, **ALWAYS})
    assert found.status_code == 200, found.text
    query = Query.from_params({"metrics": name, **ALWAYS})
    rows = pl.read_parquet(io.BytesIO(found.content))
    listed = contacts.behind(place[1], query, None)
    assert rows.height == contacts.count(place[1], query) == listed.height
    assert rows["contact_id"].to_list() == listed["contact_id"].to_list()


@pytest.mark.parametrize("form", Form)
def test_an_export_is_a_file_with_a_name_that_nobody_keeps(asker, form):
    found = asker.get(f"/api/v1/export/figures.{form}", {"metrics": "offered", **ALWAYS})
    assert f".{form}" in found.headers["content-disposition"]
    assert found.headers["content-disposition"].startswith("attachment; ")
    assert found.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"metrics": "ofered"}, "There is no metric 'ofered'. Did you mean offered"),
        ({"metrics": "offered", "from": "soon"}, "'soon' is no date or time"),
        ({"metrics": "offered", "tz": "Helsinki"}, "'Helsinki' is no time zone"),
        ({"metrics": "offered", "where_queu": "a"}, "There is no parameter 'where_queu'. Did you"),
        ({"metrics": "offered", "by": "colour"}, "by is of channel, queue"),
        ({"metrics": "offered", "grain": "decade"}, "grain is of total, 15min"),
        ({"metrics": "offered", "to": "2019-01-01"}, "The period is empty"),
        ({"metrics": ["offered", "asa"]}, "The parameter metrics is there twice"),
        ({"metrics": ""}, "The parameter metrics is missing"),
        ({"metrics": "offered", "token": "ccdash_secret"}, "There is no parameter 'token'"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told_in_a_sentence(asker, params, sentence):
    found = asker.get("/api/v1/metrics", ALWAYS | params)
    assert found.status_code == 400
    assert found.headers["content-type"] == "application/problem+json"
    assert found.json()["title"] == "Bad Request"
    assert found.json()["detail"].startswith(sentence)
    assert "ccdash_secret" not in found.text


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "0"},
        {"limit": "1001"},
        {"limit": "ten"},
        {"after": "x"},
        {"after": "1_1e999999999_1"},
        {"after": f"{2**63}_1700000000_1"},
        {"after": f"1_1700000000_{2**63}"},
        {"metrics": "occupancy"},
    ],
)
def test_a_page_that_is_none_is_refused(asker, params):
    found = asker.get("/api/v1/contacts", {"metrics": "offered", **ALWAYS} | params)
    assert found.status_code == 400, found.text


@pytest.mark.parametrize("path", ["/api/v1/export/figures.pdf", "/api/v1/figures", "/api/v1/"])
def test_what_is_not_there_is_a_problem_too(asker, path):
    found = asker.get(path, {"metrics": "offered", **ALWAYS})
    assert (found.status_code, found.json()["title"]) == (404, "Not Found")


@pytest.mark.parametrize("path", ["metrics", "contacts", "export/contacts.csv"])
def test_who_has_no_token_is_told_how_to_get_one(stranger, path):
    found = stranger.get(f"/api/v1/{path}", {"metrics": "offered", **ALWAYS})
    assert found.status_code == 401
    assert found.headers["www-authenticate"].startswith("Bearer")
    assert "ccdash token add" in found.json()["detail"]


def test_a_revoked_token_holds_no_longer(place, stranger):
    _, store = place
    stranger.token = tokens.add(store, "gone", NOW)
    asked = {"metrics": "offered", **ALWAYS}
    assert stranger.get("/api/v1/metrics", asked).status_code == 200
    tokens.revoke(store, "gone", NOW)
    found = stranger.get("/api/v1/metrics", asked)
    assert (found.status_code, found.json()["detail"]) == (
        401, "This token is not known, or was revoked.",
    )  # fmt: skip


def test_no_token_is_logged_or_kept_in_the_store(place, asker, caplog):
    _, store = place
    with caplog.at_level(logging.DEBUG):
        asker.get("/api/v1/metrics", {"metrics": "offered", **ALWAYS})
        asker.get("/api/v1/metrics", {"metrics": "nothing", **ALWAYS})
    assert asker.token not in caplog.text
    rows = store.frame(select(*api_token.c)).rows()
    assert all(asker.token not in str(cell) for row in rows for cell in row)
    assert len(asker.token) > 43


def test_a_store_that_is_away_is_a_problem_for_a_moment():
    def away():
        raise StoreUnavailable(f"{StoreUnavailable().args[0]} (of host 10.0.0.7, user anna)")

    with served(api.Door(away, lambda: "UTC", lambda: NOW)) as asker:
        asker.token = "ccdash_any"
        found = asker.get("/api/v1/metrics", {"metrics": "offered", **ALWAYS})
    assert (found.status_code, found.headers["retry-after"]) == (503, "5")
    assert found.json()["detail"] == StoreUnavailable().args[0]


def test_an_answer_is_as_the_document_says(asker):
    asked = {"metrics": "offered,csat,asa", "by": "channel,queue", "grain": "day", **ALWAYS}
    asked["to"] = "2040-01-01"
    validated("Figures", asker.get("/api/v1/metrics", asked).json())
    page = {"metrics": "csat", **ALWAYS, "limit": 5}
    validated("Contacts", asker.get("/api/v1/contacts", page).json())
    validated("Problem", asker.get("/api/v1/metrics").json())


def validated(name, answer):
    whole = document()
    schema = {"$ref": f"#/components/schemas/{name}", "components": whole["components"]}
    Draft202012Validator(schema).validate(answer)


def test_a_metric_that_looks_ahead_says_until_when_it_is_known(asker):
    found = figures(asker, metrics="fcr@14")
    assert found["meta"]["known_until"] is not None
    assert found["meta"]["metrics"][0]["name"] == "fcr@14"
    validated("Figures", found)
    file = asker.get("/api/v1/export/figures.csv", {"metrics": "fcr@14", **ALWAYS})
    assert "ccdash-fcr-14-" in file.headers["content-disposition"]
    assert "# known_until: 20" in file.text


def test_the_document_is_for_everybody(stranger):
    assert stranger.get("/api/v1/openapi.json").json() == json.loads(json.dumps(document()))


def test_a_ticket_fetches_its_question_and_no_other(place, stranger):
    query = asked_of_all()
    ticket = TICKETS.issue(Wanted(Content.CONTACTS, Form.PARQUET, query, "anna"))
    found = stranger.get("/export", {"ticket": ticket})
    rows = pl.read_parquet(io.BytesIO(found.content))
    assert rows.height == contacts.count(place[1], query) > 0
    named = rows["customer_id"].drop_nulls().n_unique()
    told = "list of offered, 2020-01-01 to 2099-12-31"
    assert exports(place[1])[0] == ("anna", "exported", told, named)
    assert stranger.get("/export", {"ticket": ticket[:-2] + "xx"}).status_code == 403


def test_a_ticket_of_another_process_is_told_in_the_readers_language(stranger):
    found = stranger.get("/export", {"ticket": "made.up", "lang": "en"})
    assert found.status_code == 403
    assert found.text.startswith("This download link is no longer valid")


def test_who_stops_a_download_leaves_no_connection_behind(place, stranger):
    query = Query.from_params({"metrics": "offered", **ALWAYS})
    ticket = TICKETS.issue(Wanted(Content.CONTACTS, Form.CSV, query, "anna"))
    for _ in range(10):  # more than may be read at a time
        with stranger.get("/export", {"ticket": ticket}, stream=True) as found:
            assert found.status_code == 200
            next(found.iter_content(100))


def test_an_error_in_the_middle_breaks_the_download_off(asker, monkeypatch):
    def cut(store, content, query, now):
        made = table(store, content, query, now)
        return Table(made.about, chain(made.frames, failing()))

    def failing():
        raise StoreUnavailable
        yield

    monkeypatch.setattr(answers, "table", cut)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        asker.get("/api/v1/export/contacts.csv", {"metrics": "offered", **ALWAYS})


def test_more_contacts_than_a_sheet_holds_are_refused_before_the_file_begins(asker, monkeypatch):
    monkeypatch.setattr(forms, "MOST_ROWS", 3)
    found = asker.get("/api/v1/export/contacts.xlsx", {"metrics": "offered", **ALWAYS})
    assert (found.status_code, found.json()["detail"][:14]) == (400, "A sheet holds ")
