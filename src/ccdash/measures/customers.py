"""What is counted of contacts beside others of the same person: who came back, and after what."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Interval, and_, cast, column, literal, or_, table

from ccdash.measure import Columns, Condition, Fact, Measure
from ccdash.measures.contacts import CAME, asked, handled, in_self_service
from ccdash.schema import Instant
from ccdash.sums import MOST_DAYS
from ccdash.vocabulary import Outcome

# Contacts with the customer's next one (store/repeats.py) -----------------------------------------


def _resolvable(of: Columns) -> ColumnElement[bool]:
    """Handled, and it would be seen if the customer came back: the start of a conversation."""
    return and_(asked(of), handled(of), of.is_known, of.root_id == of.contact_id)


def _repeated(name: str, days: int) -> Condition:
    """Within so many days of 24 hours."""
    window = cast(literal(f"{days * 24} hours"), Interval)
    return lambda of: and_(
        of[name].is_not(None), _resolvable(of), of[name] < of.arrived_at + window
    )


def _contained(days: int) -> Condition:
    """Nothing but self service within so many days of 24 hours."""
    window = cast(literal(f"{days * 24} hours"), Interval)
    return lambda of: and_(
        of.outcome == Outcome.SELF_SERVED,
        asked(of),
        of.is_known,
        or_(of.next_human_at.is_(None), of.next_human_at >= of.arrived_at + window),
    )


REPEATS = (
    Measure("resolvable", Fact.REPEAT, _resolvable),
    *(
        Measure(f"{name}_{days}", Fact.REPEAT, _repeated(at, days))
        for name, at in (("repeated", "next_at"), ("repeated_same", "next_same_at"))
        for days in range(1, MOST_DAYS + 1)
    ),
    Measure(
        "self_service_known",
        Fact.REPEAT,
        lambda of: and_(in_self_service(of), of.is_known),
    ),
    *(
        Measure(f"contained_{days}", Fact.REPEAT, _contained(days))
        for days in range(1, MOST_DAYS + 1)
    ),
)

FOLLOWED = table(
    "contact",
    *(column(one.name, one.type) for one in CAME),
    column("next_at", Instant),
    column("next_same_at", Instant),
    column("next_human_at", Instant),
).c
"""The columns of Fact.REPEAT: those of Fact.CONTACT, and when the same person came next."""

# Contacts with the customer's earlier ones (store/failures.py) ------------------------------------


def _demand(of: Columns) -> ColumnElement[bool]:
    """A known customer asked for a person or came to one: it would be seen what was before."""
    wants_person = or_(of.queued_at.is_not(None), of.answered_at.is_not(None))
    return and_(asked(of), of.is_known, wants_person)


def _failed(days: int) -> Condition:
    """We had failed the customer within so many days of 24 hours. Looked up of what is asked of a
    person alone."""
    window = cast(literal(f"{days * 24} hours"), Interval)
    return lambda of: and_(of.failed_at.is_not(None), of.failed_at > of.arrived_at - window)


FAILURES = (
    Measure("known_demand", Fact.FAILURE, _demand),
    *(
        Measure(f"failure_demand_{days}", Fact.FAILURE, _failed(days))
        for days in range(1, MOST_DAYS + 1)
    ),
)

PRECEDED = table(
    "contact",
    *(column(one.name, one.type) for one in CAME),
    column("failed_at", Instant),
).c
"""The columns of Fact.FAILURE: those of Fact.CONTACT, and when the same person had come in vain."""
