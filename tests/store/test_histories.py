"""Any history of any events, with corrections, ends in the same rows and figures by every road."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccdash.ingest import events as ev
from ccdash.ingest.events import EVENT_TYPES, Identity, Stretch
from ccdash.ingest.rebuild import rebuild
from ccdash.ingest.record import record
from ccdash.measures import MEASURES, Fact
from ccdash.metrics import METRICS
from ccdash.metrics.metric import Metric
from ccdash.metrics.register import DEMAND
from ccdash.query import Period, Query
from ccdash.store import history, rollup
from ccdash.vocabulary import (
    Author,
    Better,
    Channel,
    Grain,
    IdentityKind,
    Intent,
    Outcome,
    SegmentKind,
    SurveyKind,
    Unit,
)  # fmt: skip
from tests.store.rows import all_rows
from tests.store.test_numbers_agree import by
from tests.store.test_record import NOW, at, emptied

pytestmark = pytest.mark.any_postgres

PERIOD = Period(at(-4 * 3600), at(8 * 3600), "UTC")
CONTACTS, AGENTS, QUEUES, CASES = ("c1", "c2", "c3"), ("a1", "a2", "x1"), ("q1", "q2"), ("k1", "k2")
CUSTOMER = (
    Identity(IdentityKind.PHONE, "+358401234567"), Identity(IdentityKind.CUSTOMER_NUMBER, "17"),
)  # fmt: skip
MOMENTS = (0, 10, 60, 600, 900, 1800, 2400, 3000, 3601, 7200)
MENTIONED = {"queue", "agent", "team", "contact_point", "customer"}
"""Names stay in these tables even where a correction took back the only event that told them."""


def value_of(name: str, random: Random) -> object:
    """One of few values, so that events meet: the same contacts, agents and moments."""
    lists: dict[str, tuple[object, ...]] = {
        "contact": CONTACTS, "continues": (None, *CONTACTS), "leg": (None, *CONTACTS),
        "agent": AGENTS, "to_agent": (None, *AGENTS), "aliases": ((), (), *((a,) for a in AGENTS)),
        "queue": QUEUES, "case": CASES, "customer": ((), (), CUSTOMER[:1], CUSTOMER),
        "channel": (Channel.PHONE, Channel.CHAT), "intent": tuple(Intent),
        "name": (None, "N1", "N2"), "team": (None, "T"), "reason": (None, "r"), "subject": (None,
        "s"), "seconds": (0, 5), "wait_seconds": (None, 7), "ring_seconds": (None, 3),
        "talk_seconds": (None, 40), "wrap_up_follows": (False, True), "score": (4,),
        "is_resolved": (None, True, False), "author": tuple(Author), "text": (None, "t"),
        "kind": (SurveyKind.CSAT,), "order": ("o1", "o2"),
        "record": ("r1", "r2"), "amount_minor": (None, 100),
    }  # fmt: skip
    return random.choice(lists[name]) if name in lists else None


def written(start: datetime, end: datetime) -> tuple[ev.Message, ...]:
    return ev.Message(start, Author.CUSTOMER), ev.Message(end, Author.AGENT, "a1", "t")


def event_of(kind: type[ev.Event], event_id: str, revision: int, random: Random) -> ev.Event:
    start = at(random.choice(MOMENTS))
    told: dict[str, object] = {
        "source": "s", "id": event_id, "revision": revision, "at": start,
        "sequence": random.choice((0, 1, 2)),
    }  # fmt: skip
    for name in kind.__struct_fields__:
        if name not in told and (value := value_of(name, random)) is not None:
            told[name] = value
    if kind is ev.LeftQueue:
        told["outcome"] = random.choice((Outcome.ABANDONED, Outcome.TIMED_OUT))
    if kind is ev.Recorded:
        end = start + timedelta(seconds=100)
        told |= {
            "outcome": random.choice((Outcome.HANDLED, Outcome.ABANDONED)), "end": end,
            "segments": (Stretch(SegmentKind.TALK, start, end, random.choice(AGENTS)),),
            "surveys": random.choice(((), (ev.Survey(SurveyKind.NPS, end, end, 7),))),
            "messages": random.choice(((), written(start, end))),
        }  # fmt: skip
    if kind in (ev.Purchased, ev.CustomerDescribed):
        told["customer"] = random.choice((CUSTOMER[:1], CUSTOMER))
    if kind in (ev.Queued, ev.Answered, ev.IntentDeclared) and random.random() < 0.5:
        told.pop("channel", None)
    if kind is ev.IntentDeclared and random.random() < 0.5:
        told.pop("queue", None)
    return kind(**told)


@st.composite
def histories(draw: st.DrawFn) -> list[ev.Event]:
    """Events of all types, and corrections of some, which may say something else altogether."""
    kinds = draw(st.lists(st.sampled_from(EVENT_TYPES), min_size=2, max_size=14))
    random = draw(st.randoms(use_true_random=False))
    told = [event_of(kind, f"{number}", 0, random) for number, kind in enumerate(kinds)]
    for old in random.sample(told, min(len(told), random.choice((0, 0, 1, 2)))):
        kind = random.choice((type(old), random.choice(EVENT_TYPES)))
        told.append(event_of(kind, old.id, 1, random))
    return told


def tell(store, events: list[ev.Event]) -> None:
    with store.transaction() as connection:
        record(connection, events, received_at=NOW)


def settle(store) -> None:
    with store.transaction() as connection:
        rollup.refresh(connection)


def rows(store) -> dict[str, list[tuple[object, ...]]]:
    found = all_rows(store.engine)
    beside = {*MENTIONED, "raw_event", "superseded_event"}
    return {
        n: v for n, v in found.items() if n not in beside and not n.endswith(("_interval", "_hour"))
    }


def figures(store, *, raw: bool) -> dict[Fact, list[tuple[object, ...]]]:
    found = {}
    for fact in Fact:
        names = tuple(one.name for one in MEASURES.values() if one.fact is fact and one.is_additive)
        query = Query(names, PERIOD, Grain.QUARTER_HOUR, by(fact))
        frame = history.read(store, query, raw=raw).frame
        counted = frame.filter(pl.sum_horizontal(names) > 0).select("bucket", *query.by, *names)
        found[fact] = sorted(counted.rows(), key=repr)
    return found


@settings(max_examples=12)
@given(histories(), st.randoms(use_true_random=False))
def test_any_history_in_any_order_ends_in_the_same_rows_and_figures(
    store, monkeypatch, told, random
):
    for one in MEASURES.values():
        made = Metric(one.name, "", "", "", Unit.COUNT, Better.NEITHER, DEMAND, {one.name: 1})
        monkeypatch.setitem(METRICS, one.name, made)
    emptied(store.engine)
    tell(store, told)
    settle(store)
    once, counted = rows(store), figures(store, raw=True)
    assert figures(store, raw=False) == counted
    emptied(store.engine)
    for event in random.sample(told, len(told)):
        tell(store, [event])
        if random.random() < 0.4:
            settle(store)
    assert figures(store, raw=False) == figures(store, raw=True)  # with marks still set
    settle(store)
    assert rows(store) == once
    assert figures(store, raw=False) == counted
    with store.transaction() as connection:
        rebuild(connection, NOW)
    settle(store)
    assert rows(store) == once


@settings(max_examples=12)
@given(histories(), st.randoms(use_true_random=False))
def test_any_history_in_bulk_ends_in_the_rows_of_one_by_one(store, told, random):
    emptied(store.engine)
    for event in told:
        tell(store, [event])
    settle(store)
    single = rows(store)
    emptied(store.engine)
    mixed = random.sample(told, len(told))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ccdash.ingest.writing.COPY_FROM", 1)
        while mixed:
            size = random.randint(1, len(mixed))
            tell(store, mixed[:size])
            mixed = mixed[size:]
    settle(store)
    assert rows(store) == single
