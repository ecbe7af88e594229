"""The floor of one week: a clock that jumps from one happening to the next.

Waits are not drawn: they follow from who is free. A rush makes waits, waits make people give up
and dislike it, and both come back. Everything is decided in the order of time by one generator,
so that the same week comes out the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from heapq import heappop, heappush
from itertools import count
from math import exp
from random import Random
from typing import Any

from ccdash.simulate import planted
from ccdash.simulate.calendar import DAY, WEEK, days_of, midnight, start_of_day
from ccdash.simulate.centre import Centre
from ccdash.simulate.lines import Line, lines_of
from ccdash.simulate.matters import Round
from ccdash.simulate.parts import Queue
from ccdash.simulate.people import Shift
from ccdash.simulate.planted import Plot
from ccdash.simulate.staff import Staff, Worker, has_a_hand
from ccdash.simulate.surveys import Surveys
from ccdash.simulate.visits import Conversation, Ring, Stay
from ccdash.vocabulary import Channel, Outcome

RING_SECONDS = 18
LONGEST_PATIENCE = 3600
MOST_REDIALS = 2
HASTY_SECONDS = 5
LATEST_SORTED = 75 * 60
"""So long before the end of the week the last mail is on somebody's desk."""
SWEEP = 600
"""So long before the end of the week nothing may wait any more."""
SHORTEST_TALK = 15

Happening = Callable[[int, Any], None]
Visit = tuple[Conversation, Stay]


