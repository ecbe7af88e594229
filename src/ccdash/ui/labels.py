"""Names at the ends of lines, moved apart so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

LINE = 17.0
"""The height of a name, in pixels."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name and its height above the floor of the plot, in pixels."""

    name: str
    at: float


def spread(labels: Sequence[Label], room: float, line: float = LINE) -> list[Label]:
    """Each as near as it can be to where it wants to be; in the order that was given."""
    order = sorted(range(len(labels)), key=lambda i: labels[i].at)
    heights = [labels[i].at for i in order]
    for i in range(1, len(heights)):
        heights[i] = max(heights[i], heights[i - 1] + line)
    ceiling = room
    for i in range(len(heights) - 1, -1, -1):
        heights[i] = min(heights[i], ceiling)
        ceiling = heights[i] - line
    at = dict(zip(order, heights, strict=True))
    return [replace(label, at=at[i]) for i, label in enumerate(labels)]
