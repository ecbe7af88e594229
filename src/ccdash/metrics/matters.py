"""What becomes of a matter, over all of its contacts: how often it bounced, and how often the
customer had to come."""

from __future__ import annotations

from ccdash.i18n import N_
from ccdash.metrics.metric import Metric
from ccdash.metrics.register import DEMAND, PASSING_ROUND
from ccdash.metrics.register import RESOLUTION as PURPOSE
from ccdash.vocabulary import Better, Unit

MATTERS = (
    Metric(
        name="matters",
        label=N_("Matters"),
        definition=N_(
            "Matters that began in the period: contacts about one thing, by the source's own case, "
            "or of the same customer about the same subject or to the same queues within 7 days."
        ),
        is_not=N_(
            "Not contacts and not cases: several contacts may be one matter, and most matters have "
            "no case. What an unknown customer comes about again counts as another matter."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=DEMAND,
        numerator={"matters": 1},
    ),
    Metric(
        name="bounce_index",
        label=N_("Bounce index"),
        definition=N_(
            "How often a matter bounces, on average: each agent after the first, each change of "
            "queue and each change of channel over its contacts is one bounce. Of matters that "
            "began in the period, where they began, if it is known who came or a case is told."
        ),
        is_not=N_(
            "Not a count of transfers: a customer who comes back on another channel is in it, too. "
            "The newest matters may still bounce."
        ),
        unit=Unit.SCORE,
        better=Better.LOWER,
        purpose=PASSING_ROUND,
        numerator={"bounces": 1},
        denominator={"known_matters": 1},
    ),
    Metric(
        name="contacts_per_matter",
        label=N_("Contacts a matter"),
        definition=N_(
            "How often the customer came about a matter, on average, of matters that began in the "
            "period, where they began: those about which the customer came, if it is known who "
            "came or a case is told. The parts of one conversation count once."
        ),
        is_not=N_(
            "Not the rounds of one conversation, and our own contacts to the customer do not "
            "count. Matters that only we began are not in it. The newest matters may still get "
            "more contacts."
        ),
        unit=Unit.SCORE,
        better=Better.LOWER,
        purpose=PURPOSE,
        numerator={"times_come": 1},
        denominator={"come_about": 1},
        least=1,
    ),
    Metric(
        name="third_contact_rate",
        label=N_("Matters with a third contact"),
        definition=N_(
            "Matters about which the customer came three times or more, of matters that began in "
            "the period, if it is known who came or a case is told. The parts of one conversation "
            "count once."
        ),
        is_not=N_(
            "Not all who had to come again: two times is not yet in it. The newest matters may "
            "still get their third contact."
        ),
        unit=Unit.RATIO,
        better=Better.LOWER,
        purpose=PURPOSE,
        numerator={"third_contacts": 1},
        denominator={"known_matters": 1},
    ),
)
