"""`ccdash follow`: a log that grows, live."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccdash.cli.importing import Names, Source, pair_names
from ccdash.cli.opening import now, opened
from ccdash.cli.output import number_of, say
from ccdash.cli.progress import waiting
from ccdash.cli.stopping import asked_to_stop, sleep_until
from ccdash.errors import CcdashError, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccdash.ingest.follow import Batch, Journal, Place
    from ccdash.store.engine import Store

SUMS_EVERY_SECONDS = 1.0

app = typer.Typer(no_args_is_help=True, help="Follow a log while it grows, until Ctrl-C.")


@app.callback()
def _follow() -> None:
    """Keep the name of the platform a word of the command while there is only one."""


@app.command(epilog="Example: ccdash follow asterisk /var/log/asterisk/queue_log")
def asterisk(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="It may come into being later.")],
    source: Source = "asterisk",
    names: Names = None,
) -> None:
    """A queue_log of Asterisk, over rotations and restarts; nothing is lost or counted twice."""
    from ccdash.ingest.follow import Followed, follow
    from ccdash.ingest.follow_journal import StoreJournal
    from ccdash.ingest.sources.asterisk import QueueLog
    from ccdash.store.simulation import refuse_demo

    with opened(keeps=True) as (settings, store), ExitStack() as stack:
        refuse_demo(store)
        if names is not None:
            pair_names(store, names, source, settings.region)
        stop = stack.enter_context(asked_to_stop())
        show = stack.enter_context(waiting(f"Following {file}"))
        if not sys.stderr.isatty():
            say(f"Following {file}; SIGTERM or Ctrl-C stops.")
        inner = StoreJournal(store.transaction, file, source, now, settings.region)
        journal = _Journal(inner, store, partial(_show, show, file))
        followed = Followed(file, partial(QueueLog, source=source), journal)
        follow(followed, should_stop=stop, sleep=partial(_sleep, journal, stop))
        journal.make_sums()
    say(f"Stopped. {journal.told}")


def _show(show: Callable[[str], None], file: Path, told: str) -> None:
    show(f"Following {file}: {told}")


def _sleep(journal: _Journal, stop: Callable[[], bool], seconds: float) -> None:
    """Nothing to read now: bring the sums up to date, then wait, not longer than until a stop."""
    journal.make_sums()
    sleep_until(stop, seconds)


class _Journal:
    """A journal that keeps the sums current behind each batch, and tells once when the store goes
    away and when it is back. An embedded store is started again."""

    def __init__(self, inner: Journal, store: Store, show: Callable[[str], None]) -> None:
        self._inner, self._store, self._show = inner, store, show
        self._read = self._rejected = 0
        self._owes_sums = False
        self._made_sums = 0.0
        self._seen: set[str] = set()
        logging.getLogger("ccdash.ingest.follow").addFilter(self._is_new)

    @property
    def told(self) -> str:
        """What was read so far, in words."""
        return f"{number_of(self._read, 'line')} read, {self._rejected:,} of them rejected."

    def place(self) -> Place | None:
        """As the journal of the store."""
        with self._watched():
            return self._inner.place()

    def apply(self, batch: Batch) -> None:
        """As the journal of the store. Sums that could not be made are made later: until then
        figures come from the rows."""
        with self._watched():
            self._inner.apply(batch)
        self._read += len(batch.events) + len(batch.rejected)
        self._rejected += len(batch.rejected)
        self._owes_sums = True
        self._show(self.told)
        if time.monotonic() - self._made_sums > SUMS_EVERY_SECONDS:
            self.make_sums()

    def make_sums(self) -> None:
        """Make the sums anew that the batches since the last time have touched."""
        from ccdash.store.rollup import refresh

        if self._owes_sums:
            with suppress(StoreUnavailable), self._watched():
                with self._store.transaction() as connection:
                    refresh(connection)
                self._owes_sums, self._made_sums = False, time.monotonic()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except StoreUnavailable:
            if self._store.embedded is not None:
                with suppress(CcdashError):
                    self._store.embedded.ensure()
            raise
        if self._seen:
            self._seen.clear()
            say("The store is back; nothing was lost.")

    def _is_new(self, record: logging.LogRecord) -> bool:
        """Whether a warning was not given yet since the store answered last."""
        is_new = record.msg not in self._seen
        if record.exc_info is None and "Trying again" in record.msg:
            self._seen.add(record.msg)
        return is_new
