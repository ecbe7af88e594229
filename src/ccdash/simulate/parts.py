"""What a centre is made of: queues, contact points, people, habits of channels. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from ccdash.vocabulary import Channel

Span = tuple[int, int]
"""[start, end) in seconds after local midnight."""


@dataclass(frozen=True, eq=False)
class Hours:
    """When something is open: Monday to Sunday, None for closed; public holidays apart."""

    name: str
    week: tuple[Span | None, ...]
    holiday: Span | None


@dataclass(frozen=True)
class Habits:
    """How customers and work behave in one channel; durations are medians in seconds."""

    channel: Channel
    hours_of_day: tuple[float, ...]
    weekdays: tuple[float, ...]
    is_live: bool
    spread: float
    menu: int
    leaves_in_menu: float
    patience: int
    patience_spread: float
    hasty: float
    sorting: int
    solved: float
    held: float
    transferred: float
    rings_out: float
    returns_here: float


@dataclass(frozen=True, eq=False)
class Queue:
    """One queue. `a_day` matters begin here on an ordinary day; `talk` and `wrap_up` are medians
    in seconds; the first subject and language are the most common."""

    key: str
    name: str
    channel: Channel
    languages: tuple[str, ...]
    subjects: tuple[str, ...]
    hours: Hours
    a_day: float
    talk: int
    wrap_up: int


@dataclass(frozen=True)
class ContactPoint:
    """A number, an address, a form: the visible name is its key."""

    name: str
    queues: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class Agent:
    """Somebody who works here. `skills` are keys of queues, the preferred first; `rota` says on
    which weekends, `saturday 2` being every Saturday of the second of three weeks."""

    key: str
    name: str
    team: str
    skills: tuple[str, ...]
    shift: Span
    days_off: tuple[int, ...]
    rota: tuple[str, int] | None
    chats: int
    pace: float


@dataclass(frozen=True)
class Staffing:
    """What keeps people from being there, and what they do besides contacts."""

    ill: float
    holiday_by_month: tuple[float, ...]
    saturday: Span
    sunday: Span
    lunch: int
    coffee: int
    extras: tuple[tuple[str, str, float, int], ...]
    """(intent, reason, chance a shift, seconds)"""
    reserve: int


@dataclass(frozen=True)
class Volume:
    """How much there is to do: yearly season by month, slow growth, size of the population."""

    season: tuple[float, ...]
    growth_a_year: float
    growth_from_year: int
    customers: int
    scale: float


@dataclass(frozen=True)
class Returns:
    """How an unsolved matter comes back."""

    days: float
    spread: float
    redials: float
    redial_after: int
    closes_early: float
    hurries: float
    channels: tuple[tuple[Channel, float], ...]


@dataclass(frozen=True)
class Asking:
    """Surveys: how many are asked and answer, and which question they get."""

    asked: float
    answered: float
    kinds: tuple[float, float, float]
    """Weights of CSAT, NPS, CES."""
    mood: float
    answer_after: int


@dataclass(frozen=True)
class Names:
    """Made-up names of one language, and its share of the customers."""

    language: str
    share: float
    first: tuple[str, ...]
    last: tuple[str, ...]
