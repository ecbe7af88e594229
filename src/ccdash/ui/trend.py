"""What a trend chart shows, besides its frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ccdash.vocabulary import Grain, Unit

HEIGHT, FONT_SIZE = 340, 12
MARGIN_TOP, MARGIN_BOTTOM = 16, 32
LONGEST_NAME = 22


@dataclass(frozen=True, slots=True)
class Trend:
    """The meaning of a frame of values over time.

    `alt` tells the whole in one sentence to those who do not see; `title` is a sentence that says
    what is seen, `note` the quiet line below it; `labels` are the series' words; `target` a level
    in the metric's unit; `marks` are moments with a word ("price change").
    """

    unit: Unit
    grain: Grain
    alt: str
    title: str = ""
    note: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    target: float | None = None
    marks: Sequence[tuple[datetime, str]] = ()
    height: int = HEIGHT

    @property
    def room(self) -> int:
        """The pixels between the floor and the ceiling of the plot."""
        return self.height - MARGIN_TOP - MARGIN_BOTTOM

    def name_of(self, series: str) -> str:
        """The word for a series, short enough for the end of its line."""
        name = self.labels.get(series, series)
        if len(name) <= LONGEST_NAME:
            return name
        tail = LONGEST_NAME // 2 - 1  # what tells names apart is often at their end
        return f"{name[: LONGEST_NAME - tail - 1].rstrip()}…{name[-tail:].lstrip()}"
