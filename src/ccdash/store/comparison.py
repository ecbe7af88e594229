"""What the floor of now is held against: its last hour, what is usual, who takes what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from ccdash.store.engine import Store
from ccdash.store.recent import Recent, recent
from ccdash.store.skills import queues, skills
from ccdash.store.usual import Usual, usual
from ccdash.store.usual_work import UsualWork, usual_work


@dataclass(frozen=True)
class Comparison:
    """The frames are those of store/recent.py, store/usual.py and store/skills.py. `usual` and
    `work` are None until they have been read for the first time."""

    recent: Recent
    usual: Usual | None
    skills: pl.DataFrame
    queues: pl.DataFrame
    work: UsualWork | None = None


def comparison(store: Store, at: datetime, timezone: str) -> Comparison:
    """All of it at one instant; a screen of now keeps the parts (live/comparisons.py).
    Raises StoreUnavailable."""
    return Comparison(
        recent(store, at),
        usual(store, at, timezone),
        skills(store, at),
        queues(store, at),
        usual_work(store, at, timezone),
    )
