"""Every figure of contacts against a slow oracle: plain Python that walks over what was told.

The oracle knows the definitions (docs/metrics.md) and nothing of how ccdash counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccdash.export.about import Content
from ccdash.export.tables import table
from ccdash.ingest.record import record
from ccdash.metrics import METRICS
from ccdash.query import Dimension, Query
from ccdash.store import contacts, dated_settings, history, rollup
from ccdash.thresholds import DatedValue
from ccdash.vocabulary import Channel, Direction, Grain, Outcome, SurveyKind
from tests.store.random_contacts import Row, weeks
from tests.store.test_record import emptied

pytestmark = pytest.mark.any_postgres

NOW = datetime(2026, 12, 1, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

# The oracle ---------------------------------------------------------------------------------------


def came(one: Row) -> bool:
    """By themselves, and not to try the line."""
    return one.direction is Direction.INBOUND and not one.is_test


def answered(one: Row) -> bool:
    return came(one) and one.answered_at is not None


def ended(*outcomes: Outcome) -> Callable[[Row], bool]:
    """In a queue, without an answer."""
    return lambda one: (
        came(one) and bool(one.queued_at) and not one.answered_at and one.outcome in outcomes
    )


abandoned, timed_out = ended(Outcome.ABANDONED), ended(Outcome.TIMED_OUT)
still_waiting = ended(Outcome.OPEN)
left_otherwise = ended(
    Outcome.VOICEMAIL, Outcome.CALLBACK_BOOKED, Outcome.REFUSED, Outcome.FAILED,
    Outcome.SELF_SERVED,
)  # fmt: skip


def offered(one: Row) -> bool:
    return answered(one) or abandoned(one) or timed_out(one) or left_otherwise(one)


def before_queue(one: Row) -> bool:
    is_left = one.outcome is Outcome.ABANDONED and not one.queued_at and not one.answered_at
    return came(one) and is_left


def hung_up(one: Row) -> bool:
    return abandoned(one) or before_queue(one)


def real(one: Row) -> bool:
    return not one.is_test


def handled(one: Row) -> bool:
    return real(one) and one.outcome is Outcome.HANDLED


def timed(one: Row) -> bool:
    return handled(one) and one.talk is not None


def is_live(one: Row) -> bool:
    return one.channel in (Channel.PHONE, Channel.CHAT)


def responded(one: Row) -> bool:
    written = (Channel.CHAT, Channel.EMAIL, Channel.SOCIAL, Channel.FORM)
    return answered(one) and one.channel in written and one.continues is None


def session(one: Row) -> bool:
    is_one = one.channel is Channel.SELF_SERVICE or one.outcome is Outcome.SELF_SERVED
    return came(one) and is_one


def waited(one: Row) -> int:
    if one.told_wait is not None:
        return one.told_wait
    if one.queued_at is None:
        return 0
    return int(((one.answered_at or one.end) - one.queued_at).total_seconds())


def response(one: Row) -> int:
    return int((one.answered_at - one.at).total_seconds())


def in_target(one: Row) -> bool:
    return waited(one) <= one.target


def short(one: Row) -> bool:
    return abandoned(one) and waited(one) <= 5


def spent(one: Row) -> int:
    return one.talk + (one.hold or 0) + (one.wrap_up or 0)


def asked(kind: SurveyKind) -> Callable[[Row], bool]:
    return lambda one: real(one) and kind in one.surveys


def scored(kind: SurveyKind, low: int = 0) -> Callable[[Row], bool]:
    return lambda one: (
        asked(kind)(one) and one.surveys[kind] is not None and one.surveys[kind] >= low
    )


CSAT, NPS, CES, FCR = SurveyKind.CSAT, SurveyKind.NPS, SurveyKind.CES, SurveyKind.FCR
COUNTS: Mapping[str, Callable[[Row], bool]] = {
    "contacts": real,
    "callers": lambda one: came(one) and one.continues is None,
    "outbound": lambda one: real(one) and one.direction is Direction.OUTBOUND,
    "offered": offered,
    "arrived": lambda one: offered(one) or still_waiting(one),
    "queued": lambda one: came(one) and one.queued_at is not None,
    "answered": answered,
    "answered_in_target": lambda one: answered(one) and in_target(one),
    "abandoned": abandoned,
    "short_abandoned": short,
    "timed_out": timed_out,
    "left_otherwise": left_otherwise,
    "left_before_queue": before_queue,
    "hung_up": hung_up,
    "still_waiting": still_waiting,
    "handled": handled,
    "tests": lambda one: one.is_test,
}


def tried(one: Row) -> bool:
    return answered(one) or abandoned(one)


def met(one: Row) -> bool:
    return answered(one) and in_target(one)


def left_in_target(one: Row) -> bool:
    return abandoned(one) and in_target(one)


def by_nps(one: Row) -> int:
    score = one.surveys[NPS]
    return 100 * (score >= 9) - 100 * (score <= 6)


Of = tuple[Callable[[Row], float], Callable[[Row], bool]]
"""What a row adds, and which rows are divided by."""
SHARES: Mapping[str, Of] = {
    "service_level": (met, tried),
    "service_level_of_answered": (met, answered),
    "service_level_late_abandons": (met, lambda one: tried(one) and not left_in_target(one)),
    "service_level_left_in_target": (lambda one: met(one) or left_in_target(one), tried),
    "service_level_without_short": (met, lambda one: tried(one) and not short(one)),
    "service_level_short_met": (lambda one: met(one) or short(one), tried),
    "service_level_of_offered": (
        lambda one: (tried(one) or timed_out(one)) and in_target(one),
        offered,
    ),
    "known_customer_rate": (lambda one: one.who is not None, real),
    "asa": (waited, answered),
    "average_wait": (waited, offered),
    "average_queued_wait": (waited, lambda one: answered(one) and one.queued_at is not None),
    "average_abandoned_wait": (waited, abandoned),
    "abandonment_rate": (abandoned, lambda one: offered(one) and is_live(one)),
    "abandoned_of_queued": (abandoned, COUNTS["queued"]),
    "hung_up_rate": (hung_up, real),
    "aht": (spent, timed),
    "average_talk": (lambda one: one.talk, timed),
    "short_handled_rate": (lambda one: one.talk < 10, timed),
    "transfer_rate": (lambda one: one.is_transferred, handled),
    "csat": (scored(CSAT, 4), scored(CSAT)),
    "csat_response_rate": (scored(CSAT), asked(CSAT)),
    "nps": (by_nps, scored(NPS)),
    "ces": (scored(CES, 5), scored(CES)),
    "fcr_agent": (
        lambda one: one.is_resolved is True,
        lambda one: handled(one) and one.is_resolved is not None,
    ),
    "fcr_customer": (scored(FCR, 1), scored(FCR)),
    "fcr_customer_response_rate": (scored(FCR), asked(FCR)),
    "containment_gross": (lambda one: one.outcome is Outcome.SELF_SERVED, session),
    "containment_unknown": (lambda one: one.who is None, session),
    "first_response_time": (response, responded),
}
IN_OPEN_HOURS = {
    "asa_open": "asa",
    "average_wait_open": "average_wait",
    "first_response_time_open": "first_response_time",
}
"""Without a calendar it is always open; test_calendars.py knows more."""
OF_ALL = {
    **{name: (lambda _: 1, rows) for name, rows in COUNTS.items()},
    **SHARES,
    **{name: SHARES[clock] for name, clock in IN_OPEN_HOURS.items()},
}


def figure(name: str, rows: list[Row]) -> tuple[float | None, int]:
    """The figure and of how many contacts it speaks; a count is its own n."""
    adds, divides = OF_ALL[name]
    of = [one for one in rows if divides(one)]
    total = sum(adds(one) for one in of)
    if name in COUNTS:
        return total, total
    return (total / len(of) if of else None), len(of)


def bucket(at: datetime, query: Query) -> date | datetime | None:
    """Where it begins: a day of the zone, and the first one of the period at the earliest."""
    local, start = (one.astimezone(query.period.zone) for one in (at, query.period.start))
    day, first = local.date(), start.date()
    match query.grain:
        case Grain.TOTAL:
            return None
        case Grain.QUARTER_HOUR:
            return at - timedelta(minutes=local.minute % 15, seconds=local.second)
        case Grain.WEEK:
            return max(day - timedelta(days=day.weekday()), first)
        case Grain.MONTH:
            return max(day.replace(day=1), first)
        case _:
            return day


# Every road ---------------------------------------------------------------------------------------


def test_the_oracle_knows_every_figure_of_contacts_that_may_be_added_up():
    shown = {
        name
        for name, one in METRICS.items()
        if one.fact == "contact" and all(measure.is_additive for measure in one.measures)
    }
    assert shown == set(OF_ALL)


@settings(max_examples=10)
@given(weeks(), st.data())
def test_raw_rows_sums_lists_and_files_say_what_walking_over_the_contacts_gives(store, told, data):
    emptied(store.engine)
    tell(store, told.first)
    settle(store)
    aim(store, told.middle)
    tell(store, told.later, revision=1)
    grain = data.draw(st.sampled_from((Grain.QUARTER_HOUR, Grain.DAY, Grain.WEEK, Grain.MONTH)))
    by = data.draw(st.sampled_from(((), (Dimension.CHANNEL,), (Dimension.QUEUE,))))
    asked_for = Query(tuple(OF_ALL), told.period, grain, by)
    for raw in (True, False):
        compare(history.read(store, asked_for, raw=raw).frame, told.rows, asked_for)
    settle(store)
    compare(history.read(store, asked_for).frame, told.rows, asked_for)
    whole = replace(asked_for, grain=Grain.TOTAL, by=())
    compare(history.read(store, whole).frame, told.rows, whole)
    figures = pl.concat(table(store, Content.FIGURES, asked_for, NOW).frames)
    compare(figures, told.rows, asked_for)
    for name in data.draw(st.lists(st.sampled_from(tuple(OF_ALL)), min_size=5, max_size=5)):
        compare_list(store, Query((name,), told.period), told.rows)


def tell(store, rows: list[Row], revision: int = 0) -> None:
    with store.transaction() as connection:
        record(connection, [one.event(revision) for one in rows], received_at=NOW)


def settle(store) -> None:
    with store.transaction() as connection:
        rollup.refresh(connection)


def aim(store, middle: datetime) -> None:
    """What people set when contacts were told and counted already."""
    with store.transaction() as connection:
        for channel in Channel:
            dated_settings.put(
                connection, DatedValue("target_seconds", channel, "", LONG_AGO, 30), NOW
            )
        later = DatedValue("target_seconds", Channel.PHONE, "", middle, 90)
        dated_settings.put(connection, later, NOW)


def compare(frame: pl.DataFrame, rows: list[Row], query: Query) -> None:
    grouped: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for one in rows:
        grouped[bucket(one.at, query), *(_part(one, name) for name in query.by)].append(one)
    found = set()
    for row in frame.iter_rows(named=True):
        place = _place(row["bucket"], query), *(row[name] for name in query.by)
        found.add(place)
        for name in query.metrics:
            value, n = figure(name, grouped.get(place, []))
            assert (row[name], row[f"n_{name}"]) == (pytest.approx(value), n), (place, name)
    assert set(grouped) <= found


def _part(one: Row, by: Dimension) -> str | None:
    if by is Dimension.CHANNEL:
        return one.channel
    return f"q-{one.channel}" if one.queued_at else None


def _place(start: date | datetime, query: Query) -> date | datetime | None:
    if query.grain is Grain.TOTAL:
        return None
    if query.grain is Grain.QUARTER_HOUR or not isinstance(start, datetime):
        return start
    return start.astimezone(query.period.zone).date()


def compare_list(store, query: Query, rows: list[Row]) -> None:
    """Every contact that the figure speaks of, once: on the screen and in the file."""
    (name,) = query.metrics
    keys = Counter(one.key for one in rows if OF_ALL[name][1](one))
    assert contacts.count(store, query) == keys.total(), name
    assert Counter(contacts.behind(store, query, limit=None)["key"]) == keys, name
    exported = pl.concat(table(store, Content.CONTACTS, query, NOW).frames)
    assert Counter(exported["key"]) == keys, name
