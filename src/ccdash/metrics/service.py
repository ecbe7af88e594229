"""Service level in its views: T is the target time, S the short-abandon limit."""

from __future__ import annotations

from ccdash.i18n import N_
from ccdash.metrics.metric import Metric
from ccdash.vocabulary import Better, Unit

SERVICE = (
    Metric(
        name="service_level",
        label=N_("Service level"),
        definition=N_(
            "Answered within the target time, of answered and abandoned: all abandons count."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        numerator={"answered_in_target": 1},
        denominator={"answered": 1, "abandoned": 1},
    ),
    Metric(
        name="service_level_of_answered",
        label=N_("Service level of answered"),
        definition=N_("Answered within the target time, of answered (view 1)."),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        numerator={"answered_in_target": 1},
        denominator={"answered": 1},
    ),
    Metric(
        name="service_level_late_abandons",
        label=N_("Service level, late abandons count"),
        definition=N_(
            "As the service level, but who left within the target time does not count (view 2)."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        numerator={"answered_in_target": 1},
        denominator={"answered": 1, "abandoned": 1, "abandoned_in_target": -1},
    ),
    Metric(
        name="service_level_left_in_target",
        label=N_("Service level, early abandons met"),
        definition=N_(
            "Answered or abandoned within the target time, of answered and abandoned (view 4)."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        numerator={"answered_in_target": 1, "abandoned_in_target": 1},
        denominator={"answered": 1, "abandoned": 1},
    ),
    Metric(
        name="service_level_without_short",
        label=N_("Service level without short abandons"),
        definition=N_("As the service level, but short abandons do not count (view 5)."),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        numerator={"answered_in_target": 1},
        denominator={"answered": 1, "abandoned": 1, "short_abandoned": -1},
    ),
    Metric(
        name="service_level_short_met",
        label=N_("Service level, short abandons met"),
        definition=N_(
            "Answered within the target time or short abandons, of answered and abandoned (view 6)."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        numerator={"answered_in_target": 1, "short_abandoned": 1},
        denominator={"answered": 1, "abandoned": 1},
    ),
    Metric(
        name="service_level_of_offered",
        label=N_("Ended in target"),
        definition=N_(
            "Answered, abandoned or timed out within the target time, of offered; Asterisk's SL2."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        numerator={"answered_in_target": 1, "abandoned_in_target": 1, "timed_out_in_target": 1},
        denominator={"offered": 1},
    ),
)
