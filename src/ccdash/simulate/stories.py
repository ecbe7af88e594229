"""The true answers about the planted stories, and about everything: what screens must say.

A story is told by what it changed (`planted`); here the simulator counts what came of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ccdash.ingest.identities import STRENGTH
from ccdash.simulate import planted
from ccdash.simulate.calendar import WEEK, instant
from ccdash.simulate.centre import Centre
from ccdash.simulate.counting import Seen, Tally, seen, tallied
from ccdash.simulate.planted import Plot, Story, stories_between
from ccdash.simulate.population import person
from ccdash.simulate.resolved import Resolved, resolved
from ccdash.simulate.telling import identities
from ccdash.simulate.week import Week
from ccdash.vocabulary import Channel, IdentityKind, Outcome


@dataclass(frozen=True)
class Scope:
    """What to ask for: local days [start, end), and words of filters; none is every one. Queues
    are named as on screens."""

    start: date
    end: date
    channels: tuple[Channel, ...] = ()
    queues: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One contact as a list of contacts shows it; `queue` is the name on screens."""

    at: datetime
    channel: Channel
    queue: str | None
    outcome: Outcome
    key: str


@dataclass(frozen=True)
class Example:
    """The customer with the most contacts in the scope among those who are always recognised by
    their number, and all their contacts of the covered weeks, in order."""

    number: str
    name: str
    in_scope: int
    contacts: tuple[Entry, ...]


@dataclass(frozen=True)
class Passed:
    """Conversations that agents of one queue passed on to another, by their keys."""

    queue: str
    to: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Again:
    """Matters that began in the scope and came back by e-mail: (first contact, e-mail) by key."""

    begun: int
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class StoryTruth:
    """What one story came to. `before` is of as many days just before it, of a single day that of
    the week before; None where they are not covered. `by_channel` is of the whole centre."""

    story: Story
    scope: Scope
    tally: Tally
    before: Tally | None
    by_channel: tuple[tuple[Channel, Tally], ...]
    passed: tuple[Passed, ...]
    again: Again | None
    example: Example | None


@dataclass(frozen=True)
class Truths:
    """The true answers of the covered weeks, local days [start, end)."""

    seed: int
    start: date
    end: date
    total: Tally
    by_channel: tuple[tuple[Channel, Tally], ...]
    by_queue: tuple[tuple[str, Tally], ...]
    resolved: Resolved
    resolved_by_channel: tuple[tuple[Channel, Resolved], ...]
    stories: tuple[StoryTruth, ...]


def truths(centre: Centre, seed: int, weeks: Iterable[Week]) -> Truths:
    """The answers for these weeks, which follow each other without a gap. Left out are stories that
    are not wholly covered, or whose queues the centre does not have. Raises ValueError for no
    weeks, a gap, or another seed."""
    ordered = _consecutive(seed, weeks)
    rows = list(seen(ordered))
    start, end = ordered[0].monday, ordered[-1].monday + WEEK
    covered = [one for one in stories_between(start, end) if start <= one.start and one.end <= end]
    told = [one for one in covered if _has_queues(centre, one)]
    answers = _Answers(centre, rows, start)
    visits = [one for week in ordered for one in week.conversations]
    ends = ordered[-1].ends
    return Truths(
        seed=seed,
        start=start,
        end=end,
        total=tallied(centre, rows),
        by_channel=_by_channel(centre, rows),
        by_queue=_by_queue(centre, rows),
        resolved=resolved(visits, None, ends),
        resolved_by_channel=tuple((one, resolved(visits, one, ends)) for one in Channel),
        stories=tuple(answers.of(story) for story in told),
    )


def scope_of(centre: Centre, story: Story) -> Scope:
    """Where to look for the story."""
    match story.plot:
        case Plot.PRICE_RISE:
            return Scope(story.start, story.end, (planted.PRICE_CHANNEL,))
        case Plot.TRANSFER_LOOP:
            return Scope(story.start, story.end, queues=_names(centre, planted.LOOP))
        case Plot.MISSING_FIELD:
            return Scope(story.start, story.end, queues=_names(centre, (planted.FORM_QUEUE,)))
        case Plot.OVERLOADED_MONDAY:
            return Scope(story.start, story.end)


def _has_queues(centre: Centre, story: Story) -> bool:
    """Whether the centre has the queues that the story is about."""
    needed = {Plot.TRANSFER_LOOP: planted.LOOP, Plot.MISSING_FIELD: (planted.FORM_QUEUE,)}
    return set(needed.get(story.plot, ())) <= set(centre.queue)


