"""The queue_log of Asterisk's app_queue: `epoch|uniqueid|queue|agent|EVENT|data...`, a line a fact.

The lines are those that apps/app_queue.c, app_agent_pool.c and logger.c write (read in versions 1.2
to 22), and DID, which dialplans add. Older versions leave later data fields out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from ccdash.errors import BadInput
from ccdash.ingest.events import (
    AgentEvent,
    Answered,
    Described,
    Ended,
    Event,
    Identity,
    IntentDeclared,
    JoinedQueue,
    LeftAgentQueue,
    LeftQueue,
    Queued,
    Rang,
    SourceRestarted,
    Transferred,
)
from ccdash.ingest.sources.asterisk_line import NOBODY, QueueLogLine, fields_of, instant_of
from ccdash.vocabulary import IdentityKind, Intent, Outcome

_INTENTS: tuple[tuple[re.Pattern[str], Intent], ...] = (
    (re.compile(r"wrap|\bacw\b|after.?call|jälkik", re.IGNORECASE), Intent.WRAP_UP),
    (re.compile(r"training|coach|koulut", re.IGNORECASE), Intent.TRAINING),
    (re.compile(r"meeting|kokous|palaver", re.IGNORECASE), Intent.MEETING),
)


class QueueLog:
    """Reads a queue_log. A second PBX has a `source` name of its own.

    The state is the current second: how many of its lines were read, and which events of agents it
    held, so that PAUSE, UNPAUSE, PAUSE within one second stay three events in their order.
    """

    def __init__(self, state: Mapping[str, int] | None = None, *, source: str = "asterisk") -> None:
        told = dict(state or {})
        self.source = source
        self._second = told.pop("second", -1)
        self._lines = told.pop("lines", 0)
        self._told = told

    @property
    def state(self) -> dict[str, int]:
        """What the next parser needs to go on within this second."""
        return {"second": self._second, "lines": self._lines, **self._told}

    def parse(self, line: str) -> Event:
        """The event of a line. Raises BadInput naming the field that cannot be read."""
        epoch, uniqueid, queue, agent, name, *data = fields_of(line)
        at, second = instant_of(epoch)
        if second != self._second:
            self._second, self._lines, self._told = second, 0, {}
        sequence, self._lines = self._lines, self._lines + 1
        told = QueueLogLine(self.source, at, sequence, epoch, uniqueid, queue, agent, name, data)
        event = _event(told)
        if isinstance(event, AgentEvent):
            return self._once_in_a_row(event)
        return event

    def _once_in_a_row(self, event: AgentEvent) -> Event:
        """The event, with a number if the agent did the same earlier in this second and something
        else in between: that is no repeated line, and without it a paused agent would be shown as
        available. In `_told` the latest event of an agent in a queue is positive."""
        key = event.id.split("|", 2)[2]
        who = "|".join(key.split("|")[:2]) + "|"
        times = self._told.get(key, 0)
        if times <= 0:
            for other in self._told:
                if other.startswith(who):
                    self._told[other] = -abs(self._told[other])
            times = self._told[key] = 1 - times
        return event if times == 1 else msgspec.structs.replace(event, id=f"{event.id}|{times}")


def _event(line: QueueLogLine) -> Event:
    reader = _READERS.get(line.event)
    if reader is not None:
        return reader(line)
    if line.event in _OF_NO_MEANING:
        raise BadInput(f"{line.event} says nothing about a contact or what an agent does")
    raise BadInput(f"event: {line.event[:40]!r} is unknown")


# Calls --------------------------------------------------------------------------------------------


def _entered(line: QueueLogLine) -> Event:
    """ENTERQUEUE url|callerid|position, old versions url|callerid. A | inside a caller id splits
    it, so the position is the last field and the caller id all that is between."""
    data = line.data
    if len(data) > 2:
        position = next((place for place in range(len(data) - 1, 1, -1) if data[place]), 2)
        line.seconds_if_told("position", position)
        data = data[:position]
    caller = "|".join(data[1:]).strip()
    identities = (Identity(IdentityKind.PHONE, caller),) if caller else ()
    line.named("queue", line.queue)
    return Queued(**line.in_queue(), customer=identities)


def _connected(line: QueueLogLine) -> Event:
    """CONNECT holdtime|uniqueid of the agent's channel|ringtime. That channel is the `leg`: when a
    transferred caller comes back to a queue, the call may go on under its uniqueid."""
    return Answered(
        **line.in_queue(),
        agent=_agent(line),
        wait_seconds=line.seconds("holdtime", 0),
        leg=line.key("bridged channel", 1),
        ring_seconds=line.seconds_if_told("ringtime", 2),
    )


def _completed(line: QueueLogLine) -> Event:
    """COMPLETECALLER, COMPLETEAGENT holdtime|calltime|origposition."""
    return Ended(
        **line.in_queue(),
        agent=_agent(line),
        wait_seconds=line.seconds("holdtime", 0),
        talk_seconds=line.seconds("calltime", 1),
    )


def _abandoned(line: QueueLogLine) -> Event:
    """ABANDON position|origposition|waittime."""
    wait = line.seconds("waittime", 2)
    return LeftQueue(**line.in_queue(), outcome=Outcome.ABANDONED, wait_seconds=wait)


def _left(outcome: Outcome, place: int) -> Callable[[QueueLogLine], Event]:
    def left(line: QueueLogLine) -> Event:
        wait = line.seconds_if_told("waittime", place)
        return LeftQueue(**line.in_queue(), outcome=outcome, wait_seconds=wait)

    return left


def _rang(line: QueueLogLine) -> Event:
    """RINGNOANSWER, RINGCANCELED with the milliseconds that it rang."""
    milliseconds = line.seconds("ringtime", 0)
    agent = line.named("agent", line.agent)
    return Rang(**line.contact(), agent=agent, seconds=(milliseconds + 500) // 1000)


def _hung_up_on(line: QueueLogLine) -> Event:
    """AGENTDUMP: the agent hung up while hearing the announcement; the caller goes on waiting."""
    return Rang(**line.contact(), agent=line.named("agent", line.agent))


def _transferred(line: QueueLogLine) -> Event:
    """BLINDTRANSFER and the older TRANSFER: exten|context|holdtime|calltime|origposition."""
    to = "@".join(word for word in (line.word(0), line.word(1)) if word)
    return Transferred(
        **line.in_queue(),
        agent=_agent(line),
        to=to or None,
        wait_seconds=line.seconds_if_told("holdtime", 2),
        talk_seconds=line.seconds_if_told("calltime", 3),
    )


def _handed_over(line: QueueLogLine) -> Event:
    """ATTENDEDTRANSFER BRIDGE|bridge, APP|application or LINK|channel|channel, each followed by
    holdtime|calltime|origposition."""
    method = line.word(0)
    if method not in _METHODS:
        raise BadInput(f"method: {method[:40]!r} is none of {', '.join(_METHODS)}")
    hold = 1 + _METHODS[method]
    return Transferred(
        **line.in_queue(),
        agent=_agent(line),
        to=" ".join(line.data[1:hold]) or None,
        wait_seconds=line.seconds("holdtime", hold),
        talk_seconds=line.seconds("calltime", hold + 1),
    )


_METHODS = {"BRIDGE": 1, "APP": 1, "LINK": 2}
"""How many words each way of an attended transfer has."""


def _dialled(line: QueueLogLine) -> Event:
    """DID number: what the caller dialled."""
    number = line.key("number", 0)
    return Described(**line.contact(), contact_point=number)


def _agent(line: QueueLogLine) -> str | None:
    return None if line.agent in NOBODY else line.agent


# Agents -------------------------------------------------------------------------------------------


def _joined(line: QueueLogLine) -> Event:
    """ADDMEMBER, with PAUSED when the member is added in a pause: that is the fact to keep, since
    a member who cannot be rung must not be shown as available."""
    queue = line.named("queue", line.queue)
    if line.word(0) == "PAUSED":
        return IntentDeclared(**line.of_agent(), queue=queue, intent=Intent.BREAK)
    return JoinedQueue(**line.of_agent(), queue=queue)


def _signed_out(line: QueueLogLine) -> Event:
    """REMOVEMEMBER."""
    return LeftAgentQueue(**line.of_agent(), queue=line.named("queue", line.queue))


def _paused(line: QueueLogLine) -> Event:
    """PAUSE in one queue, PAUSEALL in all; the reason is the agent's own words. Asterisk tells
    PAUSEALL once and then PAUSE for each queue, and only the latter may have the reason."""
    reason = line.word(0).strip() or None
    return IntentDeclared(
        **line.of_agent(line.word(0)),
        queue=None if line.event == "PAUSEALL" else line.named("queue", line.queue),
        intent=_meant(reason),
        reason=reason,
    )


def _meant(reason: str | None) -> Intent:
    found = (intent for pattern, intent in _INTENTS if pattern.search(reason or ""))
    return next(found, Intent.BREAK)


def _unpaused(line: QueueLogLine) -> Event:
    """UNPAUSE, UNPAUSEALL; the reason is why the pause had been."""
    queue = None if line.event == "UNPAUSEALL" else line.named("queue", line.queue)
    return IntentDeclared(**line.of_agent(line.word(0)), queue=queue, intent=Intent.AVAILABLE)


def _logged_in(line: QueueLogLine) -> Event:
    """AGENTLOGIN, AGENTCALLBACKLOGIN."""
    return IntentDeclared(**line.of_agent(), intent=Intent.AVAILABLE)


def _logged_off(line: QueueLogLine) -> Event:
    """AGENTLOGOFF, AGENTCALLBACKLOGOFF."""
    return IntentDeclared(**line.of_agent(), intent=Intent.OFFLINE)


def _restarted(line: QueueLogLine) -> Event:
    """QUEUESTART."""
    return SourceRestarted(**line.about())


_READERS: Mapping[str, Callable[[QueueLogLine], Event]] = {
    "ENTERQUEUE": _entered,
    "CONNECT": _connected,
    "COMPLETECALLER": _completed,
    "COMPLETEAGENT": _completed,
    "ABANDON": _abandoned,
    "EXITWITHTIMEOUT": _left(Outcome.TIMED_OUT, 2),
    # The centre put the caller out, since nobody was there to answer.
    "EXITEMPTY": _left(Outcome.REFUSED, 2),
    # The caller took another way that the centre offered. That is no lost caller (Asterisk counts
    # none either), and whether a voice mail, a call-back or a menu follows, the log does not say.
    "EXITWITHKEY": _left(Outcome.REFUSED, 3),
    # The call was dropped at the answer, by a fault. Nothing more may follow: without this the
    # caller would be waiting on the board for ever.
    "SYSCOMPAT": _left(Outcome.FAILED, 2),
    "RINGNOANSWER": _rang,
    "RINGCANCELED": _rang,
    "AGENTDUMP": _hung_up_on,
    "BLINDTRANSFER": _transferred,
    "TRANSFER": _transferred,
    "ATTENDEDTRANSFER": _handed_over,
    "DID": _dialled,
    "ADDMEMBER": _joined,
    "REMOVEMEMBER": _signed_out,
    "PAUSE": _paused,
    "PAUSEALL": _paused,
    "UNPAUSE": _unpaused,
    "UNPAUSEALL": _unpaused,
    "AGENTLOGIN": _logged_in,
    "AGENTCALLBACKLOGIN": _logged_in,
    "AGENTLOGOFF": _logged_off,
    "AGENTCALLBACKLOGOFF": _logged_off,
    "QUEUESTART": _restarted,
}

_OF_NO_MEANING = frozenset({"CONFIGRELOAD", "PENALTY", "RINGINUSE"})
