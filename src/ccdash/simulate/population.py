"""The customers: a fixed population, each by a number, with the identities that channels see.

Numbers of telephones begin with 047, which is no operator's; addresses are of example.com. Some
share a number: every eighth pair is a household, and firms call from one switchboard.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from ccdash.ingest.events import Identity
from ccdash.simulate.centre import Centre
from ccdash.vocabulary import Channel, IdentityKind

SPREAD = 7919
"""A prime: neighbours in the population are no neighbours in names and numbers."""


class Person(NamedTuple):
    """One customer, and what each channel may show of them."""

    number: Identity
    phone: Identity
    mobile: Identity
    email: Identity
    second_email: Identity | None
    handle: Identity
    name: str


MASKED = Identity(IdentityKind.PHONE, "anonymous")


@lru_cache(maxsize=1_000_000)
def person(centre: Centre, place: int) -> Person:
    """The customer at that place of the population."""
    names = next(one for one in centre.names if place < places_of(centre, one.language).stop)
    mixed = place * SPREAD
    first = names.first[mixed % len(names.first)]
    last = names.last[mixed // len(names.first) % len(names.last)]
    written = f"{_plain(first)}.{_plain(last)}"
    second = f"{_plain(first)}{mixed % 9973}@example.com" if place % 5 == 0 else None
    return Person(
        number=Identity(IdentityKind.CUSTOMER_NUMBER, f"{200_000 + place}"),
        phone=Identity(IdentityKind.PHONE, f"+358 47 {2_000_000 + _line(place) * 31 % 7_000_000}"),
        mobile=Identity(IdentityKind.PHONE, f"+358 47 {1_000_000 + place}"),
        email=Identity(IdentityKind.EMAIL, f"{written}.{place}@example.com"),
        second_email=None if second is None else Identity(IdentityKind.EMAIL, second),
        handle=Identity(IdentityKind.HANDLE, f"@{_plain(first)}_{_plain(last)}{place}"),
        name=f"{first} {last}",
    )


def _line(place: int) -> int:
    """The number of a landline: of a firm of forty, of a household of two, or one's own."""
    if place % 40 == 7:
        return place // 1600 * 1600
    return place - place % 2 if place % 16 < 2 else place


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(sign for sign in letters if sign.isascii() and sign.isalnum())


@lru_cache(maxsize=64)
def places_of(centre: Centre, language: str) -> range:
    """The part of the population that speaks the language; the last one takes what is left."""
    start = 0
    for names in centre.names:
        is_last = names is centre.names[-1]
        share = round(names.share * centre.volume.customers)
        end = centre.volume.customers if is_last else start + share
        if names.language == language:
            return range(start, end)
        start = end
    return range(centre.volume.customers)


def shown(one: Person, channel: Channel, luck: float) -> tuple[Identity, ...]:
    """What the channel shows of the customer from the first second; `luck` in [0, 1) chooses."""
    return _SHOWN[channel](one, luck)


def _by_phone(one: Person, luck: float) -> tuple[Identity, ...]:
    if luck < 0.03:
        return (MASKED,)
    return (one.phone if luck < 0.25 else one.mobile,)


def _by_mail(one: Person, luck: float) -> tuple[Identity, ...]:
    return (one.second_email if one.second_email is not None and luck < 0.3 else one.email,)


_SHOWN: Mapping[Channel, Callable[[Person, float], tuple[Identity, ...]]] = {
    Channel.PHONE: _by_phone,
    Channel.EMAIL: _by_mail,
    Channel.CHAT: lambda one, luck: (one.number, one.email) if luck < 0.55 else (one.email,),
    Channel.SOCIAL: lambda one, _: (one.handle,),
    Channel.FORM: lambda one, _: (one.number, one.email, one.mobile),
    Channel.CALLBACK: lambda one, _: (one.mobile,),
    Channel.SELF_SERVICE: lambda one, luck: (one.number,) if luck < 0.85 else (),
}


def is_registered(place: int) -> bool:
    """Whether the customer has signed up: half of them have, and of a household both or none."""
    return (place // 2 + place // 40) % 2 == 0


def proved(one: Person, place: int) -> tuple[Identity, ...]:
    """What they gave when they signed up, and answered a message to. Few add their landline."""
    also = (one.second_email,) if one.second_email is not None else ()
    line = (one.phone,) if place % 16 < 2 or place % 40 == 7 else ()
    return (one.email, *also, one.mobile, *line)


_LEARNED = {Channel.PHONE: 0.68, Channel.EMAIL: 0.5, Channel.SOCIAL: 0.35, Channel.CALLBACK: 0.8}
"""How often the agent learns the customer's number in channels that do not show it."""


def told_later(channel: Channel, luck: float) -> bool:
    """Whether the agent learns the customer's number while they talk."""
    return luck < _LEARNED.get(channel, 0.0)
