"""What handling took, and how agents spent their time."""

from __future__ import annotations

from ccdash.i18n import N_
from ccdash.metrics.metric import Metric, Needs
from ccdash.vocabulary import Better, Unit

WORK = (
    Metric(
        name="aht",
        label=N_("Average handling time"),
        definition=N_(
            "Talk, hold and wrap-up of handled contacts whose talk is known, mean; "
            "wrap-up as far as the source tells it."
        ),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        numerator={"talk_seconds": 1, "hold_seconds": 1, "wrap_up_seconds": 1},
        denominator={"timed": 1},
    ),
    Metric(
        name="average_talk",
        label=N_("Average talk time"),
        definition=N_("Mean talk time of handled contacts whose talk is known, hold apart."),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        numerator={"talk_seconds": 1},
        denominator={"timed": 1},
    ),
    Metric(
        name="short_handled_rate",
        label=N_("Handled under 10 s"),
        definition=N_(
            "Handled with less than ten seconds of talk, of handled whose talk is known."
        ),
        unit=Unit.RATIO,
        better=Better.LOWER,
        numerator={"short_handled": 1},
        denominator={"timed": 1},
    ),
    Metric(
        name="transfer_rate",
        label=N_("Transfer rate"),
        definition=N_(
            "Handled contacts that were passed on to another agent or queue, of handled."
        ),
        unit=Unit.RATIO,
        better=Better.LOWER,
        numerator={"transferred": 1},
        denominator={"handled": 1},
    ),
    Metric(
        name="occupancy",
        label=N_("Occupancy"),
        definition=N_("Time with a contact or wrap-up, of that and the time spent available."),
        unit=Unit.RATIO,
        better=Better.NEITHER,
        numerator={"busy_seconds": 1},
        denominator={"busy_seconds": 1, "available_seconds": 1},
        needs=Needs.AGENT_STATES,
    ),
    Metric(
        name="concurrency",
        label=N_("Concurrency"),
        definition=N_("Seconds of contacts per second with at least one."),
        unit=Unit.SCORE,
        better=Better.NEITHER,
        numerator={"contact_seconds": 1},
        denominator={"on_contact_seconds": 1},
        needs=Needs.AGENT_STATES,
    ),
    Metric(
        name="signed_in_time",
        label=N_("Time signed in"),
        definition=N_("Agents' time from signing in to signing out, breaks included."),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        numerator={"signed_in_seconds": 1},
        needs=Needs.AGENT_STATES,
    ),
    Metric(
        name="break_time",
        label=N_("Break time"),
        definition=N_("Agents' declared breaks; training and meetings apart."),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        numerator={"break_seconds": 1},
        needs=Needs.AGENT_STATES,
    ),
)
