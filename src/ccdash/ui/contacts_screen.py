"""The screen "Contacts": the rows behind one number, worst first."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from ccdash.errors import BadQuery
from ccdash.i18n import Translator
from ccdash.metrics import METRICS, metric
from ccdash.query import Dimension, Period, Query
from ccdash.store.coverage import Coverage
from ccdash.ui import format as fmt
from ccdash.ui.markup import draw, link, tag
from ccdash.ui.page import card, empty, header, section
from ccdash.ui.shell import href, open_screen
from ccdash.ui.tables import Column, Table, data_table
from ccdash.ui.trends_controls import words_of
from ccdash.ui.viewer import Viewer, viewer
from ccdash.ui.words import oddities, word
from ccdash.views.contacts import PER_PAGE, Place
from ccdash.views.periods import days_of, of_days
from ccdash.vocabulary import Channel, Outcome, Unit

USUAL = "offered"


def asked(params: Mapping[str, str], held: Coverage, who: Viewer) -> Query:
    """The question of the URL; without one what was offered on the last day with data.
    Raises BadQuery."""
    if "from" in params or "to" in params:
        query = Query.from_params({"tz": who.zone.key, **params})
    else:
        last = held.last_at or held.newest_at
        if last is None:
            raise BadQuery
        day = last.astimezone(who.zone).date()
        whole = Query.from_params({**_whole_day(of_days(day, day, who.zone)), **params})
        query = whole
    names = query.metrics or (USUAL,)
    return Query((metric(names[0]).name,), query.period, filters=query.filters)


def _whole_day(period: Period) -> dict[str, str]:
    return Query((), period).to_params()


def draw_head(query: Query, count: int, translator: Translator) -> None:
    """How many contacts, behind what, when and which of them."""
    say, figure = translator.text, METRICS[query.metrics[0]]
    title = translator.plural(
        "{n} contact behind {metric}",
        "{n} contacts behind {metric}",
        count,
        metric=say(figure.label),
    )
    header(title, when(query.period, translator), chips=_chips(query, translator))


def when(period: Period, translator: Translator) -> str:
    """The period as people say it: days, or times of one day."""
    language = translator.language
    start, end = period.start.astimezone(period.zone), period.end.astimezone(period.zone)
    first, last = days_of(period)
    if start.time() == end.time() and start.hour == start.minute == 0:
        return (
            fmt.day(first, language) + f" {first.year}"
            if first == last
            else fmt.period(first, last, language)
        )
    if first == last:
        hours = f"{fmt.clock(start, language)}\N{EN DASH}{fmt.clock(end, language)}"
        return f"{fmt.short_date(first, language)}, {hours}"
    return f"{fmt.moment(start, language)} \N{EN DASH} {fmt.moment(end, language)}"


def _chips(query: Query, translator: Translator) -> list[str]:
    chips = []
    for name, values in query.filters:
        words = ", ".join(words_of(name, value, translator) for value in values)
        chips.append(f"{word(name, translator.language)}: {words}")
    return [*chips, query.period.timezone.replace("_", " ")]


def draw_rows(frame: pl.DataFrame, query: Query, place: Place, who: Viewer) -> None:
    """One page of the list; a picked row opens its customer."""
    say, figure = who.translator.text, METRICS[query.metrics[0]]
    with card("contacts"):
        note = say(figure.definition) + " " + say("Worst first; pick a row for its customer.")
        section(say("Contacts"), note)
        if frame.is_empty():
            empty(say("No contacts."), say("Nothing in this period matches."))
            return
        shown = _worded(frame, who.translator)
        columns = _columns(shown, who.translator)
        key = f"contacts-{place.page}"
        row = data_table(
            shown, Table(key, columns, selectable=True, alt=say("Contacts")), who.translator
        )
    if row is not None:
        _open(str(shown["customer_id"][row]), who.translator)


def _open(customer_id: str, translator: Translator) -> None:
    if customer_id.startswith("-"):
        st.toast(translator.text("The customer of this contact was not recognised."))
    else:
        open_screen("customer", {"customer": customer_id})


def _worded(frame: pl.DataFrame, translator: Translator) -> pl.DataFrame:
    language = translator.language
    channels = {str(one): word(one, language) for one in Channel}
    outcomes = {str(one): word(one, language) for one in Outcome}
    odd = [one and oddities(one, language) for one in frame["oddity"]]
    return frame.with_columns(
        pl.Series("oddity", odd, pl.String),
        pl.col("channel").replace(channels),
        pl.col("outcome").replace(outcomes),
        pl.col("who").fill_null(translator.text("not recognised")),
    )


def _columns(frame: pl.DataFrame, translator: Translator) -> list[Column]:
    """Those in which something is known."""
    say, language = translator.text, translator.language
    wanted = [
        Column("arrived", say("Arrived"), "moment", pinned=True),
        Column("channel", word(Dimension.CHANNEL, language)),
        Column("queue", word(Dimension.QUEUE, language)),
        Column("agent", word(Dimension.AGENT, language)),
        Column("who", say("Customer")),
        Column("wait_seconds", say("Wait"), Unit.SECONDS),
        Column("handling_seconds", say("Handling time"), Unit.SECONDS),
        Column("outcome", word(Dimension.OUTCOME, language)),
        Column("csat_score", say("CSAT score"), Unit.COUNT),
        Column("language", word(Dimension.LANGUAGE, language)),
        Column("subject", word(Dimension.SUBJECT, language)),
        Column("contact_point", word(Dimension.CONTACT_POINT, language)),
        Column("key", say("Key in the source")),
        Column("oddity", say("Oddity")),
    ]
    always = {"arrived", "channel", "wait_seconds", "outcome", "who"}
    return [one for one in wanted if one.name in always or frame[one.name].drop_nulls().len()]


def draw_ways(query: Query, place: Place, frame: pl.DataFrame, count: int) -> None:
    """Where in the list this page is; the ways on and back, and to the same question over time."""
    translator, params = viewer().translator, query.to_params()
    say, language = translator.text, translator.language
    first, last = place.span(frame.height)
    numbers = f"{fmt.count(first, language)}\N{EN DASH}{fmt.count(last, language)}"
    where = say("{numbers} of {n}", numbers=numbers, n=fmt.count(count, language))
    ways = []
    if place.page > 1:
        ways.append(link(say("First page"), href("contacts", params)))
        back = {**params, **place.preceding().to_params()}
        ways.append(link(say("Previous"), href("contacts", back)))
    if last < count and frame.height == PER_PAGE:
        on = {**params, **place.following(str(frame["id"][-1])).to_params()}
        ways.append(link(say("Next"), href("contacts", on)))
    over_time = {name: value for name, value in params.items() if name != "grain"}
    ways.append(link(say("See it over time"), href("trends", over_time)))
    position = tag("span", where, cls="cc-quiet") if frame.height else None
    draw(tag("nav", position, *ways, cls="cc-ways", aria_label=say("Pages")))
