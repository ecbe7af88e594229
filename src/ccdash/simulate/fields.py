"""The fields of what people edited, read with the place named when one is wrong."""

from __future__ import annotations

import csv
import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ccdash.errors import BadInput


@dataclass(frozen=True)
class Fields:
    """One line of a table or one section of centre.toml; `place` names it: `queues.csv, line 3`."""

    place: str
    values: Mapping[str, Any]

    def wrong(self, name: str, expected: str) -> BadInput:
        """The error that says where, what stands there, and what should."""
        found = self.values.get(name)
        if found is None or found == "":
            return BadInput(f"{self.place}, {name}: {expected} is expected, and nothing is there")
        return BadInput(f"{self.place}, {name}: {expected} is expected, not {found!r}")

    def text(self, name: str) -> str:
        """A text that is not empty."""
        found = self.values.get(name)
        if not isinstance(found, str) or not found.strip():
            raise self.wrong(name, "a text")
        return found.strip()

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a list: separated by | in a table."""
        found = self.values.get(name, "")
        parts = found.split("|") if isinstance(found, str) else found
        return tuple(part.strip() for part in parts if part.strip())

    def choice(self, name: str, known: Sequence[str]) -> str:
        """One of the known words."""
        found = self.values.get(name)
        if found not in known:
            raise self.wrong(name, "one of " + ", ".join(known))
        return str(found)

    def choices(self, name: str, known: Sequence[str]) -> tuple[str, ...]:
        """Known words, at least one."""
        found = self.words(name)
        if not found or not set(found) <= set(known):
            raise self.wrong(name, "some of " + ", ".join(known) + ", separated by |")
        return found

    def number(self, name: str, low: float = 0, high: float = math.inf) -> float:
        """A number of that range, both ends in it."""
        expected = f"a number from {low:g}" + ("" if high == math.inf else f" to {high:g}")
        try:
            found = float(self.values[name])
        except (KeyError, TypeError, ValueError) as cause:
            raise self.wrong(name, expected) from cause
        if not low <= found <= high or math.isinf(found):
            raise self.wrong(name, expected)
        return found

    def whole(self, name: str, low: int = 0, high: int = 10**9) -> int:
        """A whole number of that range."""
        found = self.number(name, low, high)
        if found != int(found):
            raise self.wrong(name, "a whole number")
        return int(found)

    def share(self, name: str) -> float:
        """A part of the whole, from 0 to 1."""
        return self.number(name, 0, 1)

    def numbers(self, name: str, count: int) -> tuple[float, ...]:
        """So many numbers, none of them negative, not all of them zero."""
        found = self.values.get(name)
        if not isinstance(found, list) or len(found) != count or not all(map(_is_amount, found)):
            raise self.wrong(name, f"a list of {count} numbers, none negative")
        if not any(found):
            raise self.wrong(name, "a list in which something is more than 0")
        return tuple(float(one) for one in found)

    def clock(self, name: str) -> tuple[int, int] | None:
        """[open, close) in seconds after midnight from `08:00-18:00`; None for nothing."""
        found = self.values.get(name)
        if found is None or found == "":
            return None
        try:
            start, end = (_seconds(part) for part in str(found).split("-"))
        except ValueError as cause:
            raise self.wrong(name, "hours such as 08:00-18:00") from cause
        if not 0 <= start < end <= 86_400:
            raise self.wrong(name, "hours such as 08:00-18:00, the end after the start")
        return start, end

    def only(self, *names: str) -> None:
        """Refuse a field that nothing reads: it is a slip of the pen."""
        unknown = sorted(set(self.values) - set(names))
        if unknown:
            known = ", ".join(names)
            raise BadInput(f"{self.place}, {unknown[0]}: no such field; there are {known}")

    def section(self, name: str) -> Fields:
        """A section inside this one."""
        found = self.values.get(name)
        if not isinstance(found, dict):
            raise BadInput(f"{self.place}: the section [{name}] is missing")
        inside = f"{self.place}, [{name}]" if "," not in self.place else f"{self.place}[{name}]"
        return Fields(inside, found)

    def sections(self, name: str) -> Iterator[tuple[str, Fields]]:
        """Every section inside that section, by its name."""
        outer = self.section(name)
        for key in outer.values:
            yield key, outer.section(key)


def _is_amount(one: object) -> bool:
    return isinstance(one, int | float) and one >= 0


def _seconds(clock: str) -> int:
    hours, minutes = clock.strip().split(":")
    if not 0 <= int(minutes) < 60:
        raise ValueError(clock)
    return int(hours) * 3600 + int(minutes) * 60


def from_toml(path: Path) -> Fields:
    """A whole TOML file. Raises BadInput."""
    try:
        return Fields(path.name, tomllib.loads(_read(path)))
    except tomllib.TOMLDecodeError as cause:
        raise BadInput(f"{path.name}: this is not TOML: {cause}") from cause


def from_csv(path: Path, *columns: str) -> list[Fields]:
    """The rows of a table with exactly these columns. Raises BadInput."""
    reader = csv.DictReader(_read(path).splitlines())
    found = tuple(reader.fieldnames or ())
    if found != columns:
        raise BadInput(f"{path.name}, line 1: the columns {', '.join(columns)} are expected")
    rows = []
    for row in reader:
        place = f"{path.name}, line {reader.line_num}"
        if None in row or None in row.values():
            raise BadInput(f"{place}: {len(columns)} fields are expected")
        rows.append(Fields(place, row))
    if not rows:
        raise BadInput(f"{path.name}: there is no line below the names of the columns")
    return rows


def unique(rows: Sequence[Fields], name: str) -> list[str]:
    """The field of each row, which no two rows share. Raises BadInput."""
    found: list[str] = []
    for row in rows:
        key = row.text(name)
        if key in found:
            raise BadInput(f"{row.place}, {name}: {key!r} is there twice")
        found.append(key)
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as cause:
        raise BadInput(f"{path.name}: the file is not in {path.parent}") from cause
    except UnicodeDecodeError as cause:
        raise BadInput(f"{path.name}: the file is not UTF-8") from cause
