"""Which targets and limits hold at an instant."""

from __future__ import annotations

from datetime import UTC, datetime

from ccdash.thresholds import ALLOWED, DatedValue, Threshold, default
from ccdash.views.held import Held, held
from ccdash.vocabulary import Channel

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
