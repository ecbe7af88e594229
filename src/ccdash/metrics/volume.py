"""How much came and how it ended."""

from __future__ import annotations

from ccdash.i18n import N_
from ccdash.metrics.metric import Metric
from ccdash.metrics.register import (
    BACKLOG,
    CHECKS,
    DEMAND,
    LOST,
    PRESENCE,
    RECOGNITION,
    SERVED,
    WAY_IN,
)
from ccdash.vocabulary import Better, Unit

VOLUME = (
    Metric(
        name="contacts",
        label=N_("Contacts"),
        definition=N_("All contacts in both directions, test calls left out."),
        is_not=N_(
            "Not people and not matters: a customer who comes three times is three contacts, and "
            "outbound contacts are in it."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=DEMAND,
        numerator={"contacts": 1},
    ),
    Metric(
        name="callers",
        label=N_("Callers"),
        definition=N_("Customers' visits: a caller who is transferred or queued again is one."),
        is_not=N_(
            "Not different people: the same customer who comes again later is another caller."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=DEMAND,
        numerator={"callers": 1},
    ),
    Metric(
        name="outbound",
        label=N_("Outbound"),
        definition=N_("Contacts that the centre started."),
        is_not=N_("Not the number of customers reached: attempts that nobody answered are in it."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=DEMAND,
        numerator={"outbound": 1},
    ),
    Metric(
        name="offered",
        label=N_("Offered"),
        definition=N_(
            "Contacts that asked for a person and reached a queue or an agent: answered, "
            "abandoned, timed out or left otherwise. Those still waiting are apart."
        ),
        is_not=N_(
            "Not all contacts: outbound contacts, those that ended in the voice menu or bot and "
            "those still waiting are not in it."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=DEMAND,
        numerator={"offered": 1},
    ),
    Metric(
        name="arrived",
        label=N_("Arrived"),
        definition=N_("Contacts that asked for a person: offered and still waiting together."),
        is_not=N_(
            "Not all contacts: outbound contacts and those that ended in the voice menu or bot "
            "are not in it."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=DEMAND,
        numerator={"offered": 1, "still_waiting": 1},
    ),
    Metric(
        name="queued",
        label=N_("Queued"),
        definition=N_("Contacts that really waited in a queue."),
        is_not=N_(
            "Not all who were offered: those who reached a person without a queue are not in it, "
            "and those who still wait are."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=DEMAND,
        numerator={"queued": 1},
    ),
    Metric(
        name="answered",
        label=N_("Answered"),
        definition=N_("Contacts that a person took, whether they waited or not."),
        is_not=N_(
            "Not matters settled: it says that a person took the contact, not how it ended, and "
            "outbound contacts are not in it."
        ),
        unit=Unit.COUNT,
        better=Better.HIGHER,
        purpose=SERVED,
        numerator={"answered": 1},
    ),
    Metric(
        name="answered_in_target",
        label=N_("Answered in target"),
        definition=N_("Answered within the target time that held for the queue on that day."),
        is_not=N_(
            "Not a share: it grows with the number of contacts, so read it beside the service "
            "level."
        ),
        unit=Unit.COUNT,
        better=Better.HIGHER,
        purpose=SERVED,
        numerator={"answered_in_target": 1},
    ),
    Metric(
        name="abandoned",
        label=N_("Abandoned"),
        definition=N_("Customers who left the queue before an answer."),
        is_not=N_(
            "Not everybody without an answer: those who left in the voice menu, timed out or went "
            "to voicemail or a callback are counted apart."
        ),
        unit=Unit.COUNT,
        better=Better.LOWER,
        purpose=LOST,
        numerator={"abandoned": 1},
    ),
    Metric(
        name="short_abandoned",
        label=N_("Short abandons"),
        definition=N_("Abandoned within the short-abandon limit."),
        is_not=N_("Not beside the abandoned contacts but among them."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=LOST,
        numerator={"short_abandoned": 1},
    ),
    Metric(
        name="timed_out",
        label=N_("Timed out"),
        definition=N_("Sent away from the queue after its longest waiting time."),
        is_not=N_(
            "Not the customer's own choice: the longest wait that the queue allows ended it."
        ),
        unit=Unit.COUNT,
        better=Better.LOWER,
        purpose=LOST,
        numerator={"timed_out": 1},
    ),
    Metric(
        name="left_otherwise",
        label=N_("Left otherwise"),
        definition=N_(
            "Left the queue for voicemail, a callback or self-service, or were refused or cut off."
        ),
        is_not=N_(
            "Not abandons: these customers were led another way, or were refused or cut off."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=WAY_IN,
        numerator={"left_otherwise": 1},
    ),
    Metric(
        name="left_before_queue",
        label=N_("Left before the queue"),
        definition=N_("Hung up in the voice menu or bot, before any queue."),
        is_not=N_(
            "Not abandons, and not always a loss: some may have heard in the menu what they needed."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=WAY_IN,
        numerator={"left_before_queue": 1},
    ),
    Metric(
        name="hung_up",
        label=N_("Hung up anywhere"),
        definition=N_("Left without an answer, in the queue or in the voice menu."),
        is_not=N_(
            "Not everybody without an answer: those who timed out or went to voicemail or a "
            "callback are not in it."
        ),
        unit=Unit.COUNT,
        better=Better.LOWER,
        purpose=LOST,
        numerator={"abandoned": 1, "left_before_queue": 1},
    ),
    Metric(
        name="still_waiting",
        label=N_("Still waiting"),
        definition=N_("Contacts that have neither been answered nor left."),
        is_not=N_(
            "Not the queue of this moment alone: contacts of the period that no source has ended "
            "stay in it."
        ),
        unit=Unit.COUNT,
        better=Better.LOWER,
        purpose=BACKLOG,
        numerator={"still_waiting": 1},
    ),
    Metric(
        name="handled",
        label=N_("Handled"),
        definition=N_("Contacts that a person took and finished."),
        is_not=N_(
            "Not the same as answered: outbound contacts are in it, and those answered but not "
            "finished are not."
        ),
        unit=Unit.COUNT,
        better=Better.HIGHER,
        purpose=SERVED,
        numerator={"handled": 1},
    ),
    Metric(
        name="customers",
        label=N_("Customers"),
        definition=N_(
            "Different people who came, each once, whatever contact details they were known by; "
            "test calls left out. Not additive over time."
        ),
        is_not=N_(
            "Not everybody who came: who was not recognised, or only by a shared detail, is not in "
            "it, and days do not add up to weeks."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=RECOGNITION,
        numerator={"customers": 1},
        rows={"known_customer": 1},
    ),
    Metric(
        name="recognised_customers",
        label=N_("Recognised customers"),
        definition=N_(
            "Different people whom the source recognised, each once, in its test calls too. "
            "Not additive over time."
        ),
        is_not=N_(
            "Not the customers of any other figure: those known from test calls alone are in it."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=RECOGNITION,
        numerator={"recognised_customers": 1},
        rows={"recognised": 1},
    ),
    Metric(
        name="known_customer_rate",
        label=N_("Recognised contacts"),
        definition=N_("Contacts of which it is known who came, of all contacts."),
        is_not=N_(
            "Not a share of customers: one who comes often counts each time. By a detail that "
            "several people share, as a switchboard's number, nobody is known."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=RECOGNITION,
        numerator={"known_customer": 1},
        denominator={"contacts": 1},
    ),
    Metric(
        name="agents",
        label=N_("Agents"),
        definition=N_("Different agents who answered. Not additive over time."),
        is_not=N_(
            "Not the people on duty: those who were signed in and took nothing are not in it, and "
            "days do not add up to weeks."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=PRESENCE,
        numerator={"agents": 1},
        rows={"with_agent": 1},
    ),
    Metric(
        name="tests",
        label=N_("Test calls"),
        definition=N_("Contacts marked as tests by the source. They are in no other figure."),
        is_not=N_("Not contacts of customers: the source marks them as made to try a line."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=CHECKS,
        numerator={"tests": 1},
    ),
)
