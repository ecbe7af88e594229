"""Who is meant by what somebody types: a name, any contact detail or its start or end, a case, an
order. A row is a person, whose numbers and addresses may be many.

Whatever is typed, a bounded piece of each index is read: an answer takes as long with two million
customers as with twenty thousand. Text that may mean several things finds all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

import phonenumbers
import polars as pl

from ccdash.ingest.identities import looked_for
from ccdash.store import found_names
from ccdash.store.engine import Store
from ccdash.store.found_names import Named, answer
from ccdash.store.found_people import by_meanings, few_details
from ccdash.store.keys import key_number

LEAST_DIGITS, RECENT_DIGITS, LEAST_WHOLE = 3, 5, 7
"""Of the end of a number; of one so short that whoever came lately is looked at first; of a whole
number."""
LEAST_START, LEAST_PHONE = 3, 5
"""Signs of the start of a contact detail, and digits of the start of a telephone number."""
LEAST_KEY = 4
"""Signs of the end of the key of a case or an order."""
SOME_MORE = 4
"""Names beyond those that are asked for: two may be one person's."""
NO_WORD = "@"


@dataclass(frozen=True)
class Found:
    """The people found (columns of `found_people`), the surest first, then whoever came last."""

    people: pl.DataFrame
    is_cut_off: bool
    """There may be more of them, also where nobody was found."""
    is_alike: bool = False
    """Nobody is called so; these names differ from it by little."""


def digits(text: str) -> str:
    """Of what may be a number or its end, as a list shows it (`••• 815`); nothing of other text."""
    is_word = NO_WORD in text or any(sign.isalpha() for sign in text)
    return "" if is_word else "".join(sign for sign in text if sign.isdecimal())


def spellings(text: str) -> list[str]:
    """As typed, in small and in large letters."""
    return sorted({text, text.lower(), text.upper()})


def key_endings(text: str) -> list[str]:
    """What may be the end of the key of a case or an order: it has a digit. Else nothing. Nobody
    says a hyphen aloud: a blank stands for it, too."""
    end = "-".join(text.split())
    is_one = len(end) >= LEAST_KEY and NO_WORD not in end
    return spellings(end) if is_one and any(sign.isdecimal() for sign in end) else []


def people(store: Store, text: str, region: str | None, limit: int = 20) -> Found:
    """Who may be meant, so many at most. `region` is the country of numbers without a code."""
    text = text.strip()
    called = Named({}) if NO_WORD in text else found_names.named(store, text)
    found = _found(store, _meanings(text, region), called, limit)
    if found.people.is_empty() and (called := found_names.alike(store, text)).names:
        alike = _found(store, {}, called, limit)
        is_cut_off = found.is_cut_off or alike.is_cut_off
        return Found(alike.people, is_cut_off, is_alike=not alike.people.is_empty())
    return found


def _found(store: Store, meant: Mapping[str, object], called: Named, limit: int) -> Found:
    names = dict(islice(called.names.items(), limit + SOME_MORE))
    found = answer(store, by_meanings(meant, names, limit + 1))
    details = found["identities"].map_elements(few_details, pl.String)
    found = found.with_columns(details)
    is_part = called.is_part or len(called.names) > len(names)
    return Found(found.head(limit), is_cut_off=is_part or found.height > limit)


def _meanings(text: str, region: str | None) -> dict[str, object]:
    """The values of the parameters of `found_people.by_meanings`."""
    plain = text.replace("(0)", "")
    told = {
        (str(kind), value) for one in spellings(plain) for kind, value in looked_for(one, region)
    }
    ending = _ending(plain)
    is_ending = len(ending) >= LEAST_DIGITS
    return {
        "kinds": [kind for kind, _ in sorted(told)],
        "values": [value for _, value in sorted(told)],
        "starts": sorted({*_starts(text), *_phone_starts(plain, region)}),
        "keys": spellings(text),
        "key_endings": key_endings(text),
        "number": key_number(text),
        "ending": ending if is_ending else None,
        "recent": ending if is_ending and len(ending) <= RECENT_DIGITS else None,
    }


def _ending(text: str) -> str:
    """As it is behind any country's code, if it may be a whole number."""
    typed = digits(text)
    return typed if len(typed) < LEAST_WHOLE else typed.lstrip("0")


def _starts(text: str) -> list[str]:
    """Of an address, a handle or a number of a customer."""
    is_one = len(text) >= LEAST_START and len(text.split()) == 1
    return spellings(text) if is_one else []


def _phone_starts(text: str, region: str | None) -> list[str]:
    """Of a telephone number, with the code of the country."""
    typed = digits(text)
    if len(typed) < LEAST_PHONE:
        return []
    if text.startswith(("+", "00")):
        return [f"+{typed.lstrip('0')}"]
    code = phonenumbers.country_code_for_region(region) if region else 0
    return [f"+{code}{typed.lstrip('0')}"] if code else []
