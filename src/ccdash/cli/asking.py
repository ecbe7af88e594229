"""What a line of words asks: options shared by the commands, and how they are read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from ccdash.errors import BadInput, BadQuery

if TYPE_CHECKING:
    from ccdash.query import Dimension, Filters

From = Annotated[
    str, typer.Option("--from", metavar="TIME", help="Begin: 2026-03-01 or 2026-03-01T08:00.")
]
To = Annotated[str, typer.Option("--to", metavar="TIME", help="End, itself not included.")]
Zone = Annotated[
    str | None,
    typer.Option("--tz", metavar="ZONE", help="Whose days; without it that of CCDASH_TIMEZONE."),
]
Where = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=VALUE", help="Only these; may be repeated: --where channel=phone."),
]
Weekday = Annotated[
    int | None,
    typer.Option(
        min=1, max=7, help="Only of this day of the week, by the clock of the zone; 1 is Monday."
    ),
]
Hour = Annotated[
    int | None,
    typer.Option(min=0, max=23, help="Only of this hour of the days, by the clock of the zone."),
]
SettingsOf = Annotated[
    str | None,
    typer.Option(
        "--settings",
        metavar="TIME",
        help="All days by the targets and limits of this instant: today, or a time.",
    ),
]
TODAY = "today"


def settings_at(text: str | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """By the settings of which instant; None for each day by its own. Raises BadQuery."""
    if text is None:
        return None
    return now if text == TODAY else instant(text, zone)


def listed(words: Iterable[str] | None) -> tuple[str, ...]:
    """Words that were given with commas, one by one, or both; each once."""
    parts = (part.strip() for word in words or () for part in word.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def dimensions(words: Iterable[str] | None) -> tuple[Dimension, ...]:
    """By what figures are broken down. Raises BadQuery with the list."""
    return tuple(_dimension(word) for word in listed(words))


def filters(words: Iterable[str] | None) -> Filters:
    """Of `name=value` words; one name more than once means any of its values. Raises BadQuery."""
    found: dict[Dimension, list[str]] = {}
    for word in words or ():
        name, sign, value = word.partition("=")
        if not sign or not value.strip():
            raise BadQuery(f"--where {word}: write NAME=VALUE, such as channel=phone.")
        found.setdefault(_dimension(name.strip()), []).append(value.strip())
    return tuple((name, tuple(values)) for name, values in found.items())


def _dimension(word: str) -> Dimension:
    from ccdash.query import Dimension

    try:
        return Dimension(word)
    except ValueError as cause:
        raise BadQuery(f"There is no {word!r} to go by; there is {', '.join(Dimension)}.") from (
            cause
        )


def instant(text: str, zone: ZoneInfo) -> datetime:
    """An ISO date or time, of the zone where it has no offset; or seconds since 1970. Of a year
    in which nothing can be told it is none."""
    from ccdash.ingest.event_parts import check_instant

    try:
        if text.replace(".", "", 1).isdigit() and len(text) > len("20260301"):
            at = datetime.fromtimestamp(float(text), UTC)
        else:
            at = datetime.fromisoformat(text)
        at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
        check_instant(text, at)
    except (BadInput, ValueError, OverflowError, OSError) as cause:
        raise BadQuery(
            f"{text!r} is no time; write 2026-03-01, 2026-03-01T08:00 or seconds since 1970."
        ) from cause
    return at
