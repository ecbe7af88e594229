"""Print docs/metrics.md: `python -m ccdash.metrics > docs/metrics.md`; a test compares the two."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from textwrap import fill
from typing import Any

from ccdash.measures import MEASURES, Fact, Kind, Measure
from ccdash.metrics import METRICS, Metric
from ccdash.metrics.origin import ROWS, formula
from ccdash.vocabulary import Unit

HEAD = """\
# Metrics and measures

<!-- Made by `python -m ccdash.metrics > docs/metrics.md`; tests/unit/test_docs.py compares. -->

A **metric** is a figure that people read. It is a formula over **measures**, and a measure is a
count or a sum over rows, written once in `src/ccdash/measures.py`. Screens, commands and lists use
these two, and nothing else says what counts.

- A ratio is the ratio of two sums over the whole period, never a mean of ratios. Without anything
  to divide by it has no value: an en dash on screen, `null` in JSON. That is not zero.
- A contact is counted in the interval in which it arrived, and a case in the one in which it was
  opened. Agents' seconds are split at the borders of intervals.
- Test calls (`is_void`) are in no figure but `tests` and `recognised_customers`.
- `target_seconds` and `short_abandon_seconds` are what held for the contact's queue when it arrived
  ([settings](howto/settings.md)).
- A metric that needs something is "not measured" while no source tells it.
- The rows behind a figure are those that its denominator counts, or without a denominator those
  that the figure itself counts. `ccdash contacts --metric NAME` lists them.

`ccdash metrics` prints the same list.
"""

MEASURES_HEAD = """\
## Measures

What a measure counts is the SQL below it. The SQL is made from the code and names columns of the
table in the heading ([store.md](store.md) explains them). Counts and sums are additive and are kept
in sums of 15 minutes; the others are read from the rows each time.
"""

AGENT_NOTE = """\
How the seconds of an interval come from what agents declared and did is in
[decision 6](decisions/0006-agents-time.md).
"""

HOW: Mapping[Kind, str] = {
    Kind.COUNT: "number of rows",
    Kind.SUM: "sum of `{value}` over the rows",
    Kind.DISTINCT: "number of different `{value}` in the rows; not additive",
    Kind.MEDIAN: "median of `{value}` over the rows; not additive",
    Kind.P90: "90th percentile of `{value}` over the rows; not additive",
}


def page() -> str:
    """The whole page."""
    parts = [HEAD, "## Metrics\n", *map(_metric, METRICS.values()), MEASURES_HEAD]
    for fact, (table, _) in ROWS.items():
        parts.append(f"### Of the table `{table}`\n")
        parts.extend([AGENT_NOTE] if fact is Fact.AGENT else [])
        parts.extend(_measure(one) for one in MEASURES.values() if one.fact is fact)
    return "\n".join(parts)


def condition(measure: Measure) -> str:
    """Which rows count, as SQL."""
    text = _sql(measure.where(ROWS[measure.fact][1]))
    return fill(text, 100, break_long_words=False, break_on_hyphens=False)


def _metric(metric: Metric) -> str:
    lines = [
        f"### {metric.label}\n",
        f"{metric.definition}\n",
        f"- name: `{metric.name}`",
        f"- formula: `{formula(metric)}`",
        f"- unit: {_unit(metric.unit)}; better: {metric.better}",
    ]
    if metric.needs is not None:
        lines.append(f"- needs: a source that tells {metric.needs.replace('_', ' ')}")
    return "\n".join([*lines, f"- rows behind it: {_behind(metric)}", ""])


def _unit(unit: Unit) -> str:
    return "ratio, shown as per cent" if unit is Unit.RATIO else unit


def _behind(metric: Metric) -> str:
    if metric.fact is not Fact.CONTACT:
        return f"of `{ROWS[metric.fact][0]}`; there is no list of them"
    counted = " or ".join(f"`{name}`" for name, times in metric.sample.items() if times > 0)
    left_out = " or ".join(f"`{name}`" for name, times in metric.sample.items() if times < 0)
    rest = f", without those in {left_out}" if left_out else ""
    return f"the contacts in {counted}{rest}"


def _measure(measure: Measure) -> str:
    value = "" if measure.value is None else _sql(measure.value(ROWS[measure.fact][1]))
    how = HOW[measure.kind].format(value=value)
    return f"**`{measure.name}`**: {how}\n\n```sql\n{condition(measure)}\n```\n"


def _sql(expression: Any) -> str:
    """In one order whatever the order of a set, and without the name of the one table."""
    text = str(expression.compile(compile_kwargs={"literal_binds": True}))
    text = re.sub(r"IN \(([^()]*)\)", _in_order, text)
    return re.sub(r'(?<![\w\'])(?:"case"|contact|agent_interval)\.', "", text)


def _in_order(found: re.Match[str]) -> str:
    return f"IN ({', '.join(sorted(found[1].split(', ')))})"


if __name__ == "__main__":
    sys.stdout.write(page())
