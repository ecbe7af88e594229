"""Contact details and names of one person, found in any text in any notation, and struck out.

Each text that is found gets a mark of its own, the same wherever it stands: two subjects that
differed still differ, and two that were one are one, so no figure changes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from unicodedata import normalize

import msgspec
import phonenumbers

from ccdash.vocabulary import TOKEN, IdentityKind

LEAST_LETTERS, LEAST_DIGITS = 5, 7
"""What is shorter may mean anything in a text that is not the person's own."""
LEAST_ANYWHERE = 4
"""Signs of a number that is found within longer words of what is the person's own."""
_BETWEEN = r"[^0-9A-Za-z]{0,3}"
"""What people write between the digits of a number."""
_LETTERS, _DIGITS = "A-Za-z", "0-9"
_GAP, _ANY_GAP = re.compile(r"(?:\\ )+"), r"[\\s,]+"
"""What stands between words, in an escaped text and in what people write."""
_MARK = re.escape(TOKEN) + r"[0-9a-f]+(?:[-!][0-9]+)*\)"


@dataclass(frozen=True)
class Marks:
    """The marks of one erasing, by what they stand for: two that differ by case alone stand for
    texts that did."""

    token: str
    given: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, text: str) -> str:
        """The mark of a text."""
        number, forms = len(self.given) + 1, self.given.setdefault(text.casefold(), {})
        if not forms:
            forms[text] = f"({self.token}-{number})"
        first = next(iter(forms.values()))
        return forms.setdefault(text, _in_case(first, len(forms)))


def _in_case(text: str, place: int) -> str:
    """The same text, and another one for each place: capitals are the ones of the number."""
    signs = (one.upper() if place >> bit & 1 else one for bit, one in enumerate(text[1:]))
    return text[0] + "".join(signs)


class Word(NamedTuple):
    """A pattern of a regular expression, as Python and Postgres read it, and the signs that may
    stand neither before nor behind what it finds."""

    pattern: str
    before: str = _LETTERS + _DIGITS
    behind: str = _LETTERS + _DIGITS


@dataclass(frozen=True)
class Words:
    """What is looked for."""

    patterns: tuple[Word, ...]
    marks: Marks

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """A mark of another pass is found as a whole, so that no word is found in it."""
        found = map(_alone, self.patterns)
        return re.compile("|".join((f"(?P<mark>{_MARK})", *found)), re.IGNORECASE)

    @property
    def rough(self) -> str:
        """For Postgres, whose databases may know the case of a to z alone: finds everything that is
        struck, and perhaps more."""
        return "|".join(_any_case(one.pattern) for one in self.patterns) or "(?!)"

    def struck(self, text: str, most: int | None = None) -> str:
        """The text with marks in place of the words; one mark in place of all of it where it would
        have more than `most` signs, which an event may not tell."""
        struck = self._pattern.sub(lambda one: one["mark"] or self.marks.of(one[0]), text)
        return self.marks.of(text) if most is not None and len(struck) > most else struck


def patterns(
    details: Iterable[tuple[IdentityKind, str]], texts: Collection[str], *, is_own: bool
) -> tuple[Word, ...]:
    """For normalised details in any notation, and for `texts` (notations as told, names) as they
    are; in texts that are not the person's own only what can mean nobody else. The longest first,
    so that no part is struck out of a longer one."""
    plain = {*texts, *(value for _, value in details)}
    wanted = {one.strip() for one in plain if one.strip() and (is_own or is_telling(one))}
    forms = {form for one in wanted for form in _forms(one)}
    words = {_word(form, is_own=is_own) for one in forms for form in {one, _as_json(one)}}
    numbers = {
        one
        for kind, value in details
        if kind is IdentityKind.PHONE
        for one in _phone(value, is_own=is_own)
    }
    return tuple(sorted(numbers | words, key=lambda one: (-len(one.pattern), one)))


def _alone(word: Word) -> str:
    before = f"(?<![{word.before}])" if word.before else ""
    return f"{before}(?:{word.pattern})" + (f"(?![{word.behind}])" if word.behind else "")


def _forms(text: str) -> set[str]:
    """With accents and their letters in each case and each way to write them (the case of a to z is
    nothing to a pattern); of a name also the last word first."""
    words = re.findall(r"[^\s,]+", text)
    is_name = len(words) > 1 and not any(sign.isdigit() or sign == "@" for sign in text)
    both = (words, [words[-1], *words[:-1]]) if is_name else ()
    orders = [" ".join(one) for one in both] or [text]
    if text.isascii():
        return set(orders)
    cases = [one for told in orders for one in (told, told.upper(), told.lower(), told.casefold())]
    cases += [one.upper() for one in (told.replace("ß", "ẞ") for told in orders)]
    return {normalize(form, one) for one in cases for form in ("NFC", "NFD")}


def _word(text: str, *, is_own: bool) -> Word:
    """In what is the person's own, digits are found beside letters too ("C20417"), and letters
    beside digits; a number that is not too short anywhere ("CK-77", "2041701")."""
    pattern = _GAP.sub(_ANY_GAP, re.escape(text))
    if not is_own:
        return Word(pattern)
    if len(text) >= LEAST_ANYWHERE and any(map(str.isdigit, text)):
        return Word(pattern, "", "")
    return Word(pattern, _like(text[0]), _like(text[-1]))


def _like(sign: str) -> str:
    return _DIGITS if sign.isdigit() else _LETTERS if sign.isalpha() else _LETTERS + _DIGITS


def _any_case(pattern: str) -> str:
    """A pattern in which letters beyond a to z stand in each case."""
    return re.sub(
        r"[^\x00-\x7f]", lambda one: f"(?:{one[0]}|{one[0].lower()}|{one[0].upper()})", pattern
    )


def exact(values: Iterable[str]) -> tuple[str, ...]:
    """For Postgres: finds events that tell these contact details so, however short."""
    return tuple(
        re.escape(f'"value": {msgspec.json.encode(one).decode()}') for one in sorted(values)
    )


def is_telling(text: str) -> bool:
    """Whether it can hardly mean anything else."""
    if sum(map(str.isdigit, text)) >= LEAST_DIGITS or "@" in text:
        return True
    return len(text.strip()) >= LEAST_LETTERS and any(map(str.isalpha, text))


def _as_json(text: str) -> str:
    return msgspec.json.encode(text).decode()[1:-1]


def _phone(value: str, *, is_own: bool) -> Iterator[Word]:
    """A number with or without its country, with anything between the digits; in what is not the
    person's own no digits beside it, and no letters beside a short one."""
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        if len(value) >= LEAST_DIGITS:
            yield Word(_BETWEEN.join(map(re.escape, value)), _DIGITS, _DIGITS)
        return
    national = phonenumbers.national_significant_number(number)
    if len(national) >= LEAST_DIGITS - 1:
        country = rf"(?:(?:\+|00){_BETWEEN})?{number.country_code}{_BETWEEN}(?:\(0\))?{_BETWEEN}"
        beside = _DIGITS if len(national) >= LEAST_DIGITS else _LETTERS + _DIGITS
        beside = "" if is_own else beside
        yield Word(f"(?:{country}|0{_BETWEEN})?" + _BETWEEN.join(national), beside, beside)
