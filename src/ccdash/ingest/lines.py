"""The lines of a file, as bytes on a disk really have them.

Takes plain and gzip-packed files and pipes, both kinds of line end, a last line without one, and a
byte order mark. A line that is no text is given back with the reason.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from ccdash.errors import BadInput

LONGEST_LINE = 1 << 20
"""Bytes. What is longer is no line of a log, and must not fill the memory."""
STANDARD_INPUT = "-"
ENCODED = "; name the `encoding` of the table in its mapping, such as cp1252"
_HEAD = 8192
_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"


class Line(NamedTuple):
    """One line without its end. `number` counts from 1, `end` is the position behind it in bytes
    (of the unpacked file); with `reason` it is no text, and `text` shows what stood there. A row of
    a CSV file may be several `lines`."""

    number: int
    end: int
    text: str
    reason: str | None = None
    lines: int = 1


@dataclass(frozen=True)
class Form:
    """How a file is written. With a `delimiter` it is CSV: what stands in quotes may go on over
    lines. What else decides how it is read is in `mark`: with another one it is another file."""

    encoding: str = "utf-8"
    delimiter: str = ""
    mark: bytes = b""


PLAIN = Form()


@dataclass(frozen=True)
class LineFile:
    """An open file. `size` and `done` are bytes on the disk; `digest` is the SHA-256 of those,
    behind the mark of the form."""

    name: str
    digest: str
    size: int
    disk: BinaryIO
    text: BinaryIO
    form: Form = PLAIN

    @property
    def done(self) -> int:
        """How much of `size` has been taken from the disk."""
        return self.disk.tell()

    def lines(self, *, position: int = 0, number: int = 0) -> Iterator[Line]:
        """The lines behind `position`, where `number` lines were read before. Raises BadInput."""
        try:
            self.text.seek(position)
            while raw := self.text.readline(LONGEST_LINE):
                number += 1
                position += len(raw)
                if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
                    position += self._skip_line()
                    reason = f"longer than {LONGEST_LINE:,} bytes; only its beginning is kept"
                    yield Line(number, position, _shown(raw), reason)
                else:
                    yield _line(number, position, raw, self.form)
        except (EOFError, gzip.BadGzipFile, zlib.error) as cause:
            raise BadInput(f"{self.name}: the gzip file is damaged; fetch it again.") from cause
        except OSError as cause:
            raise BadInput(f"{self.name}: reading failed ({cause.strerror}).") from cause

    def _skip_line(self) -> int:
        skipped = 0
        while raw := self.text.readline(LONGEST_LINE):
            skipped += len(raw)
            if raw.endswith(b"\n"):
                break
        return skipped


@contextmanager
def opened(path: Path | str, form: Form = PLAIN) -> Iterator[LineFile]:
    """The file of this name ("-" is standard input). Raises BadInput that says what to do."""
    with ExitStack() as stack:
        disk = stack.enter_context(_on_disk(str(path)))
        digest = _digest(disk, form.mark)
        size = disk.tell()
        disk.seek(0)
        is_packed = disk.read(len(_GZIP)) == _GZIP
        disk.seek(0)
        unpacked = stack.enter_context(gzip.GzipFile(fileobj=disk)) if is_packed else disk
        name = "standard input" if str(path) == STANDARD_INPUT else str(path)
        file = LineFile(name, digest, size, disk, cast(BinaryIO, unpacked), form)
        _check_is_text(file)
        yield file


def _on_disk(name: str) -> BinaryIO:
    """An open file with positions; a pipe is first written to a file that nobody sees."""
    try:
        stream = sys.stdin.buffer if name == STANDARD_INPUT else Path(name).open("rb")  # noqa: SIM115
        return stream if stream.seekable() else _copied(stream)
    except FileNotFoundError as cause:
        raise BadInput(f"{name}: there is no such file; check the name.") from cause
    except IsADirectoryError as cause:
        raise BadInput(f"{name} is a folder; name the files in it.") from cause
    except PermissionError as cause:
        raise BadInput(f"{name} may not be read by this user; change its permissions.") from cause
    except OSError as cause:
        raise BadInput(f"{name} cannot be read: {cause.strerror}.") from cause


def _digest(disk: BinaryIO, mark: bytes) -> str:
    digest = hashlib.sha256(mark)
    while block := disk.read(LONGEST_LINE):
        digest.update(block)
    return digest.hexdigest()


def _copied(stream: BinaryIO) -> BinaryIO:
    copy = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115  the caller closes it
    with stream:
        shutil.copyfileobj(stream, copy)
    copy.seek(0)
    return copy


def _check_is_text(file: LineFile) -> None:
    try:
        head = file.text.read(_HEAD)
    except (OSError, EOFError, zlib.error) as cause:
        raise BadInput(f"{file.name}: the gzip file is damaged; fetch it again.") from cause
    if not head:
        raise BadInput(f"{file.name} is empty; there is nothing to import.")
    if b"\0" in head:
        raise BadInput(f"{file.name} is no text file in UTF-8; export it again as one.")


def _line(number: int, end: int, raw: bytes, form: Form) -> Line:
    if raw.endswith(b"\n"):
        raw = raw[:-2] if raw.endswith(b"\r\n") else raw[:-1]
    if number == 1:
        raw = raw.removeprefix(_BOM)
    try:
        text = raw.decode(form.encoding)
    except UnicodeDecodeError as cause:
        byte = f"byte {cause.start + 1} is 0x{raw[cause.start]:02x}"
        reason = f"{byte}, which is not {form.encoding.upper()}"
        return Line(number, end, _shown(raw), reason + (ENCODED if form.delimiter else ""))
    if "\0" in text:
        return Line(number, end, _shown(raw), "it holds a zero byte")
    return Line(number, end, text)


def _shown(raw: bytes) -> str:
    """Readable whatever it is; Postgres, too, keeps no zero byte in a text."""
    return raw.decode(errors="backslashreplace").replace("\0", "\\x00")
