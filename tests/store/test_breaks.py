"""Good moment for a break, from events to the card."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ccdash.i18n import translator
from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.query import Dimension, Period, Query
from ccdash.store import history, live, rollup
from ccdash.store.comparison import comparison
from ccdash.store.usual_work import usual_work
from ccdash.thresholds import Thresholds
from ccdash.ui.break_advice import break_card
from ccdash.ui.break_situation import advice_of
from ccdash.ui.look import Look, Shown, shown
from ccdash.views.scope import Scope
from ccdash.vocabulary import Channel, Intent, Outcome

pytestmark = pytest.mark.any_postgres

ZONE = "Europe/Helsinki"
NOW = datetime(2026, 6, 23, 9, 7, 30, tzinfo=UTC)  # a Tuesday, 12:07:30 in Helsinki
MINUTE, WEEK = timedelta(minutes=1), timedelta(weeks=1)
LOOK = Look(translator("en"), ZoneInfo(ZONE), Thresholds())
NORTH, SOUTH = ("n1", "n2", "n3", "n4"), ("s1", "s2")


@pytest.fixture
def tell(store):
    def told(*events: ev.Event) -> None:
        with store.transaction() as connection:
            record(connection, list(events), received_at=NOW)
            rollup.refresh(connection)

    return told


def call(key: str, at: datetime, agent: str | None, **more: object) -> ev.Recorded:
    """Five minutes of talk after ten seconds; without an agent somebody who gave up."""
    of = {"channel": Channel.PHONE, "queue": "sales", "queued_at": at, "wait_seconds": 10}
    if agent is None:
        ended = {"outcome": Outcome.ABANDONED, "end": at + 2 * MINUTE, "wait_seconds": 120}
        return ev.Recorded(source="t", id=key, contact=key, at=at, **of | ended)
    done = at + timedelta(seconds=310)
    of |= {"answered_at": at + timedelta(seconds=10), "end": done, "talk_seconds": 300}
    return ev.Recorded(
        source="t", id=key, contact=key, at=at, agent=agent, outcome=Outcome.HANDLED, **of | more
    )


def says(agent: str, minutes: float, intent: Intent, reason: str | None = None) -> ev.Event:
    at = NOW + minutes * MINUTE
    return ev.IntentDeclared(
        source="t", id=f"{agent}{minutes}", at=at, agent=agent, intent=intent, reason=reason
    )


def described() -> list[ev.Event]:
    teams = {"North": NORTH, "South": SOUTH}
    return [
        ev.AgentDescribed(source="t", id=f"d{one}", at=NOW - 9 * WEEK, agent=one, team=team)
        for team, its in teams.items()
        for one in its
    ]


def weeks(many: int) -> list[ev.Event]:
    """Thirty calls, one in five minutes, and four others in the first minutes that gave up."""
    people = (*NORTH, *SOUTH)
    calls = [
        call(f"{week}-{place}", NOW - week * WEEK + place * 5 * MINUTE, people[place % 6])
        for week in range(1, many + 1)
        for place in range(30)
    ]
    gone = [call(f"gone-{week}-{n}", NOW - week * WEEK + n * MINUTE, None)
            for week in range(1, many + 1) for n in range(4)]  # fmt: skip
    return [*described(), *calls, *gone]


def breaks() -> list[ev.Event]:
    """Coffee took ten minutes five times; now n1 has some for six minutes."""
    before = [
        says("n1", start + add, intent, reason)
        for start in range(-3000, -2500, 100)
        for add, intent, reason in ((0, Intent.BREAK, "coffee"), (10, Intent.AVAILABLE, None))
    ]
    here = [says(one, -60, Intent.AVAILABLE) for one in (*NORTH[1:], *SOUTH)]
    return [*before, *here, says("n1", -6, Intent.BREAK, "coffee")]


def seen(store, scope: Scope | None = None) -> Shown:
    beside = comparison(store, NOW, ZONE)
    return shown(live.floor(store, NOW, ZONE), LOOK, scope or Scope(), beside)


def test_the_card_tells_how_many_may_be_out_and_who_returns(store, tell) -> None:
    tell(*weeks(8), *breaks())

    whole, south = break_card(seen(store)), break_card(seen(store, Scope("South")))

    assert whole is not None
    assert "Now 1 may be out; 1 is." in whole.text
    assert "1 returns at about 12:11." in whole.text  # 12:07:30 less six minutes and ten more
    assert "Advice only: statutory breaks come first." in whole.text
    assert south is not None
    assert "North" not in south.text
    assert south.text.count("<li") < whole.text.count("<li")
    its = south.text[south.text.index('data-key="break-South"') :].removesuffix("</ul></section>")
    assert its in whole.text  # a part of the floor changes nothing of what is advised

    now = seen(store)
    unread = break_card(replace(now, beside=replace(now.beside, usual=None)))
    assert "Reading what is usual" in unread.text


def test_what_is_usual_is_that_of_the_metrics_and_expects_what_came(store, tell) -> None:
    tell(*weeks(8), *breaks())

    found = usual_work(store, NOW, ZONE)
    midnight = datetime(2026, 6, 22, 21, tzinfo=UTC)
    of_phone = ((Dimension.CHANNEL, ("phone",)),)
    query = Query(
        ("aht", "abandoned"), Period(midnight - 8 * WEEK, midnight, ZONE), filters=of_phone
    )
    figures = history.read(store, query, raw=True).frame

    assert found.handling.select("aht", "abandoned").rows() == [
        (figures["aht"][0], figures["abandoned"][0])
    ] == [(300, 32)]  # fmt: skip
    assert found.breaks.select("intent", "reason", "seconds", "n").rows() == [
        ("break", "coffee", 600.0, 5)
    ]
    north = advice_of(live.floor(store, NOW, ZONE), comparison(store, NOW, ZONE), LOOK)[0]
    assert north.channels[0].patience == (32 * 120 + 240 * 10) / 32
    # from 12:00 to 12:30 five calls and four that gave up; North answered 19 of 29 in the last week
    assert north.channels[0].arrivals == pytest.approx(9 * 19 / 29)


def test_with_a_short_history_the_card_says_that_it_cannot_say(store, tell) -> None:
    tell(*weeks(3), *breaks())

    card = break_card(seen(store))

    assert card is not None
    assert "Cannot say yet: four weeks of this weekday are needed." in card.text
    assert "may be out" not in card.text


def test_a_look_back_and_a_floor_without_people_have_no_card(store, tell) -> None:
    assert break_card(seen(store)) is None

    tell(*weeks(4), *breaks())
    now = seen(store)
    assert break_card(Shown(now.floor, LOOK, beside=now.beside, at=NOW)) is None
