"""Rotated files: which file is the one that was read before, and which comes after it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from ccdash.errors import BadInput
from ccdash.ingest.lines import LONGEST_LINE

HEAD_BYTES = 1024
_rotated = re.compile(r"[-._]?[0-9][-._0-9T]*")
"""What logrotate and people add to a name: .1, -20260301, .2026-03-01. Packed files are not."""


def fingerprint(start: bytes) -> str:
    """By which a file is known again: how many of its first bytes were seen, and their digest."""
    head = start[:HEAD_BYTES]
    return f"{len(head)}:{blake2b(head, digest_size=16).hexdigest()}"


def prefix(file: BinaryIO, head: str, size: int) -> bytes | None:
    """The first bytes of a file, if it is the one of which `size` bytes were read and whose
    fingerprint was `head`; None if it is another, or was truncated."""
    file.seek(0)
    start = file.read(int(head.partition(":")[0]) if head else 0)
    is_same = not head or fingerprint(start) == head
    return start if is_same and os.fstat(file.fileno()).st_size >= size else None


def inode(file: BinaryIO) -> int:
    """The file's number on its disk, as a bigint can hold it."""
    return os.fstat(file.fileno()).st_ino & (2**63 - 1)


def opened(path: Path) -> BinaryIO | None:
    """An open file; None if there is none of that name yet. Raises BadInput."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        return None
    except IsADirectoryError as cause:
        raise BadInput(f"{path} is a folder; name the file in it.") from cause
    except OSError as cause:
        raise BadInput(f"{path} cannot be read: {cause.strerror}.") from cause


def find(path: Path, head: str, size: int) -> BinaryIO | None:
    """The file that was read so far, under its name or under one that begins like it. Of several
    (a log and an older copy of it) the longest, since only that can hold what is still unread."""
    others = sorted(_siblings(path), key=lambda one: one[1].st_size, reverse=True)
    for candidate in (path, *(sibling for sibling, _ in others)):
        file = _opened_if_possible(candidate)
        if file is None:
            continue
        if prefix(file, head, size) is not None:
            return file
        file.close()
    return None


def successor(path: Path, file: BinaryIO) -> BinaryIO | None:
    """The file that goes on after `file`: the next one by time when several rotations were missed,
    else the one that has the name now. None while `file` is that one, or the next has no line."""
    here = os.fstat(file.fileno())
    current = _opened_if_possible(path)
    if current is None or os.path.samestat(os.fstat(current.fileno()), here):
        if current is not None:
            current.close()
        return None
    for sibling, there in sorted(_siblings(path), key=lambda one: one[1].st_mtime_ns):
        is_later = there.st_mtime_ns > here.st_mtime_ns and not os.path.samestat(there, here)
        if is_later and there.st_size and _rotated.fullmatch(sibling.name[len(path.name) :]):
            current.close()
            return _opened_if_possible(sibling)
    if _has_line(current):
        return current
    current.close()
    return None


def _has_line(file: BinaryIO) -> bool:
    line = file.readline(LONGEST_LINE)
    return line.endswith(b"\n") or len(line) == LONGEST_LINE


def _opened_if_possible(path: Path) -> BinaryIO | None:
    try:
        return path.open("rb")
    except OSError:
        return None


def _siblings(path: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Regular files whose names begin with that of `path`, without itself."""
    try:
        beside = list(path.parent.iterdir())
    except OSError:
        return
    for other in beside:
        if not other.name.startswith(path.name) or other.name == path.name:
            continue
        try:
            status = other.stat()
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            yield other, status
