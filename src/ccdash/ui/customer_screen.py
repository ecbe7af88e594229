"""The screen "Customers": find one, and one history over all channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import streamlit as st

from ccdash.i18n import Translator
from ccdash.store.finding import Found
from ccdash.ui import format as fmt
from ccdash.ui.conversation import conversation
from ccdash.ui.customer_cards import FROM, PARAMETER
from ccdash.ui.lanes import lane_chart
from ccdash.ui.lanes import title_of as matter_of
from ccdash.ui.markup import draw, link, tag
from ccdash.ui.page import card, empty, section
from ccdash.ui.shell import href
from ccdash.ui.theme import State
from ccdash.ui.timeline import Entry, timeline
from ccdash.ui.viewer import Viewer
from ccdash.ui.words import oddities, word
from ccdash.views.customer import Visit, local
from ccdash.views.lanes import Lane, Lanes
from ccdash.views.rounds import Written
from ccdash.vocabulary import LIVE_CHANNELS, UNSERVED, Outcome

TYPED, FOUND, IS_NEW = "find", "customer-found", "customer-search-is-new"
_FOCUS = st.components.v2.component(
    "ccdash_focus",
    js="""export default () => {
      let tries = 0;
      const look = () => {  // the box may come a moment later
        const box = document.querySelector('.st-key-find input');
        if (document.activeElement !== document.body) return;
        if (box) box.focus();
        if (document.activeElement !== box && tries++ < 20) setTimeout(look, 100);
      };
      look();
    }""",
)


def search(translator: Translator) -> str:
    """The search box. What is typed stays in the session: a contact detail is in no address."""
    asked = st.query_params.get(PARAMETER)
    if asked and asked != st.session_state.get(FOUND):
        st.session_state[TYPED] = ""
    say = translator.text
    return st.text_input(
        say("Find a customer"),
        key=TYPED,
        placeholder=say("Name, phone in any notation, e-mail, customer number, case, order …"),
        on_change=_searched,
        label_visibility="collapsed" if asked else "visible",
        width=340 if asked else "stretch",
    ).strip()


def _searched() -> None:
    st.session_state[IS_NEW] = True
    for name in (PARAMETER, FROM, "all"):
        st.query_params.pop(name, None)


def go_to_the_only(found: Found | None) -> None:
    """A new search that found one person leads to them; the address says their number. Coming
    back to the search by the browser's Back does not lead on again."""
    is_new = st.session_state.pop(IS_NEW, False)
    if not is_new or found is None or found.is_alike or found.is_cut_off:
        return
    if found.people.height != 1:
        return
    customer_id = str(found.people["customer_id"][0])
    st.session_state[FOUND] = customer_id
    st.query_params.update({FROM: "search", PARAMETER: customer_id})
    st.rerun()


def focus_search() -> None:
    """The cursor waits in the box when nobody is chosen yet."""
    _FOCUS(key="focus-search", height=0)


def draw_nobody(text: str, found: Found, translator: Translator) -> None:
    """Nobody was found, or not among so many names as a search looks at."""
    say = translator.text
    told = say("No customer is known as {text}.", text=text)
    more = say("Try another part of the name, or the number with its country code.")
    if found.is_cut_off:
        told = say("Very many names begin like {text}.", text=text)
        more = say("Type more of the name, or the number or the address.")
    with card("nobody"):
        empty(told, more)


def draw_unknown(translator: Translator) -> None:
    """The address names nobody."""
    say = translator.text
    with card("nobody"):
        more = say("The link may be wrong, or all that was known of the customer was forgotten.")
        way = link(say("Search for a customer"), href("customer"), cls="cc-way")
        empty(say("There is no customer with this number."), more, way)


def draw_lanes(drawn: Lanes, now: datetime, who: Viewer) -> None:
    """The matters over time, with what the one that took most says about them."""
    say = who.translator.text
    busiest = drawn.busiest
    title = say("Matters over time")
    if busiest is not None and len(busiest.visits) > 1:
        title = taken(busiest, who.translator)
    told = [say("A lane is a matter; the time between contacts is shortened.")]
    if any(one.bounces for one in drawn.lanes):
        told.append(
            say("Each agent after the first and each change of queue or channel is a bounce.")
        )
    section(title, " ".join(told))
    draw(lane_chart(drawn, local(now, who.zone).year, who.translator))


