"""What the screen of a customer says in its headlines."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.test_views_lanes import visit

from ccdash.i18n import translator
from ccdash.ui.customer_screen import taken
from ccdash.views.customer import Case
from ccdash.views.lanes import lanes

EN = translator("en")
OPEN = Case("k1", "Move", is_resolved=False, reopened=0)


def test_a_matter_that_is_open_says_since_when_it_takes_contacts() -> None:
    [lane] = lanes([visit(9, case=OPEN), visit(2, case=OPEN)]).lanes

    said = taken(lane, EN)

    assert said.startswith("Move has taken 2 contacts since ")
    assert said.endswith(", still open")


def test_a_matter_that_is_over_says_when_it_took_them() -> None:
    done = replace(OPEN, is_resolved=True)
    [lane] = lanes([visit(9, case=done), visit(2, case=done)]).lanes

    said = taken(lane, EN)

    assert said.startswith("Move took 2 contacts, ")
    assert "open" not in said
