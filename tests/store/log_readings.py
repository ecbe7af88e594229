"""Two real logs read by hand: who waits, who is served and what everybody does at an instant, by
plain Python over the lines of the file. Nothing of ccdash has a part in it."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

HALF_A_DAY = 12 * 3600
INTENTS = {"Training": "training", "Wrap-up": "wrap_up"}
"""Reasons of a pause that are no break."""


@dataclass
class Board:
    """The counts of a board: waiting and in progress by queue, people by what they declared and
    whether they are on a contact; and who is on one."""

    waiting: Counter[str] = field(default_factory=Counter)
    in_progress: Counter[str] = field(default_factory=Counter)
    people: Counter[tuple[str, str]] = field(default_factory=Counter)
    on_contact: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class BankLog:
    """Rows of the bank's log, as they stand in the file."""

    rows: Sequence[Sequence[str]]
    zone: ZoneInfo

    @classmethod
    def of(cls, path: Path, days: Sequence[str], zone: ZoneInfo) -> BankLog:
        cells = (line.rstrip("\r\n").split("\t") for line in path.read_text().splitlines())
        return cls([row for row in cells if len(row) == 17 and row[5] in days], zone)

    def board(self, at: datetime) -> Board:
        """A call waits from `q_start` until its service starts, or until `q_exit` where it has none
        or was hung up; it is served from `ser_start` to `ser_exit`. Test calls are ignored."""
        board = Board()
        for row in self.rows:
            queue, outcome, server = row[4], row[12], row[16]
            if outcome == "PHANTOM":
                continue
            queued = self._span(row, 9, 10)
            served = self._span(row, 13, 14) if outcome == "AGENT" else None
            if queued and queued[0] <= at < (served or queued[1:])[0]:
                board.waiting[queue] += 1
            if served and served[0] <= at < served[1]:
                board.in_progress[queue] += 1
                board.on_contact |= {server} - {"NO_SERVER"}
        if board.on_contact:
            board.people["unknown", "on_contact"] = len(board.on_contact)
        return board

    def instants(self, column: int) -> list[datetime]:
        """Every instant of a column that stands there."""
        return sorted(self._instant(row, column) for row in self.rows if row[column] != "0:00:00")

    def _span(self, row: Sequence[str], start: int, end: int) -> tuple[datetime, datetime] | None:
        if row[start] == row[end] == "0:00:00":
            return None
        return self._instant(row, start), self._instant(row, end)

    def _instant(self, row: Sequence[str], column: int) -> datetime:
        """The date is that of the entry: what is half a day earlier is of the next day."""
        seconds, entry = _seconds(row[column]), _seconds(row[6])
        seconds += 86_400 * ((entry - seconds) // HALF_A_DAY > 0)
        return _midnight(row[5], self.zone) + timedelta(seconds=seconds)


@cache
def _midnight(day: str, zone: ZoneInfo) -> datetime:
    return datetime.strptime(day, "%y%m%d").replace(tzinfo=zone)


def _seconds(text: str) -> int:
    hours, minutes, seconds = map(int, text.split(":"))
    return 3600 * hours + 60 * minutes + seconds


@dataclass
class _Person:
    queues: set[str] = field(default_factory=set)
    pause: str | None = None


@dataclass(frozen=True)
class QueueLogFile:
    """Lines of a queue_log, and which interface is which member by the events of its manager."""

    lines: Sequence[Sequence[str]]
    members: dict[str, str]

    @classmethod
    def of(cls, path: Path, manager: Path) -> QueueLogFile:
        with gzip.open(manager, "rt") as file:
            told = [json.loads(line) for line in file]
        members = {
            one["Interface"]: one["MemberName"]
            for one in told
            if one.get("Event") == "QueueMemberAdded"
        }
        return cls([line.split("|") for line in path.read_text().splitlines()], members)

    def board(self, at: datetime) -> Board:
        """By the lines that were written until then."""
        waiting: dict[str, str] = {}
        talking: dict[str, tuple[str, str]] = {}
        people: dict[str, _Person] = {}
        for epoch, call, queue, name, event, *data in self.lines:
            if int(epoch) > at.timestamp():
                break
            who = self.members.get(name, name)
            if event == "ENTERQUEUE":
                waiting[call] = queue
            elif event in ("ABANDON", "EXITWITHTIMEOUT"):
                del waiting[call]
            elif event == "CONNECT":
                talking[call] = (waiting.pop(call), who)
            elif event in ("COMPLETECALLER", "COMPLETEAGENT", "BLINDTRANSFER"):
                del talking[call]
            elif event.endswith(("MEMBER", "ALL")):
                _declare(people.setdefault(who, _Person()), event, queue, data)
        on_contact = {who for _, who in talking.values()}
        places = Counter((_intent(one), _load(who in on_contact)) for who, one in people.items())
        served = Counter(queue for queue, _ in talking.values())
        return Board(Counter(waiting.values()), served, places, on_contact)


def _declare(person: _Person, event: str, queue: str, data: Sequence[str]) -> None:
    if event == "ADDMEMBER":
        person.queues.add(queue)
    elif event == "REMOVEMEMBER":
        person.queues.discard(queue)
        person.pause = person.pause if person.queues else None
    else:
        person.pause = data[0] if event == "PAUSEALL" else None


def _intent(person: _Person) -> str:
    if person.pause is not None:
        return INTENTS.get(person.pause, "break")
    return "available" if person.queues else "offline"


def _load(is_on_contact: bool) -> str:
    return "on_contact" if is_on_contact else "idle"
