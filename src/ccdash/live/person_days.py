"""The days of the people that somebody looks at, each read once for all who do."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from ccdash.live.kept import Awaited, Kept
from ccdash.store.person_day import PersonDay

STEP = timedelta(seconds=15)
MOST = 64


class PersonDays:
    """One a process; of the people that were asked for last."""

    def __init__(
        self, read: Callable[[str, datetime], PersonDay | None], clock: Callable[[], datetime]
    ) -> None:
        self._read = read
        self._clock = clock
        self._kept: OrderedDict[str, Kept[PersonDay | None]] = OrderedDict()
        self._choosing = Lock()

    def latest(self, agent_id: str) -> PersonDay | None:
        """Of a few seconds ago at most, or the last good one; None for nobody, and as long as it
        could not be read."""
        with self._choosing:
            kept = self._kept.get(agent_id)
            if kept is None:
                kept = Kept(
                    lambda at: self._read(agent_id, at), self._clock, STEP, awaited=Awaited.FIRST
                )
                self._kept[agent_id] = kept
            self._kept.move_to_end(agent_id)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return kept.latest()
