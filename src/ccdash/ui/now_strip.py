"""The strip of Now: seven figures, each with its state and what it is held against."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ccdash.query import Period, bucket_start
from ccdash.ui import floor_lists as lists
from ccdash.ui import format as fmt
from ccdash.ui.against import EVERY, Against, awaits_usual
from ccdash.ui.look import Channels, Shown, level_state, target_percent
from ccdash.ui.markup import Content, filled
from ccdash.ui.page import Tile
from ccdash.views import board
from ccdash.views.board import Place, Waiting
from ccdash.vocabulary import Better, Grain, Unit

DOT = " \N{MIDDLE DOT} "
BEFORE = timedelta(days=1)
"""A contact may have come so long before it was in a queue."""


def tiles(against: Against) -> list[Tile]:
    """Waiting, longest wait, in progress, arrivals, service level, abandoned, people."""
    shown = against.shown
    waits = board.waiting(shown.floor.queues)
    found = [
        _waiting(against, waits),
        _longest(against, waits),
        _in_progress(against),
        _arrived(against),
        _service_level(against),
        _abandoned(against),
        _people(shown),
    ]
    return [replace(one, key=f"tile-{number}") for number, one in enumerate(found)]


def still_waiting(shown: Shown, channel: Channels = None, queue: str | None = None) -> str | None:
    """The contacts that wait, however long they do, of whole days; None where nobody waits, and in
    a look back: a list knows who waits now."""
    queued = shown.floor.waiting["queued_at"]
    if queued.is_empty() or shown.at is not None:
        return None
    oldest, zone = queued.min(), shown.look.zone
    first = (oldest if isinstance(oldest, datetime) else shown.floor.day_start) - BEFORE
    period = Period(bucket_start(first, Grain.DAY, zone), shown.day.end, zone.key)
    return shown.behind("still_waiting", period, channel, queue)


def _waiting(against: Against, waits: Waiting) -> Tile:
    shown, say = against.shown, against.shown.look.translator.text
    language = shown.look.language
    longest = waits.longest_live or (waits.longest if shown.scope.channel else None)
    hour = against.hour(shown.scope.channel or EVERY)
    return Tile(
        say("Waiting now"),
        fmt.count(waits.total, language),
        _on_the_line(waits, shown) if waits.total and shown.scope.channel is None else "",
        lists.state_of(longest.lateness if longest else None),
        help=say("Contacts in a queue at this moment, in all channels."),
        sparkline=hour.waiting,
        sparkline_alt=say("Waiting in the last hour"),
        link=still_waiting(shown),
    )


def _on_the_line(waits: Waiting, shown: Shown) -> Content:
    """Those for whom seconds count stand apart from the backlog."""
    say, language = shown.look.translator.text, shown.look.language
    count, longest = fmt.count(waits.live, language), waits.longest_live
    if longest is None:
        return say("{n} of them in live channels", n=count)
    told = say("{n} of them in live channels, up to {time}", n=count, time="{time}")
    return filled(told, time=shown.since(longest.longest_since))


def _longest(against: Against, waits: Waiting) -> Tile:
    shown, say = against.shown, against.shown.look.translator.text
    longest, hour = waits.longest, against.hour(shown.scope.channel or EVERY)
    where = lists.queue_and_target(longest, shown.look.translator) if longest else ""
    return Tile(
        say("Longest wait"),
        shown.since(longest.longest_since if longest else None),
        where or say("Nobody waits"),
        lists.state_of(longest.lateness if longest else None),
        help=say("The longest of all who wait now, in any channel, against its queue's target."),
        sparkline=hour.longest,
        sparkline_alt=say("Longest wait in the last hour"),
        link=still_waiting(shown, longest.channel, longest.queue) if longest else None,
        size=fmt.duration(longest.longest_seconds or 0, shown.look.language) if longest else "",
    )


def _in_progress(against: Against) -> Tile:
    shown, say = against.shown, against.shown.look.translator.text
    places = board.people(shown.floor.people)
    handling, unknown = len(places[Place.HANDLING]), len(places[Place.UNKNOWN])
    plural = shown.look.translator.plural
    busy = plural("{n} person is handling", "{n} people are handling", handling)
    hour = against.hour()
    return Tile(
        say("In progress"),
        fmt.count(shown.floor.in_progress.height, shown.look.language),
        # the people of a part have contacts of others, too
        busy if shown.scope.is_all and shown.floor.people.height > unknown else "",
        help=say("Contacts with a person at this moment, hold included, wrap-up not."),
        sparkline=hour.in_progress,
        sparkline_alt=say("In progress in the last hour"),
    )


def _arrived(against: Against) -> Tile:
    shown, say = against.shown, against.shown.look.translator.text
    count, usual = against.arrivals(), against.usual_arrivals()
    hour = against.hour()
    return Tile(
        say("Arrived in 30 min"),
        fmt.value(count, Unit.COUNT, shown.look.language),
        DOT.join([times(against), *usual_words(usual, Unit.COUNT, shown)]),
        help=say(
            "Contacts that asked for a person in the last two full quarters of an hour. Usual is "
            "the median of the same time on the last eight such weekdays."
        ),
        sparkline=hour.arrived,
        sparkline_alt=say("Arrivals in the last hour"),
        link=shown.behind("arrived", against.half_hour) if count else None,
    )


def _service_level(against: Against) -> Tile:
    shown, say = against.shown, against.shown.look.translator.text
    floor, language = shown.floor, shown.look.language
    level = floor.today["service_level"]
    target = target_percent(shown.look.targets, floor.as_of) / 100
    goal = say("target {value}", value=fmt.percent(target, language, 0))
    usual = usual_words(against.usual("service_level"), Unit.RATIO, shown)
    hour = against.hour()
    return Tile(
        say("Service level today"),
        fmt.value(level, Unit.RATIO, language),
        DOT.join([goal, *usual]),
        level_state(level, target),
        Better.HIGHER,
        help=say("Answered within the target time, of answered and abandoned today."),
        sparkline=hour.service_level,
        sparkline_alt=say("Service level in the last hour"),
        link=shown.behind("service_level") if floor.today["n_service_level"] else None,
    )


def _abandoned(against: Against) -> Tile:
    shown, say = against.shown, against.shown.look.translator.text
    today, language = shown.floor.today, shown.look.language
    rate = fmt.value(today["abandonment_rate"], Unit.RATIO, language)
    of = say("{rate} of live", rate=rate) if today["n_abandonment_rate"] else ""
    usual = usual_words(against.usual("abandoned"), Unit.COUNT, shown)
    hour = against.hour()
    return Tile(
        say("Abandoned today"),
        fmt.value(today["abandoned"], Unit.COUNT, language),
        DOT.join(one for one in [of, *usual] if one),
        help=say("Customers who left the queue before an answer; the share is of those offered."),
        sparkline=hour.abandoned,
        sparkline_alt=say("Abandoned in the last hour"),
        link=shown.behind("abandoned") if today["abandoned"] else None,
    )


def _people(shown: Shown) -> Tile:
    say, language = shown.look.translator.text, shown.look.language
    places = {place: len(its) for place, its in board.people(shown.floor.people).items()}
    if (shown.whole or shown.floor).people.is_empty():
        return Tile(say("People"), fmt.value(fmt.NOT_MEASURED, Unit.COUNT, language))
    if places[Place.UNKNOWN] == sum(places.values()) > 0:
        unknown = fmt.count(places[Place.UNKNOWN], language)
        return Tile(say("People"), fmt.NOTHING, say("{n} not known", n=unknown))
    note = say(
        "{handling} handling · {wrap_up} wrap-up · {away} break",
        handling=fmt.count(places[Place.HANDLING], language),
        wrap_up=fmt.count(places[Place.WRAP_UP], language),
        away=fmt.count(places[Place.BREAK], language),
    )
    free = shown.look.translator.plural("{n} free", "{n} free", places[Place.FREE])
    return Tile(say("People"), free, note)


def times(against: Against) -> str:
    """14:00-14:30, as the language writes it."""
    half, look = against.half_hour, against.shown.look
    ends = (fmt.clock(at.astimezone(look.zone), look.language) for at in (half.start, half.end))
    return "\N{EN DASH}".join(ends)


def usual_words(usual: float | None, unit: Unit, shown: Shown) -> list[str]:
    """What is usual, in words; a placeholder while it is read, and nothing where nothing is."""
    if usual is None:
        return [shown.look.translator.text("usual …")] if awaits_usual(shown) else []
    value = (
        fmt.percent(usual, shown.look.language, 0)
        if unit is Unit.RATIO
        else fmt.value(usual, unit, shown.look.language)
    )
    return [shown.look.translator.text("usual {value}", value=value)]
