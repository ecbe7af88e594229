"""What a figure on the screen is: from the metric's own definition and measures, nothing else."""

from __future__ import annotations

from ccdash.i18n import N_, Translator
from ccdash.measures import QUANTILES, Fact
from ccdash.metrics import Metric
from ccdash.metrics.origin import ROWS, columns, formula
from ccdash.spreads import ERROR
from ccdash.ui import format as fmt
from ccdash.views.trends import OF_ANSWERS
from ccdash.vocabulary import Better

BETTER = {
    Better.HIGHER: N_("Higher is better."),
    Better.LOWER: N_("Lower is better."),
    Better.NEITHER: "",
}


def metric_help(metric: Metric, n: int | None, translator: Translator) -> str:
    """What it is, how it is counted, from which columns, of how many."""
    say = translator.text
    told = [say(metric.definition), say(BETTER[metric.better]) if BETTER[metric.better] else ""]
    told.append(say("Counted as {formula}.", formula=formula(metric)))
    table = ROWS[metric.fact][0]
    told.append(
        say("From {table}: {columns}.", table=table, columns=", ".join(columns(metric.name)))
    )
    if n is not None and metric.fact is not Fact.AGENT:
        told.append(say("n is {n}.", n=fmt.count(n, translator.language)))
    if metric.name in OF_ANSWERS:
        told.append(say("The two borders are the 95% interval of the answers."))
    if any(one.kind in QUANTILES for one in metric.measures):
        share = fmt.percent(ERROR, translator.language)
        told.append(
            say("Of more than two days it is within {share} of the exact figure.", share=share)
        )
    return " ".join(part for part in told if part)
