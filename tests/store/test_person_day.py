"""A person's day as a ribbon says what the figures of that day say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from ccdash.ingest import events as ev
from ccdash.query import Dimension, Grain, Period, Query, bucket_start
from ccdash.schema import agent
from ccdash.settings import zone
from ccdash.store import history
from ccdash.store.person_day import person_day
from ccdash.store.reasons import reasons
from ccdash.views.ribbon import Ribbon, Told, ribbon
from ccdash.vocabulary import Intent, Load
from tests.store.roads import AS_FOUND, tell
from tests.store.test_oracle_agents import AGENTS, shifts
from tests.store.test_record import emptied

pytestmark = pytest.mark.any_postgres

MEASURES = ("signed_in_seconds", "busy_seconds", "on_contact_seconds", "break_seconds")
METRICS = ("signed_in_time", "break_time", "occupancy", "concurrency")


@settings(max_examples=12, phases=AS_FOUND)
@given(shifts())
def test_the_pieces_of_a_day_add_up_to_the_figures_of_agents_time(store, told) -> None:
    emptied(store.engine)
    tell(store, [*told.first, *told.later])
    where = zone(told.period.timezone)
    newest = max(one.at for one in (*told.first, *told.later))
    days = {newest - timedelta(days=1), newest, told.period.end - timedelta(minutes=1)}

    for at in days:
        period = Period(bucket_start(at, Grain.DAY, where), at, where.key)
        frame = history.read(store, Query(METRICS, period, Grain.TOTAL, (Dimension.AGENT,))).frame
        figures = {row["agent"]: row for row in frame.iter_rows(named=True)}
        for name, number in numbers(store).items():
            found = drawn(store, number, at, where)
            wanted = figures.get(name, {})
            assert seconds(found) == tuple(wanted.get(one) or 0 for one in MEASURES), (name, at)
            assert contact_seconds(found) == (wanted.get("contact_seconds") or 0)


def numbers(store) -> dict[str, str]:
    with store.engine.connect() as connection:
        rows = connection.execute(agent.select()).all()
    return {row.name: str(row.agent_id) for row in rows if row.key in AGENTS}


def drawn(store, number: str, at: datetime, where: ZoneInfo) -> Ribbon | None:
    day = person_day(store, number, at, where.key)
    return ribbon(Told(day.states, day.work, day.start, day.end, where))


def seconds(found: Ribbon | None) -> tuple[int, ...]:
    """Signed in, busy, on a contact, on a break."""
    if found is None:
        return (0, 0, 0, 0)
    signed_in = sum(one.seconds for one in found.intents if one.kind is not Intent.UNKNOWN)
    counted = [one for one in found.loads if one.is_signed_in]
    talking = sum(one.seconds for one in counted if one.kind is Load.ON_CONTACT)
    on_break = sum(one.seconds for one in found.intents if one.kind is Intent.BREAK)
    return signed_in, sum(one.seconds for one in counted), talking, on_break


def contact_seconds(found: Ribbon | None) -> int:
    rows = found.contacts if found else ()
    return sum(one.seconds for row in rows for one in row if one.is_signed_in)


def test_nobody_is_known_by_a_number_that_is_none(store) -> None:
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)

    assert person_day(store, "7", at, "Europe/Helsinki") is None
    assert person_day(store, "7; DROP", at, "Europe/Helsinki") is None


def test_the_reasons_of_late_are_those_for_which_people_were_away(store) -> None:
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    said = [
        (Intent.BREAK, "Lunch", 1), (Intent.BREAK, "lunch", 2), (Intent.MEETING, "Coaching", 3),
        (Intent.AVAILABLE, "late shift", 4), (Intent.BREAK, "Move", 40), (Intent.BREAK, None, 5),
    ]  # fmt: skip
    tell(store, [
        ev.IntentDeclared(source="s", id=f"i{days}", at=at - timedelta(days=days), agent="a",
                          intent=intent, reason=reason)
        for intent, reason, days in said
    ])  # fmt: skip

    assert [one.casefold() for one in reasons(store, at)] == ["coaching", "lunch"]
