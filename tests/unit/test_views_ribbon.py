"""A person's day as lanes: where pieces begin and end, and what lies beside what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.live.person_days import MOST, PersonDays
from ccdash.views.ribbon import Ribbon, Told, ribbon
from ccdash.vocabulary import Intent, Load, SegmentKind

ZONE = ZoneInfo("Asia/Kolkata")  # half an hour beside others
MIDNIGHT = datetime(2026, 3, 2, tzinfo=ZONE).astimezone(UTC)
INSTANT = pl.Datetime("us", "UTC")


def at(hours: float) -> datetime:
    return MIDNIGHT + timedelta(hours=hours)


def drawn(states: list[tuple], work: list[tuple], until: float = 24) -> Ribbon | None:
    """(intent, reason, from, to) and (kind, channel, from, to), in hours of the day."""
    ends = {"started_at": INSTANT, "ended_at": INSTANT}
    told_states = pl.DataFrame(
        [(intent, reason, at(a), at(b)) for intent, reason, a, b in states],
        schema={"intent": pl.String, "reason": pl.String} | ends, orient="row",
    )  # fmt: skip
    told_work = pl.DataFrame(
        [(kind, "sales", channel, at(a), at(b)) for kind, channel, a, b in work],
        schema={"kind": pl.String, "queue": pl.String, "channel": pl.String} | ends, orient="row",
    )  # fmt: skip
    return ribbon(Told(told_states, told_work, MIDNIGHT, at(until), ZONE))


def test_the_axis_is_of_full_local_hours_around_what_was_told() -> None:
    found = drawn([("unknown", None, -9, 8.4), ("available", None, 8.4, 16.2)], [])

    assert (found.start, found.end) == (at(8), at(17))
    assert found.ticks == tuple(at(hour) for hour in range(8, 18))
    assert [one.kind for one in found.intents] == [Intent.UNKNOWN, Intent.AVAILABLE]
    assert found.place(found.intents[0].start) == 0


def test_of_a_long_day_every_second_hour_is_written() -> None:
    assert len(drawn([("available", None, -1, 18)], []).ticks) == 10


def test_two_contacts_at_once_are_two_rows_and_one_load() -> None:
    work = [("talk", "chat", 9, 10), ("talk", "chat", 9.5, 11), ("wrap_up", "chat", 11, 11.1)]

    found = drawn([("available", None, 8, 12)], work)

    assert [len(row) for row in found.contacts] == [1, 1]
    assert [(one.kind, one.at_once, one.seconds) for one in found.loads] == [
        (Load.ON_CONTACT, 1, 1800), (Load.ON_CONTACT, 2, 1800), (Load.ON_CONTACT, 1, 3600),
        (Load.WRAP_UP, 1, 360),
    ]  # fmt: skip


def test_who_hangs_up_after_signing_out_is_drawn_and_not_in_the_figures() -> None:
    found = drawn([("available", None, 8, 9.5), ("offline", None, 9.5, 24)],
                  [("talk", "phone", 9, 10)])  # fmt: skip

    assert [(one.seconds, one.is_signed_in) for one in found.loads] == [(1800, True), (1800, False)]
    assert [one.is_signed_in for one in found.contacts[0]] == [True, False]
    assert [one.kind for one in found.contacts[0]] == [SegmentKind.TALK, SegmentKind.TALK]


def test_a_day_of_which_nothing_was_told_has_no_ribbon() -> None:
    assert drawn([("offline", None, -9, 24)], []) is None
    assert drawn([("unknown", None, -9, 24)], []) is None


def test_a_day_is_read_once_for_all_who_look_and_those_seen_last_are_kept() -> None:
    read: list[str] = []
    days = PersonDays(lambda who, _: read.append(who), lambda: MIDNIGHT)
    for who in ("a", "a", *map(str, range(MOST)), "a"):
        days.latest(who)

    assert read == ["a", *map(str, range(MOST)), "a"]
