"""What a trend chart shows, besides its frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ccdash.metrics import Metric
from ccdash.views.periods import Compare
from ccdash.vocabulary import Grain, Unit

HEIGHT, FONT_SIZE = 340, 12
MARGIN_TOP, MARGIN_BOTTOM = 26, 36
LONGEST_NAME = 32


@dataclass(frozen=True, slots=True)
class Links:
    """The way to the contacts behind a point: the parameters that all have, and what its bucket
    and its series put in their place."""

    path: str
    base: Mapping[str, str]
    buckets: Sequence[Mapping[str, str]]
    series: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Mark:
    """A note on the chart, by a letter: the first and the last bucket that it touches, and whether
    it lasted; what has no end is a line."""

    letter: str
    text: str
    first: int
    last: int
    lasts: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """The meaning of a frame of values over time.

    `alt` tells the whole in one sentence to those who do not see; `title` is a sentence that says
    what is seen, `note` the quiet line below it; `axis` what the figures are ("contacts"); `labels`
    are the series' words; `target` a level in the metric's unit; a value of fewer than `least`
    says too little to be drawn; without `links` a point leads nowhere; `marks` are what happened;
    `compare` says what a `previous` in the frame is; `metric` what the n of a value is, where it is
    not a count.
    """

    unit: Unit
    grain: Grain
    alt: str
    title: str = ""
    note: str = ""
    axis: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    target: float | None = None
    least: int = 0
    links: Links | None = None
    marks: Sequence[Mark] = ()
    compare: Compare = Compare.PREVIOUS
    metric: Metric | None = None
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
