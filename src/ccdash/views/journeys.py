"""Ways, rounds and ends out of counted paths, and the few of them that are worth a sentence.

A path is the stations (queues or channels) of a thread; `n` is how many threads took it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ccdash.metrics.interval import Interval, wilson

Path = tuple[str, ...]
Paths = Mapping[Path, int]

LEAST_ROUND = 10
"""Fewer threads that went round are no finding."""
LEAST_SHARE = 0.1
"""Of those that went between the stations of a round; less is chance or an honest mistake."""
LEAST_WAY = 30
LEAST_COMPARED = 100


@dataclass(frozen=True, slots=True)
class Way:
    """How many threads went from one station to another, of how many that were at the first."""

    source: str
    target: str
    n: int
    of: int


@dataclass(frozen=True, slots=True)
class Round:
    """How many threads came back to a station over others (`stations`, from any of which it may
    begin), of how many that went any step of it."""

    stations: Path
    n: int
    of: int

    @property
    def pieces(self) -> tuple[Path, ...]:
        """The pieces of paths that are this round, from each station to itself."""
        turned = (self.stations[at:] + self.stations[:at] for at in range(len(self.stations)))
        return tuple((*one, one[0]) for one in turned)

    @property
    def steps(self) -> tuple[Path, ...]:
        """Its ways."""
        return tuple(pairwise((*self.stations, self.stations[0])))


def paths_of(rows: Iterable[tuple[Sequence[str], int]]) -> dict[Path, int]:
    """Rows of a path and its n, as a mapping."""
    found: Counter[Path] = Counter()
    for path, n in rows:
        found[tuple(path)] += n
    return dict(found)


def ways(paths: Paths, stayed: Mapping[str, int]) -> list[Way]:
    """Every way, the busiest first; a thread counts once on each. `stayed` are the threads that
    were at one station alone, where they are known."""
    went: Counter[Path] = Counter()
    met = Counter(stayed)
    for path, n in paths.items():
        went.update(dict.fromkeys(pairwise(path), n))
        met.update(dict.fromkeys(path, n))
    found = [Way(a, z, n, met[a]) for (a, z), n in went.items()]
    return sorted(found, key=lambda one: (-one.n, one.source, one.target))


def rounds(paths: Paths) -> list[Round]:
    """Every round, the one of most threads first; a thread counts once on each."""
    came: Counter[Path] = Counter()
    for path, n in paths.items():
        came.update(dict.fromkeys(set(_rounds_of(path)), n))
    found = [Round(one, n, _went_any(paths, one)) for one, n in came.items()]
    return sorted(found, key=lambda one: (-one.n, len(one.stations), one.stations))


def findings(paths: Paths) -> list[Round]:
    """The rounds that are worth a sentence."""
    every = rounds(paths)
    return [one for one in every if one.n >= LEAST_ROUND and one.n >= LEAST_SHARE * one.of]


def came_back(paths: Paths) -> int:
    """How many threads came back to any station."""
    return sum(n for path, n in paths.items() if len(set(path)) < len(path))


def stations(found: Iterable[Way]) -> list[str]:
    """Those that any of these ways has, the busiest first."""
    met: Counter[str] = Counter()
    for one in found:
        met.update({one.source: one.n, one.target: one.n})
    return sorted(met, key=lambda one: (-met[one], one))


def ends(paths: Paths) -> dict[tuple[str, str], int]:
    """How many of the threads that left the station where they began ended at which one; those that
    came back ended where they began."""
    found: Counter[tuple[str, str]] = Counter()
    for path, n in paths.items():
        found[path[0], path[-1]] += n
    return dict(found)


def stayed(paths: Paths, begun: Mapping[str, int]) -> dict[str, int]:
    """How many threads never left the station where they began; `begun` is how many began at
    each."""
    left: Counter[str] = Counter()
    for path, n in paths.items():
        left[path[0]] += n
    return {station: max(0, n - left[station]) for station, n in begun.items()}


def _rounds_of(path: Path) -> Iterator[Path]:
    """The shortest ways back to where it was, each begun at its first name of the alphabet."""
    last: dict[str, int] = {}
    for at, station in enumerate(path):
        if station in last:
            between = path[last[station] : at]
            if len(set(between)) == len(between):
                first = between.index(min(between))
                yield between[first:] + between[:first]
        last[station] = at


def _went_any(paths: Paths, stations: Path) -> int:
    steps = set(pairwise((*stations, stations[0])))
    return sum(n for path, n in paths.items() if steps.intersection(pairwise(path)))


def strongest(found: Iterable[Way]) -> Way | None:
    """The way that the largest share of those at a station took: the one that is surest to be
    large. None where all are few."""
    known = [one for one in found if one.n >= LEAST_WAY]
    return max(known, key=lambda one: (wilson(one.n, one.of).low, one.source), default=None)


@dataclass(frozen=True, slots=True)
class Best:
    """The channel that resolves a subject best, and the one that does so worst: share and n."""

    subject: str
    better: str
    worse: str
    shares: tuple[float, float]
    ns: tuple[int, int]


def best(subject: str, parts: Mapping[str, tuple[float, int]]) -> Best | None:
    """Of a subject's channels with enough contacts the best, where it is beyond chance better than
    the worst: their 95 % intervals do not meet. `parts` has the share and n of each."""
    known = {name: one for name, one in parts.items() if one[1] >= LEAST_COMPARED}
    if len(known) < 2:
        return None
    ordered = sorted(known, key=lambda name: (known[name][0], name))
    worse, better = ordered[0], ordered[-1]
    low, high = (_around(*known[name]) for name in (worse, better))
    if low.high >= high.low:
        return None
    pair = (known[better], known[worse])
    return Best(subject, better, worse, (pair[0][0], pair[1][0]), (pair[0][1], pair[1][1]))


def _around(share: float, n: int) -> Interval:
    return wilson(share * n, n)
