"""Good moment for a break: how many of each team may be out now, when more may, and why.

It advises and never blocks. Times are those of the clock, so that no text changes by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from math import floor
from types import MappingProxyType

from ccdash.i18n import N_
from ccdash.ui import format as fmt
from ccdash.ui.against import READING
from ccdash.ui.board import channel_mark
from ccdash.ui.break_situation import advice_of
from ccdash.ui.look import Look, Shown
from ccdash.ui.markup import Content, Html, hidden, join, tag
from ccdash.ui.page import stated
from ccdash.ui.theme import State
from ccdash.ui.usual_out import out_of_team
from ccdash.ui.words import word
from ccdash.views.breaks import BreakAdvice, CannotSay, ChannelOutlook, Returning
from ccdash.vocabulary import LIVE_CHANNELS, Better

TOGETHER = timedelta(minutes=5)
"""Who returns within it of the first one returns with them."""
MOST_LEVELS = 5
CANNOT = {
    CannotSay.NO_LIVE_CHANNEL: N_("Takes no calls or chats: no advice is needed."),
    CannotSay.STATES_UNKNOWN: N_("Cannot say: it is not known what people do now."),
    CannotSay.HISTORY_TOO_SHORT: N_("Cannot say yet: four weeks of this weekday are needed."),
    CannotSay.HANDLING_UNKNOWN: N_("Cannot say: it is not known how long contacts take."),
}

NOBODY_LIVE = N_("Cannot say: nobody here takes calls or chats.")


def break_card(shown: Shown) -> Html | None:
    """The card of Now, of the teams that are shown; None for a look back."""
    if shown.beside is None or shown.at is not None or shown.scope.channel not in _OF_CARD:
        return None
    every = advice_of(shown.whole or shown.floor, shown.beside, shown.look)
    teams = {team or "" for team in shown.floor.people["team"]}
    if every is None:
        reading = tag("p", shown.look.translator.text(READING), cls="cc-quiet")
        return _around(reading, shown.look) if teams else None
    its = [one for one in every if one.team in teams]
    out = {one.team: out_of_team(shown, one.team) for one in its}
    return _card(its, shown.look, out) if its else None


_OF_CARD = (None, *LIVE_CHANNELS)
NOT_TOLD: Mapping[str, str] = MappingProxyType({})


def _card(its: Sequence[BreakAdvice], look: Look, out: Mapping[str, str] = NOT_TOLD) -> Html:
    """`out`: of each team how many are out, in words."""
    reason = _why_not(its)
    if reason:
        body = tag("p", look.translator.text(reason), cls="cc-quiet")
    else:
        told = (break_advice(one, look, out.get(one.team, "")) for one in its)
        body = tag("ul", *told, cls="cc-breaks")
    return _around(body, look)


def _around(body: Html, look: Look) -> Html:
    say = look.translator.text
    note = tag("span", say("Advice only: statutory breaks come first."), cls="cc-quiet")
    title = tag("div", tag("h2", say("Good moment for a break")), note, cls="cc-title")
    return tag("section", title, body, cls="cc-card cc-break-card", data_key="breaks")


def _why_not(its: Sequence[BreakAdvice]) -> str:
    """Why nothing can be said of any team, once for all of them; else nothing."""
    live = [one for one in its if one.cannot_say is not CannotSay.NO_LIVE_CHANNEL]
    if not live:
        return NOBODY_LIVE
    reason = live[0].cannot_say
    is_the_same = all(one.cannot_say is reason for one in live)
    return CANNOT[reason] if reason is not None and is_the_same else ""


@lru_cache(maxsize=256)
def break_advice(advice: BreakAdvice, look: Look, out: str = "") -> Html:
    """One team: now, the next good time, who returns, how many are out against what is usual; the
    reasoning behind a button. Most floors change nothing of most teams: it is kept."""
    name = advice.team or look.translator.text("Without a team")
    key = f"break-{advice.team}"
    if advice.cannot_say is not None:
        words = look.translator.text(CANNOT[advice.cannot_say])
        quiet = (tag("p", one, cls="cc-quiet") for one in (words, out) if one)
        return tag("li", tag("h3", name), *quiet, data_key=key)
    dot = tag("i", cls="cc-break-dot", aria_hidden="true")
    back = _back(advice.returning, look)
    return tag(
        "li",
        tag("h3", name, _why_button(key, name, look)),
        tag("p", dot, tag("strong", _now(advice, look))),
        tag("p", _when(advice, look)),
        tag("p", back) if back else None,
        tag("p", out, cls="cc-quiet") if out else None,
        tag("div", *_why(advice, look), cls="cc-menu cc-break-why", data_part=key, hidden=""),
        cls="is-good" if advice.is_good_now else None,
        data_key=key,
    )


def _why_button(opens: str, name: str, look: Look) -> Html:
    return tag(
        "button",
        look.translator.text("Why"),
        hidden(f", {name}"),
        tag("i", cls="cc-chevron", aria_hidden="true"),
        type="button",
        data_opens=opens,
        aria_expanded="false",
    )


def _now(advice: BreakAdvice, look: Look) -> str:
    may, out, plural = advice.may_be_out, advice.are_out, look.translator.plural
    if not may and not out:
        return look.translator.text("Better if nobody goes now.")
    if not may:
        return plural(
            "Better if nobody else goes now; {n} is out.",
            "Better if nobody else goes now; {n} are out.",
            out,
        )
    if not out:
        return plural("Now {n} may be out; nobody is.", "Now {n} may be out; nobody is.", may)
    most = fmt.count(may, look.language)
    return plural("Now {may} may be out; {n} is.", "Now {may} may be out; {n} are.", out, may=most)


def _when(advice: BreakAdvice, look: Look) -> str:
    say, slot = look.translator.text, advice.slot
    if slot is None:
        return say("No good time in the next two hours.")
    start, end = _clock(slot.start, look), _clock(slot.end, look)
    if advice.is_good_now:
        return say("A good time until {time}.", time=end)
    return say("Next good time {start}\N{EN DASH}{end}.", start=start, end=end)


def _back(returning: Sequence[Returning], look: Look) -> str | None:
    """Who returns first, and who within a few minutes with them; who is due already is not told as
    returning."""
    times = [one.at for one in returning if one.at is not None and not one.is_due]
    if not times:
        return None
    first = times[0]
    many, time = sum(one < first + TOGETHER for one in times), _clock(first, look)
    plural = look.translator.plural
    return plural("{n} returns at about {time}.", "{n} return at about {time}.", many, time=time)


def _clock(at: datetime, look: Look) -> str:
    return fmt.clock(at.astimezone(look.zone), look.language)


# Why ----------------------------------------------------------------------------------------------


def _why(advice: BreakAdvice, look: Look) -> Iterator[Content]:
    say = look.translator.text
    yield tag("div", *(_channel(one, look) for one in advice.channels), cls="cc-break-channels")
    yield _levels(advice, look)
    if advice.limiting:
        yield tag("p", _limit(advice, look))
    if advice.returning:
        yield tag("ul", *(_returns(one, look) for one in advice.returning), cls="cc-break-back")
    yield tag(
        "p",
        say(
            "Expected is what usually comes on such a weekday at this time, and who waits now. The "
            "team has its part of it and no help from others, live contacts go before written "
            "ones, and who is here is taken to stay."
        ),
        cls="cc-quiet",
    )


def _channel(one: ChannelOutlook, look: Look) -> Html:
    say, language, plural = look.translator.text, look.language, look.translator.plural
    took = fmt.duration(one.handling, language)
    free = fmt.count(one.free, language)
    facts = [
        say("about {n} expected in half an hour", n=fmt.score(round(one.arrivals, 1), language)),
        say("{time} of a person's time each", time=took),
        plural(
            "{n} here takes it, {free} free", "{n} here take it, {free} free", one.people, free=free
        ),
        _patience(one, look),
    ]
    name = tag("strong", word(one.channel, language))
    items = (tag("li", fact) for fact in facts)
    return tag("div", tag("p", channel_mark(one.channel), name), tag("ul", *items))


def _patience(one: ChannelOutlook, look: Look) -> str:
    if one.patience is None:
        return look.translator.text("too few customers gave up to know when they do")
    time = fmt.duration(one.patience, look.language)
    return look.translator.text("customers wait {time} before they give up", time=time)


def _limit(advice: BreakAdvice, look: Look) -> str:
    """Which channels would miss their target with one more out."""
    out, plural = advice.may_be_out + 1, look.translator.plural
    names = fmt.several([word(one, look.language) for one in advice.limiting], look.language)
    if len(advice.limiting) == 1:
        return plural(
            "With {n} out {channel} would miss its target.",
            "With {n} out {channel} would miss its target.",
            out,
            channel=names,
        )
    return plural(
        "With {n} out {channels} would miss their targets.",
        "With {n} out {channels} would miss their targets.",
        out,
        channels=names,
    )


def _levels(advice: BreakAdvice, look: Look) -> Html:
    """What is to be expected of each channel with so many out, near the limit."""
    say, language = look.translator.text, look.language
    many = max(len(one.levels) for one in advice.channels)
    outs = range(max(0, many - MOST_LEVELS), many)
    heads = (tag("th", fmt.count(out, language), scope="col", cls="num") for out in outs)
    first = tag("th", say("Service level with so many out"), scope="col")
    rows = (_level_row(one, outs, look) for one in advice.channels)
    return tag(
        "table",
        tag("thead", tag("tr", first, *heads)),
        tag("tbody", *rows),
        cls="cc-list cc-break-levels",
    )


def _level_row(one: ChannelOutlook, outs: range, look: Look) -> Html:
    share = fmt.percent(one.goal.share, look.language, 0)
    time = fmt.duration(one.goal.seconds, look.language)
    goal = look.translator.text("target {share} within {time}", share=share, time=time)
    name = word(one.channel, look.language)
    head = tag("th", name, tag("span", goal, cls="cc-under"), scope="row")
    return tag("tr", head, *(_level(one, out, look) for out in outs))


def _level(one: ChannelOutlook, out: int, look: Look) -> Html:
    """Cut to whole per cents: what misses a target does not look as if it made it."""
    level = one.levels[out]
    text = fmt.percent(floor(level * 100) / 100, look.language, 0)
    state: State | None = "bad" if level < one.goal.share else None
    return tag("td", stated(text, state, look.translator, Better.HIGHER), cls="num")


def _returns(one: Returning, look: Look) -> Html:
    say = look.translator.text
    if one.at is None:
        words = say("out, it is not known for how long")
    elif not one.is_due:
        words = say("expected back at {time}", time=_clock(one.at, look))
    else:
        words = say("was expected back at {time}", time=_clock(one.at, look))
    return tag("li", tag("span", one.name), join([" "]), tag("span", words, cls="cc-quiet"))
