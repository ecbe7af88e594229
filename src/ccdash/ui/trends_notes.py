"""What people noted, below the chart of the screen "Trends": read, written, changed, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from string import ascii_uppercase
from zoneinfo import ZoneInfo

import streamlit as st

from ccdash.errors import CcdashError
from ccdash.i18n import Translator
from ccdash.query import Query
from ccdash.store.annotations import LONGEST, Kept, Note, add, change, remove
from ccdash.store.engine import Store
from ccdash.ui import format as fmt
from ccdash.ui.errors import sentence, shown_errors
from ccdash.ui.markup import Html, draw, tag
from ccdash.ui.page import notice
from ccdash.ui.trend import Mark
from ccdash.ui.words import word
from ccdash.views.trends import places
from ccdash.vocabulary import Channel

MIDNIGHT = time()
ONE_DAY = timedelta(days=1)
LEAST_BAND = 0.5
"""Of a bucket; what was shorter is a line."""


@dataclass(frozen=True)
class Notes:
    """Those beside a question, and where more are kept."""

    store: Store
    query: Query
    found: Sequence[Kept]
    now: datetime


def letter(place: int) -> str:
    """A, B ... Z, AA, AB: by which a note on the chart is found below it."""
    before, here = divmod(place, len(ascii_uppercase))
    return (letter(before - 1) if before else "") + ascii_uppercase[here]


def marks(notes: Notes, shown: Sequence[bool] | None = None) -> list[Mark]:
    """Where they stand on the chart, which may have only some of the buckets."""
    many = len(notes.query.period.starts(notes.query.grain))
    at = list(accumulate(shown or [True] * many, initial=0))
    spans = notes.query.period.spans(notes.query.grain)
    found = []
    for place, one in enumerate(notes.found):
        first, last = places(notes.query, one.note.begins_at, one.note.ends_at)
        length = (one.note.ends_at or one.note.begins_at) - one.note.begins_at
        bucket = spans[first][1] - spans[first][0]
        is_wide = last > first or length >= bucket * LEAST_BAND
        most = max(at[-1] - 1, 0)
        here = min(at[first], most), min(max(at[last + 1] - 1, at[first]), most)
        found.append(Mark(letter(place), one.note.text, *here, lasts=is_wide))
    return found


def draw_notes(notes: Notes, translator: Translator) -> None:
    """The list, and the ways to write one and to change one."""
    say = translator.text
    with st.container(key="notes", gap=None):
        for place, one in enumerate(notes.found):
            with st.container(horizontal=True, vertical_alignment="center", key=f"note-{place}"):
                draw(_line(letter(place), one.note, notes.query.period.zone, translator))
                label = say("Change note {letter}", letter=letter(place))
                if st.button(
                    say("Change"), key=f"change-{one.number}", type="tertiary", help=label
                ):
                    _open(notes, one, translator)
        if st.button(say("Add a note to the chart"), key="note-add", type="tertiary"):
            _open(notes, None, translator)


def _line(sign: str, note: Note, where: ZoneInfo, translator: Translator) -> Html:
    facts = [when(note, where, translator.language)]
    if note.channel is not None:
        facts.append(word(note.channel, translator.language))
    return tag(
        "p",
        tag("b", sign, cls="cc-letter"),
        tag("span", note.text, " ", tag("span", " · ".join(facts), cls="cc-quiet")),
        cls="cc-noted",
    )


def when(note: Note, where: ZoneInfo, language: str) -> str:
    """Its days, or its times where it does not begin and end with days."""
    begins = note.begins_at.astimezone(where)
    ends = None if note.ends_at is None else note.ends_at.astimezone(where)
    if begins.time() == MIDNIGHT and (ends is None or ends.time() == MIDNIGHT):
        last = begins if ends is None else ends - ONE_DAY
        if begins.date() == last.date():
            return fmt.short_date(begins, language)
        return fmt.period(begins.date(), last.date(), language)
    first = f"{fmt.short_date(begins, language)} {fmt.clock(begins, language)}"
    if ends is None:
        return first
    if ends.date() == begins.date():
        return f"{first}\N{EN DASH}{fmt.clock(ends, language)}"
    return f"{first} \N{EN DASH} {fmt.short_date(ends, language)} {fmt.clock(ends, language)}"


def _open(notes: Notes, kept: Kept | None, translator: Translator) -> None:
    say = translator.text
    title = say("Add a note to the chart") if kept is None else say("Change a note")

    @st.dialog(title)
    def dialog() -> None:
        with shown_errors():
            _form(notes, kept, translator)

    dialog()


def _form(notes: Notes, kept: Kept | None, translator: Translator) -> None:
    """Ask what happened; what is wrong with it is said where it was asked."""
    say, number = translator.text, "new" if kept is None else str(kept.number)
    before = kept.note if kept else None
    text = st.text_input(
        say("What happened"), before.text if before else "", LONGEST, key=f"note-text-{number}"
    )
    begins = _asked(say("From"), _first(notes, before), translator, f"from-{number}")
    ends = _asked(say("Until, if it lasted"), _last(notes, before), translator, f"until-{number}")
    channel = st.selectbox(
        say("Channel"),
        [None, *Channel],
        [None, *Channel].index(before.channel if before else None),
        format_func=lambda one: word(one, translator.language) if one else say("All channels"),
        key=f"note-channel-{number}",
    )
    with st.container(horizontal=True, key="note-ways"):
        is_kept = st.button(say("Save"), type="primary", key=f"note-save-{number}")
        is_gone = kept is not None and st.button(say("Take away"), key=f"note-gone-{number}")
    if not is_kept and not is_gone:
        return
    try:
        span = (_instant(begins, notes, is_end=False), _instant(ends, notes, is_end=True))
        note = None if is_gone else Note(span[0] or notes.now, text.strip(), span[1], channel)
        _keep(notes, kept, note)
    except CcdashError as error:
        notice(sentence(error, translator), "bad")
        return
    st.rerun()


Asked = tuple[date | None, time | None]
"""A day, and a time of it where that is known."""


def _asked(label: str, usual: Asked, translator: Translator, key: str) -> Asked:
    say = translator.text
    pattern = "DD/MM/YYYY" if translator.language == "en" else "DD.MM.YYYY"
    with st.container(horizontal=True, key=f"note-{key}"):
        day = st.date_input(label, usual[0], format=pattern, key=f"note-day-{key}")
        at = st.time_input(say("At, if known"), usual[1], key=f"note-time-{key}")
    return day, at


def _first(notes: Notes, note: Note | None) -> Asked:
    if note is None:
        last = min(notes.now, notes.query.period.end - timedelta(seconds=1))
        return last.astimezone(notes.query.period.zone).date(), None
    at = note.begins_at.astimezone(notes.query.period.zone)
    return at.date(), None if at.time() == MIDNIGHT else at.time()


def _last(notes: Notes, note: Note | None) -> Asked:
    if note is None or note.ends_at is None:
        return None, None
    at = note.ends_at.astimezone(notes.query.period.zone)
    if at.time() == MIDNIGHT:  # a whole day is told by itself, not by the midnight after it
        return at.date() - ONE_DAY, None
    return at.date(), at.time()


def _instant(asked: Asked, notes: Notes, *, is_end: bool) -> datetime | None:
    """Without a time a day is meant as a whole, the last one with it."""
    day, at = asked
    if day is None:
        return None
    is_whole = is_end and at is None
    where = notes.query.period.zone
    return datetime.combine(day + ONE_DAY if is_whole else day, at or MIDNIGHT, where)


def _keep(notes: Notes, kept: Kept | None, note: Note | None) -> None:
    with notes.store.transaction() as connection:
        if note is None and kept is not None:
            remove(connection, kept.number)
        elif note is not None and kept is not None:
            change(connection, kept.number, note)
        elif note is not None:
            add(connection, note, notes.now)
