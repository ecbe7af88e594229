"""One week of the centre, a pure function of (centre, seed, Monday).

Weeks can be made newest first, in parallel, and again after a restart, because none needs another:

- Who comes is planned by day (`matters`). A week's arrivals are the matters of its days and the
  planned returns of matters of the three weeks before; plans know nothing of queues.
- What happens to them (`floor`) starts on Monday with empty hands and an empty inbox. Written
  contacts wait over nights and over Saturday; on Sunday a small weekend duty answers what is left.
  What is written on Sunday after 22:30 is planned for after midnight, and an hour before the end
  the last mail is on a desk. So no contact is open at the border between two weeks.
- Nothing of a week is told outside it: surveys that would be answered later are not answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ccdash.simulate.calendar import WEEK, midnight, start_of_day
from ccdash.simulate.centre import Centre
from ccdash.simulate.floor import Floor
from ccdash.simulate.matters import Matter, Round, arrivals
from ccdash.simulate.memory import uncollected
from ccdash.simulate.people import Shift, shifts_of
from ccdash.simulate.visits import Conversation, Declared, Stay
from ccdash.vocabulary import Channel, Outcome

TEST_AT = 7 * 3600 + 2940
"""Every Monday before opening somebody calls whether the telephone works."""


@dataclass(frozen=True, eq=False)
class Week:
    """What happened in [starts, ends), epoch seconds of two local midnights."""

    centre: Centre
    seed: int
    monday: date
    starts: int
    ends: int
    shifts: tuple[Shift, ...]
    conversations: tuple[Conversation, ...]
    """In the order of their arrival."""
    declared: tuple[Declared, ...]


@uncollected()
def simulate(centre: Centre, seed: int, monday: date) -> Week:
    """The week of that Monday."""
    if monday.weekday() != 0:
        raise ValueError(f"{monday} is no Monday")
    floor = Floor(centre, seed, monday)
    shifts = shifts_of(centre, seed, monday)
    floor.run(arrivals(centre, seed, monday), shifts)
    found = [*_tests(centre, monday), *floor.conversations]
    found.sort(key=lambda one: (one.stays[0].arrived, one.key))
    return Week(
        centre=centre,
        seed=seed,
        monday=monday,
        starts=start_of_day(centre, monday),
        ends=start_of_day(centre, monday + WEEK),
        shifts=shifts,
        conversations=tuple(found),
        declared=tuple(floor.staff.declared),
    )


def _tests(centre: Centre, monday: date) -> list[Conversation]:
    """The test calls of a Monday morning: one a line, in turn."""
    phones = [one for one in centre.queues if one.channel is Channel.PHONE]
    if not phones:
        return []
    queue = phones[monday.toordinal() // 7 % len(phones)]
    at = midnight(centre, monday) + TEST_AT
    matter = Matter(f"{monday:%y%m%d}-test", -1, queue.languages[0], "Testi", case_round=0)
    planned = Round(
        at, matter, number=1, queue=queue, point=centre.points[0].name, solves=True, closes=True,
        reopens=False, luck=0.0,
    )  # fmt: skip
    visit, stay = Conversation(planned), Stay(queue, at, at)
    stay.answered, stay.ended, stay.done = at + 3, at + 40, at + 40
    stay.outcome = Outcome.HANDLED
    visit.is_test = True
    visit.stays.append(stay)
    return [visit]
