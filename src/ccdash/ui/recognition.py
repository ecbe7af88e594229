"""How a customer was recognised: by which details, how sure each is, and why it is theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ccdash.i18n import N_
from ccdash.ui import format as fmt
from ccdash.ui.markup import Html, tag
from ccdash.ui.page import DOT, facts, helped
from ccdash.ui.viewer import Viewer
from ccdash.ui.words import word
from ccdash.views.identities import masked
from ccdash.views.recognition import Detail, Strength
from ccdash.vocabulary import LinkedBy

STRENGTHS: Mapping[Strength, str] = {
    Strength.CERTAIN: N_("certain"),
    Strength.STRONG: N_("strong"),
    Strength.FAIR: N_("fair"),
    Strength.WEAK: N_("not verified"),
    Strength.SHARED: N_("shared"),
}
MEANT = (
    N_("Certain: a verified customer number."),
    N_("Strong: a verified e-mail address."),
    N_("Fair: a verified phone number or social handle, which several people may use."),
    N_("Not verified: nobody has made sure that it is theirs, or it is a device. It joins nobody."),
    N_("Shared: it was told with several people, and is nobody's."),
)
"""Of each strength, the surest first; as docs/recognition.md has it."""
BARS: Mapping[Strength, int] = {Strength.CERTAIN: 4, Strength.STRONG: 3, Strength.FAIR: 2}


def draw_recognised(found: Sequence[Detail], who: Viewer, *, shown: bool) -> None:
    """Each detail in a line, the strongest first."""
    say = who.translator.text
    lines = [_line(one, who, shown=shown) for one in found]
    title = helped(say("How this customer was recognised"), "\n".join(map(say, MEANT)))
    facts(title, lines or [say("By nothing that is known.")])


def in_short(found: Sequence[Detail], possible: int, who: Viewer) -> str:
    """How sure the surest detail makes it and which that is; of a shared one who may be meant, else
    how many others may be the same person."""
    say, plural = who.translator.text, who.translator.plural
    if not found:
        return say("By nothing that is known.")
    surest = min(found, key=lambda one: list(Strength).index(one.strength))
    told = [say(STRENGTHS[surest.strength]), word(surest.kind, who.language)]
    if surest.strength is Strength.SHARED:
        told.insert(1, plural("{n} possible person", "{n} possible people", surest.people))
    elif possible:
        told.append(
            plural(
                "{n} other may be the same person", "{n} others may be the same person", possible
            )
        )
    return DOT.join(told)


def _line(one: Detail, who: Viewer, *, shown: bool) -> Html:
    say = who.translator.text
    value = one.value if shown else masked(one.kind, one.value)
    kind = "warn" if one.strength is Strength.SHARED else "plain"
    strength = tag("span", _bars(one), say(STRENGTHS[one.strength]), cls=f"cc-strength {kind}")
    return tag(
        "span",
        tag("span", tag("strong", word(one.kind, who.language)), strength, cls="cc-bought"),
        tag("span", value, cls="cc-detail"),
        tag("span", DOT.join(_told(one, who)), cls="cc-under"),
    )


def _bars(one: Detail) -> Html:
    """How sure, as a picture: of four bars so many are full."""
    full = BARS.get(one.strength, 1)
    bars = (tag("i", cls="full" if place < full else None) for place in range(4))
    return tag("span", *bars, cls="cc-bars", aria_hidden="true")


def _told(one: Detail, who: Viewer) -> list[str]:
    say, plural = who.translator.text, who.translator.plural
    told = []
    if one.strength is Strength.SHARED:
        told.append(plural("{n} possible person", "{n} possible people", one.people))
    told += _how(one, who)
    if one.contacts:
        told.append(plural("{n} contact", "{n} contacts", one.contacts))
    if one.first is not None and one.last is not None:
        told.append(fmt.period(one.first.date(), one.last.date(), who.language))
    told.append(say("from {source}", source=one.sources))
    return told


def _how(one: Detail, who: Viewer) -> list[str]:
    say = who.translator.text
    if one.how is LinkedBy.ITSELF:
        return []
    if one.how is LinkedBy.MERGE:
        return [say("joined by hand")]
    if one.how is None:
        return [say("joins nobody")]
    if one.verified_with is None:
        return [say("joined by rule")]
    other = word(one.verified_with, who.language)
    return [say("joined by rule, verified with {detail}", detail=other)]
