"""The rows that events make, one tuple a row, in the order of the table's columns."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class ContactRow(NamedTuple):
    """A row of `contact`: one conversation's stay in one queue."""

    customer_id: int
    contact_id: int
    arrived_at: datetime
    source: str
    key: str
    stay: int
    root_id: int
    case_id: int | None
    channel: str
    direction: str
    queue_id: int
    agent_id: int | None
    contact_point_id: int | None
    language: str | None
    subject: str | None
    queued_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    done_at: datetime | None
    outcome: str
    is_void: bool
    is_transferred: bool
    wait_seconds: int | None
    wait_open_seconds: int | None
    response_open_seconds: int | None
    talk_seconds: int | None
    hold_seconds: int | None
    wrap_up_seconds: int | None
    rounds: int | None
    next_responses: int | None
    next_response_seconds: int | None
    target_seconds: int
    short_abandon_seconds: int
    csat_asked: bool
    csat_score: int | None
    csat_positive_from: int
    nps_score: int | None
    ces_score: int | None
    agent_resolved: bool | None
    fcr_asked: bool
    fcr_score: int | None
    oddity: str | None


class SegmentRow(NamedTuple):
    """A row of `segment`: one stretch of a contact."""

    customer_id: int
    contact_id: int
    arrived_at: datetime
    position: int
    kind: str
    queue_id: int
    agent_id: int | None
    started_at: datetime
    ended_at: datetime | None
    is_void: bool


class SurveyRow(NamedTuple):
    """A row of `survey`: one question asked after one contact."""

    customer_id: int
    contact_id: int
    arrived_at: datetime
    kind: str
    asked_at: datetime | None
    answered_at: datetime | None
    score: int | None


class MessageRow(NamedTuple):
    """A row of `message`: something that was written in a contact."""

    customer_id: int
    contact_id: int
    arrived_at: datetime
    position: int
    said_at: datetime
    author: str
    agent_id: int | None
    text: str | None


class CaseRow(NamedTuple):
    """A row of `case`: one matter of a customer."""

    case_id: int
    source: str
    key: str
    customer_id: int | None
    queue_id: int
    subject: str | None
    opened_at: datetime
    resolved_at: datetime | None
    resolved_open_seconds: int | None
    reopened_count: int


class PurchaseRow(NamedTuple):
    """A row of `purchase`: what a customer bought; `customer_id` is negative for nobody known."""

    customer_id: int
    purchase_id: int
    source: str
    key: str
    purchased_at: datetime
    amount_minor: int | None
    currency: str | None
    subject: str | None


class AgentStateRow(NamedTuple):
    """A row of `agent_state`: one stretch of a declared intent."""

    agent_id: int
    started_at: datetime
    ended_at: datetime | None
    intent: str
    reason: str | None
    memory: str


class Folded(NamedTuple):
    """All rows of some conversations."""

    contacts: list[ContactRow]
    segments: list[SegmentRow]
    surveys: list[SurveyRow]
    messages: list[MessageRow]

    def since(self, border: datetime | None) -> Folded:
        """Without what was forgotten: contacts that arrived before the border and are over. What
        agents did for them after it is in sums that may be made anew, and stays."""
        if border is None:
            return self
        kept = [row for row in self.contacts if row.arrived_at >= border or row.done_at is None]
        numbers = {row.contact_id for row in kept}
        return Folded(
            kept,
            [row for row in self.segments if row.contact_id in numbers or _reaches(row, border)],
            [row for row in self.surveys if row.contact_id in numbers],
            [row for row in self.messages if row.contact_id in numbers],
        )


def _reaches(row: SegmentRow, border: datetime) -> bool:
    return row.agent_id is not None and (row.ended_at is None or row.ended_at > border)
