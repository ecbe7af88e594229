"""The check of every night, at an hour at which few look."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Event, Thread

from ccdash.errors import CcdashError
from ccdash.settings import zone
from ccdash.store import nightly
from ccdash.store.engine import Store

log = logging.getLogger(__name__)

EVERY_SECONDS = 600.0
FROM_HOUR, TO_HOUR = 2, 5
LONGEST = timedelta(days=3)
"""A machine that is off at night is checked in the day after so long."""


class NightlyCheck:
    """A thread that begins the check once a night; of several processes on one store, one does."""

    def __init__(
        self, store: Callable[[], Store], timezone: Callable[[], str], now: Callable[[], datetime]
    ) -> None:
        self._store, self._timezone, self._now = store, timezone, now
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="ccdash-nightly", daemon=True)

    def start(self) -> None:
        """Begin to look at the clock."""
        self._thread.start()

    def stop(self) -> None:
        """Begin no other check; one that runs ends with the process, and the next night has one."""
        self._stopping.set()

    def look(self) -> None:
        """Do the check when it is time. Never raises: an outage is another night's matter."""
        try:
            self._check()
        except CcdashError as error:
            log.warning("the nightly check was cut off: %s", error)
        except Exception:
            log.exception("the nightly check was cut off")

    def _run(self) -> None:
        while not self._stopping.wait(EVERY_SECONDS):
            self.look()

    def _check(self) -> None:
        local = self._now().astimezone(zone(self._timezone()))
        before = nightly.last(self._store())
        if not is_due(local, before.night if before else None):
            return
        found = nightly.run(self._store(), local.date(), self._now)
        if found is not None:
            told = log.warning if found.different else log.info
            told("compared %s sums, made %s anew", found.compared, found.different)


def is_due(local: datetime, before: date | None) -> bool:
    """Whether a check begins at this local time, when the one before was of that night; the first
    one of all begins at once."""
    if before is None:
        return True
    if before == local.date():
        return False
    return FROM_HOUR <= local.hour < TO_HOUR or local.date() - before > LONGEST
