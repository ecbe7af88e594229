"""`ccdash import csv`: the mappings and tables of the line, and what a look at them shows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from ccdash.cli.importing import Reading
from ccdash.cli.output import number_of, printable, say
from ccdash.errors import BadInput

if TYPE_CHECKING:
    from ccdash.ingest.events import Event
    from ccdash.ingest.lines import LineFile
    from ccdash.ingest.mapped_check import Checked
    from ccdash.ingest.sources.mapped_plan import Plan

WIDEST = 300
SHOWN = 5
"""Of each thing that is wrong, so many lines are told."""


@dataclass(frozen=True)
class Table:
    """A file and the mapping by which it is read."""

    path: Path
    plan: Plan

    @contextmanager
    def opened(self) -> Iterator[LineFile]:
        """The open file. What goes wrong with it is told with its name."""
        from ccdash.ingest.lines import opened

        with opened(self.path, self.plan.file.form) as file:
            try:
                yield file
            except BadInput as error:
                raise BadInput(f"{self.path}: {error}") from error

    @property
    def reading(self) -> Reading:
        """For the import."""
        from ccdash.ingest.sources.mapped import MappedRows

        by = self.plan.file.name
        return Reading(self.path, partial(MappedRows, plan=self.plan), self.plan.file.form, by)


def tables_of(files: Sequence[Path], mappings: Sequence[Path], timezone: str) -> list[Table]:
    """Every file by every mapping. Raises BadInput, before a row is read, for a mapping that cannot
    be meant and for a table without a column that one names."""
    from ccdash.ingest.lines import STANDARD_INPUT
    from ccdash.ingest.mapped_check import refuse_other_columns
    from ccdash.ingest.sources.mapped import plan_of

    plans = [plan_of(one, timezone) for one in mappings]
    tables = [Table(path, plan) for plan, path in product(plans, files)]
    is_piped = Path(STANDARD_INPUT) in files
    if is_piped and len(tables) > 1:
        raise BadInput("Standard input can be read only once: alone, and by one mapping.")
    for one in () if is_piped else tables:
        with one.opened() as file:
            refuse_other_columns(file, one.plan)
    return tables


def check_tables(tables: Sequence[Table], *, strict: bool) -> None:
    """Show what the tables would become. Raises BadInput where a table gives no event at all, and
    when strict for any row that would be rejected."""
    from ccdash.ingest.mapped_check import check

    rejected = 0
    for one in tables:
        with one.opened() as file:
            found = check(file, one.plan)
        _show(one, found)
        rejected += len(found.rejected)
        if found.rejected and not found.events:
            raise BadInput(f"No row of {one.path} would be an event of {one.plan.file.name}.")
    say("Nothing was kept: this was a look, without --check it is an import.")
    if rejected and strict:
        raise BadInput(f"{number_of(rejected, 'row')} would be rejected.")


def _show(table: Table, found: Checked) -> None:
    layout = table.plan.file.layout
    print(printable(f"{table.path} by {table.plan.file.name}: {layout.type} of {layout.source}"))
    for line, event in found.first:
        print(f"  line {line:,} becomes")
        for name, value in _told(event, table.plan.reader.zone):
            print(printable(f"    {name:<16}{value[:WIDEST]}"))
    rows = f"{number_of(found.events, 'event')}, {len(found.rejected):,} rejected"
    print(f"  {rows}, {found.skipped:,} skipped")
    if found.unread:
        print(printable(f"  columns that the mapping leaves out: {', '.join(found.unread)}"))
    for refused in found.rejected[:SHOWN]:
        print(printable(f"  rejected: {refused.file}:{refused.line}: {refused.reason}"))
    _more(len(found.rejected))
    for one in found.repeats[:SHOWN]:
        told = f"line {one.line:,} has the id of line {one.earlier:,} and would be a duplicate"
        print(printable(f"  {told}: {one.event_id}"))
    _more(len(found.repeats))


def _more(number: int) -> None:
    if number > SHOWN:
        print(f"  and {number - SHOWN:,} more")


def _told(event: Event, zone: tzinfo) -> Iterator[tuple[str, str]]:
    """The fields of an event as a reader of the mapping knows them, times by the table's clock."""
    import msgspec

    def by_clock(at: datetime) -> str:
        return at.astimezone(zone).isoformat()

    for name, value in msgspec.to_builtins(event, builtin_types=(datetime,)).items():
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, datetime):
            yield name, by_clock(value)
        else:
            yield name, json.dumps(value, ensure_ascii=False, default=by_clock)
