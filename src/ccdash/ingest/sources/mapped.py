"""Any table: the rows of a CSV file become events by a mapping (docs/howto/import-csv.md)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from ccdash.errors import BadInput, BadSettings
from ccdash.ingest.events import Event
from ccdash.ingest.sources import SKIPPED
from ccdash.ingest.sources.mapped_file import read
from ccdash.ingest.sources.mapped_plan import Plan, distinct
from ccdash.settings import zone

_COLUMN = "column "


class MappedRows:
    """Reads the rows of a table by a plan. The state is the columns of the table, each with its
    place, and how many rows were skipped."""

    def __init__(self, state: Mapping[str, int] | None = None, *, plan: Plan) -> None:
        told = dict(state or {})
        self.source = plan.file.layout.source
        self.columns = tuple(distinct(plan.file.layout.columns))
        self._skipped = told.pop(SKIPPED, 0)
        if told:
            self.columns = tuple(
                one.removeprefix(_COLUMN) for one in sorted(told, key=told.__getitem__)
            )
        self._plan = plan

    @property
    def state(self) -> dict[str, int]:
        """What the next parser needs to know what stands where."""
        places = {_COLUMN + name: place for place, name in enumerate(self.columns)}
        return {SKIPPED: self._skipped, **places}

    def parse(self, line: str) -> Event | None:
        """The event of a row; None for the header, and for a row that is skipped. Raises BadInput
        with the field and the reason."""
        if not line.strip():
            raise BadInput("the line is empty")
        found = cells(line, self._plan.file.layout.delimiter)
        if not self.columns:
            columns = tuple(distinct(found))
            self._plan.refuse_other(columns)
            self.columns = columns
            return None
        if len(found) != len(self.columns):
            raise BadInput(f"{len(found)} cells instead of {len(self.columns)}")
        row = dict(zip(self.columns, found, strict=True))
        if self._plan.skips(row):
            self._skipped += 1
            return None
        return self._plan.event(row)


def plan_of(path: Path, timezone: str) -> Plan:
    """The mapping in a file; tables that name no zone are by the clock of this one. Raises BadInput
    with the place."""
    file = read(path)
    try:
        return Plan.of(file, zone(file.layout.timezone or timezone))
    except (BadInput, BadSettings) as error:
        raise BadInput(f"{path}: {error}") from error


def cells(line: str, delimiter: str) -> list[str]:
    """The cells of a row, without the blanks around them. Raises BadInput."""
    try:
        return [one.strip() for one in next(csv.reader([line], delimiter=delimiter, strict=True))]
    except csv.Error as cause:
        raise BadInput(f"the row is no CSV: {cause}") from cause
