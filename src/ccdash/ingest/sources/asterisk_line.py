"""One line of a queue_log: its fields, and what may be read from them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from ccdash.errors import BadInput
from ccdash.vocabulary import Channel

_epoch = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,9}))?")
_number = re.compile(r"[0-9]{1,10}")
_LAST_SECOND = 253_402_300_799  # the end of the year 9999
_MOST_SECONDS = 2_000_000_000
_LONGEST_LINE = 2000
_LONGEST_KEY = 390  # of the 400 that an id may have: a number may be added
_FIELDS = 5

NOBODY = frozenset({"", "NONE"})
_NO_CALL = NOBODY | {"MANAGER", "CLI", "REALTIME"}
"""What stands for the uniqueid when a line is about no call."""


class QueueLogLine(NamedTuple):
    """A line's fields, and how to read them. Every reading raises BadInput naming the field."""

    source: str
    at: datetime
    sequence: int
    epoch: str
    uniqueid: str
    queue: str
    agent: str
    event: str
    data: list[str]

    def about(self, *more: str) -> dict[str, Any]:
        """What every event has. The id is made of what the line is about and not of all it says: a
        completion told twice (with another position, as seen in real logs) is one completion."""
        key = "|".join((*self[3:8], *more))
        if len(key) > _LONGEST_KEY:
            raise BadInput(f"its names are together longer than {_LONGEST_KEY} characters")
        return {"source": self.source, "id": key, "at": self.at, "sequence": self.sequence}

    def contact(self) -> dict[str, Any]:
        """What every event of a call has."""
        if self.uniqueid in _NO_CALL:
            raise BadInput(f"uniqueid: {self.event} is about a call, and the call is not named")
        return {**self.about(), "contact": self.uniqueid}

    def in_queue(self) -> dict[str, Any]:
        """What every event of a call in a queue has; the queue may be unknown."""
        queue = None if self.queue in NOBODY else self.queue
        return {**self.contact(), "queue": queue, "channel": Channel.PHONE}

    def of_agent(self, *more: str) -> dict[str, Any]:
        """What every event of an agent has."""
        return {**self.about(*more), "agent": self.named("agent", self.agent)}

    def named(self, field: str, value: str) -> str:
        """A name that must be there."""
        if value in NOBODY:
            raise BadInput(f"{field}: {self.event} must name one")
        return value

    def word(self, place: int) -> str:
        """A data field; empty if the line is too short for it."""
        return self.data[place] if -len(self.data) <= place < len(self.data) else ""

    def key(self, field: str, place: int) -> str | None:
        """A data field that names something, None if it names nothing."""
        value = self.word(place)
        if len(value) > _LONGEST_KEY:
            raise BadInput(f"{field}: longer than {_LONGEST_KEY} characters")
        return None if value in NOBODY else value

    def seconds(self, field: str, place: int) -> int:
        """A data field that must be a number."""
        value = self.word(place)
        if not value:
            raise BadInput(f"{field}: missing; {self.event} must tell it")
        if not _number.fullmatch(value) or int(value) > _MOST_SECONDS:
            raise BadInput(f"{field}: {value[:40]!r} is no number of seconds")
        return int(value)

    def seconds_if_told(self, field: str, place: int) -> int | None:
        """A data field that older versions leave out."""
        return self.seconds(field, place) if self.word(place) else None


def fields_of(line: str) -> list[str]:
    """A line cut at its bars: the five that every line has, or more. Raises BadInput."""
    if not line.strip():
        raise BadInput("the line is empty")
    if len(line) > _LONGEST_LINE:
        raise BadInput(f"the line is longer than {_LONGEST_LINE} characters")
    if "\0" in line or not (line.isascii() or _is_text(line)):
        raise BadInput("the line holds characters that are no text")
    fields = line.rstrip("\r").split("|")
    if len(fields) < _FIELDS:
        raise BadInput(f"{len(fields)} fields instead of {_FIELDS} or more: a | is missing")
    return fields


def _is_text(line: str) -> bool:
    """Half of a surrogate pair cannot be kept."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True


def instant_of(epoch: str) -> tuple[datetime, int]:
    """The instant and its second. Realtime set-ups write a fraction. Raises BadInput."""
    found = _epoch.fullmatch(epoch)
    if found is None or int(found[1]) > _LAST_SECOND:
        raise BadInput(f"epoch: {epoch[:40]!r} is no time in seconds since 1970")
    second, fraction = int(found[1]), found[2] or ""
    start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    return start.replace(microsecond=int(fraction[:6].ljust(6, "0"))), second
