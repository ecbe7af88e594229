"""The filters of Now: menus in its head, and in a line what they narrow and what they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from babel import Locale

from ccdash.i18n import N_, Translator
from ccdash.remembered import remembered
from ccdash.store.comparison import Comparison
from ccdash.store.live import Floor
from ccdash.ui.floor_lists import teams_of
from ccdash.ui.look import Shown, address_of
from ccdash.ui.markup import Html, tag
from ccdash.ui.now_head import Choice, pick
from ccdash.ui.words import word
from ccdash.views import scope as views
from ccdash.views.board import channels, queues_now
from ccdash.views.scope import LANGUAGE, SKILLS, Here, Offered, Scope, lines
from ccdash.vocabulary import Channel

DOT = " \N{MIDDLE DOT} "
NAMES = {
    "team": (N_("Team"), N_("All teams")),
    "channel": (N_("Channel"), N_("All channels")),
    "queue": (N_("Queue"), N_("All queues")),
    "skill": (N_("Skill"), N_("All skills")),
}
"""What each filter is called, and what it is called while nothing is chosen."""
LEAST = {"team": 1, "channel": 2, "queue": 2, "skill": 1}
"""From how many choices on a menu is of use: one team, or one skill, leaves out who has it not."""
NOTHING_MORE = Offered((), (), frozenset())
_known, _offered = remembered(64)(views.known), remembered(64)(views.offered)


def held(asked: Scope, floor: Floor, beside: Comparison | None) -> Scope:
    """What is asked without what is not there any more; all of it while that cannot be known."""
    if beside is None:
        return replace(asked, no_channel="")
    if asked.is_all:
        return asked
    return _known(asked, _here(floor, beside), beside.skills, beside.queues)


def _here(floor: Floor, beside: Comparison) -> Here:
    of_floor = {(one.channel, one.queue) for one in queues_now(floor.queues) if one.queue}
    new = frozenset(of_floor - lines(beside.queues))
    return Here(frozenset(teams_of(floor.people)), new)


@dataclass(frozen=True, slots=True)
class _Choices:
    """What there is to choose from, what is chosen, and of which time the screen is."""

    scope: Scope
    at: datetime | None
    teams: tuple[str, ...]
    channels: tuple[Channel, ...]
    more: Offered

    def address(self, name: str, value: str) -> str:
        """Of the same screen with another choice; a queue that a channel does not have goes."""
        params = self.scope.to_params() | {name: value}
        if name == "channel" and value and value not in self.more.channels:
            params.pop("queue", None)
        return address_of(Scope.from_params(params), self.at)


def menus(seen: Shown, whole: Floor) -> tuple[Html, ...]:
    """Those that offer anything, or in which something is chosen."""
    beside = seen.beside
    found = channels(whole.queues, beside.queues if beside else None)
    choices = _Choices(
        seen.scope,
        seen.at,
        tuple(teams_of(whole.people)),
        tuple(one.total.channel for one in found),
        _more(seen.scope, whole, beside),
    )
    return _drawn(choices, seen.look.translator)


def _more(scope: Scope, whole: Floor, beside: Comparison | None) -> Offered:
    if beside is None:
        return NOTHING_MORE
    return _offered(scope, _here(whole, beside), beside.skills, beside.queues)


@lru_cache(maxsize=256)
def _drawn(of: _Choices, translator: Translator) -> tuple[Html, ...]:
    """Boards are drawn many times a second, and these are mostly as they were."""
    offers: dict[str, Sequence[str]] = {
        "team": of.teams, "channel": of.channels,
        "queue": of.more.queues, "skill": of.more.skills,
    }  # fmt: skip
    chosen = of.scope.to_params()
    return tuple(
        _chip(of, name, values, translator)
        for name, values in offers.items()
        if name in chosen or len(values) >= LEAST[name]
    )


def _chip(of: _Choices, name: str, values: Sequence[str], translator: Translator) -> Html:
    label, every = (translator.text(one) for one in NAMES[name])
    chosen = of.scope.to_params().get(name, "")
    choices = [(every, of.address(name, ""))]
    choices += [(_words(name, one, translator), of.address(name, one)) for one in values]
    shown = _words(name, chosen, translator) if chosen else every
    return pick(Choice(name, label, shown, choices, bool(chosen)))


def _words(name: str, value: str, translator: Translator) -> str:
    """Names are as the source wrote them, and what does not exist as it was asked for."""
    if name == "channel" and value in Channel.__members__.values():
        return word(Channel(value), translator.language)
    of, _, what = value.partition(":")
    if name != "skill" or of not in SKILLS or not what:
        return value
    if of != LANGUAGE:
        return translator.text("Takes {queue}", queue=what)
    told = Locale.parse(translator.locale).languages.get(what, what)
    return translator.text("Answers in {language}", language=told)


def narrowed(seen: Shown, asked: Scope) -> Html | None:
    """What is left out because it is not there any more, and what the filters do not narrow."""
    say, scope = seen.look.translator.text, seen.scope
    lines = [*_left_out(asked, scope, seen.look.translator)]
    if scope.channel and not scope.queue:
        lines.append(
            say(
                "People are those who answered in this channel in the last seven days, whatever "
                "they do now."
            )
        )
    if scope.queue:
        lines.append(say("People are those who answered from this queue in the last seven days."))
    if scope.skill:
        lines.append(say("A skill narrows people alone, not queues, contacts and their figures."))
    if (scope.queue or scope.skill) and seen.at is None:
        lines.append(say("Advice on breaks is for whole teams."))
    return _line(lines) if lines else None


def left_out(asked: Scope, scope: Scope, translator: Translator) -> Html | None:
    """What is asked and is not there any more, for a page whose board was not asked for it."""
    lines = _left_out(asked, scope, translator)
    return _line(lines) if lines else None


def _line(sentences: Sequence[str]) -> Html:
    return tag("p", " ".join(sentences), cls="cc-quiet cc-narrowed", data_key="narrowed")


def _left_out(asked: Scope, scope: Scope, translator: Translator) -> Sequence[str]:
    kept, say = scope.to_params(), translator.text
    gone = DOT.join(
        say(
            "{dimension}: {values}",
            dimension=say(NAMES[name][0]),
            values=_words(name, value, translator),
        )
        for name, value in asked.to_params().items()
        if name not in kept
    )
    return [say("Not there any more, so left out: {what}.", what=gone)] if gone else []
