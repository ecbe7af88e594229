"""`ccdash query` and `ccdash metrics`: figures, and what they mean."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from ccdash.cli import asking
from ccdash.cli.opening import now_of, opened
from ccdash.cli.output import Format, FormatOption, Shape, ShapeOption
from ccdash.vocabulary import Grain

if TYPE_CHECKING:
    from ccdash.metrics import Metric, Sum
    from ccdash.store.engine import Store
    from ccdash.store.history import Answer

QUERY_EXAMPLE = (
    "Example: ccdash query --metrics offered,service_level,asa --from 1999-01-01 --to 1999-02-01 "
    "--by queue --grain month --tz Asia/Jerusalem --format json"
)
METRICS_EXAMPLE = "Example: ccdash metrics --format json"
FORGOTTEN = "this figure needs contacts, and earlier ones are no longer kept."
NOBODY_TELLS = {
    "agent_states": "no source tells agents' states in this period",
    "cases": "no source tells cases",
    "customers": "no source tells who the customers are",
    "messages": "no source tells what is written in conversations",
    "csat": "no source tells answers to a CSAT question",
    "nps": "no source tells answers to an NPS question",
    "ces": "no source tells answers to a CES question",
    "fcr": "no source tells answers to the question whether it was solved at first contact",
    "agent_resolved": "no source tells whether agents call contacts solved, in this period",
}
BEFORE = "before_"
"""What the columns of the period that stands beside begin with."""


def query(
    metrics: Annotated[list[str], typer.Option(metavar="NAMES", help="Such as offered,asa.")],
    start: asking.From,
    end: asking.To,
    by: Annotated[
        list[str] | None, typer.Option(metavar="NAMES", help="Break down by queue,channel ...")
    ] = None,
    grain: Annotated[Grain, typer.Option(help="How long a bucket of time is.")] = Grain.TOTAL,
    timezone: asking.Zone = None,
    where: asking.Where = None,
    weekday: asking.Weekday = None,
    hour: asking.Hour = None,
    settings_of: asking.SettingsOf = None,
    compare: Annotated[
        Literal["previous", "year", "none"],
        typer.Option(help="Beside the period before, or the same weeks of the year before."),
    ] = "none",
    form: FormatOption = Format.TABLE,
    raw: Annotated[
        bool, typer.Option("--raw", help="From the contacts, not their sums: slower, the same.")
    ] = False,
) -> None:
    """Figures of a period, by the same code as the screens.

    JSON is an array of rows with the keys bucket, the break-downs and the metrics, unrounded; with
    --compare also before_bucket and before_ each metric.
    """
    from ccdash.export.tables import earlier
    from ccdash.query import Period, Query
    from ccdash.store import history
    from ccdash.views import periods

    names, split, only = asking.listed(metrics), asking.dimensions(by), asking.filters(where)
    with opened() as (settings, store):
        period = Period.parse(start, end, timezone or settings.timezone)
        now = now_of(store)
        by_then = asking.settings_at(settings_of, period.zone, now)
        asked = Query(names, period, grain, split, only, weekday, hour, by_then)
        asked = replace(asked, before=periods.earlier(periods.Compare(compare), asked, now))
        answer = history.read(store, asked, raw=raw)
        before = earlier(store, answer)
        measured = [name for name in names if name not in answer.not_measured]
        if measured and not any(map(any, answer.frame.select(measured).iter_rows())):
            _tell_where_data_is(store, period.zone)
    _warn(answer, before)
    _write(answer, before, form)


def _tell_where_data_is(store: Store, zone: ZoneInfo) -> None:
    from ccdash.cli.output import local, say
    from ccdash.store.coverage import coverage

    held = coverage(store)
    if held.first_at is None:
        say("Nothing has come in yet: `ccdash import --help` lists the ways.")
    else:
        first, last = local(held.first_at, zone), local(held.last_at, zone)
        say(f"Nothing in this period; the contacts in the store are of {first} to {last}.")


def _warn(answer: Answer, before: Answer | None) -> None:
    from ccdash.cli.output import local, say
    from ccdash.metrics import metric

    for name in answer.query.metrics:
        needs = metric(name).needs
        if name in answer.not_measured and needs:
            say(f"{name}: not measured - {NOBODY_TELLS[needs]}")
    since = answer.counted_since or (before.counted_since if before else None)
    if since is not None:
        say(f"Counted since {local(since, answer.query.period.zone)}: {FORGOTTEN}")


def _write(answer: Answer, before: Answer | None, form: Format) -> None:
    from ccdash.cli.output import write_rows, write_table
    from ccdash.export.tables import columns_of, figure_rows

    columns, rows = columns_of(answer.query), figure_rows(answer, before)
    if form is not Format.TABLE:
        write_rows(rows, columns, form)
        return
    shown = ([_shown(answer, name, row[name]) for name in columns] for row in rows)
    write_table(columns, shown, right=len(columns) - 1 - len(answer.query.by))


def _shown(answer: Answer, name: str, value: Any) -> str | None:
    from ccdash.metrics import METRICS
    from ccdash.ui import format as written

    metric = name.removeprefix(BEFORE)
    if metric in answer.not_measured:
        return written.value(written.NOT_MEASURED, METRICS[metric].unit, "en")
    if value is None or metric not in answer.query.metrics:
        return None if value is None else str(value)
    return written.value(value, METRICS[metric].unit, "en")


def metrics(form: ShapeOption = Shape.TABLE) -> None:
    """Every metric: what it means and how it is made of what is counted."""
    from ccdash.cli.output import write_json, write_table
    from ccdash.metrics import METRICS

    rows = [_told(one) for one in METRICS.values()]
    if form is Shape.JSON:
        write_json(rows)
        return
    heads = ("name", "unit", "better", "definition", "formula", "needs")
    write_table(heads, ([row[head] for head in heads] for row in rows))


def _told(one: Metric) -> dict[str, Any]:
    formula = _sum(one.numerator)
    if one.denominator:
        formula = f"{_grouped(formula)} / {_grouped(_sum(one.denominator))}"
    return {
        "name": one.name,
        "label": one.label,
        "unit": one.unit,
        "better": one.better,
        "definition": one.definition,
        "is_not": one.is_not,
        "owner": one.purpose.owner,
        "decision": one.purpose.decision,
        "action": one.purpose.action,
        "formula": formula,
        "numerator": dict(one.numerator),
        "denominator": dict(one.denominator),
        "needs": one.needs,
    }


def _grouped(formula: str) -> str:
    return f"({formula})" if " " in formula else formula


def _sum(names: Sum) -> str:
    parts = [
        ("- " if times < 0 else "+ ") + (name if abs(times) == 1 else f"{abs(times)} {name}")
        for name, times in names.items()
    ]
    return " ".join(parts).removeprefix("+ ")
