"""People while the floor runs: who is there, who is free, what they declare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ccdash.simulate.centre import Centre
from ccdash.simulate.lines import Line
from ccdash.simulate.parts import Agent
from ccdash.simulate.people import Pause, Shift
from ccdash.simulate.visits import Declared
from ccdash.vocabulary import Intent

Happening = Callable[[int, Any], None]
Schedule = Callable[[int, Happening, object], None]


@dataclass
class Crew:
    """People who sit together; so many of them stay free for calls."""

    reserve: int
    idle: int = 0


@dataclass(eq=False)
class Worker:
    """An agent while the floor runs. `hands` counts contacts; `due` is what begins when they are
    empty, None being the end of the shift."""

    agent: Agent
    key: str
    crew: Crew
    live: tuple[Line, ...] = ()
    inbox: tuple[Line, ...] = ()
    is_on: bool = False
    is_idle: bool = False
    hands: int = 0
    chats: int = 0
    free_since: int = 0
    due: list[Pause | None] = field(default_factory=list)


class Staff:
    """Everybody of the centre. `at` plans something, `take` gives work to who is free."""

    def __init__(
        self,
        centre: Centre,
        lines: Mapping[str, Line],
        at: Schedule,
        take: Callable[[int, Worker], None],
    ) -> None:
        self.lines, self.at, self.take = lines, at, take
        self.declared: list[Declared] = []
        self.crews = {key: Crew(centre.staffing.reserve) for key in centre.teams}
        self.duty = Crew(1)
        people = ((one, self.crews[one.team]) for one in centre.agents)
        self.workers = {one.key: Worker(one, one.key, crew) for one, crew in people}

    def plan(self, shift: Shift) -> None:
        """Somebody is to come, pause and go at these times."""
        worker = self.workers[shift.agent.key]
        self.at(shift.start, self._sign_in, (worker, shift))
        for one in shift.pauses:
            self.at(one.at, self._pause, (worker, one))
        self.at(shift.end, self._sign_out, worker)

    def _sign_in(self, now: int, of: tuple[Worker, Shift]) -> None:
        worker, shift = of
        skills = worker.agent.skills
        known = [self.lines[key] for key in skills]
        lines = list(self.lines.values()) if shift.is_duty else known
        worker.crew = self.duty if shift.is_duty else self.crews[worker.agent.team]
        worker.live = tuple(one for one in lines if one.is_live)
        worker.inbox = tuple(one for one in lines if not one.is_live)
        for line in lines:
            line.workers.append(worker)
        self._declare(now, worker, Intent.AVAILABLE, None)
        self._free(now, worker)

    def _sign_out(self, now: int, worker: Worker) -> None:
        if worker.hands:
            worker.due = [None]
            return
        worker.due = []
        self._declare(now, worker, Intent.OFFLINE, None)
        for line in (*worker.live, *worker.inbox):
            line.workers.remove(worker)
        worker.live = worker.inbox = ()

    def _pause(self, now: int, of: tuple[Worker, Pause]) -> None:
        worker, pause = of
        if not worker.live and not worker.inbox:
            return
        if worker.hands or not worker.is_on:
            worker.due.append(pause)
            return
        self._declare(now, worker, pause.intent, pause.reason)
        self.at(now + pause.seconds, self._back, worker)

    def _back(self, now: int, worker: Worker) -> None:
        if not worker.live and not worker.inbox:
            return
        worker.is_on = True
        if worker.due:
            self._go_on(now, worker)
            return
        self._declare(now, worker, Intent.AVAILABLE, None)
        self._free(now, worker)

    def _declare(self, now: int, worker: Worker, intent: Intent, reason: str | None) -> None:
        self.declared.append(Declared(now, worker.key, intent, reason))
        worker.is_on = intent is Intent.AVAILABLE
        if worker.is_idle:
            worker.is_idle = False
            worker.crew.idle -= 1

    def busy(self, worker: Worker) -> None:
        """Somebody took a contact, or their telephone rings."""
        worker.hands += 1
        if worker.is_idle:
            worker.is_idle = False
            worker.crew.idle -= 1

    def done_chat(self, now: int, worker: Worker) -> None:
        """Somebody finished a chat."""
        worker.chats -= 1
        self.done(now, worker)

    def done(self, now: int, worker: Worker) -> None:
        """Somebody finished a contact."""
        worker.hands -= 1
        if worker.due:
            if not worker.hands:
                self._go_on(now, worker)
        else:
            self._free(now, worker)

    def _go_on(self, now: int, worker: Worker) -> None:
        """With empty hands: do what has been due."""
        due = worker.due.pop(0)
        if due is None or None in worker.due:
            self._sign_out(now, worker)
        else:
            self._pause(now, (worker, due))

    def _free(self, now: int, worker: Worker) -> None:
        """A hand is free."""
        if not worker.hands:
            worker.is_idle, worker.free_since = True, now
            worker.crew.idle += 1
        self.take(now, worker)


def has_a_hand(worker: Worker) -> bool:
    """Whether somebody who chats could take another chat."""
    is_chatting = 0 < worker.hands == worker.chats < worker.agent.chats
    return is_chatting and worker.is_on and not worker.due
