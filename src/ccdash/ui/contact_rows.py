"""A list of contacts: a calm table on a desk, entries of two lines on a telephone.

The whole row leads to the customer; what happened during the contact unfolds below it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from ccdash.i18n import N_, NP_, Translator
from ccdash.metrics import Metric
from ccdash.query import Dimension
from ccdash.ui import format as fmt
from ccdash.ui.markup import Content, Html, breakable, hidden, join, link, tag
from ccdash.ui.shell import href
from ccdash.ui.words import oddities, word
from ccdash.views.contacts import Reason, Stretch, ordered_by, reason, score_of
from ccdash.vocabulary import Channel, Outcome

ARRIVED = NP_("when a contact came", "Arrived")
COUNTS = ("rounds", "bounces", "times")
BEST = {"csat_score": 5, "nps_score": 10, "ces_score": 7}
"""The others are a yes or a no."""
ANSWERS = {
    "csat_score": N_("satisfaction {score}"),
    "nps_score": N_("recommendation {score}"),
    "ces_score": N_("ease {score}"),
    "fcr_score": N_("the customer says: {score}"),
    "agent_resolved": N_("the agent says: {score}"),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """What the list is of: the figure, what happened during each contact, for whom, and what was
    searched."""

    figure: Metric
    stretches: Mapping[str, Sequence[Stretch]]
    translator: Translator
    needles: Sequence[str] = ()

    @property
    def language(self) -> str:
        """Its code."""
        return self.translator.language

    def marked(self, text: str) -> Html:
        """The text, with what was searched marked in it."""
        parts = re.split(self._form, text) if self.needles and text else [text]
        whole = [breakable(part) for part in parts]
        return join(tag("mark", part) if odd % 2 else part for odd, part in enumerate(whole))

    def has(self, text: str | None) -> bool:
        """Whether something that was searched is in the text."""
        return bool(text and self.needles and re.search(self._form, text))

    @property
    def _form(self) -> re.Pattern[str]:
        longest_first = sorted(self.needles, key=len, reverse=True)
        return re.compile(f"({'|'.join(map(re.escape, longest_first))})", re.IGNORECASE)


def contact_list(frame: pl.DataFrame, listing: Listing) -> Html:
    """The rows of views.contacts.rows, in their order."""
    rows = (_row(row, listing) for row in frame.iter_rows(named=True))
    return tag("div", _heads(listing), tag("ol", *rows, cls="cc-contacts"), cls="cc-contact-list")


def _heads(listing: Listing) -> Html:
    """For the eye; the ear gets a word before each figure."""
    say, language = listing.translator.text, listing.language
    heads = [
        ("when", say(ARRIVED), None),
        ("via", word(Dimension.CHANNEL, language), None),
        ("who", say("Customer"), None),
        ("agent", word(Dimension.AGENT, language), None),
        ("num", say("Wait"), Reason.WAIT),
        ("num", say("Handling time"), Reason.HANDLING),
        ("end", word(Dimension.OUTCOME, language), Reason.SCORE),
    ]
    worst = ordered_by(listing.figure)
    cells = [
        tag("span", text, tag("i", "▾") if of is worst else None, cls=f"cc-c {name}")
        for name, text, of in heads
    ]
    return tag("div", *cells, cls="cc-contact-row cc-contact-heads", aria_hidden="true")


def _row(row: Mapping[str, Any], listing: Listing) -> Html:
    why, is_bad = reason(listing.figure, row)
    bad = _bad(row, listing) if is_bad else ""
    cells = [_when(row, listing), _via(row, listing), _who(row, listing), _agent(row, listing)]
    cells += [
        _why(cell, bad, is_why=of is why)
        for of, cell in (
            (Reason.WAIT, _wait(row, listing)),
            (Reason.HANDLING, _handling(row, listing)),
            (Reason.OUTCOME if why is not Reason.SCORE else Reason.SCORE, _end(row, listing, why)),
        )
    ]
    return tag(
        "li", tag("div", *cells, cls="cc-contact-row"), _more(row, listing), cls="cc-contact"
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    """A figure of the row: the class that places it, a word for the ear, the text, a quiet line."""

    place: str
    label: str
    text: str
    under: str = ""


def _bad(row: Mapping[str, Any], listing: Listing) -> str:
    """What is bad about a row, for the ear: a figure that nothing counts against can have waits
    over their target."""
    say = listing.translator.text
    return say("Counts against the figure:") if row["is_against"] else say("Over the target:")


def _why(cell: _Cell, bad: str, *, is_why: bool) -> Html:
    """The one figure of a row that explains its place is marked, in shape and word as in colour."""
    marked = is_why and bool(bad)
    shape = tag("i", cls="cc-shape", aria_hidden="true") if marked else None
    spoken = hidden(bad + " ") if marked else None
    text = tag("span", shape, spoken, cell.text, cls="cc-state bad" if marked else None)
    place = f"cc-c {cell.place} why" if is_why else f"cc-c {cell.place}"
    return tag("span", hidden(cell.label + " "), text, _under(cell.under), cls=place)


def _when(row: Mapping[str, Any], listing: Listing) -> Html:
    at, language = row["arrived"], listing.language
    time = tag("span", listing.marked(fmt.clock(at, language)), cls="cc-under")
    return tag("time", listing.marked(fmt.day(at, language)), " ", time, cls="cc-c when")


def _via(row: Mapping[str, Any], listing: Listing) -> Html:
    channel = Channel(row["channel"])
    dot = tag("i", cls="cc-dot-of", style=f"--c:var(--cc-channel-{channel})", aria_hidden="true")
    queue = row["queue"] or ""
    name = tag("span", dot, word(channel, listing.language))
    under = _under(queue, listing)
    return tag("span", name, " ", under, cls="cc-c via", title=queue or None)


def _who(row: Mapping[str, Any], listing: Listing) -> Html:
    known = row["name"] or row["who"] or listing.translator.text("not recognised")
    to = (
        href("customer", {"from": "list", "customer": row["customer_id"]})
        if row["is_known"]
        else None
    )
    name = link(listing.marked(known), to, cls="cc-whole" if to else "cc-quiet")
    keys = [row[name] for name in ("case", "key") if listing.has(row[name])]
    facts = [row["subject"], row["language"], *keys]
    text = " · ".join(one for one in facts if one)
    title = " · ".join(one for one in (row["name"], *facts) if one)
    return tag("span", name, " ", _under(text, listing), cls="cc-c who", title=title or None)


def _agent(row: Mapping[str, Any], listing: Listing) -> Html:
    name, point = row["agent"] or fmt.NOTHING, row["contact_point"] or ""
    title = " · ".join(one for one in (row["agent"], point) if one)
    shown = listing.marked(name)
    return tag("span", shown, " ", _under(point), cls="cc-c agent", title=title or None)


def _wait(row: Mapping[str, Any], listing: Listing) -> _Cell:
    say, language = listing.translator.text, listing.language
    goal = say("target {value}", value=fmt.duration(row["target_seconds"], language))
    has_waited = row["wait_seconds"] is not None
    text = _length(row["wait_seconds"], language)
    if row["is_waiting"]:
        text = say("waits {time}", time=text)
    return _Cell("num", say("Wait"), text, goal * has_waited)


def _handling(row: Mapping[str, Any], listing: Listing) -> _Cell:
    say = listing.translator.text
    passed = say("passed on") if row["is_transferred"] and not _is_of_transfers(listing) else ""
    text = _length(row["handling_seconds"], listing.language)
    return _Cell("num", say("Handling time"), text, passed)


def _end(row: Mapping[str, Any], listing: Listing, why: Reason) -> _Cell:
    """How it ended and what the customer thought of it; first of all what the list is of."""
    name = score_of(listing.figure)
    outcome = word(Outcome(row["outcome"]), listing.language)
    score = _score(row[name], name, listing.translator)
    label = word(Dimension.OUTCOME, listing.language)
    if why is Reason.SCORE:
        is_time = name == "next_response"
        under = listing.translator.text("next response") if is_time else outcome
        return _Cell("end", label, score or fmt.NOTHING, under)
    if row["is_transferred"] and _is_of_transfers(listing):
        return _Cell("end", label, listing.translator.text("Passed on"), outcome)
    return _Cell("end", label, outcome, score)


def _is_of_transfers(listing: Listing) -> bool:
    return listing.figure.name == "transfer_rate"


def _score(score: int | None, name: str, translator: Translator) -> str:
    if score is None:
        return ""
    if name in COUNTS:
        return _counted(score, name, translator)
    if name == "next_response":
        return _length(score, translator.language)
    if name not in BEST:
        return translator.text("solved") if score else translator.text("not solved")
    return translator.text("{score} of {best}", score=score, best=BEST[name])


def _counted(n: int, name: str, translator: Translator) -> str:
    plural = translator.plural
    match name:
        case "rounds":
            return plural("{n} round", "{n} rounds", n)
        case "bounces":
            return plural("{n} bounce", "{n} bounces", n)
        case _:
            return plural("came {n} time", "came {n} times", n)


def _length(seconds: int | None, language: str) -> str:
    return fmt.NOTHING if seconds is None else fmt.duration(seconds, language)


def _under(text: str, listing: Listing | None = None) -> Html | None:
    if not text:
        return None
    words = listing.marked(text) if listing else breakable(text)
    return tag("span", words, cls="cc-under")


def _more(row: Mapping[str, Any], listing: Listing) -> Html:
    """What happened during the contact, as a bar and in words."""
    say = listing.translator.text
    at = fmt.moment(row["arrived"], listing.language)
    told = listing.stretches.get(row["contact_id"], ())
    return tag(
        "details",
        tag("summary", hidden(say("Details of the contact of {time}", time=at))),
        stretch_bar(told) if told else None,
        _stretches(told, listing) if told else None,
        tag("p", " · ".join(_facts(row, listing)), cls="cc-quiet"),
        cls="cc-unfold",
    )


def stretch_bar(stretches: Sequence[Stretch]) -> Html:
    """As long as the contact; each stretch in proportion, never too short to be seen."""
    parts = (
        tag("i", cls=f"cc-s {one.kind}", style=f"flex-grow:{max(1, one.seconds or 1)}")
        for one in stretches
    )
    return tag("div", *parts, cls="cc-stretch-bar", aria_hidden="true")


def _stretches(told: Sequence[Stretch], listing: Listing) -> Html:
    """With the day where a contact went on into another one."""
    is_of_one_day = len({one.started.date() for one in told}) == 1
    rows = (_stretch(one, listing, is_dated=not is_of_one_day) for one in told)
    return tag("ol", *rows, cls="cc-stretches")


def _stretch(one: Stretch, listing: Listing, *, is_dated: bool) -> Html:
    language = listing.language
    clock = fmt.moment if is_dated else fmt.clock
    length = (
        listing.translator.text("still going on")
        if one.seconds is None
        else fmt.duration(one.seconds, language)
    )
    where = " · ".join(name for name in (one.queue, one.agent) if name)
    parts: list[Content] = [
        tag("i", cls=f"cc-s {one.kind}", aria_hidden="true"),
        tag("time", clock(one.started, language)),
        tag("span", word(one.kind, language), cls="cc-strong"),
        tag("span", length, cls="num"),
        tag("span", where, cls="cc-quiet"),
    ]
    return tag("li", *parts)


def _facts(row: Mapping[str, Any], listing: Listing) -> list[str]:
    """What the row itself has no room for."""
    say = listing.translator.text
    told = [
        say(text, score=_score(row[name], name, listing.translator))
        for name, text in ANSWERS.items()
        if row[name] is not None
    ]
    told += [_score(row["rounds"], "rounds", listing.translator)] if row["rounds"] else []
    odd = [oddities(row["oddity"], listing.language)] if row["oddity"] else []
    outcome = word(Outcome(row["outcome"]), listing.language)
    passed = [say("passed on")] if row["is_transferred"] else []
    of_case = [say("case {key}", key=row["case"])] if row["case"] else []
    key = say("{key} in {source}", key=row["key"], source=row["source"])
    return [outcome, *passed, *told, *odd, *of_case, key]
