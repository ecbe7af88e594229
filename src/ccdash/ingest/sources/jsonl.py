"""ccdash's own events, one JSON object a line (docs/howto/feed-events.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ccdash.errors import BadInput
from ccdash.ingest.events import Event, decode

_zero_character = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class EventLines:
    """Reads ccdash event files. `source` names the import; each event keeps the source it names."""

    def __init__(self, state: Mapping[str, int] | None = None, *, source: str = "events") -> None:
        self.source = source

    @property
    def state(self) -> dict[str, int]:
        """Nothing: every line stands alone."""
        return {}

    def parse(self, line: str) -> Event:
        """The event of a line. Raises BadInput with the place and the reason."""
        if not line.strip():
            raise BadInput("the line is empty")
        # Postgres keeps no zero character in a text: told here, for this line, and not by the store
        # for the whole import.
        if "\\u0000" in line and _zero_character.search(line):
            raise BadInput("a text holds the character \\u0000, which cannot be kept")
        return decode(line)
