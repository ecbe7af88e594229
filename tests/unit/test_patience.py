"""Questions to a store that may hang."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Event

import pytest

from ccdash.errors import BadQuery, StoreUnavailable
from ccdash.live.patience import Patience


def test_what_hangs_is_not_awaited_and_nothing_else_is_asked_until_it_ends() -> None:
    may_end, asked = Event(), []
    patience = Patience(0.05)
    with pytest.raises(StoreUnavailable):
        patience.ask(lambda: may_end.wait(30))

    with pytest.raises(StoreUnavailable):
        patience.ask(lambda: asked.append(1))
    assert asked == []

    may_end.set()
    while patience._overdue:
        pass
    assert Patience(30).ask(lambda: 7) == 7


def test_the_wait_for_a_turn_counts(monkeypatch) -> None:
    clock, waited = iter([0.0, 29.99]), []
    monkeypatch.setattr("ccdash.live.patience.monotonic", lambda: next(clock))
    monkeypatch.setattr(Future, "result", lambda _, seconds: waited.append(seconds))

    Patience(30).ask(lambda: 7)

    assert waited == [pytest.approx(0.01)]


def test_a_failure_is_raised_where_the_answer_is_awaited() -> None:
    def fails() -> None:
        raise BadQuery("no such metric")

    with pytest.raises(BadQuery):
        Patience(30).ask(fails)
