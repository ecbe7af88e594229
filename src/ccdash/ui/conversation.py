"""What was written in one contact: whose turn it was for how long, and, folded, the messages."""

from __future__ import annotations

from datetime import datetime

from ccdash.i18n import Translator
from ccdash.rounds import Rounds
from ccdash.ui import format as fmt
from ccdash.ui.markup import Html, tag
from ccdash.ui.page import DOT
from ccdash.views.customer import Visit
from ccdash.views.rounds import Line, Written
from ccdash.vocabulary import Author, Outcome


def conversation(visit: Visit, said: Written | None, translator: Translator) -> Html | None:
    """The messages of this contact behind a line that sums them up; nothing where there are none.
    What was written stays text, with its line breaks."""
    if said is None:
        return None
    many = translator.plural("{n} message", "{n} messages", len(said.lines))
    told = DOT.join(_told(visit, said.rounds, translator))
    more = tag("span", told, cls="cc-quiet") if told else None
    return tag(
        "details",
        tag("summary", tag("span", many, cls="cc-written-many"), more),
        tag("ol", *(_line(one, visit.arrived, translator) for one in said.lines)),
        cls="cc-written",
    )


def _told(visit: Visit, found: Rounds, translator: Translator) -> list[str]:
    """Whose turn it is means something only while the contact is open."""
    say, language, told = translator.text, translator.language, []
    if found.answered:
        told.append(translator.plural("{n} round", "{n} rounds", found.answered))
        time = fmt.duration(sum(found.waits), language)
        told.append(say("the customer waited {time} for us", time=time))
    if visit.outcome is Outcome.OPEN and found.since is not None:
        since = _when(found.since, visit.arrived, language)
        told.append(
            say("the customer waits for us since {time}", time=since)
            if found.waits_for is Author.AGENT
            else say("we wait for the customer since {time}", time=since)
        )
    return told


def _line(one: Line, arrived: datetime, translator: Translator) -> Html:
    say = translator.text
    text = say("The text is not kept.") if one.text is None else one.text
    return tag(
        "li",
        tag(
            "p",
            tag("strong", _author(one, translator)),
            tag("time", _when(one.at, arrived, translator.language)),
        ),
        tag("p", text, cls="cc-words" if one.text is not None else "cc-quiet", dir="auto"),
        cls=f"cc-message {one.author}",
    )


def _author(one: Line, translator: Translator) -> str:
    say = translator.text
    if one.author is Author.CUSTOMER:
        return say("Customer")
    return one.agent or (say("Bot") if one.author is Author.BOT else say("Agent"))


def _when(at: datetime, arrived: datetime, language: str) -> str:
    """With the day where it is another one than that of the contact."""
    is_same = at.date() == arrived.date()
    return fmt.clock(at, language) if is_same else fmt.moment(at, language)
