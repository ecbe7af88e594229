"""What the floor is held against, read as seldom as each part needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from ccdash.live.kept import Awaited, Kept
from ccdash.store.comparison import Comparison
from ccdash.store.engine import Store
from ccdash.store.recent import recent
from ccdash.store.skills import queues, skills
from ccdash.store.usual import usual
from ccdash.store.usual_work import usual_work

HALF_A_MINUTE, FIVE_MINUTES = timedelta(seconds=30), timedelta(minutes=5)
QUARTER = timedelta(minutes=15)


class Comparisons:
    """One a process. `store` and `timezone` are asked when something is read; `last` is what the
    one before gave, until all is read anew."""

    def __init__(
        self,
        store: Callable[[], Store],
        timezone: Callable[[], str],
        clock: Callable[[], datetime],
        last: Comparison | None = None,
    ) -> None:
        self.last = last
        self._recent = Kept(
            lambda at: recent(store(), at), clock, HALF_A_MINUTE, awaited=Awaited.FIRST
        )
        self._usual = Kept(
            lambda at: usual(store(), at, timezone()), clock, QUARTER, awaited=Awaited.NEVER
        )
        self._work = Kept(
            lambda at: usual_work(store(), at, timezone()), clock, QUARTER, awaited=Awaited.NEVER
        )
        self._skills = Kept(
            lambda at: skills(store(), at), clock, FIVE_MINUTES, awaited=Awaited.FIRST
        )
        self._queues = Kept(
            lambda at: queues(store(), at), clock, FIVE_MINUTES, awaited=Awaited.FIRST
        )

    def latest(self) -> Comparison | None:
        """None as long as a part of it could never be read. What is usual takes longest to read:
        nobody waits for it."""
        hour, weeks, work = self._recent.latest(), self._usual.latest(), self._work.latest()
        who, where = self._skills.latest(), self._queues.latest()
        if hour is not None and who is not None and where is not None:
            self.last = Comparison(hour, weeks, who, where, work)
        return self.last
