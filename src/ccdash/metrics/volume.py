"""How much came and how it ended."""

from __future__ import annotations

from ccdash.i18n import N_
from ccdash.metrics.metric import Metric
from ccdash.vocabulary import Better, Unit

VOLUME = (
    Metric(
        name="contacts",
        label=N_("Contacts"),
        definition=N_("All contacts in both directions, test calls left out."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        numerator={"contacts": 1},
    ),
    Metric(
        name="callers",
        label=N_("Callers"),
        definition=N_("Customers' visits: a caller who is transferred or queued again is one."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        numerator={"callers": 1},
    ),
    Metric(
        name="outbound",
        label=N_("Outbound"),
        definition=N_("Contacts that the centre started."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        numerator={"outbound": 1},
    ),
    Metric(
        name="offered",
        label=N_("Offered"),
        definition=N_(
            "Contacts that asked for a person and reached a queue or an agent: answered, "
            "abandoned, timed out or left otherwise. Those still waiting are apart."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        numerator={"offered": 1},
    ),
    Metric(
        name="arrived",
        label=N_("Arrived"),
        definition=N_("Contacts that asked for a person: offered and still waiting together."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        numerator={"offered": 1, "still_waiting": 1},
    ),
    Metric(
        name="queued",
        label=N_("Queued"),
        definition=N_("Contacts that really waited in a queue."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        numerator={"queued": 1},
    ),
    Metric(
        name="answered",
        label=N_("Answered"),
        definition=N_("Contacts that a person took, whether they waited or not."),
        unit=Unit.COUNT,
        better=Better.HIGHER,
        numerator={"answered": 1},
    ),
    Metric(
        name="answered_in_target",
        label=N_("Answered in target"),
        definition=N_("Answered within the target time that held for the queue on that day."),
        unit=Unit.COUNT,
        better=Better.HIGHER,
        numerator={"answered_in_target": 1},
    ),
    Metric(
        name="abandoned",
        label=N_("Abandoned"),
        definition=N_("Customers who left the queue before an answer."),
        unit=Unit.COUNT,
        better=Better.LOWER,
        numerator={"abandoned": 1},
    ),
    Metric(
        name="short_abandoned",
        label=N_("Short abandons"),
        definition=N_("Abandoned within the short-abandon limit."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        numerator={"short_abandoned": 1},
    ),
    Metric(
        name="timed_out",
        label=N_("Timed out"),
        definition=N_("Sent away from the queue after its longest waiting time."),
        unit=Unit.COUNT,
        better=Better.LOWER,
        numerator={"timed_out": 1},
    ),
    Metric(
        name="left_otherwise",
        label=N_("Left otherwise"),
        definition=N_(
            "Left the queue for voicemail, a callback or self-service, or were refused or cut off."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        numerator={"left_otherwise": 1},
    ),
    Metric(
        name="left_before_queue",
        label=N_("Left before the queue"),
        definition=N_("Hung up in the voice menu or bot, before any queue."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        numerator={"left_before_queue": 1},
    ),
    Metric(
        name="hung_up",
        label=N_("Hung up anywhere"),
        definition=N_("Left without an answer, in the queue or in the voice menu."),
        unit=Unit.COUNT,
        better=Better.LOWER,
        numerator={"abandoned": 1, "left_before_queue": 1},
    ),
    Metric(
        name="still_waiting",
        label=N_("Still waiting"),
        definition=N_("Contacts that have neither been answered nor left."),
        unit=Unit.COUNT,
        better=Better.LOWER,
        numerator={"still_waiting": 1},
    ),
    Metric(
        name="handled",
        label=N_("Handled"),
        definition=N_("Contacts that a person took and finished."),
        unit=Unit.COUNT,
        better=Better.HIGHER,
        numerator={"handled": 1},
    ),
    Metric(
        name="customers",
        label=N_("Customers"),
        definition=N_(
            "Different recognised customers; test calls left out. Not additive over time."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        numerator={"customers": 1},
        rows={"known_customer": 1},
    ),
    Metric(
        name="recognised_customers",
        label=N_("Recognised customers"),
        definition=N_(
            "Different customers that the source recognised, in its test calls too. "
            "Not additive over time."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        numerator={"recognised_customers": 1},
        rows={"recognised": 1},
    ),
    Metric(
        name="known_customer_rate",
        label=N_("Recognised contacts"),
        definition=N_("Contacts whose customer was recognised, of all contacts."),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        numerator={"known_customer": 1},
        denominator={"contacts": 1},
    ),
    Metric(
        name="agents",
        label=N_("Agents"),
        definition=N_("Different agents who answered. Not additive over time."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        numerator={"agents": 1},
        rows={"with_agent": 1},
    ),
    Metric(
        name="tests",
        label=N_("Test calls"),
        definition=N_("Contacts marked as tests by the source. They are in no other figure."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        numerator={"tests": 1},
    ),
)
