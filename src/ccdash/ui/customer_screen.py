"""The screen "Customers": who it may be, what is known, one timeline over all channels."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import streamlit as st

from ccdash.i18n import Translator
from ccdash.ui import format as fmt
from ccdash.ui.board import Cell, Heading, list_table
from ccdash.ui.markup import tag
from ccdash.ui.page import Tile, card, empty, facts, header, section, strip
from ccdash.ui.shell import href
from ccdash.ui.theme import State
from ccdash.ui.timeline import Entry, timeline
from ccdash.ui.viewer import Viewer
from ccdash.ui.words import oddities, word
from ccdash.views.customer import Summary, Visit
from ccdash.views.identities import DOTS, masked, parted
from ccdash.vocabulary import LIVE_CHANNELS, Grain, IdentityKind, Outcome, Unit

BAD_ENDS = (Outcome.ABANDONED, Outcome.TIMED_OUT, Outcome.FAILED, Outcome.REFUSED)
PARAMETER, SEARCHED, SHOWN = "customer", "find", "details"


def search(translator: Translator) -> str:
    """The search box; what was typed is in the URL, and a new search leaves the old customer."""
    say = translator.text
    st.session_state["find"] = st.query_params.get(SEARCHED, "")
    return st.text_input(
        say("Find a customer"),
        key="find",
        placeholder=say("Phone in any notation, e-mail, customer number …"),
        on_change=_searched,
    ).strip()


def _searched() -> None:
    st.query_params.pop(PARAMETER, None)
    typed = st.session_state["find"].strip()
    if typed:
        st.query_params[SEARCHED] = typed
    else:
        st.query_params.pop(SEARCHED, None)


def show_details(translator: Translator) -> bool:
    """Whether contact details are written out; in the URL, so that a reload keeps it."""
    st.session_state["details"] = st.query_params.get(SHOWN) == "yes"
    return st.toggle(translator.text("Show contact details"), key="details", on_change=_switched)


def _switched() -> None:
    if st.session_state["details"]:
        st.query_params[SHOWN] = "yes"
    else:
        st.query_params.pop(SHOWN, None)


def draw_nobody(text: str, translator: Translator) -> None:
    """Nothing was searched for, or nobody was found."""
    say = translator.text
    with card("nobody"):
        if text:
            more = say("Try another contact detail, or the number with its country code.")
            empty(say("No customer is known as {text}.", text=text), more)
        else:
            more = say("Any phone number, e-mail address or customer number will do.")
            empty(say("Find a customer by any contact detail."), more)


def draw_candidates(found: pl.DataFrame, who: Viewer) -> None:
    """More than one possible person behind a contact detail."""
    say, language = who.translator.text, who.language
    with card("candidates"):
        title = who.translator.plural("{n} possible person", "{n} possible people", found.height)
        section(title, say("They share this contact detail. Choose one."))
        headings = [
            Heading(say("Customer")),
            Heading(say("Contacts"), number=True),
            Heading(say("First"), number=True, narrow=False),
            Heading(say("Last"), number=True),
        ]
        rows = [
            [
                Cell(
                    _title(f"{DOTS} {row['customer_id'][-3:]}", row["name"], who.translator),
                    _masked_list(row["identities"]),
                    strong=True,
                    link=href("customer", {PARAMETER: row["customer_id"]}),
                ),
                Cell(fmt.count(row["contacts"], language)),
                Cell(_day(row["first_at"].astimezone(who.zone), language)),
                Cell(_day(row["last_at"].astimezone(who.zone), language)),
            ]
            for row in found.iter_rows(named=True)
        ]
        list_table(headings, rows, who.translator, title)


def draw_head(customer_id: str, name: str | None, known: pl.DataFrame, who: Viewer) -> None:
    """Who it is, in masked contact details."""
    details = [masked(IdentityKind(kind), value) for kind, value, _ in known.head(4).iter_rows()]
    title = details[0] if details else f"{DOTS} {customer_id[-3:]}"
    header(_title(title, name, who.translator), chips=details[1:])


def draw_summary(summary: Summary, who: Viewer) -> None:
    """The history in tiles."""
    say, language = who.translator.text, who.language
    channels = " · ".join(
        f"{word(one, language)} {fmt.count(n, language)}" for one, n in summary.channels
    )
    tests = who.translator.plural("{n} test call apart", "{n} test calls apart", summary.tests)
    scores = summary.scores
    mean = sum(scores) / len(scores) if scores else None
    answers = who.translator.plural("{n} answer, of 1 to 5", "{n} answers, of 1 to 5", len(scores))
    tiles = [
        Tile(
            say("Contacts"), fmt.count(summary.contacts, language), tests if summary.tests else ""
        ),
        _day_tile(say("First"), summary.first_at, language),
        _day_tile(say("Last"), summary.last_at, language),
        Tile(say("Channels"), fmt.count(len(summary.channels), language), channels),
        Tile(say("People met"), fmt.count(summary.people, language)),
        Tile(
            say("Open now"),
            fmt.count(summary.open, language),
            state="warn" if summary.open else None,
        ),
        Tile(
            say("Satisfaction"),
            fmt.value(mean, Unit.SCORE, language),
            answers if scores else say("no answers"),
        ),
    ]
    strip(tiles, who.translator)


def draw_identities(known: pl.DataFrame, who: Viewer, *, details: bool) -> None:
    """How this customer is recognised, and what is shared with others."""
    say = who.translator.text
    lines = []
    for kind, value, is_shared in known.iter_rows():
        shown = value if details else masked(IdentityKind(kind), value)
        shared = tag("span", " · " + say("shared with other customers"), cls="cc-quiet")
        lines.append(
            tag(
                "span",
                tag("strong", word(IdentityKind(kind), who.language)),
                f" {shown}",
                shared if is_shared else None,
            )
        )
    facts(say("How this customer is recognised"), lines or [say("By nothing that is known.")])


def draw_timeline(visits: list[Visit], who: Viewer) -> None:
    """Every contact, newest first."""
    say = who.translator.text
    with card("timeline"):
        section(say("All contacts, newest first"))
        if not visits:
            empty(say("No contacts."))
        timeline([_entry(one, who.translator) for one in visits], who.translator)


def _entry(one: Visit, translator: Translator) -> Entry:
    language = translator.language
    told = [
        _wait(one, translator),
        one.agent,
        _talk(one, translator),
        one.queue if one.subject or one.case else None,
        one.contact_point,
        *_marks(one, translator),
    ]
    return Entry(
        fmt.long_day(one.arrived, language),
        fmt.clock(one.arrived, language),
        one.channel,
        word(one.channel, language),
        one.subject or one.case or one.queue or word(one.channel, language),
        [fact for fact in told if fact],
        word(one.outcome, language),
        _state(one),
    )


def _state(one: Visit) -> State | None:
    if one.is_test:
        return None
    if one.outcome is Outcome.OPEN:
        return "warn"
    return "bad" if one.outcome in BAD_ENDS else None


def _wait(one: Visit, translator: Translator) -> str | None:
    if one.wait_seconds is None or (one.wait_seconds == 0 and one.outcome not in BAD_ENDS):
        return None
    wait = fmt.duration(one.wait_seconds, translator.language)
    if one.outcome in BAD_ENDS:
        return translator.text("left after {time}", time=wait)
    return translator.text("waited {time}", time=wait)


def _talk(one: Visit, translator: Translator) -> str | None:
    if not one.talk_seconds:
        return None
    time = fmt.duration(one.talk_seconds, translator.language)
    if one.channel in LIVE_CHANNELS:
        return translator.text("talked {time}", time=time)
    return translator.text("worked on for {time}", time=time)


def _marks(one: Visit, translator: Translator) -> list[str]:
    say = translator.text
    marks = [
        (one.is_outbound, say("we called")),
        (one.is_transferred, say("passed on")),
        (one.continues_another, say("goes on from another contact")),
        (one.csat_score is not None, say("satisfaction {score} of 5", score=one.csat_score)),
        (one.is_test, say("test call, in no figure")),
        (bool(one.oddity), oddities(one.oddity or "", translator.language)),
    ]
    return [text for is_so, text in marks if is_so]


def _title(detail: str, name: str | None, translator: Translator) -> str:
    return name or translator.text("Customer {number}", number=detail)


def _masked_list(identities: str | None) -> str:
    found = [parted(one) for one in (identities or "").split(", ")]
    return " · ".join(masked(*one) for one in found[:4] if one)


def _day_tile(label: str, at: datetime | None, language: str) -> Tile:
    if at is None:
        return Tile(label, fmt.NOTHING)
    return Tile(label, fmt.bucket(at, Grain.DAY, language), str(at.year))


def _day(at: datetime | None, language: str) -> str:
    return fmt.NOTHING if at is None else fmt.short_date(at, language)
