"""The screen "Customers": find one, and one history over all channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
import streamlit as st

from ccdash.i18n import Translator
from ccdash.ui import format as fmt
from ccdash.ui.customer_cards import PARAMETER, title_of
from ccdash.ui.lanes import lane_chart
from ccdash.ui.lanes import title_of as matter_of
from ccdash.ui.markup import draw, tag
from ccdash.ui.page import Status, Tile, card, empty, header, section, strip
from ccdash.ui.theme import State
from ccdash.ui.timeline import Entry, timeline
from ccdash.ui.viewer import Viewer
from ccdash.ui.words import oddities, word
from ccdash.views.customer import Summary, Visit, local, summary, waiting
from ccdash.views.identities import DOTS, masked
from ccdash.views.lanes import Lane, Lanes
from ccdash.vocabulary import LIVE_CHANNELS, UNSERVED, Grain, IdentityKind, Outcome, Unit

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
        placeholder=say("Phone in any notation, e-mail, customer number …"),
        on_change=_searched,
        label_visibility="collapsed" if asked else "visible",
        width=340 if asked else "stretch",
    ).strip()


def _searched() -> None:
    st.session_state[IS_NEW] = True
    for name in (PARAMETER, "all"):
        st.query_params.pop(name, None)


def go_to_the_only(found: pl.DataFrame | None) -> None:
    """A new search that found one customer leads to them; the address says their number. Coming
    back to the search by the browser's Back does not lead on again."""
    is_new = st.session_state.pop(IS_NEW, False)
    if not is_new or found is None or found.height != 1:
        return
    customer_id = str(found["customer_id"][0])
    st.session_state[FOUND] = customer_id
    st.query_params[PARAMETER] = customer_id
    st.rerun()


def focus_search() -> None:
    """The cursor waits in the box when nobody is chosen yet."""
    _FOCUS(key="focus-search", height=0)


def show_details(customer_id: str, translator: Translator) -> bool:
    """Whether contact details are written out: in this session, of this customer, in no address."""
    return st.toggle(translator.text("Show contact details"), key=f"details-{customer_id}")


def draw_nobody(text: str, translator: Translator) -> None:
    """Nobody was found."""
    say = translator.text
    with card("nobody"):
        more = say("Try another contact detail, or the number with its country code.")
        empty(say("No customer is known as {text}.", text=text), more)


@dataclass(frozen=True)
class Person:
    """One customer: what they are called, by what they are known (frames of store.customers), and
    every visit, newest first."""

    customer_id: str
    name: str | None
    known: pl.DataFrame
    visits: Sequence[Visit]


def draw_head(person: Person, now: datetime, who: Viewer) -> None:
    """Who it is, in masked contact details, and whether they wait at this moment."""
    rows = person.known.head(4).iter_rows()
    details = [masked(IdentityKind(kind), value) for kind, value, _ in rows]
    if person.name is None and details:
        title, *details = details
    else:
        title = f"{DOTS} {person.customer_id[-3:]}"
    at = local(now, who.zone)
    subtitle = _preferred(summary(person.visits, at), who.translator)
    status = _waiting(person.visits, at, who.translator)
    header(title_of(title, person.name, who), subtitle, status, details)


def _preferred(told: Summary, translator: Translator) -> str:
    """The channel through which most of several contacts came."""
    if told.contacts < 3:
        return ""
    channel, n = told.channels[0]
    return translator.text(
        "prefers {channel}, {n} of {of}",
        channel=word(channel, translator.language),
        n=fmt.count(n, translator.language),
        of=fmt.count(told.contacts, translator.language),
    )


def _waiting(told: Sequence[Visit], now: datetime, translator: Translator) -> Status | None:
    one = waiting(told)
    if one is None or one.waiting_since is None:
        return None
    time = fmt.duration(max(0.0, (now - one.waiting_since).total_seconds()), translator.language)
    where = one.queue or word(one.channel, translator.language)
    text = translator.text("Waiting now in {queue}, for {time}", queue=where, time=time)
    return Status(text, "late")


def draw_summary(told: Summary, who: Viewer) -> None:
    """The history in tiles."""
    tiles = [make(told, who) for make in (_contacts, _cases, _people, _satisfaction, _first, _last)]
    strip(tiles, who.translator)


def _contacts(had: Summary, who: Viewer) -> Tile:
    say, plural = who.translator.text, who.translator.plural
    lately = say("{n} in 30 days", n=fmt.count(had.lately, who.language))
    tests = plural("{n} test call apart", "{n} test calls apart", had.tests)
    note = f"{lately} · {tests}" if had.tests else lately
    told = say("All contacts of this customer in both directions; test calls are not among them.")
    return Tile(say("Contacts"), fmt.count(had.contacts, who.language), note, help=told)


