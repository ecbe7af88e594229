"""The lines of a file, whatever the file is like."""

from __future__ import annotations

import gzip
import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.errors import BadInput
from ccdash.ingest import lines as lines_module
from ccdash.ingest.lines import Line, opened


def written(folder: Path, content: bytes, name: str = "calls.txt") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def read(path: Path | str) -> list[Line]:
    with opened(path) as file:
        return list(file.lines())


@pytest.mark.parametrize("content", [b"a\nb\n", b"a\r\nb\r\n", b"a\nb", b"\xef\xbb\xbfa\r\nb"])
def test_line_ends_and_a_byte_order_mark_are_no_text(tmp_path: Path, content: bytes) -> None:
    assert [line.text for line in read(written(tmp_path, content))] == ["a", "b"]


def test_a_packed_file_is_unpacked_whatever_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b"a\nb\n"), "calls.old")
    with opened(path) as file:
        assert list(file.lines()) == [Line(1, 2, "a"), Line(2, 4, "b")]
        assert file.done == file.size == path.stat().st_size


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe, end = os.pipe()
    with os.fdopen(end, "wb") as writing:
        writing.write(b"a\nb\n")
    assert [line.text for line in read(f"/dev/fd/{pipe}")] == ["a", "b"]
    os.close(pipe)


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO(gzip.compress(b"a\nb\n"))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=packed))
    with opened("-") as file:
        assert file.name == "standard input"
        assert [line.text for line in file.lines()] == ["a", "b"]


def test_a_line_that_is_not_utf_8_is_given_with_the_reason(tmp_path: Path) -> None:
    good, bad, after = read(written(tmp_path, "ä\n".encode() + b"J\xe4nis\nz"))
    assert (good.text, good.reason) == ("ä", None)
    assert (bad.text, bad.reason) == ("J\\xe4nis", "byte 2 is 0xe4, which is not UTF-8")
    assert (after.number, after.text, after.reason) == (3, "z", None)


def test_a_zero_byte_far_down_spoils_its_line_only(tmp_path: Path) -> None:
    found = read(written(tmp_path, b"a\n" * 5000 + b"b\0b\nc\n"))
    assert found[5000][2:4] == ("b\\x00b", "it holds a zero byte")
    assert found[5001].text == "c"


def test_a_line_without_end_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_module, "LONGEST_LINE", 10)
    first, second, third = read(written(tmp_path, b"x" * 35 + b"\n" + b"y" * 9 + b"\nz"))
    assert first.text == "x" * 10
    assert first.reason == "longer than 10 bytes; only its beginning is kept"
    assert (first.end, second) == (36, Line(2, 46, "y" * 9))
    assert third == Line(3, 47, "z")


@given(st.lists(st.binary().filter(lambda raw: b"\n" not in raw), min_size=1), st.data())
def test_reading_goes_on_behind_any_line(
    tmp_path_factory: pytest.TempPathFactory, raw: list[bytes], data: st.DataObject
) -> None:
    path = written(tmp_path_factory.mktemp("lines"), b"head\n" * 2000 + b"\n".join(raw))
    with opened(path) as file:
        whole = list(file.lines())
        stop = data.draw(st.integers(1, len(whole))) - 1
        rest = file.lines(position=whole[stop].end, number=whole[stop].number)
        assert list(rest) == whole[stop + 1 :]
    assert whole[-1].end == path.stat().st_size


def test_the_digest_is_of_the_bytes_and_not_of_the_name(tmp_path: Path) -> None:
    with (
        opened(written(tmp_path, b"a\n", "x")) as one,
        opened(written(tmp_path, b"a\n", "y")) as two,
    ):
        assert one.digest == two.digest
    with opened(written(tmp_path, b"b\n", "z")) as other:
        assert other.digest != one.digest


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@pytest.mark.parametrize(
    ("content", "what_to_do"),
    [
        (b"", "is empty; there is nothing to import"),
        (gzip.compress(b""), "is empty; there is nothing to import"),
        (PNG, "is no text file in UTF-8; export it again as one"),
        ("id\tname\n".encode("utf-16"), "is no text file in UTF-8; export it again as one"),
        (gzip.compress(os.urandom(50_000))[:20_000], "is no text file"),
        (gzip.compress(b"a\nb\n" * 9)[:-6], "the gzip file is damaged; fetch it again"),
        (b"\x1f\x8bgarbage", "the gzip file is damaged; fetch it again"),
    ],
    ids=["empty", "packed nothing", "picture", "utf-16", "noise", "cut short", "garbage"],
)
def test_a_file_that_is_no_log_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, what_to_do: str
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(BadInput) as refusal:
        read(path)
    assert str(path) in str(refusal.value)
    assert what_to_do in str(refusal.value)


def test_a_damaged_end_of_a_packed_file_is_told_when_it_is_reached(tmp_path: Path) -> None:
    text = b"".join(b"%d of many lines\n" % number for number in range(100_000))
    path = written(tmp_path, gzip.compress(text)[:-1000])
    with opened(path) as file:
        lines = file.lines()
        assert next(lines).text == "0 of many lines"
        with pytest.raises(BadInput, match="the gzip file is damaged"):
            list(lines)


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nothing\.log: there is no such file; check the name"):
        read(tmp_path / "nothing.log")
    with pytest.raises(BadInput, match="is a folder; name the files in it"):
        read(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, b"a\n")
    path.chmod(0)
    with pytest.raises(BadInput, match="may not be read by this user; change its permissions"):
        read(path)
