"""What is different between two drawings of one screen, as pieces that a browser can put in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ccdash.ui.markup import Html, Piece, tag


@dataclass(frozen=True, slots=True)
class Change:
    """The piece at the end of `path` (the keys from the outermost on; none is the whole screen)
    becomes `html`. In it `<template data-keep="KEY">` stands for the piece that is there already
    and stays as it is."""

    path: tuple[str, ...]
    html: str


def changes(old: Html, new: Html, path: tuple[str, ...] = ()) -> Iterator[Change]:
    """What turns the old drawing into the new one; nothing where they are equal. A piece whose own
    markup is as before is left alone, and only what changed within it is told."""
    if old.text == new.text:
        return
    if _frame(old) == _frame(new):
        for before, after in zip(_pieces(old), _pieces(new), strict=True):
            yield from changes(before.html, after.html, (*path, after.key))
    else:
        yield Change(path, _kept(new, {one.key: one.html.text for one in _pieces(old)}))


def _pieces(html: Html) -> Sequence[Piece]:
    return [one for one in html.parts if isinstance(one, Piece)]


def _frame(html: Html) -> Sequence[tuple[bool, str]]:
    """The markup around the pieces, and which they are."""
    if not html.parts:
        return [(False, html.text)]
    return [(True, one.key) if isinstance(one, Piece) else (False, one) for one in _joined(html)]


def _joined(html: Html) -> Iterator[str | Piece]:
    text = ""
    for one in html.parts:
        if isinstance(one, str):
            text += one
            continue
        yield text
        text = ""
        yield one
    yield text


def _kept(new: Html, there: dict[str, str]) -> str:
    return "".join(
        part if isinstance(part, str) else _or_kept(part, there)
        for part in new.parts or (new.text,)
    )


def _or_kept(piece: Piece, there: dict[str, str]) -> str:
    if there.get(piece.key) == piece.html.text:
        return tag("template", data_keep=piece.key).text
    return piece.html.text
