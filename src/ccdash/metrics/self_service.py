"""What self service keeps from people: by its own word, and by what its customers did next."""

from __future__ import annotations

from ccdash.i18n import N_
from ccdash.metrics.metric import Metric
from ccdash.metrics.register import RECOGNITION
from ccdash.metrics.register import SELF_SERVICE as PURPOSE
from ccdash.metrics.resolution import USUAL_DAYS
from ccdash.vocabulary import Better, Unit

SELF_SERVICE = (
    Metric(
        name="containment",
        label=N_("Self-service containment, verified"),
        definition=N_(
            "Self-service sessions that ended there and after which the customer came to no person "
            "within the window, on any channel, of sessions of known customers."
        ),
        is_not=N_(
            "Not proof of help: some give up. Who came to a person about another matter counts as "
            "not contained. Sessions younger than the window are not yet known and are not in it."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=PURPOSE,
        numerator={f"contained_{USUAL_DAYS}": 1},
        denominator={"self_service_known": 1},
        window_days=USUAL_DAYS,
    ),
    Metric(
        name="containment_gross",
        label=N_("Self-service containment, gross"),
        definition=N_("Self-service sessions that ended there, of all self-service sessions."),
        is_not=N_("Not help: customers who call or write the next day are in it as contained."),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=PURPOSE,
        numerator={"self_served": 1},
        denominator={"self_service": 1},
    ),
    Metric(
        name="containment_unknown",
        label=N_("Self-service containment, not verifiable"),
        definition=N_(
            "Self-service sessions of customers who were not recognised, or only by a shared "
            "detail, of all self-service sessions."
        ),
        is_not=N_(
            "Not failures: nobody can know whether these customers came to a person afterwards."
        ),
        unit=Unit.RATIO,
        better=Better.LOWER,
        purpose=RECOGNITION,
        numerator={"self_service_unknown": 1},
        denominator={"self_service": 1},
    ),
)
