"""What came before a day is forgotten; its figures stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from sqlalchemy import delete, func, select

from ccdash.cli.forgetting import _border
from ccdash.errors import BadQuery
from ccdash.export.about import Content, about, about_answer
from ccdash.export.tables import earlier, figure_rows
from ccdash.ingest import events as ev
from ccdash.ingest.rebuild import rebuild
from ccdash.ingest.record import Counts, record
from ccdash.ingest.work import interval_start
from ccdash.ingest.writing import mark_dirty
from ccdash.live.worker import refresh
from ccdash.query import Dimension, Period, Query
from ccdash.schema import (
    agent,
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
from ccdash.store.finding import people
from ccdash.store.forgetting import extent, forget
from ccdash.store.retention import kept_since
from ccdash.store.whose import whose
from ccdash.thresholds import DatedValue, Threshold
from ccdash.ui.trends_answers import answered
from ccdash.ui.trends_hours import read_week
from ccdash.views.periods import Compare
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


def _mail(key: str, answered_at: datetime, arrived: float = -2) -> list[ev.Event]:
    of = OURS | {"contact": key}
    handled = {"at": answered_at + timedelta(minutes=30), "outcome": Outcome.HANDLED}
    return [
        ev.Arrived(**of, id=f"{key}-1", at=hours(arrived), channel=Channel.EMAIL),
        ev.Queued(**of, id=f"{key}-2", at=hours(arrived), queue="post"),
        ev.Answered(**of, id=f"{key}-3", at=answered_at, agent="anna"),
        ev.Ended(**of, id=f"{key}-4", **handled),
    ]


def counts(store, events) -> Counts:
    with store.transaction() as connection:
        return record(connection, list(events), received_at=NOW)


def tell(store, events) -> None:
    counts(store, events)
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
    had, everything = figures(forgotten), every_figure(forgotten)
    found, compared = check.differences(forgotten, lambda _: None)
    assert (found, compared > 100) == ([], True)
    assert nightly.run(forgotten, NOW.date(), lambda: NOW).different == 0
    with forgotten.transaction() as connection:
        queues = connection.execute(select(contact.c.queue_id).distinct()).scalars().all()
        agents = connection.execute(select(agent.c.agent_id)).scalars().all()
        for fact, of in (("contact", queues), ("failure", queues), ("agent", agents)):
            mark_dirty(connection, fact, {(hours(-3), one) for one in of}, NOW)
    assert every_figure(forgotten) == everything  # also as long as nobody has made sums
    with forgotten.transaction() as connection:
        strict = DatedValue(Threshold.TARGET_SECONDS, "", "", BEGINNING, 1)
        put(connection, strict, NOW)
        rollup.refresh(connection)
    has = figures(forgotten)
    is_settled = pl.col("bucket") <= BORDER
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
def test_what_comes_after_the_day_is_counted_when_it_is_done(forgotten):
    arrived, *answer = _mail("later", NOW - timedelta(hours=3), 54)[1:]
    case = {"case": "later", **OURS}
    for some in (
        [arrived, ev.CaseOpened(id="later-a", at=hours(54), **case)],
        [*answer, ev.CaseResolved(id="later-b", at=NOW - timedelta(hours=2), **case)],
    ):
        tell(forgotten, some)
        for names in (("offered", "answered"), ("cases_opened", "cases_resolved")):
            asked = Query(names, replace(WHOLE, start=BORDER + timedelta(days=2)), Grain.DAY)
            assert history.read(forgotten, asked).frame.equals(
                history.read(forgotten, asked, raw=True).frame
            )


@pytest.mark.any_postgres
def test_who_has_a_record_is_known_as_long_as_the_record(told_of):
    record_of = {"record": "r1", "customer": ONCE[:1], "name": "Aino Korhonen"}
    tell(told_of, [ev.CustomerDescribed(source="crm", id="r1", at=hours(-90), **record_of)])
    forget(told_of, BORDER, NOW, lambda _: None)
    with told_of.transaction() as connection:
        assert whose(connection, ONCE[0].value, None).details
        named = select(customer.c.name).where(customer.c.name.is_not(None))
        before = connection.execute(named).scalars().all()
        rebuild(connection, NOW)
        assert connection.execute(named).scalars().all() == before == ["Aino Korhonen"]
    assert people(told_of, "aino korh", None).people["name"].to_list() == ["Aino Korhonen"]


def test_what_is_open_stays_and_what_was_over_is_never_made_from_its_end(told_of):
    waiting, queued, *answer = _mail("waits", NOW - timedelta(hours=3), -20)
    tell(told_of, [waiting, queued])
    had, expected = every_figure(told_of), extent(told_of, BORDER)
    assert forget(told_of, BORDER, NOW, lambda _: None) == expected.before
    is_old = contact.c.arrived_at < BORDER
    kept = number(told_of, segment)
    assert number(told_of, contact, is_old) == 1
    with told_of.transaction() as connection:
        rebuild(connection, NOW)
    assert (number(told_of, contact, is_old), number(told_of, segment)) == (1, kept)
    contacts_kept, cases_kept = number(told_of, contact), number(told_of, case)
    ended = {"at": NOW, "contact": "call--6", "outcome": Outcome.ABANDONED}
    tell(told_of, [
        *answer,
        ev.Ended(**OURS, id="ended-again", **ended),
        ev.CaseReopened(**OURS, id="old-3", at=NOW, case="old"),
        ev.CaseOpened(**OURS, id="elder", at=hours(-39), case="elder"),
    ])  # fmt: skip
    assert number(told_of, contact) == contacts_kept - 1
    assert number(told_of, case, case.c.key == "elder") == 1
    assert number(told_of, case) == cases_kept + 1
    tell(told_of, [ev.CaseResolved(**OURS, id="elder-2", at=hours(-38), case="elder")])
    assert number(told_of, case) == cases_kept
    assert figures(told_of).to_dicts() == had[0]
    forget(told_of, BORDER, NOW, lambda _: None)
    is_early = raw_event.c.occurred_at < hours(-24)
    assert number(told_of, raw_event, is_early, raw_event.c.stream.startswith("case:elder")) == 0


@pytest.mark.any_postgres
def test_where_all_is_forgotten_the_sums_say_until_when_contacts_came(told_of):
    last = coverage(told_of).last_at
    forget(told_of, NOW + timedelta(days=1), NOW, lambda _: None)
    held = coverage(told_of)
    assert number(told_of, contact) == 0
    assert held.last_at == held.came_until == interval_start(last)


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
    assert 0 < listed.height < history.read(forgotten, offered).frame["offered"][0]
    assert about(forgotten, Content.CONTACTS, offered, NOW).counted_since == BORDER


@pytest.mark.any_postgres
def test_a_change_of_the_zone_leaves_the_days_of_distributions(forgotten):
    had = every_figure(forgotten)
    spreads.use_zone(forgotten, "Asia/Tokyo")
    refresh(forgotten)
    assert every_figure(forgotten) == had


@pytest.mark.any_postgres
def test_what_is_counted_from_rows_is_null_before_the_day_and_never_0(forgotten):
    asked = Query(("offered", "customers"), WHOLE, Grain.DAY)
    answer = history.read(forgotten, asked)
    before = answer.frame.filter(pl.col("bucket") < BORDER)
    after = answer.frame.filter(pl.col("bucket") >= BORDER)
    assert (before["offered"].sum() > 0, before["customers"].null_count()) == (True, before.height)
    assert after["customers"].null_count() == 0
    assert (answer.cut, answer.counted_since) == ({"customers"}, BORDER)
    cases = history.read(forgotten, Query(("cases_opened",), WHOLE, by=(Dimension.SOURCE,)))
    assert cases.frame["cases_opened"].sum() == 0  # the one that was open then began before
    failed = history.read(forgotten, Query(("failure_demand",), WHOLE, by=(Dimension.AGENT,)))
    assert failed.counted_since == BORDER + timedelta(days=30)
    of_one = Query(("offered",), WHOLE, filters=((Dimension.AGENT, ("agent-0",)),))
    held = coverage(forgotten)
    both = (read_week(forgotten, one, (), held) for one in (replace(of_one, filters=()), of_one))
    whole, part = (sum(one.told.values()) for one in both)
    assert whole - part == 4 * 24  # the first call came on the fourth day before


@pytest.mark.any_postgres
@pytest.mark.parametrize("metric", ["offered", "failure_demand"])
def test_a_list_its_number_and_its_parts_begin_with_what_is_kept(forgotten, monkeypatch, metric):
    asked = Query((metric,), WHOLE)
    listed = contacts.behind(forgotten, asked, 1000)
    assert 0 < listed.height == contacts.count(forgotten, asked)
    for most in (contacts.MOST_ROWS, 1):
        monkeypatch.setattr(contacts, "MOST_ROWS", most)
        assert contacts.breakdown(forgotten, asked)["n"].sum() == listed.height
    gone = replace(asked, period=replace(WHOLE, end=BORDER))
    assert contacts.page(forgotten, gone, 50).behind == contacts.count(forgotten, gone) == 0


@pytest.mark.any_postgres
def test_a_time_that_is_not_whole_is_compared_with_nothing(forgotten):
    now = replace(WHOLE, start=BORDER, end=BORDER + timedelta(days=7))
    before = replace(now, start=BORDER - timedelta(days=7), end=BORDER)
    asked = Query(("offered", "customers"), now, Grain.DAY, before=before)
    answer = history.read(forgotten, asked)
    then = earlier(forgotten, answer)
    rows = figure_rows(answer, then)
    assert {one["before_customers"] for one in rows} == {None}
    assert sum(one["before_offered"] or 0 for one in rows) > 0
    told = about_answer(forgotten, answer, NOW, then)
    assert (answer.counted_since, told.counted_since) == (None, BORDER)
    by_agent = replace(asked, metrics=("customers",), by=(Dimension.AGENT,))
    shown = answered(forgotten, by_agent, NOW, Compare.PREVIOUS)
    assert (shown.counted_since, shown.total.before) == (BORDER, None)
    assert all(one.before is None for part in shown.parts.values() for one in part[:1])


@pytest.mark.any_postgres
def test_what_was_measured_stays_measured_when_its_rows_are_gone(forgotten):
    asked = Query(("occupancy", "cases_opened", "failure_demand"), WHOLE)
    asked = replace(asked, period=replace(WHOLE, end=hours(-24)))
    had = history.read(forgotten, asked)
    with forgotten.transaction() as connection:
        for table in (contact, case, agent_state):
            connection.execute(delete(table))
    has = history.read(forgotten, asked)
    assert had.not_measured == frozenset()
    assert (has.not_measured, has.frame.to_dicts()) == (had.not_measured, had.frame.to_dicts())


@pytest.mark.any_postgres
def test_medians_of_forgotten_days_are_those_of_whole_days(forgotten):
    day = replace(WHOLE, end=WHOLE.start + timedelta(days=5))
    one = replace(day, start=day.end - timedelta(days=1))
    assert history.read(forgotten, Query(("wait_median",), one)).frame["wait_median"][0] == 10
    names = ("wait_median", "n_wait_median", "offered")
    begun = Query(names[::2], replace(day, end=day.end + timedelta(hours=13, minutes=7)))
    whole = history.read(forgotten, replace(begun, period=day))
    part = history.read(forgotten, begun)
    assert (whole.cut, part.cut, part.counted_since) == (frozenset(), {"wait_median"}, BORDER)
    assert part.frame.select(names[0]).equals(whole.frame.select(names[0]))
    assert part.frame["offered"][0] > whole.frame["offered"][0]


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
