"""How long it took until a person answered, and until a matter was resolved."""

from __future__ import annotations

from ccdash.i18n import N_
from ccdash.metrics.metric import Metric, Needs
from ccdash.metrics.register import PROMISE, RESPONSE, ROUNDS
from ccdash.vocabulary import Better, Unit

RESPONSES = (
    Metric(
        name="first_response_time",
        label=N_("First response time"),
        definition=N_(
            "Mean time from the customer's first message to a person's first answer, of answered "
            "written conversations (chat, e-mail, social media, forms)."
        ),
        is_not=N_(
            "Not the time to a solution, and bots do not count. Who was answered only after a move "
            "to another queue, or never, is not in it."
        ),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=RESPONSE,
        numerator={"response_seconds": 1},
        denominator={"responded": 1},
        spread="first_response",
        in_open_hours="first_response_time_open",
    ),
    Metric(
        name="first_response_time_open",
        label=N_("First response time, opening hours"),
        definition=N_(
            "Mean time from the customer's first message to a person's first answer, of answered "
            "written conversations; only seconds in opening hours count."
        ),
        is_not=N_(
            "Not what the customer waited: a message of the night begins to wait when the centre "
            "opens."
        ),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=RESPONSE,
        numerator={"response_open_seconds": 1},
        denominator={"responded": 1},
        spread="first_response_open",
    ),
    Metric(
        name="first_response_median",
        label=N_("Median first response"),
        definition=N_(
            "Half of the answered written conversations had a person's first answer within this "
            "time."
        ),
        is_not=N_("Not the mean: a few very late answers hardly move it."),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=RESPONSE,
        numerator={"first_response_median": 1},
        rows={"first_response_known": 1},
        spread="first_response",
        in_open_hours="first_response_open_median",
    ),
    Metric(
        name="first_response_open_median",
        label=N_("Median first response, opening hours"),
        definition=N_(
            "Half of the answered written conversations had a person's first answer within this "
            "time of opening hours."
        ),
        is_not=N_("Not the mean, and not the time by the clock: nights are left out."),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=RESPONSE,
        numerator={"first_response_open_median": 1},
        rows={"first_response_open_known": 1},
        spread="first_response_open",
    ),
    Metric(
        name="first_response_p90",
        label=N_("90 % first answered within"),
        definition=N_(
            "Nine of ten answered written conversations had a person's first answer within this "
            "time."
        ),
        is_not=N_("Not the longest: one in ten waited longer still for the first answer."),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=RESPONSE,
        numerator={"first_response_p90": 1},
        rows={"first_response_known": 1},
        spread="first_response",
        in_open_hours="first_response_open_p90",
    ),
    Metric(
        name="first_response_open_p90",
        label=N_("90 % first answered within, opening hours"),
        definition=N_(
            "Nine of ten answered written conversations had a person's first answer within this "
            "time of opening hours."
        ),
        is_not=N_("Not the longest, and not the time by the clock: nights are left out."),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=RESPONSE,
        numerator={"first_response_open_p90": 1},
        rows={"first_response_open_known": 1},
        spread="first_response_open",
    ),
)

WRITTEN = (
    Metric(
        name="rounds",
        label=N_("Rounds of messages"),
        definition=N_(
            "How often a person answered what the customer wrote, on average, of handled contacts "
            "in which a person answered at least once. What the customer writes until the answer "
            "is one round, and it counts for the contact in which it was answered."
        ),
        is_not=N_(
            "Not the number of messages, and bots answer nothing. A matter that comes back in "
            "another conversation begins with its first round again."
        ),
        unit=Unit.SCORE,
        better=Better.LOWER,
        purpose=ROUNDS,
        numerator={"answered_rounds": 1},
        denominator={"written_about": 1},
        needs=Needs.MESSAGES,
        least=1,
    ),
    Metric(
        name="next_response_time",
        label=N_("Next response time"),
        definition=N_(
            "Mean time from the customer's first message that nobody had answered to the answer, "
            "of all answers of people after the first one of the conversation. n counts the "
            "contacts that had such an answer, not the answers."
        ),
        is_not=N_(
            "Not the first response time: that one is apart. What nobody has answered yet is not "
            "in it, and a bot's answer ends no wait."
        ),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=RESPONSE,
        numerator={"next_response_seconds": 1},
        denominator={"next_responses": 1},
        rows={"answered_again": 1},
        needs=Needs.MESSAGES,
    ),
)

RESOLUTIONS = (
    Metric(
        name="resolution_time",
        label=N_("Resolution time"),
        definition=N_(
            "Mean time from opening to the last resolution, of resolved cases opened in the "
            "period; time in which a case was open again is in it."
        ),
        is_not=N_(
            "Not working time, and not the cases resolved in the period: the newest have only the "
            "quick ones resolved so far."
        ),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=PROMISE,
        numerator={"resolution_seconds": 1},
        denominator={"cases_resolved": 1},
        spread="resolution",
        needs=Needs.CASES,
        in_open_hours="resolution_time_open",
    ),
    Metric(
        name="resolution_time_open",
        label=N_("Resolution time, opening hours"),
        definition=N_(
            "Mean time from opening to the last resolution, of resolved cases opened in the "
            "period; only seconds in opening hours of the case's queue count."
        ),
        is_not=N_("Not what the customer waited: nights and holidays are left out."),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=PROMISE,
        numerator={"resolution_open_seconds": 1},
        denominator={"cases_resolved": 1},
        spread="resolution_open",
        needs=Needs.CASES,
    ),
    Metric(
        name="resolution_median",
        label=N_("Median resolution time"),
        definition=N_(
            "Half of the resolved cases opened in the period were resolved within this time."
        ),
        is_not=N_("Not of all cases: those that are not resolved yet are not in it."),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=PROMISE,
        numerator={"resolution_median": 1},
        rows={"resolution_known": 1},
        spread="resolution",
        needs=Needs.CASES,
        in_open_hours="resolution_open_median",
    ),
    Metric(
        name="resolution_open_median",
        label=N_("Median resolution time, opening hours"),
        definition=N_(
            "Half of the resolved cases opened in the period were resolved within this time of "
            "opening hours."
        ),
        is_not=N_("Not of all cases, and not the time by the clock: nights are left out."),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=PROMISE,
        numerator={"resolution_open_median": 1},
        rows={"resolution_open_known": 1},
        spread="resolution_open",
        needs=Needs.CASES,
    ),
    Metric(
        name="resolution_p90",
        label=N_("90 % resolved within"),
        definition=N_(
            "Nine of ten resolved cases opened in the period were resolved within this time."
        ),
        is_not=N_("Not nine of ten cases: those that are not resolved yet are not in it."),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=PROMISE,
        numerator={"resolution_p90": 1},
        rows={"resolution_known": 1},
        spread="resolution",
        needs=Needs.CASES,
        in_open_hours="resolution_open_p90",
    ),
    Metric(
        name="resolution_open_p90",
        label=N_("90 % resolved within, opening hours"),
        definition=N_(
            "Nine of ten resolved cases opened in the period were resolved within this time of "
            "opening hours."
        ),
        is_not=N_("Not nine of ten cases, and not the time by the clock: nights are left out."),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=PROMISE,
        numerator={"resolution_open_p90": 1},
        rows={"resolution_open_known": 1},
        spread="resolution_open",
        needs=Needs.CASES,
    ),
)
