"""A centre of one queue and one agent whose weeks can be told both ways: for tests of the demo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ccdash.ingest import events as ev
from ccdash.simulate.centre import ALWAYS, SOURCE
from ccdash.simulate.clock import start_of
from ccdash.simulate.demo import Demo
from ccdash.store.simulation import Telling
from ccdash.thresholds import DatedValue, Threshold
from ccdash.vocabulary import Channel, Intent, Outcome

ZONE = ZoneInfo("Europe/Helsinki")
CALLS_A_DAY = 6
TARGET = DatedValue(Threshold.TARGET_SECONDS, Channel.PHONE, "", ALWAYS, 30)


def demo(seed: int = 1) -> Demo:
    """A demo whose every working day is the same."""
    return Demo(
        seed=seed, digest=f"{seed} tests", zone=ZONE, region="FI", tell=told,
        is_working_day=lambda day: day.weekday() < 5,
        described=lambda at: [
            ev.QueueDescribed(source=SOURCE, id="q", at=at, queue="q", name="Sales")
        ],
        targets=[TARGET],
    )  # fmt: skip


def told(monday: date, telling: Telling) -> Sequence[ev.Event]:
    days = [monday + timedelta(days=place) for place in range(5)]
    calls = [event for day in days for event in _calls(day, telling)]
    states = [event for day in days for event in _states(day)]
    return sorted([*calls, *states], key=lambda event: (event.at, event.sequence, event.id))


def _calls(day: date, telling: Telling) -> Iterator[ev.Event]:
    for number in range(CALLS_A_DAY):
        came = start_of(day, ZONE) + timedelta(hours=9 + number)
        taken, left = came + timedelta(seconds=25), came + timedelta(minutes=5)
        key = f"{day}-{number}"
        if telling is Telling.RECORDED:
            yield ev.Recorded(
                source=SOURCE, id=f"{key}-recorded", contact=key, at=came, channel=Channel.PHONE,
                outcome=Outcome.HANDLED, end=left, queue="q", queued_at=came, answered_at=taken,
                agent="a", wait_seconds=25, talk_seconds=275,
            )  # fmt: skip
            continue
        of = {"source": SOURCE, "contact": key}
        yield ev.Queued(id=f"{key}-1", at=came, queue="q", channel=Channel.PHONE, **of)
        yield ev.Answered(id=f"{key}-2", at=taken, agent="a", wait_seconds=25, **of)
        yield ev.Ended(id=f"{key}-3", at=left, agent="a", talk_seconds=275, **of)


def _states(day: date) -> Iterator[ev.Event]:
    for hour, intent in ((8, Intent.AVAILABLE), (12, Intent.BREAK), (16, Intent.OFFLINE)):
        at: datetime = start_of(day, ZONE) + timedelta(hours=hour)
        yield ev.IntentDeclared(source=SOURCE, id=f"{day}-{hour}", at=at, agent="a", intent=intent)
