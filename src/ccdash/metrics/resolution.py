"""Whether a matter was solved at first contact: nobody came back within the window."""

from __future__ import annotations

import re
from dataclasses import replace

from ccdash.errors import BadQuery
from ccdash.i18n import N_
from ccdash.metrics.metric import Metric, Needs, Sum
from ccdash.metrics.register import ANSWERING
from ccdash.metrics.register import RESOLUTION as PURPOSE
from ccdash.sums import MOST_DAYS
from ccdash.vocabulary import Better, Unit

USUAL_DAYS = 7

RESOLUTION = (
    Metric(
        name="fcr",
        label=N_("First contact resolution"),
        definition=N_(
            "Handled contacts whose customer did not come back about the same matter within the "
            "window, on any channel and by any contact detail, of handled contacts of known "
            "customers."
        ),
        is_not=N_(
            "Not proof that the matter was solved: some give up. Not in it are contacts of which "
            "nobody knows who came, and those younger than the window, which are not yet known."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=PURPOSE,
        numerator={"resolvable": 1, f"repeated_{USUAL_DAYS}": -1},
        denominator={"resolvable": 1},
        window_days=USUAL_DAYS,
    ),
    Metric(
        name="fcr_same_channel",
        label=N_("First contact resolution, same channel"),
        definition=N_(
            "As first contact resolution, but only a return on the same channel counts against it."
        ),
        is_not=N_(
            "Not the whole truth: a customer who writes because the call did not help counts as "
            "helped here."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=PURPOSE,
        numerator={"resolvable": 1, f"repeated_same_{USUAL_DAYS}": -1},
        denominator={"resolvable": 1},
        window_days=USUAL_DAYS,
    ),
    Metric(
        name="fcr_agent",
        label=N_("First contact resolution, agents say"),
        definition=N_(
            "Handled contacts that the agent called solved, of those of which the agent said "
            "whether they were."
        ),
        is_not=N_(
            "Not what customers see: agents are hopeful. How hopeful, the distance to first "
            "contact resolution shows."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=PURPOSE,
        numerator={"agent_resolved_yes": 1},
        denominator={"agent_resolved_said": 1},
        needs=Needs.AGENT_RESOLVED,
    ),
    Metric(
        name="fcr_customer",
        label=N_("First contact resolution, customers say"),
        definition=N_("Answers that the matter was solved at first contact, of answers."),
        is_not=N_(
            "Not what all customers say: those who did not answer may say otherwise; and what "
            "seems solved today may come back."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=PURPOSE,
        numerator={"fcr_solved": 1},
        denominator={"fcr_responses": 1},
        needs=Needs.FCR,
    ),
    Metric(
        name="fcr_customer_response_rate",
        label=N_("Response rate, solved at first contact"),
        definition=N_(
            "Answers whether the matter was solved at first contact, of customers asked."
        ),
        is_not=N_(
            "Not a figure of resolution: it says how far the answers can speak for those who were "
            "asked."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=ANSWERING,
        numerator={"fcr_responses": 1},
        denominator={"fcr_asked": 1},
        needs=Needs.FCR,
    ),
    Metric(
        name="channel_leak",
        label=N_("Channel leak"),
        definition=N_(
            "Handled contacts whose customer came back within the window, but only on another "
            "channel, of handled contacts of known customers."
        ),
        is_not=N_("Not a transfer: the customer, not an agent, chose the other channel."),
        unit=Unit.RATIO,
        better=Better.LOWER,
        purpose=PURPOSE,
        numerator={f"repeated_{USUAL_DAYS}": 1, f"repeated_same_{USUAL_DAYS}": -1},
        denominator={"resolvable": 1},
        window_days=USUAL_DAYS,
    ),
    Metric(
        name="repeat_contacts",
        label=N_("Contacts followed by a repeat"),
        definition=N_(
            "Handled contacts whose customer came back about the same matter within the window, on "
            "any channel."
        ),
        is_not=N_(
            "Not the number of repeats: a contact counts once, however often they came back."
        ),
        unit=Unit.COUNT,
        better=Better.LOWER,
        purpose=PURPOSE,
        numerator={f"repeated_{USUAL_DAYS}": 1},
        window_days=USUAL_DAYS,
    ),
)


def within(metric: Metric, days: int) -> Metric:
    """The same metric with a window of so many days, named NAME@DAYS. Raises BadQuery."""
    if metric.window_days is None:
        raise BadQuery(f"{metric.name} has no window of days.")
    if not 1 <= days <= MOST_DAYS:
        raise BadQuery(f"A window has 1 to {MOST_DAYS} days, not {days}.")
    if days == metric.window_days:
        return metric
    return replace(
        metric,
        name=f"{metric.name}@{days}",
        numerator=_moved(metric.numerator, days),
        denominator=_moved(metric.denominator, days),
        window_days=days,
    )


def _moved(sums: Sum, days: int) -> Sum:
    return {re.sub(r"_\d+$", f"_{days}", name): times for name, times in sums.items()}
