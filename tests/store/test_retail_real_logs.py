"""A bank's register, calls, complaints and reviews by the mappings of the documentation: who is
recognised, against a count over the files in plain Python."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select

from ccdash.cli import main
from ccdash.ingest.files import import_file
from ccdash.ingest.sources.mapped import MappedRows, plan_of
from ccdash.schema import contact, customer_record, identity, person, survey
from ccdash.store import linking

pytestmark = pytest.mark.any_postgres

NOW = datetime(2026, 3, 3, tzinfo=UTC)
MAPPINGS = Path(__file__).parents[2] / "docs" / "howto" / "mappings"
OWN, LINKED, CANDIDATE, NOBODY = "own number", "number of a client", "candidate", "nobody"


def table(folder: Path, name: str, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    with (folder / name).open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def folder(shared_data) -> Path:
    return shared_data / "retail_complaints"


FILES = (
    ("retail-calls", "CRMCallCenterLogs.csv", (3999, 3999, 0, 0, 0)),
    ("retail-complaints", "CRMEvents_sample.csv", (206, 206, 0, 0, 22)),
    ("retail-cases", "CRMEvents_sample.csv", (228, 228, 0, 0, 0)),
    ("retail-reviews", "CRMReviews.csv", (505, 504, 1, 0, 0)),
    ("retail-clients", "client.csv", (5369, 5369, 0, 0, 0)),
)
"""The register last, as the order does not matter: read, kept, duplicate, rejected, skipped."""


@pytest.fixture
def bank(engine, folder) -> Engine:
    """A store with all four files, the complaints by two mappings."""
    for mapping, name, counted in FILES:
        plan = plan_of(MAPPINGS / f"{mapping}.toml", "UTC")
        factory = partial(MappedRows, plan=plan)
        how = {"now": lambda: NOW, "region": "US", "form": plan.file.form}
        one = import_file(engine, folder / name, factory, **how)
        assert (one.read, one.kept, one.duplicate, one.rejected, one.skipped) == counted
    with engine.begin() as connection:
        linking.refresh(connection)
    return engine


def expected(folder: Path) -> dict[str, tuple[str, str | None]]:
    """Of each call how its client is found and who it is, from the files alone: by the number that
    the agent noted, else by the register's telephone numbers. A telephone number that was only
    noted beside a client in another call is no proof, but a candidate."""
    clients = {one["phone"]: one["client_id"] for one in table(folder, "client.csv")}
    calls = table(folder, "CRMCallCenterLogs.csv")
    noted = {one["phonefinal"] for one in calls if one["rand client"]}

    def found(phone: str, number: str) -> tuple[str, str | None]:
        if number:
            return OWN, number
        if phone in clients:
            return LINKED, clients[phone]
        return (CANDIDATE if phone in noted else NOBODY), None

    return {
        f"call/{one['Date received']}/{one['phonefinal']}/{one['ser_start']}": found(
            one["phonefinal"], one["rand client"]
        )
        for one in calls
    }


@dataclass(frozen=True)
class Recognised:
    """What the store knows of customers, read as its tables have it."""

    details: dict[int, tuple[str, str]]
    person_of: dict[int, int | None]
    told_with_others: frozenset[int]

    @classmethod
    def read(cls, connection: Connection) -> Recognised:
        of = identity.c
        pairs = connection.execute(select(of.detail_id, of.customer_id, of.kind, of.value)).all()
        return cls(
            {detail: (kind, value) for detail, other, kind, value in pairs if detail == other},
            dict(connection.execute(select(person.c.customer_id, person.c.person_id)).all()),
            frozenset(detail for detail, other, _, _ in pairs if detail != other),
        )

    def client(self, customer_id: int) -> tuple[str, str | None]:
        """How a contact finds its client, and the client's number."""
        stands_for = self.person_of.get(customer_id, customer_id)
        kind, number = self.details.get(stands_for or 0, ("", None))
        if kind == "customer_number":
            return (OWN if stands_for == customer_id else LINKED), number
        return (CANDIDATE if customer_id in self.told_with_others else NOBODY), None


def test_calls_find_their_client_or_are_told_as_candidates(bank, folder) -> None:
    of = contact.c
    with bank.connect() as connection:
        known = Recognised.read(connection)
        rows = connection.execute(select(of.key, of.channel, of.case_id, of.customer_id)).all()
        clients = set(connection.execute(select(customer_record.c.customer_id)).scalars())
        scores = connection.execute(select(survey.c.score)).scalars().all()

    by_call = {key: known.client(who) for key, channel, _, who in rows if channel == "phone"}
    truth = expected(folder)
    assert by_call == truth
    assert Counter(how for how, _ in truth.values()) == {OWN: 2504, LINKED: 1437, CANDIDATE: 58}

    others = [(channel, known.client(who)[0]) for _, channel, _, who in rows if channel != "phone"]
    assert Counter(others) == {("form", OWN): 197, ("email", OWN): 9, ("social", NOBODY): 504}
    found = {who for *_, who in rows if known.client(who)[0] == OWN}
    assert found <= clients
    assert len(clients) == 5369
    cases = [case for *_, case, _ in rows if case]
    assert (len(cases), len(set(cases))) == (2504 + 206, 2504 + 206)
    stars = Counter(int(one["Stars"]) for one in table(folder, "CRMReviews.csv", "cp1252"))
    assert Counter(scores) == stars - Counter([5])


def test_the_calls_of_a_telephone_company_give_the_published_figures(
    engine, url, shared_data, tmp_path, monkeypatch, capsys
) -> None:
    told = {"DATABASE_URL": url, "HOME": str(tmp_path), "TIMEZONE": "Europe/London"}
    for name, value in told.items():
        monkeypatch.setenv(f"CCDASH_{name}", value)

    def ccdash(*words: str) -> str:
        with pytest.raises(SystemExit):
            main(list(words))
        return capsys.readouterr().out

    mapping, file = MAPPINGS / "phonenow-calls.toml", "pwc_phonenow/call_center_dataset.csv"
    read = ccdash("import", "csv", f"--mapping={mapping}", str(shared_data / file))
    assert "read 5,000 = kept 5,000 + duplicate 0 + rejected 0 in" in read
    of = "--metrics=offered,answered,asa,fcr_agent --from=2021-01-01 --to=2021-04-01 --format=json"
    (row,) = json.loads(ccdash("query", *of.split()))
    assert (row["offered"], row["answered"]) == (5000, 4054)
    assert row["asa"] == pytest.approx(67.52072027627035)
    assert row["fcr_agent"] == pytest.approx(3646 / 4054)
    with engine.connect() as connection:
        scores = connection.execute(select(survey.c.score)).scalars().all()
    assert (len(scores), sum(scores) / len(scores)) == (4054, pytest.approx(3.4035520473606313))
