"""Ways from queue to queue and from channel to channel, against walking over what was told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as changed
from sqlalchemy import select

from ccdash.ingest import events as ev
from ccdash.ingest.contact_rows import contact_id_of
from ccdash.ingest.identities import customer_id_of
from ccdash.query import Dimension, Period, Query
from ccdash.schema import matter
from ccdash.store import contacts, history, journeys
from ccdash.store.handovers import piece
from ccdash.ui.journeys_answers import OF_STARTS, TOTALS, answered
from ccdash.views import journeys as views
from ccdash.views import trends
from ccdash.vocabulary import Channel, Direction, IdentityKind, Outcome
from tests.store.roads import AS_FOUND, settle, tell
from tests.store.test_record import emptied

pytestmark = pytest.mark.any_postgres

PERIOD = Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 12, tzinfo=UTC), "UTC")
COUNTED = {Dimension.HANDOVER: "callers", Dimension.JOURNEY: "matters"}
ASKED = Query(("callers",), PERIOD)
CHANNELS = (Channel.PHONE, Channel.EMAIL, Channel.CHAT)
QUEUES = (None, "q", "r", "s")
SOME = 3
"""To ask for a list takes as long as to walk over a hundred ways: one in three is asked for."""


@dataclass(frozen=True)
class Came:
    """One contact: of somebody or nobody known, the first of a conversation or a later part."""

    key: str
    at: datetime
    channel: Channel
    queue: str | None
    root: str
    who: str | None
    direction: Direction
    is_test: bool
    is_transferred: bool

    def event(self, revision: int = 0) -> ev.Event:
        known = (ev.Identity(IdentityKind.CUSTOMER_NUMBER, self.who),) if self.who else ()
        return ev.Recorded(
            source="s", id=self.key, revision=revision, contact=self.key, at=self.at,
            end=self.at + timedelta(seconds=20), channel=self.channel, direction=self.direction,
            outcome=Outcome.HANDLED, queue=self.queue, queued_at=self.at, answered_at=self.at,
            customer=known, continues=None if self.root == self.key else self.root,
            is_transferred=self.is_transferred, is_test=self.is_test,
        )  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Came], list[Came]]:
    """Conversations of several parts in six weeks, and corrections of some of them."""
    random = draw(st.randoms(use_true_random=False))
    told = [one for number in range(14) for one in conversation(number, random)]
    random.shuffle(told)
    corrected = [
        replace(one, queue=random.choice(QUEUES), channel=random.choice(CHANNELS))
        for one in random.sample(told, 6)
    ]
    return told, corrected


def conversation(number: int, random: Random) -> Iterator[Came]:
    at = PERIOD.start + timedelta(minutes=random.randrange(38 * 24 * 60), seconds=number)
    who, channel = random.choice((None, "1", "2", "3")), random.choice(CHANNELS)
    direction = random.choice((*(Direction.INBOUND,) * 5, Direction.OUTBOUND))
    for part in range(random.choice((1, 1, 2, 4, 6))):
        place = at + timedelta(minutes=7 * part)
        yield Came(
            f"{number}-{part}", place, channel, random.choice(QUEUES), f"{number}-0", who,
            direction, random.random() < 0.07, random.random() < 0.3,
        )  # fmt: skip


def stations(threads: Sequence[Sequence[Came]], name: str) -> Iterator[tuple[str, ...]]:
    """Of each thread what follows what, without the same twice in a row."""
    for one in threads:
        met = [getattr(each, name) for each in sorted(one, key=lambda each: each.at)]
        if path := tuple(str(station) for station, _ in groupby(filter(None, met))):
            yield path


def conversations(told: Sequence[Came]) -> list[list[Came]]:
    first = [one for one in told if one.root == one.key and not one.is_test]
    roots = {one.key for one in first if one.direction is Direction.INBOUND}
    real = [one for one in told if not one.is_test and one.root in roots]
    return [[each for each in real if each.root == key] for key in sorted(roots)]


def matters(store, told: Sequence[Came]) -> list[list[Came]]:
    """As the table has them; who is in none is one alone, and goes no way."""
    known = {contact_id_of("s", one.key): one for one in told}
    found: dict[int, list[Came]] = {}
    for number, contact in store.frame(select(matter.c.matter_id, matter.c.contact_id)).iter_rows():
        found.setdefault(number, []).append(known[contact])
    return list(found.values())


def went_round(path: Sequence[str]) -> set[frozenset[str]]:
    """The stations of every piece that ends where it began and meets no other station twice."""
    pieces = (path[a:z] for a in range(len(path)) for z in range(a + 2, len(path)))
    return {frozenset(one) for one in pieces if len(set(one)) == len(one) and _ends_at(path, one)}


def _ends_at(path: Sequence[str], one: Sequence[str]) -> bool:
    width = len(one) + 1
    return any(path[at : at + width] == (*one, one[0]) for at in range(len(path) - len(one)))


def listed(store, query: Query, metric: str, *narrowed: tuple[Dimension, tuple[str, ...]]) -> int:
    return contacts.behind(
        store, replace(query.behind(metric), filters=narrowed), limit=None
    ).height


@settings(max_examples=4, phases=AS_FOUND)
@given(histories())
def test_ways_rounds_and_ends_are_those_of_walking_over_the_contacts(store, told):
    first, later = told
    emptied(store.engine)
    tell(store, [one.event() for one in first])
    tell(store, [one.event(revision=1) for one in later])
    settle(store)
    known = list({one.key: one for one in (*first, *later)}.values())
    walked = {
        Dimension.HANDOVER: list(stations(conversations(known), "queue")),
        Dimension.JOURNEY: list(stations(matters(store, known), "channel")),
    }
    for of, paths in walked.items():
        found = journeys.threads(store, ASKED, of)
        counted = views.paths_of(found.filter("is_begun").group_by("path").len().iter_rows())
        assert counted == Counter(path for path in paths if len(path) > 1), of
        begun = Counter(path[0] for path in paths)
        stayed = views.stayed(counted, begun)
        assert stayed == {one: paths.count((one,)) for one in begun}
        for place, way in enumerate(views.ways(counted, stayed)):
            pair = (way.source, way.target)
            assert way.n == sum(pair in pairwise(path) for path in paths)
            assert way.of == sum(way.source in path for path in paths)
            if place % SOME == 0:
                assert way.n == listed(store, ASKED, COUNTED[of], (of, (piece(pair),)))
        for one in views.rounds(counted):
            same = (tuple(map(piece, one.pieces)),)
            assert one.n == sum(frozenset(one.stations) in went_round(path) for path in paths)
            assert one.n == listed(store, ASKED, COUNTED[of], (of, *same))
        for place, ((a, z), n) in enumerate(views.ends(counted).items()):
            assert n == sum((path[0], path[-1]) == (a, z) for path in paths if len(path) > 1)
            if place % SOME == 0:
                assert n == listed(store, ASKED, COUNTED[of], (of, (f"{a} → … → {z}",)))


@settings(max_examples=3, phases=AS_FOUND)
@given(histories())
def test_what_became_of_a_way_is_the_metric_with_the_way_as_its_filter(store, told):
    first, later = told
    emptied(store.engine)
    tell(store, [one.event() for one in first])
    tell(store, [one.event(revision=1) for one in later])
    settle(store)
    for of in (Dimension.HANDOVER, Dimension.JOURNEY):
        asked = replace(ASKED, metrics=("fcr", "transfer_rate"))
        threads = journeys.threads(store, asked, of)
        ways = journeys.of_ways(store, asked, of, threads)
        for row in ways.gather_every(SOME).iter_rows(named=True):
            narrowed = [(of, (piece((row["source"], row["target"])),))]
            if of is Dimension.JOURNEY:
                narrowed.append((Dimension.CHANNEL, (row["target"],)))
            for name in asked.metrics:
                assert (row[f"n_{name}"] or 0) == listed(store, asked, name, *narrowed), (of, row)


def test_the_figures_beside_the_maps_are_those_of_questions_of_their_own(store):
    random = Random(1)
    told = [one for number in range(14) for one in conversation(number, random)]
    tell(store, [one.event() for one in told])
    settle(store)

    def own(metrics, *by):
        return history.read(store, replace(ASKED, metrics=metrics, by=by)).frame

    answers = answered(store, ASKED)
    totals = trends.figures(TOTALS, own(TOTALS), None)
    assert list(answers.totals.values()) == totals
    assert totals[1].n
    of_channels, of_queues = own(OF_STARTS, Dimension.CHANNEL), own(STARTS, Dimension.QUEUE)
    assert answers.of_matters == trends.part_figures(
        OF_STARTS, Dimension.CHANNEL, of_channels, None
    )
    assert answers.starts == trends.part_figures(STARTS, Dimension.QUEUE, of_queues, None)


STARTS = ("bounce_index",)


def test_the_worst_bounced_are_matters_of_customers_who_are_known(store):
    told = [
        Came(f"{who} {queue}", PERIOD.start + timedelta(hours=place), Channel.PHONE, queue,
             f"{who} q", who, Direction.INBOUND, is_test=False, is_transferred=False)
        for who in ("1", None)
        for place, queue in enumerate(("q", "r"))
    ]  # fmt: skip
    tell(store, [changed(one.event(), case=one.root) for one in told])
    settle(store)
    found = journeys.worst(store, ASKED, 10)
    number = customer_id_of([(IdentityKind.CUSTOMER_NUMBER, "1")])
    assert found.select("customer_id", "bounces").rows() == [(str(number), 1)]
