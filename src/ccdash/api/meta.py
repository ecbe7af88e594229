"""What stands beside the rows of an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ccdash.export.about import About, product_version
from ccdash.metrics import metric
from ccdash.metrics.origin import formula
from ccdash.spreads import ERROR
from ccdash.store.annotations import Note


def meta(about: About) -> dict[str, Any]:
    """The same that a file says of itself, for programs."""
    query, settings = about.query, about.settings
    zone = query.period.zone

    def at(instant: datetime | None) -> str | None:
        return None if instant is None else instant.astimezone(zone).isoformat()

    return {
        "metrics": [_told(name) for name in query.metrics],
        "not_measured": sorted(about.not_measured),
        "estimated": dict.fromkeys(sorted(about.estimated), ERROR),
        "from": at(query.period.start),
        "to": at(query.period.end),
        "time_zone": query.period.timezone,
        "grain": query.grain,
        "by": list(query.by),
        "filter": {str(name): list(words) for name, words in query.filters},
        "weekday": query.weekday,
        "hour": query.hour,
        "settings_at": at(query.settings_at),
        "before_from": at(query.before.start if query.before else None),
        "before_to": at(query.before.end if query.before else None),
        "notes": [_noted(one.note, at) for one in about.notes],
        "search": query.search,
        "customer": None if query.customer is None else str(query.customer),
        "data_through": at(about.data_through),
        "known_until": at(about.known_until),
        "counted_since": at(about.counted_since),
        "settings_version": {
            "fingerprint": settings.fingerprint,
            "count": settings.count,
            "newest_from": at(settings.newest_from),
        },
        "made_at": at(about.made_at),
        "product": f"ccdash {product_version()}",
    }


def _told(name: str) -> dict[str, Any]:
    one = metric(name)
    return {
        "name": one.name,
        "label": one.label,
        "definition": one.definition,
        "formula": formula(one),
        "unit": one.unit,
        "better": one.better,
    }


def _noted(note: Note, at: Callable[[datetime | None], str | None]) -> dict[str, Any]:
    return {
        "from": at(note.begins_at),
        "to": at(note.ends_at),
        "channel": note.channel,
        "text": note.text,
    }
