"""Following a growing log: every line once, through rotations, restarts and kills."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from ccdash.errors import BadInput, CcdashError, StoreBusy, StoreUnavailable
from ccdash.ingest.files import import_file
from ccdash.ingest.follow import Batch, Followed, Follower, Place, follow
from ccdash.ingest.follow_journal import FollowedTwice, StoreJournal
from ccdash.ingest.sources.asterisk import QueueLog
from ccdash.schema import followed_file, import_batch, metadata, raw_event, rejected_line

pytestmark = pytest.mark.any_postgres

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FIRST = 1_772_438_400


def line(number: int) -> bytes:
    """A line of a log; each seventh cannot be read."""
    second = FIRST + number // 3
    if number % 7 == 6:
        return f"{second}|{number}.1|sales|NONE|ODD|{number}\n".encode()
    return f"{second}|{number}.1|sales|NONE|DID|{number}\n".encode()


class Memory:
    """A journal that keeps all in lists, and refuses when it is told to."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.refuses = False
        self.refusal: CcdashError = StoreUnavailable()
        self.loses_answer = False

    def place(self) -> Place | None:
        return self.batches[-1].after if self.batches else None

    def apply(self, batch: Batch) -> None:
        assert batch.before == self.place()
        if self.refuses:
            raise self.refusal
        self.batches.append(batch)
        if self.loses_answer:
            raise StoreUnavailable

    @property
    def numbers(self) -> list[int]:
        """The numbers of the lines, kept and rejected, in the order in which they came."""
        return sorted(
            [int(event.contact[:-2]) for batch in self.batches for event in batch.events]
            + [int(one.text.split("|")[-1]) for batch in self.batches for one in batch.rejected]
        )


