"""Which contacts of a person are about the same thing.

The parts of one conversation stay together. A conversation belongs to the matter of its source's
case; without one to the latest matter of the same person in the days before it that is about the
same subject, where both are known, else in the same family of queues. Two cases of a source are two
matters. What people decided comes before all of that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count, product
from types import MappingProxyType
from typing import NamedTuple

from ccdash.vocabulary import Joined

WINDOW = timedelta(days=7)
"""So long after its last contact a matter takes another one by rule."""
LAST = datetime.max.replace(tzinfo=UTC)
NOTHING: Mapping[int, int] = MappingProxyType({})


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


class _Alike(NamedTuple):
    """What a conversation and a matter may have in common: a subject, or else a family of queues;
    and whether the matter has a case and a subject."""

    subject: str | None
    family: int | None
    has_case: bool
    has_subject: bool


@dataclass(slots=True, eq=False)
class _Matter:
    """Conversations, and how each came in."""

    last_at: datetime
    began_id: int | None = None
    """Its number, where it began with what was forgotten."""
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

    @property
    def alike(self) -> Iterator[_Alike]:
        """All that a conversation may have in common with it."""
        has_case, has_subject = self.case_id is not None, bool(self.subjects)
        yield from (_Alike(one, None, has_case, has_subject) for one in self.subjects)
        families = (one for one in self.families if one is not None)
        yield from (_Alike(None, one, has_case, has_subject) for one in families)

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
        self.began_id = self.began_id or other.began_id
        self.case_id = self.case_id or other.case_id


def placed(
    parts: Iterable[Part], decided: Mapping[int, Decided], begun: Mapping[int, int] = NOTHING
) -> list[Placed]:
    """The rows of `matter` for all contacts of one person, or of one conversation of nobody known,
    in any order; `decided` is by contact_id, and so are in `begun` the matters of which nothing but
    their first contact's row is left from before. A contact alone without a case has no row, unless
    it is of one of these."""
    matters = _Placing(_conversations(sorted(parts, key=_order), decided), begun).matters()
    ids = frozenset(begun.values())
    return [row for one in matters for row in _rows(one, ids)]


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


class _Recent:
    """Matters by what they may have in common with a conversation, the latest first: however many
    there are, few are looked at."""

    def __init__(self) -> None:
        self.alike: dict[_Alike, list[tuple[timedelta, int, _Matter]]] = defaultdict(list)
        self.places = count()

    def add(self, matter: _Matter) -> None:
        """A matter, whenever anything was added to it."""
        entry = LAST - matter.last_at, next(self.places), matter
        for key in matter.alike:
            heappush(self.alike[key], entry)

    def taking(self, one: _Conversation) -> Iterator[_Matter]:
        """Those that take it: of each thing in common the latest one."""
        for key in _sought(one):
            if key in self.alike and (found := self._latest(key, one)) is not None:
                yield found

    def _latest(self, key: _Alike, one: _Conversation) -> _Matter | None:
        heap, refused, found = self.alike[key], [], None
        while heap and found is None:
            age, _, matter = heap[0]
            known = matter.case_id is not None, bool(matter.subjects)
            if age != LAST - matter.last_at or known != key[2:]:
                heappop(heap)  # it was added again since
            elif one.at - matter.last_at >= WINDOW:
                heap.clear()
            elif matter.takes(one):
                found = matter
            else:
                refused.append(heappop(heap))
        for entry in refused:
            heappush(heap, entry)
        return found


def _sought(one: _Conversation) -> Iterator[_Alike]:
    has_case = (False,) if one.case_id is not None else (False, True)
    if one.subject:
        yield from (_Alike(one.subject, None, case, True) for case in has_case)
    has_subject = (False,) if one.subject else (False, True)
    families = {part.family for part in one.parts} - {None}
    yield from (_Alike(None, *known) for known in product(families, has_case, has_subject))


class _Placing:
    """Conversations being placed in their order."""

    def __init__(
        self, conversations: Mapping[int, _Conversation], begun: Mapping[int, int]
    ) -> None:
        self.conversations = conversations
        self.root_of = dict(begun) | {
            part.contact_id: root for root, one in conversations.items() for part in one.parts
        }
        self.of: dict[int, _Matter] = {}
        self.by_case: dict[int, _Matter] = {}
        self.recent = _Recent()
        self.waiting: list[tuple[int, int]] = []

    def matters(self) -> list[_Matter]:
        for root, one in self.conversations.items():
            self.of[root] = self._place(root, one)
            self.recent.add(self.of[root])
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
        with a later one begins a matter, which then becomes a part of the other's. Of who was
        forgotten the number of the matter is known, which may be a case's."""
        at = self.conversations[root].at
        if decided.other_contact_id is None:
            return _Matter(at)
        other = self.root_of.get(decided.other_contact_id)
        if other is None or other == root:
            return None
        if other in self.of:
            return self.of[other]
        if other not in self.conversations:
            return self.by_case.setdefault(other, _Matter(at, began_id=other))
        self.waiting.append((root, other))
        return _Matter(at)

    def _by_rule(self, one: _Conversation) -> tuple[_Matter, Joined]:
        if one.case_id is not None and one.case_id in self.by_case:
            return self.by_case[one.case_id], Joined.CASE
        taking = list(self.recent.taking(one))
        if not taking:
            return _Matter(one.at), Joined.BEGINS
        return max(taking, key=lambda matter: _likeness(matter, one)), Joined.RULE

    def _unite(self, into: _Matter, gone: _Matter) -> None:
        if into is gone:
            return
        into.absorb(gone)
        for one, _ in gone.members:
            self.of[one.parts[0].root_id] = into


def _likeness(matter: _Matter, one: _Conversation) -> tuple[bool, datetime]:
    """The same subject before the same family, then the latest."""
    return one.subject in matter.subjects, matter.last_at


def _rows(matter: _Matter, begun: AbstractSet[int]) -> Iterator[Placed]:
    members = sorted(matter.members, key=lambda member: _order(member[0].parts[0]))
    first = members[0][0]
    matter_id = matter.began_id or matter.case_id or first.parts[0].root_id
    is_alone = matter.case_id is None and len(members) == 1 and len(first.parts) == 1
    if is_alone and matter_id not in begun:
        return
    for one, how in members:
        told = Joined.BEGINS if one is first and how is not Joined.DECISION else how
        for part in one.parts:
            yield Placed(*part[:3], matter_id, str(told))
