"""A line the size of a word. Streamlit's sanitiser drops <svg>, so it is a mask over a colour."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from ccdash.ui.markup import Html, tag

WIDTH, HEIGHT, PAD = 160, 24, 2


def sparkline(values: Sequence[float | None], alt: str, state: str | None = None) -> Html:
    """The course of a figure; None is a gap. Nothing is drawn for fewer than two values.

    Without `alt` it is decoration beside a figure that says the same.
    """
    return _line(tuple(values), alt, state)


@lru_cache(maxsize=512)
def _line(values: tuple[float | None, ...], alt: str, state: str | None) -> Html:
    strokes = _strokes(values)
    if not strokes:
        return tag("span", cls="cc-spark none", aria_hidden="true")
    picture = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"preserveAspectRatio='none'><path d='{strokes}' fill='none' stroke='black' "
        "stroke-width='1.6' stroke-linejoin='round' stroke-linecap='round' "
        "vector-effect='non-scaling-stroke'/></svg>"
    )
    mask = f'url("data:image/svg+xml,{quote(picture, safe="")}")'
    style = f"-webkit-mask-image:{mask};mask-image:{mask}"
    kind = f"cc-spark {state}" if state else "cc-spark"
    if not alt:
        return tag("span", cls=kind, style=style, aria_hidden="true")
    return tag("span", cls=kind, style=style, role="img", aria_label=alt)


def _strokes(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, span = min(known), (max(known) - min(known)) or 1.0
    step = (WIDTH - 2 * PAD) / (len(values) - 1)
    path, pen_is_down = [], False
    for position, value in enumerate(values):
        if value is not None:
            y = HEIGHT - PAD - (value - low) / span * (HEIGHT - 2 * PAD)
            path.append(f"{'L' if pen_is_down else 'M'}{PAD + position * step:.1f} {y:.1f}")
        pen_is_down = value is not None
    return " ".join(path)
