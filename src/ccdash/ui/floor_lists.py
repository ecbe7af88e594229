"""The lists of the floor: queues under their channels, who waits, who is served, who is where."""

from __future__ import annotations

from ccdash.i18n import Translator
from ccdash.store.live import Floor
from ccdash.ui import board as lists
from ccdash.ui import format as fmt
from ccdash.ui.board import Cell, Group, Heading, Person, list_table
from ccdash.ui.page import empty, section
from ccdash.ui.shell import href
from ccdash.ui.theme import AGENT_TONE, State
from ccdash.ui.words import word
from ccdash.views import board
from ccdash.views.board import ChannelNow, Lateness, PersonNow, Place, QueueNow
from ccdash.vocabulary import Channel, Intent, Load

MOST_WAITING, MOST_IN_PROGRESS, MOST_PEOPLE, MOST_OFFLINE = 12, 10, 12, 5
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


def late_words(seconds: int | None, lateness: Lateness | None, translator: Translator) -> str:
    """A wait; one over its target says so without its colour."""
    if seconds is None:
        return fmt.NOTHING
    text = fmt.duration(seconds, translator.language)
    return translator.text("OVER {time}", time=text) if lateness is Lateness.OVER else text


def queue_and_target(queue: QueueNow, translator: Translator) -> str:
    """Where the longest wait is, and what was promised there."""
    name = queue.queue or word(queue.channel, translator.language)
    return f"{name} · {_target(queue, translator)}" if queue.target_seconds else name


def queues(floor: Floor, translator: Translator) -> None:
    """Channels, and their queues below them where there are more than one."""
    say = translator.text
    section(say("Queues"))
    found = board.channels(floor.queues)
    if not found:
        empty(say("Nobody waits and nobody is served."))
        return
    headings = [
        Heading(say("Channel and queue")),
        Heading(say("Waiting"), number=True),
        Heading(say("Longest wait"), say("Since the contact entered the queue."), number=True),
        Heading(say("In progress"), number=True),
        Heading(say("Target"), number=True, narrow=False),
    ]
    rows = [row for channel in found for row in _channel_rows(channel, translator)]
    list_table(headings, rows, translator, say("Queues"))


def _channel_rows(channel: ChannelNow, translator: Translator) -> list[list[Cell]]:
    name = word(channel.total.channel, translator.language)
    if len(channel.queues) == 1:
        only = channel.queues[0]
        first = Cell(
            name,
            only.queue,
            strong=True,
            channel=only.channel,
            link=_trends(only.channel, only.queue),
        )
        return [[first, *_figures(only, translator, big=True)]]
    first = Cell(
        name, strong=True, channel=channel.total.channel, link=_trends(channel.total.channel)
    )
    return [
        [first, *_figures(channel.total, translator, big=True)],
        *(
            [
                Cell(one.queue or fmt.NOTHING, link=_trends(one.channel, one.queue), inner=True),
                *_figures(one, translator, big=False),
            ]
            for one in channel.queues
        ),
    ]


def _figures(queue: QueueNow, translator: Translator, *, big: bool) -> list[Cell]:
    language = translator.language
    return [
        Cell(fmt.count(queue.waiting, language), big=big),
        Cell(
            late_words(queue.longest_seconds, queue.lateness, translator),
            state=state_of(queue.lateness),
        ),
        Cell(fmt.count(queue.in_progress, language), big=big),
        Cell(fmt.duration(queue.target_seconds, language) if queue.target_seconds else fmt.NOTHING),
    ]


def _target(queue: QueueNow, translator: Translator) -> str:
    seconds = fmt.duration(queue.target_seconds or 0, translator.language)
    return translator.text("target {value}", value=seconds)


def _trends(channel: Channel, queue: str = "") -> str:
    return href("trends", {"where_queue": queue} if queue else {"where_channel": channel})


