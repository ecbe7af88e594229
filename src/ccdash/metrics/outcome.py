"""What customers thought of it, and whether their matter was resolved."""

from __future__ import annotations

from ccdash.i18n import N_
from ccdash.metrics.metric import Metric, Needs
from ccdash.vocabulary import Better, Unit

OUTCOME = (
    Metric(
        name="csat",
        label=N_("CSAT"),
        definition=N_("Satisfied answers, of answers."),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        numerator={"csat_satisfied": 1},
        denominator={"csat_responses": 1},
        needs=Needs.CSAT,
    ),
    Metric(
        name="csat_response_rate",
        label=N_("CSAT response rate"),
        definition=N_("Answers, of customers asked."),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        numerator={"csat_responses": 1},
        denominator={"csat_asked": 1},
        needs=Needs.CSAT,
    ),
    Metric(
        name="nps",
        label=N_("NPS"),
        definition=N_("Share of scores 9 to 10 minus share of scores 0 to 6."),
        unit=Unit.SCORE,
        better=Better.HIGHER,
        numerator={"nps_promoters": 100, "nps_detractors": -100},
        denominator={"nps_responses": 1},
        needs=Needs.NPS,
    ),
    Metric(
        name="ces",
        label=N_("CES"),
        definition=N_("Answers that it was easy (5 to 7 of 7), of answers."),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        numerator={"ces_easy": 1},
        denominator={"ces_responses": 1},
        needs=Needs.CES,
    ),
    Metric(
        name="cases_opened",
        label=N_("Cases opened"),
        definition=N_("Matters opened in the period."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        numerator={"cases_opened": 1},
        needs=Needs.CASES,
    ),
    Metric(
        name="resolution_rate",
        label=N_("Resolution rate"),
        definition=N_("Cases that are resolved, of the cases opened in the period."),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        numerator={"cases_resolved": 1},
        denominator={"cases_opened": 1},
        needs=Needs.CASES,
    ),
)
