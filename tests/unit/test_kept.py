"""A read that is kept for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from ccdash.errors import StoreUnavailable
from ccdash.live.kept import Awaited, Kept, nobody_waits

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Clock:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


def test_it_is_read_once_a_step_and_anew_in_the_next() -> None:
    clock, read = Clock(), []
    kept = Kept(lambda at: read.append(at) or len(read), clock, MINUTE)

    assert [kept.latest(), kept.latest()] == [1, 1]
    clock.at += timedelta(seconds=59)
    assert kept.latest() == 1
    clock.at += timedelta(seconds=1)
    assert kept.latest() == 2
    assert read == [START, START + MINUTE]


def test_without_its_store_the_last_good_one_stays() -> None:
    clock = Clock()
    kept = Kept(_read_at, clock, MINUTE)
    assert kept.latest() == START

    clock.at += MINUTE

    assert kept.latest() == START


def _read_at(at: datetime) -> datetime:
    if at > START:
        raise StoreUnavailable
    return at


def test_what_never_was_is_none() -> None:
    def lost(_at: datetime) -> int:
        raise StoreUnavailable

    assert Kept(lost, Clock(), MINUTE).latest() is None


def test_nobody_waits_for_what_is_not_awaited() -> None:
    may_end, is_read = Event(), Event()

    def slow(_at: datetime) -> int:
        may_end.wait(30)
        is_read.set()
        return 7

    kept = Kept(slow, Clock(), MINUTE, awaited=Awaited.NEVER)

    assert kept.latest() is None
    may_end.set()
    assert is_read.wait(30)
    while kept._reading.locked():
        pass
    assert kept.latest() == 7


@pytest.mark.parametrize("awaited", Awaited)
def test_a_thread_that_all_screens_depend_on_waits_for_nothing(awaited) -> None:
    may_end = Event()
    hangs = Kept(lambda _: may_end.wait(30), Clock(), MINUTE, awaited=awaited)

    with nobody_waits():
        found = hangs.latest()

    assert found is None
    may_end.set()


def test_for_the_first_of_all_some_wait_a_moment(monkeypatch) -> None:
    may_end = Event()
    hangs = Kept(lambda _: may_end.wait(30), Clock(), MINUTE, awaited=Awaited.BRIEFLY)
    monkeypatch.setattr("ccdash.live.kept.BRIEF_SECONDS", 0.05)
    assert hangs.latest() is None
    may_end.set()

    monkeypatch.setattr("ccdash.live.kept.BRIEF_SECONDS", 30)
    assert Kept(lambda _: 7, Clock(), MINUTE, awaited=Awaited.BRIEFLY).latest() == 7
