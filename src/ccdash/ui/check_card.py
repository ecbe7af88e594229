"""What the last nightly check found, on the screen "Settings"."""

from __future__ import annotations

from datetime import date

from ccdash.i18n import Translator
from ccdash.store.nightly import Check
from ccdash.ui import format as fmt
from ccdash.ui.markup import draw, tag
from ccdash.ui.page import card, section


def draw_check(last: Check | None, tonight: date, translator: Translator) -> None:
    """Whether figures and rows agreed the last time that somebody looked."""
    say = translator.text
    with card("check"):
        section(
            say("Checked every night"),
            say("The sums that screens read are compared with the contacts themselves."),
        )
        draw(tag("p", _told(last, tonight, translator), cls="cc-quiet"))


def _told(last: Check | None, tonight: date, translator: Translator) -> str:
    say = translator.text
    if last is None:
        return say("Nothing has been checked yet; the first check begins soon.")
    day = fmt.short_date(last.night, translator.language)
    if last.finished_at is None and last.night == tonight:
        return say("The check of {day} is running.", day=day)
    if last.finished_at is None:
        return say("The check of {day} was cut off; the next night has another.", day=day)
    number = fmt.count(last.compared, translator.language)
    if not last.different:
        return say("{day}: {number} sums compared, all equal.", day=day, number=number)
    return translator.plural(
        "{day}: {number} sums compared; {n} differed and was made anew.",
        "{day}: {number} sums compared; {n} differed and were made anew.",
        last.different, day=day, number=number,
    )  # fmt: skip
