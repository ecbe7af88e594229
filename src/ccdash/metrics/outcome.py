"""What customers thought of it, and whether their matter was resolved."""

from __future__ import annotations

from ccdash.i18n import N_
from ccdash.metrics.metric import Metric, Needs
from ccdash.metrics.register import ANSWERING, EXPERIENCE, LOYALTY, RESOLUTION
from ccdash.vocabulary import Better, Unit

OUTCOME = (
    Metric(
        name="csat",
        label=N_("CSAT"),
        definition=N_("Satisfied answers, of answers."),
        is_not=N_(
            "Not what all customers think: those who did not answer may think otherwise; and it "
            "speaks of one contact, not of the company."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=EXPERIENCE,
        numerator={"csat_satisfied": 1},
        denominator={"csat_responses": 1},
        needs=Needs.CSAT,
    ),
    Metric(
        name="csat_response_rate",
        label=N_("CSAT response rate"),
        definition=N_("Answers, of customers asked."),
        is_not=N_(
            "Not a figure of satisfaction: it says how far the answers can speak for those who "
            "were asked."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=ANSWERING,
        numerator={"csat_responses": 1},
        denominator={"csat_asked": 1},
        needs=Needs.CSAT,
    ),
    Metric(
        name="nps",
        label=N_("NPS"),
        definition=N_("Share of scores 9 to 10 minus share of scores 0 to 6."),
        is_not=N_(
            "Not a percentage and not a grade of one contact: it runs from -100 to 100 and "
            "speaks of the company."
        ),
        unit=Unit.SCORE,
        better=Better.HIGHER,
        purpose=LOYALTY,
        numerator={"nps_promoters": 100, "nps_detractors": -100},
        denominator={"nps_responses": 1},
        needs=Needs.NPS,
    ),
    Metric(
        name="ces",
        label=N_("CES"),
        definition=N_("Answers that it was easy (5 to 7 of 7), of answers."),
        is_not=N_("Not satisfaction: a contact can be easy and still end in a no."),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=EXPERIENCE,
        numerator={"ces_easy": 1},
        denominator={"ces_responses": 1},
        needs=Needs.CES,
    ),
    Metric(
        name="cases_opened",
        label=N_("Cases opened"),
        definition=N_("Matters opened in the period."),
        is_not=N_("Not contacts: one case may take several, and many contacts open none."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=RESOLUTION,
        numerator={"cases_opened": 1},
        needs=Needs.CASES,
    ),
    Metric(
        name="cases_resolved",
        label=N_("Cases resolved"),
        definition=N_("Cases opened in the period that are resolved."),
        is_not=N_(
            "Not the work of the period: a case counts when it was opened, whenever resolved."
        ),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        purpose=RESOLUTION,
        numerator={"cases_resolved": 1},
        needs=Needs.CASES,
    ),
    Metric(
        name="cases_unresolved",
        label=N_("Cases not resolved"),
        definition=N_("Cases opened in the period that are not resolved, or are open again."),
        is_not=N_("Not the whole backlog: cases of earlier periods may be open, too."),
        unit=Unit.COUNT,
        better=Better.LOWER,
        purpose=RESOLUTION,
        numerator={"cases_opened": 1, "cases_resolved": -1},
        needs=Needs.CASES,
    ),
    Metric(
        name="resolution_rate",
        label=N_("Resolution rate"),
        definition=N_("Cases that are resolved, of the cases opened in the period."),
        is_not=N_(
            "Not resolution at first contact: it does not ask how long it took, and the newest "
            "cases have had little time."
        ),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        purpose=RESOLUTION,
        numerator={"cases_resolved": 1},
        denominator={"cases_opened": 1},
        needs=Needs.CASES,
    ),
    Metric(
        name="cases_reopened",
        label=N_("Cases reopened"),
        definition=N_("Cases opened in the period that were opened again after a resolution."),
        is_not=N_("Not how often: a case that was reopened twice is one."),
        unit=Unit.COUNT,
        better=Better.LOWER,
        purpose=RESOLUTION,
        numerator={"cases_reopened": 1},
        needs=Needs.CASES,
    ),
    Metric(
        name="reopen_rate",
        label=N_("Reopen rate"),
        definition=N_("Cases that were opened again, of the cases opened in the period."),
        is_not=N_(
            "Not of resolved cases alone, and not within a set number of days: new cases have had "
            "less time to come back."
        ),
        unit=Unit.RATIO,
        better=Better.LOWER,
        purpose=RESOLUTION,
        numerator={"cases_reopened": 1},
        denominator={"cases_opened": 1},
        needs=Needs.CASES,
    ),
)