def waiting(floor: Floor, translator: Translator) -> None:
    """Who waits now, those first who are the most late by their target."""
    say, language = translator.text, translator.language
    section(say("Waiting now"))
    if floor.waiting.is_empty():
        empty(say("Nobody waits."))
        return
    headings = [
        Heading(say("Place"), number=True),
        Heading(say("Wait"), number=True),
        Heading(say("Queue")),
        Heading(say("Customer")),
        Heading(say("Language"), narrow=False),
    ]
    rows = []
    for row in board.most_late_first(floor.waiting).head(MOST_WAITING).iter_rows(named=True):
        late = board.lateness(row["wait_seconds"], row["target_seconds"])
        rows.append(
            [
                Cell(fmt.count(row["position"], language)),
                Cell(late_words(row["wait_seconds"], late, translator), state=state_of(late)),
                Cell(row["queue"] or word(Channel(row["channel"]), language)),
                _customer(row["customer_id"], translator),
                Cell(row["language"] or fmt.NOTHING),
            ]
        )
    list_table(headings, rows, translator, say("Waiting now"))
    _more(floor.waiting.height - len(rows), translator)


def in_progress(floor: Floor, translator: Translator) -> None:
    """Who is served now, longest first."""
    say, language = translator.text, translator.language
    section(say("In progress"))
    headings = [
        Heading(say("Channel")),
        Heading(say("Time"), say("Since the answer."), number=True),
        Heading(say("Agent")),
        Heading(say("Queue"), narrow=False),
        Heading(say("Customer"), narrow=False),
    ]
    rows = []
    for row in floor.in_progress.head(MOST_IN_PROGRESS).iter_rows(named=True):
        channel = Channel(row["channel"])
        rows.append(
            [
                Cell(word(channel, language), channel=channel),
                Cell(fmt.duration(row["seconds"], language)),
                Cell(row["agent"] or fmt.NOTHING),
                Cell(row["queue"] or fmt.NOTHING),
                _customer(row["customer_id"], translator),
            ]
        )
    list_table(headings, rows, translator, say("In progress"))
    _more(floor.in_progress.height - len(rows), translator)


def _customer(customer_id: str, translator: Translator) -> Cell:
    """The end of the number under which we keep the customer; a negative one is nobody known."""
    if customer_id.startswith("-"):
        return Cell(translator.text("not recognised"))
    return Cell(f"••• {customer_id[-3:]}", link=href("customer", {"customer": customer_id}))


def _more(left: int, translator: Translator) -> None:
    if left > 0:
        section("", translator.plural("and {n} more", "and {n} more", left))


def people(floor: Floor, translator: Translator) -> None:
    """In columns by place; availability that is not known has its own, where there is any."""
    found = board.people(floor.people)
    shown = [place for place in Place if found[place] or place is not Place.UNKNOWN]
    if not any(found.values()):
        return
    lists.people([_group(place, found[place], translator) for place in shown], translator)


def _group(place: Place, its: list[PersonNow], translator: Translator) -> Group:
    language = translator.language
    most = MOST_OFFLINE if place is Place.OFFLINE else MOST_PEOPLE
    left = len(its) - most
    return Group(
        word(place, language),
        fmt.count(len(its), language),
        [_person(one, translator) for one in its[:most]],
        translator.plural("and {n} more", "and {n} more", left) if left > 0 else "",
        translator.text("Nobody"),
    )


def _person(one: PersonNow, translator: Translator) -> Person:
    return Person(
        one.name,
        initials(one.name),
        fmt.NOTHING if one.seconds is None else fmt.duration(one.seconds, translator.language),
        TONES[one.place],
        _doing(one, translator),
        link=href("trends", {"where_agent": one.name, "metrics": "handled"}),
    )


def initials(name: str) -> str:
    """Two letters of a name; of an interface such as PJSIP/1042@office the end of its number."""
    parts = name.replace(".", " ").split()
    if len(parts) > 1:
        return (parts[0][0] + parts[-1][0]).upper()
    own = name.partition("@")[0].rpartition("/")[2]
    return own[-2:] if any(map(str.isdigit, own)) else own[:2].upper()


def _doing(one: PersonNow, translator: Translator) -> str:
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
    elif one.place is Place.HANDLING:
        parts.append(_contacts(one, translator))
    return ", ".join(part for part in parts if part)


def _contacts(one: PersonNow, translator: Translator) -> str:
    channel = word(one.channel, translator.language).lower() if one.channel else ""
    if one.contacts > 1:
        return f"{fmt.count(one.contacts, translator.language)} × {channel}"
    return channel
