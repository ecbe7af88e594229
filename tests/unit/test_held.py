"""Which targets and limits hold at an instant."""

from __future__ import annotations

from datetime import UTC, datetime

from ccdash.thresholds import ALLOWED, DatedValue, Threshold, Thresholds, default, of_reason
from ccdash.views.held import Held, held
from ccdash.vocabulary import Channel, Intent

NOW = datetime(2026, 3, 10, tzinfo=UTC)
BEFORE, AFTER = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


def of(name: Threshold, found: list[Held]) -> list[tuple[str, str, int, datetime | None]]:
    return [(one.queue, one.channel, one.value, one.since) for one in found if one.name is name]


def test_until_somebody_sets_anything_ccdash_s_own_values_hold() -> None:
    found = held([], NOW)

    assert of(Threshold.TARGET_PERCENT, found) == [("", "", 80, None)]
    assert len(of(Threshold.TARGET_SECONDS, found)) == len(Channel)


def test_a_queue_s_value_stands_beside_its_channel_s_with_the_day_it_holds_from() -> None:
    rows = [
        DatedValue("target_seconds", "phone", "", BEFORE, 30),
        DatedValue("target_seconds", "", "sales", BEFORE, 15),
    ]

    found = of(Threshold.TARGET_SECONDS, held(rows, NOW))

    assert ("", "phone", 30, BEFORE) in found
    assert ("", "chat", 60, None) in found
    assert found[-1] == ("sales", "", 15, BEFORE)


def test_a_value_of_a_later_day_is_told_and_does_not_hold_yet() -> None:
    rows = [DatedValue("target_percent", "", "", AFTER, 90)]

    [one] = [each for each in held(rows, NOW) if each.name is Threshold.TARGET_PERCENT]

    assert (one.value, one.since, one.later) == (80, None, (90, AFTER))


def test_every_threshold_has_the_values_that_make_sense() -> None:
    assert set(ALLOWED) == set(Threshold)
    assert all(default(name, channel) in ALLOWED[name] for name in Threshold for channel in Channel)


def test_the_limit_of_a_reason_goes_before_that_of_breaks_however_it_is_written() -> None:
    book = Thresholds(
        [
            DatedValue(of_reason("Lunch"), "", "", BEFORE, 1800),
            DatedValue(of_reason("Coaching"), "", "", BEFORE, 3600),
            DatedValue("break_seconds", "", "", BEFORE, 600),
        ]
    )

    assert book.away_limit(Intent.BREAK, "LUNCH ", NOW) == 1800
    assert book.away_limit(Intent.BREAK, "coffee", NOW) == 600
    assert book.away_limit(Intent.TRAINING, "Coaching", NOW) == 3600
    assert book.away_limit(Intent.MEETING, "team", NOW) is None


def test_the_limits_of_reasons_are_listed_after_that_of_all_breaks() -> None:
    rows = [
        DatedValue(of_reason("Lunch"), "", "", BEFORE, 1800),
        DatedValue(of_reason("Coffee"), "", "", AFTER, 900),
    ]

    found = [one for one in held(rows, NOW) if one.name is Threshold.BREAK_SECONDS]

    assert [(one.reason, one.value, one.since) for one in found] == [
        ("", 2700, None), ("coffee", 2700, None), ("lunch", 1800, BEFORE),
    ]  # fmt: skip
    assert found[1].later == (900, AFTER)
