"""Who uses the embedded store, and who starts or stops it: two lock files of the home.

The kernel lets go of both when a process dies, however it dies. `postgres.lock` is held by the
one thread that starts or stops the server at the moment. `postgres.users` is held, shared, by
everyone who uses it, so whoever can have it alone is the last.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ccdash.errors import EmbeddedUnavailable

if sys.platform != "win32":
    import fcntl


def _open_private(path: Path) -> IO[str]:
    # Not to be read by others, because whoever can read a file can also lock it.
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Wait until no other thread or process starts or stops the server of this home."""
    with _open_private(home / "postgres.lock") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:  # not by closing alone: a fork made meanwhile keeps the file open
            fcntl.flock(file, fcntl.LOCK_UN)


def is_last(use: IO[str]) -> bool:
    """Whether nobody else uses the server. To be asked alone: either answer ends a shared use."""
    try:
        fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def used(home: Path) -> IO[str]:
    """The open file that counts this use in, until it is closed or the process dies."""
    use = _open_private(home / "postgres.users")
    try:
        _agree_on_machine(use, home)
        fcntl.flock(use, fcntl.LOCK_SH)
    except BaseException:
        use.close()
        raise
    return use


def _agree_on_machine(use: IO[str], home: Path) -> None:
    """Refuse a home whose server runs in another container.

    From here Postgres would see neither its processes nor its memory, and start a second server
    on the same data.
    """
    if is_last(use):
        use.truncate()
        os.write(use.fileno(), _machine().encode())  # past the buffer, which a full disk would keep
    elif use.read() != _machine():
        raise EmbeddedUnavailable(
            f"The embedded store in {home} is in use in another container: "
            "stop ccdash there, or run this command inside it."
        )


def _machine() -> str:
    """What tells containers apart that share a folder; the same everywhere but on Linux."""
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""
