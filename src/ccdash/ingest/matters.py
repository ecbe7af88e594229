"""Which contacts of a person are about the same thing.

The parts of one conversation stay together. A conversation belongs to the matter of its source's
case; without one to the latest matter of the same person in the days before it that is about the
same subject, where both are known, else in the same family of queues. Two cases of a source are two
matters. What people decided comes before all of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from ccdash.vocabulary import Joined

WINDOW = timedelta(days=7)
"""So long after its last contact a matter takes another one by rule."""


class Part(NamedTuple):
    """A contact, as far as its matter depends on it. `family` is the queue's team, or the queue
    where it has none."""

    customer_id: int
    contact_id: int
    arrived_at: datetime
    root_id: int
    case_id: int | None
    subject: str | None
    family: int | None


class Placed(NamedTuple):
    """A row of `matter`."""

    customer_id: int
    contact_id: int
    arrived_at: datetime
    matter_id: int
    how: str


class Decided(NamedTuple):
    """What holds of what people decided of a contact: it is together with another one, or begins a
    matter. The highest number was decided last."""

    decision_id: int
    other_contact_id: int | None


@dataclass(slots=True, eq=False)
class _Conversation:
    """Its contacts in the order of their arrival."""

    parts: list[Part]
    case_id: int | None
    subject: str | None
    decided: Decided | None

    @property
    def at(self) -> datetime:
        return self.parts[0].arrived_at


@dataclass(slots=True, eq=False)
class _Matter:
    """Conversations, and how each came in."""

    last_at: datetime
    case_id: int | None = None
    subjects: set[str] = field(default_factory=set)
    families: set[int | None] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    """Cases of conversations that people took out of them."""
    members: list[tuple[_Conversation, Joined]] = field(default_factory=list)

    def add(self, one: _Conversation, how: Joined) -> None:
        self.members.append((one, how))
        self.last_at = max(self.last_at, one.parts[-1].arrived_at)
        self.subjects.update([one.subject] if one.subject else ())
        self.families.update(part.family for part in one.parts)
        if how is not Joined.DECISION:
            self.case_id = self.case_id or one.case_id
        elif one.case_id is not None:
            self.refused.add(one.case_id)

    def takes(self, one: _Conversation) -> bool:
        """By rule, within the days."""
        if one.case_id is not None and (self.case_id is not None or one.case_id in self.refused):
            return False
        if self.subjects and one.subject:
            return one.subject in self.subjects
        return any(part.family in self.families for part in one.parts if part.family is not None)

    def absorb(self, other: _Matter) -> None:
        for one, how in other.members:
            self.add(one, how)
        self.case_id = self.case_id or other.case_id


def placed(parts: Iterable[Part], decided: Mapping[int, Decided]) -> list[Placed]:
    """The rows of `matter` for all contacts of one person, or of one conversation of nobody known,
    in any order; `decided` is by contact_id. A contact alone without a case has no row."""
    matters = _Placing(_conversations(sorted(parts, key=_order), decided)).matters()
    return [row for one in matters for row in _rows(one)]


def _order(part: Part) -> tuple[datetime, int]:
    return part.arrived_at, part.contact_id


def _conversations(
    parts: Sequence[Part], decided: Mapping[int, Decided]
) -> dict[int, _Conversation]:
    """By root, in the order of their beginnings; the first case and subject that is told counts."""
    found: dict[int, _Conversation] = {}
    for part in parts:
        subject = part.subject.strip().casefold() if part.subject else None
        one = found.get(part.root_id)
        if one is None:
            one = found[part.root_id] = _Conversation([], None, None, None)
        one.parts.append(part)
        one.case_id = one.case_id or part.case_id
        one.subject = one.subject or subject
        said = decided.get(part.contact_id)
        if said is not None and (one.decided is None or said > one.decided):
            one.decided = said
    return found


class _Placing:
    """Conversations being placed in their order."""

    def __init__(self, conversations: Mapping[int, _Conversation]) -> None:
        self.conversations = conversations
        self.root_of = {
            part.contact_id: root for root, one in conversations.items() for part in one.parts
        }
        self.of: dict[int, _Matter] = {}
        self.by_case: dict[int, _Matter] = {}
        self.recent: list[_Matter] = []
        self.waiting: list[tuple[int, int]] = []

    def matters(self) -> list[_Matter]:
        for root, one in self.conversations.items():
            self.recent = [had for had in self.recent if one.at - had.last_at < WINDOW]
            matter = self.of[root] = self._place(root, one)
            if matter not in self.recent:
                self.recent.append(matter)
        for root, other in self.waiting:
            self._unite(self.of[other], self.of[root])
        return list({id(one): one for one in self.of.values()}.values())

    def _place(self, root: int, one: _Conversation) -> _Matter:
        if one.decided is not None:
            found = self._by_decision(root, one.decided)
            if found is not None:
                found.add(one, Joined.DECISION)
                return found
        found, how = self._by_rule(one)
        found.add(one, how)
        if found.case_id is not None:
            self.by_case.setdefault(found.case_id, found)
        return found

    def _by_decision(self, root: int, decided: Decided) -> _Matter | None:
        """None where the other contact is not this person's any more. Who is decided to be together
        with a later one begins a matter, which then becomes a part of the other's."""
        if decided.other_contact_id is None:
            return _Matter(self.conversations[root].at)
        other = self.root_of.get(decided.other_contact_id)
        if other is None or other == root:
            return None
        if other not in self.of:
            self.waiting.append((root, other))
        return self.of.get(other) or _Matter(self.conversations[root].at)

    def _by_rule(self, one: _Conversation) -> tuple[_Matter, Joined]:
        if one.case_id is not None and one.case_id in self.by_case:
            return self.by_case[one.case_id], Joined.CASE
        taking = [matter for matter in self.recent if matter.takes(one)]
        if not taking:
            return _Matter(one.at), Joined.BEGINS
        return max(taking, key=lambda matter: _likeness(matter, one)), Joined.RULE

    def _unite(self, into: _Matter, gone: _Matter) -> None:
        if into is gone:
            return
        into.absorb(gone)
        for root, one in self.of.items():
            if one is gone:
                self.of[root] = into


def _likeness(matter: _Matter, one: _Conversation) -> tuple[bool, datetime]:
    """The same subject before the same family, then the latest."""
    return one.subject in matter.subjects, matter.last_at


def _rows(matter: _Matter) -> Iterator[Placed]:
    members = sorted(matter.members, key=lambda member: _order(member[0].parts[0]))
    first = members[0][0]
    if matter.case_id is None and len(members) == 1 and len(first.parts) == 1:
        return
    matter_id = first.parts[0].root_id if matter.case_id is None else matter.case_id
    for one, how in members:
        told = Joined.BEGINS if one is first and how is not Joined.DECISION else how
        for part in one.parts:
            yield Placed(*part[:3], matter_id, str(told))
