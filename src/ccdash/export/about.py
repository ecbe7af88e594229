"""What a file says of itself, so that its figures can be understood, and asked for again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from urllib.parse import urlencode

from ccdash.metrics import metric
from ccdash.metrics.origin import formula
from ccdash.query import Query
from ccdash.store.coverage import coverage
from ccdash.store.engine import Store
from ccdash.store.history import Answer, known_until
from ccdash.store.settings_version import SettingsVersion, settings_version

NOTHING = "none"


class Content(StrEnum):
    """What is exported."""

    FIGURES = "figures"
    CONTACTS = "contacts"


@dataclass(frozen=True, slots=True)
class About:
    """Everything that the rows of a file do not say: what was asked, of which data, with which
    settings, by which version of the product, which metrics no source can tell, and
    until when metrics that look ahead (first contact resolution) are known."""

    content: Content
    query: Query
    data_through: datetime | None
    settings: SettingsVersion
    made_at: datetime
    not_measured: Collection[str] = ()
    known_until: datetime | None = None

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
        yield "period", f"{self._at(period.start)} to {self._at(period.end)}, the end not included"
        yield "time_zone", period.timezone
        yield "grain", query.grain
        yield "break_down", ", ".join(query.by) or NOTHING
        yield "filter", self._filter()
        yield "data_through", self._at(self.data_through)
        yield "known_until", self._at(self.known_until)
        yield "settings_version", self.settings_text()
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

    def _filter(self) -> str:
        told = (f"{name} = {' or '.join(words)}" for name, words in self.query.filters)
        return "; ".join(told) or NOTHING

    def _at(self, instant: datetime | None) -> str:
        if instant is None:
            return NOTHING
        return instant.astimezone(self.query.period.zone).isoformat()


def about(store: Store, content: Content, query: Query, now: datetime) -> About:
    """Of an answer that is read now. Raises StoreUnavailable."""
    through, until = coverage(store).newest_at, known_until(store, query)
    return About(content, query, through, settings_version(store), now, known_until=until)


def about_answer(store: Store, answer: Answer, now: datetime) -> About:
    """Of figures. Raises StoreUnavailable."""
    told = about(store, Content.FIGURES, answer.query, now)
    return replace(told, not_measured=answer.not_measured)


@cache
def product_version() -> str:
    """The version of ccdash."""
    return version("ccdash")
