"""Which contacts are about one thing, put right by hand, and what was put right before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from ccdash.store import matter_decisions
from ccdash.store.decisions import Decision
from ccdash.ui import format as fmt
from ccdash.ui.customer_head import Person
from ccdash.ui.decided import Decided, draw_decided, said
from ccdash.ui.lanes import title_of
from ccdash.ui.markup import draw, tag
from ccdash.ui.page import DOT
from ccdash.ui.reader import reader
from ccdash.ui.reasoned import Step, reason_and_button
from ccdash.ui.source import source
from ccdash.ui.viewer import Viewer
from ccdash.ui.words import word
from ccdash.views.customer import Visit
from ccdash.vocabulary import MatterKind

MOST_ALONE = 50
ITS_OWN = 0
"""In place of a contact: the matter is to be a new one."""


def draw_corrections(person: Person, decided: pl.DataFrame, who: Viewer) -> None:
    """The way to put a matter right, and what was put right, each of which can be taken back;
    decisions of store.matter_decisions."""
    say = who.translator.text
    if len(person.visits) < 2:
        return
    if st.button(say("Correct a matter"), type="tertiary", key="correct-matter"):
        _ask(person, who)
    draw_decided("matter", list(_decisions(person, decided, who)), _take_back, who)


def _ask(person: Person, who: Viewer) -> None:
    say = who.translator.text

    @st.dialog(say("Correct a matter"))
    def dialog() -> None:
        of = {one.number: one for one in person.visits if not one.is_test}
        number = st.selectbox(
            say("The contact"),
            list(of),
            format_func=lambda one: _contact(of[one], who),
            key="matter-contact",
        )
        right = dict(_right(of[number], person, who))
        to = st.selectbox(
            say("What is right"), list(right), format_func=right.__getitem__, key="matter-right"
        )
        told = say("The whole conversation goes with it. Figures follow by themselves.")
        draw(tag("p", told, cls="cc-quiet"))
        step = Step("", "", say("Correct it"), lambda why: _do(person, (number, to), why))
        reason_and_button(step, who.translator)

    dialog()


def _right(visit: Visit, person: Person, who: Viewer) -> Iterator[tuple[int, str]]:
    """The matters to which it may belong, each by a contact of it."""
    say, plural = who.translator.text, who.translator.plural
    if visit.matter is not None:
        yield ITS_OWN, say("It is a matter of its own")
    for lane in person.lanes.lanes:
        if lane.is_matter and lane.number != visit.matter:
            n, last = len(lane.visits), lane.visits[-1]
            yield (
                last.number,
                plural(
                    "It belongs to {matter}, {n} contact until {day}",
                    "It belongs to {matter}, {n} contacts until {day}",
                    n,
                    matter=title_of(lane, who.translator),
                    day=fmt.short_date(last.arrived, who.language),
                ),
            )
    alone = (one for one in person.visits if one.matter is None and not one.is_test)
    for one, _ in zip(alone, range(MOST_ALONE), strict=False):
        if one is not visit:
            yield one.number, say("It belongs to {contact}", contact=_contact(one, who))


def _do(person: Person, contacts: tuple[int, int], reason: str) -> None:
    store, owner, (number, to) = source().store, person.whole.number, contacts
    if to == ITS_OWN:
        matter_decisions.apart(store, owner, number, _said(reason))
    else:
        matter_decisions.join(store, owner, contacts, _said(reason))


def _take_back(number: int, reason: str) -> None:
    matter_decisions.take_back(source().store, number, _said(reason))


def _said(reason: str) -> Decision:
    return Decision(reader().who, reason, datetime.now(UTC))


def _contact(one: Visit, who: Viewer) -> str:
    when = f"{fmt.short_date(one.arrived, who.language)} {fmt.clock(one.arrived, who.language)}"
    return DOT.join(filter(None, (word(one.channel, who.language), when, one.subject or one.queue)))


def _decisions(person: Person, decided: pl.DataFrame, who: Viewer) -> Iterator[Decided]:
    of = {str(one.number): one for one in person.visits}
    for row in decided.iter_rows(named=True):
        yield Decided(
            int(row["decision_id"]),
            _told(row, of, who),
            DOT.join(said(row, who)),
            row["taken_back_at"] is None,
        )


def _told(row: Mapping[str, object], of: Mapping[str, Visit], who: Viewer) -> str:
    say, visit = who.translator.text, of.get(str(row["contact_id"]))
    contact = _contact(visit, who) if visit else fmt.NOTHING
    other = of.get(str(row["other_contact_id"]))
    if row["kind"] == MatterKind.JOIN and other is not None:
        return say("{contact} belongs to {other}", contact=contact, other=_contact(other, who))
    return say("{contact} is a matter of its own", contact=contact)
