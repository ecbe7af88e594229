"""The settings and the store that a command works with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccdash.settings import Settings
    from ccdash.store.engine import Store


@contextmanager
def opened(*, keeps: bool = False) -> Iterator[tuple[Settings, Store]]:
    """The settings of this process and their store, closed in the end. A process that `keeps` the
    centre's data says of which time zone its days are."""
    from ccdash import settings
    from ccdash.store.engine import open_store
    from ccdash.store.spreads import use_zone

    found = settings.load()
    store = open_store(found)
    try:
        if keeps:
            use_zone(store, found.timezone)
        yield found, store
    finally:
        store.close()


def now() -> datetime:
    """The instant; everything below takes it as an argument."""
    return datetime.now(UTC)


def now_of(store: Store) -> datetime:
    """The instant in this store: in a demo's, what the simulation's clock shows."""
    from ccdash.store.simulation import standing

    found = standing(store)
    return found.now(now()) if found else now()
