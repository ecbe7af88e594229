"""The head of the screens of now: when, of what part of the centre, how fresh."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ccdash.store.live import Floor
from ccdash.ui.look import Look
from ccdash.ui.markup import Content, Html, filled, join, link, running, tag
from ccdash.ui.page import Status
from ccdash.views.board import unheard

LATE = timedelta(minutes=5)
SILENT = timedelta(hours=1)
"""When nothing at all was told for so long, nobody knows what people do now."""
NOT_LIVE = timedelta(hours=24)
AGE = "{age}"


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter in the head: its name, what is chosen now, and an address for each choice."""

    key: str
    label: str
    chosen: str
    choices: Sequence[tuple[str, str]]
    is_set: bool


def head(title: str, when: Content, status: Status, filters: Sequence[Content] = ()) -> Html:
    """Not announced at each refresh: a clock that is read aloud every two seconds helps nobody."""
    dot = tag("i", cls="cc-dot", aria_hidden="true")
    return tag(
        "header",
        tag("h1", title),
        tag("span", when, cls="cc-sub"),
        *filters,
        tag("span", dot, status.text, cls=f"cc-status {status.kind}"),
        cls="cc-head",
        data_key="head",
    )


def pick(choice: Choice) -> Html:
    """A chip that opens a short list of links."""
    name = f"pick-{choice.key}"
    button = tag(
        "button",
        tag("span", f"{choice.label}: ", cls="cc-hidden"),
        tag("span", choice.chosen, cls="cc-chosen", title=choice.chosen),
        type="button",
        cls="cc-chip cc-pick is-set" if choice.is_set else "cc-chip cc-pick",
        data_opens=name,
        aria_expanded="false",
    )
    items = (
        tag(
            "li",
            link(words, address) if words != choice.chosen else _current(words, address),
        )
        for words, address in choice.choices
    )
    menu = tag("ul", *items, cls="cc-menu", data_part=name, hidden="")
    return tag("span", button, menu, cls="cc-picks", data_key=name)


def _current(words: str, address: str) -> Html:
    return tag("a", words, href=address, target="_self", aria_current="true")


def said(text: Content, more: Sequence[Content] = (), *, is_lost: bool = False) -> Html:
    """One calm sentence between the head and what it speaks of."""
    return tag(
        "div",
        tag("strong", text),
        *(part if isinstance(part, Html) else tag("span", part) for part in more),
        cls="cc-notice bad lost" if is_lost else "cc-notice info",
        role="alert" if is_lost else "note",
        data_key="notice",
    )


def nothing(title: str, *ways: Content) -> Html:
    """Nothing to show, and the ways out."""
    return tag(
        "div",
        tag("p", title, cls="cc-empty-title"),
        tag("p", join(ways)) if ways else None,
        cls="cc-empty",
    )


def silent_since(floor: Floor) -> datetime | None:
    """The newest event of a floor that has been silent for long."""
    newest = max(floor.data_through.values(), default=None)
    return newest if newest is not None and floor.as_of - newest > SILENT else None


def as_known(floor: Floor) -> Floor:
    """A floor that has been silent for long keeps its people, and not what they did."""
    since = silent_since(floor)
    return (
        floor if since is None else replace(floor, people=unheard(floor.people, since, floor.as_of))
    )


def freshness(floor: Floor, now: datetime, look: Look) -> Status:
    """How old the newest event is; with several sources, each that is late by its name. What was
    only imported is not late: nobody expects more of it."""
    say = look.translator.text
    ages = {name: now - at for name, at in floor.data_through.items() if now - at < NOT_LIVE}
    done = {name: age for name, age in ages.items() if name in floor.imported and age > LATE}
    ages = {name: age for name, age in ages.items() if name not in done}
    if done and not ages:
        age = _newest(floor, done)
        return Status(filled(say("Imported · newest event {age} ago", age=AGE), age=age), "still")
    if not ages:
        return Status(say("No live source"), "still")
    late = {name: age for name, age in ages.items() if age > LATE}
    if late and len(ages) > 1:
        since = sorted((name, floor.data_through[name]) for name in late)
        each = [join([f"{name} ", running(at, "age")]) for name, at in since]
        named = join(part for one in each for part in (", ", one)[one is each[0] :])
        return Status(filled(say("Late: {sources}", sources="{sources}"), sources=named), "late")
    age = _newest(floor, ages)
    if late:
        return Status(filled(say("Late · newest event {age} ago", age=AGE), age=age), "late")
    return Status(filled(say("Live · newest event {age} ago", age=AGE), age=age), "live")


def _newest(floor: Floor, of: Collection[str]) -> Html:
    """How long ago the newest event of these sources was; it goes on."""
    return running(max(floor.data_through[name] for name in of), "age")
