"""One sentence that says what a trend shows."""

from __future__ import annotations

from ccdash.i18n import N_, Translator
from ccdash.metrics import METRICS, Metric
from ccdash.ui import format as fmt
from ccdash.ui.deltas import Scale, amount, delta
from ccdash.ui.metric_list import label_of
from ccdash.views.trends import WHOLE, Extreme, Figure, Gap, is_too_few
from ccdash.vocabulary import Better, Grain

HIGHEST, WORST = N_("highest {when}: {value}"), N_("worst {when}: {value}")
HIGHEST_OF, WORST_OF = (
    N_("highest {series}, {when}: {value}"),
    N_("worst {series}, {when}: {value}"),
)
LESS = N_("{worse} has {size} less than {better}")
MORE = N_("{worse} has {size} more than {better}")


def headline(figure: Figure, translator: Translator) -> str:
    """What became of the metric: "Service level fell by 2.1 points to 79.2%"."""
    say, metric = translator.text, METRICS[figure.metric]
    label = label_of(figure.metric, translator)
    if figure.value is None:
        return say("{metric}: nothing to count in this period", metric=label)
    if is_too_few(figure.metric, figure.n):
        return say("{metric}: too few answers to tell", metric=label)
    now = fmt.value(figure.value, metric.unit, translator.language)
    before = figure.known().before
    if before is None:
        return say("{metric}: {value}", metric=label, value=now)
    scale = Scale(metric.unit, metric.better)
    if delta(figure.value, before, scale, translator.language).turn == "same":
        return say("{metric} stayed at {value}", metric=label, value=now)
    change = amount(abs(figure.value - before), metric.unit, translator.language)
    if figure.value > before:
        return say("{metric} rose by {change} to {value}", metric=label, change=change, value=now)
    return say("{metric} fell by {change} to {value}", metric=label, change=change, value=now)


def apart(gap: Gap, metric: Metric, translator: Translator) -> str:
    """How far the worst channel is from the best: "E-mail has 23.0 points less than Phone"."""
    size = amount(gap.size, metric.unit, translator.language)
    text = LESS if metric.better is Better.HIGHER else MORE
    return translator.text(text, worse=gap.worse, better=gap.better, size=size)


def pointed(worst: Extreme, figure: Figure, grain: Grain, translator: Translator) -> str:
    """Where to look: ", worst on 13 Jan: 64.1%"."""
    say, metric = translator.text, METRICS[figure.metric]
    when = fmt.bucket(worst.bucket, grain, translator.language, dated=True)
    value = fmt.value(worst.value, metric.unit, translator.language)
    is_neutral = metric.better is Better.NEITHER
    if worst.series != WHOLE:
        text = HIGHEST_OF if is_neutral else WORST_OF
        return say(text, series=worst.series, when=when, value=value)
    return say(HIGHEST if is_neutral else WORST, when=when, value=value)
