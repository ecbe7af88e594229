"""What the cells of a table say: times, durations, numbers, yes and no."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ccdash.errors import BadInput
from ccdash.ingest.event_parts import LARGEST, LARGEST_AMOUNT

ISO, EPOCH = "iso", "epoch"
_SAMPLE = datetime(2026, 11, 22, 13, 45, 59, tzinfo=UTC)
_clock = re.compile(r"(\d{1,5}):([0-5]?\d):([0-5]?\d)(?:\.\d{1,9})?")
_number = re.compile(r"[-+]?\d{1,18}(?:\.\d{1,18})?")
_TRUTH = {"true": True, "yes": True, "y": True, "1": True} | dict.fromkeys(
    ("false", "no", "n", "0"), False
)


class Reader(NamedTuple):
    """How times and numbers are written in a table."""

    zone: ZoneInfo
    formats: tuple[str, ...] = (ISO,)
    decimal: str = "."

    def instant(self, text: str) -> datetime:
        """In UTC. Without an offset it is by the clock of the zone: an hour that happens twice is
        the first of the two. Raises BadInput."""
        for form in self.formats:
            try:
                found = _parsed(text, form)
                return found.replace(tzinfo=found.tzinfo or self.zone).astimezone(UTC)
            except (ValueError, OverflowError):
                continue
        raise BadInput(f"{text[:80]!r} is no time in the form {' or '.join(self.formats)}")

    def seconds(self, text: str, times: Decimal) -> int:
        """Whole seconds, from 00:02:23 or a number. Raises BadInput."""
        clock = _clock.fullmatch(text)
        if clock:
            hours, minutes, seconds = (int(part) for part in clock.groups())
            return hours * 3600 + minutes * 60 + seconds
        found = (self._decimal(text) * times).to_integral_value(ROUND_HALF_UP)
        if not 0 <= found <= LARGEST:
            raise BadInput(f"{text[:80]!r} is no duration")
        return int(found)

    def number(self, text: str, times: Decimal) -> int:
        """A whole number; 3.0 is one, too. Raises BadInput."""
        found = self._decimal(text) * times
        if found != found.to_integral_value() or abs(found) > LARGEST_AMOUNT:
            raise BadInput(f"{text[:80]!r} is no whole number")
        return int(found)

    def truth(self, text: str) -> bool:
        """True or false. Raises BadInput."""
        found = _TRUTH.get(text.lower())
        if found is None:
            raise BadInput(f"{text[:80]!r} is neither yes nor no")
        return found

    def _decimal(self, text: str) -> Decimal:
        plain = text.replace(self.decimal, ".") if self.decimal != "." else text
        if not text.isascii() or not _number.fullmatch(plain):
            raise BadInput(f"{text[:80]!r} is no number")
        return Decimal(plain)


def later(at: datetime, seconds: int) -> datetime:
    """So many seconds after. Raises BadInput beyond the calendar."""
    try:
        return at + timedelta(seconds=seconds)
    except OverflowError as cause:
        raise BadInput(f"{seconds:,} seconds are too many") from cause


def is_format(form: str) -> bool:
    """Whether a time in this form names its day, so that it can be placed."""
    if form in (ISO, EPOCH):
        return True
    try:
        found = datetime.strptime(_SAMPLE.strftime(form), form)  # noqa: DTZ007  only its day counts
    except (ValueError, re.error):
        return False
    return found.date() == _SAMPLE.date()


def _parsed(text: str, form: str) -> datetime:
    """Without a zone where the text has none."""
    if form == ISO:
        return datetime.fromisoformat(text)
    if form == EPOCH:
        return datetime.fromtimestamp(float(text), UTC)
    return datetime.strptime(text, form)  # noqa: DTZ007  the caller knows the zone
