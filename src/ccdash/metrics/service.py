"""Service level in its views: T is the target time, S the short-abandon limit."""

from __future__ import annotations

from ccdash.i18n import N_
from ccdash.metrics.metric import Metric
from ccdash.metrics.register import LEVEL
from ccdash.vocabulary import Better, Unit

SERVICE = (
    Metric(
        name="service_level",
        label=N_("Service level"),
        definition=N_(
            "Answered within the target time, of answered and abandoned: all abandons count."
        ),
        is_not=N_(
            "Not a figure of one agent, nor of everybody who came: those who left before the "
            "queue, timed out, took another way out or still wait are in neither part."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=LEVEL,
        numerator={"answered_in_target": 1},
        denominator={"answered": 1, "abandoned": 1},
    ),
    Metric(
        name="service_level_of_answered",
        label=N_("Service level of answered"),
        definition=N_("Answered within the target time, of answered (view 1)."),
        is_not=N_(
            "Not what all customers met: those who gave up are left out, so it can look good "
            "while many do."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=LEVEL,
        numerator={"answered_in_target": 1},
        denominator={"answered": 1},
    ),
    Metric(
        name="service_level_late_abandons",
        label=N_("Service level, late abandons count"),
        definition=N_(
            "As the service level, but those who left within the target time do not count (view 2)."
        ),
        is_not=N_(
            "Not the headline service level: those who left within the target time are taken out, "
            "as though they had not come."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=LEVEL,
        numerator={"answered_in_target": 1},
        denominator={"answered": 1, "abandoned": 1, "abandoned_in_target": -1},
    ),
    Metric(
        name="service_level_left_in_target",
        label=N_("Service level, early abandons met"),
        definition=N_(
            "Answered or abandoned within the target time, of answered and abandoned (view 4)."
        ),
        is_not=N_(
            "Not the share that was served in time: those who gave up within the target time count "
            "as met."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=LEVEL,
        numerator={"answered_in_target": 1, "abandoned_in_target": 1},
        denominator={"answered": 1, "abandoned": 1},
    ),
    Metric(
        name="service_level_without_short",
        label=N_("Service level without short abandons"),
        definition=N_("As the service level, but short abandons do not count (view 5)."),
        is_not=N_(
            "Not the headline service level: short abandons are taken out, in the belief that "
            "they were mistakes."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=LEVEL,
        numerator={"answered_in_target": 1},
        denominator={"answered": 1, "abandoned": 1, "short_abandoned": -1},
    ),
    Metric(
        name="service_level_short_met",
        label=N_("Service level, short abandons met"),
        definition=N_(
            "Answered within the target time or short abandons, of answered and abandoned (view 6)."
        ),
        is_not=N_(
            "Not the share that was served in time: short abandons count as met, though nobody "
            "spoke with them."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=LEVEL,
        numerator={"answered_in_target": 1, "short_abandoned": 1},
        denominator={"answered": 1, "abandoned": 1},
    ),
    Metric(
        name="service_level_of_offered",
        label=N_("Ended in target"),
        definition=N_(
            "Answered, abandoned or timed out within the target time, of offered; Asterisk's SL2."
        ),
        is_not=N_(
            "Not the headline service level: those who left or timed out within the target time "
            "count as met, and every other way out counts against it."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=LEVEL,
        numerator={"answered_in_target": 1, "abandoned_in_target": 1, "timed_out_in_target": 1},
        denominator={"offered": 1},
    ),
)