def _names(centre: Centre, keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(centre.queue[key].name for key in keys if key in centre.queue)


def _consecutive(seed: int, weeks: Iterable[Week]) -> list[Week]:
    ordered = sorted(weeks, key=lambda week: week.monday)
    if not ordered or any(week.seed != seed for week in ordered):
        raise ValueError("truths are of one seed and of one week at least")
    mondays = [week.monday for week in ordered]
    if mondays != [mondays[0] + WEEK * place for place in range(len(mondays))]:
        raise ValueError("the weeks do not follow each other")
    return ordered


def _by_channel(centre: Centre, rows: Sequence[Seen]) -> tuple[tuple[Channel, Tally], ...]:
    found: dict[Channel, list[Seen]] = {channel: [] for channel in Channel}
    for row in rows:
        found[row.channel].append(row)
    return tuple((channel, tallied(centre, of)) for channel, of in found.items())


def _by_queue(centre: Centre, rows: Sequence[Seen]) -> tuple[tuple[str, Tally], ...]:
    """Of every queue, by its name on screens; who was in none is in none here."""
    found: dict[str, list[Seen]] = {
        one.key: [] for one in centre.queues if one.channel is not Channel.SELF_SERVICE
    }
    for row in rows:
        if row.queue is not None:
            found[row.queue].append(row)
    return tuple((centre.queue[key].name, tallied(centre, of)) for key, of in found.items())


@dataclass(frozen=True)
class _Answers:
    """Answers about stories from all stays of the covered weeks."""

    centre: Centre
    rows: Sequence[Seen]
    start: date

    def of(self, story: Story) -> StoryTruth:
        scope = scope_of(self.centre, story)
        days = [row for row in self.rows if scope.start <= row.day < scope.end]
        found = self._within(scope, self.rows)
        is_loop, is_form = (story.plot is one for one in (Plot.TRANSFER_LOOP, Plot.MISSING_FIELD))
        return StoryTruth(
            story=story,
            scope=scope,
            tally=tallied(self.centre, found),
            before=self._before(scope),
            by_channel=_by_channel(self.centre, days),
            passed=self._passed(found) if is_loop else (),
            again=self._again(found) if is_form else None,
            example=self._example(found),
        )

    def _within(self, scope: Scope, rows: Iterable[Seen]) -> list[Seen]:
        return [
            row
            for row in rows
            if scope.start <= row.day < scope.end
            and (not scope.channels or row.channel in scope.channels)
            and (not scope.queues or self._name(row.queue) in scope.queues)
        ]

    def _name(self, queue: str | None) -> str | None:
        return None if queue is None else self.centre.queue[queue].name

    def _before(self, scope: Scope) -> Tally | None:
        back = max(scope.end - scope.start, timedelta(days=7))
        earlier = replace(scope, start=scope.start - back, end=scope.end - back)
        if earlier.start < self.start:
            return None
        return tallied(self.centre, self._within(earlier, self.rows))

    def _passed(self, found: Sequence[Seen]) -> tuple[Passed, ...]:
        keys: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in found:
            if row.queue and row.stay.moves_to is not None:
                keys[row.queue, row.stay.moves_to.key].append(row.visit.key)
        return tuple(
            Passed(self.centre.queue[queue].name, self.centre.queue[to].name, tuple(sorted(of)))
            for (queue, to), of in sorted(keys.items())
        )

    def _again(self, found: Sequence[Seen]) -> Again:
        begun = {row.visit.round.matter.key: row.visit.key for row in found if _is_first(row)}
        mails = [
            row.visit
            for row in self.rows
            if row.channel is planted.FORM_RETURNS_BY and row.visit.round.number == 2
        ]
        pairs = ((begun.get(one.round.matter.key), one.key) for one in mails)
        return Again(len(begun), tuple(sorted((form, mail) for form, mail in pairs if form)))

    def _example(self, found: Sequence[Seen]) -> Example | None:
        counts: dict[int, int] = defaultdict(int)
        for row in found:
            if not row.visit.is_test:
                counts[row.visit.round.matter.customer] += 1
        most = sorted(counts, key=lambda customer: (-counts[customer], customer))
        known = self._of_customers(frozenset(most))
        for customer in most:
            if all(self._is_recognised(row) for row in known[customer]):
                return self._told(customer, counts[customer], known[customer])
        return None

    def _of_customers(self, customers: frozenset[int]) -> dict[int, list[Seen]]:
        found: dict[int, list[Seen]] = defaultdict(list)
        for row in self.rows:
            if row.visit.round.matter.customer in customers:
                found[row.visit.round.matter.customer].append(row)
        return found

    def _is_recognised(self, row: Seen) -> bool:
        shown = identities(self.centre, row.visit)
        strongest = min((STRENGTH[one.kind] for one in shown), default=None)
        return strongest == STRENGTH[IdentityKind.CUSTOMER_NUMBER]

    def _told(self, customer: int, in_scope: int, rows: Sequence[Seen]) -> Example:
        entries = [
            Entry(
                instant(row.stay.arrived), row.channel, self._name(row.queue), row.stay.outcome,
                row.visit.key,
            )
            for row in rows
        ]  # fmt: skip
        one = person(self.centre, customer)
        ordered = sorted(entries, key=lambda entry: (entry.at, entry.key))
        return Example(one.number.value, one.name, in_scope, tuple(ordered))


def _is_first(row: Seen) -> bool:
    return row.visit.round.number == 1 and row.visit.redial == 0 and row.place == 0
