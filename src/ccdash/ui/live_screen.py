"""The screen "Now": a floor in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from ccdash.errors import CcdashError, StoreUnavailable
from ccdash.live.hub import Snapshot
from ccdash.store.comparison import Comparison
from ccdash.store.live import Floor
from ccdash.ui import floor_lists, now_filters, waiting_now
from ccdash.ui import format as fmt
from ccdash.ui.addresses import href
from ccdash.ui.against import Against, against
from ccdash.ui.break_advice import break_card
from ccdash.ui.changed import changed
from ccdash.ui.channel_table import channel_table
from ccdash.ui.errors import sentence
from ccdash.ui.look import Look, Shown, shown
from ccdash.ui.markup import Content, Html, filled, join, link, tag, wall_clock
from ccdash.ui.now_head import as_known, freshness, head, nothing, said, silent_since
from ccdash.ui.now_strip import still_waiting, tiles
from ccdash.ui.page import Status, strip_html
from ccdash.views.scope import Scope


def asked_scope() -> Scope:
    """What is in `?team=&channel=&queue=&skill=`."""
    return Scope.from_params(st.query_params.to_dict())


def now_html(snapshot: Snapshot, beside: Comparison | None, look: Look, scope: Scope) -> Html:
    """The newest floor; greyed and dated when the store is away. Raises the snapshot's error when
    there has not been any floor."""
    if snapshot.floor is None:
        raise snapshot.error or StoreUnavailable
    floor = as_known(snapshot.floor)
    seen = shown(floor, look, now_filters.held(scope, floor, beside), beside)
    status = lost(floor, look) if snapshot.error else freshness(floor, floor.as_of, look)
    told = lost_notice(snapshot.error, floor, look) if snapshot.error else quiet(floor, look)
    return _screen(seen, floor, status, join([told, now_filters.narrowed(seen, scope)]))


def then_html(floor: Floor, beside: Comparison, look: Look) -> Html:
    """The floor as it was."""
    say, asked = look.translator.text, asked_scope()
    scope = now_filters.held(asked, floor, beside)
    seen = replace(shown(floor, look, scope, beside), at=floor.as_of)
    at = when(floor, look, goes_on=False)
    told = said(
        filled(say("The floor as of {time}.", time="{time}"), time=at),
        [
            say("What happened later is not in it."),
            link(say("Back to now"), href("live", seen.scope.to_params())),
        ],
    )
    told = join([told, now_filters.narrowed(seen, asked)])
    return _screen(seen, floor, Status(say("A look back"), "still"), told)


def _screen(seen: Shown, whole: Floor, status: Status, told: Html) -> Html:
    """The whole of it: head, notice, strip, channels and who waits in them, people."""
    look, held = seen.look, against(seen)
    say = look.translator.text
    filters = now_filters.menus(seen, whole)
    top = head(say("Now"), when(seen.floor, look, goes_on=seen.at is None), status, filters)
    return join([top, told, *_floor(seen, held)])


def _floor(seen: Shown, held: Against) -> Sequence[Content]:
    if _is_nothing(seen):
        return [_way_out(seen)]
    translator = seen.look.translator
    return [
        strip_html(tiles(held), translator),
        tag(
            "div",
            tag("section", channel_table(held), cls="cc-card cc-channels"),
            waiting_now.waiting(seen, still_waiting(seen)),
            cls="cc-floor-grid",
            data_key="floor",
        ),
        changed(seen),
        floor_lists.people(seen),
        break_card(seen),
        floor_lists.in_progress(seen),
    ]


def _is_nothing(seen: Shown) -> bool:
    """Whether the filters leave nothing: nobody, no queue, nothing waiting."""
    if seen.scope.is_all:
        return False
    known = seen.part.of(seen.beside.queues) if seen.beside else seen.floor.queues
    frames = (seen.floor.people, seen.floor.queues, known)
    return all(frame.is_empty() for frame in frames)


def _way_out(seen: Shown) -> Html:
    say = seen.look.translator.text
    out = link(say("Show the whole centre"), seen.address(Scope()))
    return tag("section", nothing(say("Nothing here for these filters."), out), cls="cc-card")


def when(floor: Floor, look: Look, *, goes_on: bool = True) -> Content:
    """The instant of the floor, as people say it; the clock of a floor of now goes on."""
    local = floor.as_of.astimezone(look.zone)
    day = fmt.long_day(local.date(), look.language)
    if not goes_on:
        return f"{day}, {fmt.clock(local, look.language, seconds=True)}"
    return join([f"{day}, ", wall_clock(look.zone.key, fmt.clock_separator(look.language))])


def is_empty(floor: Floor) -> bool:
    """Whether nothing has ever come in."""
    return not floor.data_through and floor.people.is_empty() and floor.queues.is_empty()


def lost(floor: Floor, look: Look) -> Status:
    """Of which time the figures are that are still shown."""
    clock = fmt.clock(floor.as_of.astimezone(look.zone), look.language, seconds=True)
    return Status(look.translator.text("Lost · figures of {time}", time=clock), "lost")


def lost_notice(error: CcdashError, floor: Floor, look: Look) -> Html:
    """Why nothing newer comes."""
    say = look.translator.text
    clock = fmt.clock(floor.as_of.astimezone(look.zone), look.language, seconds=True)
    more = [
        say("The figures are from {time}.", time=clock),
        say("This screen comes back by itself."),
    ]
    return said(sentence(error, look.translator), more, is_lost=True)


def quiet(floor: Floor, look: Look) -> Html | None:
    """A finished log has no now, but it has a last moment."""
    newest = silent_since(floor)
    if newest is None:
        return None
    say = look.translator.text
    local = newest.astimezone(look.zone)
    when = f"{fmt.short_date(local, look.language)} {fmt.clock(local, look.language)}"
    then = href("live", {"at": local.isoformat()})
    ways = [
        link(say("See the floor as it was then"), then),
        tag("span", "·"),
        link(say("See its trends"), href("trends")),
    ]
    return said(say("The newest data is of {time}.", time=when), ways)
