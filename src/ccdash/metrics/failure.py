"""What our own failures cost: work that comes because something went wrong before."""

from __future__ import annotations

from ccdash.i18n import N_
from ccdash.metrics.metric import Metric, Needs
from ccdash.metrics.register import AVOIDABLE
from ccdash.metrics.resolution import USUAL_DAYS
from ccdash.vocabulary import Better, Unit

FAILURE = (
    Metric(
        name="failure_demand",
        label=N_("Failure demand"),
        definition=N_(
            "Contacts within the window after an earlier one of the same customer about the same "
            "matter, or passed on from another queue, of contacts in which a known customer asked "
            "for a person."
        ),
        is_not=N_(
            "Not all of it, and not only faults: an overdue promise is seen when the customer "
            "comes back within the window, and a planned hand-over counts as a wrong queue."
        ),
        unit=Unit.RATIO,
        better=Better.LOWER,
        purpose=AVOIDABLE,
        numerator={f"failure_demand_{USUAL_DAYS}": 1},
        denominator={"known_demand": 1},
        window_days=USUAL_DAYS,
        needs=Needs.CUSTOMERS,
    ),
)
