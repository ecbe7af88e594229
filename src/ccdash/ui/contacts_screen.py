"""The screen "Contacts": the rows behind one number, worst first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl
import streamlit as st

from ccdash.errors import BadQuery
from ccdash.export.about import Content
from ccdash.i18n import Translator
from ccdash.measures import OF_CONTACTS
from ccdash.metrics import METRICS, metric
from ccdash.query import Period, Query, bucket_start
from ccdash.store.conditions import UNKNOWN
from ccdash.store.coverage import Coverage
from ccdash.store.searching import MOST, needles
from ccdash.ui import format as fmt
from ccdash.ui.contact_rows import Listing, contact_list
from ccdash.ui.demo_mark import growing
from ccdash.ui.export_menu import Export, export_menu
from ccdash.ui.markup import Html, draw, hidden, join, link, tag
from ccdash.ui.metric_list import choices, label_of
from ccdash.ui.page import card, empty, header, helped, notice, section
from ccdash.ui.shell import href
from ccdash.ui.trends_controls import words_of
from ccdash.ui.trends_rarely import beyond_filters
from ccdash.ui.viewer import Viewer
from ccdash.ui.words import word
from ccdash.views.contacts import PER_PAGE, Part, Parts, Place, Stretch, split, totals
from ccdash.views.periods import days_of, of_days
from ccdash.vocabulary import Better, Grain

USUAL = "service_level"
PLACE = ("page", "after")
SEARCH = "search-contacts"
MOST_BANDS, MOST_NAMED = 3, 3


@dataclass(frozen=True)
class Found:
    """The answer: one page of rows (views.contacts.rows) with what happened in each, how the whole
    list divides (store.contacts.breakdown), how many contacts are behind the figure whatever is
    searched, how many the period has in all, and whether the search looks for
    more than it can."""

    rows: pl.DataFrame
    stretches: Mapping[str, list[Stretch]]
    breakdown: pl.DataFrame
    behind: int
    in_period: int
    is_cut_off: bool = False

    @property
    def n(self) -> int:
        """How long the list is."""
        return totals(self.breakdown).n


def asked(params: Mapping[str, str], held: Coverage, who: Viewer) -> Query:
    """The question of the URL; without one the service level of the last day with data.
    Raises BadQuery, of one customer too: they have a page of their own."""
    if "from" in params or "to" in params:
        query = Query.from_params({"tz": who.zone.key, **params})
    else:
        last = held.last_at or held.newest_at
        if last is None:
            raise BadQuery
        day = last.astimezone(who.zone).date()
        whole = Query.from_params({**_whole_day(of_days(day, day, who.zone)), **params})
        query = whole
    if query.customer is not None:
        raise BadQuery("One customer's contacts are on the customer's page: search on Customers.")
    names = query.metrics or (USUAL,)
    return query.behind(metric(names[0]).name)


def _whole_day(period: Period) -> dict[str, str]:
    return Query((), period).to_params()


def draw_head(query: Query, found: Found, who: Viewer) -> None:
    """How many contacts, behind what, when and which of them; each filter can be taken away."""
    figure = METRICS[query.metrics[0]]
    title = _title(query, found, who.translator)
    foreign = query.period.timezone if query.period.timezone != who.zone.key else ""
    chips = [foreign.replace("_", " ")] if foreign else []
    with st.container(horizontal=True, vertical_alignment="center", key="head-contacts"):
        with st.container():
            header(title, when(query.period, who.translator), growing(who.translator), chips)
        export_menu(Export(Content.CONTACTS, query, found.n), who.translator)
        _pick_metric(figure.name, who.translator)
    if query.filters or query.is_of_hours or query.settings_at or query.search:
        draw(_filters(query, who.translator))


def _title(query: Query, found: Found, translator: Translator) -> str:
    metric = label_of(query.metrics[0], translator)
    if not query.search and query.metrics[0] == "callers":
        return translator.plural("{n} conversation", "{n} conversations", found.n)
    if not query.search and query.metrics[0] == "matters":
        return translator.plural("{n} matter", "{n} matters", found.n)
    if not query.search:
        return translator.plural(
            "{n} contact behind {metric}", "{n} contacts behind {metric}", found.n, metric=metric
        )
    return translator.plural(
        "{some} of {n} contact behind {metric}",
        "{some} of {n} contacts behind {metric}",
        found.behind,
        some=fmt.count(found.n, translator.language),
        metric=metric,
    )


def draw_search(query: Query, translator: Translator) -> None:
    """The one field that narrows the list. What is sought stands in the address, as filters do."""
    st.session_state[SEARCH] = query.search
    say = translator.text
    st.text_input(
        say("Search these contacts"),
        key=SEARCH,
        placeholder=say("Search: customer, agent, queue, case, subject, 14:05 …"),
        on_change=_searched,
        label_visibility="collapsed",
        width=400,
    )


def _searched() -> None:
    kept = {name: value for name, value in st.query_params.items() if name not in PLACE}
    kept.pop("search", None)
    text = st.session_state[SEARCH].strip()
    st.query_params.from_dict(kept | ({"search": text} if text else {}))


def _pick_metric(chosen: str, translator: Translator) -> None:
    """Which figure's contacts are listed; of those that are made of contacts."""
    words = {
        name: text
        for name, text in choices(translator).items()
        if METRICS[name].fact in OF_CONTACTS
    }
    words.setdefault(chosen, label_of(chosen, translator))  # one of another window is in no list
    st.session_state["behind"] = chosen
    st.selectbox(
        translator.text("Contacts behind"),
        list(words),
        format_func=words.__getitem__,
        key="behind",
        on_change=_metric_picked,
        label_visibility="collapsed",
        width=280,
    )


