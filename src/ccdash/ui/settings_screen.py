"""The screen "Settings": what a centre aims at, what one person chose, what feeds the store, and
what the administrator set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import polars as pl

from ccdash.i18n import N_
from ccdash.settings import Settings
from ccdash.store.dated_settings import BEGINNING
from ccdash.thresholds import Threshold
from ccdash.ui import format as fmt
from ccdash.ui.addresses import paths
from ccdash.ui.board import Cell, Heading, list_table
from ccdash.ui.choices import appearance_choice, language_choice
from ccdash.ui.markup import draw, tag
from ccdash.ui.page import card, empty, section, worded
from ccdash.ui.theme import State
from ccdash.ui.viewer import Viewer
from ccdash.ui.words import word
from ccdash.views.held import Held
from ccdash.vocabulary import Channel

LIVE, LATE = timedelta(minutes=5), timedelta(hours=24)

MEANT: Mapping[Threshold, str] = {
    Threshold.TARGET_SECONDS: N_("Answer within"),
    Threshold.TARGET_PERCENT: N_("Service level aimed at"),
    Threshold.SHORT_ABANDON_SECONDS: N_("Short abandon, left within"),
    Threshold.CSAT_POSITIVE_FROM: N_("Satisfied, from a score of"),
    Threshold.WRAP_UP_SECONDS: N_("Wrap-up is long after"),
    Threshold.BREAK_SECONDS: N_("Break is long after"),
}
"""What a person sets."""


def value_text(name: Threshold, value: int, language: str) -> str:
    """A value in its unit: 4 h, 80%, 4."""
    if name is Threshold.TARGET_PERCENT:
        return fmt.percent(value / 100, language, decimals=0)
    if name is Threshold.CSAT_POSITIVE_FROM:
        return fmt.count(value, language)
    return fmt.duration(value, language) if value else fmt.NOTHING


def whose(channel: str, queue: str, who: Viewer) -> str:
    """Of what it holds: everything, a channel, a queue, or a queue in a channel."""
    if not channel:
        return queue or who.translator.text("Everything")
    name = word(Channel(channel), who.language)
    return f"{queue} ({name})" if queue else name


def draw_targets(held: Sequence[Held], queues: Mapping[str, str], who: Viewer) -> None:
    """What holds today; `queues` are names by key."""
    say = who.translator.text
    section(
        say("Targets and limits"),
        say("Each holds from a day on, so that an earlier day keeps what held then."),
    )
    headings = [
        Heading(say("What")),
        Heading(say("Of")),
        Heading(say("Value"), number=True),
        Heading(say("Since"), narrow=False),
    ]
    last, rows = None, []
    for one in held:
        name = say(MEANT[one.name]) if one.name != last else ""
        last = one.name
        rows.append(
            [
                Cell(name, strong=True),
                Cell(one.reason or whose(one.channel, queues.get(one.queue, one.queue), who)),
                Cell(value_text(one.name, one.value, who.language)),
                Cell(_since(one, who), _later(one, who)),
            ]
        )
    list_table(headings, rows, who.translator, say("Targets and limits"))


def _since(one: Held, who: Viewer) -> str:
    if one.since is None:
        return who.translator.text("default")
    if one.since == BEGINNING:
        return who.translator.text("always")
    return fmt.short_date(one.since.astimezone(who.zone), who.language)


def _later(one: Held, who: Viewer) -> str:
    if one.later is None:
        return ""
    value, at = one.later
    return who.translator.text(
        "{value} from {day}",
        value=value_text(one.name, value, who.language),
        day=fmt.short_date(at.astimezone(who.zone), who.language),
    )


def draw_personal(who: Viewer) -> None:
    """What only this person sees."""
    say = who.translator.text
    with card("personal"):
        section(say("For you"), say("Kept by this browser, and the language in links as well."))
        draw(tag("p", say("Language"), cls="cc-quiet"))
        language_choice(who, "settings")
        draw(tag("p", say("Appearance"), cls="cc-quiet"))
        appearance_choice(who, "settings", paths())


def draw_sources(heard: pl.DataFrame, rejected: int, now: datetime, who: Viewer) -> None:
    """Who tells, from when to when, and what could not be read."""
    say = who.translator.text
    with card("sources"):
        section(say("Sources"), say("The platforms that tell what happens."))
        if heard.is_empty():
            empty(
                say("Nothing has come in yet."), say("`ccdash import` and `ccdash follow` do it.")
            )
            return
        headings = [
            Heading(say("Source")),
            Heading(say("State")),
            Heading(say("First event"), narrow=False),
            Heading(say("Newest event")),
            Heading(say("Events"), number=True, narrow=False),
        ]
        rows = [_source(row, now, who) for row in heard.iter_rows(named=True)]
        list_table(headings, rows, who.translator, say("Sources"))
        draw(tag("p", worded(_unread(rejected, who)), cls="cc-quiet"))


def _source(row: Mapping[str, object], now: datetime, who: Viewer) -> list[Cell]:
    first, newest = row["first_at"], row["newest_at"]
    state, text = _fresh(newest if isinstance(newest, datetime) else None, now, who)
    return [
        Cell(str(row["source"]), strong=True),
        Cell(text, state=state),
        Cell(_day(first, who)),
        Cell(_moment(newest, who)),
        Cell(fmt.count(int(str(row["events"])), who.language)),
    ]


def _fresh(newest: datetime | None, now: datetime, who: Viewer) -> tuple[State | None, str]:
    say = who.translator.text
    if newest is None:
        return None, say("silent")
    if now - newest < LIVE:
        return None, say("live")
    return ("warn", say("late")) if now - newest < LATE else (None, say("not live"))


def _unread(rejected: int, who: Viewer) -> str:
    if not rejected:
        return who.translator.text("Every line could be read.")
    return who.translator.plural(
        "{n} line could not be read; `ccdash rejected` shows it with the reason.",
        "{n} lines could not be read; `ccdash rejected` shows them with the reasons.",
        rejected,
    )


def _day(at: object, who: Viewer) -> str:
    if not isinstance(at, datetime):
        return fmt.NOTHING
    return fmt.short_date(at.astimezone(who.zone), who.language)


def _moment(at: object, who: Viewer) -> str:
    if not isinstance(at, datetime):
        return fmt.NOTHING
    local = at.astimezone(who.zone)
    return f"{fmt.short_date(local, who.language)} {fmt.clock(local, who.language)}"


def draw_administrator(settings: Settings, who: Viewer) -> None:
    """What is set where ccdash starts; a secret is never shown."""
    say = who.translator.text
    with card("administrator"):
        section(
            say("Set by the administrator"),
            say("Environment variables, read when ccdash starts: change one and start it again."),
        )
        lines = [
            tag(
                "span",
                tag("code", f"CCDASH_{name.upper()}"),
                tag("strong", _shown(name, settings, who)),
                tag("span", say(str(field.description)), cls="cc-under"),
            )
            for name, field in type(settings).model_fields.items()
        ]
        draw(tag("div", *(tag("p", line) for line in lines), cls="cc-variables"))


def _shown(name: str, settings: Settings, who: Viewer) -> str:
    value = getattr(settings, name)
    if name == "database_url":
        say = who.translator.text
        return say("set, not shown") if value else say("not set: the embedded store")
    return str(value) if value is not None else who.translator.text("not set")
