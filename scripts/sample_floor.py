"""The made-up centre behind scripts/sample_centre.py: its queues, its people, and what happens.

A clock jumps from one happening to the next. Waits are not drawn but follow from who is free, so
that figures hang together: a rush makes waits, waits make abandons and bad marks, and those make
customers who come back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count
from random import Random

from sample_queues import (
    BY_KEY,
    CHAT,
    DAY,
    HOUR,
    MAIL_WEEKDAY,
    NAMES,
    PHONE,
    PLACE,
    QUEUES,
    SHARE,
    TEAMS,
    WEEKDAY,
    Queue,
    instant,
    working_days,
)

from ccdash.ingest import events as ev
from ccdash.vocabulary import IdentityKind, Intent, SurveyKind

SOURCE = "sample"
BAD_FORTNIGHT = range(24 * DAY, 38 * DAY)  # seconds before `until` in which chat goes wrong
RUSH = 12 * 60  # the last minutes, in which more customers come than the people there can serve


@dataclass(frozen=True)
class Step:
    """What somebody means to do next; `seconds` 0: until the next step."""

    intent: Intent
    reason: str | None = None
    seconds: int = 0


@dataclass
class Visit:
    """A customer's stay in one queue. `answered`, `end`, `done` are set ahead when it is taken."""

    key: str
    queue: Queue
    person: int
    arrived: int
    subject: str
    before: Visit | None = None
    is_transfer: bool = False
    case: str | None = None
    queued: int | None = None
    answered: int | None = None
    agent: str | None = None
    hold: tuple[int, int] | None = None
    end: int | None = None
    done: int | None = None
    moves_to: str | None = None

    @property
    def waited(self) -> int:
        return (self.answered or self.end or 0) - (self.queued or self.arrived)

    @property
    def age(self) -> int:
        return 0 if self.before is None else self.before.age + 1


@dataclass
class Agent:
    """Somebody at work: what they declared, and the visits that they have in hand."""

    key: str
    name: str
    team: str
    day_off: int
    pace: float
    intent: Intent = Intent.OFFLINE
    free_since: int = 0
    hands: list[Visit] = field(default_factory=list)
    due: list[Step] = field(default_factory=list)

    def can_take(self, queue: Queue) -> bool:
        if self.intent is not Intent.AVAILABLE or self.due or queue.key not in TEAMS[self.team]:
            return False
        is_second_chat = [one.queue.channel for one in self.hands] == [queue.channel] == [CHAT]
        return not self.hands or is_second_chat


def people() -> list[Agent]:
    found = [(name, team) for team, names in NAMES.items() for name in names.split("|")]
    return [
        Agent(f"a{place:02}", name, team, place * 3 % 7, pace=0.85 + place * 5 % 8 / 20)
        for place, (name, team) in enumerate(found, 1)
    ]


