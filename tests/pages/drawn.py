"""What stands on a screen: our own markup, read as a person reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

from ccdash.ui.page import DOT, DOT_AT_END

QUIET, FOR_THE_EAR = "cc-under", "cc-hidden"


@dataclass(frozen=True)
class Drawn:
    """A figure and what stands below it, in one line."""

    text: str
    note: str


def tiles(bodies: Iterable[str]) -> dict[str, Drawn]:
    """The strip of figures, by label."""
    found = {}
    for one in of_class(bodies, "cc-tile"):
        label = text(within(one, "cc-label")).removesuffix("?").strip()
        notes = (text(note).replace(DOT_AT_END, DOT) for note in _of(one, "cc-note"))
        found[label] = Drawn(text(within(one, "cc-figure")), " · ".join(filter(None, notes)))
    return found


def table(bodies: Iterable[str]) -> dict[str, list[str]]:
    """The table of figures: the other cells of a row by its first one."""
    rows = [row for one in of_class(bodies, "cc-figures") for row in one.iter("tr")]
    cells = [[text(cell) for cell in _of(row, "cc-cell")] for row in rows]
    return {row[0]: row[1:] for row in cells if row}


@dataclass(frozen=True)
class Listed:
    """A contact in a list: its key at its source, whether it counts against the figure, and whose
    page its row leads to."""

    key: str
    is_against: bool
    customer: str | None


def contacts(bodies: Iterable[str]) -> list[Listed]:
    """A page of contacts, in its order."""
    return [_listed(one) for one in of_class(bodies, "cc-contact")]


def _listed(one: ET.Element) -> Listed:
    facts = text(next(_of(one, "cc-quiet", "p"))).split(" · ")
    key = facts[-1].split(" ")[0]
    leads_to = [a.get("href", "").partition("customer=")[2] for a in one.iter("a")]
    return Listed(key, any(_of(one, "cc-state")), leads_to[0] if leads_to else None)


@dataclass(frozen=True)
class Lived:
    """A contact in a customer's history: day, time, channel and outcome in words, and what else is
    told of it, between dots."""

    day: str
    time: str
    channel: str
    outcome: str
    facts: str

    def tells(self, fact: str) -> bool:
        """Whether this is one of the facts, whole; some have dots of their own."""
        return f" · {fact} · " in f" · {self.facts} · "


def history(bodies: Iterable[str]) -> list[Lived]:
    """All contacts of a customer, newest first."""
    found, day = [], ""
    for row in (row for one in of_class(bodies, "cc-timeline") for row in one):
        if "cc-day" in row.get("class", ""):
            day = text(row)
            continue
        what = within(row, "cc-what")
        told = (text(next(row.iter("time"))), *(text(within(row, one)) for one in _SAID))
        facts = f"{text(what)} · {text(within(what, QUIET), skipped=())}"
        found.append(Lived(day, *told, facts))
    return found


_SAID = ("cc-via", "cc-outcome")


def way(bodies: Iterable[str], words: str) -> dict[str, str] | None:
    """The parameters of the link of these words; None where there is none."""
    links = (a for nav in of_class(bodies, "cc-ways") for a in nav.iter("a") if text(a) == words)
    return next((dict(parse_qsl(urlsplit(a.get("href")).query)) for a in links), None)


def of_class(bodies: Iterable[str], name: str) -> list[ET.Element]:
    """Every element of this class, in the order of the page."""
    whole = (body.replace("<wbr>", "") for body in bodies if name in body)
    roots = (ET.fromstring(f"<body>{body}</body>") for body in whole)
    return [one for root in roots for one in _of(root, name)]


def within(one: ET.Element, name: str) -> ET.Element:
    """The first element of this class in it."""
    return next(_of(one, name), ET.Element("span"))


def text(one: ET.Element, skipped: Iterable[str] = (FOR_THE_EAR, QUIET)) -> str:
    """Its words for the eye."""
    parts = [one.text or ""]
    for child in one:
        is_seen = not set(skipped) & _classes(child)
        parts += [text(child, skipped) if is_seen else "", child.tail or ""]
    return "".join(parts).strip()


def _of(one: ET.Element, name: str, kind: str | None = None) -> Iterator[ET.Element]:
    return (each for each in one.iter(kind) if name in _classes(each))


def _classes(one: ET.Element) -> set[str]:
    return set(one.get("class", "").split())
