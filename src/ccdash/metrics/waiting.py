"""How long customers waited, and who gave up."""

from __future__ import annotations

from ccdash.i18n import N_
from ccdash.metrics.metric import Metric
from ccdash.metrics.register import LOST, WAIT
from ccdash.vocabulary import Better, Unit

WAITING = (
    Metric(
        name="asa",
        label=N_("Average speed of answer"),
        definition=N_(
            "Mean wait of answered contacts from queue entry to a person; zero waits included."
        ),
        is_not=N_(
            "Not the average wait of all: those who gave up are not in it, so it can fall because "
            "people leave."
        ),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=WAIT,
        numerator={"wait_seconds_answered": 1},
        denominator={"answered": 1},
        in_open_hours="asa_open",
        spread="wait",
    ),
    Metric(
        name="asa_open",
        label=N_("Average speed of answer, opening hours"),
        definition=N_(
            "Mean wait of answered contacts from queue entry to a person; only seconds in opening "
            "hours count."
        ),
        is_not=N_(
            "Not what the customer felt: who writes on Friday evening and is answered on Monday "
            "morning waited the weekend."
        ),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=WAIT,
        numerator={"wait_open_seconds_answered": 1},
        denominator={"answered": 1},
    ),
    Metric(
        name="average_wait",
        label=N_("Average wait"),
        definition=N_("Mean wait of all offered contacts, answered or not."),
        is_not=N_(
            "Not the speed of answer: those who gave up or timed out are in it with the time they "
            "waited."
        ),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=WAIT,
        numerator={"wait_seconds": 1},
        denominator={"offered": 1},
        in_open_hours="average_wait_open",
    ),
    Metric(
        name="average_wait_open",
        label=N_("Average wait, opening hours"),
        definition=N_(
            "Mean wait of all offered contacts, answered or not; only seconds in opening hours "
            "count."
        ),
        is_not=N_("Not the average wait by the clock: nights and holidays are left out."),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=WAIT,
        numerator={"wait_open_seconds": 1},
        denominator={"offered": 1},
    ),
    Metric(
        name="average_queued_wait",
        label=N_("Average wait of queued answered"),
        definition=N_("Mean wait of answered contacts that had to wait in a queue."),
        is_not=N_(
            "Not the average speed of answer: those who reached a person without a queue are left "
            "out, so it is usually longer."
        ),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=WAIT,
        numerator={"wait_seconds_queued_answered": 1},
        denominator={"queued_answered": 1},
    ),
    Metric(
        name="average_abandoned_wait",
        label=N_("Average wait of abandoned"),
        definition=N_("Mean time in the queue of those who left before an answer."),
        is_not=N_(
            "Not how long customers are willing to wait: those who were answered might have "
            "stayed longer."
        ),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        purpose=LOST,
        numerator={"wait_seconds_abandoned": 1},
        denominator={"abandoned": 1},
        spread="abandoned_wait",
    ),
    Metric(
        name="wait_median",
        label=N_("Median wait"),
        definition=N_("Half of the answered contacts waited at most this long."),
        is_not=N_(
            "Not the average: a few very long waits hardly move it, and those who gave up are not "
            "in it."
        ),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=WAIT,
        numerator={"wait_median": 1},
        rows={"wait_known": 1},
        spread="wait",
    ),
    Metric(
        name="wait_p90",
        label=N_("90 % waited under"),
        definition=N_("Nine of ten answered contacts waited at most this long."),
        is_not=N_("Not the longest wait: one answered contact in ten waited longer still."),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        purpose=WAIT,
        numerator={"wait_p90": 1},
        rows={"wait_known": 1},
        spread="wait",
    ),
    Metric(
        name="abandoned_wait_median",
        label=N_("Median wait of abandoned"),
        definition=N_("Half of those who left before an answer had waited at most this long."),
        is_not=N_(
            "Not the average: a few who waited very long hardly move it, and those who were "
            "answered are not in it."
        ),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        purpose=LOST,
        numerator={"abandoned_wait_median": 1},
        rows={"abandoned_wait_known": 1},
        spread="abandoned_wait",
    ),
    Metric(
        name="abandoned_wait_p90",
        label=N_("90 % left within"),
        definition=N_("Nine of ten who left before an answer had waited at most this long."),
        is_not=N_("Not the longest wait: one in ten of those who left had waited longer still."),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        purpose=LOST,
        numerator={"abandoned_wait_p90": 1},
        rows={"abandoned_wait_known": 1},
        spread="abandoned_wait",
    ),
    Metric(
        name="abandonment_rate",
        label=N_("Abandonment rate"),
        definition=N_(
            "Abandoned, of offered; only for channels in which customers wait on the line."
        ),
        is_not=N_(
            "Not for e-mail, forms or social media, where nobody waits on the line, and not only "
            "of those who had to queue."
        ),
        unit=Unit.RATIO,
        better=Better.LOWER,
        purpose=LOST,
        numerator={"abandoned_live": 1},
        denominator={"offered_live": 1},
    ),
    Metric(
        name="abandoned_of_queued",
        label=N_("Abandoned of queued"),
        definition=N_("Abandoned, of those who really waited in a queue."),
        is_not=N_(
            "Not the abandonment rate: those who reached a person without a queue are left out, "
            "and every channel is in it."
        ),
        unit=Unit.RATIO,
        better=Better.LOWER,
        purpose=LOST,
        numerator={"abandoned": 1},
        denominator={"queued": 1},
    ),
    Metric(
        name="hung_up_rate",
        label=N_("Hung up anywhere, share"),
        definition=N_("Left without an answer, voice menu included, of all contacts."),
        is_not=N_("Not of inbound contacts alone: outbound ones are in what it divides by."),
        unit=Unit.RATIO,
        better=Better.LOWER,
        purpose=LOST,
        numerator={"abandoned": 1, "left_before_queue": 1},
        denominator={"contacts": 1},
    ),
)
