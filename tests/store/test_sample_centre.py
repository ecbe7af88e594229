"""The made-up centre in a store: what the store says is what the centre knows of itself."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ccdash.ingest import events as ev
from ccdash.ingest.files import import_file
from ccdash.ingest.sources.jsonl import EventLines
from ccdash.measures import Fact
from ccdash.metrics import METRICS, Metric
from ccdash.query import Dimension, Period, Query
from ccdash.store import history, live, rollup
from ccdash.vocabulary import Grain

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
PLACE = "Europe/Helsinki"
UNTIL = datetime.fromisoformat("2025-11-20T14:32:07+02:00")
DAYS, SEED = 8, 7
PERIOD = Period.parse("2025-11-10", "2025-11-22", PLACE)


@contextmanager
def _scripts_in_reach() -> Iterator[None]:
    sys.path.insert(0, str(SCRIPTS))
    try:
        yield
    finally:
        sys.path.remove(str(SCRIPTS))


@pytest.fixture(scope="module")
def centre() -> Any:
    """The simulation itself, as it was at the end: an account that no store has touched."""
    with _scripts_in_reach():
        made = import_module("sample_floor").Centre(SEED, DAYS, int(UNTIL.timestamp()))
    made.run()
    return made


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    with _scripts_in_reach():
        events = import_module("sample_centre").sample(DAYS, SEED, UNTIL)
    path = tmp_path_factory.mktemp("sample") / "sample.jsonl"
    path.write_bytes(b"".join(ev.encode(one) + b"\n" for one in events))
    return path


@pytest.fixture
def filled(store, file):
    report = import_file(store.engine, file, EventLines, now=lambda: datetime.now(UTC))
    assert (report.kept, report.duplicate, report.rejected) == (report.read, 0, 0)
    with store.engine.begin() as connection:
        rollup.refresh(connection)
    return store


def _additive(fact: Fact) -> tuple[str, ...]:
    def is_additive(one: Metric) -> bool:
        return one.fact is fact and all(measure.is_additive for measure in one.measures)

    return tuple(name for name, one in METRICS.items() if is_additive(one))


def test_sums_are_the_raw_rows_for_every_measure_by_queue_or_agent_and_day(filled):
    for fact, by in (
        (Fact.CONTACT, Dimension.QUEUE),
        (Fact.CASE, Dimension.QUEUE),
        (Fact.AGENT, Dimension.AGENT),
    ):
        query = Query(_additive(fact), PERIOD, Grain.DAY, (by,))
        from_sums, raw = history.read(filled, query), history.read(filled, query, raw=True)
        assert from_sums.frame.height > 8
        assert from_sums.frame.equals(raw.frame), fact


def test_the_store_counts_what_the_centre_knows(filled, centre):
    query = Query(("answered", "abandoned", "answered_in_target"), PERIOD, by=(Dimension.QUEUE,))
    rows = history.read(filled, query).frame.drop_nulls("queue").to_dicts()
    told = {row["queue"]: (row["answered"], row["abandoned"]) for row in rows}
    in_target = {row["queue"]: row["answered_in_target"] for row in rows}
    known, quick = Counter(), Counter()
    for visit in centre.visits:
        if visit.answered and visit.answered <= centre.until:
            known[visit.queue.name, "answered"] += 1
            quick[visit.queue.name] += visit.waited <= visit.queue.target
        elif visit.queued and visit.end and visit.end <= centre.until:
            known[visit.queue.name, "abandoned"] += 1
    assert told == {name: (known[name, "answered"], known[name, "abandoned"]) for name in told}
    assert sum(known.values()) == sum(map(sum, told.values()))
    assert in_target == dict(quick)


@pytest.mark.parametrize("is_now", [True, False])
def test_the_floor_is_the_centre_as_it_stood(filled, centre, is_now):
    floor = live.floor(filled, UNTIL, PLACE, is_now=is_now)
    visits = [one for one in centre.visits if one.queued and one.queued <= centre.until]
    waiting = {
        one.key: centre.until - one.queued
        for one in visits
        if not (one.answered and one.answered <= centre.until)
        and not (one.end and one.end <= centre.until)
    }
    served = {
        one.key for one in visits if one.answered and one.answered <= centre.until < one.end
    }  # fmt: skip
    assert dict(floor.waiting.select("contact", "wait_seconds").iter_rows()) == waiting
    assert set(floor.in_progress["contact"]) == served
    shown = floor.people.select("agent", "intent").rows()
    assert set(shown) == {
        (one.name, one.intent) for one in centre.agents if one.intent != "offline"
    } | {(name, intent) for name, intent in shown if intent == "offline"}
