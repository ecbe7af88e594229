"""What a file says of itself, so that its figures can be understood, and asked for again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from urllib.parse import urlencode

from ccdash.metrics import metric
from ccdash.metrics.origin import formula
from ccdash.query import Period, Query
from ccdash.spreads import ERROR
from ccdash.store.annotations import Kept, Note, notes_of
from ccdash.store.coverage import coverage
from ccdash.store.engine import Store
from ccdash.store.history import Answer, known_until
from ccdash.store.kept_part import forgotten_until
from ccdash.store.settings_version import SettingsVersion, settings_version

NOTHING = "none"


class Content(StrEnum):
    """What is exported."""

    FIGURES = "figures"
    CONTACTS = "contacts"


@dataclass(frozen=True, slots=True)
class About:
    """Everything that the rows of a file do not say: what was asked, of which data, with which
    settings, by which version of the product, which metrics no source can tell, until when metrics
    that look ahead (first contact resolution) are known, and what people noted of these days."""

    content: Content
    query: Query
    data_through: datetime | None
    settings: SettingsVersion
    made_at: datetime
    not_measured: Collection[str] = ()
    estimated: Collection[str] = ()
    """Metrics that are within spreads.ERROR of what the rows would give."""
    known_until: datetime | None = None
    counted_since: datetime | None = None
    """Earlier contacts are no longer kept, and so not in these rows."""
    notes: Sequence[Kept] = ()

    def lines(self) -> Iterator[tuple[str, str]]:
        """As names and texts, each of one line; instants in the question's time zone."""
        return ((name, " ".join(text.split())) for name, text in self._told())

    def _told(self) -> Iterator[tuple[str, str]]:
        query, period = self.query, self.query.period
        yield "content", self.content
        yield "metrics", ", ".join(query.metrics)
        for name in query.metrics:
            one = metric(name)
            yield f"{name}.definition", one.definition
            yield f"{name}.formula", formula(one)
            yield f"{name}.unit", one.unit
        yield "not_measured", ", ".join(sorted(self.not_measured)) or NOTHING
        yield "estimated", self._estimated()
        yield "period", self._span(period)
        yield "time_zone", period.timezone
        yield "compared_with", self._span(query.before)
        yield "grain", query.grain
        yield "break_down", ", ".join(query.by) or NOTHING
        yield "filter", filter_text(query) or NOTHING
        yield "search", query.search or NOTHING
        yield "customer", NOTHING if query.customer is None else str(query.customer)
        yield "targets_and_limits", self._targets()
        yield "data_through", self._at(self.data_through)
        yield "known_until", self._at(self.known_until)
        yield "counted_since", self._at(self.counted_since)
        yield "settings_version", self.settings_text()
        for kept in self.notes:
            yield "note", self._note(kept.note)
        yield "question", urlencode(query.to_params())
        yield "product", f"ccdash {product_version()}"
        yield "made_at", self._at(self.made_at)

    def settings_text(self) -> str:
        """The version of the settings, for people."""
        told = self.settings
        if not told.count:
            return f"{told.fingerprint} (no target or limit was set)"
        return (
            f"{told.fingerprint} ({told.count} set, the newest from {self._at(told.newest_from)})"
        )

    def _estimated(self) -> str:
        names = ", ".join(sorted(self.estimated))
        return f"{names}; within {ERROR:.1%} of what the rows give" if names else NOTHING

    def _targets(self) -> str:
        at = self.query.settings_at
        return "those of each day" if at is None else f"those of {self._at(at)}, for all days"

    def _span(self, period: Period | None) -> str:
        if period is None:
            return NOTHING
        return f"{self._at(period.start)} to {self._at(period.end)}, the end not included"

    def _note(self, note: Note) -> str:
        until = f" to {self._at(note.ends_at)}" if note.ends_at is not None else ""
        of = f", {note.channel}" if note.channel is not None else ""
        return f"{self._at(note.begins_at)}{until}{of}: {note.text}"

    def _at(self, instant: datetime | None) -> str:
        if instant is None:
            return NOTHING
        return instant.astimezone(self.query.period.zone).isoformat()


def filter_text(query: Query) -> str:
    """What narrows the rows behind the figures, in words; empty where nothing does."""
    told = [f"{name} = {' or '.join(words)}" for name, words in query.filters]
    told += [
        f"{name} = {number}"
        for name, number in (("weekday (1 is Monday)", query.weekday), ("hour", query.hour))
        if number is not None
    ]
    return "; ".join(told)


def about(store: Store, content: Content, query: Query, now: datetime) -> About:
    """Of an answer that is read now. Raises StoreUnavailable."""
    through, until = coverage(store).newest_at, known_until(store, query)
    told = About(content, query, through, settings_version(store), now, known_until=until)
    since = forgotten_until(store, query) if content is Content.CONTACTS else None
    return replace(told, notes=notes_of(store, query), counted_since=since)


def about_answer(
    store: Store, answer: Answer, now: datetime, before: Answer | None = None
) -> About:
    """Of figures, and of those that stand beside. Raises StoreUnavailable."""
    told = about(store, Content.FIGURES, answer.query, now)
    return replace(
        told,
        not_measured=answer.not_measured,
        estimated=answer.estimated,
        counted_since=answer.counted_since or (before.counted_since if before else None),
    )


@cache
def product_version() -> str:
    """The version of ccdash."""
    return version("ccdash")
