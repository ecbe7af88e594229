"""The command palette: one box that finds pages, metrics, queues, teams, people and customers.

What has a name is sent to the browser when the box is first opened, and found there as one types.
Customers are looked up here, by name, contact detail, case or order, and told masked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import streamlit as st

from ccdash.errors import CcdashError
from ccdash.i18n import N_, Translator
from ccdash.query import Dimension
from ccdash.store import finding
from ccdash.store.coverage import names
from ccdash.store.found_people import COUNTED
from ccdash.ui import format as fmt
from ccdash.ui import found_people
from ccdash.ui.addresses import href
from ccdash.ui.document import script
from ccdash.ui.metric_list import choices
from ccdash.ui.page import DOT
from ccdash.ui.source import source
from ccdash.ui.viewer import Viewer
from ccdash.views.board import Place

Item = dict[str, str]
KEY = "ccdash_palette"
ASKED, IS_OPEN = "ccdash.palette.asked", "ccdash.palette.open"
MOST_FOUND = 6

NAMED: Mapping[Dimension, tuple[str, str]] = {
    Dimension.QUEUE: (N_("Queues"), "queue"),
    Dimension.TEAM: (N_("Teams"), "team"),
    Dimension.CONTACT_POINT: (N_("Contact points"), "point"),
    Dimension.AGENT: (N_("People"), "person"),
}

PLACES: Mapping[Place, str] = {
    Place.BREAK: N_("Who is on a break"),
    Place.FREE: N_("Who is free"),
}

_PALETTE = st.components.v2.component(
    KEY,
    html=(
        '<button type="button" class="cc-search" aria-label="ccdash" aria-haspopup="dialog">'
        '<i class="cc-icon"></i><span class="cc-search-word"></span><kbd></kbd></button>'
    ),
    js=script("palette"),
    isolate_styles=False,
)


@st.fragment
def palette(who: Viewer, pages: Mapping[str, tuple[str, str]]) -> None:
    """The button and the box. `pages` is name -> (title, address). What was typed arrives here
    alone, so that the page below is not drawn anew."""
    told = st.session_state
    is_open = told.get(IS_OPEN, False)
    asked = told.pop(ASKED, "")
    items = [*_pages(pages, who.translator), *_places(who.translator)]
    data: dict[str, Any] = {"items": items, "isFilled": False, "words": _words(who)}
    if is_open:
        data |= {"items": [*items, *_metrics(who.translator), *_names(who)], "isFilled": True}
    if asked:
        data["answer"] = {"text": asked, "items": _found(asked, who)}
    _PALETTE(key=KEY, data=data, on_find_change=_find, on_open_change=_open, height="content")
    told.pop(IS_OPEN, None)  # after they are sent: the browser keeps them and asks only once


def _find() -> None:
    """On a page that is being left or not drawn yet, the box may have no state any more."""
    st.session_state[ASKED] = str(st.session_state.get(KEY, {}).get("find") or "")


def _open() -> None:
    st.session_state[IS_OPEN] = True


def _pages(pages: Mapping[str, tuple[str, str]], translator: Translator) -> list[Item]:
    group = translator.text("Pages")
    return [
        {"kind": "page", "icon": name, "group": group, "label": title, "path": path}
        for name, (title, path) in pages.items()
    ]


def _places(translator: Translator) -> list[Item]:
    """Who is where, on the page of the team."""
    group = translator.text("Pages")
    return [
        {"kind": "place", "icon": "team", "group": group, "label": translator.text(text),
         "path": href("team", {"state": place})}
        for place, text in PLACES.items()
    ]  # fmt: skip


def _metrics(translator: Translator) -> list[Item]:
    group = translator.text("Figures")
    return [
        {
            "kind": "metric",
            "group": group,
            "label": label,
            "path": href("trends", {"metrics": name}),
        }
        for name, label in choices(translator).items()
    ]


def _names(who: Viewer) -> list[Item]:
    """Everything that has a name; a store that does not answer has none to tell."""
    try:
        known = names(source().store)
    except CcdashError:
        return []
    return [item for kind in NAMED for item in _named(kind, known.get(kind, []), who)]


def _named(dimension: Dimension, known: list[str], who: Viewer) -> Iterator[Item]:
    group, kind = NAMED[dimension]
    of = who.translator.text(group)
    for name in known:
        path = _way(dimension, name)
        yield {"kind": kind, "group": of, "label": name, "path": path}


def _way(dimension: Dimension, name: str) -> str:
    if dimension is Dimension.TEAM:
        return href("team", {"team": name})
    return href("trends", {f"where_{dimension}": name})


def _found(text: str, who: Viewer) -> list[Item]:
    """Of the store, of as many as the page of customers looks at those who came last: nothing while
    it does not answer, as the page below says."""
    try:
        found = finding.people(source().store, text, source().settings.region)
    except CcdashError:
        return []
    say = who.translator
    group = say.text("Similar names") if found.is_alike else say.text("Customers")
    first = found.people.head(MOST_FOUND)
    people = [_person(row, group, who) for row in first.iter_rows(named=True)]
    is_more = found.is_cut_off or found.people.height > MOST_FOUND
    return [*people, *([_more(group, say)] if is_more else [])]


def _more(group: str, say: Translator) -> Item:
    """What is typed goes into no address: on the page of customers it is typed again. It stands
    below those whom it counts on, under their heading."""
    label = say.text("More customers match: type more, or search on the page Customers")
    return {"kind": "more", "group": group, "label": label, "path": href("customer")}


def _person(row: found_people.Row, group: str, who: Viewer) -> Item:
    say = who.translator
    name = found_people.name_of(row, say)
    others = [one for one in found_people.known_by(row, say) if one not in name]
    label = DOT.join([name, *others[:2]])
    many = say.plural("{n} contact", "{n} contacts", row["contacts"])
    if row["contacts"] > COUNTED:
        many = say.text("over {n} contacts", n=fmt.count(COUNTED, who.language))
    hint = DOT.join(filter(None, (many, found_people.last_day(row, who))))
    path = found_people.way_to(row)
    return {"kind": "customer", "group": group, "label": label, "path": path, "hint": hint}


def _words(who: Viewer) -> dict[str, Any]:
    say = who.translator.text
    move = (["↑", "↓"], say("choose"))
    go, leave = (["Enter"], say("go there")), (["Esc"], say("close"))
    return {
        "language": who.language,
        "search": say("Search"),
        "placeholder": say("Page, figure, queue, name, phone number, e-mail, case …"),
        "nothing": say("Nothing is called {text}."),
        "nobody": who.translator.plural(
            "No customer has a number that ends in {text}; {n} digit is enough.",
            "No customer has a number that ends in {text}; {n} digits are enough.",
            finding.LEAST_DIGITS,
            text="{text}",
        ),
        "searching": say("Looking among customers …"),
        "close": say("Close"),
        "keys": [move, go, leave, (["?"], say("all keys"))],
        "shortcuts": say("Keys"),
        "allKeys": [
            (["Ctrl", "K"], say("search (⌘ K on a Mac)")),
            (["/"], say("search")),
            (["?"], say("this list")),
            (["Tab"], say("to the next control")),
            move,
            go,
            leave,
        ],
    }
