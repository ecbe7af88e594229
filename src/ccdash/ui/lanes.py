"""The matters of a customer as lanes: marks over time on a desk, a list of them on a telephone.

Every mark has its words in the page; where there is no room for them they are for the ear, and
appear under the pointer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ccdash.i18n import N_, Translator
from ccdash.ui import format as fmt
from ccdash.ui.markup import Content, Html, join, tag
from ccdash.ui.page import DOT
from ccdash.ui.words import word
from ccdash.views.customer import Visit
from ccdash.views.lanes import Lane, Lanes, Mark
from ccdash.vocabulary import UNSERVED, Channel, Joined, Outcome

MOST = 6
"""How many lanes are open to the eye; the others unfold."""
JOINED: Mapping[Joined, str] = {
    Joined.CASE: N_("by the source's case"),
    Joined.RULE: N_("joined by rule"),
    Joined.DECISION: N_("joined by hand"),
}
"""How the contacts of a matter came together."""


@dataclass(frozen=True, slots=True)
class _Look:
    translator: Translator
    year: int

    @property
    def language(self) -> str:
        return self.translator.language

    def day(self, at: datetime) -> str:
        """With the year, unless it is this one."""
        if at.year == self.year:
            return fmt.day(at, self.language)
        return fmt.short_date(at, self.language)


def lane_chart(drawn: Lanes, year: int, translator: Translator) -> Html:
    """All lanes above one axis of days; `year` is this one."""
    look = _Look(translator, year)
    first, rest = drawn.lanes[:MOST], drawn.lanes[MOST:]
    return tag(
        "div",
        _legend([visit for lane in drawn.lanes for visit in lane.visits], look),
        _axis(drawn, look),
        tag("ol", *(_lane(one, look) for one in first), cls="cc-lane-list"),
        _folded(rest, look) if rest else None,
        cls="cc-lanes",
    )


def title_of(lane: Lane, translator: Translator) -> str:
    """What the matter is called."""
    if not lane.is_matter:
        return translator.text("Contacts that stand alone")
    case = lane.case and (lane.case.subject or lane.case.key)
    newest = lane.visits[-1]
    return lane.subject or case or newest.queue or word(newest.channel, translator.language)


def _legend(visits: Sequence[Visit], look: _Look) -> Html:
    """Which shape and colour is which channel."""
    used = Counter(one.channel for one in visits)
    items = (
        tag("li", _pin(channel), f"{word(channel, look.language)} {fmt.count(n, look.language)}")
        for channel, n in used.most_common()
    )
    return tag("ul", *items, cls="cc-lane-legend")


def _pin(channel: Channel | None, kind: str = "") -> Html:
    """The mark of a channel; several channels together have none of their own."""
    of = str(channel) if channel else "several"
    colour = f"--c:var(--cc-channel-{channel})" if channel else "--c:var(--cc-muted)"
    shape = tag("i", cls=f"cc-pin {of}", style=colour)
    return tag("span", shape, cls=f"cc-pin-box {kind}".strip(), aria_hidden="true")


def _axis(drawn: Lanes, look: _Look) -> Html:
    ticks = (tag("span", look.day(at), style=f"--x:{x * 100:.2f}%") for x, at in drawn.ticks)
    return tag("div", *ticks, cls="cc-lane-axis", aria_hidden="true")


def _folded(lanes: Sequence[Lane], look: _Look) -> Html:
    more = look.translator.plural("{n} more matter", "{n} more matters", len(lanes))
    rows = tag("ol", *(_lane(one, look) for one in lanes), cls="cc-lane-list")
    return tag("details", tag("summary", more), rows, cls="cc-lane-more")


def _lane(lane: Lane, look: _Look) -> Html:
    passed = tag("b", look.translator.text("passed on"))
    links = (
        tag("i", passed, cls="cc-lane-link", style=f"--x:{a * 100:.2f}%;--to:{(b - a) * 100:.2f}%")
        for a, b in lane.links
    )
    return tag(
        "li",
        _head(lane, look),
        tag("ol", *(_mark(one, lane.again, look) for one in lane.marks), cls="cc-track"),
        tag("span", *links, cls="cc-lane-links", aria_hidden="true"),
        cls="cc-lane",
    )


def _head(lane: Lane, look: _Look) -> Html:
    plural, title = look.translator.plural, title_of(lane, look.translator)
    key = lane.case.key if lane.case and lane.case.key != title else None
    facts = [key] if key else []
    facts.append(plural("{n} contact", "{n} contacts", len(lane.visits)))
    if len(lane.visits) > 1:
        facts.append(plural("{n} channel", "{n} channels", lane.channels))
        facts += [plural("{n} person", "{n} people", lane.people)] if lane.people else []
    facts += [look.translator.text(JOINED[one]) for one in lane.joined if one in JOINED]
    more = plural(
        "{n} more contact not known to be theirs",
        "{n} more contacts not known to be theirs",
        lane.others,
    )
    facts += [more] if lane.others else []
    return tag(
        "div",
        tag("h3", title, title=title),
        tag("span", " · ".join(facts), cls="cc-quiet"),
        _standing(lane, look),
        cls="cc-lane-head",
    )


def _standing(lane: Lane, look: _Look) -> Html | None:
    """What there is to act on: asked again, bounced, open or not, how often it came back."""
    say, plural = look.translator.text, look.translator.plural
    words = [
        plural("asked again {n} time", "asked again {n} times", n) if (n := len(lane.again)) else ""
    ]
    bounced = plural("bounced {n} time", "bounced {n} times", lane.bounces)
    words.append(bounced if lane.bounces else "")
    if lane.is_open:
        words.append(say("open"))
    if lane.case is not None:
        words.append("" if lane.is_open else say("resolved"))
        again = lane.case.reopened
        words.append(plural("reopened {n} time", "reopened {n} times", again) if again else "")
    shape = tag("i", cls="cc-shape", aria_hidden="true") if lane.is_open else None
    kind = "cc-state warn" if lane.is_open else "cc-quiet"
    told = DOT.join(filter(None, words))
    return tag("span", shape, told, cls=f"cc-lane-state {kind}") if told else None


def _mark(mark: Mark, again: frozenset[int], look: _Look) -> Html:
    is_one = len(mark.visits) == 1
    label = _one(mark.visits[0], again, look) if is_one else _several(mark.visits, again, look)
    kind = ["cc-at", "" if mark.room else "bare", "flipped" if mark.is_flipped else ""]
    style = f"--x:{mark.at * 100:.2f}%;--len:{(mark.end - mark.at) * 100:.2f}%"
    style += f";--room:{mark.room:.4f}"
    return tag("li", _pins(mark), label, cls=" ".join(filter(None, kind)), style=style)


def _pins(mark: Mark) -> Html:
    if len(mark.visits) > 1:
        channels = {one.channel for one in mark.visits}
        of = channels.pop() if len(channels) == 1 else None
        colour = f"--c:var(--cc-channel-{of})" if of else "--c:var(--cc-muted)"
        number = tag("b", str(len(mark.visits)))
        return tag("span", number, cls="cc-pin-many", style=colour, aria_hidden="true")
    one = mark.visits[0]
    is_open = one.outcome is Outcome.OPEN
    return _pin(one.channel, "open" if is_open else "lost" if one.outcome in UNSERVED else "")


def _one(visit: Visit, again: frozenset[int], look: _Look) -> Html:
    when = f"{look.day(visit.arrived)} {fmt.clock(visit.arrived, look.language)}"
    name = tag("span", word(visit.channel, look.language), cls="cc-strong")
    told = _told(visit, look)
    marks = _marks([visit], again, look)
    pieces = [tag("span", one, cls="cc-state warn") for one in marks]
    under = join(_dotted([*pieces, tag("span", told, cls=_tone(visit))]))
    lines = [tag("span", name, " ", when), tag("span", under, cls="cc-quiet")]
    title = f"{word(visit.channel, look.language)} {when} · {DOT.join([*marks, told])}"
    return tag("span", *lines, cls="cc-at-label", title=title)


def _dotted(pieces: Sequence[Content]) -> list[Content]:
    """With dots between them."""
    return [each for one in pieces for each in (DOT, one)][1:]


def _marks(visits: Sequence[Visit], again: frozenset[int], look: _Look) -> list[str]:
    """What went wrong for the customer in any of these."""
    say = look.translator.text
    marks = (
        (any(one.is_overdue for one in visits), say("promise overdue")),
        (any(one.number in again for one in visits), say("asked again")),
    )
    return [text for is_so, text in marks if is_so]


def _told(visit: Visit, look: _Look) -> str:
    """The one thing to know of it."""
    say, language = look.translator.text, look.language
    if visit.waiting_seconds is not None:
        return say("waiting for {time}", time=fmt.duration(visit.waiting_seconds, language))
    if visit.outcome in UNSERVED or visit.outcome is Outcome.OPEN:
        return word(visit.outcome, language)
    passed = say("passed on") if visit.is_transferred else ""
    talk = fmt.duration(visit.talk_seconds, language) if visit.talk_seconds else ""
    told = [one for one in (passed, talk, visit.agent) if one]
    return DOT.join(told) or word(visit.outcome, language)


def _tone(visit: Visit) -> str:
    if visit.outcome in UNSERVED or visit.is_transferred:
        return "cc-state bad"
    return "cc-state warn" if visit.outcome is Outcome.OPEN else "cc-quiet"


def _several(visits: Sequence[Visit], again: frozenset[int], look: _Look) -> Html:
    translator, language = look.translator, look.language
    number = translator.plural("{n} contact", "{n} contacts", len(visits))
    first, last = visits[0].arrived.date(), visits[-1].arrived.date()
    days = look.day(visits[0].arrived) if first == last else fmt.period(first, last, language)
    counted = Counter(one.channel for one in visits).most_common()
    channels = " · ".join(f"{word(of, language)} {fmt.count(n, language)}" for of, n in counted)
    warnings = _marks(visits, again, look)
    marks = [tag("span", one, cls="cc-state warn") for one in warnings]
    if any(one.is_transferred for one in visits):
        warnings.append(translator.text("passed on"))
        marks.append(tag("span", warnings[-1], cls="cc-state bad"))
    lines = [
        tag("span", tag("span", number, cls="cc-strong"), " ", days),
        tag("span", join(_dotted([*marks, channels])), cls="cc-quiet"),
    ]
    title = DOT.join([f"{number} {days}", *warnings, channels])
    return tag("span", *lines, cls="cc-at-label", title=title)
