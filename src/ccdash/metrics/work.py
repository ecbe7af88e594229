"""What handling took, and how agents spent their time."""

from __future__ import annotations

from ccdash.i18n import N_
from ccdash.metrics.metric import Metric, Needs
from ccdash.metrics.register import HANDLING, LOAD, PRESENCE, ROUTING
from ccdash.vocabulary import Better, Unit

WORK = (
    Metric(
        name="aht",
        label=N_("Average handling time"),
        definition=N_(
            "Talk, hold and wrap-up of handled contacts whose talk is known, mean; "
            "wrap-up as far as the source tells it."
        ),
        is_not=N_(
            "Not a ranking of agents, and not the time at work: matters differ, and the time "
            "between contacts is not in it."
        ),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        purpose=HANDLING,
        numerator={"talk_seconds": 1, "hold_seconds": 1, "wrap_up_seconds": 1},
        denominator={"timed": 1},
        spread="handle",
    ),
    Metric(
        name="handle_median",
        label=N_("Median handling time"),
        definition=N_(
            "Talk, hold and wrap-up took at most this long for half of the handled contacts whose "
            "talk is known."
        ),
        is_not=N_(
            "Not the average: a few very long contacts hardly move it, and a plan of people needs "
            "the average."
        ),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        purpose=HANDLING,
        numerator={"handle_median": 1},
        rows={"handle_known": 1},
        spread="handle",
    ),
    Metric(
        name="handle_p90",
        label=N_("90 % handled within"),
        definition=N_(
            "Talk, hold and wrap-up took at most this long for nine of ten handled contacts whose "
            "talk is known."
        ),
        is_not=N_("Not the longest contact: one handled contact in ten took longer still."),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        purpose=HANDLING,
        numerator={"handle_p90": 1},
        rows={"handle_known": 1},
        spread="handle",
    ),
    Metric(
        name="average_talk",
        label=N_("Average talk time"),
        definition=N_("Mean talk time of handled contacts whose talk is known, hold apart."),
        is_not=N_("Not the whole work of a contact: hold and wrap-up are apart."),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        purpose=HANDLING,
        numerator={"talk_seconds": 1},
        denominator={"timed": 1},
        spread="talk",
    ),
    Metric(
        name="talk_median",
        label=N_("Median talk time"),
        definition=N_(
            "Half of the handled contacts whose talk is known had at most this much of it, hold "
            "apart."
        ),
        is_not=N_("Not the average: a few very long talks hardly move it, and a plan needs those."),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        purpose=HANDLING,
        numerator={"talk_median": 1},
        rows={"talk_known": 1},
        spread="talk",
    ),
    Metric(
        name="talk_p90",
        label=N_("90 % talked at most"),
        definition=N_(
            "Nine of ten handled contacts whose talk is known had at most this much of it, hold "
            "apart."
        ),
        is_not=N_("Not the longest talk: one handled contact in ten took longer still."),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        purpose=HANDLING,
        numerator={"talk_p90": 1},
        rows={"talk_known": 1},
        spread="talk",
    ),
    Metric(
        name="wrap_up_median",
        label=N_("Median wrap-up"),
        definition=N_(
            "Half of the handled contacts whose wrap-up is known took at most this long after the "
            "end."
        ),
        is_not=N_(
            "Not of all handled contacts: where a source does not tell wrap-up, they are left out."
        ),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        purpose=HANDLING,
        numerator={"wrap_up_median": 1},
        rows={"wrap_up_known": 1},
        spread="wrap_up",
    ),
    Metric(
        name="wrap_up_p90",
        label=N_("90 % wrapped up within"),
        definition=N_(
            "Nine of ten handled contacts whose wrap-up is known took at most this long after the "
            "end."
        ),
        is_not=N_("Not the longest wrap-up: one handled contact in ten took longer still."),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        purpose=HANDLING,
        numerator={"wrap_up_p90": 1},
        rows={"wrap_up_known": 1},
        spread="wrap_up",
    ),
    Metric(
        name="short_handled_rate",
        label=N_("Handled under 10 s"),
        definition=N_(
            "Handled with less than ten seconds of talk, of handled whose talk is known."
        ),
        is_not=N_("Not bad work by itself: a wrong number ends quickly, too."),
        unit=Unit.RATIO,
        better=Better.LOWER,
        purpose=ROUTING,
        numerator={"short_handled": 1},
        denominator={"timed": 1},
    ),
    Metric(
        name="transfer_rate",
        label=N_("Transfer rate"),
        definition=N_(
            "Handled contacts that were passed on to another agent or queue, of handled."
        ),
        is_not=N_(
            "Not a fault of whoever passed it on: often the contact was led to the wrong queue."
        ),
        unit=Unit.RATIO,
        better=Better.LOWER,
        purpose=ROUTING,
        numerator={"transferred": 1},
        denominator={"handled": 1},
    ),
    Metric(
        name="occupancy",
        label=N_("Occupancy"),
        definition=N_("Time with a contact or wrap-up, of that and the time spent available."),
        is_not=N_(
            "Not productivity, and not of paid time: breaks, training and meetings are in "
            "neither part."
        ),
        unit=Unit.RATIO,
        better=Better.NEITHER,
        purpose=LOAD,
        numerator={"busy_seconds": 1},
        denominator={"busy_seconds": 1, "available_seconds": 1},
        needs=Needs.AGENT_STATES,
    ),
    Metric(
        name="concurrency",
        label=N_("Concurrency"),
        definition=N_("Seconds of contacts per second with at least one."),
        is_not=N_(
            "Not the number of people at work: it is how many contacts one person has at once, "
            "while they have any."
        ),
        unit=Unit.SCORE,
        better=Better.NEITHER,
        purpose=LOAD,
        numerator={"contact_seconds": 1},
        denominator={"on_contact_seconds": 1},
        needs=Needs.AGENT_STATES,
    ),
    Metric(
        name="signed_in_time",
        label=N_("Time signed in"),
        definition=N_("Agents' time from signing in to signing out, breaks included."),
        is_not=N_("Not paid or planned time: no source tells schedules, and breaks are in it."),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        purpose=PRESENCE,
        numerator={"signed_in_seconds": 1},
        needs=Needs.AGENT_STATES,
    ),
    Metric(
        name="break_time",
        label=N_("Break time"),
        definition=N_("Agents' declared breaks; training and meetings apart."),
        is_not=N_(
            "Not all time away from contacts: training, meetings and the time signed out are apart."
        ),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        purpose=PRESENCE,
        numerator={"break_seconds": 1},
        needs=Needs.AGENT_STATES,
    ),
)
