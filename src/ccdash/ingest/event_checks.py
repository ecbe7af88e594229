"""What the types of a recorded contact cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccdash.errors import BadInput
from ccdash.ingest.event_parts import check_instant, check_survey

if TYPE_CHECKING:
    from ccdash.ingest.events import Recorded


def check_recorded(event: Recorded) -> None:
    """Raises BadInput. An interval that ends before it starts is refused: a gap must not look like
    a short one."""
    for field in ("end", "queued_at", "answered_at"):
        check_instant(field, getattr(event, field))
    if event.end < event.at:
        raise BadInput("`end` is before `at`")
    for place, stretch in enumerate(event.segments):
        check_instant(f"segments[{place}].start", stretch.start)
        check_instant(f"segments[{place}].end", stretch.end)
        if stretch.end < stretch.start:
            raise BadInput(f"`segments[{place}].end` is before its start")
    for place, message in enumerate(event.messages):
        check_instant(f"messages[{place}].at", message.at)
    for place, survey in enumerate(event.surveys):
        check_survey(f"surveys[{place}]", survey)
    if len({survey.kind for survey in event.surveys}) < len(event.surveys):
        raise BadInput("`surveys` has one kind twice")