class Centre:
    """Queues, people and a clock that jumps from one happening to the next, up to `until`."""

    def __init__(self, seed: int, days: int, until: int) -> None:
        self.random, self.until, self.number = Random(seed), until, count(1)
        self.agents = people()
        self.visits: list[Visit] = []
        self.told: list[ev.Event] = []
        self.resolved: set[str] = set()
        self.waiting: dict[str, list[Visit]] = {one.key: [] for one in QUEUES}
        self.ahead: list[tuple[int, int, Callable[..., None], tuple[object, ...]]] = []
        for midnight, weekday in working_days(days, until):
            self._plan_people(midnight, weekday)
            self._plan_customers(midnight, weekday)
        self._plan_rush()
        heapify(self.ahead)

    def run(self) -> None:
        while self.ahead and self.ahead[0][0] <= self.until:
            now, _, happen, of = heappop(self.ahead)
            happen(now, *of)

    def _at(self, when: float, happen: Callable[..., None], *of: object) -> None:
        heappush(self.ahead, (int(when), next(self.number), happen, of))

    def _about(self, median: float, spread: float = 0.5) -> int:
        return max(5, round(median * self.random.lognormvariate(0, spread)))

    def _tell(self, event: type[ev.Event], now: int, **what: object) -> None:
        if now <= self.until:
            number = f"{event.__struct_config__.tag}-{next(self.number)}"
            self.told.append(event(source=SOURCE, id=number, at=instant(now), **what))

    # what is to come

    def _plan_people(self, midnight: int, weekday: int) -> None:
        for place, agent in enumerate(self.agents):
            if weekday > 4 or weekday == agent.day_off or self.random.random() < 0.08:
                continue
            start = midnight + (8, 8, 9, 10)[place % 4] * HOUR + self.random.randrange(-400, 200)
            end = start + 8 * HOUR + self.random.randrange(900)
            lunch = start + self.random.uniform(3.0, 4.5) * HOUR
            self._at(start, self._step, agent, Step(Intent.AVAILABLE))
            self._at(start + self._about(1.6 * HOUR, 0.2), self._step, agent, rest("coffee", 840))
            self._at(lunch, self._step, agent, rest("lunch", 1800))
            self._at(lunch + self._about(2 * HOUR, 0.2), self._step, agent, rest("coffee", 780))
            if self.random.random() < 0.08:
                self._at(lunch + HOUR, self._step, agent, Step(Intent.TRAINING, "new tools", 2700))
            self._at(end, self._step, agent, Step(Intent.OFFLINE))

    def _plan_customers(self, midnight: int, weekday: int) -> None:
        for queue in QUEUES:
            busy = (WEEKDAY if queue.is_live else MAIL_WEEKDAY)[weekday]
            for hour, share in SHARE.items():
                if queue.is_live and not 8 <= hour < 18:
                    continue
                start = midnight + hour * HOUR
                rate = queue.a_day * busy * share / 100 * self._trouble(queue, start, 2.0)
                for _ in range(round(rate + self.random.gauss(0, rate**0.5))):
                    self._come(queue, start + self.random.randrange(HOUR))

    def _plan_rush(self) -> None:
        """Just before `until` the web shop fails, and its customers ask what is going on."""
        for key, more in (("support", 21), ("chat", 15), ("svenska", 3), ("mail", 2)):
            for _ in range(more):
                self._come(BY_KEY[key], self.until - self.random.randrange(5, RUSH))

    def _come(self, queue: Queue, when: int) -> None:
        person = self.random.randrange(7000)
        visit = Visit("", queue, person, when, self.random.choice(queue.subjects))
        self._at(when, self._arrive, visit)

    def _trouble(self, queue: Queue, now: int, factor: float) -> float:
        is_bad = queue.channel is CHAT and self.until - now in BAD_FORTNIGHT
        return factor if is_bad else 1.0

    # customers

    def _arrive(self, now: int, visit: Visit) -> None:
        visit.key, visit.arrived = f"{visit.queue.channel}-{next(self.number)}", now
        self.visits.append(visit)
        if visit.queue.channel is not PHONE or visit.is_transfer:
            self._queue(now, visit)
        elif self.random.random() < 0.02:
            visit.end = visit.done = now + self._about(15)
        else:
            self._at(now + self._about(14, 0.3), self._queue, visit)

    def _queue(self, now: int, visit: Visit) -> None:
        visit.queued = now
        self.waiting[visit.queue.key].append(visit)
        free = [one for one in self.agents if one.can_take(visit.queue)]
        if free:
            self._answer(now, min(free, key=lambda one: (len(one.hands), one.free_since)), visit)
        elif visit.queue.is_live:
            self._at(now + self._about(visit.queue.patience, 0.8), self._give_up, visit)

    def _give_up(self, now: int, visit: Visit) -> None:
        if visit.answered is None:
            self.waiting[visit.queue.key].remove(visit)
            visit.end = visit.done = now
            if self.random.random() < 0.5:
                self._return(visit, now + self._about(25 * 60, 0.9))

    def _answer(self, now: int, agent: Agent, visit: Visit) -> None:
        self.waiting[visit.queue.key].remove(visit)
        agent.hands.append(visit)
        ringing = self.random.randrange(2, 9) if visit.queue.is_live else 0
        visit.answered, visit.agent = now + ringing, agent.key
        longer = agent.pace * self._trouble(visit.queue, now, 1.7)
        visit.end = visit.answered + self._about(visit.queue.work[0] * longer)
        if visit.queue.channel is PHONE:
            self._on_the_phone(visit)
        visit.done = visit.end + (0 if visit.moves_to else self._about(visit.queue.work[1]))
        self._at(visit.end, self._talked, visit)
        self._at(visit.done, self._finish, visit, agent)

    def _on_the_phone(self, visit: Visit) -> None:
        """One in five is put on hold, one in twelve is passed on to another queue."""
        if self.random.random() < 0.2:
            start, length = (visit.answered + visit.end) // 2, self._about(50)
            visit.hold, visit.end = (start, start + length), visit.end + length
        if not visit.is_transfer and self.random.random() < 0.08:
            others = [one for one in ("sales", "support", "billing") if one != visit.queue.key]
            visit.moves_to = self.random.choice(others)

    def _talked(self, now: int, visit: Visit) -> None:
        if visit.moves_to:
            there = BY_KEY[visit.moves_to]
            moved = Visit("", there, visit.person, now, visit.subject, visit, is_transfer=True)
            self._at(now, self._arrive, moved)
            return
        self._survey(now, visit)
        self._case(now, visit)

    def _return(self, visit: Visit, when: int) -> None:
        """The same customer with the same matter; every other one tries another channel."""
        others = [one for one in QUEUES if visit.subject in one.subjects]
        queue = visit.queue if self.random.random() < 0.5 else self.random.choice(others)
        local = datetime.fromtimestamp(when, PLACE)
        if queue.is_live and not (local.weekday() < 5 and 8 <= local.hour < 17):
            queue = BY_KEY["mail"]
        if visit.age < 3:
            again = Visit("", queue, visit.person, when, visit.subject, visit, case=visit.case)
            self._at(when, self._arrive, again)

    def _survey(self, now: int, visit: Visit) -> None:
        if self.random.random() > 0.6:
            return
        mood = self.random.gauss(0.97, 0.26) - 0.2 * min(visit.waited / visit.queue.target / 6, 1)
        mood -= 0.2 * visit.is_transfer + 0.1 * (visit.age > 0)
        mood -= self._trouble(visit.queue, now, 1.25) - 1
        mood = min(max(mood, 0), 1)
        kind, lowest, highest = self.random.choice(
            [(SurveyKind.CSAT, 1, 5)] * 5 + [(SurveyKind.NPS, 0, 10), (SurveyKind.CES, 1, 7)]
        )
        self._tell(ev.SurveySent, now + 60, contact=visit.key, kind=kind)
        if self.random.random() < 0.36:
            score = lowest + round(mood * (highest - lowest))
            later = now + 60 + self._about(900, 1.2)
            self._tell(ev.SurveyAnswered, later, contact=visit.key, kind=kind, score=score)

    def _case(self, now: int, visit: Visit) -> None:
        is_new = visit.case is None and self.random.random() < 0.45
        if is_new:
            visit.case = f"case-{next(self.number)}"
            about = {"queue": visit.queue.key, "subject": visit.subject}
            self._tell(ev.CaseOpened, now, case=visit.case, **about, customer=identities(visit))
        elif visit.case in self.resolved:
            self._tell(ev.CaseReopened, now, case=visit.case)
        if visit.case and self.random.random() < 0.9:
            at_once = self.random.random() < 0.8
            later = now + (30 if at_once else self._about(1.5 * DAY))
            self._tell(ev.CaseResolved, later, case=visit.case)
            self.resolved.add(visit.case)
        if self.random.random() < (0.14 if visit.case else 0.06):
            self._return(visit, now + self._about(1.5 * DAY, 0.9))

    # people

    def _finish(self, now: int, visit: Visit, agent: Agent) -> None:
        agent.hands.remove(visit)
        if not agent.hands:
            agent.free_since = now
        self._go_on(now, agent)

    def _go_on(self, now: int, agent: Agent) -> None:
        """Do what is due, or else take who waits."""
        if agent.due and not agent.hands and agent.intent is Intent.AVAILABLE:
            self._step(now, agent, agent.due.pop(0))
        else:
            self._take(now, agent)

    def _step(self, now: int, agent: Agent, step: Step) -> None:
        is_gone = agent.intent is Intent.OFFLINE and step.seconds
        if agent.hands:
            agent.due.append(step)
        elif step.intent is not agent.intent and not is_gone:
            self._declare(now, agent, step)
        self._go_on(now, agent)

    def _declare(self, now: int, agent: Agent, step: Step) -> None:
        agent.intent, agent.free_since = step.intent, now
        self._tell(ev.IntentDeclared, now, agent=agent.key, intent=step.intent, reason=step.reason)
        if step.intent is Intent.OFFLINE:
            agent.due.clear()
        elif step.seconds:
            self._at(now + self._about(step.seconds, 0.15), self._back, agent)

    def _back(self, now: int, agent: Agent) -> None:
        if agent.intent is not Intent.OFFLINE:
            self._step(now, agent, Step(Intent.AVAILABLE))

    def _take(self, now: int, agent: Agent) -> None:
        """The visits that are latest by their own target, live channels first."""
        while True:
            found = [
                one for key in TEAMS[agent.team] for one in self.waiting[key][:1]
                if agent.can_take(one.queue)
            ]  # fmt: skip
            if not found:
                return
            late = {one.key: (now - (one.queued or now)) / one.queue.target for one in found}
            self._answer(now, agent, max(found, key=lambda one: (one.queue.is_live, late[one.key])))


def rest(reason: str, seconds: int) -> Step:
    return Step(Intent.BREAK, reason, seconds)


def identities(visit: Visit) -> tuple[ev.Identity, ...]:
    """What the channel shows of the customer; of most it is known whose contact detail it is."""
    person = visit.person
    if visit.queue.channel is not PHONE:
        shown = ev.Identity(IdentityKind.EMAIL, f"customer{person}@example.com")
    elif visit.arrived % 30:
        shown = ev.Identity(IdentityKind.PHONE, f"+358 47 {person * 977 % 10**7:07}")
    else:
        return ()
    number = ev.Identity(IdentityKind.CUSTOMER_NUMBER, f"{100_000 + person}")
    return (shown, number) if person % 10 else (shown,)