class Log:
    """A log that is written, rotated and read. Its clock is its own, so that the times of its files
    have an order however fast a test runs."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "queue_log"
        self.written = 0
        self.rest = b""
        self.clock = count(1_000_000_000, 1_000_000)
        self.readers: list[Follower] = []

    def follower(self, journal: Memory | StoreJournal) -> Follower:
        """A reader of this log; the one before is gone."""
        self.close()
        self.readers.append(Follower(Followed(self.path, QueueLog, journal)))
        return self.readers[-1]

    def close(self) -> None:
        for reader in self.readers:
            reader.close()

    def write(self, lines: int, cut: int = 0) -> None:
        """So many lines, of which the last `cut` bytes come with the next ones."""
        data = self.rest + b"".join(line(self.written + n) for n in range(lines))
        self.written += lines
        cut = min(cut, len(data))
        self.rest = data[len(data) - cut :]
        with self.path.open("ab") as file:
            file.write(data[: len(data) - cut])
        self.touch()

    def touch(self) -> None:
        tick = next(self.clock)
        os.utime(self.path, ns=(tick, tick))

    def rename(self, *, creates: bool = True) -> None:
        """As logrotate does, with `create` or without."""
        self._shift()
        self.path.rename(self._old(1))
        if creates:
            self.path.touch()
            self.touch()

    def copy_and_truncate(self) -> None:
        """As logrotate does with `copytruncate`."""
        self._shift()
        shutil.copyfile(self.path, self._old(1))
        tick = next(self.clock)
        os.utime(self._old(1), ns=(tick, tick))
        os.truncate(self.path, 0)
        self.touch()

    def _shift(self) -> None:
        self.write(0)
        for number in range(8, 0, -1):
            if self._old(number).exists():
                self._old(number).rename(self._old(number + 1))

    def _old(self, number: int) -> Path:
        return self.path.with_name(f"queue_log.{number}")


@pytest.fixture
def log(tmp_path) -> Iterator[Log]:
    made = Log(tmp_path)
    yield made
    made.close()


@pytest.fixture
def memory() -> Memory:
    return Memory()


def read_all(reader: Follower) -> None:
    for _ in range(1000):
        if not reader.step():
            return
    pytest.fail("the reader never comes to an end")


def test_waits_for_a_file_that_is_not_there_yet(log, memory):
    reader = log.follower(memory)
    assert not reader.step()
    log.write(3)
    read_all(reader)
    assert memory.numbers == [0, 1, 2]


def test_reads_a_line_only_when_its_end_is_there(log, memory):
    reader = log.follower(memory)
    log.write(2, cut=1)
    read_all(reader)
    assert memory.numbers == [0]
    log.write(0)
    read_all(reader)
    assert memory.numbers == [0, 1]


def test_a_rejected_line_is_kept_with_its_number_and_reason(log, memory):
    log.write(8)
    read_all(log.follower(memory))
    rejected = memory.batches[0].rejected[0]
    assert (rejected.line, rejected.reason) == (7, "event: 'ODD' is unknown")
    assert rejected.text == line(6).decode().strip()


def test_gives_the_events_that_an_import_gives(log, memory):
    reader = log.follower(memory)
    for cut in (0, 5, 17, 40, 3):
        log.write(4, cut)
        read_all(reader)
        reader = log.follower(memory)
    log.write(0)
    read_all(reader)
    parser = QueueLog()
    lines = [line(number).decode().strip() for number in range(log.written) if number % 7 != 6]
    assert [event for batch in memory.batches for event in batch.events] != []
    told = [event for batch in memory.batches for event in batch.events]
    assert [event.id for event in told] == [parser.parse(one).id for one in lines]


@pytest.mark.parametrize("creates", [True, False])
def test_a_renamed_file_is_finished_before_the_next(log, memory, creates):
    reader = log.follower(memory)
    log.write(3)
    read_all(reader)
    log.write(2)
    log.rename(creates=creates)
    read_all(reader)
    log.write(2)
    read_all(reader)
    assert memory.numbers == list(range(7))
    assert [batch.begins_file for batch in memory.batches] == [True, False, True]


def test_lines_that_still_come_into_the_renamed_file_are_read(log, memory):
    reader = log.follower(memory)
    log.write(3)
    read_all(reader)
    log.rename()
    read_all(reader)
    with log.path.with_name("queue_log.1").open("ab") as old:
        old.write(line(3) + line(4).rstrip())
    read_all(reader)
    assert memory.numbers == [0, 1, 2, 3]
    log.written = 5
    log.write(1)
    read_all(reader)
    assert memory.numbers == [0, 1, 2, 3, 4, 5], "what a finished file ends with is a line"


def test_a_renamed_file_that_is_packed_at_once_is_finished(log, memory):
    reader = log.follower(memory)
    log.write(3)
    read_all(reader)
    log.write(1)
    log.rename()
    log.path.with_name("queue_log.1").unlink()
    log.write(1)
    read_all(reader)
    assert memory.numbers == [0, 1, 2, 3, 4]


def test_a_truncated_file_is_finished_in_its_copy(log, memory):
    reader = log.follower(memory)
    log.write(3)
    read_all(reader)
    log.write(2)
    log.copy_and_truncate()
    log.write(9)
    read_all(reader)
    assert memory.numbers == list(range(14))


def test_a_file_truncated_without_a_copy_goes_on_with_what_is_there(log, memory, caplog):
    reader = log.follower(memory)
    log.write(3)
    read_all(reader)
    os.truncate(log.path, 0)
    log.write(1)
    read_all(reader)
    assert memory.numbers == [0, 1, 2, 3]
    assert "import it" in caplog.text


def test_a_reader_that_missed_several_rotations_reads_all_files_in_turn(log, memory):
    reader = log.follower(memory)
    log.write(3)
    read_all(reader)
    reader.close()
    for _ in range(2):
        log.write(2)
        log.rename()
        log.write(2)
        log.copy_and_truncate()
    log.write(1)
    read_all(log.follower(memory))
    assert memory.numbers == list(range(12))


def test_a_file_that_was_put_back_under_its_name_is_not_read_again(log, memory):
    reader = log.follower(memory)
    log.write(3)
    read_all(reader)
    copy = log.path.with_name("restored")
    shutil.copyfile(log.path, copy)
    copy.replace(log.path)
    log.write(1)
    read_all(reader)
    assert memory.numbers == [0, 1, 2, 3]
    assert len(memory.batches) == 2


@pytest.mark.parametrize("refusal", [StoreUnavailable(), StoreBusy()])
def test_what_the_store_refused_is_read_again(log, memory, refusal):
    log.write(5)
    memory.refusal = refusal
    memory.refuses = True
    sleeps = []

    def sleep(seconds: float) -> None:
        sleeps.append(seconds)
        memory.refuses = False

    followed = Followed(log.path, QueueLog, memory)
    follow(followed, should_stop=lambda: len(sleeps) > 1, sleep=sleep)
    assert memory.numbers == [0, 1, 2, 3, 4]


def test_what_the_store_kept_without_saying_so_is_not_read_again(log, memory):
    log.write(5)
    memory.loses_answer = True
    sleeps = []
    followed = Followed(log.path, QueueLog, memory)
    follow(followed, should_stop=lambda: len(sleeps) > 1, sleep=sleeps.append)
    assert memory.numbers == [0, 1, 2, 3, 4]


def test_a_folder_cannot_be_followed(tmp_path, memory):
    with pytest.raises(BadInput, match="is a folder"):
        Follower(Followed(tmp_path, QueueLog, memory)).step()


def test_a_line_that_never_ends_is_rejected_and_does_not_fill_the_memory(log, memory):
    with log.path.open("wb") as file:
        file.write(b"x" * 5_000_000 + b"\n" + line(0))
    read_all(log.follower(memory))
    assert [len(batch.events) for batch in memory.batches][-1] == 1
    assert memory.batches[0].rejected[0].reason.startswith("longer than")


STEPS = st.one_of(
    st.tuples(st.just("write"), st.integers(0, 5), st.integers(0, 80)),
    st.tuples(st.just("read"), st.integers(1, 3)),
    st.tuples(st.just("restart")),
    st.tuples(st.just("rename"), st.booleans()),
    st.tuples(st.just("copy")),
)


@settings(max_examples=300)
@given(st.lists(STEPS, max_size=25))
def test_whatever_happens_every_line_is_read_once(steps):
    with TemporaryDirectory() as folder:
        log, memory = Log(Path(folder)), Memory()
        log.write(1)
        reader = log.follower(memory)
        read_all(reader)
        for name, *arguments in steps:
            if name == "write":
                log.write(*arguments)
            elif name == "read":
                for _ in range(*arguments):
                    reader.step()
            elif name == "restart":
                reader = log.follower(memory)
            elif log.path.exists() and log.path.stat().st_size:
                log.rename(creates=arguments[0]) if arguments else log.copy_and_truncate()
        log.write(1)
        read_all(reader)
        log.close()
        assert memory.numbers == list(range(log.written))


# With a real store --------------------------------------------------------------------------------


def journal(engine, log: Log) -> StoreJournal:
    return StoreJournal(engine.begin, log.path, "asterisk", lambda: NOW)


def rows(engine, table, *but: str) -> list[tuple]:
    columns = [column for column in table.columns if column.name not in but]
    with engine.connect() as connection:
        return sorted(map(tuple, connection.execute(select(*columns))), key=repr)


def everything(engine) -> dict[str, list[tuple]]:
    """All rows that came of a log, without those that say how it was read."""
    about = {"import_batch", "followed_file", "rejected_line", "source"}
    about |= {"dirty_interval", "dirty_customer", "dirty_matter"}
    tables = [table for table in metadata.sorted_tables if table.name not in about]
    return {table.name: rows(engine, table, "received_at", "batch_id") for table in tables}


def test_the_batch_counts_what_became_of_every_line(engine, log):
    log.write(10)
    read_all(log.follower(journal(engine, log)))
    with engine.connect() as connection:
        batch = connection.execute(select(import_batch)).mappings().one()
        place = connection.execute(select(followed_file)).mappings().one()
    counters = {name: batch[name] for name in ("read", "kept", "duplicate", "rejected")}
    assert counters == {"read": 10, "kept": 9, "duplicate": 0, "rejected": 1}
    assert (batch["digest"], batch["file"], batch["finished_at"]) == ("follow", str(log.path), None)
    assert place["position_bytes"] == batch["position_bytes"] == log.path.stat().st_size
    assert place["position_line"] == 10


def test_each_file_of_a_rotated_log_is_a_batch_with_its_own_line_numbers(engine, log):
    reader = log.follower(journal(engine, log))
    log.write(7)
    read_all(reader)
    log.rename()
    log.write(7)
    read_all(reader)
    batches = rows(engine, import_batch)
    assert len(batches) == 2
    assert [one.finished_at for one in _all(engine, import_batch)] == [NOW, None]
    assert [one.line for one in _all(engine, rejected_line)] == [7, 7]


def _all(engine, table):
    with engine.connect() as connection:
        return connection.execute(select(table).order_by("batch_id")).all()


def test_lines_that_were_imported_before_are_duplicates(engine, log):
    log.write(10)
    import_file(engine, log.path, QueueLog, now=lambda: NOW)
    log.write(2)
    read_all(log.follower(journal(engine, log)))
    followed = next(one for one in _all(engine, import_batch) if one.digest == "follow")
    assert (followed.read, followed.kept, followed.duplicate, followed.rejected) == (12, 2, 9, 1)


def test_two_followers_of_one_file_do_not_count_it_twice(engine, log):
    log.write(3)
    other = log.follower(journal(engine, log))
    log.follower(journal(engine, log)).step()
    with pytest.raises(FollowedTwice):
        other.step()
    assert [batch.read for batch in _all(engine, import_batch)] == [3]


CALLS = (
    "{at}|NONE|sales|Ann|{pause}|Lunch",
    "{at}|{n}.1|sales|NONE|ENTERQUEUE||+358401{n:05}|1",
    "{later}|{n}.1|sales|Ann|CONNECT|2|{n}.2|1",
    "{later}|{n}.1|sales|Ann|COMPLETECALLER|2|0|1",
    "{later}|{n}.1|sales|Ann|ODD|",
)


def calls(number: int) -> bytes:
    at = FIRST + 7 * number
    pause = "UNPAUSE" if number % 2 else "PAUSE"
    lines = [one.format(at=at, later=at + 2, n=number, pause=pause) for one in CALLS]
    return "".join(f"{one}\n" for one in lines).encode()


PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from ccdash.ingest.follow import Followed, follow
from ccdash.ingest.follow_journal import StoreJournal
from ccdash.ingest.sources.asterisk import QueueLog
from ccdash.store.engine import engine_for
engine, path = engine_for(sys.argv[1]), Path(sys.argv[2])
journal = StoreJournal(engine.begin, path, "asterisk", lambda: datetime.now(UTC))
follow(Followed(path, QueueLog, journal), should_stop=lambda: False)
"""


