"""Every word on screen is in every catalogue."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterable
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message

from ccdash.i18n import LANGUAGES, NP_, SOURCE, catalogue, translator
from ccdash.i18n.sources import DRAWN, ROOT, SPOKEN, template

TRANSLATED = [language for language in LANGUAGES if language != SOURCE]
UPDATE = "run `python -m ccdash.i18n`, then translate in locale/"


def _parts(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _entries(catalog: Catalog) -> dict[tuple[str, ...], Message]:
    """By context, where a message has one, and texts."""
    made = (message for message in catalog if message.id)
    return {(*filter(None, [one.context]), *_parts(one.id)): one for one in made}


@cache
def _said() -> dict[tuple[str, ...], Message]:
    """Every message of the sources."""
    return _entries(template())


def _placeholders(texts: Iterable[str]) -> set[str]:
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_of_the_sources_is_translated(language: str) -> None:
    entries = _entries(catalogue(language))
    missing = [
        key
        for key in _said()
        if key not in entries or entries[key].fuzzy or not all(_parts(entries[key].string))
    ]
    assert not missing, f"{language}: untranslated ({UPDATE}): " + "; ".join(map(str, missing))


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_message_of_a_catalogue_is_unused(language: str) -> None:
    unused = _entries(catalogue(language)).keys() - _said().keys()
    assert not unused, f"{language}: unused ({UPDATE}): " + "; ".join(map(str, unused))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_message(language: str) -> None:
    wrong = [
        key
        for key, message in _entries(catalogue(language)).items()
        if _placeholders(_parts(message.string)) - _placeholders(key)
        or _placeholders(key) - _placeholders(_parts(message.string))
    ]
    assert not wrong, f"{language}: other placeholders: {wrong}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_an_unknown_message_is_shown_as_it_is(language: str) -> None:
    assert translator(language).text("{not} in any catalogue") == "{not} in any catalogue"


def test_no_message_hides_in_an_f_string_from_the_extractor() -> None:
    told = {text for key in _said() for text in key}
    drawn = [path for folder in DRAWN for path in (ROOT / folder).rglob("*.py")]
    hidden = {
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in drawn
        for text in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).rpartition(".")[2] in SPOKEN
        and any(isinstance(one, ast.Constant) and one.value not in told for one in call.args)
    }
    assert not hidden, "draw the text before the f-string: " + ", ".join(sorted(hidden))


def test_an_unknown_language_gets_english() -> None:
    assert translator("tlh").language == SOURCE


ONE, MANY = (
    "The chart shows the largest {most}; {n} more is in the table.",
    "The chart shows the largest {most}; {n} more are in the table.",
)


def test_a_plural_follows_the_number_and_writes_it_by_locale() -> None:
    def hidden(language: str, n: int) -> str:
        return translator(language).plural(ONE, MANY, n, most=8).split("; ")[1]

    assert [hidden("en", n) for n in (1, 1200)] == [
        "1 more is in the table.",
        "1,200 more are in the table.",
    ]
    assert [hidden("fi", n) for n in (1, 1200)] == [
        "1 muu on taulukossa.",
        "1\N{NO-BREAK SPACE}200 muuta on taulukossa.",
    ]
    assert [hidden("sv", n) for n in (1, 1200)] == [
        "1 till finns i tabellen.",
        "1\N{NO-BREAK SPACE}200 till finns i tabellen.",
    ]


def test_a_translator_is_one_value_per_language() -> None:
    assert translator("fi") is translator("fi")


def test_a_word_of_two_senses_has_a_translation_for_each_and_one_text_in_english() -> None:
    assert translator(SOURCE).text(NP_("outcome", "Abandoned")) == "Abandoned"
    say = translator("fi").text
    assert (say(NP_("outcome", "Abandoned")), say("Abandoned")) == ("Luopunut", "Luopuneet")


def test_a_message_with_its_context_is_extracted_apart_from_the_bare_one() -> None:
    assert {("Handled",), ("outcome", "Handled")} <= _said().keys()
