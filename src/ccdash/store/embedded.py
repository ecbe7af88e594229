"""The embedded store: a real Postgres, started, shared and stopped by ccdash itself.

Whoever comes first starts it, whoever leaves last stops it, and a server that was left behind by
a killed ccdash is joined by the next one.
"""

from __future__ import annotations

import errno
import shlex
import shutil
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psycopg
from psycopg.pq import PGconn, Ping
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential

from ccdash.errors import DiskFull, EmbeddedUnavailable
from ccdash.store.embedded_binaries import Binaries, choose_binaries
from ccdash.store.embedded_place import Account, digest, own_folder, place
from ccdash.store.embedded_use import alone, is_last, used

_PORT = 5432  # no TCP port: only a part of the socket's name
_PATIENCE_SECONDS = 300  # recovery of much WAL on a slow disk takes minutes
_WAIT = ("-w", "-t", str(_PATIENCE_SECONDS))
_LOG_BYTES = 5_000_000
_ROOM_BYTES = 1_000_000  # less room than this, and the server's own log cannot say so any more
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
_DISK_FULL_WORDS = ("No space left on device", "Disk quota exceeded", "wrote only")
_OTHERS_WORDS = ("the database system is", "unexpected postmaster exit")
"""Clients that are turned away, and orphans of a killed server, write into the same log."""
_OLD_SERVER = ("already exists", "is still in use")
_SINGLE_USER = ("--single", "-c", "exit_on_error=on", "postgres")
_BUILTIN_LOCALE_SINCE = 17
_SETTINGS = {
    "listen_addresses": "",
    "port": str(_PORT),
    "max_connections": "60",
    "max_wal_size": "512MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # Customers' data stays out of the log: no statements, no "failing row contains".
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


class _OldServerInTheWay(EmbeddedUnavailable):
    """A dying server, or one that is still recovering, holds the data: worth another try."""


@dataclass(frozen=True)
class EmbeddedPostgres:
    """One process's use of the server of a home. Safe to use from many threads."""

    home: Path  # CCDASH_HOME
    folder: Path  # of the data and the log: in the home where it can be
    account: Account  # who runs the server
    binaries: Binaries
    use: IO[str]  # open while this process uses the server

    @classmethod
    def open(cls, home: Path, binaries: Path | None = None) -> EmbeddedPostgres:
        """Join the server of this home, or start it, making its database at first.

        `binaries` is the folder of another Postgres than the one found by itself. Raises
        DiskFull, and EmbeddedUnavailable with what to do.
        """
        if sys.platform == "win32":
            raise EmbeddedUnavailable(
                "The embedded store does not run on Windows: "
                "set CCDASH_DATABASE_URL to a Postgres 15 or later."
            )
        home = home.resolve()
        with _in_our_words(home):
            home.mkdir(parents=True, exist_ok=True)
            with alone(home):
                folder, account = place(home)
                chosen = choose_binaries(_made_by(folder), binaries).runnable_by(account, folder)
                server = cls(home, folder, account, chosen, used(home))
                try:
                    server._start()
                except BaseException:
                    server.use.close()
                    raise
        return server

    @property
    def url(self) -> str:
        """For libpq, psycopg, ADBC and, with its own scheme, SQLAlchemy."""
        return f"postgresql://ccdash@/ccdash?host={self._sockets}&port={_PORT}"

    def ensure(self) -> None:
        """Start the server again if it is gone; call it when a connection failed."""
        if self._answers():
            return
        with _in_our_words(self.home), alone(self.home):
            if self.use.closed:
                raise EmbeddedUnavailable("The embedded store was closed: start ccdash again.")
            self._start()

    def close(self) -> None:
        """Leave the server; the last one to leave stops it. A second call does nothing."""
        if self.use.closed:
            return
        with _in_our_words(self.home), alone(self.home):
            if self.use.closed:
                return
            with self.use:
                if is_last(self.use):
                    self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _data(self) -> Path:
        return self.folder / str(self.binaries.major)

    @property
    def _log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def _sockets(self) -> Path:
        # Not in the home: a socket's path has at most 107 bytes. Not in TMPDIR: two processes
        # may have different ones.
        name = f"ccdash-{digest(self.home)}-{self.account.uid}"
        return Path("/tmp", name)  # noqa: S108 - made private, and refused if it is not

    def _answers(self) -> bool:
        # Without its pid file a server is about to end itself: its home was deleted under it.
        if not (self._data / "postmaster.pid").exists():
            return False
        try:
            with psycopg.connect(self.url, connect_timeout=5) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:  # alive all the same if only its connections are taken
            return PGconn.ping(self.url.encode()) == Ping.OK
        return True

    def _start(self) -> None:
        if not (self._data / "PG_VERSION").exists():
            self._create()
        own_folder(self._sockets, self.account)
        for attempt in Retrying(
            retry=retry_if_exception_type(_OldServerInTheWay),
            wait=wait_exponential(multiplier=0.1, max=2),
            stop=stop_after_delay(_PATIENCE_SECONDS),
            reraise=True,
        ):
            with attempt:
                self._start_once()

    def _start_once(self) -> None:
        if self._answers():
            return
        self._forget_dead_server()
        if self._log.exists() and self._log.stat().st_size > _LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.1"))
        settings = shlex.join(f"--{name}={value}" for name, value in _SETTINGS.items())
        options = f"{settings} --unix_socket_directories={self._sockets}"
        # The log by a relative name, the data by PGDATA: pg_ctl pastes both into a shell.
        self._run("pg_ctl", "start", *_WAIT, "-l", self._log.name, "-o", options)

    def _create(self) -> None:
        """Make the data beside its place and move it there whole: a kill leaves no half of it."""
        for draft in self.folder.glob("draft-*"):
            shutil.rmtree(draft, ignore_errors=True)
        draft = self.folder / f"draft-{uuid.uuid4().hex[:8]}"
        builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        locale = builtin if self.binaries.major >= _BUILTIN_LOCALE_SINCE else ("--locale=C.UTF-8",)
        rules = ("--username=ccdash", "--auth=trust", "--encoding=UTF8", "--data-checksums")
        self._run("initdb", *rules, *locale, data=draft)
        self._run("postgres", *_SINGLE_USER, data=draft, typed="CREATE DATABASE ccdash\n")
        draft.rename(self._data)

    def _stop(self) -> None:
        self._forget_dead_server()
        with suppress(EmbeddedUnavailable):  # dead already; or still ending, and joined then
            self._run("pg_ctl", "stop", "-m", "fast", *_WAIT)
        with suppress(OSError):
            self._sockets.rmdir()

    def _run(self, program: str, *words: str, data: Path | None = None, typed: str = "") -> None:
        log_began = self._log.stat().st_size if self._log.exists() else 0
        done = self.account.run(
            self.binaries.folder / program,
            *words,
            data=data or self._data,
            folder=self.folder,
            typed=typed,
        )
        if done.returncode:
            logged = self._log.read_bytes()[log_began:] if self._log.exists() else b""
            said = done.stdout + done.stderr + logged.decode(errors="replace")
            raise _failure(said, self.folder, self._log)

    def _forget_dead_server(self) -> None:
        """Remove the lock files of a server that is surely dead.

        Postgres itself goes by the bare process id, which may be a zombie that nobody reaps or,
        in a restarted container, another program. Orphans of the dead server that still use the
        data are not missed by this: Postgres looks for its shared memory as well.
        """
        for file in (self._data / "postmaster.pid", self._sockets / f".s.PGSQL.{_PORT}.lock"):
            with suppress(FileNotFoundError):
                first = file.read_text().split()[:1]
                if not first or not _is_postgres(abs(int(first[0]))):
                    file.unlink()


@contextmanager
def _in_our_words(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise DiskFull from error
        raise EmbeddedUnavailable(
            f"The embedded store in {home} cannot be used ({error.strerror}: {error.filename}): "
            "start ccdash as the user who made it, or set CCDASH_HOME to a folder of your own."
        ) from error


def _is_postgres(pid: int) -> bool:
    """Whether this process is a running Postgres; where /proc cannot tell, Postgres judges."""
    if not Path("/proc/self/stat").exists():
        return True
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    except OSError:
        return False
    return name.endswith("(postgres") and not rest.startswith(" Z")


def _made_by(folder: Path) -> int | None:
    """The major version whose data is in the folder."""
    majors = [int(path.parent.name) for path in folder.glob("[0-9]*/PG_VERSION")]
    return max(majors, default=None)


def _failure(said: str, folder: Path, log: Path) -> EmbeddedUnavailable | DiskFull:
    """What the server's words mean: its last fatal line, or else its last one."""
    full = any(words in said for words in _DISK_FULL_WORDS)
    if full or shutil.disk_usage(folder).free < _ROOM_BYTES:
        return DiskFull(
            f"The disk of {folder} is full: make room and run the same command again; "
            "nothing is lost."
        )
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    fatal = [line for line in lines if "FATAL:" in line or "PANIC:" in line]
    fatal = [line for line in fatal if not any(sign in line for sign in _OTHERS_WORDS)]
    cause = (fatal or lines or ["it said nothing"])[-1]
    kind = _OldServerInTheWay if any(sign in cause for sign in _OLD_SERVER) else EmbeddedUnavailable
    return kind(f"The embedded Postgres does not start: {cause} (more in {log}).")
