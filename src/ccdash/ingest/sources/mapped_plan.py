"""A mapping made ready: checked against the type of event that it makes, and filled row by row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from ccdash.errors import BadInput
from ccdash.ingest.events import EVENT_TYPES, Event, decode
from ccdash.ingest.sources.mapped_fields import Field, fields_of
from ccdash.ingest.sources.mapped_file import Cell, MappingFile
from ccdash.ingest.sources.mapped_fillings import (
    Filling,
    Part,
    Row,
    filling_of,
    named,
    part_of,
)
from ccdash.ingest.sources.mapped_values import Reader

TYPES = {str(one.__struct_config__.tag): one for one in EVENT_TYPES}
ONCE = {
    "contact.recorded": "contact",
    "contact.arrived": "contact",
    "contact.voided": "contact",
    "case.opened": "case",
    "case.resolved": "case",
    "customer.described": "record",
    "customer.purchased": "order",
    "agent.described": "agent",
    "queue.described": "queue",
}
"""What is told once of a thing: without an `id` its event is known by the key of the thing."""
DELIMITERS = ";\t,|"
"""What parts the cells of tables."""
_OF_THE_FILE = ("source", "revision")


@dataclass(frozen=True)
class Plan:
    """How each field of an event is filled from a row; `lists` are those with entries."""

    file: MappingFile
    reader: Reader
    known: Mapping[str, Field]
    fillings: Mapping[str, Filling]
    lists: Mapping[str, tuple[Part, ...]]

    @classmethod
    def of(cls, file: MappingFile, zone: ZoneInfo) -> Plan:
        """`zone` is the clock of the table. Raises BadInput with the place."""
        known = _known(file.layout.type)
        reader = Reader(zone, file.layout.time_formats, file.layout.decimal)
        fillings: dict[str, Filling] = {}
        lists: dict[str, tuple[Part, ...]] = {}
        at_first = sorted(file.fields, key=lambda name: name != "at")  # others may be after it
        for name in at_first:
            told, place = file.fields[name], f"fields.{name}"
            field = named(place, name, known)
            if field.parts and not isinstance(told, Cell):
                entries = enumerate(told, 1)
                lists[name] = tuple(
                    part_of(f"{place} {at}", field, one, reader) for at, one in entries
                )
            else:
                fillings[name] = filling_of(place, field, told, reader)
        made = cls(file, reader, known, fillings, lists)
        made._check()
        return made

    def _check(self) -> None:
        layout = self.file.layout
        for name, field in self.known.items():
            is_made = name in self.file.fields or (name == "id" and layout.type in ONCE)
            if field.is_required and not is_made:
                raise BadInput(f"fields: `{name}` is missing; {layout.type} must have it")
        if layout.columns:
            self.refuse_other(distinct(layout.columns))

    @property
    def columns(self) -> dict[str, str]:
        """The columns that are looked at, each with its first place in the mapping."""
        found: dict[str, str] = {}
        for name, filling in self.fillings.items():
            for column in filling.columns:
                found.setdefault(column, f"fields.{name}")
        for name, parts in self.lists.items():
            for column in (one for part in parts for each in part.fillings for one in each.columns):
                found.setdefault(column, f"fields.{name}")
        for number, one in enumerate(self.file.layout.skip, 1):
            found.setdefault(one.column, f"skip {number}")
        return found

    def refuse_other(self, columns: Sequence[str]) -> None:
        """Raises BadInput when a table with these columns lacks one."""
        for column, place in self.columns.items():
            if column not in columns:
                raise BadInput(
                    f"{self.file.name}, {place}: the table has no column {column!r}; it has "
                    f"{', '.join(columns)}{_parted(columns)}"
                )

    def skips(self, row: Row) -> bool:
        """Whether a row is to be left out."""
        return any(one.holds(row) for one in self.file.layout.skip)

    def event(self, row: Row) -> Event:
        """The event of a row, through the door. Raises BadInput with the field and the reason."""
        told: dict[str, Any] = {}
        for name, filling in self.fillings.items():
            value = filling.read(row, self.reader, told)
            if value is not None:
                told[name] = value
        layout = self.file.layout
        key = told.get(ONCE.get(layout.type, ""))
        if key:
            told.setdefault("id", f"{layout.type}/{key}")
        self._refuse_without(told, (name for name in self.known if name not in self.lists))
        for name, parts in self.lists.items():
            entries = (one.read(row, self.reader, told) for one in parts)
            told[name] = [one for one in entries if one]
        self._refuse_without(told, self.lists)
        told |= {"type": layout.type, "source": layout.source, "revision": layout.revision}
        return decode(msgspec.json.encode(told))

    def _refuse_without(self, told: Mapping[str, Any], names: Iterable[str]) -> None:
        for name in names:
            if self.known[name].is_required and told.get(name) in (None, []):
                raise BadInput(f"{name}: the row does not tell it")


def _known(type_name: str) -> dict[str, Field]:
    """The fields that a mapping may fill in this type of event."""
    if type_name not in TYPES:
        raise BadInput(f"type: {type_name!r} is none of {', '.join(TYPES)}")
    fields = fields_of(TYPES[type_name])
    fields["id"] = fields.pop("id")  # the last to be missed: it may be made of another
    return {name: one for name, one in fields.items() if name not in _OF_THE_FILE}


def _parted(columns: Sequence[str]) -> str:
    """What ends the refusal of a table that is one column, since something else parts its cells."""
    found = [one for one in DELIMITERS if len(columns) == 1 and one in columns[0]]
    if not found:
        return ""
    sign = json.dumps(found[0])
    return f"; if {sign} parts its cells, say so at the top of the mapping: delimiter = {sign}"


def distinct(names: Iterable[str]) -> list[str]:
    """The names of columns; the second "Variant" of a table is "Variant (2)"."""
    found: dict[str, None] = {}
    for name in names:
        one, number = name, 2
        while one in found:
            one, number = f"{name} ({number})", number + 1
        found[one] = None
    return list(found)
