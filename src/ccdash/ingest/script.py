"""A log as the script of a replay: what had happened before an instant, and what comes when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import attrgetter

from ccdash.errors import BadInput
from ccdash.ingest.batches import RejectedLine
from ccdash.ingest.events import Event
from ccdash.ingest.files import ParserFactory, parsed
from ccdash.ingest.happenings import Happening, happenings, told_at
from ccdash.ingest.lines import LineFile

CHUNK_LINES = 5_000


@dataclass(frozen=True)
class Script:
    """A log that is read in pieces, by the parser of its platform, as often as it is asked."""

    file: LineFile
    parser_factory: ParserFactory

    @property
    def source(self) -> str:
        """Whose events these are."""
        return self.parser_factory({}).source

    def first_at(self) -> datetime:
        """When the first event of the file was. Raises BadInput when no line can be read."""
        for events, _ in self._pieces():
            if events:
                return events[0].at
        raise BadInput(
            f"No line of {self.file.name} could be read: is it a log of this kind? "
            "`ccdash replay --help` lists the kinds."
        )

    def before(self, at: datetime) -> Iterator[list[Event]]:
        """What had happened by the instant, in pieces; of a contact that was over, one event."""
        for events, _ in self._pieces():
            yield [said for event in events for said in _by(event, at)]

    def after(self, at: datetime, last: datetime) -> tuple[list[Happening], list[RejectedLine]]:
        """What happened after one instant and not after another, in order of time; and the lines of
        the file that are no events."""
        ahead: list[Happening] = []
        rejected: list[RejectedLine] = []
        for events, refused in self._pieces():
            rejected.extend(refused)
            within = (event for event in events if event.at <= last and told_at(event) > at)
            told = (one for event in within for one in happenings(event))
            ahead.extend(one for one in told if at < one.at <= last)
        ahead.sort(key=attrgetter("at"))
        return ahead, rejected

    def _pieces(self) -> Iterator[tuple[list[Event], list[RejectedLine]]]:
        parser, lines = self.parser_factory({}), self.file.lines()
        while chunk := list(islice(lines, CHUNK_LINES)):
            yield parsed(parser, chunk, self.file.name)


def _by(event: Event, at: datetime) -> list[Event]:
    if told_at(event) <= at:
        return [event]
    return [one.event for one in happenings(event) if one.at <= at]
