"""The customer of the demo whom the README names."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.simulated import CENTRE, ORDINARY, SEED

from ccdash.ingest.identities import normalised
from ccdash.simulate.matters import arrivals
from ccdash.simulate.population import person
from ccdash.vocabulary import IdentityKind

ROOT = Path(__file__).parents[2]
NUMBER, TELEPHONE = "200000", "047 1000000"


@pytest.mark.parametrize("page", ["README.md", "docs/howto/demo-centre.md"])
def test_the_example_is_a_customer_of_the_demo(page) -> None:
    told = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    somebody = person(CENTRE, 0)

    assert f"customer number {NUMBER}" in told
    assert f"telephone {TELEPHONE}" in told
    assert somebody.number.value == NUMBER
    same = {normalised(IdentityKind.PHONE, one, "FI") for one in (TELEPHONE, somebody.mobile.value)}
    assert len(same) == 1


def test_the_example_comes_in_every_fortnight() -> None:
    for monday in ORDINARY[:2]:
        fortnight = (monday, monday + timedelta(weeks=1))
        came = [one for week in fortnight for one in arrivals(CENTRE, SEED, week)]
        assert any(one.matter.customer == 0 for one in came)
