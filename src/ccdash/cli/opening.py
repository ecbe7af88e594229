"""The settings and the store that a command works with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ccdash.cli.output import say

if TYPE_CHECKING:
    from ccdash.settings import Settings
    from ccdash.store.access_log import Reader
    from ccdash.store.engine import Store

OTHER_ZONE = (
    "The days of this store are those of {kept}, and stay so. Here the time zone is {timezone}: "
    "set CCDASH_TIMEZONE to {kept}, or serve the screens with {timezone}."
)


@contextmanager
def opened(*, keeps: bool = False) -> Iterator[tuple[Settings, Store]]:
    """The settings of this process and their store, closed in the end. A process that `keeps` the
    centre's data says of which time zone its days are, where nobody has said it."""
    from ccdash import settings
    from ccdash.store.engine import open_store

    found = settings.load()
    store = open_store(found)
    try:
        if keeps:
            _settle_zone(store, found.timezone)
        yield found, store
    finally:
        store.close()


def _settle_zone(store: Store, timezone: str) -> None:
    """Once it is told, the screens alone change it: the days of all years are then made anew."""
    from ccdash.store.spreads import kept_zone, use_zone

    kept = kept_zone(store)
    if kept is None:
        use_zone(store, timezone)
    elif kept != timezone:
        say(OTHER_ZONE.format(kept=kept, timezone=timezone))


def now() -> datetime:
    """The instant; everything below takes it as an argument."""
    return datetime.now(UTC)


def now_of(store: Store) -> datetime:
    """The instant in this store: in a demo's, what the simulation's clock shows."""
    from ccdash.store.simulation import standing

    found = standing(store)
    return found.now(now()) if found else now()


def reader(why: str = "") -> Reader:
    """Who runs the command, as the system knows them, for the access log."""
    import os
    import pwd

    from ccdash.store.access_log import Reader

    try:
        return Reader(pwd.getpwuid(os.getuid()).pw_name, why)
    except KeyError:  # of a container
        return Reader(f"user {os.getuid()}", why)
