"""Who is one person: what follows from details told together, and from what people decided.

Details are placed from the strongest to the weakest, so whom a detail may join is known before.
Whoever was merged goes with the strongest of them. Any other detail joins the person with whom it
was told, if that is one person and one of the tellings was verified. Told with several people it is
nobody's. What nobody verified joins nobody: it can only make a detail doubtful.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ccdash.ingest.identities import STRENGTH
from ccdash.vocabulary import IdentityKind

Person = int | None
"""The number of who stands for a person; None for a detail that is nobody's."""
NEVER = frozenset({IdentityKind.CUSTOMER_NUMBER, IdentityKind.DEVICE})
"""These join nobody by rule: two numbers are two customers, and a device is used by many."""


class Detail(NamedTuple):
    """A contact detail, and the number of the customer who is known by it alone."""

    number: int
    kind: IdentityKind
    value: str

    @property
    def strength(self) -> tuple[int, str, int]:
        """Sorts the strongest first."""
        return STRENGTH[self.kind], self.value, self.number


@dataclass(frozen=True)
class Graph:
    """Details to be placed. `told` are the stronger ones each was told with, and whether that was
    verified; `leaders` is who leads those who were merged, and `known` the persons of details that
    are placed already."""

    details: Collection[Detail]
    told: Mapping[int, Iterable[tuple[int, bool]]]
    leaders: Mapping[int, int] = field(default_factory=dict)
    apart: Collection[int] = ()
    known: Mapping[int, Person] = field(default_factory=dict)


def persons(graph: Graph) -> dict[int, Person]:
    """The person of every detail to be placed; of one who stands alone, the detail itself."""
    merged = {*graph.leaders.values()}
    placed = dict(graph.known)
    for one in sorted(graph.details, key=lambda detail: detail.strength):
        leader = graph.leaders.get(one.number, one.number)
        if leader != one.number:
            placed[one.number] = placed.get(leader, leader)
            continue
        told = [(placed.get(other, other), sure) for other, sure in graph.told.get(leader, ())]
        person = leader if leader in graph.apart else _joined(one, told)
        placed[leader] = leader if person is None and leader in merged else person
    return {one.number: placed[one.number] for one in graph.details}


def _joined(one: Detail, told: Collection[tuple[Person, bool]]) -> Person:
    """Whose the detail is by rule; a person of None says nothing."""
    people = {person for person, _ in told if person is not None}
    if not people or one.kind is IdentityKind.CUSTOMER_NUMBER:
        return one.number
    if len(people) > 1:
        return None
    is_sure = any(sure for person, sure in told if person is not None)
    return people.pop() if is_sure and one.kind not in NEVER else one.number


def groups(merges: Iterable[tuple[int, int]]) -> list[frozenset[int]]:
    """The customers whom these merges make one, directly or through others."""
    of: dict[int, set[int]] = {}
    for one, other in merges:
        group = of.get(one, {one}) | of.get(other, {other})
        of |= dict.fromkeys(group, group)
    return [frozenset(group) for group in {id(group): group for group in of.values()}.values()]


def leaders(merges: Iterable[tuple[int, int]], details: Iterable[Detail]) -> dict[int, int]:
    """Who leads each merged customer: the strongest of them; those of whom no detail is known come
    last."""
    strength = {one.number: one.strength for one in details}
    unknown = len(STRENGTH), ""
    return {
        one: leader
        for group in groups(merges)
        for leader in [min(group, key=lambda number: strength.get(number, (*unknown, number)))]
        for one in group
    }
