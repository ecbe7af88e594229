"""`?at=`: Now as it was at an instant, and what is said of one that cannot be shown."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ccdash.i18n import Translator
from ccdash.ui.addresses import href
from ccdash.ui.markup import link
from ccdash.ui.page import card, empty, header
from ccdash.views.scope import Scope


def instant(text: str, first: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """What was asked for, by the clock of the zone; None for what is no time and for one that is
    not between the first of which something is known and now."""
    try:
        at = datetime.fromisoformat(text)
        at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if first <= at <= now else None


def draw_refused(text: str, scope: Scope, translator: Translator) -> None:
    """Why there is no board, and the address of that of now."""
    say = translator.text
    header(say("Now"))
    with card("start"):
        empty(
            say("There is no look back to {text}.", text=text),
            say("Write a time of which something is known, as 2026-03-01T08:00."),
            link(say("Back to now"), href("live", scope.to_params())),
        )
