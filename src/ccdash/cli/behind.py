"""`ccdash contacts`: the rows behind a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from ccdash.cli import asking
from ccdash.cli.opening import now, now_of, opened, reader
from ccdash.cli.output import Format, FormatOption

if TYPE_CHECKING:
    import polars as pl

    from ccdash.query import Query
    from ccdash.store.engine import Store

EXAMPLE = "Example: ccdash contacts --metric abandoned --from 1999-01-01 --to 1999-01-02"
SHOWN = ("arrived_at", "channel", "queue", "agent", "customer", "outcome", "oddity")
LENGTHS = ("wait_seconds", "talk_seconds")


def contacts(
    metric: Annotated[str, typer.Option(metavar="NAME", help="Behind which figure.")],
    start: asking.From,
    end: asking.To,
    timezone: asking.Zone = None,
    where: asking.Where = None,
    weekday: asking.Weekday = None,
    hour: asking.Hour = None,
    settings_of: asking.SettingsOf = None,
    search: Annotated[
        str,
        typer.Option(
            metavar="WORDS",
            help="Only those in which each word is found: customer, agent, queue, case or contact, "
            "subject, date or time of arrival.",
        ),
    ] = "",
    limit: Annotated[int, typer.Option(min=0, help="How many at most; 0 is all.")] = 50,
    form: FormatOption = Format.TABLE,
) -> None:
    """The contacts behind a figure, worst first; how many there are in all is on stderr.

    Customers are masked; who lists them, and when, is kept in the access log.
    """
    from ccdash.cli.output import local, number_of, say, write_rows
    from ccdash.export.json_rows import rows_of
    from ccdash.query import Period, Query
    from ccdash.store.contacts import count
    from ccdash.store.kept_part import forgotten_until

    only = asking.filters(where)
    with opened() as (settings, store):
        period = Period.parse(start, end, timezone or settings.timezone)
        by_then = asking.settings_at(settings_of, period.zone, now_of(store))
        asked = Query(
            (metric,), period, filters=only, weekday=weekday, hour=hour, settings_at=by_then,
            search=search.strip(),
        )  # fmt: skip
        number = count(store, asked)
        frame = _given(store, asked, limit or None)
        since = forgotten_until(store, asked)
    if form is Format.TABLE:
        _draw(frame, period.zone)
    else:
        write_rows(rows_of(frame, period.zone), frame.columns, form)
    say(f"{frame.height:,} of {number_of(number, 'contact')} behind {metric}.")
    if since is not None:
        say(f"Contacts before {local(since, period.zone)} are no longer kept.")


def _given(store: Store, asked: Query, limit: int | None) -> pl.DataFrame:
    """The rows, with masked contact details, once the access log has the customers in them."""
    from ccdash.export.given import logged, why
    from ccdash.store.contacts import behind
    from ccdash.views.contacts import with_masked

    return with_masked(logged(store, behind(store, asked, limit), reader(why(asked)), now()))


def _draw(frame: pl.DataFrame, zone: ZoneInfo) -> None:
    from ccdash.cli.output import local, seconds, write_table

    rows = (
        [
            local(row["arrived_at"], zone),
            *(row[name] for name in SHOWN[1:]),
            *(seconds(row[name]) for name in LENGTHS),
        ]
        for row in frame.iter_rows(named=True)
    )
    write_table((*SHOWN, "wait", "talk"), rows, right=2)
