"""What fills the fields of an event: texts of a row, and what they mean there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import inspect as ins

from ccdash.errors import BadInput
from ccdash.ingest.event_parts import Survey
from ccdash.ingest.sources.mapped_fields import Field
from ccdash.ingest.sources.mapped_file import Cell, Told, near, plain, words
from ccdash.ingest.sources.mapped_values import Reader, later

Row = Mapping[str, str]
Value = str | int | bool | datetime
ASKED, END, TEXT = "asked_at", "end", "text"
_column = re.compile(r"\{([^{}]+)\}")
_gap = re.compile(r"\s{2,}")


@dataclass(frozen=True)
class Template:
    """A text with {columns} in it. Where all of them are empty it says nothing."""

    text: str
    columns: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Template:
        """Raises BadInput for braces without a column between them."""
        if set(_column.sub("", text)) & set("{}"):
            raise BadInput(f"{text!r} has a brace that is no {{column}}")
        return cls(text, tuple(_column.findall(text)))

    def filled(self, row: Row, *, is_whole: bool) -> str:
        """With the cells of a row; `is_whole` wants all of them. Gaps of empty ones are closed."""
        cells = [row[one] for one in self.columns]
        is_empty = not all(cells) if is_whole else bool(cells) and not any(cells)
        if is_empty:
            return ""
        text = _column.sub(lambda found: row[found[1]], self.text)
        return text.strip() if all(cells) else _gap.sub(" ", text).strip()


@dataclass(frozen=True)
class Filling:
    """A field, and the cell of the mapping that fills it; `name` is how messages call it."""

    name: str
    field: Field
    cell: Cell
    template: Template
    after: tuple[Template, ...]

    @classmethod
    def of(cls, name: str, field: Field, cell: Cell, reader: Reader) -> Filling:
        """Raises BadInput for what can fit no row."""
        if cell.after is not None and field.holds is not ins.DateTimeType:
            raise BadInput("`after` is for times only")
        after = tuple(Template.of(one) for one in cell.after or ())
        made = cls(name, field, cell, Template.of(cell.of), after)
        constants = [plain(one) for one in cell.values.values()]
        constants += [] if cell.otherwise is None else [plain(cell.otherwise)]
        constants += [cell.of] if not made.template.columns and not cell.values else []
        for text in filter(None, constants):
            made.value(text, reader)
        return made

    @property
    def columns(self) -> Iterator[str]:
        """The columns that it looks at."""
        for one in (self.template, *self.after):
            yield from one.columns
        if self.cell.when is not None:
            yield self.cell.when.column

    def read(self, row: Row, reader: Reader, told: Mapping[str, Any]) -> Value | None:
        """The value for a row, None for nothing; `told` is the event so far. Raises BadInput with
        the name."""
        if self.cell.when is not None and not self.cell.when.holds(row):
            return None
        try:
            return self._read(row, reader, told)
        except BadInput as cause:
            raise BadInput(f"{self.name}: {cause}") from cause

    def _read(self, row: Row, reader: Reader, told: Mapping[str, Any]) -> Value | None:
        if self.cell.after is not None:
            return self._after(row, reader, told.get("at"))
        is_time = self.field.holds is ins.DateTimeType
        text = self.template.filled(row, is_whole=is_time)
        if self.cell.values:
            text = self._meant(text)
        if not text or text in words(self.cell.missing):
            return None
        return self.value(text, reader)

    def value(self, text: str, reader: Reader) -> Value:
        """What a text means for this field. Raises BadInput."""
        if self.field.words and text not in self.field.words:
            raise BadInput(f"{text[:80]!r} is none of {', '.join(self.field.words)}")
        if self.field.holds is ins.DateTimeType:
            return reader.instant(text)
        if self.field.holds is ins.BoolType:
            return reader.truth(text)
        if self.field.holds is ins.IntType:
            is_seconds = self.field.name.endswith("seconds")
            read = reader.seconds if is_seconds else reader.number
            return read(text, self.cell.factor)
        return text

    def _meant(self, text: str) -> str:
        found = self.cell.values.get(text, self.cell.otherwise)
        if found is None and text:
            listed = ", ".join(repr(one) for one in self.cell.values)
            raise BadInput(f"{text[:80]!r} is none of the values {listed}")
        return "" if found is None else plain(found)

    def _after(self, row: Row, reader: Reader, at: datetime | None) -> datetime | None:
        """Without any duration the end of an event is `at` itself, and another time is not told."""
        texts = [one.filled(row, is_whole=True) for one in self.after]
        is_told = any(texts) or not texts or self.name == END
        if at is None or not is_told:
            return None
        told = (reader.seconds(text, self.cell.factor) for text in texts if text)
        return later(at, sum(told))


@dataclass(frozen=True)
class Part:
    """One entry of a list: an identity, a survey, a segment, a message."""

    field: Field
    fillings: tuple[Filling, ...]

    def read(self, row: Row, reader: Reader, told: Mapping[str, Any]) -> dict[str, Value] | None:
        """The entry for a row, None without what it must have or what a message says; `told` is the
        event so far."""
        values = {one.field.name: one.read(row, reader, told) for one in self.fillings}
        found = {name: value for name, value in values.items() if value is not None}
        if self.field.of is Survey:
            _place_survey(found, told)
        needed = {one.name for one in self.field.parts if one.is_required}
        needed |= {TEXT} & values.keys()
        return found if needed <= found.keys() else None


def _place_survey(found: dict[str, Value], told: Mapping[str, Any]) -> None:
    """An answer whose time nobody tells came when the contact ended; a question without an answer
    needs a time of its own."""
    if "score" not in found:
        found.pop("answered_at", None)
        return
    asked = found.setdefault(ASKED, told.get(END, told["at"]))
    found.setdefault("answered_at", asked)


def part_of(place: str, field: Field, cells: Mapping[str, Cell], reader: Reader) -> Part:
    """An entry as the mapping has it. Raises BadInput with the place."""
    known = {part.name: part for part in field.parts}
    fillings = tuple(
        filling_of(f"{place}, {name}", named(f"{place}, {name}", name, known), cell, reader)
        for name, cell in cells.items()
    )
    is_asked = field.of is Survey and "score" in cells
    for part in field.parts:
        if part.is_required and part.name not in cells and not (is_asked and part.name == ASKED):
            raise BadInput(f"{place}: `{part.name}` is missing")
    return Part(field, fillings)


def named(place: str, name: str, known: Mapping[str, Field]) -> Field:
    """The field of this name. Raises BadInput with the place, and the name that may be meant."""
    if name not in known:
        meant = near(name, known) or f"; there are {', '.join(known)}"
        raise BadInput(f"{place}: there is no such field{meant}")
    return known[name]


def filling_of(place: str, field: Field, cell: Told, reader: Reader) -> Filling:
    """A field as the mapping fills it. Raises BadInput with the place."""
    if not isinstance(cell, Cell) or field.parts:
        raise BadInput(f"{place}: a list is written as [[fields.{field.name}]], all else is not")
    try:
        return Filling.of(place.removeprefix("fields."), field, cell, reader)
    except BadInput as cause:
        raise BadInput(f"{place}: {cause}") from cause
