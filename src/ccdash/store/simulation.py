"""The clock of a store whose time is not the wall's: a demo's, which is simulated week by week, or
that of a replay (ingest/replay.py). And which weeks of a demo have been told.

A week is told under an import batch of its own, finished in the transaction of its last events. So
what was cut off, however hard, is known, and telling it once more changes nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, MetaData, Table, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from ccdash.errors import CcdashError
from ccdash.schema import contact, dated_setting, import_batch, simulation, source
from ccdash.store import schema_version
from ccdash.store.engine import Store, translated
from ccdash.sums import contact_interval

PATIENCE = timedelta(seconds=60)
"""Nobody has turned the clock for longer than this: it stands still. Whoever turns it may be kept
from saying so by one wait for a lock, which ends after 30 seconds."""
HISTORY_WAITS = "10min"
ONLY = 1
NO_SEED = -1
"""Of a clock that no simulation turns: a log is being played."""
ANOTHER = "such as another CCDASH_HOME or an empty database."


@dataclass(frozen=True)
class Simulation:
    """The row of a demo store, or of a replay, which has no weeks. `beat_at` is the wall time at
    which somebody last turned the clock; weeks are those before the running one."""

    seed: int
    clock_at: datetime
    wall_at: datetime
    speed: float
    weeks_made: int
    weeks_wanted: int
    beat_at: datetime

    @property
    def is_replay(self) -> bool:
        """Whether a log is played, and nothing simulated."""
        return self.seed == NO_SEED

    @property
    def is_complete(self) -> bool:
        """Whether all of its history is there."""
        return self.weeks_made >= self.weeks_wanted

    def is_running(self, wall: datetime) -> bool:
        """Whether somebody turns the clock."""
        return wall <= self.beat_at + PATIENCE

    def is_opening(self, wall: datetime) -> bool:
        """Whether the clock was set, and nothing has been told since: the first day is coming."""
        return self.beat_at == self.wall_at and self.is_running(wall)

    def now(self, wall: datetime) -> datetime:
        """What the clock shows; without somebody who turns it, it stands still."""
        return self.shown(min(wall, self.beat_at + PATIENCE))

    def shown(self, wall: datetime) -> datetime:
        """What a clock shows that somebody turns."""
        return self.clock_at + max(wall - self.wall_at, timedelta()) * self.speed


class Telling(StrEnum):
    """How a week is told: as finished contacts, or event by event."""

    RECORDED = "recorded"
    AS_IT_HAPPENED = "as it happened"


@dataclass(frozen=True)
class ToldWeek:
    """A week that has been told, or begun: how, of which centre, under which import batch."""

    batch_id: int
    telling: Telling
    centre: str
    is_finished: bool


def standing(store: Store) -> Simulation | None:
    """The clock as it stands; None for a store that has the wall's. Raises StoreUnavailable."""
    columns = [one for one in simulation.columns if one is not simulation.c.simulation_id]
    rows = store.frame(select(*columns)).rows(named=True)
    return Simulation(**rows[0]) if rows else None


def refuse_foreign(store: Store, name: str) -> None:
    """Raises CcdashError unless the store is empty or holds nothing but what `name` simulated."""
    found = standing(store)
    is_demo = found is not None and not found.is_replay
    others = exists().where(source.c.source != name) if is_demo else exists(source.select())
    tables = (contact, dated_setting, simulation)
    rest = [] if is_demo else [exists(one.select()) for one in tables]
    checks = [one.label(f"is_{place}") for place, one in enumerate([others, *rest])]
    if any(store.frame(select(*checks)).row(0)):
        raise CcdashError(
            "This store holds data that was not simulated: a demo centre needs a store of its own, "
            + ANOTHER
        )


def refuse_demo(store: Store) -> None:
    """Raises CcdashError for a simulated centre or a replay: nobody's own data may be mixed with
    it, nor be shown by its clock."""
    found = standing(store)
    if found is not None:
        what = "a replay" if found.is_replay else "a simulated centre"
        raise CcdashError(
            f"This store holds {what}: your own data needs a store of its own, {ANOTHER}"
        )


def empty(store: Store) -> None:
    """Drop everything that a store holds and make its tables anew. An embedded store that is cut
    off in between gets them when it is opened."""
    with store.transaction() as connection:
        contact_interval.metadata.drop_all(connection)
        Table("alembic_version", MetaData()).drop(connection)
    with translated():
        schema_version.upgrade(store.engine)


def begin(connection: Connection, now: Simulation) -> None:
    """Set the clock and what is wanted, of a store that may have been a demo before."""
    values = asdict(now)
    statement = insert(simulation).values({"simulation_id": ONLY, **values})
    connection.execute(
        statement.on_conflict_do_update(index_elements=["simulation_id"], set_=values)
    )


def beat(connection: Connection, wall: datetime) -> None:
    """Say that the clock is being turned."""
    connection.execute(update(simulation).values(beat_at=wall))


def stop(connection: Connection, clock: datetime, wall: datetime) -> None:
    """Nobody turns the clock from now on: it stands where it is."""
    still = {"clock_at": clock, "wall_at": wall, "beat_at": wall - PATIENCE}
    connection.execute(update(simulation).values(still))


def told_weeks(store: Store, name: str) -> dict[date, ToldWeek]:
    """What has been told or begun, by the Monday of the week."""
    columns = ("batch_id", "file", "digest", "finished_at")
    statement = (
        select(*(import_batch.c[one] for one in columns))
        .where(import_batch.c.source == name)
        .order_by(import_batch.c.batch_id)
    )
    found: dict[date, ToldWeek] = {}
    for batch_id, file, digest, finished_at in store.frame(statement).iter_rows():
        monday, _, telling = file.partition(" ")
        week = ToldWeek(batch_id, Telling(telling), digest, finished_at is not None)
        found[date.fromisoformat(monday)] = week
    return found


def begin_week(
    connection: Connection, name: str, monday: date, week: tuple[Telling, str, datetime]
) -> int:
    """The import batch under which a week is told: how, of which centre, since when."""
    telling, centre, at = week
    nothing_yet = dict.fromkeys(("position_bytes", "position_line", "read", "kept", "duplicate"), 0)
    values = {"source": name, "file": f"{monday} {telling}", "digest": centre, "started_at": at}
    statement = insert(import_batch).values(
        values | nothing_yet | {"parser_state": {}, "rejected": 0}
    )
    return int(connection.execute(statement.returning(import_batch.c.batch_id)).scalar_one())


def advance_week(connection: Connection, batch_id: int, kept: int, duplicate: int) -> None:
    """Count what was told of a week."""
    of = import_batch.c
    connection.execute(
        update(import_batch)
        .where(of.batch_id == batch_id)
        .values(
            read=of.read + kept + duplicate, kept=of.kept + kept, duplicate=of.duplicate + duplicate
        )
    )


def take_time(connection: Connection) -> None:
    """Let a transaction of history wait for others, and not for the disk: what is lost is told
    again."""
    connection.execute(
        select(
            func.set_config("lock_timeout", HISTORY_WAITS, True),
            func.set_config("synchronous_commit", "off", True),
        )
    )


def finish_week(connection: Connection, batch_id: int, at: datetime) -> None:
    """Nothing of the week is left to tell."""
    connection.execute(
        update(import_batch).where(import_batch.c.batch_id == batch_id).values(finished_at=at)
    )


def count_week(connection: Connection) -> None:
    """One more week of the history is there."""
    made = func.least(simulation.c.weeks_made + literal(1), simulation.c.weeks_wanted)
    connection.execute(update(simulation).values(weeks_made=made))
