"""Who a customer is, at the top of their page: the name, masked details, and a strip of figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from ccdash.i18n import Translator
from ccdash.store.customers import Whole
from ccdash.ui import format as fmt
from ccdash.ui.markup import join
from ccdash.ui.page import DOT, DOT_AT_END, Status, Tile, header, notice, stated, strip
from ccdash.ui.theme import State
from ccdash.ui.viewer import Viewer
from ccdash.ui.words import word
from ccdash.views.customer import Summary, Visit, local, open_promises, summary, waiting
from ccdash.views.identities import DOTS, masked
from ccdash.views.lanes import Lanes
from ccdash.vocabulary import Grain, IdentityKind, Unit

MOST_CHIPS = 3


@dataclass(frozen=True)
class Person:
    """One person: what they are called, by what they are known (frames of store.recognised), every
    visit, newest first, and their matters. Of very many visits these are the newest, and the rest
    is cut off."""

    whole: Whole
    known: pl.DataFrame
    visits: Sequence[Visit]
    lanes: Lanes
    is_cut_off: bool = False


def draw_head(person: Person, now: datetime, who: Viewer, *, shown: bool) -> None:
    """Who it is, in contact details that are masked until they are `shown`, and whether they wait
    at this moment."""
    details = _details(person.known, shown=shown)
    title = person.whole.name
    if title is None:
        number = details.pop(0) if details else f"{DOTS} {str(person.whole.number)[-3:]}"
        title = who.translator.text("Customer {number}", number=number)
    status = _waiting(person.visits, who.translator)
    chips = list(dict.fromkeys(details))[:MOST_CHIPS]  # two that look alike tell no more than one
    had = summary(person.visits, local(now, who.zone))
    header(
        title, _about(replace(had, first_at=None) if person.is_cut_off else had, who), status, chips
    )


def draw_cut_off(person: Person, who: Viewer) -> None:
    """That not all contacts are shown, which no figure here tells."""
    if person.is_cut_off:
        n = fmt.count(len(person.visits), who.language)
        told = who.translator.text("Only the newest {n} contacts are shown and counted here.", n=n)
        notice(told)


def draw_shared(person: Person, translator: Translator) -> None:
    """Of a detail that several people have, that nobody knows which of them it was."""
    its = pl.col("customer_id") == person.whole.number
    shared = person.known.filter(its & (pl.col("people") > 1))
    if shared.is_empty() or person.whole.is_joined:
        return
    people = translator.plural(
        "{n} possible person", "{n} possible people", int(shared["people"][0])
    )
    more = translator.text("Nothing tells which of them came; these contacts are nobody's.")
    notice(people, "warn", more)


def draw_promised(person: Person, now: datetime, who: Viewer) -> None:
    """That somebody is to call back, and since when that is overdue or how long there is time; of
    several promises the first."""
    promises = open_promises(person.visits)
    if not promises:
        return
    left, by = promises[0]
    is_today = by.date() == local(now, who.zone).date()
    time = fmt.clock(by, who.language) if is_today else fmt.moment(by, who.language)
    say, plural = who.translator.text, who.translator.plural
    length = fmt.duration(abs(left), who.language)
    more = [say("{time} overdue", time=length) if left < 0 else say("{time} left", time=length)]
    if len(promises) > 1:
        more.append(plural("+{n} more", "+{n} more", len(promises) - 1))
    told = say("Promised: call back by {time}", time=time)
    notice(told, "bad" if left < 0 else "info", DOT.join(more))


def _details(known: pl.DataFrame, *, shown: bool) -> list[str]:
    """Of all that is theirs the strongest first."""
    order = {str(kind): place for place, kind in enumerate(IdentityKind)}
    own = known.filter("is_linked").select("kind", "value").iter_rows()
    found = sorted(own, key=lambda one: order[one[0]])
    return [value if shown else masked(IdentityKind(kind), value) for kind, value in found]


def _about(told: Summary, who: Viewer) -> str:
    say, language = who.translator.text, who.language
    facts = []
    if told.first_at is not None:
        facts.append(say("first contact {day}", day=fmt.short_date(told.first_at, language)))
    if told.contacts >= 3:
        channel, n = told.channels[0]
        facts.append(
            say(
                "prefers {channel}, {n} of {of}",
                channel=word(channel, language),
                n=fmt.count(n, language),
                of=fmt.count(told.contacts, language),
            )
        )
    if told.language:
        facts.append(fmt.language_name(told.language, language))
    return DOT.join(facts)


def _waiting(told: Sequence[Visit], translator: Translator) -> Status | None:
    waits = waiting(told)
    if not waits:
        return None
    channels = {one.channel for one in waits}
    many = len(channels) > 1
    places = dict.fromkeys(_place(one, translator, with_channel=many) for one in waits)
    text = translator.text(
        "Waiting now in {queue}, for {time}",
        queue=fmt.several(list(places), translator.language),
        time=fmt.duration(waits[0].waiting_seconds or 0, translator.language),
    )
    return Status(text, "late")


def _place(one: Visit, translator: Translator, *, with_channel: bool) -> str:
    channel = word(one.channel, translator.language)
    if one.queue is None or not with_channel:
        return one.queue or channel
    return translator.text("{queue} ({channel})", queue=one.queue, channel=channel)


def draw_summary(person: Person, now: datetime, who: Viewer) -> None:
    """The history in tiles."""
    had = summary(person.visits, local(now, who.zone))
    tiles = [
        _contacts(had, who),
        _matters(had, person.lanes, who),
        _people(had, who),
        _satisfaction(had, who),
        _again(person.lanes, who),
        _last(had, who),
    ]
    strip(tiles, who.translator)


def _contacts(had: Summary, who: Viewer) -> Tile:
    say, plural = who.translator.text, who.translator.plural
    lately = say("{n} in 30 days", n=fmt.count(had.lately, who.language))
    tests = plural("{n} test call apart", "{n} test calls apart", had.tests)
    note = f"{lately}{DOT}{tests}" if had.tests else lately
    told = say("All contacts of this customer in both directions; test calls are not among them.")
    return Tile(say("Contacts"), fmt.count(had.contacts, who.language), note, help=told)


def _matters(had: Summary, drawn: Lanes, who: Viewer) -> Tile:
    say, plural = who.translator.text, who.translator.plural
    told = say(
        "Contacts about one thing are one matter. Open is one whose case is not resolved, or of "
        "which a contact is open; reopened are cases."
    )
    many = drawn.open
    is_open = stated(plural("{n} open", "{n} open", many), "warn" if many else None, who.translator)
    again = plural("{n} reopened", "{n} reopened", had.reopened_cases)
    note = join([is_open, *([DOT_AT_END, again] if had.reopened_cases else [])])
    return Tile(
        say("Matters"),
        fmt.count(drawn.count, who.language),
        note if had.cases or many else say("no case is told"),
        help=told,
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
    note = f"{day}{DOT}{answers}" if len(had.scores) > 1 else day
    state: State | None = "warn" if score <= 2 else None
    value = say("{score} of {best}", score=score, best=5)
    return Tile(say("Satisfaction"), value, note, state, help=told)


def _again(drawn: Lanes, who: Viewer) -> Tile:
    say, plural = who.translator.text, who.translator.plural
    told = say(
        "Contacts in which the customer had to tell of a matter again: on another channel, or to "
        "another person, than the time before."
    )
    many = [one for one in drawn.matters if one.again]
    n = sum(len(one.again) for one in many)
    note = (
        plural("in {n} matter", "in {n} matters", len(many))
        if many
        else say("nothing was told twice")
    )
    return Tile(say("Asked again"), fmt.count(n, who.language), note, help=told)


def _last(had: Summary, who: Viewer) -> Tile:
    say, last = who.translator.text, had.last
    told = say("The day of the newest contact, and how it came.")
    if last is None:
        return Tile(say("Last contact"), fmt.NOTHING, help=told)
    note = f"{last.arrived.year}{DOT}{word(last.channel, who.language)}"
    return Tile(
        say("Last contact"), fmt.bucket(last.arrived, Grain.DAY, who.language), note, help=told
    )
