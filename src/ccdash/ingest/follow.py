"""Following a file that grows, over rotations and restarts, so that every line is told once.

What was read and the place reached are kept together, by one call of the journal; a reader that is
killed at any moment goes on from the last place kept. A file is known by its first bytes and not by
its name: a rotated log, renamed or copied and truncated, is read to its end before the next one.
"""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Protocol

from ccdash.errors import BadInput, StoreBusy, StoreUnavailable
from ccdash.ingest import rotation
from ccdash.ingest.events import Event
from ccdash.ingest.files import ParserFactory, RejectedLine
from ccdash.ingest.lines import LONGEST_LINE, Line, LineFile

log = logging.getLogger(__name__)

POLL_SECONDS = 0.25
RETRY_SECONDS = 2.0
CHUNK_BYTES = 2 * LONGEST_LINE
"""Read at once, at most. Longer than any line, so that a chunk without a line end is no line."""


@dataclass(frozen=True)
class Place:
    """How far a file was read: `bytes` and `lines` of complete lines, and the parser's state."""

    inode: int = 0
    head: str = ""
    bytes: int = 0
    lines: int = 0
    state: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """What was read at once, from `before` to `after`. `before` is None at the very first."""

    before: Place | None
    after: Place
    events: tuple[Event, ...]
    rejected: tuple[RejectedLine, ...]
    begins_file: bool


class Journal(Protocol):
    """Where the events go and the place is kept."""

    def place(self) -> Place | None:
        """The place kept last; None if this file was never followed."""

    def apply(self, batch: Batch) -> None:
        """Keep all of a batch and the place behind it, or, when it raises, nothing."""


@dataclass(frozen=True)
class Followed:
    """What is followed: the file of this name, by whom it is read, and who keeps what was read."""

    path: Path
    parser_factory: ParserFactory
    journal: Journal


def follow(
    followed: Followed,
    *,
    should_stop: Callable[[], bool],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Follow a file until `should_stop`. Waits for a file that is not there yet, and for a store
    that is gone or busy. Raises BadInput when the file may not be read."""
    follower: Follower | None = None
    try:
        while not should_stop():
            try:
                follower = follower or Follower(followed)
                if not follower.step():
                    sleep(POLL_SECONDS)
            except (StoreBusy, StoreUnavailable) as cause:
                # Whether the last batch was kept only the store can say: ask it for the place.
                log.warning("%s: %s Trying again.", followed.path, cause)
                if follower is not None:
                    follower.close()
                follower = None
                sleep(RETRY_SECONDS)
    finally:
        if follower is not None:
            follower.close()


class Follower:
    """One reader of one followed file; `step` by `step`."""

    def __init__(self, followed: Followed) -> None:
        self._path = followed.path.absolute()
        self._parser_factory = followed.parser_factory
        self._journal = followed.journal
        self._kept = self._journal.place()
        self._place = self._kept or Place()
        self._file: BinaryIO | None = None

    def step(self) -> bool:
        """Read on, a chunk at most. False when there is nothing to read now."""
        file = self._file or self._open()
        if file is None:
            return False
        self._file = file
        return self._read(file) or self._move_on(file)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def _open(self) -> BinaryIO | None:
        """The file in which to read on, whatever it is called by now."""
        if self._place.bytes:
            found = rotation.find(self._path, self._place.head, self._place.bytes)
            if found is not None:
                return found
        file = rotation.opened(self._path)
        if file is not None and self._place.bytes:
            log.warning(
                "%s is another file now, and the one that was followed is gone. If it had more "
                "than %d lines, import it from where it is: nothing is counted twice.",
                self._path,
                self._place.lines,
            )
            self._begin_file()
        return file

    def _begin_file(self) -> None:
        # The parser's state is carried over: a rotation may fall into the middle of a second.
        self._place = Place(state=self._place.state)

    def _read(self, file: BinaryIO, *, is_finished: bool = False) -> bool:
        file.seek(self._place.bytes)
        chunk = file.read(CHUNK_BYTES)
        # Asked after the reading: a file that was truncated before it has given us other lines.
        prefix = rotation.prefix(file, self._place.head, self._place.bytes)
        if prefix is None:
            self.close()
            return True
        if not (is_finished or (len(chunk) == CHUNK_BYTES and b"\n" not in chunk)):
            chunk = chunk[: chunk.rfind(b"\n") + 1]
        if chunk:
            self._apply(chunk, Place(rotation.inode(file), rotation.fingerprint(prefix + chunk)))
        return bool(chunk)

    def _apply(self, chunk: bytes, after: Place) -> None:
        parser = self._parser_factory(dict(self._place.state))
        events: list[Event] = []
        rejected: list[RejectedLine] = []
        number = self._place.lines
        for line in _lines(chunk, number):
            number = line.number
            try:
                event = parser.parse(_text(line))
            except BadInput as cause:
                rejected.append(RejectedLine(str(self._path), line.number, str(cause), line.text))
            else:
                events.extend([event] if event else [])
        end = self._place.bytes + len(chunk)
        after = replace(after, bytes=end, lines=number, state=parser.state)
        begins_file = not self._place.bytes
        self._journal.apply(Batch(self._kept, after, tuple(events), tuple(rejected), begins_file))
        self._kept = self._place = after

    def _move_on(self, file: BinaryIO) -> bool:
        """Go to the next file, if there is one and it has a line: only then nobody writes into this
        one any more, and what it ends with is its last line, even without a line end."""
        successor = rotation.successor(self._path, file)
        if successor is None:
            return False
        is_same = bool(self._place.bytes) and (
            rotation.prefix(successor, self._place.head, self._place.bytes) is not None
        )
        if not is_same and self._read(file, is_finished=True):
            successor.close()
            return True
        file.close()
        self._file = successor
        if not is_same:
            self._begin_file()
        # At once: until its first lines are kept, a file that is truncated cannot be known again.
        return self._read(successor)


def _lines(chunk: bytes, number: int) -> list[Line]:
    stream = io.BytesIO(chunk)
    return list(LineFile("", "", len(chunk), stream, stream).lines(number=number))


def _text(line: Line) -> str:
    if line.reason is not None:
        raise BadInput(line.reason)
    return line.text
