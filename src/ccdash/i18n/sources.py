"""What the sources say: every message that has to be in a catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file

from ccdash.errors import CcdashError

ROOT = Path(__file__).resolve().parents[3]

MARKED: dict[str, Any] = {"N_": None, "NP_": ((1, "c"), 2)}
"""Anywhere in ccdash: a text that is marked where it is defined."""

SPOKEN: dict[str, Any] = {**MARKED, "text": None, "say": None, "plural": (1, 2)}
"""Where things are drawn: `translator.text(...)`, by habit bound as `say`. Not elsewhere, as
SQLAlchemy has a `text`, too."""

DRAWN = ("src/ccdash/ui", "pages")


def template() -> Catalog:
    """All messages of the sources, with no translation."""
    catalog = Catalog(project="ccdash", charset="utf-8", fuzzy=False)
    for message, context in _in_code():
        catalog.add(message, context=context)
    for message in _in_errors():
        catalog.add(message)
    return catalog


def _in_code() -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    for path in _python_files():
        place = path.relative_to(ROOT).as_posix()
        keywords = SPOKEN if place.startswith(DRAWN) else MARKED
        for found in extract_from_file("python", path, keywords=keywords):
            _, message, _, context = found
            yield message if isinstance(message, str) else tuple(map(str, message)), context


def _in_errors() -> Iterator[str]:
    """An error's docstring is its message, so people read it, in their own language."""
    for error in (CcdashError, *CcdashError.__subclasses__()):
        if error.__module__ == CcdashError.__module__:
            yield " ".join(str(error.__doc__).split())


def _python_files() -> list[Path]:
    folders = (ROOT / "src" / "ccdash", ROOT / "pages")
    return sorted(path for folder in folders for path in folder.rglob("*.py"))
