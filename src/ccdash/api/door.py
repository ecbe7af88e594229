"""What the routes are given: how they reach the store, whose days they count, what time it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ccdash.store.engine import Store


@dataclass(frozen=True, slots=True)
class Door:
    """Each may raise what stops the product from answering; it is asked at every request."""

    store: Callable[[], Store]
    timezone: Callable[[], str]
    now: Callable[[], datetime]
