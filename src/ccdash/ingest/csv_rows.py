"""The rows of a file: its lines; of a CSV file a row may be several, as its quotes say."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from ccdash.ingest.lines import LONGEST_LINE, Line, LineFile

MOST_LINES = 1_000
"""What goes on for longer is a quote that nobody closed, and must not swallow the rest."""
QUOTE = '"'


def rows(file: LineFile, *, position: int = 0, number: int = 0) -> Iterator[Line]:
    """The rows behind `position`, where `number` lines were read before. Raises BadInput."""
    lines = file.lines(position=position, number=number)
    return _joined(lines, file.form.delimiter) if file.form.delimiter else lines


def _joined(lines: Iterator[Line], delimiter: str) -> Iterator[Line]:
    """A row that is never closed is told with the reason, by its first line alone; what follows it
    is read as if it were not there."""
    waiting: deque[Line] = deque()
    while first := _next(waiting, lines):
        taken, is_open = [first], first.reason is None and ends_in_quotes(first.text, delimiter)
        length = len(first.text)
        while is_open and len(taken) < MOST_LINES and length < LONGEST_LINE:
            line = _next(waiting, lines)
            if line is None or line.reason is not None:
                waiting.extendleft([line] if line else [])
                break
            taken.append(line)
            length += len(line.text)
            is_open = ends_in_quotes(line.text, delimiter, is_inside=True)
        if is_open:
            waiting.extendleft(reversed(taken[1:]))
            yield first._replace(reason="a quote is opened in it and never closed")
        else:
            yield _one(taken)


def _next(waiting: deque[Line], lines: Iterator[Line]) -> Line | None:
    return waiting.popleft() if waiting else next(lines, None)


def _one(taken: list[Line]) -> Line:
    """By the number of its first line, and the end of its last."""
    if len(taken) == 1:
        return taken[0]
    text = "\n".join(line.text for line in taken)
    return Line(taken[0].number, taken[-1].end, text, lines=len(taken))


def ends_in_quotes(text: str, delimiter: str, *, is_inside: bool = False) -> bool:
    """Whether a cell that is opened by a quote (`is_inside`: before this text) goes on behind it.
    Quotes open a cell at its start only; a row with quotes elsewhere is not open, but wrong."""
    if not is_inside and QUOTE not in text:
        return False
    place = 0
    while True:
        if is_inside or text.startswith(QUOTE, place):
            place = _closed(text, place if is_inside else place + 1)
            if place < 0:
                return True
            is_inside = False
            if not text.startswith(delimiter, place):
                return False
        else:
            place = text.find(delimiter, place)
            if place < 0:
                return False
        place += 1


def _closed(text: str, place: int) -> int:
    """Where the cell is closed, behind the quote; two quotes are one of the text. -1: nowhere."""
    while (place := text.find(QUOTE, place)) >= 0:
        if not text.startswith(QUOTE, place + 1):
            return place + 1
        place += 2
    return -1
