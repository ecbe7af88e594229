"""Channels x people: how full and how late each channel is, and who could take the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ccdash.i18n import Translator
from ccdash.thresholds import Threshold
from ccdash.ui import floor_lists as lists
from ccdash.ui import format as fmt
from ccdash.ui.against import Against
from ccdash.ui.board import Heading, channel_mark, heading_html, mark, share_bar
from ccdash.ui.look import Shown, level_state, target_percent
from ccdash.ui.markup import Content, Html, hidden, link, tag
from ccdash.ui.now_head import nothing
from ccdash.ui.now_strip import still_waiting, times, usual_words
from ccdash.ui.page import stated
from ccdash.ui.sparkline import sparkline
from ccdash.ui.words import word
from ccdash.views import board
from ccdash.views.board import ChannelNow, PersonNow, Place, QueueNow
from ccdash.vocabulary import Better, Channel, Unit

MOST_MARKS = 4
MOST_KEPT = 512
"""Cells that are kept as they were drawn."""


@dataclass(frozen=True)
class Table:
    """What all rows need, made once a drawing."""

    against: Against
    takers: Mapping[tuple[str, str], Sequence[PersonNow]]
    target: float
    """The service level that is aimed at."""

    @property
    def shown(self) -> Shown:
        """The floor that is drawn."""
        return self.against.shown


def channel_table(against: Against) -> Html:
    """One row a channel in a fixed order, its queues below it when it is opened."""
    shown, say = against.shown, against.shown.look.translator.text
    known = shown.part.of(shown.beside.queues) if shown.beside else None
    channels = board.channels(shown.floor.queues, known)
    if not channels:
        return nothing(say("Nobody waits and nobody is served."))
    free = board.people(shown.floor.people)[Place.FREE]
    takers = board.who_takes(shown.beside.skills, free) if shown.beside else {}
    target = target_percent(shown.look.targets, shown.floor.as_of) / 100
    table = Table(against, takers, target)
    head = tag("tr", *(heading_html(one) for one in _headings(table)))
    return tag(
        "table",
        tag("caption", say("Channels and their queues"), cls="cc-hidden"),
        tag("thead", head),
        *(_channel(table, channel) for channel in channels),
        cls="cc-list cc-floor",
    )


def _headings(table: Table) -> Sequence[Heading]:
    say = table.shown.look.translator.text
    return [
        Heading(say("Channel")),
        Heading(say("Waiting"), number=True),
        Heading(say("Longest wait"), say("Since the contact entered the queue."), number=True),
        Heading(say("In progress"), number=True),
        Heading(
            say("Service level today"),
            say("Answered within the target time, of answered and abandoned; the tick is the aim."),
        ),
        Heading(
            say("Arrived {times}", times=times(table.against)),
            say("The line is the last hour; usual is of the last eight such weekdays."),
        ),
        Heading(
            say("Free for the next"),
            say("Free people who took contacts of it in the last seven days, free longest first."),
        ),
    ]


def _channel(table: Table, channel: ChannelNow) -> Html:
    translator = table.shown.look.translator
    name = f"queues-{channel.total.channel}"
    queues = channel.queues if len(channel.queues) > 1 else ()
    rows = (
        _row(table, one, _queue_name(one.queue, _target(table, one), translator), data_part=name)
        for one in queues
    )
    total = channel.total if queues else channel.queues[0]
    names = tuple(one.queue for one in channel.queues)
    first = _row(table, total, _name(names, name, channel.total.channel, translator))
    return tag("tbody", first, *rows, data_key=name)


@lru_cache(maxsize=MOST_KEPT)
def _name(queues: tuple[str, ...], opens: str, one: Channel, translator: Translator) -> Html:
    name = tag("span", word(one, translator.language), cls="cc-strong")
    if len(queues) == 1:
        under = tag("span", queues[0], cls="cc-under")
        return tag("span", channel_mark(one), tag("span", name, under), cls="cc-row-name")
    many = translator.plural("{n} queue", "{n} queues", len(queues))
    return tag(
        "button",
        channel_mark(one),
        tag("span", name, tag("span", many, cls="cc-under")),
        tag("i", cls="cc-chevron", aria_hidden="true"),
        type="button",
        cls="cc-row-name",
        data_opens=opens,
        aria_expanded="false",
    )


@lru_cache(maxsize=MOST_KEPT)
def _queue_name(queue: str, target: int, translator: Translator) -> Html:
    under = lists.target_words(target, translator) if target else ""
    name = tag("span", queue or fmt.NOTHING, title=queue)
    lines = tag("span", name, tag("span", under, cls="cc-under"))
    return tag("span", lines, cls="cc-row-name")


def _row(table: Table, one: QueueNow, name: Html, data_part: str | None = None) -> Html:
    """Of a channel; with `data_part` of one of its queues, which that opens."""
    is_queue = data_part is not None
    queue = one.queue if is_queue else None
    is_idle = not one.waiting and not one.in_progress
    looks = [look for look, on in (("cc-sub-row", is_queue), ("is-idle", is_idle)) if on]
    return tag(
        "tr",
        tag("th", name, scope="row"),
        *_counts(table, one, queue),
        _level(table, one, queue),
        _arrivals(table, one, queue),
        _takers(table, one, queue),
        cls=" ".join(looks) or None,
        data_key=f"row-{queue}" if is_queue else "row",  # a queue's name may be empty
        data_part=data_part,
        hidden="" if is_queue else None,
    )


def _cell(label: str, *content: Content, cls: str | None = None) -> Html:
    """On a phone the cell says itself what it is."""
    return tag("td", *content, cls=cls, data_label=label)


def _counts(table: Table, one: QueueNow, queue: str | None) -> Sequence[Html]:
    shown = table.shown
    big = "cc-big" if queue is None else "cc-mid"
    waits = still_waiting(shown, one.channel, queue) if one.waiting else None
    over = lists.over_words(one.longest_seconds, one.target_seconds, shown.look.translator)
    state = lists.state_of(one.lateness)
    longest = stated(shown.since(one.longest_since), state, shown.look.translator)
    return (
        _waiting(one.waiting, waits, big, shown.look.translator),
        _longest(longest, over, shown.look.translator),
        _served(one.in_progress, big, shown.look.translator),
    )


@lru_cache(maxsize=MOST_KEPT)
def _waiting(many: int, address: str | None, cls: str, translator: Translator) -> Html:
    number = link(fmt.count(many, translator.language), address, cls=cls)
    return _cell(translator.text("Waiting"), number, cls="num")


@lru_cache(maxsize=MOST_KEPT)
def _longest(time: Html, over: str, translator: Translator) -> Html:
    under = tag("span", over, cls="cc-under cc-over") if over else None
    return _cell(translator.text("Longest wait"), time, under, cls="num")


@lru_cache(maxsize=MOST_KEPT)
def _served(many: int, cls: str, translator: Translator) -> Html:
    number = tag("span", fmt.count(many, translator.language), cls=cls)
    return _cell(translator.text("In progress"), number, cls="num")


def _level(table: Table, one: QueueNow, queue: str | None) -> Html:
    level, translator = table.against.levels.get((one.channel, queue)), table.shown.look.translator
    if level is None:
        return _cell(translator.text("Service level"), _unknown())
    address = table.shown.behind("service_level", None, one.channel, queue)
    return _share(level, table.target, address, translator)


@lru_cache(maxsize=MOST_KEPT)
def _share(level: float, target: float, address: str, translator: Translator) -> Html:
    text = fmt.percent(level, translator.language, 0)
    number = stated(text, level_state(level, target), translator, Better.HIGHER)
    return _cell(translator.text("Service level"), share_bar(level, target), link(number, address))


def _arrivals(table: Table, one: QueueNow, queue: str | None) -> Html:
    against, shown = table.against, table.shown
    count = against.arrivals((one.channel, queue))
    if count is None:
        return _cell(shown.look.translator.text("Arrived"), _unknown())
    usual = usual_words(against.usual_arrivals((one.channel, queue)), Unit.COUNT, shown)
    address = shown.behind("arrived", against.half_hour, one.channel, queue) if count else None
    line = sparkline(against.hour(one.channel).arrived if queue is None else (), "")
    number = link(fmt.count(count, shown.look.language), address, cls="cc-mid")
    return _arrived(line, number, tuple(usual), shown.look.translator)


@lru_cache(maxsize=MOST_KEPT)
def _arrived(line: Html, number: Html, usual: tuple[str, ...], translator: Translator) -> Html:
    quiet = (tag("span", one, cls="cc-quiet") for one in usual)
    return _cell(translator.text("Arrived"), line, number, *quiet)


def _takers(table: Table, one: QueueNow, queue: str | None) -> Html:
    found = table.takers.get((one.channel, queue or ""), ())
    return _free(tuple(each.name for each in found), table.shown.look.translator)


@lru_cache(maxsize=MOST_KEPT)
def _free(names: tuple[str, ...], translator: Translator) -> Html:
    if not names:
        return _cell(translator.text("Free"), _unknown())
    marks = [mark(lists.initials(one), "free", one) for one in names[:MOST_MARKS]]
    more = len(names) - MOST_MARKS
    rest = tag("span", f"+{fmt.count(more, translator.language)}", cls="cc-quiet cc-rest")
    words = (hidden(", ".join(names)), *marks, rest if more > 0 else None)
    return _cell(translator.text("Free"), tag("span", *words, cls="cc-marks"))


def _unknown() -> Html:
    return tag("span", fmt.NOTHING, cls="cc-quiet")


def _target(table: Table, one: QueueNow) -> int:
    """What was promised to those who wait; of an idle queue what holds for it now."""
    if one.target_seconds:
        return one.target_seconds
    shown = table.shown
    keys = board.keys(shown.beside.queues) if shown.beside else {}
    key = keys.get((one.channel, one.queue), one.queue)
    at = shown.floor.as_of
    return shown.look.targets.value(Threshold.TARGET_SECONDS, one.channel, key, at)