def test_a_follower_killed_twice_ends_with_the_rows_of_an_import(engine, url, log):
    whole = log.path.with_name("whole")
    whole.write_bytes(b"".join(calls(number) for number in range(120)))
    data = whole.read_bytes()
    cuts = [0, len(data) // 3 + 5, 2 * len(data) // 3 + 11, len(data)]
    for start, end in pairwise(cuts):
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, url, str(log.path)])
        try:
            for place in range(start, end, 997):
                with log.path.open("ab") as file:
                    file.write(data[place : min(place + 997, end)])
                time.sleep(0.02)
            # Twice it is killed while it is busy; the last time it may come to the end.
            enough = end if end == len(data) else start + 1
            _until(partial(_is_at, engine, enough))
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
    followed = everything(engine)
    _empty(engine)
    import_file(engine, whole, QueueLog, now=lambda: NOW)
    imported = everything(engine)
    assert len(imported["contact"]) == 120
    assert followed == imported


def _is_at(engine, place: int) -> bool:
    with engine.connect() as connection:
        return (connection.scalar(select(func.max(followed_file.c.position_bytes))) or 0) >= place


def _until(is_so) -> None:
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.05)
    pytest.fail("the follower does not get there")


def _empty(engine) -> None:
    names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    with engine.begin() as connection:
        assert connection.scalar(select(func.count()).select_from(raw_event)) > 0
        connection.execute(text(f"TRUNCATE {names}"))
