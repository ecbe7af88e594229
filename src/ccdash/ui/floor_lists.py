"""The lists of the floor: who waits, who is served, who is where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import polars as pl

from ccdash.i18n import Translator
from ccdash.thresholds import Threshold
from ccdash.ui import format as fmt
from ccdash.ui.addresses import href
from ccdash.ui.board import Cell, Heading, channel_mark, mark, row_html, rows_html
from ccdash.ui.look import Shown
from ccdash.ui.markup import Content, Html, hidden, link, tag
from ccdash.ui.page import stated
from ccdash.ui.ribbon import person_address
from ccdash.ui.theme import AGENT_TONE, State
from ccdash.ui.usual_out import usual_of_those_out
from ccdash.ui.words import word
from ccdash.views import board
from ccdash.views.board import Lateness, PersonNow, Place, QueueNow
from ccdash.views.contacts import masked_detail
from ccdash.vocabulary import Channel, Intent, Load

MOST_IN_PROGRESS = 40
PEOPLE_AT_FIRST = {
    Place.FREE: 8,
    Place.HANDLING: 16,
    Place.BREAK: 8,
    Place.WRAP_UP: 4,
    Place.OFFLINE: 3,
}
USUALLY_AT_FIRST = 6
MOST_ROWS, MOST_PEOPLE = 512, 2048
"""That are kept as they were drawn: a floor is much as it was a moment before."""
STATES: dict[Lateness, State] = {Lateness.NEAR: "warn", Lateness.OVER: "bad"}
TONES = {
    Place.FREE: AGENT_TONE[Load.IDLE],
    Place.HANDLING: AGENT_TONE[Load.ON_CONTACT],
    Place.WRAP_UP: AGENT_TONE[Load.WRAP_UP],
    Place.BREAK: AGENT_TONE[Intent.BREAK],
    Place.UNKNOWN: AGENT_TONE[Intent.UNKNOWN],
    Place.OFFLINE: AGENT_TONE[Intent.OFFLINE],
}


def state_of(lateness: Lateness | None) -> State | None:
    """Its colour and shape; a wait in time has none."""
    return STATES.get(lateness) if lateness else None


def over_words(seconds: int | None, target: int | None, translator: Translator) -> str:
    """Of a wait over its target, that it is, without its colour; else nothing."""
    if target is None or board.lateness(seconds, target) is not Lateness.OVER:
        return ""
    return translator.text("over {limit}", limit=fmt.duration(target, translator.language))


def queue_and_target(queue: QueueNow, translator: Translator) -> str:
    """Where the longest wait is, and what was promised there."""
    name = queue.queue or word(queue.channel, translator.language)
    target = queue.target_seconds
    return f"{name} · {target_words(target, translator)}" if target else name


def target_words(seconds: int, translator: Translator) -> str:
    """What was promised."""
    return translator.text("target {value}", value=fmt.duration(seconds, translator.language))


def in_progress(shown: Shown) -> Html | None:
    """Who is served now, longest first, behind one line."""
    say, language = shown.look.translator.text, shown.look.language
    frame = shown.floor.in_progress
    if frame.is_empty():
        return None
    rows = [_served(row, shown) for row in frame.head(MOST_IN_PROGRESS).iter_rows(named=True)]
    button = tag(
        "button",
        tag("i", cls="cc-chevron", aria_hidden="true"),
        say("In progress"),
        tag("span", fmt.count(frame.height, language), cls="cc-total"),
        type="button",
        cls="cc-opener",
        data_opens="in-progress",
        aria_expanded="false",
    )
    table = rows_html(_served_headings(shown.look.translator), rows, say("In progress"))
    part = tag("div", table, data_part="in-progress", hidden="")
    return tag("section", button, part, cls="cc-card", data_key="in-progress")


@lru_cache
def _served_headings(translator: Translator) -> tuple[Heading, ...]:
    say = translator.text
    return (
        Heading(say("Channel")),
        Heading(say("Time"), say("Since the answer."), number=True),
        Heading(say("Agent")),
        Heading(say("Queue"), narrow=False),
        Heading(say("Customer"), narrow=False),
    )


def _served(row: Mapping[str, Any], shown: Shown) -> Html:
    who = (row["agent"], row["queue"], row["customer_id"], row["detail"])
    time = shown.since(row["answered_at"])
    return _served_row(Channel(row["channel"]), time, who, shown.look.translator)


@lru_cache(maxsize=MOST_ROWS)
def _served_row(
    channel: Channel,
    time: Content,
    who: tuple[str | None, str, str, str | None],
    translator: Translator,
) -> Html:
    agent, queue, customer_id, detail = who
    cells = [
        Cell(word(channel, translator.language), channel=channel),
        Cell(time),
        Cell(agent or fmt.NOTHING),
        Cell(queue or fmt.NOTHING),
        Cell(
            masked(detail, translator),
            link=customer_way(customer_id, "now"),
        ),
    ]
    return row_html(cells, _served_headings(translator), translator)


def customer_way(customer_id: str, way: str) -> str | None:
    """The way to a customer, which says from where; none to nobody known."""
    if customer_id.startswith("-"):
        return None
    return href("customer", {"customer": customer_id, "from": way})


def customer(customer_id: str, detail: str | None, translator: Translator) -> Html:
    """By what it is known who came, masked, and the way to the customer's page."""
    text, way = masked(detail, translator), customer_way(customer_id, "now")
    return link(text, way) if way else tag("span", text, cls="cc-quiet")


