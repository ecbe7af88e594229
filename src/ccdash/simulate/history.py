"""The weeks before the running one: told as finished contacts, newest first, by two processes."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from multiprocessing.context import SpawnProcess
from threading import Thread
from types import FrameType
from typing import NoReturn

from ccdash.errors import CcdashError
from ccdash.settings import Settings
from ccdash.simulate.demo import Demo
from ccdash.store.engine import Store, open_store
from ccdash.store.simulation import Telling, ToldWeek

log = logging.getLogger(__name__)

WORKERS = 2
RUN = 13
"""Weeks in a row of one worker: the plans of a week's matters are of use to its neighbours."""
PATIENCE_SECONDS = 20.0
"""A worker that was asked to end has so long; then it is killed."""
NICENESS = 5
"""Screens go before history where both want the machine."""


@dataclass(frozen=True)
class Order:
    """What a worker needs: the settings of the store, and how to get the centre."""

    settings: Settings
    demo: Callable[[], Demo]


def missing(running: date, weeks: int, told: Mapping[date, ToldWeek]) -> list[date]:
    """The Mondays of the weeks before the running one that are wanted, or were begun, and are not
    told to their end, the newest first. The week just before it is the feed's own when it was told
    live."""
    last = running - timedelta(weeks=1)
    wanted = {running - timedelta(weeks=one) for one in range(1, weeks + 1)}
    done = {one for one, week in told.items() if week.is_finished}
    if last in told and told[last].telling is Telling.AS_IT_HAPPENED:
        done.add(last)
    begun = {one for one in told if one < running}
    return sorted((wanted | begun) - done, reverse=True)


def start(order: Order, mondays: Sequence[date], at: datetime) -> list[SpawnProcess]:
    """Processes that tell these weeks. They end with this one, however it ends."""
    context = multiprocessing.get_context("spawn")
    runs = [mondays[place : place + RUN] for place in range(0, len(mondays), RUN)]
    shares = [[one for run in runs[place::WORKERS] for one in run] for place in range(WORKERS)]
    workers = [
        context.Process(target=_work, args=(order, share, at), daemon=True)
        for share in shares
        if share
    ]
    for one in workers:
        one.start()
    return workers


def is_going_on(workers: Iterable[SpawnProcess]) -> bool:
    """Whether some still work. Raises CcdashError when one has failed; its log line says why."""
    codes = [one.exitcode for one in workers]
    if any(code not in (None, 0) for code in codes):
        raise CcdashError("The history could not be made to its end: it goes on at the next start.")
    return None in codes


def tell_week(store: Store, demo: Demo, monday: date, at: datetime) -> None:
    """Tell one week to its end, the way it was begun."""
    told = demo.told(store).get(monday)
    telling = told.telling if told else Telling.RECORDED
    batch_id = told.batch_id if told else demo.begin_week(store, monday, telling, at)
    demo.record_week(store, batch_id, demo.tell(monday, telling), at)


def stop(workers: Iterable[SpawnProcess]) -> None:
    """End what still works; a week that is cut off is told again at the next start."""
    for one in workers:
        one.terminate()
    for one in workers:
        one.join(PATIENCE_SECONDS)
        one.kill()


def _work(order: Order, mondays: Sequence[date], at: datetime) -> None:
    """SIGTERM unwinds, so that the last user of an embedded store stops it; Ctrl-C is for the
    parent, which then stops its workers."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    os.nice(NICENESS)
    try:
        with closing(open_store(order.settings)) as store:
            demo = order.demo()
            for monday in mondays:
                tell_week(store, demo, monday, at)
    except CcdashError as error:
        log.error("the history stops: %s", error)  # noqa: TRY400  a sentence, no traceback
        raise SystemExit(1) from error


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(1)


def _end_with_parent() -> None:
    """A killed parent cannot stop anybody."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