def _metric_picked() -> None:
    kept = {name: value for name, value in st.query_params.items() if name not in PLACE}
    st.query_params.from_dict(kept | {"metrics": st.session_state["behind"]})


def _filters(query: Query, translator: Translator) -> Html:
    say = translator.text
    chips = []
    for name, values in query.filters:
        every = ", ".join(words_of(name, value, translator) for value in values)
        words = every if len(values) <= MOST_NAMED else fmt.count(len(values), translator.language)
        rest = tuple(one for one in query.filters if one[0] is not name)
        text = say("{dimension}: {values}", dimension=word(name, translator.language), values=words)
        named = tag("span", text, title=every if words != every else None)
        chips.append(_chip(named, replace(query, filters=rest), translator))
    chips += [
        _chip(tag("span", text), without, translator)
        for text, without in beyond_filters(query, translator)
    ]
    if query.search:
        text = say("Search: {text}", text=query.search)
        chips.append(_chip(tag("span", text), replace(query, search=""), translator))
    return tag("nav", *chips, cls="cc-chips", aria_label=say("Filters"))


def _chip(named: Html, without: Query, translator: Translator) -> Html:
    """What narrows the list, and the way to it without."""
    cross = tag("i", "×", aria_hidden="true")
    spoken = hidden(" " + translator.text("(take this filter away)"))
    away = href("contacts", without.to_params())
    return link(join([named, spoken, cross]), away, cls="cc-chip cc-removable")


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


def draw_band(query: Query, found: Found, translator: Translator) -> None:
    """The list in one band: how many, what counts against the figure, and where that is."""
    parts = split(found.breakdown)
    filtered = {name for name, _ in query.filters}
    fresh = [one for one in parts if one.dimension not in filtered][:MOST_BANDS]
    bands = [_band(one, query, translator) for one in fresh]
    draw(tag("div", _size(query, found, translator), *bands, cls="cc-strip cc-bands"))


def _size(query: Query, found: Found, translator: Translator) -> Html:
    say, language = translator.text, translator.language
    figure, whole = METRICS[query.metrics[0]], totals(found.breakdown)
    lines = []
    if query.search:
        lines.append(say("of {n} behind the figure", n=fmt.count(found.behind, language)))
    elif found.in_period and whole.n <= found.in_period:
        share = fmt.percent(whole.n / found.in_period, language)
        total = fmt.count(found.in_period, language)
        of_all = say("{share} of {n} in the period", share=share, n=total)
        of_some = say("{share} of {n} contacts with these filters", share=share, n=total)
        lines.append(of_some if query.filters or query.is_of_hours else of_all)
    if figure.has_against and figure.better is not Better.NEITHER and whole.n:
        share = fmt.percent(whole.against / whole.n, language)
        against = translator.plural(
            "{n} counts against the figure", "{n} count against the figure", whole.against
        )
        lines.append(f"{against} ({share})")
    if whole.longest_seconds is not None:
        longest = fmt.duration(whole.longest_seconds, language)
        lines.append(say("longest wait {time}", time=longest))
    return tag(
        "div",
        tag("div", helped(say("Contacts"), say(figure.definition)), cls="cc-label"),
        tag("div", fmt.count(whole.n, language), cls="cc-figure"),
        *(tag("div", line, cls="cc-note") for line in lines),
        cls="cc-tile cc-size",
    )


def _band(of: Parts, query: Query, translator: Translator) -> Html:
    say, language = translator.text, translator.language
    has_bad = any(part.against for part in of.parts)
    told = (
        say("How the list divides. The coloured part of a bar counts against the figure.")
        if has_bad
        else say("How the list divides.")
    )
    rows = [_part(part, of, query, translator) for part in of.parts]
    more = translator.plural("{n} more", "{n} more", of.others) if of.others else ""
    return tag(
        "div",
        tag("div", helped(word(of.dimension, language), told), cls="cc-label"),
        tag("ul", *rows),
        tag("div", more, cls="cc-note") if more else None,
        cls="cc-tile cc-band",
    )


