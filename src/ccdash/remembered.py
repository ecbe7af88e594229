"""Remembering what follows from its arguments alone.

The floor is new many times a second and most of it is as it was: what is made of a part of it is
made once, however often and by however many it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


def remembered(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """As `functools.lru_cache` of so many answers, but what has no hash (a frame, a mapping) is
    known by which object it is. Nobody changes such an argument, or the answer, afterwards."""

    def remembering(make: Callable[P, R]) -> Callable[P, R]:
        @lru_cache(maxsize=most)
        def known(*args: Any, **more: Any) -> R:
            named = {name: _thing(one) for name, one in more.items()}
            return cast(Callable[..., R], make)(*map(_thing, args), **named)

        @wraps(make)
        def asked(*args: P.args, **more: P.kwargs) -> R:
            return known(*map(_key, args), **{name: _key(one) for name, one in more.items()})

        return asked

    return remembering


def _key(one: object) -> object:
    return _Itself(one) if type(one).__hash__ is None else one


def _thing(one: object) -> object:
    return one.thing if isinstance(one, _Itself) else one


class _Itself:
    """Equal to another one of the very same object."""

    __slots__ = ("thing",)

    def __init__(self, thing: object) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.thing is other.thing

    def __hash__(self) -> int:
        return id(self.thing)
