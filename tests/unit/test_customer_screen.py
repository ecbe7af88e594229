"""What the screen of a customer says in its headlines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from tests.unit.test_views_lanes import AT, visit

from ccdash.i18n import translator
from ccdash.ui.customer_head import _details
from ccdash.ui.customer_screen import facts_of, taken
from ccdash.ui.recognition import in_short
from ccdash.ui.viewer import Viewer
from ccdash.views.customer import Case
from ccdash.views.lanes import lanes
from ccdash.views.recognition import Detail, Strength
from ccdash.vocabulary import Channel, IdentityKind, Outcome

EN = translator("en")
WHO = Viewer(EN, ZoneInfo("Europe/Helsinki"))
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


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Outcome.ABANDONED, "left after 2:00"),
        (Outcome.TIMED_OUT, "waited 2:00"),
        (Outcome.REFUSED, "waited 2:00"),
        (Outcome.HANDLED, "waited 2:00"),
    ],
)
def test_only_who_gave_up_has_left(outcome, told) -> None:
    one = replace(visit(0), outcome=outcome, wait_seconds=120)

    assert facts_of(one, EN)[0] == told


@pytest.mark.parametrize(
    ("outcome", "late", "told"),
    [
        (Outcome.OPEN, None, "call back by 09:30"),
        (Outcome.HANDLED, 0, "called back in time, promised by 09:30"),
        (Outcome.HANDLED, 1260, "called back 21:00 late, promised by 09:30"),
        (Outcome.FAILED, None, "promised by 09:30, not called back"),
    ],
)
def test_a_callback_says_by_when_it_was_promised_and_what_became_of_it(outcome, late, told) -> None:
    one = replace(
        visit(0), channel=Channel.CALLBACK, outcome=outcome, promised=AT + timedelta(minutes=90),
        promise_late_seconds=late,
    )  # fmt: skip

    assert told in facts_of(one, EN)


def test_of_a_certain_customer_others_may_be_the_same_and_of_a_shared_detail_each_is_possible() -> (
    None
):
    certain, shared = (
        Detail(kind, "1", 1, "s", strength, None, None, people, 0, None, None)
        for kind, strength, people in (
            (IdentityKind.CUSTOMER_NUMBER, Strength.CERTAIN, 1),
            (IdentityKind.PHONE, Strength.SHARED, 3),
        )
    )

    told = in_short([shared, certain], 20, WHO), in_short([shared], 3, WHO)

    assert told == (
        "certain · Customer number · 20 others may be the same person",
        "shared · 3 possible people · Phone number",
    )


def test_the_head_of_a_page_tells_what_is_linked_alone_and_the_strongest_first() -> None:
    rows = [("phone", "+358405550101", True), ("email", "a@x.fi", False), ("email", "b@x.fi", True)]
    known = pl.DataFrame(rows, ("kind", "value", "is_linked"), orient="row")

    assert _details(known, shown=False) == ["b•••@x.fi", "••• 101"]
