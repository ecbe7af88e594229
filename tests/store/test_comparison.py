"""What the floor is held against, and what everybody declared on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ccdash.i18n import translator
from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.query import Dimension, Period, Query
from ccdash.store import contacts, live, rollup
from ccdash.store.comparison import comparison
from ccdash.store.recent import recent
from ccdash.store.team_day import states_today
from ccdash.store.usual import usual
from ccdash.store.usual_out import usual_out
from ccdash.thresholds import Thresholds
from ccdash.ui.against import against
from ccdash.ui.look import Look, Shown, shown
from ccdash.views import board, hour, parts
from ccdash.views.board import Place
from ccdash.views.scope import Scope
from ccdash.views.usual import usual as usual_of
from ccdash.views.usual import usually_out
from ccdash.vocabulary import Channel, Intent, Outcome

ZONE = "Europe/Helsinki"
NOW = datetime(2026, 4, 7, 9, 7, 30, tzinfo=UTC)  # a Tuesday, 12:07:30 in summer time
MINUTE, WEEK = timedelta(minutes=1), timedelta(weeks=1)


@pytest.fixture
def tell(store):
    """Tells events and makes their sums."""

    def told(*events: ev.Event) -> None:
        with store.transaction() as connection:
            record(connection, list(events), received_at=NOW)
            rollup.refresh(connection)

    return told


def handled(key: str, at: datetime, **more: object) -> ev.Recorded:
    """Answered after ten seconds, over after a minute."""
    of = {"channel": Channel.PHONE, "queue": "sales", "agent": "maija", "end": at + MINUTE} | more
    return ev.Recorded(
        source="t", id=key, contact=key, at=at, queued_at=at, wait_seconds=10,
        answered_at=at + timedelta(seconds=10), talk_seconds=50, outcome=Outcome.HANDLED, **of,
    )  # fmt: skip


# The last hour ------------------------------------------------------------------------------------


def test_the_hour_ends_at_the_last_full_five_minutes(store, tell) -> None:
    found = recent(store, NOW)

    assert (found.start, found.end) == (NOW.replace(hour=8, minute=5, second=0),
                                        NOW.replace(minute=5, second=0))  # fmt: skip


def test_the_hour_knows_nothing_of_what_happened_later(store, tell) -> None:
    tell(handled("a", NOW - 20 * MINUTE, end=NOW + MINUTE), handled("b", NOW + MINUTE))

    rows = recent(store, NOW).contacts

    assert rows.select("answered", "ended_at").rows() == [(1, None)]


def test_what_ended_before_the_hour_is_not_in_it(store, tell) -> None:
    tell(handled("old", NOW - 3 * 60 * MINUTE), handled("new", NOW - 20 * MINUTE))

    assert recent(store, NOW).contacts.height == 1


def test_the_lines_of_the_hour_know_an_e_mail_that_waits_since_the_week_before(store, tell):
    tell(ev.Queued(source="t", id="q", contact="mail", at=NOW - WEEK, queue="mail",
                   channel=Channel.EMAIL))  # fmt: skip

    found = recent(store, NOW)
    waiting = hour.lines(found.contacts, found.start, {"mail": (Channel.EMAIL,)})["mail"].waiting

    assert waiting == (1,) * hour.POINTS
    assert live.floor(store, NOW, ZONE, is_now=True).waiting.height == 1


def test_arrivals_of_the_hour_are_as_many_as_the_contacts_behind_them(store, tell) -> None:
    waits = {"source": "t", "contact": "open", "at": NOW - 8 * MINUTE}
    tell(
        *(handled(f"c{n}", NOW - n * MINUTE) for n in range(3, 50, 4)),
        ev.Queued(id="open-q", queue="sales", channel=Channel.PHONE, **waits),
    )
    start, end = NOW.replace(hour=8, minute=30, second=0), NOW.replace(minute=0, second=0)

    sums = hour.arrived(recent(store, NOW).contacts, start, end)
    listed = contacts.count(store, Query(("arrived",), Period(start, end, ZONE)))

    assert parts.metric_by_part(sums, "arrived")[parts.WHOLE] == listed > 0


def test_arrivals_of_a_half_hour_are_not_told_before_all_of_it_is_known(store, tell):
    at = NOW.replace(minute=15, second=4)
    tell(handled("a", at - 10 * MINUTE))
    look = Look(translator("en"), ZoneInfo(ZONE), Thresholds())
    floor = live.floor(store, at, ZONE)

    def arrivals(read_at: datetime) -> int | None:
        return against(Shown(floor, look, beside=comparison(store, read_at, ZONE))).arrivals()

    assert arrivals(at) == 1
    assert arrivals(at - timedelta(seconds=10)) is None


def test_lines_and_arrivals_follow_when_it_is_known_anew_what_belongs_to_a_team(store, tell):
    tell(
        ev.AgentDescribed(source="t", id="m", at=NOW - WEEK, agent="maija", team="North"),
        handled("a", NOW - 10 * MINUTE),
    )
    look = Look(translator("en"), ZoneInfo(ZONE), Thresholds())
    floor, beside = live.floor(store, NOW, ZONE), comparison(store, NOW, ZONE)
    anew = replace(beside, skills=beside.skills.clear())

    found = [against(shown(floor, look, Scope("North"), one)).arrivals() for one in (beside, anew)]

    assert found == [1, 0]


# What is usual ------------------------------------------------------------------------------------


def test_usual_counts_the_same_local_time_of_earlier_weeks_over_a_change_of_the_clock(
    store, tell
) -> None:
    winter = {1: 0, 2: 60, 3: 60, 4: 60, 5: 60}  # minutes by which UTC is later before 29 March
    tell(
        *(
            handled(f"{week}-{n}", NOW - week * WEEK + (shift - n) * MINUTE)
            for week, shift in winter.items()
            for n in range(week)
        )
    )

    found = usual(store, NOW, ZONE)

    assert found.weeks_ago == (1, 2, 3, 4, 5)
    noon = usual_of(found.quarters, found.weeks_ago, "arrived", range(720, 735))
    assert noon["phone", "sales"] == 3


def test_a_day_on_which_nothing_came_is_no_usual_day(store, tell) -> None:
    tell(*(handled(str(week), NOW - week * WEEK) for week in (1, 3, 4, 12)))

    assert usual(store, NOW, ZONE).weeks_ago == (1, 3, 4)


def test_an_empty_store_has_nothing_usual(store) -> None:
    found = comparison(store, NOW, ZONE)

    assert found.usual is not None
    assert found.usual.weeks_ago == ()
    assert usual_of(found.usual.quarters, (), "arrived", range(60)) == {}
    assert (found.skills.height, found.queues.height) == (0, 0)


def test_a_break_that_nobody_ended_is_out_in_usual_as_on_the_floor(store, tell) -> None:
    tell(
        ev.AgentDescribed(source="t", id="m", at=NOW - 9 * WEEK, agent="maija", team="North"),
        ev.IntentDeclared(source="t", id="b", at=NOW - 5 * WEEK + 20 * MINUTE, agent="maija",
                          intent=Intent.BREAK),
    )  # fmt: skip

    known = usually_out(usual_out(store, NOW, ZONE))

    away = board.people(live.floor(store, NOW, ZONE).people)[Place.BREAK]
    assert known == {None: 1.0, "North": 1.0}
    assert [one.name for one in away] == ["maija"]


def test_who_is_usually_out_is_counted_in_the_same_quarter_of_the_clock_on_the_wall(
    store, tell
) -> None:
    noon = NOW.astimezone(ZoneInfo(ZONE)).replace(minute=0, second=0)
    day = {-30: Intent.AVAILABLE, 5: Intent.TRAINING, 10: Intent.AVAILABLE, 60: Intent.OFFLINE}
    tell(
        ev.AgentDescribed(source="t", id="m", at=NOW - 9 * WEEK, agent="maija", team="North"),
        *(
            ev.IntentDeclared(source="t", id=f"{week}{minute}", agent="maija", intent=intent,
                              at=(noon - week * WEEK + minute * MINUTE).astimezone(UTC))
            for week in range(1, 5) for minute, intent in day.items()
        ),
    )  # fmt: skip

    found = usual_out(store, NOW, ZONE)

    assert found.rows() == [(week, "North", 1.0, pytest.approx(1 / 3)) for week in range(1, 5)]


# Who takes what -----------------------------------------------------------------------------------


def test_who_answered_a_queue_s_contacts_in_the_last_week_can_take_them(store, tell) -> None:
    tell(
        ev.AgentDescribed(source="t", id="m", at=NOW - 2 * WEEK, agent="maija", team="North"),
        handled("a", NOW - timedelta(days=2), language="sv"),
        handled("b", NOW - timedelta(days=3)),
        handled("c", NOW - timedelta(days=8), queue="web", channel=Channel.CHAT),
    )

    found = comparison(store, NOW, ZONE)

    assert found.skills.select("team", "queue", "channel", "language", "answered").rows() == [
        ("North", "sales", "phone", "sv", 1), ("North", "sales", "phone", "", 1)
    ]  # fmt: skip
    assert set(found.queues["queue"]) == {"sales", "web"}


def test_a_queue_that_nothing_comes_to_any_more_is_not_listed(store, tell) -> None:
    tell(handled("a", NOW - 5 * WEEK), handled("b", NOW - 3 * WEEK, queue="web"))

    assert comparison(store, NOW, ZONE).queues["queue"].to_list() == ["web"]


# The day ------------------------------------------------------------------------------------------


def test_the_day_s_sums_by_team_are_those_of_its_list(store, tell) -> None:
    tell(
        ev.AgentDescribed(source="t", id="m", at=NOW - WEEK, agent="maija", team="North"),
        *(handled(f"n{n}", NOW - (n + 5) * MINUTE) for n in range(4)),
        handled("other", NOW - 9 * MINUTE, agent="timo"),
    )

    floor = live.floor(store, NOW, ZONE)
    period = live.period_of_day(floor, ZONE)
    query = Query(("handled",), period, filters=((Dimension.TEAM, ("North",)),))

    sums = dict(floor.day.select("team", "handled").iter_rows())
    assert sums == {"North": contacts.count(store, query), None: 1}
    assert floor.today["handled"] == 5


def test_states_of_the_day_hold_what_began_the_evening_before_and_not_what_is_yet_to_come(
    store, tell
) -> None:
    intents = ((-14 * 60, Intent.AVAILABLE), (-60, Intent.BREAK), (30, Intent.AVAILABLE))
    tell(
        *(
            ev.IntentDeclared(source="t", id=f"i{minutes}", at=NOW + minutes * MINUTE,
                              agent="maija", intent=intent)
            for minutes, intent in intents
        )
    )  # fmt: skip

    found = states_today(store, NOW, ZONE)

    assert found["intent"].to_list() == ["available", "break"]
    assert found["ended_at"].to_list() == [NOW - 60 * MINUTE, None]
