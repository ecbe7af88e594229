"""What is told besides conversations, the same in both tellings: intents, cases, purchases."""

from __future__ import annotations

from collections.abc import Iterator

from ccdash.ingest import events as ev
from ccdash.simulate.calendar import instant
from ccdash.simulate.centre import SOURCE
from ccdash.simulate.population import Person, person
from ccdash.simulate.visits import Conversation
from ccdash.simulate.week import Week

BUYING = frozenset({"Tarjous", "Tilaus"})
"""Matters in which the customer may buy when they have been helped."""
BOUGHT = frozenset({"Toimitus", "Hyvitys", "Reititin"})
"""Matters about something that was bought shortly before."""
DEAREST = 40_000
"""Cents."""


def doings(week: Week) -> Iterator[ev.Event]:
    """Everything that is no step of a conversation."""
    yield from _intents(week)
    for visit in week.conversations:
        if visit.round.matter.case_round:
            yield from _case(week, visit)
        if visit.round.number == 1 and not visit.is_test:
            yield from _purchase(week, visit)


def _intents(week: Week) -> Iterator[ev.Event]:
    places: dict[str, int] = {}
    for at, agent, intent, reason in week.declared:
        place = places[agent] = places.get(agent, 0) + 1
        key = f"intent-{agent}-{week.monday:%y%m%d}-{place}"
        yield ev.IntentDeclared(
            source=SOURCE, id=key, at=instant(at), sequence=place, agent=agent, intent=intent,
            reason=reason,
        )  # fmt: skip


def _case(week: Week, visit: Conversation) -> Iterator[ev.Event]:
    """A case is opened when the first contact ends that a person could have taken."""
    one = visit.round
    case, first = f"case-{one.matter.key}", one.matter.case_round
    customer = (person(week.centre, one.matter.customer).number,)
    if one.number == first and not visit.redial:
        yield ev.CaseOpened(
            source=SOURCE, id=f"{case}.opened", at=instant(visit.ended), case=case,
            subject=one.matter.subject, queue=one.queue.key, customer=customer,
        )  # fmt: skip
    if one.reopens and one.number > first and not visit.redial:
        at = instant(visit.stays[0].arrived)
        yield ev.CaseReopened(source=SOURCE, id=f"{case}.again-{one.number}", at=at, case=case)
    if one.closes and one.number >= first and visit.stays[-1].answered is not None:
        at, key = instant(visit.ended), f"{case}.resolved-{one.number}-{visit.redial}"
        yield ev.CaseResolved(source=SOURCE, id=key, at=at, sequence=1, case=case)


def _purchase(week: Week, visit: Conversation) -> Iterator[ev.Event]:
    one = visit.round
    luck, arrived = one.luck * 89 % 1, visit.stays[0].arrived
    if one.matter.subject in BOUGHT and luck < 0.7 and not visit.redial:
        at = max(week.starts, arrived - 1800 - int(luck * 72_000))
    elif one.matter.subject in BUYING and luck < 0.4 and visit.stays[-1].answered is not None:
        at = visit.ended
    else:
        return
    buyer: Person = person(week.centre, one.matter.customer)
    order = f"order-{one.matter.key}"
    cents = 990 + int(luck * luck * DEAREST) // 100 * 100
    yield ev.Purchased(
        source=SOURCE, id=order, at=instant(at), order=order,
        customer=(buyer.number, buyer.email), amount_minor=cents, currency="EUR",
        subject=one.matter.subject,
    )  # fmt: skip
