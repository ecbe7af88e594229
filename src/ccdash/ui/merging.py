"""Who else may be this person: joined by hand, parted by hand, and what was decided before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from ccdash.i18n import N_
from ccdash.store import decisions
from ccdash.store.customers import Whole
from ccdash.store.decisions import Decision
from ccdash.store.possible import MOST
from ccdash.ui import format as fmt
from ccdash.ui.customer_cards import PARAMETER, title_of
from ccdash.ui.decided import Decided, draw_decided, said
from ccdash.ui.markup import Html, draw, link, tag
from ccdash.ui.page import DOT
from ccdash.ui.reader import reader
from ccdash.ui.reasoned import Step, ask, reason_and_button
from ccdash.ui.shell import href
from ccdash.ui.source import source
from ccdash.ui.trends_controls import escaped
from ccdash.ui.viewer import Viewer
from ccdash.ui.words import word
from ccdash.views.contacts import masked_detail
from ccdash.views.identities import DOTS, masked
from ccdash.views.recognition import Detail
from ccdash.vocabulary import Doubt, IdentityKind, LinkKind

Row = Mapping[str, object]
DOUBTS: Mapping[Doubt, str] = {
    Doubt.SHARED: N_("shared by several people"),
    Doubt.UNVERIFIED: N_("not verified"),
    Doubt.NEVER: N_("verified, yet kept apart"),
}
FIRST = (Doubt.UNVERIFIED, Doubt.NEVER, Doubt.SHARED)
"""Who is most likely the same person."""
AT_FIRST = 4


def likely(found: pl.DataFrame) -> list[Row]:
    """People with contacts who have a detail in common, the likeliest first; of a frame of
    store.possible."""
    first = pl.col("why").cast(pl.Enum([str(one) for one in FIRST]))
    came = found.filter(pl.col("contacts") > 0).sort(first, maintain_order=True)
    return list(came.iter_rows(named=True))


def draw_possible(found: Sequence[Row], whole: Whole, who: Viewer) -> None:
    """A few of them, and the others behind their number."""
    if not found:
        return
    say, rest = who.translator.text, found[AT_FIRST:]
    draw(tag("h3", say("Maybe the same person"), cls="cc-minor"))
    for row in found[:AT_FIRST]:
        _draw_candidate(row, whole, who)
    if not rest:
        return
    with st.expander(who.translator.plural("+{n} more", "+{n} more", len(rest))):
        for row in rest:
            _draw_candidate(row, whole, who)
        if len(found) == MOST:
            told = say("There may be more: these {n} came last.", n=MOST)
            draw(tag("p", told, cls="cc-quiet"))


def _draw_candidate(row: Row, whole: Whole, who: Viewer) -> None:
    say, name = who.translator.text, _name(row, who)
    with st.container(
        horizontal=True, vertical_alignment="center", key=f"maybe-{row['person_id']}"
    ):
        draw(_candidate(row, name, who))
        tip = escaped(say("{name} is the same person", name=name))
        if st.button(say("Join"), key=f"join-{row['person_id']}", type="tertiary", help=tip):
            _join(whole, row, who)


def _name(row: Row, who: Viewer) -> str:
    name = row["name"]
    return title_of(_own_detail(row), str(name) if name else None, who)


def _own_detail(row: Row) -> str:
    detail = row["detail"]
    return masked_detail(str(detail)) if detail else f"{DOTS} {str(row['person_id'])[-3:]}"


def _candidate(row: Row, name: str, who: Viewer) -> Html:
    """What tells them from others of the same name, and why it may be them."""
    say, last = who.translator.text, row["last_at"]
    told = [_own_detail(row)] if row["name"] else []
    told += [_same_detail(row, who), say(DOUBTS[Doubt(str(row["why"]))])]
    many = int(str(row["contacts"]))
    told.append(who.translator.plural("{n} contact", "{n} contacts", many))
    if isinstance(last, datetime):
        told.append(fmt.short_date(last.astimezone(who.zone), who.language))
    to = href("customer", {PARAMETER: str(row["person_id"])})
    under = tag("span", DOT.join(filter(None, told)), cls="cc-under")
    return tag("p", link(name, to, cls="cc-strong"), under, cls="cc-decided")


def _same_detail(row: Row, who: Viewer) -> str:
    if row["kind"] is None:
        return ""
    kind = IdentityKind(str(row["kind"]))
    detail = masked(kind, str(row["value"]))
    return who.translator.text("{kind} {detail}", kind=word(kind, who.language), detail=detail)


def _join(whole: Whole, row: Row, who: Viewer) -> None:
    say = who.translator.text
    told = say(
        "{name} and the customer of this page become one person. Nothing is moved: it can be taken "
        "back at any time.",
        name=_name(row, who),
    )

    def act(reason: str) -> None:
        decisions.merge(source().store, whole.number, int(str(row["person_id"])), _by(reason))

    ask(Step(say("Join two customers?"), told, say("Join them"), act), who.translator)


def draw_parting(found: Sequence[Detail], who: Viewer, *, shown: bool) -> None:
    """The way to say that a detail which was joined by rule is somebody else's."""
    by_rule = [one for one in found if one.is_by_rule]
    say = who.translator.text
    if by_rule and st.button(say("A detail is somebody else's"), type="tertiary", key="part"):
        _ask_which(by_rule, who, shown=shown)


