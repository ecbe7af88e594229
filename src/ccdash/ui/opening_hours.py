"""Opening hours on the screen "Settings": which calendars there are, and where they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from babel import Locale

from ccdash.calendars import (
    DAY_MINUTES,
    HOLIDAY,
    WHOLE_DAY,
    Calendar,
    Hours,
    Week,
    coming_days,
    runs_of_days,
)
from ccdash.store.calendars import Assigned
from ccdash.store.dated_settings import BEGINNING
from ccdash.ui import format as fmt
from ccdash.ui.board import channel_mark
from ccdash.ui.markup import Html, draw, tag
from ccdash.ui.page import card, empty, section
from ccdash.ui.settings_screen import whose
from ccdash.ui.viewer import Viewer
from ccdash.vocabulary import Channel

MOST_DAYS = 4


@dataclass(frozen=True)
class Opening:
    """What the store says: the calendars, where they hold, and queues by key: (name, channel)."""

    calendars: Sequence[Calendar]
    assigned: Sequence[Assigned]
    queues: Mapping[str, tuple[str, str]]


def draw_opening_hours(opening: Opening, now: datetime, who: Viewer) -> None:
    """A week, the next holidays and the queues of each calendar."""
    say = who.translator.text
    with card("opening-hours"):
        section(
            say("Opening hours"),
            say("Figures in opening hours leave out nights, weekends and holidays."),
        )
        if not opening.calendars:
            empty(
                say("No opening hours are set: all time counts, day and night."),
                say("`ccdash calendar set` sets them, `ccdash calendar assign` says where."),
            )
            return
        held = in_force(opening.assigned, now)
        cards = [_calendar(one, opening, held, (now, who)) for one in opening.calendars]
        draw(tag("div", *cards, cls="cc-calendars"))


def in_force(rows: Iterable[Assigned], at: datetime) -> list[Assigned]:
    """What holds at an instant for each channel and queue, and what follows."""
    latest: dict[tuple[str, str], Assigned] = {}
    later = []
    for one in sorted(rows, key=lambda row: row.valid_from):
        if one.valid_from > at:
            later.append(one)
        else:
            latest[one.channel, one.queue] = one
    return [*latest.values(), *later]


def _calendar(
    one: Calendar, opening: Opening, held: Sequence[Assigned], seen: tuple[datetime, Viewer]
) -> Html:
    now, who = seen
    local = now.astimezone(who.zone)
    week = one.week_of(local.date())
    mine = [row for row in held if row.calendar == one.name]
    return tag(
        "article",
        tag("h3", one.name),
        tag("span", _place(one, who), cls="cc-under"),
        tag("p", _now(one, now, who), cls="cc-open" if one.is_open(now) else "cc-shut"),
        _week(week, who) if week else None,
        _coming(one, local, who),
        tag("div", *_used(mine, opening, now, who), cls="cc-chips"),
        cls="cc-calendar",
    )


def _place(one: Calendar, who: Viewer) -> str:
    if not one.country:
        return one.timezone
    country = Locale.parse(who.language).territories.get(one.country, one.country)
    region = f"{country} ({one.subdivision})" if one.subdivision else country
    return who.translator.text(
        "{zone}, public holidays: {country}", zone=one.timezone, country=region
    )


def _now(one: Calendar, now: datetime, who: Viewer) -> str:
    say = who.translator.text
    if one.is_open(now):
        return say("Open now")
    opens = one.next_open(now)
    if opens is None:
        return say("Closed")
    at = fmt.moment(opens.astimezone(who.zone), who.language)
    return say("Closed, opens {time}", time=at)


def _week(week: Week, who: Viewer) -> Html:
    rows = [
        tag(
            "tr",
            tag("th", _days(days, who), scope="row"),
            tag("td", _bar(hours), cls="cc-day"),
            tag("td", *_hours(hours, who), cls="num"),
        )
        for days, hours in runs_of_days(week)
    ]
    marks = (tag("i", str(hour), style=f"left:{_share(hour * 60)}%") for hour in (6, 12, 18))
    scale = tag("tr", tag("td"), tag("td", tag("span", *marks), cls="cc-scale"), tag("td"))
    caption = tag("caption", who.translator.text("Opening hours"), cls="cc-hidden")
    head = tag("thead", scale, aria_hidden="true")
    return tag("table", caption, head, tag("tbody", *rows), cls="cc-week")


def _days(days: tuple[int, ...], who: Viewer) -> str:
    if days == (HOLIDAY,):
        return who.translator.text("Public holidays")
    names = [fmt.weekday(one, who.language) for one in (days[0], days[-1])]
    return names[0] if len(days) == 1 else "\N{EN DASH}".join(names)


def _bar(hours: Hours) -> Html:
    """The 24 hours of the day, the open ones filled."""
    pieces = [
        tag("i", style=f"left:{_share(opens)}%;width:{_share(min(closes, DAY_MINUTES) - opens)}%")
        for opens, closes in hours
    ]
    return tag("span", *pieces, aria_hidden="true")


def _share(minutes: int) -> str:
    return f"{100 * minutes / DAY_MINUTES:.2f}"


def _hours(hours: Hours, who: Viewer) -> list[Html]:
    """Each stretch by itself, so that a line breaks between two of them."""
    if not hours:
        return [tag("span", who.translator.text("closed"))]
    if hours == WHOLE_DAY:
        return [tag("span", who.translator.text("day and night"))]
    texts = ["\N{EN DASH}".join(_clock(one, who) for one in span) for span in hours]
    return [tag("span", text) for text in texts]


def _clock(minute: int, who: Viewer) -> str:
    hour, past = divmod(minute % DAY_MINUTES, 60)
    return fmt.clock(time(hour, past), who.language)


def _coming(one: Calendar, local: datetime, who: Viewer) -> Html | None:
    days = coming_days(one, local.date(), who.language)[:MOST_DAYS]
    lines = [
        tag(
            "li",
            tag("span", fmt.short_date(day.day, who.language)),
            tag("span", day.name),
            tag("span", *_hours(day.hours, who), cls="num"),
        )
        for day in days
    ]
    return tag("ul", *lines, cls="cc-coming") if lines else None


def _used(rows: Sequence[Assigned], opening: Opening, now: datetime, who: Viewer) -> Iterator[Html]:
    if not rows:
        yield tag("span", who.translator.text("No channel and no queue uses it."), cls="cc-under")
    for row in rows:
        name, channel = opening.queues.get(row.queue, (row.queue, ""))
        text = whose(row.channel, name, who)
        if row.valid_from > now and row.valid_from != BEGINNING:
            day = fmt.short_date(row.valid_from.astimezone(who.zone), who.language)
            text = who.translator.text("{queue}, from {day}", queue=text, day=day)
        known = row.channel or channel
        yield tag("span", channel_mark(Channel(known) if known else None), text, cls="cc-chip")
