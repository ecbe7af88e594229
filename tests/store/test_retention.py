"""What came before a day is forgotten; its figures stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from sqlalchemy import func, select

from ccdash.cli.forgetting import _border
from ccdash.errors import BadQuery
from ccdash.export.about import Content, about
from ccdash.ingest import events as ev
from ccdash.ingest.rebuild import rebuild
from ccdash.ingest.record import record
from ccdash.ingest.writing import mark_dirty
from ccdash.live.worker import refresh
from ccdash.query import Dimension, Period, Query
from ccdash.schema import (
    agent_state,
    case,
    contact,
    customer,
    identity,
    purchase,
    raw_event,
    segment,
    superseded_event,
    survey,
)
from ccdash.store import check, contacts, history, nightly, rollup, spreads
from ccdash.store.coverage import coverage
from ccdash.store.dated_settings import BEGINNING, put
from ccdash.store.forgetting import extent, forget
from ccdash.store.retention import LOOKS_BACK, kept_since
from ccdash.thresholds import DatedValue, Threshold
from ccdash.vocabulary import Channel, Grain, IdentityKind, Intent, Outcome
from tests import made_up

ZONE = "Europe/Helsinki"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
BORDER = datetime(2026, 1, 23, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
WHOLE = Period.parse("2026-01-15", "2026-03-10", ZONE)
FIGURES = ("offered", "service_level", "csat", "fcr", "aht")
OURS = {"source": "made-up"}
REGULAR = (ev.Identity(kind=IdentityKind.EMAIL, value="regular@example.com"),)
ONCE = (
    ev.Identity(kind=IdentityKind.EMAIL, value="once@example.com"),
    ev.Identity(kind=IdentityKind.PHONE, value="+358405550999"),
)


def hours(number: float) -> datetime:
    return BORDER + timedelta(hours=number)


def told() -> list[ev.Event]:
    """Calls in the days before and after the border and of five days shortly before now; and what
    goes on over the border: an agent's shift, a case, and mails that are answered on its other
    side, one of them when sums are compared with rows again."""
    return [
        *made_up.days_gone(NOW),
        *(_call(number) for number in range(-30, 30)),
        ev.JoinedQueue(**OURS, id="in-1", at=hours(-48), agent="anna", queue="sales"),
        ev.LeftAgentQueue(**OURS, id="out-1", at=hours(-40), agent="anna", queue="sales"),
        ev.JoinedQueue(**OURS, id="in-2", at=hours(-3), agent="anna", queue="sales"),
        ev.IntentDeclared(**OURS, id="lunch", at=hours(3), agent="anna", intent=Intent.BREAK),
        ev.LeftAgentQueue(**OURS, id="out-2", at=hours(5), agent="anna", queue="sales"),
        ev.CaseOpened(**OURS, id="old-1", at=hours(-40), case="old"),
        ev.CaseResolved(**OURS, id="old-2", at=hours(-30), case="old"),
        ev.CaseOpened(**OURS, id="long-1", at=hours(-40), case="long"),
        ev.CaseResolved(**OURS, id="long-2", at=hours(10), case="long"),
        *_mail("mail", hours(4)),
        *_mail("slow", NOW - timedelta(days=3)),
    ]


def _call(number: int) -> ev.Event:
    at, key = hours(3 * number + 0.2), f"call-{number}"
    return ev.Recorded(
        **OURS, id=key, contact=key, at=at, end=at + timedelta(minutes=4), channel=Channel.PHONE,
        outcome=Outcome.HANDLED, queue="sales", agent=f"agent-{number % 2}", wait_seconds=10,
        customer=ONCE if number == -6 else REGULAR if number % 7 == 0 else (),
    )  # fmt: skip


def _mail(key: str, answered_at: datetime) -> list[ev.Event]:
    of = OURS | {"contact": key}
    handled = {"at": answered_at + timedelta(minutes=30), "outcome": Outcome.HANDLED}
    return [
        ev.Arrived(**of, id=f"{key}-1", at=hours(-2), channel=Channel.EMAIL),
        ev.Queued(**of, id=f"{key}-2", at=hours(-2), queue="post"),
        ev.Answered(**of, id=f"{key}-3", at=answered_at, agent="anna"),
        ev.Ended(**of, id=f"{key}-4", **handled),
    ]


def tell(store, events) -> None:
    with store.transaction() as connection:
        record(connection, list(events), received_at=NOW)
    refresh(store)


def figures(store, metrics: tuple[str, ...] = FIGURES) -> pl.DataFrame:
    """Of each day and queue."""
    return history.read(store, Query(metrics, WHOLE, Grain.DAY, (Dimension.QUEUE,))).frame


def every_figure(store) -> list[list[dict[str, object]]]:
    people = Query(("occupancy",), WHOLE, Grain.DAY)
    others = [people, Query(("cases_opened",), WHOLE), Query(("wait_median",), WHOLE)]
    found = [figures(store), *(history.read(store, one).frame for one in others)]
    return [frame.to_dicts() for frame in found]


def number(store, table, *where) -> int:
    with store.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar()


@pytest.fixture
def told_of(store):
    spreads.use_zone(store, ZONE)
    tell(store, told())
    return store


@pytest.fixture
def forgotten(told_of):
    """By a command that was cut off on its second day, and the same again."""
    days = iter(range(1, -1, -1))
    with pytest.raises(ZeroDivisionError):
        forget(told_of, BORDER, NOW, lambda _: 1 // next(days))
    forget(told_of, BORDER, NOW, lambda _: None)
    return told_of


def test_what_came_before_the_day_goes_and_every_figure_stays(told_of):
    before, expected = every_figure(told_of), extent(told_of, BORDER)
    people, details = number(told_of, customer), number(told_of, identity)
    assert 30 < expected.before < expected.contacts
    assert forget(told_of, BORDER, NOW, lambda _: None) == expected.before
    assert every_figure(told_of) == before
    is_old = contact.c.arrived_at < BORDER
    assert number(told_of, contact) == expected.contacts - expected.before
    assert number(told_of, contact, is_old) == 0
    assert number(told_of, segment, segment.c.ended_at <= BORDER) == 0
    assert number(told_of, agent_state, agent_state.c.ended_at <= BORDER) == 0
    assert number(told_of, case) == number(told_of, purchase) == 1
    assert number(told_of, customer) == people - 2  # who came once: by the address, by the number
    assert number(told_of, identity) == details - 3


@pytest.mark.any_postgres
def test_sums_without_rows_are_compared_with_nothing_and_never_made_anew(forgotten):
    had = figures(forgotten)
    found, compared = check.differences(forgotten, lambda _: None)
    assert (found, compared > 100) == ([], True)
    assert nightly.run(forgotten, NOW.date(), lambda: NOW).different == 0
    with forgotten.transaction() as connection:
        queues = connection.execute(select(contact.c.queue_id).distinct()).scalars().all()
        mark_dirty(connection, "contact", {(hours(-3), one) for one in queues}, NOW)
        strict = DatedValue(Threshold.TARGET_SECONDS, "", "", BEGINNING, 1)
        put(connection, strict, NOW)
        rollup.refresh(connection)
    has = figures(forgotten)
    is_settled = pl.col("bucket") < BORDER + LOOKS_BACK
    assert has.filter(is_settled).equals(had.filter(is_settled))
    assert not has.filter(~is_settled).equals(had.filter(~is_settled))


@pytest.mark.any_postgres
def test_a_rebuild_brings_nothing_back_and_keeps_the_figures(forgotten):
    had, rows = every_figure(forgotten), kept_rows(forgotten)
    with forgotten.transaction() as connection:
        rebuild(connection, NOW)
        rollup.refresh(connection)
    assert kept_rows(forgotten) == rows
    assert every_figure(forgotten) == had
    assert check.differences(forgotten, lambda _: None)[0] == []


def kept_rows(store) -> dict[str, set[tuple[object, ...]]]:
    with store.engine.connect() as connection:
        return {
            table.name: set(map(tuple, connection.execute(select(table))))
            for table in (contact, segment, survey, case, agent_state)
        }


@pytest.mark.any_postgres
def test_what_was_forgotten_may_be_told_again_and_stays_so(forgotten):
    had, rows, kept = every_figure(forgotten), kept_rows(forgotten), number(forgotten, raw_event)
    late = {"at": hours(-19), "contact": "call--6", "outcome": Outcome.ABANDONED}
    tell(forgotten, [*told(), ev.Ended(**OURS, id="late", **late)])
    assert (every_figure(forgotten), kept_rows(forgotten)) == (had, rows)
    assert number(forgotten, raw_event) == kept
    later = {"at": hours(5), "contact": "mail", "outcome": Outcome.HANDLED}
    tell(forgotten, [ev.Ended(**OURS, id="mail-4", revision=1, **later)])
    assert every_figure(forgotten) == had
    assert number(forgotten, contact, contact.c.arrived_at < BORDER) == 0
    assert number(forgotten, superseded_event) == 1
    assert check.differences(forgotten, lambda _: None)[0] == []


@pytest.mark.any_postgres
def test_what_needs_rows_says_from_when_it_counts_and_sums_do_not(forgotten):
    assert kept_since(forgotten) == BORDER
    assert history.read(forgotten, Query(("offered",), WHOLE)).counted_since is None
    by_agent = Query(("handled",), WHOLE, by=(Dimension.AGENT,))
    assert history.read(forgotten, by_agent).counted_since == BORDER
    later = replace(by_agent, period=replace(WHOLE, start=BORDER))
    assert history.read(forgotten, later).counted_since is None
    assert coverage(forgotten).first_at < BORDER == coverage(forgotten).kept_since
    offered = Query(("offered",), WHOLE)
    listed = contacts.behind(forgotten, offered, 1000)
    assert 0 < listed.height < contacts.count(forgotten, offered)
    assert about(forgotten, Content.CONTACTS, offered, NOW).counted_since == BORDER


@pytest.mark.any_postgres
def test_a_change_of_the_zone_leaves_the_days_of_distributions(forgotten):
    had = every_figure(forgotten)
    spreads.use_zone(forgotten, "Asia/Tokyo")
    refresh(forgotten)
    assert every_figure(forgotten) == had


@pytest.mark.parametrize(
    ("keep", "first"),
    [("24 months", "2024-03-10"), ("1 year", "2025-03-10"), ("100 days", "2025-11-30")],
)
def test_a_length_of_time_ends_at_a_midnight_of_the_centre(keep, first):
    expected = datetime.fromisoformat(first).replace(tzinfo=ZoneInfo(ZONE))
    assert _border(keep, NOW, ZoneInfo(ZONE)) == expected


@pytest.mark.parametrize("keep", ["61 days", "1 month", "a while", "-3 months", "24"])
def test_too_short_a_time_and_none_at_all_are_refused(keep):
    with pytest.raises(BadQuery):
        _border(keep, NOW, ZoneInfo(ZONE))
