"""A real Asterisk's log, and a masked one with oddities: what must be found in them.

The logs are not part of the project (they have no licence for that); without them nothing runs.
"""

from __future__ import annotations

import gzip
from collections import Counter
from functools import cache
from pathlib import Path
from statistics import mean

import pytest

from ccdash.errors import BadInput
from ccdash.ingest import events as ev
from ccdash.ingest.sources.asterisk import QueueLog
from ccdash.ingest.sources.asterisk_names import names
from ccdash.vocabulary import Outcome

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
RUN = DATA / "asterisk_overload_run"
TARGET = {"sales": 5, "stock": 5, "support": 10}

pytestmark = pytest.mark.skipif(not RUN.is_dir(), reason="the real logs are not here")


@cache
def told(path: Path) -> tuple[tuple[ev.Event, ...], tuple[str, ...]]:
    """The events of a log and the reasons of what was rejected; one of the two for each line."""
    log, events, reasons = QueueLog(), [], []
    for line in path.read_text().splitlines():
        try:
            events.append(log.parse(line))
        except BadInput as cause:
            reasons.append(str(cause))
    return tuple(events), tuple(reasons)


def once(path: Path) -> list[ev.Event]:
    """The events as a store keeps them: the first of each id."""
    return list({event.id: event for event in reversed(told(path)[0])}.values())[::-1]


def of(kind: type[ev.Event], queue: str, path: Path = RUN / "queue_log") -> list[ev.Event]:
    return [event for event in once(path) if isinstance(event, kind) and event.queue == queue]


def left(queue: str, outcome: Outcome) -> list[ev.LeftQueue]:
    return [event for event in of(ev.LeftQueue, queue) if event.outcome is outcome]


def test_every_line_is_an_event_of_its_own():
    events, reasons = told(RUN / "queue_log")
    assert (len(events), len(reasons), len(once(RUN / "queue_log"))) == (2525, 0, 2525)


@pytest.mark.parametrize(
    ("queue", "offered", "answered", "abandoned", "timed_out", "in_target"),
    [("sales", 444, 352, 71, 21, 144), ("support", 55, 46, 8, 1, 39), ("stock", 55, 26, 29, 0, 11)],
)
def test_calls_by_queue(queue, offered, answered, abandoned, timed_out, in_target):
    assert len(of(ev.Queued, queue)) == offered
    assert len(of(ev.Answered, queue)) == answered
    assert len(left(queue, Outcome.ABANDONED)) == abandoned
    assert len(left(queue, Outcome.TIMED_OUT)) == timed_out
    waits = [answer.wait_seconds for answer in of(ev.Answered, queue)]
    assert sum(wait <= TARGET[queue] for wait in waits) == in_target


@pytest.mark.parametrize(
    ("queue", "answered", "abandoned"), [("sales", 10.224, 15.211), ("support", 4.522, 8.0)]
)
def test_mean_waits_by_queue(queue, answered, abandoned):
    waits = [answer.wait_seconds for answer in of(ev.Answered, queue)]
    lost = [event.wait_seconds for event in left(queue, Outcome.ABANDONED)]
    assert (round(mean(waits), 3), round(mean(lost), 3)) == (answered, abandoned)


def test_agents_by_kind_of_event():
    kinds = Counter(
        (type(event).__name__, getattr(event, "queue", None) is None)
        for event in told(RUN / "queue_log")[0]
        if isinstance(event, ev.AgentEvent | ev.SourceRestarted)
    )
    assert kinds == {
        ("JoinedQueue", False): 33,
        ("LeftAgentQueue", False): 33,
        ("IntentDeclared", True): 83 + 83,
        ("IntentDeclared", False): 97 + 97,
        ("SourceRestarted", True): 1,
    }


def test_four_wait_in_stock_when_the_log_was_copied():
    path = RUN / "queue_log.open"
    waiting = {event.contact: event for event in of(ev.Queued, "stock", path)}
    for event in (*of(ev.Answered, "stock", path), *of(ev.LeftQueue, "stock", path)):
        waiting.pop(event.contact, None)
    now = int((RUN / "open_snapshot_epoch.txt").read_text())
    waits = [now - int(event.at.timestamp()) for event in waiting.values()]
    assert waits == [4 * 60 + 56, 4 * 60 + 49, 3 * 60 + 52, 3 * 60 + 2]


def test_the_event_dump_joins_both_names_of_every_agent():
    with gzip.open(RUN / "ami_queue_events.jsonl.gz", "rt") as dump:
        person = {alias: one.agent for one in names(dump) for alias in one.aliases}
    joined = {event.agent for event in told(RUN / "queue_log")[0] if type(event) is ev.JoinedQueue}
    assert joined <= person.keys()
    answering = {event.agent for queue in TARGET for event in of(ev.Answered, queue)}
    assert answering <= {person[interface] for interface in joined}
    assert person["Local/a01@agents/n"] == "Agent/01"


FIXTURE = DATA / "asterisk2slack_fixture" / "queue_log"


def test_repeated_lines_of_the_masked_log_are_told_once():
    events, reasons = told(FIXTURE)
    assert (len(events), reasons) == (14, ("the line is empty",))
    assert len(once(FIXTURE)) == 12, "an ENTERQUEUE and a COMPLETEAGENT are there twice"


def test_the_masked_log_has_an_answer_without_its_entry():
    entered = {event.contact for event in of(ev.Queued, "201", FIXTURE)}
    answered = {event.contact for event in of(ev.Answered, "201", FIXTURE)}
    ended = {event.contact for event in of(ev.Ended, "201", FIXTURE)}
    assert len(answered - entered) == 1
    assert len(ended - answered) == 1
