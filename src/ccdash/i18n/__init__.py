"""The words of every language. English is the key; catalogues are gettext .po files.

A translator is a value that is passed to `ui/`: nothing is installed into builtins, because
one process serves people who read different languages at the same moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import c2py  # the reader of Plural-Forms
from pathlib import Path
from types import MappingProxyType

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

SOURCE = "en"
LANGUAGES: Mapping[str, str] = MappingProxyType({"fi": "Suomi", "sv": "Svenska", "en": "English"})
"""Every language that is offered, with its own name for itself."""

LOCALES: Mapping[str, str] = MappingProxyType({"en": "en_GB", "fi": "fi_FI", "sv": "sv_FI"})
"""The locale by which a language writes numbers, dates and times."""

AFTER_CONTEXT = "\x04"
"""Between the context of a message and its text, as gettext has it."""

LOCALE_FOLDER = Path(__file__).parent / "locale"


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a text for translation where it is defined; it is translated where it is drawn."""
    return text


def NP_(context: str, text: str) -> str:  # noqa: N802 - gettext's own name for it
    """The same for a text that has another sense elsewhere, for which a language may have another
    word: a contact is abandoned, and so many are abandoned. English shows the text alone."""
    return f"{context}{AFTER_CONTEXT}{text}"


@dataclass(frozen=True, slots=True, eq=False)
class Translator:
    """One language. A message that it does not know is shown in English."""

    language: str
    messages: Mapping[str, tuple[str, ...]]
    form_of: Callable[[int], int]

    @property
    def locale(self) -> str:
        """By which it writes numbers, dates and times."""
        return LOCALES[self.language]

    def text(self, msgid: str, /, **placeholders: object) -> str:
        """The message in this language; `{name}` in it is filled from `placeholders`."""
        found = self.messages.get(msgid, (msgid.rpartition(AFTER_CONTEXT)[2],))[0]
        return found.format(**placeholders) if placeholders else found

    def plural(self, one: str, many: str, n: int, /, **placeholders: object) -> str:
        """The form for `n`; `{n}` is the number as this language writes it."""
        forms = self.messages.get(one, (one, many))
        form = forms[min(self.form_of(n), len(forms) - 1)]
        return form.format(n=format_decimal(n, locale=self.locale), **placeholders)

    def knows(self, msgid: str) -> bool:
        """Whether this language has the message."""
        return self.language == SOURCE or msgid in self.messages


@cache
def translator(language: str) -> Translator:
    """The translator of a language; an unknown language gets English."""
    known = language if language in LANGUAGES else SOURCE
    catalog = catalogue(known)
    forms = {
        _key(message): _forms(message.string)
        for message in catalog
        if message.id and message.string and not message.fuzzy
    }
    return Translator(known, MappingProxyType(forms), c2py(catalog.plural_expr))


def catalogue(language: str) -> Catalog:
    """The catalogue as it stands on disk (English has none: its texts are the keys)."""
    if language == SOURCE:
        return Catalog(locale=LOCALES[SOURCE])
    with catalogue_file(language).open("rb") as file:
        return read_po(file, locale=language)


def catalogue_file(language: str) -> Path:
    """Where a language's catalogue is."""
    return LOCALE_FOLDER / language / "LC_MESSAGES" / "ccdash.po"


def _key(message: Message) -> str:
    first = message.id if isinstance(message.id, str) else message.id[0]
    return NP_(message.context, first) if message.context else first


def _forms(string: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)
