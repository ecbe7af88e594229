"""The lists of the floor as it is now: tables of few rows with big figures, people by state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ccdash.i18n import Translator
from ccdash.ui.markup import Content, Html, draw, hidden, link, tag
from ccdash.ui.page import helped, stated
from ccdash.ui.sparkline import sparkline
from ccdash.ui.theme import State
from ccdash.vocabulary import Channel


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a list table. `number` aligns right; `narrow` stays on a phone."""

    label: str
    help: str = ""
    number: bool = False
    narrow: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `strong` is a name, `big` a figure, `inner` a name that belongs to the row above;
    `bar` is a share with its target mark."""

    text: str
    note: str = ""
    state: State | None = None
    strong: bool = False
    big: bool = False
    link: str | None = None
    bar: float | None = None
    target: float | None = None
    spark: Sequence[float | None] = ()
    initials: Sequence[tuple[str, str]] = ()
    channel: Channel | None = None
    inner: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """One person: `time` is how long in the state, `tone` a value of theme.AGENT_TONE."""

    name: str
    initials: str
    time: str
    tone: str
    note: str = ""
    state: State | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """People of one state; `total` may be larger than the list, `more` says so."""

    title: str
    total: str
    people: Sequence[Person]
    more: str = ""
    empty: str = ""


def list_table(
    headings: Sequence[Heading],
    rows: Sequence[Sequence[Cell]],
    translator: Translator,
    caption: str,
) -> None:
    """An HTML table for the board; `caption` names it for those who hear the screen."""
    head = tag("tr", *(_heading(heading) for heading in headings))
    body = [
        tag("tr", *(_cell(c, h, translator) for c, h in zip(row, headings, strict=True)))
        for row in rows
    ]
    table = tag(
        "table",
        tag("caption", caption, cls="cc-hidden"),
        tag("thead", head),
        tag("tbody", *body),
        cls="cc-list",
    )
    draw(tag("div", table, cls="cc-scroll", tabindex=0, role="region", aria_label=caption))


def people(groups: Sequence[Group], translator: Translator) -> None:
    """People in columns by state, as Free / Handling / Wrap-up / Break / Offline."""
    draw(tag("div", *(_group(group, translator) for group in groups), cls="cc-people"))


def mark(initials: str, tone: str, name: str = "") -> Html:
    """A person's round mark; the name is for hover and for the ear."""
    return tag("span", initials, cls=f"cc-mark {tone}", title=name or None, aria_hidden="true")


def _heading(heading: Heading) -> Html:
    return tag("th", helped(heading.label, heading.help), cls=_kind(heading), scope="col")


def _cell(cell: Cell, heading: Heading, translator: Translator) -> Html:
    kinds = (("cc-strong", cell.strong), ("cc-big", cell.big), ("cc-inner", cell.inner))
    kind = next((name for name, is_so in kinds if is_so), None)
    text = link(stated(cell.text, cell.state, translator), cell.link, cls=kind)
    note = tag("span", cell.note, cls="cc-under") if cell.note else None
    parts: list[Content] = [_channel(cell.channel), *_pictures(cell), text, note]
    return tag("th" if cell.strong else "td", *parts, cls=_kind(heading), **_scope(cell))


def _pictures(cell: Cell) -> list[Content]:
    marks: list[Content] = [mark(short, tone) for short, tone in cell.initials]
    bar = _bar(cell.bar, cell.target) if cell.bar is not None else None
    line = sparkline(cell.spark, cell.text or cell.note) if cell.spark else None
    return [*marks, bar, line]


def _bar(share: float, target: float | None) -> Html:
    fill = tag("i", style=f"width:{_share(share)}%")
    goal = tag("b", style=f"left:{_share(target)}%") if target is not None else None
    return tag("span", fill, goal, cls="cc-bar", aria_hidden="true")


def _share(fraction: float) -> str:
    return f"{max(0.0, min(1.0, fraction)) * 100:.1f}"


def _channel(channel: Channel | None) -> Html | None:
    if channel is None:
        return None
    return tag("i", cls="cc-channel", style=f"--c:var(--cc-channel-{channel})", aria_hidden="true")


def _kind(heading: Heading) -> str | None:
    names = [name for name, on in (("num", heading.number), ("wide", not heading.narrow)) if on]
    return " ".join(names) or None


def _scope(cell: Cell) -> dict[str, str]:
    return {"scope": "row"} if cell.strong else {}


def _group(group: Group, translator: Translator) -> Html:
    rows = [_person(person, translator) for person in group.people]
    return tag(
        "section",
        tag("h3", tag("span", group.title), tag("span", group.total, cls="cc-total")),
        tag("ul", *rows) if rows else tag("p", group.empty, cls="cc-quiet"),
        tag("p", group.more, cls="cc-quiet") if group.more else None,
        cls="cc-group",
    )


def _person(person: Person, translator: Translator) -> Html:
    note = tag("span", person.note, cls="cc-doing") if person.note else None
    name = tag("span", link(person.name, person.link), note, cls="cc-name", title=person.name)
    time = tag("span", stated(person.time, person.state, translator), cls="cc-time")
    return tag("li", mark(person.initials, person.tone), name, hidden(", "), time)
