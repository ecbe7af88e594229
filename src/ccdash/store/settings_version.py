"""Which settings figures were made with: the same ones give the same figures of the same events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select

from ccdash.schema import calendar, dated_setting, opening_hours, special_day
from ccdash.store.engine import Store

PARTS = (dated_setting, calendar, opening_hours, special_day)
LENGTH = 12


@dataclass(frozen=True, slots=True)
class SettingsVersion:
    """How many targets, limits and calendars of queues were set, from when the newest of them
    holds, and a fingerprint of them all and of the calendars' hours."""

    count: int
    newest_from: datetime | None
    fingerprint: str


def settings_version(store: Store) -> SettingsVersion:
    """That of the store as it is now. Raises StoreUnavailable."""
    since = dated_setting.c.valid_from
    told = store.frame(select(func.count().label("count"), func.max(since).label("newest")))
    made_of = sha256()
    for table in PARTS:
        rows = store.frame(select(table).order_by(*table.primary_key.columns))
        made_of.update(rows.write_csv().encode())
    return SettingsVersion(told["count"][0], told["newest"][0], made_of.hexdigest()[:LENGTH])
