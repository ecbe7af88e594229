"""`python -m ccdash.i18n`: bring the catalogues up to the sources, keeping translations."""

from __future__ import annotations

from datetime import UTC, datetime

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from ccdash.i18n import LANGUAGES, SOURCE, catalogue, catalogue_file
from ccdash.i18n.sources import template

REVISED = datetime(2026, 1, 1, tzinfo=UTC)
"""One date for ever: a catalogue changes when a message does, not when the clock does."""


def main() -> None:
    """Update every catalogue and say what is left to translate."""
    for language in LANGUAGES:
        if language != SOURCE:
            print(f"{language}: {_update(language)}")  # noqa: T201 - a command


def _update(language: str) -> str:
    path = catalogue_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog = catalogue(language) if path.exists() else Catalog(locale=language, charset="utf-8")
    catalog.header_comment = f"# The words of ccdash, {language}; kept by `python -m ccdash.i18n`."
    catalog.fuzzy = False
    catalog.project, catalog.version = "ccdash", "1"
    catalog.msgid_bugs_address = ""
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.creation_date = catalog.revision_date = REVISED
    catalog.last_translator = catalog.language_team = "ccdash"
    with path.open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True, no_location=True)
    missing = [message for message in catalog if message.id and not _done(message.string)]
    return f"{len(catalog)} messages, {len(missing)} to translate in {path}"


def _done(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(string) and all(string or ())


if __name__ == "__main__":
    main()
