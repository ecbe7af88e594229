"""What agents declared, as intervals.

An agent signs in to queues, and pauses in one of them or in all; the intent is what follows for
the person. Pauses told once for the agent and again for each queue are one interval. A changed
reason without an end of the old pause closes the old interval. After a restart of the platform
nobody knows what an agent does until the next word of them: the intent is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC
from itertools import groupby, zip_longest

import msgspec

from ccdash.ingest import events as ev
from ccdash.ingest.rows import AgentStateRow
from ccdash.vocabulary import Intent


class Memory(msgspec.Struct, omit_defaults=True):
    """All that is known of an agent at one instant, enough to go on from there."""

    declared: Intent | None = None
    reason: str | None = None
    joined: list[str] = []
    paused: dict[str, tuple[Intent, str | None]] = {}

    def state(self) -> tuple[Intent, str | None]:
        """The intent that follows, and its reason."""
        if self.declared not in (None, Intent.AVAILABLE):
            return Intent(self.declared), self.reason
        everywhere = set(self.paused) >= set(self.joined)
        if self.paused and everywhere:
            return list(self.paused.values())[-1]
        is_signed_in = self.declared is Intent.AVAILABLE or bool(self.joined)
        return (Intent.AVAILABLE if is_signed_in else Intent.UNKNOWN), None


Told = ev.IntentDeclared | ev.JoinedQueue | ev.LeftAgentQueue | ev.SourceRestarted


def fold(
    agent_id: int, events: Sequence[Told], before: AgentStateRow | None = None
) -> list[AgentStateRow]:
    """The agent's states from these events in any order; each ends where the next one starts.

    `before` is the state that holds when the first event comes; it is the first of the rows."""
    memory = decode_memory(before.memory) if before else Memory()
    rows = [before] if before else []
    ordered = sorted(events, key=lambda event: (event.at, event.sequence, event.id))
    for at, told in groupby(ordered, key=lambda event: event.at.astimezone(UTC)):
        for event in told:
            _read(memory, event, is_known=bool(rows))
        intent, reason = memory.state()
        if not rows and intent is Intent.UNKNOWN:
            continue
        if not rows or (rows[-1].intent, rows[-1].reason) != (intent, reason):
            rows.append(AgentStateRow(agent_id, at, None, intent, reason, _encoded(memory)))
    return list(_closed(rows))


def decode_memory(text: str) -> Memory:
    """The memory of a stored row."""
    return msgspec.json.decode(text, type=Memory)


def with_reasons(text: str, change: Callable[[str], str]) -> str:
    """The memory of a stored row with other reasons."""
    memory = decode_memory(text)
    memory.reason = memory.reason and change(memory.reason)
    paused = memory.paused.items()
    memory.paused = {one: (intent, why and change(why)) for one, (intent, why) in paused}
    return _encoded(memory)


def _encoded(memory: Memory) -> str:
    return msgspec.json.encode(memory).decode()


def _closed(rows: Sequence[AgentStateRow]) -> Iterable[AgentStateRow]:
    for row, following in zip_longest(rows, rows[1:]):
        yield row._replace(ended_at=following.started_at if following else None)


def _read(memory: Memory, event: Told, *, is_known: bool) -> None:
    match event:
        case ev.IntentDeclared(queue=None):
            memory.declared, memory.reason, memory.paused = event.intent, event.reason, {}
        case ev.IntentDeclared(queue=str(queue), intent=Intent.AVAILABLE):
            _unpause(memory, queue)
        case ev.IntentDeclared(queue=str(queue)):
            _pause(memory, queue, event.intent, event.reason)
        case ev.JoinedQueue():
            memory.joined = sorted({*memory.joined, event.queue})
            if memory.declared in (Intent.OFFLINE, Intent.UNKNOWN):
                memory.declared, memory.reason = None, None
        case ev.LeftAgentQueue():
            _leave(memory, event.queue)
        case ev.SourceRestarted():
            if is_known and memory.state()[0] is not Intent.OFFLINE:
                memory.declared, memory.reason, memory.paused = Intent.UNKNOWN, None, {}


def _pause(memory: Memory, queue: str, intent: Intent, reason: str | None) -> None:
    """A queue that is spoken of is one that the agent is in. Some platforms tell the reason of a
    pause in all queues only with the single queues."""
    memory.joined = sorted({*memory.joined, queue})
    memory.paused.pop(queue, None)
    memory.paused[queue] = (intent, reason)
    if memory.declared not in (None, Intent.AVAILABLE, Intent.OFFLINE) and memory.reason is None:
        memory.declared, memory.reason = intent, reason


def _unpause(memory: Memory, queue: str) -> None:
    """Back in one queue: a pause that was told for the whole agent goes on in the others."""
    if memory.declared not in (None, Intent.AVAILABLE, Intent.OFFLINE):
        pause = (Intent(memory.declared), memory.reason)
        memory.paused = {one: memory.paused.get(one, pause) for one in memory.joined}
    memory.declared, memory.reason = Intent.AVAILABLE, None
    memory.joined = sorted({*memory.joined, queue})
    memory.paused.pop(queue, None)


def _leave(memory: Memory, queue: str) -> None:
    memory.joined = [one for one in memory.joined if one != queue]
    memory.paused.pop(queue, None)
    if not memory.joined:
        memory.declared, memory.reason, memory.paused = Intent.OFFLINE, None, {}
