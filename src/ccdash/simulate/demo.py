"""One demo centre in one store: which centre, by which seed, and how its weeks are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ccdash.calendars import Calendar
from ccdash.errors import CcdashError
from ccdash.ingest.events import Event
from ccdash.ingest.record import record
from ccdash.simulate.centre import SOURCE
from ccdash.store import simulation
from ccdash.store.engine import Store
from ccdash.store.simulation import Telling, ToldWeek
from ccdash.thresholds import DatedValue

Tell = Callable[[date, Telling], Sequence[Event]]
"""The events of the week of a Monday, in order, told the one way or the other."""


@dataclass(frozen=True)
class Demo:
    """A centre that lives in a store. `digest` names its files and its seed: events of two
    centres are never mixed."""

    seed: int
    digest: str
    zone: ZoneInfo
    region: str
    tell: Tell
    is_working_day: Callable[[date], bool]
    described: Callable[[datetime], Sequence[Event]]
    """Who and what the centre is, told at an instant."""
    targets: Sequence[DatedValue] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    """By queue."""

    def told(self, store: Store) -> dict[date, ToldWeek]:
        """The weeks that have been told or begun, by their Monday."""
        return simulation.told_weeks(store, SOURCE)

    def begin_week(self, store: Store, monday: date, telling: Telling, at: datetime) -> int:
        """The import batch of a week that nobody has told of yet."""
        with store.transaction() as connection:
            return simulation.begin_week(connection, SOURCE, monday, (telling, self.digest, at))

    def record(self, store: Store, batch_id: int, events: Sequence[Event], at: datetime) -> None:
        """Keep events of a week, once each however often they are told."""
        with store.transaction() as connection:
            counts = record(
                connection, events, received_at=at, batch_id=batch_id, region=self.region
            )
            simulation.advance_week(connection, batch_id, counts.kept, counts.duplicate)

    def record_week(
        self, store: Store, batch_id: int, events: Sequence[Event], at: datetime
    ) -> None:
        """Keep all of a week and note that it is there, at once: a cut within a day would leave
        everybody at work until the next day that is told."""
        with store.transaction() as connection:
            simulation.take_time(connection)
            counts = record(
                connection, events, received_at=at, batch_id=batch_id, region=self.region
            )
            simulation.advance_week(connection, batch_id, counts.kept, counts.duplicate)
            simulation.finish_week(connection, batch_id, at)
            simulation.count_week(connection)

    def refuse_another(self, store: Store) -> None:
        """Raises CcdashError when the store holds weeks of another centre."""
        if self.is_another(store):
            raise CcdashError(
                "The files in data/ or the seed are not those by which this store was simulated: "
                "take them back, or begin anew in an empty store, as `ccdash serve --demo` does."
            )

    def is_another(self, store: Store) -> bool:
        """Whether the store holds weeks of another centre."""
        return any(week.centre != self.digest for week in self.told(store).values())
