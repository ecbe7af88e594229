"""Who waits now: those first who are the most late by their target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ccdash.i18n import Translator
from ccdash.ui import floor_lists as lists
from ccdash.ui import format as fmt
from ccdash.ui.look import Shown
from ccdash.ui.markup import Html, link, tag
from ccdash.ui.now_head import nothing
from ccdash.ui.page import helped, stated
from ccdash.ui.words import word
from ccdash.views import board
from ccdash.views.board import Marks
from ccdash.vocabulary import Channel

WAITING_AT_FIRST, MOST_WAITING = 4, 40


def waiting(shown: Shown, behind: str | None) -> Html:
    """Who waits now, the most late by their target first but for a few who are marked; `behind`
    leads to all. What is opened scrolls within the card."""
    say, translator = shown.look.translator.text, shown.look.translator
    many = shown.floor.waiting.height
    every = link(say("All of them"), behind) if behind else None
    count = fmt.count(many, translator.language)
    if not many:
        title, nobody = lists.titled(say("Waiting now"), count), nothing(say("Nobody waits."))
        return tag("section", title, nobody, cls="cc-card", data_key="waiting")
    order = say(
        "The most late by their target come first, but for up to {n} who have a mark.",
        n=board.MOST_WATCHED,
    )
    title = lists.titled(helped(say("Waiting now"), order), count, every)
    listed = tag(
        "div", _waits_table(shown, every), cls="cc-waits-box", tabindex=0, role="region",
        aria_label=say("Waiting now"),
    )  # fmt: skip
    more = lists.more_button("more-waiting", many - WAITING_AT_FIRST, translator)
    return tag("section", title, listed, more, cls="cc-card cc-waiting", data_key="waiting")


def _waits_table(shown: Shown, every: Html | None) -> Html:
    """The first few, and behind a button the rest; a very long rest ends in the way to all."""
    say = shown.look.translator.text
    late = board.watched_first(shown.floor.waiting).head(MOST_WAITING)
    rows = [_waits(row, shown) for row in late.iter_rows(named=True)]
    if shown.floor.waiting.height > len(rows):
        rows.append(tag("tr", tag("td", every, colspan=2)))
    heads = (tag("th", one, scope="col") for one in (say("Queue"), say("Wait, customer")))
    rest = rows[WAITING_AT_FIRST:]
    return tag(
        "table",
        tag("caption", say("Waiting now"), cls="cc-hidden"),
        tag("thead", tag("tr", *heads), cls="cc-hidden"),
        tag("tbody", *rows[:WAITING_AT_FIRST]),
        tag("tbody", *rest, data_part="more-waiting", hidden="") if rest else None,
        cls="cc-list cc-waits",
    )


def _waits(row: Mapping[str, Any], shown: Shown) -> Html:
    translator = shown.look.translator
    state = lists.state_of(board.lateness(row["wait_seconds"], row["target_seconds"]))
    one = _Wait(
        row["contact"],
        row["customer_id"],
        row["detail"],
        row["queue"] or word(Channel(row["channel"]), shown.look.language),
        row["position"],
        tuple(told for told in (row["subject"], row["language"]) if told),
        lists.over_words(row["wait_seconds"], row["target_seconds"], translator),
        board.marks(row),
    )
    return _wait(one, stated(shown.since(row["queued_at"]), state, translator), translator)


@dataclass(frozen=True, slots=True)
class _Wait:
    """A contact that waits, without what changes each second."""

    contact: str
    customer_id: str
    detail: str | None
    queue: str
    position: int
    about: tuple[str, ...]
    over: str
    marks: Marks


@lru_cache(maxsize=lists.MOST_ROWS)
def _wait(one: _Wait, time: Html, translator: Translator) -> Html:
    over = tag("span", one.over, " · ", cls="cc-over") if one.over else None
    who = tag("span", over, lists.customer(one.customer_id, one.detail, translator), cls="cc-under")
    place = translator.text("place {n}", n=fmt.count(one.position, translator.language))
    about = " · ".join((place, *one.about))
    return tag(
        "tr",
        tag(
            "td",
            tag("span", one.queue, title=one.queue),
            _under(about),
            *_marks(one, translator),
            cls="cc-cut",
        ),
        tag("td", time, who, cls="num"),
        data_key=f"waits-{one.customer_id}-{one.contact}",
    )


def _marks(one: _Wait, translator: Translator) -> Iterator[Html]:
    """Words with a shape, and the way to the customer where it is known who waits."""
    say, marks = translator.text, one.marks
    told = []
    if marks.time is not None:
        told.append(("third-contact", _nth(marks.time, translator)))
    if marks.also_in is not None:
        channel = word(marks.also_in, translator.language)
        told.append(("two-channels", say("waits in two channels, also {channel}", channel=channel)))
    for way, text in told:
        yield tag(
            "span",
            link(stated(text, "warn", translator), lists.customer_way(one.customer_id, way)),
            cls="cc-under cc-wait-mark",
        )


def _nth(time: int, translator: Translator) -> str:
    say = translator.text
    if time == board.THIRD:
        return say("third contact about the same matter")
    n = fmt.count(time, translator.language)
    return say("contact number {n} about the same matter", n=n)


def _under(text: str) -> Html | None:
    return tag("span", text, cls="cc-under", title=text) if text else None