def _cases(had: Summary, who: Viewer) -> Tile:
    say, language = who.translator.text, who.language
    told = say("Matters that a source keeps as a case, and how many of them are not resolved.")
    if not had.cases:
        return Tile(say("Cases"), fmt.NOTHING, say("no case is told"), help=told)
    plural = who.translator.plural
    words = [plural("{n} open", "{n} open", had.open_cases)]
    if had.reopened_cases:
        words.append(plural("{n} reopened", "{n} reopened", had.reopened_cases))
    state: State | None = "warn" if had.open_cases else None
    return Tile(
        say("Cases"), fmt.count(len(had.cases), language), " · ".join(words), state, help=told
    )


def _people(had: Summary, who: Viewer) -> Tile:
    say = who.translator.text
    told = say("Different people who served this customer.")
    return Tile(say("People met"), fmt.count(had.people, who.language), help=told)


def _satisfaction(had: Summary, who: Viewer) -> Tile:
    say, language = who.translator.text, who.language
    told = say("The newest answer of 1 to 5, and the mean of all answers.")
    if not had.scores:
        return Tile(say("Satisfaction"), fmt.NOTHING, say("no answers"), help=told)
    score, at = had.scores[0]
    day = fmt.bucket(at, Grain.DAY, language)
    mean = fmt.value(had.mean_score, Unit.SCORE, language)
    answers = who.translator.plural(
        "mean {mean} of {n} answer", "mean {mean} of {n} answers", len(had.scores), mean=mean
    )
    note = f"{day} · {answers}" if len(had.scores) > 1 else day
    state: State | None = "warn" if score <= 2 else None
    value = say("{score} of {best}", score=score, best=5)
    return Tile(say("Satisfaction"), value, note, state, help=told)


def _first(had: Summary, who: Viewer) -> Tile:
    told = who.translator.text("The day of the first contact that is in the store.")
    return _day_tile(who.translator.text("First contact"), had.first_at, told, who.language)


def _last(had: Summary, who: Viewer) -> Tile:
    say, last = who.translator.text, had.last
    told = say("The day of the newest contact, and how it came.")
    tile = _day_tile(say("Last contact"), last.arrived if last else None, told, who.language)
    if last is None:
        return tile
    note = f"{last.arrived.year} · {word(last.channel, who.language)}"
    return Tile(tile.label, tile.value, note, help=told)


def _day_tile(label: str, at: datetime | None, told: str, language: str) -> Tile:
    if at is None:
        return Tile(label, fmt.NOTHING, help=told)
    return Tile(label, fmt.bucket(at, Grain.DAY, language), str(at.year), help=told)


def draw_lanes(drawn: Lanes, translator: Translator) -> None:
    """The matters over time, with what the one that took most says about them."""
    say = translator.text
    if not drawn.lanes:
        return
    with card("lanes"):
        busiest = drawn.busiest
        title = say("Matters over time")
        if busiest is not None and len(busiest.visits) > 1:
            title = taken(busiest, translator)
        section(title, say("A lane is a matter; the time between contacts is shortened."))
        draw(lane_chart(drawn, translator))


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


def draw_timeline(visits: Sequence[Visit], who: Viewer) -> None:
    """Every contact, newest first."""
    say = who.translator.text
    section(say("All contacts, newest first"))
    if not visits:
        empty(say("No contacts."))
    timeline([_entry(one, who.translator) for one in visits], who.translator)


def draw_forgotten(since: datetime | None, who: Viewer) -> None:
    """From when on the history is kept."""
    if since is not None:
        day = fmt.short_date(since.astimezone(who.zone), who.language)
        told = who.translator.text("Contacts before {day} are no longer kept.", day=day)
        draw(tag("p", told, cls="cc-quiet"))


def _entry(one: Visit, translator: Translator) -> Entry:
    language = translator.language
    case = one.case.key if one.case else None
    told = [
        _wait(one, translator),
        one.agent,
        _talk(one, translator),
        one.queue if one.subject or case else None,
        one.contact_point,
        *_marks(one, translator),
    ]
    return Entry(
        fmt.long_day(one.arrived, language),
        fmt.clock(one.arrived, language),
        one.channel,
        word(one.channel, language),
        one.subject or case or one.queue or word(one.channel, language),
        [fact for fact in told if fact],
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
    if one.outcome in UNSERVED:
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