def masked(detail: str | None, translator: Translator) -> str:
    """Of `kind:value`; without one it is nobody known."""
    return masked_detail(detail) if detail else translator.text("not recognised")


def people(shown: Shown) -> Html | None:
    """In columns by place; availability that is not known has its own, where there is any."""
    found = board.people(shown.floor.people)
    if (shown.whole or shown.floor).people.is_empty():
        return None
    places = board.told_places({place: len(its) for place, its in found.items()})
    groups = (_group(place, found[place], shown) for place in places)
    return tag("div", *groups, cls="cc-people", data_key="people")


def _group(place: Place, its: Sequence[PersonNow], shown: Shown) -> Html:
    translator = shown.look.translator
    first = PEOPLE_AT_FIRST.get(place, USUALLY_AT_FIRST)
    part = f"more-{place}"
    rows = [_person(one, shown) for one in its]
    rest = tag("ul", *rows[first:], data_part=part, hidden="") if rows[first:] else None
    return tag(
        "section",
        titled(word(place, translator.language), _many(place, len(its), shown), name="h3"),
        tag("ul", *rows[:first]) if rows else tag("p", translator.text("Nobody"), cls="cc-quiet"),
        rest,
        more_button(part, len(its) - first, translator),
        cls=f"cc-group of-{place.replace('_', '-')}",
        data_key=place,
    )


def _many(place: Place, many: int, shown: Shown) -> str:
    """How many; of those who are out how many usually are."""
    usually = usual_of_those_out(shown) if place is Place.BREAK else ""
    return " · ".join(filter(None, [fmt.count(many, shown.look.language), usually]))


def more_button(part: str, more: int, translator: Translator) -> Html | None:
    """How many more there are; "Show fewer" once they are shown."""
    if more <= 0:
        return None
    return tag(
        "button",
        tag("span", translator.plural("+{n} more", "+{n} more", more), cls="cc-when-shut"),
        tag("span", translator.text("Show fewer"), cls="cc-when-open"),
        type="button",
        cls="cc-more",
        data_opens=part,
        aria_expanded="false",
    )


def titled(text: Content, total: str, way: Content = None, name: str = "h2") -> Html:
    """The head of a list, how many it has, and the way to all."""
    return tag("div", tag(name, text, tag("span", total, cls="cc-total")), way, cls="cc-title")


def _person(one: PersonNow, shown: Shown) -> Html:
    over = over_words(one.seconds, _limit(one, shown), shown.look.translator)
    timeless = replace(one, seconds=None)
    if shown.at is not None:  # Team shows today alone
        timeless = replace(timeless, agent_id="")
    return _person_row(timeless, time_in_state(one, shown), over, shown.look.translator)