class Floor:
    """One week of queues and people; `run` lets it happen."""

    def __init__(self, centre: Centre, seed: int, monday: date) -> None:
        self.centre = centre
        self.random = Random(f"{seed} {monday} floor")
        self.lines = lines_of(centre, monday)
        self.ends = start_of_day(centre, monday + WEEK)
        self.surveys = Surveys(centre.asking, self.random, self.ends)
        self.conversations: list[Conversation] = []
        self._number = count()
        self._ahead: list[tuple[int, int, Happening, Any]] = []
        self.staff = Staff(centre, self.lines, self._at, self._take)
        self._plots = [(midnight(centre, day), planted.on(day)) for day in days_of(monday)]

    def run(self, rounds: list[Round], shifts: tuple[Shift, ...]) -> None:
        """Let the week happen: every planned contact, every shift."""
        for shift in shifts:
            self.staff.plan(shift)
        for one in rounds:
            self._come(one.at, Conversation(one))
        self._at(self.ends - SWEEP, self._sweep, None)
        ahead = self._ahead
        while ahead:
            at, _, happen, of = heappop(ahead)
            happen(at, of)

    def _at(self, when: int, happen: Happening, of: object) -> None:
        heappush(self._ahead, (when, next(self._number), happen, of))

    def plots(self, at: int) -> frozenset[Plot]:
        """What goes wrong on the day of that instant."""
        place = min(max((at - self._plots[0][0]) // DAY, 0), 6)
        return self._plots[place][1]

    # Customers ------------------------------------------------------------------------------------

    def _come(self, at: int, visit: Conversation) -> None:
        """Somebody reaches the centre; the floor hears of it when they reach a queue."""
        self.conversations.append(visit)
        queue, random = visit.round.queue, self.random
        habits = self.centre.habits[queue.channel]
        if queue.channel is Channel.SELF_SERVICE:
            self._serve_oneself(visit, at)
            return
        menu = max(2, int(random.gauss(habits.menu, habits.menu / 3))) if habits.menu else 0
        if habits.leaves_in_menu and random.random() < habits.leaves_in_menu:
            stay = Stay(None, at, None)
            stay.ended = stay.done = at + menu
            stay.outcome = Outcome.ABANDONED
            visit.stays.append(stay)
            return
        stay = Stay(queue, at, at + menu)
        visit.stays.append(stay)
        line = self.lines[queue.key]
        ready = self._sorted_at(line, at) if habits.sorting else at + menu
        self._at(ready, self._queue, (visit, stay))

    def _serve_oneself(self, visit: Conversation, at: int) -> None:
        queue, random = visit.round.queue, self.random
        habits = self.centre.habits[queue.channel]
        stay = Stay(None, at, None)
        seconds = max(10, int(queue.talk * exp(random.gauss(0, habits.spread))))
        stay.ended = stay.done = min(at + seconds, self.ends - 1)
        stay.outcome = Outcome.SELF_SERVED
        visit.stays.append(stay)
        self.surveys.ask(visit, 1, frozenset())

    def _sorted_at(self, line: Line, at: int) -> int:
        """When mail that comes now is on a desk: never so late that the week ends before."""
        delay = line.habits.sorting * exp(self.random.gauss(0, 0.5))
        return min(at + int(delay), max(at, self.ends - LATEST_SORTED))

    def _queue(self, now: int, of: Visit) -> None:
        stay = of[1]
        if stay.queue is None:
            return
        line = self.lines[stay.queue.key]
        worker = self._free_for(line)
        is_taken = worker is not None and self._offer(now, worker, line, of)
        if worker is None:
            line.waiting.append(of)
        if line.is_live and not is_taken:
            self._at(now + self._patience(line), self._give_up, of)

    def _patience(self, line: Line) -> int:
        random = self.random
        if random.random() < line.habits.hasty:
            return 1 + int(random.random() * HASTY_SECONDS)
        drawn = exp(random.gauss(line.patience, line.habits.patience_spread))
        return min(LONGEST_PATIENCE, 1 + int(drawn))

    def _give_up(self, now: int, of: Visit) -> None:
        visit, stay = of
        if stay.answered is not None or stay.queue is None:
            return
        line = self.lines[stay.queue.key]
        if of in line.waiting:
            line.waiting.remove(of)
        else:
            self._stop_ringing(now, stay)
        self._leave(stay, now, Outcome.ABANDONED)
        self._redial(now, visit, line)

    def _leave(self, stay: Stay, now: int, outcome: Outcome) -> None:
        stay.ended = stay.done = now
        stay.outcome = outcome

    def _redial(self, now: int, visit: Conversation, line: Line) -> None:
        returns = self.centre.returns
        if visit.redial >= MOST_REDIALS or self.random.random() >= returns.redials:
            return
        at = now + 20 + int(returns.redial_after * exp(self.random.gauss(0, 0.8)))
        first = self.lines[visit.round.queue.key]
        if first.is_open(at) and at - now < DAY // 4:
            self._at(at, self._come, Conversation(visit.round, visit.redial + 1))

    def _sweep(self, now: int, _: None) -> None:
        """What nobody answered by the end of the week is answered by no one: it timed out."""
        for line in self.lines.values():
            while line.waiting:
                self._leave(line.waiting.popleft()[1], now, Outcome.TIMED_OUT)

    # Answers --------------------------------------------------------------------------------------

    def _free_for(self, line: Line) -> Worker | None:
        """Who has been free the longest; for a chat else somebody with a hand left."""
        best = None
        for one in line.workers:
            if one.is_idle and (best is None or one.free_since < best.free_since):
                best = one
        if best is not None:
            is_kept = not line.is_live and best.live and best.crew.idle <= best.crew.reserve
            return None if is_kept else best
        if not line.is_chat:
            return None
        able = (one for one in line.workers if has_a_hand(one))
        return min(able, key=lambda one: (one.hands, one.free_since), default=None)

    def _offer(self, now: int, worker: Worker, line: Line, of: Visit) -> bool:
        """Whether the agent takes it; else their telephone rings in vain."""
        if line.habits.rings_out and self.random.random() < line.habits.rings_out:
            self.staff.busy(worker)
            of[1].rings = (*of[1].rings, Ring(worker.key, now, 0))
            self._at(now + RING_SECONDS, self._rang, of)
            return False
        self._answer(now, worker, line, of)
        return True

    def _rang(self, now: int, of: Visit) -> None:
        stay = of[1]
        if stay.queue is None or not stay.rings or stay.rings[-1].end:
            return
        line = self.lines[stay.queue.key]
        line.waiting.appendleft(of)
        self._stop_ringing(now, stay)

    def _stop_ringing(self, now: int, stay: Stay) -> None:
        ring = stay.rings[-1]
        stay.rings = (*stay.rings[:-1], ring._replace(end=now))
        self.staff.done(now, self.staff.workers[ring.agent])

    def _answer(self, now: int, worker: Worker, line: Line, of: Visit) -> None:
        visit, stay = of
        random, habits, agent = self.random, line.habits, worker.agent
        stay.answered, stay.agent, stay.outcome = now, worker.key, Outcome.HANDLED
        is_second = worker.hands > 0
        self.staff.busy(worker)
        worker.chats += line.is_chat
        plots = self.plots(now)
        talk = exp(random.gauss(line.talk, habits.spread)) * agent.pace
        if line.is_chat:
            is_worse = Plot.PRICE_RISE in plots
            talk *= (1.2 if is_second else 1.0) * (planted.CHAT_LENGTHENS if is_worse else 1.0)
        stay.moves_to = self._goes_on_to(now, line, visit)
        if stay.moves_to is not None:
            talk *= 0.4
        stay.ended = now + max(SHORTEST_TALK, int(talk))
        if habits.held and random.random() < habits.held:
            self._hold(stay)
        self._end(line, of, worker)

    def _hold(self, stay: Stay) -> None:
        start = (stay.answered or 0) + (stay.ended - (stay.answered or 0)) // 2
        seconds = max(5, int(50 * exp(self.random.gauss(0, 0.5))))
        stay.held = (start, start + seconds)
        stay.ended += seconds

    def _end(self, line: Line, of: Visit, worker: Worker) -> None:
        """Plan the end of what has been answered."""
        visit, stay = of
        if not line.is_live:
            stay.ended = min(stay.ended, self.ends - 180)
        stay.done = stay.ended
        if stay.moves_to is not None:
            self._at(stay.ended, self._move, of)
        elif line.wrap_up is not None:
            seconds = exp(self.random.gauss(line.wrap_up, 0.5)) * worker.agent.pace
            stay.done += 1 + int(seconds)
            if not line.is_live:
                stay.done = min(stay.done, self.ends - 120)
        if stay.moves_to is None:
            self.surveys.ask(visit, line.target, self.plots(stay.ended))
        happen = self.staff.done_chat if line.is_chat else self.staff.done
        self._at(stay.done, happen, worker)

    def _goes_on_to(self, now: int, line: Line, visit: Conversation) -> Queue | None:
        """The queue to which the agent passes the customer on, None for mostly nobody."""
        random, stays = self.random, len(visit.stays)
        if stays > 1 or line.loops_to is not None:
            looped = self._loops_to(now, line, stays)
            if looped is not None or stays > 1:
                return None if looped is None else looped.queue
        if not line.others or random.random() >= line.habits.transferred:
            return None
        other = random.choice(line.others)
        return other.queue if other.is_open(now + 60) else None

    def _loops_to(self, now: int, line: Line, stays: int) -> Line | None:
        if Plot.TRANSFER_LOOP not in self.plots(now) or stays >= planted.LOOP_STAYS:
            return None
        is_back = stays > 1
        other = line.loops_to or line.loops_back_to
        chance = planted.LOOP_BACK if is_back else planted.LOOP_THERE
        if line.loops_to is None and not is_back:
            return None
        return other if other is not None and self.random.random() < chance else None

    def _move(self, now: int, of: Visit) -> None:
        visit, stay = of
        moved = Stay(stay.moves_to, now, now)
        visit.stays.append(moved)
        self._queue(now, (visit, moved))

    # Who is next ----------------------------------------------------------------------------------

    def _take(self, now: int, worker: Worker) -> None:
        """Hands are free: take who waits, the latest by their own target."""
        while worker.is_on and not worker.due:
            line = self._latest(now, worker)
            if line is None or not self._offer(now, worker, line, line.waiting.popleft()):
                return
            if not line.is_chat:
                return

    def _latest(self, now: int, worker: Worker) -> Line | None:
        if worker.hands:
            lines = worker.live if has_a_hand(worker) else ()
            return _most_late(now, [one for one in lines if one.is_chat])
        found = _most_late(now, worker.live)
        if found is not None:
            return found
        crew = worker.crew
        is_kept = worker.live and crew.idle <= crew.reserve
        return None if is_kept else _most_late(now, worker.inbox)


def _most_late(now: int, lines: Any) -> Line | None:
    """Whose first in line has waited the longest, measured by the queue's target."""
    best, most = None, -1.0
    for line in lines:
        if line.waiting:
            late = (now - line.waiting[0][1].queued) / line.target
            if late > most:
                best, most = line, late
    return best
