"""A table looked at through its mapping, before anything is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ccdash.errors import BadInput
from ccdash.ingest.batches import RejectedLine
from ccdash.ingest.csv_rows import rows
from ccdash.ingest.events import Event
from ccdash.ingest.files import parsed
from ccdash.ingest.lines import LineFile
from ccdash.ingest.sources import SKIPPED
from ccdash.ingest.sources.mapped import MappedRows
from ccdash.ingest.sources.mapped_plan import Plan

SHOWN = 3


@dataclass(frozen=True)
class Repeat:
    """A row whose event has the id of an earlier one: it would be taken for the same."""

    line: int
    earlier: int
    event_id: str


@dataclass(frozen=True)
class Checked:
    """What a table would become. `first` are the first events, each with its line; `unread` the
    columns that the mapping does not look at."""

    first: Sequence[tuple[int, Event]]
    events: int
    rejected: Sequence[RejectedLine]
    skipped: int
    repeats: Sequence[Repeat]
    unread: Sequence[str]


def check(file: LineFile, plan: Plan) -> Checked:
    """Reads the whole table. Raises BadInput when the file cannot be read."""
    parser = MappedRows(plan=plan)
    first: list[tuple[int, Event]] = []
    rejected: list[RejectedLine] = []
    repeats: list[Repeat] = []
    told: dict[str, int] = {}
    for line in rows(file):
        events, refused = parsed(parser, [line], file.name)
        rejected.extend(refused)
        for event in events:
            if event.id in told:
                repeats.append(Repeat(line.number, told[event.id], event.id))
            told.setdefault(event.id, line.number)
            if len(first) < SHOWN:
                first.append((line.number, event))
    unread = [one for one in parser.columns if one not in plan.columns]
    events_told = len(told) + len(repeats)
    return Checked(first, events_told, rejected, parser.state[SKIPPED], repeats, unread)


def refuse_other_columns(file: LineFile, plan: Plan) -> None:
    """Raises BadInput when the table lacks a column that the mapping names, and for a header that
    cannot be read."""
    parser = MappedRows(plan=plan)
    first = next((line for line in rows(file) if line.text.strip()), None)
    if first is None or parser.columns:
        return
    if first.reason is not None:
        raise BadInput(f"the header, line {first.number}, cannot be read: {first.reason}")
    parser.parse(first.text)
