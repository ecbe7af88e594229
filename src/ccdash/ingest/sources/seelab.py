"""The SEELab call log: one finished call a row, tab-separated, local clock times.

A row names its date once and gives six times of day from two machines whose clocks differ by a
second or two. So each time is put on the day that brings it nearest to where the step before it and
the row's own seconds expect it: calls go on over midnight, and clocks that disagree by seconds do
not become a day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ccdash.errors import BadInput
from ccdash.ingest.events import Event, Identity, Recorded, Stretch
from ccdash.ingest.local_time import LocalDay
from ccdash.vocabulary import Channel, IdentityKind, Outcome, SegmentKind

_TIME = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_SECONDS = r"[0-9]{1,5}"
_SHAPES = {
    "vru+line": r"\S{1,40}",
    "call_id": r"[0-9]{1,20}",
    # A spreadsheet has rounded some long numbers to 6.02E+11: they are kept as they were written.
    "customer_id": r"[0-9]{1,20}(?:\.[0-9]{1,20})?(?:E\+[0-9]{1,3})?",
    "priority": r"[0-9]{1,3}",
    "type": r"\S{1,40}",
    "date": r"[0-9]{6}",
    "vru_entry": _TIME,
    "vru_exit": _TIME,
    "vru_time": f"-?{_SECONDS}",
    "q_start": _TIME,
    "q_exit": _TIME,
    "q_time": _SECONDS,
    "outcome": "AGENT|HANG|PHANTOM",
    "ser_start": _TIME,
    "ser_exit": _TIME,
    "ser_time": _SECONDS,
    "server": r"\S{1,80}",
}
_HEADER = "\t".join(_SHAPES)
_row = re.compile("\t".join(f"({shape})" for shape in _SHAPES.values()))

_OUTCOMES = {"AGENT": Outcome.HANDLED, "HANG": Outcome.ABANDONED, "PHANTOM": Outcome.VOID}
_NO_TIME = "0:00:00"
_NO_SERVER = "NO_SERVER"
_DAY = 24 * 60 * 60


class _Row(NamedTuple):
    """The cells of a line, each of the shape of its column."""

    line: str
    call_id: str
    customer_id: str
    priority: str
    type: str
    date: str
    vru_entry: str
    vru_exit: str
    vru_time: str
    q_start: str
    q_exit: str
    q_time: str
    outcome: str
    ser_start: str
    ser_exit: str
    ser_time: str
    server: str


class _Steps(NamedTuple):
    """The same call in seconds after the midnight that began its date; None is a step not taken."""

    entry: int
    menu_exit: int
    queue: tuple[int, int] | None
    service: tuple[int, int] | None


class Seelab:
    """Reads a SEELab call log; a row is one `contact.recorded`. It has no state between lines."""

    def __init__(
        self,
        state: Mapping[str, int] | None = None,
        *,
        source: str = "seelab",
        zone: ZoneInfo | None = None,
    ) -> None:
        self.source = source
        self._zone = zone or ZoneInfo("Asia/Jerusalem")
        self._days: dict[str, LocalDay] = {}

    @property
    def state(self) -> dict[str, int]:
        """Nothing: every line stands alone."""
        return {}

    def parse(self, line: str) -> Event | None:
        """The call of a line; None for the header. Raises BadInput with the column and the cell."""
        if line.startswith("vru+line\t"):
            _check_header(line)
            return None
        found = _row.fullmatch(line)
        if found is None:
            raise BadInput(_what_is_wrong(line))
        return self._call(_Row(*found.groups()))

    def _call(self, row: _Row) -> Recorded:
        steps = _steps(row)
        instant = self._day(row.date)
        at = instant(steps.entry)
        is_answered = row.outcome == "AGENT"
        end = instant(max(_instants(steps, is_answered=is_answered)))
        key = f"{row.date}/{row.line}/{row.call_id}"
        return Recorded(
            source=self.source,
            id=key,
            contact=key,
            at=at,
            end=max(at, end),  # in the hour that a clock shows twice, later may read as earlier
            channel=Channel.PHONE,
            outcome=_OUTCOMES[row.outcome],
            is_test=row.outcome == "PHANTOM",
            queue=row.type,
            queued_at=instant(steps.queue[0]) if steps.queue else None,
            answered_at=instant(steps.service[0]) if is_answered and steps.service else None,
            agent=_agent(row),
            wait_seconds=_wait(row),
            talk_seconds=int(row.ser_time) if is_answered else None,
            contact_point=row.line,
            customer=_customer(row.customer_id),
            segments=_segments(row, steps, instant),
        )

    def _day(self, text: str) -> LocalDay:
        day = self._days.get(text)
        if day is None:
            day = self._days[text] = LocalDay.of(_date(text), self._zone)
        return day


def _date(text: str) -> date:
    try:
        return date(1900 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError as cause:
        raise BadInput(f"date: {text!r} is no day of the calendar (yymmdd)") from cause


def _check_header(line: str) -> None:
    if line != _HEADER:
        raise BadInput(f"the header names other columns than {_HEADER!r}")


def _what_is_wrong(line: str) -> str:
    cells = line.split("\t")
    if len(cells) != len(_SHAPES):
        return (
            f"{len(cells)} columns instead of {len(_SHAPES)}: "
            "a tab is missing (a space in its place?) or one too many"
        )
    for (column, shape), cell in zip(_SHAPES.items(), cells, strict=True):
        if not re.fullmatch(shape, cell):
            return f"{column}: {cell[:80]!r} cannot be read"
    return "the line cannot be read"


def _steps(row: _Row) -> _Steps:
    entry = _of_day(row.vru_entry)
    menu_exit = _nearest(row.vru_exit, entry + int(row.vru_time))
    queue = service = None
    # By the format a start of 0:00:00 says "never queued". The one call that began to wait at
    # midnight sharp (990215/AA0102/31056) is taken so, too, as every published figure takes it.
    if row.q_start != _NO_TIME:
        queue = _stretch(row.q_start, row.q_exit, menu_exit, int(row.q_time))
    if row.ser_start != _NO_TIME or row.ser_exit != _NO_TIME:
        begin = queue[1] if queue else menu_exit
        service = _stretch(row.ser_start, row.ser_exit, begin, int(row.ser_time))
    return _Steps(entry, menu_exit, queue, service)


def _stretch(start: str, end: str, expected: int, seconds: int) -> tuple[int, int]:
    begin = _nearest(start, expected)
    return begin, _nearest(end, begin + seconds)


def _nearest(time: str, expected: int) -> int:
    seconds = _of_day(time)
    return seconds + _DAY * round((expected - seconds) / _DAY)


def _of_day(time: str) -> int:
    hours, minutes, seconds = time.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def _instants(steps: _Steps, *, is_answered: bool) -> tuple[int, ...]:
    """When something happened to the customer. Some rows name a service of somebody who had hung
    up: nobody waits through it."""
    service = steps.service if is_answered else None
    return (steps.entry, steps.menu_exit, *(steps.queue or ()), *(service or ()))


def _agent(row: _Row) -> str | None:
    """Who served. A call that was not answered has nobody, even if the log names a server."""
    return row.server if row.outcome == "AGENT" and row.server != _NO_SERVER else None


def _wait(row: _Row) -> int | None:
    """Those who left the menu did not wait zero seconds, they never waited."""
    is_before_queue = row.outcome != "AGENT" and row.q_start == _NO_TIME and row.q_time == "0"
    return None if is_before_queue else int(row.q_time)


def _customer(number: str) -> tuple[Identity, ...]:
    return (Identity(IdentityKind.CUSTOMER_NUMBER, number),) if number.strip("0") else ()


def _segments(row: _Row, steps: _Steps, instant: LocalDay) -> tuple[Stretch, ...]:
    """What the customer went through. A stretch whose end is before its start (the menu of some
    calls, by the clocks) is left out; the source's own seconds stay in the event."""
    talk = steps.service if row.outcome == "AGENT" else None
    stretches = (
        _segment(SegmentKind.MENU, (steps.entry, steps.menu_exit), instant),
        _segment(SegmentKind.QUEUE, steps.queue, instant),
        _segment(SegmentKind.TALK, talk, instant, _agent(row)),
    )
    return tuple(stretch for stretch in stretches if stretch is not None)


def _segment(
    kind: SegmentKind, span: tuple[int, int] | None, instant: LocalDay, agent: str | None = None
) -> Stretch | None:
    if span is None:
        return None
    start, end = instant(span[0]), instant(span[1])
    return Stretch(kind, start, end, agent) if end >= start else None
