"""Channels x people: how full and how late each channel is, and who could take the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from ccdash.thresholds import Threshold
from ccdash.ui import floor_lists as lists
from ccdash.ui import format as fmt
from ccdash.ui.against import Against
from ccdash.ui.board import Heading, channel_mark, heading_html, mark, share_bar
from ccdash.ui.look import Shown, level_state, target_percent
from ccdash.ui.markup import Content, Html, hidden, join, link, tag
from ccdash.ui.now_head import nothing
from ccdash.ui.now_strip import still_waiting, times, usual_words
from ccdash.ui.page import stated
from ccdash.ui.sparkline import sparkline
from ccdash.ui.words import word
from ccdash.views import board
from ccdash.views.board import ChannelNow, PersonNow, Place, QueueNow
from ccdash.vocabulary import Channel, Unit

MOST_MARKS = 4


@dataclass(frozen=True)
class Table:
    """What all rows need, made once a drawing."""

    against: Against
    takers: dict[tuple[str, str], list[PersonNow]]

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
    table = Table(against, takers)
    head = tag("tr", *(heading_html(one) for one in _headings(table)))
    return tag(
        "table",
        tag("caption", say("Channels and their queues"), cls="cc-hidden"),
        tag("thead", head),
        *(_channel(table, channel) for channel in channels),
        cls="cc-list cc-floor",
    )


def _headings(table: Table) -> list[Heading]:
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
    name = f"queues-{channel.total.channel}"
    queues = channel.queues if len(channel.queues) > 1 else ()
    rows = (
        _row(table, one, _queue_name(table, one), cls="cc-sub-row", data_part=name, hidden="")
        for one in queues
    )
    total = channel.total if queues else channel.queues[0]
    first = _row(table, total, _name(table, channel, name), channel.total.channel)
    return tag("tbody", first, *rows, data_key=name)


def _name(table: Table, channel: ChannelNow, opens: str) -> Html:
    translator, one = table.shown.look.translator, channel.total.channel
    name = tag("span", word(one, translator.language), cls="cc-strong")
    if len(channel.queues) == 1:
        under = tag("span", channel.queues[0].queue, cls="cc-under")
        return tag("span", channel_mark(one), tag("span", name, under), cls="cc-row-name")
    many = translator.plural("{n} queue", "{n} queues", len(channel.queues))
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


def _queue_name(table: Table, one: QueueNow) -> Html:
    target = _target(table, one)
    under = lists.target_words(target, table.shown.look.translator) if target else ""
    name = tag("span", one.queue or fmt.NOTHING, title=one.queue)
    lines = tag("span", name, tag("span", under, cls="cc-under"))
    return tag("span", lines, cls="cc-row-name")


def _row(
    table: Table, one: QueueNow, name: Html, total: Channel | None = None, **attributes: str
) -> Html:
    """`total` is the channel whose row it is; a row without it is of a queue."""
    say = table.shown.look.translator.text
    queue = one.queue if total is None else None
    is_idle = not one.waiting and not one.in_progress
    cls = " ".join(filter(None, [attributes.pop("cls", ""), "is-idle" if is_idle else ""]))
    return tag(
        "tr",
        tag("th", name, scope="row"),
        *_counts(table, one, total),
        tag("td", *_level(table, one, queue), **_labelled(say("Service level"))),
        tag("td", *_arrivals(table, one, queue), **_labelled(say("Arrived"))),
        tag("td", _takers(table, one, queue), **_labelled(say("Free"))),
        cls=cls or None,
        data_key="row" if queue is None else f"row-{queue}",  # a queue's name may be empty
        **attributes,
    )


def _labelled(label: str) -> dict[str, str]:
    """On a phone the cell says itself what it is."""
    return {"data_label": label}


def _counts(table: Table, one: QueueNow, total: Channel | None) -> list[Html]:
    shown, translator = table.shown, table.shown.look.translator
    say = translator.text
    big = "cc-big" if total else "cc-mid"
    waiting = link(
        fmt.count(one.waiting, translator.language),
        still_waiting(shown, one.channel, None if total else one.queue) if one.waiting else None,
        cls=big,
    )
    longest = one.longest_seconds
    late = stated(shown.since(one.longest_since), lists.state_of(one.lateness), translator)
    over = lists.over_words(longest, one.target_seconds, translator)
    under = tag("span", over, cls="cc-under cc-over") if over else None
    served = tag("span", fmt.count(one.in_progress, translator.language), cls=big)
    return [
        tag("td", waiting, cls="num", **_labelled(say("Waiting"))),
        tag("td", late, under, cls="num", **_labelled(say("Longest wait"))),
        tag("td", served, cls="num", **_labelled(say("In progress"))),
    ]


def _level(table: Table, one: QueueNow, queue: str | None) -> Sequence[Content]:
    shown, translator = table.shown, table.shown.look.translator
    level = table.against.levels.get((one.channel, queue))
    if level is None:
        return [tag("span", fmt.NOTHING, cls="cc-quiet")]
    target = target_percent(shown.look.targets, shown.floor.as_of) / 100
    address = shown.behind("service_level", None, one.channel, queue)
    text = fmt.percent(level, translator.language, 0)
    number = stated(text, level_state(level, target), translator)
    return [share_bar(level, target), link(number, address)]


def _arrivals(table: Table, one: QueueNow, queue: str | None) -> Sequence[Content]:
    against, shown = table.against, table.shown
    count = against.arrivals((one.channel, queue))
    if count is None:
        return [tag("span", fmt.NOTHING, cls="cc-quiet")]
    usual = usual_words(against.usual_arrivals((one.channel, queue)), Unit.COUNT, shown)
    address = shown.behind("arrived", against.half_hour, one.channel, queue) if count else None
    line = against.hour(one.channel).arrived if queue is None else ()
    return [
        sparkline(line, ""),
        link(fmt.count(count, shown.look.language), address, cls="cc-mid"),
        tag("span", usual[0], cls="cc-quiet") if usual else None,
    ]


def _takers(table: Table, one: QueueNow, queue: str | None) -> Html:
    found = table.takers.get((one.channel, queue or ""), [])
    if not found:
        return tag("span", fmt.NOTHING, cls="cc-quiet")
    marks = [mark(lists.initials(each.name), "free", each.name) for each in found[:MOST_MARKS]]
    more = len(found) - MOST_MARKS
    rest = tag("span", f"+{fmt.count(more, table.shown.look.language)}", cls="cc-quiet cc-rest")
    names = hidden(", ".join(each.name for each in found))
    return tag("span", names, join(marks), rest if more > 0 else None, cls="cc-marks")


def _target(table: Table, one: QueueNow) -> int:
    """What was promised to those who wait; of an idle queue what holds for it now."""
    if one.target_seconds:
        return one.target_seconds
    shown = table.shown
    key = one.queue
    if shown.beside is not None:
        is_it = (pl.col("queue") == one.queue) & (pl.col("channel") == one.channel)
        keys = shown.beside.queues.filter(is_it)["key"]
        key = keys[0] if keys.len() else key
    at = shown.floor.as_of
    return shown.look.targets.value(Threshold.TARGET_SECONDS, one.channel, key, at)