@lru_cache(maxsize=MOST_PEOPLE)
def _person_row(one: PersonNow, time: Html, over: str, translator: Translator) -> Html:
    note = doing(one, translator)
    return tag(
        "li",
        mark(initials(one.name), TONES[one.place]),
        tag(
            "span",
            link(one.name, person_address(one.agent_id)),
            _note(note, one, over),
            cls="cc-name",
            title=one.name,
        ),
        hidden(", "),
        _work(one, note),
        tag("span", time, cls="cc-time"),
        data_key=f"person-{one.agent_id or one.name}",
    )


def _note(note: str, one: PersonNow, over: str) -> Html | None:
    """The reason of a break below the name, and that it is over its limit; what is worked on is a
    mark beside it."""
    told = "" if one.place in (Place.HANDLING, Place.WRAP_UP) else note
    if not told and not over:
        return None
    dot = " \N{MIDDLE DOT} " if told and over else None
    mark_over = tag("span", over, cls="cc-over") if over else None
    return tag("span", told, dot, mark_over, cls="cc-doing", title=note or None)


def _work(one: PersonNow, note: str) -> Html | None:
    """The channel by its colour, and how many at once."""
    if one.place not in (Place.HANDLING, Place.WRAP_UP) or one.channel is None:
        return None
    many = tag("span", f"{one.contacts}×", aria_hidden="true") if one.contacts > 1 else None
    return tag(
        "span", many, channel_mark(one.channel), hidden(f"{note}, "), cls="cc-work", title=note
    )


def time_in_state(one: PersonNow, shown: Shown) -> Html:
    """How long, against the limit of that state where it has one."""
    translator = shown.look.translator
    if one.seconds is None or one.since is None:
        return tag("span", fmt.NOTHING)
    if one.place is Place.UNKNOWN:
        return tag("span", _since(one.since, shown))
    late = board.lateness(one.seconds, _limit(one, shown))
    return stated(shown.since(one.since), state_of(late), translator)


def _since(since: datetime, shown: Shown) -> str:
    """From when on; with its day where that is another one."""
    look, now = shown.look, shown.floor.as_of.astimezone(shown.look.zone)
    at = since.astimezone(look.zone)
    told = fmt.clock if at.date() == now.date() else fmt.moment
    return look.translator.text("since {time}", time=told(at, look.language))


def _limit(one: PersonNow, shown: Shown) -> int | None:
    """Of wrap-up by the channel, of a break, a training or a meeting by its reason."""
    at = shown.floor.as_of
    if one.place is Place.WRAP_UP:
        channel = one.channel or Channel.PHONE
        return shown.look.targets.value(Threshold.WRAP_UP_SECONDS, channel, "", at)
    if one.place is Place.BREAK:
        return shown.look.targets.away_limit(one.intent, one.reason, at)
    return None


def initials(name: str) -> str:
    """Two letters of a name; of an interface such as PJSIP/1042@office the end of its number."""
    parts = name.replace(".", " ").split()
    if len(parts) > 1:
        return (parts[0][0] + parts[-1][0]).upper()
    own = name.partition("@")[0].rpartition("/")[2]
    return own[-2:] if any(map(str.isdigit, own)) else own[:2].upper()


def doing(one: PersonNow, translator: Translator) -> str:
    """What else is true of the person: the reason, the channel, work that is still open."""
    say, language = translator.text, translator.language
    parts = []
    if one.place in (Place.BREAK, Place.WRAP_UP, Place.OFFLINE) and one.reason:
        parts.append(one.reason)
    elif one.place is Place.BREAK and one.intent is not Intent.BREAK:
        parts.append(word(one.intent, language))
    if one.is_still_busy:
        is_talking = one.load is not Load.WRAP_UP
        parts.append(say("still on a contact") if is_talking else say("still in wrap-up"))
    elif one.place in (Place.HANDLING, Place.WRAP_UP):
        parts.append(_contacts(one, translator))
    return ", ".join(part for part in parts if part)


def _contacts(one: PersonNow, translator: Translator) -> str:
    channel = word(one.channel, translator.language).lower() if one.channel else ""
    if one.contacts > 1:
        return f"{fmt.count(one.contacts, translator.language)} × {channel}"
    return channel


def teams_of(people: pl.DataFrame) -> Sequence[str]:
    """The names of the teams that are here."""
    return sorted({one for one in people["team"] if one is not None})
