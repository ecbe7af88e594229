"""Print docs/metrics.md: `python -m ccdash.metrics > docs/metrics.md`; a test compares the two."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from textwrap import fill
from typing import Any

from ccdash.measures import MEASURES, OF_CONTACTS, Fact, Kind, Measure
from ccdash.metrics import METRICS, Metric
from ccdash.metrics.origin import ROWS, columns, formula
from ccdash.metrics.register import UNMEASURED, Owner
from ccdash.sums import MOST_DAYS
from ccdash.vocabulary import Better, Unit

HEAD = """\
# Metrics and measures

<!-- Made by `python -m ccdash.metrics > docs/metrics.md`; tests/unit/test_docs.py compares. -->

A **metric** is a figure that people read. It is a formula over **measures**, and a measure is a
count or a sum over rows, written once in `src/ccdash/measures`. Screens, commands and lists use
these two, and nothing else says what counts.

- A ratio is the ratio of two sums over the whole period, never a mean of ratios. Without anything
  to divide by it has no value: an en dash on screen, `null` in JSON. That is not zero.
- A contact is counted in the interval in which it arrived, and a case in the one in which it was
  opened. Agents' seconds are split at the borders of intervals.
- A customer is a person, whatever contact details they were known by. A contact is of a known
  customer (`is_known`) if a detail was told that several people do not share; no other one is in a
  figure that follows a customer. Broken down by `recognition` a figure stands for the known, the
  unknown and the shared apart.
- Test calls (`is_void`) are in no figure but `tests` and `recognised_customers`.
- `target_seconds` and `short_abandon_seconds` are what held for the contact's queue when it arrived
  ([settings](howto/settings.md)).
- A metric that needs something is "not measured" while no source tells it.
- The rows behind a figure are those that its denominator counts, or without a denominator those
  that the figure itself counts. `ccdash contacts --metric NAME` lists them.
- A share of answers (CSAT, NPS, CES) is told with its 95 % interval, as those who answer are not
  all customers: Wilson's for a share, that of a mean of +1, 0 and -1 for NPS
  (`src/ccdash/metrics/interval.py`). Fewer than ten answers are told as too few, without a share.

Beside each stand what it is not, who answers for it, the decision that it serves, and what to do
when it is red; where neither way is better, when it stands out. Who answers for a metric is one of
these roles: OWNERS.

`ccdash metrics` prints the same list, and the screen Metrics (`/metrics`) shows it.
"""

UNMEASURED_HEAD = """\
## Not measured

What is often asked for, and why no figure is made of it.
"""

MEASURES_HEAD = """\
## Measures