def _part(part: Part, of: Parts, query: Query, translator: Translator) -> Html:
    """A value, how many contacts it has, and the way to those alone."""
    value = UNKNOWN if part.value is None else part.value
    name = words_of(of.dimension, value, translator)
    narrowed = replace(query, filters=(*query.filters, (of.dimension, (value,))))
    width, bad = part.n / max(1, of.largest), part.against / max(1, part.n)
    style = f"--w:{width * 100:.1f}%;--bad:{bad * 100:.1f}%"
    return tag(
        "li",
        tag("i", cls="cc-part", style=style, aria_hidden="true"),
        link(name, href("contacts", narrowed.to_params()), cls="cc-name"),
        hidden(": "),
        tag("span", fmt.count(part.n, translator.language), cls="num"),
        title=name,
    )


def draw_forgotten(since: datetime | None, of: Period, translator: Translator) -> None:
    """Where the list begins later than the period."""
    if since is None:
        return
    day = fmt.short_date(since.astimezone(of.zone), translator.language)
    told = translator.text(
        "Contacts before {day} are no longer kept. The figures of that time remain.", day=day
    )
    draw(tag("p", told, cls="cc-quiet"))


def draw_rows(query: Query, found: Found, translator: Translator) -> None:
    """One page of the list; a row leads to its customer."""
    say, figure = translator.text, METRICS[query.metrics[0]]
    with card("contacts"):
        with st.container(horizontal=True, vertical_alignment="center", key="list-head"):
            with st.container():
                section(say("Worst first"), say(figure.definition))
            draw_search(query, translator)
        if found.is_cut_off:
            most = fmt.count(MOST, translator.language)
            told = say(
                "A word means more than {n} customers or agents: the rest is not in here.", n=most
            )
            notice(told, "warn", say("Write more of the name or the number."))
        if found.rows.is_empty():
            _draw_nothing(query, found, translator)
            return
        listing = Listing(figure, found.stretches, translator, needles(query.search))
        draw(contact_list(found.rows, listing))


def _draw_nothing(query: Query, found: Found, translator: Translator) -> None:
    """What was looked for, where, and how to look further."""
    say = translator.text
    if query.search:
        sought = say(
            "Every word was looked for in the customer, agent, queue, case, key, subject and time "
            "of {n} contacts.",
            n=fmt.count(found.behind, translator.language),
        )
        empty(say("Nothing is found for “{text}”.", text=query.search), sought)
    else:
        empty(say("No contacts."), say("Nothing in this period matches."))
    draw(_other_lists(query, translator))


def _other_lists(query: Query, translator: Translator) -> Html:
    say = translator.text
    ways = []
    if query.search:
        all_of_them = replace(query, search="")
        ways.append(link(say("Without the search"), href("contacts", all_of_them.to_params())))
        longer = replace(query, period=_longer(query.period))
        ways.append(link(say("A whole year"), href("contacts", longer.to_params())))
    before = replace(query, period=query.period.previous())
    ways.append(link(say("The period before"), href("contacts", before.to_params())))
    if query.filters:
        whole = replace(query, filters=())
        ways.append(link(say("Without filters"), href("contacts", whole.to_params())))
    return tag("nav", *ways, cls="cc-ways cc-centred", aria_label=say("Other lists"))


def _longer(period: Period) -> Period:
    """A year that ends when the period does."""
    start = bucket_start(period.end - timedelta(days=365), Grain.DAY, period.zone)
    return replace(period, start=min(start, period.start))


def draw_ways(query: Query, place: Place, found: Found, translator: Translator) -> None:
    """Where in the list this page is; the ways on and back, and to the same question over time."""
    say, language, params = translator.text, translator.language, query.to_params()
    count, shown = found.n, found.rows.height
    first, last = place.span(shown)
    numbers = f"{fmt.count(first, language)}\N{EN DASH}{fmt.count(last, language)}"
    where = say("{numbers} of {n}", numbers=numbers, n=fmt.count(count, language))
    ways = []
    if place.page > 1:
        ways.append(link(say("First page"), href("contacts", params)))
        back = {**params, **place.preceding().to_params()}
        ways.append(link(say("Previous"), href("contacts", back)))
    if last < count and shown == PER_PAGE:
        on = {**params, **place.following(str(found.rows["id"][-1])).to_params()}
        ways.append(link(say("Next"), href("contacts", on)))
    over_time = {name: value for name, value in params.items() if name not in ("grain", "search")}
    ways.append(link(say("See it over time"), href("trends", over_time)))
    position = tag("span", where, cls="cc-quiet") if shown else None
    draw(tag("nav", position, *ways, cls="cc-ways cc-pages", aria_label=say("Pages")))
