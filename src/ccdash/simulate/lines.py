"""Queues while the floor runs: who waits, who is there."""

from __future__ import annotations

from collections import deque
from datetime import date
from math import log
from typing import TYPE_CHECKING

from ccdash.simulate import planted
from ccdash.simulate.calendar import days_of, instant, midnight, open_span
from ccdash.simulate.centre import Centre
from ccdash.simulate.parts import Queue
from ccdash.simulate.visits import Conversation, Stay
from ccdash.thresholds import Threshold
from ccdash.vocabulary import Channel

if TYPE_CHECKING:
    from ccdash.simulate.staff import Worker


class Line:
    """A queue while the floor runs. `waiting` holds (conversation, stay), the first in front."""

    def __init__(self, centre: Centre, queue: Queue, monday: date) -> None:
        habits = centre.habits[queue.channel]
        self.queue, self.habits, self.is_live = queue, habits, habits.is_live
        self.is_chat = queue.channel is Channel.CHAT
        self.talk = log(queue.talk)
        self.wrap_up = log(queue.wrap_up) if queue.wrap_up else None
        self.patience = log(habits.patience) if habits.patience else 0.0
        days = days_of(monday)
        at = instant(midnight(centre, days[0]))
        self.target = max(
            1, centre.thresholds.value(Threshold.TARGET_SECONDS, queue.channel, queue.key, at)
        )
        self.waiting: deque[tuple[Conversation, Stay]] = deque()
        self.workers: list[Worker] = []
        self.others: list[Line] = []
        self.loops_to: Line | None = None
        self.loops_back_to: Line | None = None
        spans = ((midnight(centre, day), open_span(centre, queue.hours, day)) for day in days)
        self.open = [(start + span[0], start + span[1]) for start, span in spans if span]

    def is_open(self, at: int) -> bool:
        """Whether somebody who comes then is let in."""
        return any(start <= at < end for start, end in self.open)


def lines_of(centre: Centre, monday: date) -> dict[str, Line]:
    """Every queue in which people wait, with the queues to which it passes customers on."""
    queues = [one for one in centre.queues if one.channel is not Channel.SELF_SERVICE]
    lines = {one.key: Line(centre, one, monday) for one in queues}
    for line in lines.values():
        line.others = [one for one in lines.values() if _takes_from(one.queue, line.queue)]
    there, back = (lines.get(key) for key in planted.LOOP)
    if there and back:
        there.loops_to, back.loops_back_to = back, there
    return lines


def _takes_from(other: Queue, queue: Queue) -> bool:
    is_same = other.channel is queue.channel and other.languages[0] == queue.languages[0]
    return is_same and other is not queue
