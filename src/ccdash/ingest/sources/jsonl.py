"""ccdash's own events, one JSON object a line (docs/howto/feed-events.md)."""

from __future__ import annotations

from collections.abc import Mapping

from ccdash.errors import BadInput
from ccdash.ingest.events import Event, decode


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
        return decode(line)
