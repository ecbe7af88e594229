"""How sure it is that contact details are one person's. Frames are those of store/recognised.py and
store/links.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.views.customer import local
from ccdash.vocabulary import IdentityKind, LinkedBy


class Strength(StrEnum):
    """How sure a detail makes it who came, the surest first."""

    CERTAIN = "certain"
    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"
    SHARED = "shared"


_OF_VERIFIED = {
    IdentityKind.CUSTOMER_NUMBER: Strength.CERTAIN,
    IdentityKind.EMAIL: Strength.STRONG,
    IdentityKind.PHONE: Strength.FAIR,
    IdentityKind.HANDLE: Strength.FAIR,
}
_ORDER = {kind: place for place, kind in enumerate(IdentityKind)}


Given = tuple[int, datetime, datetime]
"""In how many conversations a detail was given, and when first and last."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A contact detail of a person. `how` it became theirs, with the kind of the stronger detail it
    was verified with; None was told by them and is not theirs. `people` are those who may be meant
    by it where it is shared; times are the local wall clock."""

    kind: IdentityKind
    value: str
    customer_id: int
    sources: str
    strength: Strength
    how: LinkedBy | None
    verified_with: IdentityKind | None
    people: int
    contacts: int
    first: datetime | None
    last: datetime | None

    @property
    def is_by_rule(self) -> bool:
        """Whether it follows from what was told, so that somebody may say otherwise."""
        return self.how is LinkedBy.TOLD


@dataclass(frozen=True, slots=True)
class Told:
    """Frames of a person's details and of how they are linked, and how often each was given."""

    known: pl.DataFrame
    links: pl.DataFrame
    given: Mapping[tuple[str, str], Given]


def details(told: Told, where: ZoneInfo) -> list[Detail]:
    """The strongest kind first, and of a kind those that are theirs."""
    found = list(_details(told, where))
    return sorted(found, key=lambda one: (_ORDER[one.kind], one.how is None))


def _details(told: Told, where: ZoneInfo) -> Iterator[Detail]:
    links = {(row["kind"], row["value"]): row for row in told.links.iter_rows(named=True)}
    for row in told.known.iter_rows(named=True):
        kind, given = IdentityKind(row["kind"]), told.given.get((row["kind"], row["value"]))
        link = links.get((row["kind"], row["value"]))
        stronger = link and link["with_kind"]
        yield Detail(
            kind,
            row["value"],
            row["customer_id"],
            row["sources"],
            _strength(kind, people=row["people"], is_verified=row["is_verified"]),
            LinkedBy(link["how"]) if link else None,
            IdentityKind(stronger) if stronger else None,
            row["people"],
            given[0] if given else 0,
            local(given[1], where) if given else None,
            local(given[2], where) if given else None,
        )


def _strength(kind: IdentityKind, *, people: int, is_verified: bool) -> Strength:
    if people > 1:
        return Strength.SHARED
    return _OF_VERIFIED.get(kind, Strength.WEAK) if is_verified else Strength.WEAK