def taken(lane: Lane, translator: Translator) -> str:
    """How many contacts a matter took, and since when or when."""
    first, last = lane.visits[0].arrived, lane.visits[-1].arrived
    matter, n, language = matter_of(lane, translator), len(lane.visits), translator.language
    if lane.is_open:
        return translator.plural(
            "{matter} has taken {n} contact since {day}, still open",
            "{matter} has taken {n} contacts since {day}, still open",
            n,
            matter=matter,
            day=fmt.short_date(first, language),
        )
    return translator.plural(
        "{matter} took {n} contact, {days}",
        "{matter} took {n} contacts, {days}",
        n,
        matter=matter,
        days=fmt.period(first, last, language),
    )


@dataclass(frozen=True)
class Past:
    """The contacts that are shown, newest first, the matters of all, and what was written in those
    that are shown."""

    visits: Sequence[Visit]
    lanes: Lanes
    written: Mapping[int, Written]


def draw_timeline(past: Past, who: Viewer) -> None:
    """Every contact, newest first."""
    section(who.translator.text("All contacts, newest first"))
    entries = [
        replace(
            _entry(one, who.translator),
            marks=_wrong(one, past.lanes.again, who.translator),
            conversation=conversation(one, past.written.get(one.number), who.translator),
        )
        for one in past.visits
    ]
    timeline(entries, who.translator)


def _wrong(one: Visit, again: frozenset[int], translator: Translator) -> Sequence[str]:
    say = translator.text
    marks = (
        (one.waiting_seconds is not None, say("waiting now")),
        (one.is_overdue, say("promise overdue")),
        (one.number in again, say("asked again")),
    )
    return [text for is_so, text in marks if is_so]


def draw_forgotten(since: datetime | None, who: Viewer) -> None:
    """From when on the history is kept."""
    if since is not None:
        day = fmt.short_date(since.astimezone(who.zone), who.language)
        told = who.translator.text("Contacts before {day} are no longer kept.", day=day)
        draw(tag("p", told, cls="cc-quiet"))


def facts_of(one: Visit, translator: Translator) -> list[str]:
    """What happened, in short words."""
    told = [
        _wait(one, translator),
        one.agent,
        _talk(one, translator),
        _promise(one, translator),
        one.queue if one.subject or one.case else None,
        one.contact_point,
        *_marks(one, translator),
    ]
    return [fact for fact in told if fact]


def _entry(one: Visit, translator: Translator) -> Entry:
    language = translator.language
    case = one.case.key if one.case else None
    return Entry(
        fmt.long_day(one.arrived, language),
        fmt.clock(one.arrived, language),
        one.channel,
        word(one.channel, language),
        one.subject or case or one.queue or word(one.channel, language),
        facts_of(one, translator),
        word(one.outcome, language),
        _state(one),
    )


def _state(one: Visit) -> State | None:
    if one.is_test:
        return None
    if one.outcome is Outcome.OPEN:
        return "warn"
    return "bad" if one.outcome in UNSERVED else None


def _wait(one: Visit, translator: Translator) -> str | None:
    if one.wait_seconds is None or (one.wait_seconds == 0 and one.outcome not in UNSERVED):
        return None
    wait = fmt.duration(one.wait_seconds, translator.language)
    if one.outcome is Outcome.ABANDONED:
        return translator.text("left after {time}", time=wait)
    return translator.text("waited {time}", time=wait)


def _talk(one: Visit, translator: Translator) -> str | None:
    if not one.talk_seconds:
        return None
    time = fmt.duration(one.talk_seconds, translator.language)
    if one.channel in LIVE_CHANNELS:
        return translator.text("talked {time}", time=time)
    return translator.text("worked on for {time}", time=time)


def _promise(one: Visit, translator: Translator) -> str | None:
    """To call back, and whether it was kept."""
    if one.promised is None:
        return None
    say, language, late = translator.text, translator.language, one.promise_late_seconds
    is_same_day = one.promised.date() == one.arrived.date()
    by = fmt.clock(one.promised, language) if is_same_day else fmt.moment(one.promised, language)
    if late is not None and late > 0:
        length = fmt.duration(late, language)
        return say("called back {late} late, promised by {time}", late=length, time=by)
    if late is not None:
        return say("called back in time, promised by {time}", time=by)
    if one.outcome is Outcome.OPEN:
        return say("call back by {time}", time=by)
    return say("promised by {time}, not called back", time=by)


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
