"""Whether a customer came back, against an oracle that walks over plain records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ccdash.errors import BadQuery
from ccdash.export.tables import earlier, figure_rows
from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.metrics import metric
from ccdash.query import Dimension, Period, Query
from ccdash.store import history, rollup
from ccdash.store.buckets import inside
from ccdash.store.coverage import coverage
from ccdash.store.repeats import followed, followed_in
from ccdash.ui.trends_answers import answered
from ccdash.ui.trends_hours import read_week
from ccdash.views.periods import Compare
from ccdash.vocabulary import Channel, Direction, Grain, IdentityKind, Outcome
from tests.store.test_record import NOW, Told, at, emptied

DAY = 86_400
WINDOWS = (1, 7, 30)
OUTCOMES = (Outcome.HANDLED,) * 3 + (Outcome.ABANDONED,) + (Outcome.SELF_SERVED,) * 2
PERIOD = Period(at(-DAY), at(40 * DAY), "UTC")


@st.composite
def contacts_of_few(draw: st.DrawFn) -> list[ev.Recorded]:
    """Up to a dozen contacts of three customers within forty days, some on the very border."""
    told = Told()
    moments = st.one_of(
        st.integers(0, 40 * DAY),
        st.builds(lambda day, more: day * DAY + more, st.integers(0, 39), st.sampled_from((0, 1))),
    )
    return [
        told(
            ev.Recorded,
            after,
            contact=f"c{number}",
            channel=draw(st.sampled_from((Channel.PHONE, Channel.EMAIL, Channel.SELF_SERVICE))),
            direction=draw(st.sampled_from((Direction.INBOUND,) * 4 + (Direction.OUTBOUND,))),
            queue=draw(st.sampled_from(("q1", "q2"))),
            outcome=draw(st.sampled_from(OUTCOMES)),
            continues=draw(st.sampled_from((None, None, "c0"))) if number else None,
            subject=draw(st.sampled_from((None, "invoice", "return"))),
            is_test=draw(st.sampled_from((False,) * 6 + (True,))),
            customer=draw(st.sampled_from(((), customer(1), customer(2)))),
            end=at(after + 60),
            queued_at=draw(st.sampled_from((None, at(after)))),
        )
        for number, after in enumerate(draw(st.lists(moments, min_size=1, max_size=12)))
    ]


def customer(number: int) -> tuple[ev.Identity, ...]:
    return (ev.Identity(IdentityKind.CUSTOMER_NUMBER, str(number)),)


def came_back(one: ev.Recorded, told: list[ev.Recorded], days: int, *, same: bool) -> bool:
    return any(
        other.customer == one.customer
        and one.at < other.at < one.at + timedelta(days=days)
        and other.continues is None
        and other.direction == Direction.INBOUND
        and not other.is_test
        and (not same or other.channel == one.channel)
        and (None in (one.subject, other.subject) or one.subject == other.subject)
        for other in told
    )


def expected(told: list[ev.Recorded], days: int, *, same: bool) -> tuple[int, int]:
    """How many could be solved at first contact, and how many were."""
    newest = max(one.at for one in told)
    cohort = [
        one
        for one in told
        if one.customer
        and one.outcome is Outcome.HANDLED
        and one.direction is Direction.INBOUND
        and one.continues is None
        and not one.is_test
        and one.at < quarter(newest - timedelta(days=days))
    ]
    solved = [one for one in cohort if not came_back(one, told, days, same=same)]
    return len(cohort), len(solved)


def came_to_person(one: ev.Recorded, told: list[ev.Recorded], days: int) -> bool:
    return any(
        other is not one
        and other.customer == one.customer
        and one.at <= other.at < one.at + timedelta(days=days)
        and other.direction == Direction.INBOUND
        and not other.is_test
        and (other.queued_at is not None or other.outcome is Outcome.HANDLED)
        for other in told
    )


def contained(told: list[ev.Recorded], days: int) -> tuple[int, int]:
    """How many sessions of known customers there were, and how many kept them from people."""
    newest = max(one.at for one in told)
    sessions = [
        one
        for one in told
        if Channel.SELF_SERVICE is one.channel or Outcome.SELF_SERVED is one.outcome
        if one.customer and one.direction is Direction.INBOUND and not one.is_test
        if one.at < quarter(newest - timedelta(days=days))
    ]
    ended = [one for one in sessions if one.outcome is Outcome.SELF_SERVED]
    return len(sessions), sum(not came_to_person(one, told, days) for one in ended)


def quarter(moment):
    return moment - timedelta(minutes=moment.minute % 15, seconds=moment.second)


def found(store, names: tuple[str, ...], *, raw: bool) -> dict[str, tuple[int, int]]:
    """Of each metric the denominator and the numerator."""
    row = history.read(store, Query(names, PERIOD), raw=raw).frame.row(0, named=True)
    return {one: (row[f"n_{one}"], round((row[one] or 0) * row[f"n_{one}"])) for one in names}


def test_the_month_behind_a_period_is_as_long_across_a_change_of_the_clock(store):
    zone = ZoneInfo("Europe/Helsinki")
    period = Period(
        datetime(2026, 1, 1, tzinfo=zone), datetime(2026, 3, 15, tzinfo=zone), str(zone)
    )
    last = period.end.astimezone(UTC) - timedelta(minutes=1)
    next_one = last + timedelta(days=30) - timedelta(minutes=30)
    common = {"channel": Channel.PHONE, "outcome": Outcome.HANDLED, "customer": customer(1)}
    tell(
        store,
        [
            ev.Recorded(source="s", id=key, contact=key, at=when, end=when, **common)
            for key, when in (("last", last), ("next", next_one))
        ],
    )

    rows = followed_in(period)

    assert store.frame(select(rows.c.next_at)).rows() == [(next_one,)]


def test_who_came_again_is_found_at_once_as_for_each_contact(store):
    random, told = Random(1), Told()
    events = [
        told(
            ev.Recorded,
            after := random.randrange(0, 50) * DAY + random.choice((0, 0, 1)),
            contact=f"c{number}",
            channel=random.choice((Channel.PHONE, Channel.EMAIL)),
            direction=random.choice((*(Direction.INBOUND,) * 4, Direction.OUTBOUND)),
            outcome=random.choice(OUTCOMES),
            continues=random.choice((None, None, "c0")) if number else None,
            subject=random.choice((None, "invoice", "return")),
            is_test=random.random() < 0.1,
            customer=random.choice(((), customer(1), customer(2), customer(3))),
            end=at(after + 60),
            queued_at=random.choice((None, at(after))),
        )
        for number in range(150)
    ]
    tell(store, events)
    period = Period(at(0), at(35 * DAY), "UTC")

    def nexts(of):
        names = ("arrived_at", "contact_id", "next_at", "next_same_at", "next_human_at")
        rows = select(*(of.c[one] for one in names)).where(inside(of.c.arrived_at, period))
        return store.frame(rows.order_by(of.c.contact_id))

    each = nexts(followed)
    assert nexts(followed_in(period)).equals(each)
    assert (each["next_human_at"] == each["arrived_at"]).any()


def tell(store, events: list[ev.Event]) -> None:
    with store.transaction() as connection:
        record(connection, events, received_at=NOW)


def settle(store) -> None:
    with store.transaction() as connection:
        rollup.refresh(connection)


@pytest.mark.any_postgres
@settings(max_examples=10)
@given(contacts_of_few(), st.data())
def test_resolution_and_containment_are_what_walking_over_the_records_gives(store, told, data):
    emptied(store.engine)
    first = data.draw(st.integers(0, len(told)))
    tell(store, told[:first])
    settle(store)
    tell(store, told[first:])
    corrected = data.draw(st.sampled_from((None, *told)))
    if corrected is not None:
        settle(store)
        told = [one for one in told if one is not corrected]
        told.append(moved(corrected, data.draw(st.integers(0, 40 * DAY))))
        tell(store, told[-1:])
    for is_settled in (False, True):
        for days in WINDOWS:
            truths = {
                "fcr": expected(told, days, same=False),
                "fcr_same_channel": expected(told, days, same=True),
                "containment": contained(told, days),
            }
            names = {metric(f"{name}@{days}").name: truth for name, truth in truths.items()}
            for raw in (True, False):
                assert found(store, tuple(names), raw=raw) == names, (days, raw, is_settled)
        settle(store)


def moved(one: ev.Recorded, after: int) -> ev.Recorded:
    """The same contact, corrected: it came at another time."""
    fields = {name: getattr(one, name) for name in one.__struct_fields__}
    times = {"at": at(after), "end": at(after + 60), "queued_at": one.queued_at and at(after)}
    return ev.Recorded(**fields | times | {"revision": 1})


def test_contacts_younger_than_the_window_are_not_yet_known(store):
    told = Told()
    days = [told(ev.Recorded, day * DAY, contact=f"c{day}", channel=Channel.PHONE,
                 outcome=Outcome.HANDLED, end=at(day * DAY + 60), customer=customer(day))
            for day in range(10)]  # fmt: skip
    tell(store, days)
    midnight = at(0).replace(hour=0)
    period = Period(midnight, midnight + timedelta(days=10), "UTC")
    answer = history.read(store, Query(("fcr",), period, Grain.DAY))
    assert answer.known_until == at(2 * DAY)
    assert answer.frame["bucket"].to_list() == [midnight, midnight + timedelta(days=1)]
    wider = history.read(store, Query(("fcr@9",), period, Grain.DAY))
    assert wider.frame.is_empty()


def daily(told: Told, days: int) -> list[ev.Event]:
    """One call of the same customer every day."""
    common = {"channel": Channel.PHONE, "outcome": Outcome.HANDLED, "customer": customer(1)}
    return [
        told(ev.Recorded, day * DAY, contact=f"d{day}", queue="q", end=at(day * DAY + 60), **common)
        for day in range(days)
    ]


@pytest.mark.any_postgres
def test_what_a_source_without_contacts_tells_makes_no_contact_known(store):
    tell(store, daily(Told(), 10))
    query = Query(("fcr",), PERIOD)
    known = history.read(store, query)
    shop, who = Told("shop"), customer(1)
    tell(store, [shop(ev.Purchased, 35 * DAY, order="o", customer=who, amount_minor=1)])
    again = history.read(store, query)
    assert (known.known_until, known.frame["n_fcr"][0]) == (quarter(at(2 * DAY)), 2)
    assert (again.known_until, again.frame["n_fcr"][0]) == (known.known_until, 2)
    phone = Told(count=100)
    tell(store, [phone(ev.AgentDescribed, 35 * DAY, agent="a", name="Aino")])
    assert history.read(store, query).frame["n_fcr"][0] == 10


@pytest.mark.any_postgres
def test_a_question_has_one_window_as_each_is_known_until_another_day(store):
    tell(store, daily(Told(), 3))
    with pytest.raises(BadQuery, match="Windows of 7 and 30 days"):
        history.read(store, Query(("fcr", "channel_leak@30"), PERIOD))
    assert history.read(store, Query(("fcr@1", "failure_demand@30"), PERIOD)).frame["n_fcr@1"][0]


@pytest.mark.any_postgres
def test_each_hour_of_the_week_counts_the_days_of_which_something_is_known(store):
    tell(store, daily(Told(), 28))
    midnight = at(0).replace(hour=0)
    period = Period(midnight - timedelta(days=7), midnight + timedelta(days=35), "UTC")
    found = read_week(store, Query(("repeat_contacts",), period), (), coverage(store))
    told = {(row["weekday"], row["hour"]): row["value"] for row in found.frame.to_dicts()}
    assert told == {hour: found.told[hour] for hour in told}
    assert sum(told.values()) == 20
    came = read_week(store, Query(("contacts",), period), (), coverage(store))
    assert sum(came.told.values()) == 27 * 24 + at(0).hour  # nothing is told of a week more


@pytest.mark.any_postgres
def test_a_file_sets_as_much_of_the_time_before_beside_what_is_known_as_the_screen(store):
    tell(store, daily(Told(), 40))
    start = at(28 * DAY).replace(hour=0)
    period = Period(start, start + timedelta(days=14), "UTC")
    query = Query(("repeat_contacts",), period, before=period.previous())
    answer = history.read(store, query)
    (row,) = figure_rows(answer, earlier(store, answer))
    screen = answered(store, query, at(39 * DAY), Compare.PREVIOUS).figures[0]
    assert (row["repeat_contacts"], row["before_repeat_contacts"]) == (4, 4)
    assert (screen.value, screen.before) == (4, 4)


@pytest.mark.any_postgres
def test_self_service_contained_nothing_where_a_person_was_reached_at_the_same_instant(store):
    told = Told()
    bot = {"channel": Channel.SELF_SERVICE, "outcome": Outcome.SELF_SERVED}
    call = {"channel": Channel.PHONE, "outcome": Outcome.HANDLED, "queued_at": at(0)}
    common = {"end": at(60), "customer": customer(1)}
    late = told(ev.Recorded, 20 * DAY, contact="z", channel=Channel.CHAT, end=at(20 * DAY + 60),
                outcome=Outcome.ABANDONED)  # fmt: skip
    tell(store, [late, told(ev.Recorded, 0, contact="bot", queue="bot", **bot, **common)])
    settle(store)
    tell(store, [told(ev.Recorded, 0, contact="c", queue="q", continues="bot", **call, **common)])
    for _ in ("marked", "made"):
        for raw in (False, True):
            assert found(store, ("containment",), raw=raw) == {"containment": (1, 0)}
        settle(store)


def handled(told: Told, name: str, day: int, *known_by: ev.Identity) -> ev.Event:
    common = {"channel": Channel.PHONE, "outcome": Outcome.HANDLED, "customer": known_by}
    return told(ev.Recorded, day * DAY, contact=name, end=at(day * DAY + 60), **common)


NUMBERS = [ev.Identity(IdentityKind.CUSTOMER_NUMBER, number) for number in "123"]
ADDRESS = ev.Identity(IdentityKind.EMAIL, "aino@example.com", verified=True)
SWITCHBOARD = ev.Identity(IdentityKind.PHONE, "+358401234567", verified=True)


@pytest.mark.any_postgres
def test_who_comes_under_another_detail_came_back_and_under_a_shared_one_nobody_did(store):
    told = Told()
    tell(store, [
        handled(told, "a", 0, NUMBERS[0], ADDRESS),
        handled(told, "c", 3, NUMBERS[1], SWITCHBOARD),
        handled(told, "d", 4, NUMBERS[2], SWITCHBOARD),
        handled(told, "e", 5, SWITCHBOARD),
        handled(told, "f", 6, SWITCHBOARD),
        told(ev.Recorded, 39 * DAY, contact="z", channel=Channel.CHAT, end=at(39 * DAY + 60),
             outcome=Outcome.ABANDONED),
    ])  # fmt: skip
    settle(store)
    back = handled(told, "b", 1, ADDRESS)
    for some, repeated in (([], 0), ([back], 1), ([moved(back, 20 * DAY)], 0)):
        tell(store, some)
        n = 4 if some else 3
        for raw in (True, False):
            assert found(store, ("fcr",), raw=raw) == {"fcr": (n, n - repeated)}
        settle(store)
        assert found(store, ("fcr",), raw=False) == {"fcr": (n, n - repeated)}
    by = Query(("contacts", "known_customer_rate"), PERIOD, by=(Dimension.RECOGNITION,))
    rows = history.read(store, by).frame.select("recognition", *by.metrics).rows()
    assert rows == [("known", 4, 1.0), ("shared", 2, 0.0), ("unknown", 1, 0.0)]


def test_who_came_back_after_the_end_of_a_long_period_came_back(store):
    told = Told()
    tell(store, [
        handled(told, "a", 30, ADDRESS), handled(told, "b", 33, ADDRESS),
        handled(told, "c", 31, NUMBERS[0]), handled(told, "z", 60, NUMBERS[1]),
    ])  # fmt: skip
    settle(store)
    for days, n in ((32, 2), (62, 3)):
        asked = Query(("fcr",), Period(at(-DAY), at(days * DAY), "UTC"))
        for raw in (True, False):
            (row,) = history.read(store, asked, raw=raw).frame.iter_rows(named=True)
            assert (row["n_fcr"], round(row["fcr"] * n)) == (n, n - 1)


def test_the_leak_is_who_came_back_on_another_channel_only(store):
    told = Told()
    who = customer(1)
    common = {"outcome": Outcome.HANDLED, "customer": who}
    tell(store, [
        told(ev.Recorded, 0, contact="a", channel=Channel.PHONE, end=at(60), **common),
        told(ev.Recorded, DAY, contact="b", channel=Channel.EMAIL, end=at(DAY + 60), **common),
        told(ev.Recorded, 20 * DAY, contact="z", channel=Channel.CHAT, end=at(20 * DAY + 60),
             outcome=Outcome.ABANDONED),
    ])  # fmt: skip
    query = Query(("fcr", "fcr_same_channel", "channel_leak"), PERIOD, by=(Dimension.CHANNEL,))
    rows = history.read(store, query).frame.sort("channel").select("channel", *query.metrics).rows()
    assert rows == [("email", 1.0, 1.0, 0.0), ("phone", 0.0, 1.0, 1.0)]


@pytest.mark.parametrize("name", ["fcr@0", "fcr@31", "csat@7", "fcr@x", "nothing@7"])
def test_a_window_is_of_1_to_30_days_and_only_of_what_has_one(name):
    with pytest.raises(BadQuery):
        metric(name)
