"""The call log of a real bank, 64,943 calls: the published figures by plain Python over the events.

The logs are no part of the project (they have no licence for that); without them nothing runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from ccdash.ingest.events import Recorded, decode, encode
from ccdash.ingest.sources.seelab import Seelab
from ccdash.vocabulary import Outcome, SegmentKind

LOGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "anonymous_bank"

pytestmark = pytest.mark.skipif(not LOGS.is_dir(), reason="the real logs are not here")


@cache
def calls(month: str) -> tuple[Recorded, ...]:
    parser = Seelab()
    lines = (LOGS / f"{month}.txt").read_text().splitlines()
    events = [parser.parse(line) for line in lines]
    assert events[0] is None, "only the header is no call"
    return tuple(event for event in events if isinstance(event, Recorded))


def real(month: str) -> list[Recorded]:
    return [call for call in calls(month) if not call.is_test]


def having(events: Sequence[Recorded], outcome: Outcome) -> list[Recorded]:
    return [event for event in events if event.outcome is outcome]


def mean_wait(events: Sequence[Recorded]) -> float:
    return sum(event.wait_seconds or 0 for event in events) / len(events)


@pytest.mark.parametrize(
    ("month", "expected"),
    [("january", (27_060, 4_299, 240)), ("february", (27_162, 5_904, 278))],
)
def test_outcomes(month: str, expected: tuple[int, int, int]) -> None:
    counts = Counter(call.outcome for call in calls(month))
    assert (counts[Outcome.HANDLED], counts[Outcome.ABANDONED], counts[Outcome.VOID]) == expected
    assert counts.total() == sum(expected)


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        ("january", (30_161, 16_686, 3_101, 10.281, 18.584, 13.709)),
        ("february", (31_125, 18_058, 3_963, 12.733, 21.946, 17.855)),
    ],
)
def test_offered_queued_and_abandoned(month: str, expected: tuple[float, ...]) -> None:
    answered = having(real(month), Outcome.HANDLED)
    hung_up = having(real(month), Outcome.ABANDONED)
    queued = [call for call in real(month) if call.queued_at is not None]
    abandoned = having(queued, Outcome.ABANDONED)
    offered = len(answered) + len(abandoned)
    shares = (
        len(abandoned) / offered,
        len(abandoned) / len(queued),
        len(hung_up) / len(real(month)),
    )
    assert (offered, len(queued), len(abandoned)) == expected[:3]
    assert tuple(round(100 * share, 3) for share in shares) == expected[3:]


@pytest.mark.parametrize(
    ("month", "expected"),
    [("january", (35.028, 69.772, 60.724)), ("february", (40.774, 78.573, 65.530))],
)
def test_waits(month: str, expected: tuple[float, ...]) -> None:
    queued = [call for call in real(month) if call.queued_at is not None]
    waits = (
        mean_wait(having(real(month), Outcome.HANDLED)),
        mean_wait(having(queued, Outcome.HANDLED)),
        mean_wait(having(queued, Outcome.ABANDONED)),
    )
    assert tuple(round(wait, 3) for wait in waits) == expected


@pytest.mark.parametrize(("month", "expected"), [("january", 5.584), ("february", 6.697)])
def test_short_services(month: str, expected: float) -> None:
    answered = having(real(month), Outcome.HANDLED)
    short = [call for call in answered if call.talk_seconds is not None and call.talk_seconds < 10]
    assert round(100 * len(short) / len(answered), 3) == expected


@pytest.mark.parametrize(
    ("month", "customers", "without_phantoms", "servers"),
    [("january", 3_976, 3_928, 28), ("february", 4_081, 4_021, 24)],
)
def test_known_customers_and_servers(
    month: str, customers: int, without_phantoms: int, servers: int
) -> None:
    # The published number of customers counts phantom calls, too.
    assert len({call.customer for call in calls(month)} - {()}) == customers
    assert len({call.customer for call in real(month)} - {()}) == without_phantoms
    assert len({call.agent for call in calls(month)} - {None}) == servers


@pytest.mark.parametrize("month", ["january", "february"])
def test_every_call_is_one_contact_that_ends_the_same_day_or_night(month: str) -> None:
    events = calls(month)
    assert len({event.id for event in events}) == len(events)
    assert all(0 <= (event.end - event.at).total_seconds() < 2 * 3600 for event in events)
    assert all(decode(encode(event)) == event for event in events)


@pytest.mark.parametrize("month", ["january", "february"])
def test_the_sources_own_seconds_are_those_of_its_clocks(month: str) -> None:
    for call in calls(month):
        for segment in call.segments:
            seconds = (segment.end - segment.start).total_seconds()
            if segment.kind is SegmentKind.QUEUE:
                assert seconds == call.wait_seconds
            if segment.kind is SegmentKind.TALK:
                assert seconds == call.talk_seconds
