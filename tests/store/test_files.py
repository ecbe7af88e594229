"""Importing files into a real store: what is kept, counted, rejected and resumed."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, func, select

from ccdash.errors import BadInput, StoreUnavailable
from ccdash.ingest import files
from ccdash.ingest.files import ImportReport, Progress, RejectedLine, import_file
from ccdash.ingest.sources.jsonl import EventLines
from ccdash.ingest.sources.seelab import Seelab
from ccdash.schema import contact, import_batch, raw_event, rejected_line

pytestmark = pytest.mark.any_postgres

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def event_line(number: int, source: str = "acme") -> str:
    at = NOON + timedelta(minutes=number)
    told = {
        "type": "contact.recorded",
        "source": source,
        "id": f"e{number}",
        "contact": f"c{number}",
    }
    what = {"channel": "phone", "outcome": "handled", "queue": "sales", "agent": f"a{number % 3}"}
    when = {"at": at.isoformat(), "end": (at + timedelta(seconds=90)).isoformat()}
    return json.dumps(told | what | when)


def calls(numbers: range | list[int], source: str = "acme") -> str:
    return "".join(event_line(number, source) + "\n" for number in numbers)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def written(content: str | bytes) -> Path:
        path = tmp_path / f"{uuid4().hex}.jsonl"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


def imported(engine: Engine, path: Path, **options: Any) -> ImportReport:
    factory = options.pop("parser_factory", EventLines)
    return import_file(engine, path, factory, now=lambda: NOON, **options)


def rows(engine: Engine, table: Table, *names: str) -> list[tuple[Any, ...]]:
    columns = [table.c[name] for name in names]
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns))]


def counters(report: ImportReport) -> tuple[int, int, int, int]:
    return report.read, report.kept, report.duplicate, report.rejected


def stored_counters(engine: Engine) -> list[tuple[Any, ...]]:
    return rows(engine, import_batch, "batch_id", "read", "kept", "duplicate", "rejected")


def test_good_lines_are_kept_and_bad_ones_rejected_with_their_place(engine, file) -> None:
    path = file(calls([1]) + "no event\n" + calls([2]) + "\n")
    report = imported(engine, path)
    assert counters(report) == (4, 2, 0, 2)
    first, second = report.first_rejections
    assert (first.file, first.line, first.text) == (str(path), 2, "no event")
    assert "JSON is malformed" in first.reason
    assert second == RejectedLine(str(path), 4, "the line is empty", "")
    stored = rows(engine, rejected_line, "line", "file", "reason", "text")
    assert stored == [(line.line, line.file, line.reason, line.text) for line in (first, second)]
    assert rows(engine, contact, "key") == [("c1",), ("c2",)]


def test_the_batch_says_what_was_imported_and_when(engine, file) -> None:
    path = file(calls([1, 2]))
    imported(engine, path)
    names = ("source", "file", "started_at", "finished_at", "position_bytes", "position_line")
    assert rows(engine, import_batch, *names) == [
        ("events", str(path), NOON, NOON, path.stat().st_size, 2)
    ]
    (batch_id,) = rows(engine, import_batch, "batch_id")
    assert rows(engine, raw_event, "event_id", "batch_id") == [("e1", *batch_id), ("e2", *batch_id)]


def test_a_header_is_no_line_that_is_read(engine, file) -> None:
    header = (
        "vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\t"
        "q_start\tq_exit\tq_time\toutcome\tser_start\tser_exit\tser_time\tserver"
    )
    call = (
        "ZZ0301\t500\t0\t0\tPS\t990315\t9:00:00\t9:00:08\t8\t0:00:00\t0:00:00\t0\tAGENT\t"
        "9:00:08\t9:01:00\t52\tNORA"
    )
    spoilt = call.replace("\t500", " 501")
    text = f"\ufeff{header}\r\n{call}\r\n{spoilt}"
    report = imported(engine, file(text), parser_factory=Seelab)
    assert counters(report) == (2, 1, 0, 1)
    assert report.first_rejections[0].line == 3


def test_a_line_twice_in_one_file_is_a_duplicate(engine, file) -> None:
    path = file(calls([1, 1, 2, 1]))
    assert counters(imported(engine, path, chunk_lines=2)) == (4, 2, 2, 0)


def test_a_file_imported_again_changes_nothing_and_says_so(engine, file) -> None:
    path = file(calls(range(5)) + "x\n")
    imported(engine, path)
    before = rows(engine, raw_event, "event_id", "batch_id")
    again = imported(engine, path)
    assert counters(again) == (6, 0, 5, 1)
    assert (again.resumed, len(again.first_rejections)) == (False, 1)
    assert rows(engine, raw_event, "event_id", "batch_id") == before
    assert [row[1:] for row in stored_counters(engine)] == [(6, 5, 0, 1), (6, 0, 5, 1)]


def test_only_the_first_rejections_are_in_the_report_and_all_are_stored(engine, file) -> None:
    report = imported(engine, file("".join(f"bad {n}\n" for n in range(300))), chunk_lines=7)
    assert counters(report) == (300, 0, 0, 300)
    assert [line.text for line in report.first_rejections] == [f"bad {n}" for n in range(5)]
    assert len(rows(engine, rejected_line, "line")) == 300


def test_text_that_is_no_utf_8_or_holds_a_zero_byte_is_stored_readably(engine, file) -> None:
    padding = calls(range(100)).encode()
    report = imported(engine, file(padding + b"J\xe4nis\n" + b"a\0b\n"))
    assert counters(report) == (102, 100, 0, 2)
    assert [line.text for line in report.first_rejections] == ["J\\xe4nis", "a\\x00b"]


def test_a_packed_file_can_be_cut_off_and_resumed(engine, file) -> None:
    path = file(gzip.compress(calls(range(50)).encode()))
    cut_off(engine, path, after=2, chunk_lines=10)
    report = imported(engine, path, chunk_lines=10)
    assert (counters(report), report.resumed) == ((50, 50, 0, 0), True)


def test_progress_is_told_at_the_start_and_after_every_chunk(engine, file) -> None:
    path = file(calls(range(25)))
    told: list[Progress] = []
    imported(engine, path, progress=told.append, chunk_lines=10)
    assert [p.read for p in told] == [0, 10, 20, 25]
    assert all(p.read == p.kept + p.duplicate + p.rejected for p in told)
    assert told[-1].done_bytes == told[-1].size_bytes == path.stat().st_size


# Cut off in the middle ----------------------------------------------------------------------------


class CutOffError(Exception):
    """Stands for whatever ends an import in the middle."""


def cut_off(engine: Engine, path: Path, *, after: int, **options: Any) -> None:
    """Import a file and end after so many chunks."""
    chunks = iter(range(after))

    def stop(_: Progress) -> None:
        if next(chunks, None) is None:
            raise CutOffError

    with pytest.raises(CutOffError):
        imported(engine, path, progress=stop, **options)


def everything(engine: Engine) -> list[list[tuple[Any, ...]]]:
    """What a file left in the store; batches are counted from 0, whatever their numbers are."""
    batch_ids = [batch_id for (batch_id,) in rows(engine, import_batch, "batch_id")]

    def of_batches(table: Table, *names: str) -> list[tuple[Any, ...]]:
        found = rows(engine, table, "batch_id", *names)
        return [(batch_ids.index(batch_id), *rest) for batch_id, *rest in found]

    places = ("position_bytes", "position_line", "parser_state", "finished_at")
    return [
        of_batches(import_batch, "read", "kept", "duplicate", "rejected", *places),
        of_batches(rejected_line, "line", "reason", "text"),
        of_batches(raw_event, "event_id", "payload"),
        rows(engine, contact, "key", "arrived_at", "ended_at", "outcome"),
    ]


MIXED = calls(range(10)) + "x\n" + calls([3, 4, 50]) + "y\n\n" + calls(range(8, 20))


@pytest.fixture
def undisturbed(engine, file) -> list[list[tuple[Any, ...]]]:
    """What MIXED leaves when nothing happens; the store is empty again afterwards."""
    imported(engine, file(MIXED), chunk_lines=4)
    left = everything(engine)
    assert [row[:5] for row in left[0]] == [(0, 28, 21, 4, 3)]
    empty(engine)
    return left


def empty(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in reversed(import_batch.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.mark.parametrize("after", [0, 1, 2, 5])
def test_a_cut_off_import_is_finished_by_the_next_and_leaves_what_an_undisturbed_one_leaves(
    engine, file, undisturbed, after: int
) -> None:
    path = file(MIXED)
    cut_off(engine, path, after=after, chunk_lines=4)
    assert rows(engine, import_batch, "finished_at") == [(None,)]
    report = imported(engine, path, chunk_lines=4)
    assert (counters(report), report.resumed) == ((28, 21, 4, 3), True)
    assert [line.text for line in report.first_rejections] == ["x", "y", ""]
    assert everything(engine) == undisturbed


def test_an_import_whose_transaction_fails_leaves_nothing_of_that_chunk(
    engine, file, undisturbed, monkeypatch
) -> None:
    path, recorded, chunks = file(MIXED), files.record, iter(range(2))

    def failing(*args: Any, **kwargs: Any) -> Any:
        counts = recorded(*args, **kwargs)
        if next(chunks, None) is None:
            raise CutOffError
        return counts

    with monkeypatch.context() as patch:
        patch.setattr(files, "record", failing)
        with pytest.raises(CutOffError):
            imported(engine, path, chunk_lines=4)
    assert [row[1:] for row in stored_counters(engine)] == [(8, 8, 0, 0)]
    assert len(rows(engine, raw_event, "event_id")) == 8
    assert imported(engine, path, chunk_lines=4).resumed
    assert everything(engine) == undisturbed


def test_a_store_that_is_lost_in_the_middle_is_told_in_words_and_the_next_run_finishes(
    engine, file, undisturbed, monkeypatch
) -> None:
    path, recorded = file(MIXED), files.record

    def losing(connection: Any, *args: Any, **kwargs: Any) -> Any:
        counts = recorded(connection, *args, **kwargs)
        own = connection.execute(select(func.pg_backend_pid())).scalar_one()
        with engine.connect() as other:
            other.execute(select(func.pg_terminate_backend(own, 5000)))
        return counts

    with monkeypatch.context() as patch:
        patch.setattr(files, "record", losing)
        with pytest.raises(StoreUnavailable):
            imported(engine, path, chunk_lines=4)
    assert imported(engine, path, chunk_lines=4).resumed
    assert everything(engine) == undisturbed


def test_the_parser_goes_on_with_the_state_it_had(engine, file) -> None:
    class Counting(EventLines):
        def __init__(self, state: dict[str, int]) -> None:
            super().__init__()
            self.lines = state.get("lines", 0)

        @property
        def state(self) -> dict[str, int]:
            return {"lines": self.lines}

        def parse(self, line: str) -> Any:
            self.lines += 1
            return super().parse(line)

    path = file(MIXED)
    cut_off(engine, path, after=3, chunk_lines=4, parser_factory=Counting)
    imported(engine, path, chunk_lines=9, parser_factory=Counting)
    assert rows(engine, import_batch, "parser_state") == [({"lines": 28},)]


def test_a_file_that_was_moved_or_renamed_is_still_the_same_file(engine, file) -> None:
    path = file(MIXED)
    cut_off(engine, path, after=2, chunk_lines=4)
    assert imported(engine, path.rename(path.with_suffix(".old"))).resumed


def test_another_file_and_another_source_do_not_go_on_with_it(engine, file) -> None:
    cut_off(engine, file(MIXED), after=2, chunk_lines=4)
    assert not imported(engine, file(MIXED + "z\n")).resumed
    other = imported(engine, file(MIXED), parser_factory=partial(EventLines, source="other"))
    assert not other.resumed


# Two at once, and files that are none -------------------------------------------------------------


def test_a_file_that_is_being_imported_is_not_imported_beside(engine, file, monkeypatch) -> None:
    monkeypatch.setattr(files, "LOCK_WAIT", "50ms")
    path = file(calls(range(20)))
    refusals: list[str] = []

    def second(_: Progress) -> None:
        with pytest.raises(BadInput) as refusal:
            imported(engine, path)
        refusals.append(str(refusal.value))

    assert counters(imported(engine, path, progress=second, chunk_lines=10)) == (20, 20, 0, 0)
    assert set(refusals) == {
        f"{path} is being read already by another ccdash; wait until that has ended."
    }
    assert counters(imported(engine, path)) == (20, 0, 20, 0)


def test_an_import_waits_for_the_last_breath_of_one_that_was_killed(engine, file) -> None:
    path = file(calls(range(20)))
    with ThreadPoolExecutor() as pool:
        waiting: list[Future[ImportReport]] = []

        def second(told: Progress) -> None:
            if not told.read:
                waiting.append(pool.submit(imported, engine, path))
                sleep(0.2)

        assert counters(imported(engine, path, progress=second)) == (20, 20, 0, 0)
        assert counters(waiting[0].result()) == (20, 0, 20, 0)


def test_a_file_that_cannot_be_read_leaves_no_batch(engine, file, tmp_path) -> None:
    for path in (file(b""), file(b"\0\1\2"), tmp_path, tmp_path / "missing.log"):
        with pytest.raises(BadInput, match=str(path)):
            imported(engine, path)
    assert stored_counters(engine) == []


# Any file at all ----------------------------------------------------------------------------------

lines = st.lists(
    st.integers(0, 8).map(lambda number: event_line(number).encode())
    | st.sampled_from([b"", b"x", b"{}", b"\xff", b"\xef\xbb\xbf", b'{"type": "contact.queued"}']),
    min_size=1,
    max_size=30,
)


@settings(max_examples=25)
@given(lines, st.integers(1, 9), st.integers(0, 4), st.sampled_from([b"\n", b"\r\n"]))
def test_read_is_always_kept_and_duplicate_and_rejected(
    engine, file, raw: list[bytes], chunk_lines: int, cut: int, newline: bytes
) -> None:
    empty(engine)
    path = file(newline.join(raw) + newline)
    chunks = -(-len(raw) // chunk_lines)
    if cut <= chunks:
        cut_off(engine, path, after=cut, chunk_lines=chunk_lines)
    report = imported(engine, path, chunk_lines=chunk_lines)
    good = [line for line in raw if line.startswith(b'{"type": "contact.recorded"')]
    expected = (len(raw), len(set(good)), len(good) - len(set(good)), len(raw) - len(good))
    assert counters(report) == expected
    assert [row[1:] for row in stored_counters(engine)] == [expected]
    assert len(rows(engine, raw_event, "event_id")) == report.kept
    assert len(rows(engine, rejected_line, "line")) == report.rejected