def _ask_which(found: Sequence[Detail], who: Viewer, *, shown: bool) -> None:
    say = who.translator.text

    @st.dialog(say("Whose is it?"))
    def dialog() -> None:
        one = st.selectbox(
            say("The detail that is somebody else's"),
            found,
            format_func=lambda one: _told_apart(one, who, shown=shown),
            key="part-detail",
        )
        told = say("All that came by it becomes a customer of its own. It can be taken back.")
        draw(tag("p", told, cls="cc-quiet"))

        def act(reason: str) -> None:
            decisions.keep_apart(source().store, one.customer_id, _by(reason))

        reason_and_button(Step("", "", say("Keep it apart"), act), who.translator)

    dialog()


def _detail(one: Detail, who: Viewer, *, shown: bool) -> str:
    value = one.value if shown else masked(one.kind, one.value)
    kind = word(one.kind, who.language)
    return who.translator.text("{kind} {detail}", kind=kind, detail=value)


def _told_apart(one: Detail, who: Viewer, *, shown: bool) -> str:
    """Masked details may look alike: how often each was given, and when last, is said with it."""
    many = who.translator.plural("{n} contact", "{n} contacts", one.contacts)
    last = fmt.short_date(one.last, who.language) if one.last else ""
    return DOT.join(filter(None, (_detail(one, who, shown=shown), many, last)))


def draw_links(decided: pl.DataFrame, who: Viewer) -> None:
    """What was decided about who is one person; each that holds can be taken back."""

    def take_back(number: int, reason: str) -> None:
        decisions.take_back(source().store, number, _by(reason))

    draw_decided("link", list(_decisions(decided, who)), take_back, who)


def _decisions(decided: pl.DataFrame, who: Viewer) -> Iterator[Decided]:
    say = who.translator.text
    for row in decided.iter_rows(named=True):
        one, other = (_end(row, name, who) for name in ("customer", "other"))
        told = say("{one} kept apart", one=one)
        if row["kind"] == LinkKind.MERGE:
            told = say("{one} joined with {other}", one=one, other=other)
        yield Decided(
            row["decision_id"], told, DOT.join(said(row, who)), row["taken_back_at"] is None
        )


def _end(row: Row, name: str, who: Viewer) -> str:
    kind, value = row[f"{name}_kind"], row[f"{name}_value"]
    if kind is None:
        return f"{DOTS} {str(row[f'{name}_id'])[-3:]}"
    detail = masked(IdentityKind(str(kind)), str(value))
    return who.translator.text(
        "{kind} {detail}", kind=word(IdentityKind(str(kind)), who.language), detail=detail
    )


def _by(reason: str) -> Decision:
    return Decision(reader().who, reason, datetime.now(UTC))
