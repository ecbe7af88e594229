"""Which instants Now can look back to."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ccdash.ui.look_back import instant

FIRST = datetime(2026, 2, 28, 8, tzinfo=UTC)
NOW, ZONE = datetime(2026, 3, 2, 9, tzinfo=UTC), ZoneInfo("Europe/Helsinki")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-02T11:00", NOW),  # by the clock of the zone
        ("2026-03-02T08:59:59+00:00", NOW.replace(hour=8, minute=59, second=59)),
        ("2026-03-01", datetime(2026, 2, 28, 22, tzinfo=UTC)),
        ("2026-03-02T11:01", None),
        ("2026-02-27", None),
        ("soon", None),
        ("0001-01-01", None),
        ("9999-12-31T23:59-12:00", None),
    ],
)
def test_a_look_back_is_to_a_time_of_which_something_is_known(text, at) -> None:
    assert instant(text, FIRST, NOW, ZONE) == at
