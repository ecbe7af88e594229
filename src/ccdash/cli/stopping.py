"""When a command that runs until it is stopped is to stop."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from types import FrameType

MOST_SLEEP = 0.1


@contextmanager
def asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C or SIGTERM came: what is being kept is kept first. The second is at once."""
    came: list[int] = []

    def come(number: int, _frame: FrameType | None) -> None:
        if came:
            raise KeyboardInterrupt
        came.append(number)

    before = {one: signal.signal(one, come) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(came)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def sleep_until(stop: Callable[[], bool], seconds: float) -> None:
    """Wait, not longer than until a stop."""
    end = time.monotonic() + seconds
    while not stop() and (left := end - time.monotonic()) > 0:
        time.sleep(min(MOST_SLEEP, left))


def stop_with_parent() -> None:
    """Stop when whoever holds the other end of our standard input is gone, however it went."""
    Thread(target=_await_end, daemon=True).start()


def _await_end() -> None:
    while os.read(sys.stdin.fileno(), 1024):  # not sys.stdin.read, which a leaving Python waits for
        pass
    os.kill(os.getpid(), signal.SIGTERM)
