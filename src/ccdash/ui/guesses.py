"""How often an address may ask for a wall that is not there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from threading import Lock
from time import monotonic

MOST_WRONG, WITHIN_SECONDS = 20, 60.0
MOST_ADDRESSES = 1024
"""That are remembered; the one that was wrong longest ago is forgotten first."""
HOME_OF_ONE = 64
"""Bits of a network that one guest has for himself (IPv6)."""


@dataclass(slots=True)
class _Wrong:
    since: float
    times: int = 0


class Guesses:
    """Thread-safe, and of bounded size whoever asks from wherever."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, _Wrong] = OrderedDict()
        self._lock = Lock()

    def wait_seconds(self, address: str) -> int:
        """How long somebody who was wrong too often has to wait; 0 for everybody else."""
        with self._lock:
            found = self._wrong.get(_guest(address))
            if found is None or found.times < MOST_WRONG:
                return 0
            return max(0, int(found.since + WITHIN_SECONDS - self._clock()) + 1)

    def was_wrong(self, address: str) -> None:
        """Remember it."""
        now, guest = self._clock(), _guest(address)
        with self._lock:
            found = self._wrong.get(guest)
            if found is None or now - found.since > WITHIN_SECONDS:
                found = self._wrong[guest] = _Wrong(now)
            found.times += 1
            self._wrong.move_to_end(guest)
            while len(self._wrong) > MOST_ADDRESSES:
                self._wrong.popitem(last=False)


def _guest(address: str) -> str:
    try:
        at = ip_address(address)
    except ValueError:
        return address[:64]
    if at.version == 4:
        return str(at)
    return str(ip_network((at, HOME_OF_ONE), strict=False))


GUESSES = Guesses()
"""Of this process: the page and the stream count together."""
