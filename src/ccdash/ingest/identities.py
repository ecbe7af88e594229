"""Contact details made comparable, and the customer that they name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

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


class Pair(NamedTuple):
    """A detail, and a customer whom it was told with, in the order of the columns of `identity`
    without its source."""

    kind: IdentityKind
    value: str
    customer_id: int
    detail_id: int
    is_verified: bool


def pairs(each: Iterable[Iterable[Identity]], region: str | None) -> set[Pair]:
    """The identities of each of these and the customers to whom they lead: each leads to its own
    customer and to that of every stronger one it came with; so the rows are the same in whatever
    order the identities become known. Told twice, a pair is verified if it was once."""
    found = {pair for some in each for pair in _pairs(tuple(some), region)}
    sure = {pair[:-1] for pair in found if pair.is_verified}
    return {pair for pair in found if pair.is_verified or pair[:-1] not in sure}


@lru_cache(maxsize=16_384)
def _pairs(told: tuple[Identity, ...], region: str | None) -> tuple[Pair, ...]:
    sure = set(known((one for one in told if is_verified(one)), region))
    found = sorted(known(told, region), key=_strength)
    return tuple(
        Pair(
            kind, value, _number(*stronger), _number(kind, value), sure >= {(kind, value), stronger}
        )
        for place, (kind, value) in enumerate(found)
        for stronger in found[: place + 1]
    )


def is_verified(one: Identity) -> bool:
    """Whether the source made sure that it is the customer's; of a customer number it is taken to,
    until it says otherwise."""
    return one.kind is IdentityKind.CUSTOMER_NUMBER if one.verified is None else one.verified


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
