"""The stories that are planted in every year, as rules on the date and as what they change.

- Price rise, 14 days from the first Monday of February, June, October: matters of the price x 2.2;
  chats are longer, solve less and please less.
- Transfer loop, 21 days from the second Monday of March, July, November: two queues send callers to
  and fro.
- Missing field, 42 days from the first Monday of April, August, December: whoever used the form
  must write an e-mail, too.
- Overloaded Monday, the second Monday of January, May, September: arrivals x 1.8, a third of the
  people ill.

And all the time the four views of first contact resolution differ: agents call solved what is not,
customers less so, and on one's own channel fewer come back than on any.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from ccdash.vocabulary import Channel, Word


class Plot(Word):
    """What goes wrong."""

    PRICE_RISE = "price rise"
    TRANSFER_LOOP = "transfer loop"
    MISSING_FIELD = "missing field"
    OVERLOADED_MONDAY = "overloaded Monday"


@dataclass(frozen=True)
class Rule:
    """When a plot repeats: on the n-th Monday of its months, for so many days."""

    plot: Plot
    months: tuple[int, ...]
    nth_monday: int
    days: int


@dataclass(frozen=True, order=True)
class Story:
    """One instance of a plot: local days [start, end)."""

    start: date
    end: date
    plot: Plot


RULES = (
    Rule(Plot.OVERLOADED_MONDAY, (1, 5, 9), 2, 1),
    Rule(Plot.PRICE_RISE, (2, 6, 10), 1, 14),
    Rule(Plot.TRANSFER_LOOP, (3, 7, 11), 2, 21),
    Rule(Plot.MISSING_FIELD, (4, 8, 12), 1, 42),
)
PRICE_SUBJECT = "Hinta"
PRICE_FACTOR = 2.2
PRICE_CHANNEL = Channel.CHAT
CHAT_LENGTHENS = 1.4
CHAT_SOLVES = 0.75
CHAT_DISPLEASES = 0.12
LOOP = ("phone-invoices", "phone-contracts")
LOOP_THERE = 0.30
LOOP_BACK = 0.75
LOOP_STAYS = 4
FORM_QUEUE = "form-moving"
FORM_RETURNS_BY = Channel.EMAIL
MONDAY_FACTOR = 1.8
MONDAY_ILL = 1 / 3
AGENTS_SAY = 0.92
"""How often an agent says whether the matter is solved."""
AGENTS_HOPE = 0.80
"""How often they call solved what is not."""
ALSO_ASKED = 0.30
"""Of those who are asked how it was, how many also whether it was solved at first contact."""
CUSTOMERS_HOPE = 0.70
CUSTOMERS_DOUBT = 0.03
"""How often they call solved what is not, and not solved what is."""


def agent_says(solves: bool, luck: float) -> bool | None:  # noqa: FBT001
    """Whether the agent calls it solved; None where nothing is said. `luck` in [0, 1) chooses."""
    if luck * 379 % 1 >= AGENTS_SAY:
        return None
    return solves or luck * 641 % 1 < AGENTS_HOPE


def customer_says(solves: bool, luck: float) -> bool:  # noqa: FBT001
    """Whether the customer calls it solved at first contact."""
    drawn = luck * 883 % 1
    return drawn >= CUSTOMERS_DOUBT if solves else drawn < CUSTOMERS_HOPE


def stories_of(year: int) -> list[Story]:
    """Every story that begins in the year, the earliest first."""
    found = [_instance(rule, year, month) for rule in RULES for month in rule.months]
    return sorted(found)


def stories_between(first: date, last: date) -> list[Story]:
    """Every story of which a day lies in [first, last)."""
    years = range(first.year - 1, last.year + 1)
    known = [story for year in years for story in stories_of(year)]
    return [story for story in known if story.start < last and story.end > first]


@lru_cache(maxsize=4096)
def on(day: date) -> frozenset[Plot]:
    """What goes wrong on that day."""
    return frozenset(story.plot for story in stories_between(day, day + timedelta(days=1)))


def _instance(rule: Rule, year: int, month: int) -> Story:
    first = date(year, month, 1)
    monday = first + timedelta(days=-first.weekday() % 7 + 7 * (rule.nth_monday - 1))
    return Story(monday, monday + timedelta(days=rule.days), rule.plot)
