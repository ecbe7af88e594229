"""What the fields of events hold: instants, keys, seconds, and the parts of a recorded contact."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from ccdash.errors import BadInput
from ccdash.vocabulary import Author, IdentityKind, SegmentKind, SurveyKind

Instant = Annotated[datetime, Meta(tz=True, description="RFC 3339, with a time zone offset")]
LONGEST_KEY, LONGEST_WORDS, LONGEST_TEXT = 400, 2000, 20_000
"""Signs of a key, of a subject or a reason, and of a message."""
Key = Annotated[
    str, Meta(min_length=1, max_length=LONGEST_KEY, description="the source's own identifier")
]
LARGEST = 2_147_483_647
LARGEST_AMOUNT = 9_223_372_036_854_775_807
Seconds = Annotated[int, Meta(ge=0, le=LARGEST)]
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 2, tzinfo=UTC)
"""Instants outside are a broken clock or a missing value, not the time of anything."""
Words = Annotated[str, Meta(max_length=LONGEST_WORDS)]
Currency = Annotated[
    str, Meta(pattern="^[A-Z]{3}$", max_length=3, description="the three letters of ISO 4217")
]
Resolved = Annotated[
    bool | None, Meta(description="whether the matter is solved, in the agent's own word")
]


class Identity(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One contact detail of a customer, as the source wrote it. `verified`: somebody has made sure
    that it is theirs (they signed in, or answered a message to it)."""

    kind: IdentityKind
    value: Words
    verified: bool | None = None


class Stretch(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One segment of a recorded contact: [start, end), end at or after start, overlaps allowed."""

    kind: SegmentKind
    start: Instant
    end: Instant
    agent: Key | None = None


Score = Annotated[int, Meta(ge=0, le=10)]


Text = Annotated[
    str, Meta(max_length=LONGEST_TEXT, description="as it was written; shown as text only")
]


class Message(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One message of a recorded contact. It is what `contact.messaged` at `at` says."""

    at: Instant
    author: Author
    agent: Key | None = None
    text: Text | None = None


class Survey(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One question to the customer of a recorded contact, and the answer if there was one. It is
    what `survey.sent` at `asked_at` and `survey.answered` at `answered_at` say."""

    kind: SurveyKind
    asked_at: Instant
    answered_at: Instant | None = None
    score: Score | None = None


SCORES = {
    SurveyKind.CSAT: (1, 5),
    SurveyKind.NPS: (0, 10),
    SurveyKind.CES: (1, 7),
    SurveyKind.FCR: (0, 1),
}
"""The lowest and the highest score of each kind of survey."""


def check_instant(field: str, at: datetime | None) -> None:
    """Raises BadInput for a broken clock."""
    if at is not None and not EARLIEST <= at < LATEST:
        raise BadInput(f"`{field}` is not between {EARLIEST:%Y} and {LATEST:%Y}")


def check_score(field: str, kind: SurveyKind, score: int) -> None:
    """Raises BadInput for a score that is not on the scale of its kind."""
    low, high = SCORES[kind]
    if not low <= score <= high:
        raise BadInput(f"`{field}` {score} is not of {low} to {high} ({kind})")


def check_survey(field: str, survey: Survey) -> None:
    """Raises BadInput for an answer that does not fit its question."""
    check_instant(f"{field}.asked_at", survey.asked_at)
    check_instant(f"{field}.answered_at", survey.answered_at)
    if (survey.answered_at is None) != (survey.score is None):
        raise BadInput(f"`{field}` has one of `answered_at` and `score` without the other")
    if survey.answered_at is not None and survey.answered_at < survey.asked_at:
        raise BadInput(f"`{field}.answered_at` is before `asked_at`")
    if survey.score is not None:
        check_score(f"{field}.score", survey.kind, survey.score)
