"""One module a platform: its lines become Events. Nothing here knows our tables."""

from __future__ import annotations

from typing import Protocol

from ccdash.ingest.events import Event

SKIPPED = "skipped"
"""In a parser's state: how many rows it was told to skip."""


class LineParser(Protocol):
    """Reads one platform's lines, one Event a line. A new parser made with an old one's `state`
    goes on where that one stopped, so a file may be read in pieces, by one process or several."""

    @property
    def source(self) -> str:
        """The name under which the events are kept, such as "asterisk"."""

    @property
    def state(self) -> dict[str, int]:
        """What to give to the next parser; small, and the same again through JSON."""

    def parse(self, line: str) -> Event | None:
        """The event of one line without its newline; None only for a header, and for a row that is
        skipped and counted as such: neither counts as read. Raises BadInput with the reason why the
        line is rejected."""
