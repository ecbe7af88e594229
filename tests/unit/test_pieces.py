"""What is told of a screen that changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccdash.ui.markup import Html, Piece, join, tag
from ccdash.ui.pieces import Change, changes

TEXTS = st.text("ab<&", max_size=3)
SHEETS = st.recursive(
    st.builds(lambda text: ("p", text, None, ()), TEXTS),
    lambda inner: st.builds(
        lambda name, text, key, inside: (name, text, key, tuple(inside)),
        st.sampled_from(["div", "ul"]),
        TEXTS,
        st.none() | st.sampled_from(["one", "two", "three"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


def drawn(sheet) -> Html:
    """No two pieces beside each other have one key: the later one gets none."""
    name, text, key, inside = sheet
    return tag(name, text, *_apart([drawn(one) for one in inside]), data_key=key)


def _apart(beside: list[Html]) -> list[Html]:
    seen: set[str] = set()
    found = []
    for one in beside:
        keys = [part.key for part in one.parts if isinstance(part, Piece)]
        found.append(one if seen.isdisjoint(keys) else Html(one.text.replace("data-key", "title")))
        seen.update(keys)
    return found


def applied(old: Html, told: dict[tuple[str, ...], str], path: tuple[str, ...] = ()) -> str:
    """As browser/board/turn.js does it."""
    pieces = {one.key: one.html for one in old.parts if isinstance(one, Piece)}
    if path in told:
        text = told[path]
        for key, html in pieces.items():
            text = text.replace(f'<template data-keep="{key}"></template>', html.text)
        return text
    return "".join(
        part if isinstance(part, str) else applied(part.html, told, (*path, part.key))
        for part in old.parts or (old.text,)
    )


@given(SHEETS, SHEETS)
def test_what_is_told_turns_the_old_screen_into_the_new_one(before, after) -> None:
    old, new = join([drawn(before)]), join([drawn(after)])

    told = {one.path: one.html for one in changes(old, new)}

    assert applied(old, told) == new.text


def test_a_screen_that_did_not_change_tells_nothing() -> None:
    assert list(changes(tag("p", "a"), tag("p", "a"))) == []


def rows(**texts: str) -> Html:
    return tag("ul", *(tag("li", text, data_key=key) for key, text in texts.items()))


def test_only_the_row_that_changed_is_told() -> None:
    assert list(changes(rows(a="1", b="2"), rows(a="1", b="3"))) == [
        Change(("b",), '<li data-key="b">3</li>')
    ]


def test_of_a_list_with_another_order_what_is_there_is_kept() -> None:
    (told,) = changes(rows(a="1", b="2"), rows(b="2", c="3", a="1"))

    assert told == Change(
        (),
        '<ul><template data-keep="b"></template><li data-key="c">3</li>'
        '<template data-keep="a"></template></ul>',
    )