What a measure counts is the SQL below it. The SQL is made from the code and names columns of the
table in the heading ([store.md](store.md) explains them). Counts and sums are additive and are kept
in sums of 15 minutes; the others are read from the rows each time. Which person came (`person_id`)
and whether that is known (`is_known`) is looked up beside the contact (`src/ccdash/store/came.py`).
"""

AGENT_NOTE = """\
How the seconds of an interval come from what agents declared and did is in
[decision 6](decisions/0006-agents-time.md).
"""

REPEAT_NOTE = f"""\
Of each contact it is looked up when the same customer came next, within {MOST_DAYS} days: `next_at`
on any channel and `next_same_at` on the same one, about the same subject where both are known;
`next_human_at` is when they next came to a person, about anything (`src/ccdash/store/repeats.py`).
There are such measures for each window of 1 to {MOST_DAYS} days; a metric's name with `@` and a
number of days is that metric with that window: `fcr@14`.
Contacts younger than the window are in none of them.
"""

FAILURE_NOTE = f"""\
Of each contact in which a known customer asked for a person it is looked up when the customer had
last come in vain, within {MOST_DAYS} days: `failed_at` is the arrival of the latest earlier contact
that began a conversation about the same subject (where both are known), if this one begins one as
well, or that was passed on to another queue within this conversation
(`src/ccdash/store/failures.py`).
There are such measures for each window of 1 to {MOST_DAYS} days, as above.
"""

BOUNCE_NOTE = """\
Of the contact with which a matter began all contacts of the matter are looked up, test calls left
out, in the order of their arrival: `contacts` is their number, `times` is in how many conversations
the customer came, and `bounces` is the number of agents who talked after the first one, of changes
from one queue to another, and of changes of channel (`src/ccdash/store/bounces.py`). Of every other
contact `contacts` is 0. What a matter is, is in [decision 34](decisions/0034-matters.md).
"""

BESIDE = {
    Fact.REPEAT: " and the customer's next one",
    Fact.FAILURE: " and the customer's earlier ones",
    Fact.BOUNCE: " and the others of its matter",
}
NOTES = {
    Fact.AGENT: AGENT_NOTE,
    Fact.REPEAT: REPEAT_NOTE,
    Fact.FAILURE: FAILURE_NOTE,
    Fact.BOUNCE: BOUNCE_NOTE,
}
OF_WINDOWS = (Fact.REPEAT, Fact.FAILURE)

HOW: Mapping[Kind, str] = {
    Kind.COUNT: "number of rows",
    Kind.SUM: "sum of `{value}` over the rows",
    Kind.DISTINCT: "number of different `{value}` in the rows; not additive",
    Kind.MEDIAN: "median of `{value}` over the rows; not additive",
    Kind.P90: "90th percentile of `{value}` over the rows; not additive",
    Kind.KNOWN: "number of rows of which the distribution speaks",
}


def page() -> str:
    """The whole page."""
    head = HEAD.replace("OWNERS", ", ".join(one.lower() for one in Owner))
    parts = [head, "## Metrics\n", *map(_metric, METRICS.values()), UNMEASURED_HEAD]
    parts += [f"- **{one.label}**: {one.definition} {one.why}" for one in UNMEASURED.values()]
    parts += ["", MEASURES_HEAD]
    for fact, (table, _) in ROWS.items():
        parts.append(f"### Of the table `{table}`{BESIDE.get(fact, '')}\n")
        parts.extend([NOTES[fact]] if fact in NOTES else [])
        parts.extend(_measure(one) for one in _told_of(fact))
    return "\n".join(parts)


def _told_of(fact: Fact) -> list[Measure]:
    """All but those of other windows than the usual, which differ in the number of days alone."""
    used = {one.name for metric in METRICS.values() for one in metric.measures}
    of = [one for one in MEASURES.values() if one.fact is fact]
    return [one for one in of if fact not in OF_WINDOWS or one.name in used]


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
    lines.append(f"- rows behind it: {_behind(metric)}")
    return "\n".join([*lines, _read(metric), *_purpose(metric), ""])


def _read(metric: Metric) -> str:
    names = ", ".join(f"`{name}`" for name in columns(metric.name))
    return f"- reads: {names} of `{ROWS[metric.fact][0]}`"


def _purpose(metric: Metric) -> list[str]:
    when = "when it stands out" if metric.better is Better.NEITHER else "when it is red"
    return [
        f"- what it is not: {metric.is_not}",
        f"- who answers for it: {metric.purpose.owner}",
        f"- decides: {metric.purpose.decision}",
        f"- {when}: {metric.purpose.action}",
    ]


def _unit(unit: Unit) -> str:
    return "ratio, shown as per cent" if unit is Unit.RATIO else unit


def _behind(metric: Metric) -> str:
    if metric.fact not in OF_CONTACTS:
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
    text = re.sub(r"CAST\('(\d+ days)' AS DATETIME\)", r"interval '\1'", text)
    return re.sub(r'(?<![\w\'])(?:"case"|contact|agent_interval)\.', "", text)


def _in_order(found: re.Match[str]) -> str:
    return f"IN ({', '.join(sorted(found[1].split(', ')))})"


if __name__ == "__main__":
    sys.stdout.write(page())
