"""What was written in the contacts of a person, with its rounds (ccdash/rounds.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.rounds import Rounds, rounds
from ccdash.views.customer import local
from ccdash.vocabulary import Author


@dataclass(frozen=True, slots=True)
class Line:
    """One message; the time is the local wall clock, the text may be untold."""

    at: datetime
    author: Author
    agent: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """What was written in one contact, and its rounds; times are the local wall clock."""

    lines: Sequence[Line]
    rounds: Rounds


def written(messages: pl.DataFrame, where: ZoneInfo) -> Mapping[int, Written]:
    """What was written in each contact, by its number; a frame of store.messages."""
    found: dict[int, Written] = {}
    ordered = messages.sort("source", "key", "stay", maintain_order=True)
    for _, its in groupby(ordered.iter_rows(named=True), lambda row: (row["source"], row["key"])):
        parts = [list(part) for _, part in groupby(its, lambda row: row["stay"])]
        said = [[(row["said_at"], Author(row["author"])) for row in part] for part in parts]
        for part, one in zip(parts, rounds(said), strict=True):
            lines = [
                Line(local(row["said_at"], where), Author(row["author"]), row["agent"], row["text"])
                for row in part
            ]
            since = one.since and local(one.since, where)
            found[part[0]["contact_id"]] = Written(lines, replace(one, since=since))
    return found
