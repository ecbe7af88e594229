"""How long customers waited, and who gave up."""

from __future__ import annotations

from ccdash.i18n import N_
from ccdash.metrics.metric import Metric
from ccdash.vocabulary import Better, Unit

WAITING = (
    Metric(
        name="asa",
        label=N_("Average speed of answer"),
        definition=N_(
            "Mean wait of answered contacts from queue entry to a person; zero waits included."
        ),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        numerator={"wait_seconds_answered": 1},
        denominator={"answered": 1},
    ),
    Metric(
        name="average_wait",
        label=N_("Average wait"),
        definition=N_("Mean wait of all offered contacts, answered or not."),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        numerator={"wait_seconds": 1},
        denominator={"offered": 1},
    ),
    Metric(
        name="average_queued_wait",
        label=N_("Average wait of queued answered"),
        definition=N_("Mean wait of answered contacts that had to wait in a queue."),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        numerator={"wait_seconds_queued_answered": 1},
        denominator={"queued_answered": 1},
    ),
    Metric(
        name="average_abandoned_wait",
        label=N_("Average wait of abandoned"),
        definition=N_("Mean time in the queue of those who left before an answer."),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        numerator={"wait_seconds_abandoned": 1},
        denominator={"abandoned": 1},
    ),
    Metric(
        name="wait_median",
        label=N_("Median wait"),
        definition=N_("Half of the answered contacts waited at most this long."),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        numerator={"wait_median": 1},
        rows={"answered": 1},
    ),
    Metric(
        name="wait_p90",
        label=N_("90 % waited under"),
        definition=N_("Nine of ten answered contacts waited at most this long."),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        numerator={"wait_p90": 1},
        rows={"answered": 1},
    ),
    Metric(
        name="abandonment_rate",
        label=N_("Abandonment rate"),
        definition=N_(
            "Abandoned, of offered; only for channels in which customers wait on the line."
        ),
        unit=Unit.RATIO,
        better=Better.LOWER,
        numerator={"abandoned_live": 1},
        denominator={"offered_live": 1},
    ),
    Metric(
        name="abandoned_of_queued",
        label=N_("Abandoned of queued"),
        definition=N_("Abandoned, of those who really waited in a queue."),
        unit=Unit.RATIO,
        better=Better.LOWER,
        numerator={"abandoned": 1},
        denominator={"queued": 1},
    ),
    Metric(
        name="hung_up_rate",
        label=N_("Hung up anywhere, share"),
        definition=N_("Left without an answer, voice menu included, of all contacts."),
        unit=Unit.RATIO,
        better=Better.LOWER,
        numerator={"abandoned": 1, "left_before_queue": 1},
        denominator={"contacts": 1},
    ),
)
