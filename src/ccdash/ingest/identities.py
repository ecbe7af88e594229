"""Contact details made comparable, and the customer that they name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import phonenumbers

from ccdash.ingest.events import Identity
from ccdash.ingest.identifiers import stable_id
from ccdash.vocabulary import IdentityKind

ANONYMOUS = frozenset(
    {"", "0", "anonymous", "unknown", "private", "restricted", "unavailable", "asterisk", "none"}
)
STRENGTH = {kind: place for place, kind in enumerate(IdentityKind)}


@lru_cache(maxsize=131_072)
def normalised(kind: IdentityKind, value: str, region: str | None = None) -> str | None:
    """The comparable form of a contact detail, or None for one that names nobody."""
    value = value.strip()
    if value.lower() in ANONYMOUS:
        return None
    if kind is IdentityKind.PHONE:
        return _phone(value, region)
    if kind in (IdentityKind.EMAIL, IdentityKind.HANDLE):
        return value.lower()
    return value


def customer_id_of(identities: Iterable[tuple[IdentityKind, str]]) -> int | None:
    """The customer named by the strongest of these normalised identities; None for nobody."""
    strongest = min(identities, key=_strength, default=None)
    return _number(*strongest) if strongest else None


def _strength(one: tuple[IdentityKind, str]) -> tuple[int, str]:
    return STRENGTH[one[0]], one[1]


@lru_cache(maxsize=131_072)
def _number(kind: IdentityKind, value: str) -> int:
    return stable_id("customer", kind, value)


def known(
    identities: Iterable[Identity], region: str | None = None
) -> tuple[tuple[IdentityKind, str], ...]:
    """Normalised identities without repeats and without those that name nobody."""
    return _known(tuple(identities), region)


@lru_cache(maxsize=16_384)
def _known(
    identities: tuple[Identity, ...], region: str | None
) -> tuple[tuple[IdentityKind, str], ...]:
    found: dict[tuple[IdentityKind, str], None] = {}
    for identity in identities:
        value = normalised(identity.kind, identity.value, region)
        if value is not None:
            found[identity.kind, value] = None
    return tuple(found)


def pairs(
    each: Iterable[Iterable[Identity]], region: str | None
) -> set[tuple[IdentityKind, str, int]]:
    """The identities of each of these and the customers to whom they lead: each leads to its own
    customer and to that of every stronger one it came with; so the rows are the same in whatever
    order the identities become known."""
    return {pair for some in each for pair in _pairs(known(some, region))}


@lru_cache(maxsize=16_384)
def _pairs(
    told: tuple[tuple[IdentityKind, str], ...],
) -> tuple[tuple[IdentityKind, str, int], ...]:
    found = sorted(told, key=_strength)
    return tuple(
        (kind, value, _number(*stronger))
        for place, (kind, value) in enumerate(found)
        for stronger in found[: place + 1]
    )


def looked_for(text: str, region: str | None = None) -> list[tuple[IdentityKind, str]]:
    """What somebody may mean who types a contact detail without saying its kind."""
    found = ((kind, normalised(kind, text, region)) for kind in IdentityKind)
    return [(kind, value) for kind, value in found if value is not None]


def _phone(value: str, region: str | None) -> str | None:
    """E.164 where the number can be placed; else its digits, as extensions are."""
    try:
        number = phonenumbers.parse(value, region)
        if phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        pass
    digits = "".join(sign for sign in value if sign.isdigit())
    return (digits if digits.strip("0") else None) or (None if digits else value.lower())
