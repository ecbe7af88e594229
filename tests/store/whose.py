"""By what contact details people are known, and who they are: by the rule of ingest/linking.py,
which tests/unit/test_linking.py holds against another one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from random import Random

from ccdash.ingest import identities
from ccdash.ingest.events import Identity
from ccdash.ingest.linking import Detail, Graph, persons
from ccdash.vocabulary import IdentityKind

KnownBy = tuple[Identity, ...]
SHARED = ((IdentityKind.PHONE, "+358401234560"), (IdentityKind.DEVICE, "till"))
"""A switchboard and a machine of everybody's."""


def details_of(person: str) -> tuple[tuple[IdentityKind, str], ...]:
    """All by which somebody with a number of one figure may be known."""
    return (
        (IdentityKind.CUSTOMER_NUMBER, person),
        (IdentityKind.EMAIL, f"{person}@example.com"),
        (IdentityKind.PHONE, f"+35840123456{person}"),
    )


def known_by(person: str | None, random: Random) -> KnownBy:
    """Some of them, and sometimes what is everybody's, too or alone; nothing of nobody."""
    if person is None:
        return ()
    own, others = details_of(person), random.sample(SHARED, 1)
    told = random.choice((own[:2], own[1:], own[:1], own[1:2], own[2:], own[:1], own[1:2], others))
    if random.random() < 0.1:
        told = (*own[:2], *others)
    return tuple(Identity(*one, random.choice((None, True, True, False))) for one in told)


def whose(told: Iterable[KnownBy]) -> Callable[[KnownBy], int | None]:
    """Which person somebody is who is known by these details, after all that was told; None for
    nobody known."""
    pairs = identities.pairs(told, None)
    stronger: defaultdict[int, list[tuple[int, bool]]] = defaultdict(list)
    for one in pairs:
        if one.detail_id != one.customer_id:
            stronger[one.detail_id].append((one.customer_id, one.is_verified))
    details = {Detail(one.detail_id, one.kind, one.value) for one in pairs}
    placed = persons(Graph(details, stronger))

    def person(by: KnownBy) -> int | None:
        number = identities.customer_id_of(identities.known(by))
        return None if number is None else placed[number]

    return person
