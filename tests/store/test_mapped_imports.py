"""Tables imported by mappings: what is kept, skipped, rejected, resumed, and looked at before."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ccdash.cli import main
from ccdash.ingest.files import Progress, import_file
from ccdash.ingest.sources.mapped import MappedRows, plan_of
from ccdash.schema import contact, rejected_line

pytestmark = pytest.mark.any_postgres

MAPPING = """
source = "shop"
type = "contact.recorded"
[fields]
contact = "{key}"
at = "{day}"
end = { after = [] }
channel = { of = "{way}", values = { Web = "form", Phone = "phone" } }
outcome = "handled"
subject = "{words}"
[[skip]]
column = "way"
is = "Test"
"""
HEADER = "key,day,way,words\r\n"
ROWS = [
    f'{n},2026-03-0{n % 9 + 1},{("Web", "Phone", "Test", "Fax")[n % 4]},"one\r\ntwo ""{n}"""\r\n'
    for n in range(20)
]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "calls.csv"
    path.write_bytes((HEADER + "".join(ROWS)).encode())
    return path


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "calls.toml"
    path.write_text(MAPPING)
    return path


@pytest.fixture
def ccdash(url, tmp_path, monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:
    """Runs a command; gives how it left and what it printed."""
    monkeypatch.setenv("CCDASH_DATABASE_URL", url)
    monkeypatch.setenv("CCDASH_HOME", str(tmp_path))
    monkeypatch.setenv("CCDASH_TIMEZONE", "UTC")

    def run(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        printed = capsys.readouterr()
        return int(str(left.value.code)), printed.out, printed.err

    return run


def test_rows_are_kept_skipped_or_rejected_and_the_sum_holds(ccdash, table, mapping) -> None:
    code, out, err = ccdash("import", "csv", "--mapping", mapping, table)
    told = f"{table}, calls.toml: read 15 = kept 10 + duplicate 0 + rejected 5, skipped 5 in"
    assert (code, told in out) == (0, True)
    assert f"{table}:8: channel: 'Fax' is none of the values 'Web', 'Phone'" in out
    assert "5 lines could not be read" in err
    rejected = json.loads(ccdash("rejected", "--format", "json")[1])
    assert [one["line"] for one in rejected] == [8, 16, 24, 32, 40]
    assert rejected[0]["text"] == ROWS[3].replace("\r\n", "\n").removesuffix("\n")


def test_a_rejected_row_goes_in_with_the_mapping_that_knows_it(ccdash, table, mapping) -> None:
    ccdash("import", "csv", "--mapping", mapping, table)
    mapping.write_text(MAPPING.replace("Web = ", 'Fax = "email", Web = '))
    out = ccdash("import", "csv", "--mapping", mapping, table)[1]
    assert "read 15 = kept 5 + duplicate 10 + rejected 0, skipped 5" in out


def test_two_mappings_make_two_events_of_each_row_of_one_file(ccdash, table, tmp_path, mapping):
    cases = tmp_path / "cases.toml"
    cases.write_text(
        'source = "shop"\ntype = "case.opened"\n[fields]\ncase = "{key}"\nat = "{day}"\n'
    )
    out = ccdash("import", "csv", "--mapping", mapping, "--mapping", cases, table)[1]
    assert f"{table}, cases.toml: read 20 = kept 20 + duplicate 0 + rejected 0 in" in out
    assert "In all: read 35 = kept 30 + duplicate 0 + rejected 5" in out


def test_a_look_shows_what_the_rows_become_and_keeps_nothing(ccdash, table, mapping) -> None:
    table.write_text(table.read_text() + "1,2026-03-09,Web,again\n")
    code, out, _ = ccdash("import", "csv", "--mapping", mapping, table, "--check")
    assert code == 0
    assert "  line 2 becomes" in out
    assert "    at              2026-03-01T00:00:00+00:00" in out
    assert "  11 events, 5 rejected, 5 skipped" in out
    assert "line 42 has the id of line 4 and would be a duplicate: contact.recorded/1" in out
    assert "No such" not in ccdash("rejected")[1]
    assert ccdash("rejected")[2] == "0 of 0 rejected lines.\n"
    code, _, err = ccdash("import", "csv", "--mapping", mapping, table, "--check", "--strict")
    assert (code, err.splitlines()[-1]) == (1, "ccdash: 5 rows would be rejected.")


def test_a_table_without_a_column_is_refused_before_any_table_is_read(
    ccdash, table, mapping, tmp_path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text("key,day,words\n1,2026-03-01,hello\n")
    code, out, err = ccdash("import", "csv", "--mapping", mapping, table, other)
    assert (code, out) == (1, "")
    assert err == (
        f"ccdash: {other}: calls.toml, fields.channel: the table has no column 'way'; it has "
        "key, day, words\n"
    )


def test_a_table_in_another_encoding_is_refused_with_its_byte_and_the_way_to_read_it(
    ccdash, table, mapping
) -> None:
    table.write_bytes("key,day,way,words,\xe4\n1,2026-03-01,Web,y\xf6,\n".encode("cp1252"))
    code, _, err = ccdash("import", "csv", "--mapping", mapping, table, "--check")
    assert code == 1
    assert err == (
        f"ccdash: {table}: the header, line 1, cannot be read: byte 19 is 0xe4, which is not "
        "UTF-8; name the `encoding` of the table in its mapping, such as cp1252\n"
    )
    mapping.write_text('encoding = "cp1252"\n' + MAPPING)
    assert (
        "1 event, 0 rejected" in ccdash("import", "csv", "--mapping", mapping, table, "--check")[1]
    )


class CutOffError(Exception):
    """Stands for whatever ends an import in the middle."""


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_cut_off_import_goes_on_behind_a_row_of_several_lines(
    engine, table, mapping, after: int
) -> None:
    plan = plan_of(mapping, "UTC")
    chunks = iter(range(after))

    def stop(_: Progress) -> None:
        if next(chunks, None) is None:
            raise CutOffError

    def run(**options: Any) -> Any:
        return import_file(
            engine,
            table,
            partial(MappedRows, plan=plan),
            now=lambda: datetime(2026, 3, 20, tzinfo=UTC),
            form=plan.file.form,
            chunk_lines=5,
            **options,
        )

    with pytest.raises(CutOffError):
        run(progress=stop)
    report = run()
    assert (report.read, report.kept, report.rejected, report.skipped) == (15, 10, 5, 5)
    assert report.resumed
    with engine.connect() as connection:
        lines = connection.execute(select(rejected_line.c.line).order_by("line")).scalars().all()
        subjects = connection.execute(select(contact.c.subject)).scalars().all()
    assert lines == [8, 16, 24, 32, 40]
    assert set(subjects) == {f'one\ntwo "{n}"' for n in range(20) if n % 4 < 2}


def test_what_another_mapping_left_half_read_is_not_gone_on_with(engine, table, mapping) -> None:
    def begin(_: Progress) -> None:
        raise CutOffError

    def run(**options: Any) -> Any:
        plan = plan_of(mapping, "UTC")
        factory = partial(MappedRows, plan=plan)
        at = datetime(2026, 3, 20, tzinfo=UTC)
        return import_file(engine, table, factory, now=lambda: at, form=plan.file.form, **options)

    with pytest.raises(CutOffError):
        run(progress=begin)
    mapping.write_text(f"{MAPPING}# corrected\n")
    assert not run().resumed
