"""A person's day on the page of the team, and the limits of what people are away for."""

from __future__ import annotations

import re

import pytest

from ccdash.store import dated_settings
from ccdash.thresholds import DatedValue, of_reason
from tests import made_up
from tests.pages.test_now_and_team import links

pytestmark = pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")


def test_a_name_of_the_team_page_leads_to_the_day_of_that_person_and_nobody_s_figures(
    centre, screen
) -> None:
    screen.opened("team")
    body = " ".join(screen.bodies)
    number = re.search(r'href="/team\?agent=(\d+)"[^>]*>Pekka Särkkä', body)[1]

    words = screen.opened("team", agent=number).words

    assert "Pekka Särkkä" in words
    assert re.search(r"On a break, lunch", words)  # in the table
    assert "Handling" in words
    assert "•••" not in words
    (handled,) = [one for one in links(screen, "/contacts") if "where_agent" in one]
    assert handled["where_agent"] == "Pekka Särkkä"
    assert {"agent": number} not in links(screen, "/team")[:1]
    assert 'class="is-chosen"' in " ".join(screen.bodies)


def test_the_day_of_nobody_says_so_and_leads_out(centre, screen) -> None:
    for number in ("7", "9" * 30):  # one that nobody has, and one that nobody can have
        words = screen.opened("team", agent=number).words

        assert "Nobody is known by this address. Close" in words


def test_a_break_over_the_limit_of_its_reason_says_the_limit(centre, screen) -> None:
    limit = DatedValue(of_reason("Lunch"), "", "", dated_settings.BEGINNING, 600)
    with centre.store.transaction() as connection:
        dated_settings.put(connection, limit, made_up.instant())

    words = screen.opened("live").words
    assert "over 10:00" in words, words
    assert re.search(r"Break is long after .* lunch 10:00 always", screen.opened("settings").words)


def test_the_limit_of_a_reason_is_set_on_the_page(centre, screen) -> None:
    screen.opened("settings")
    screen.app.selectbox[0].set_value("break_seconds").run()
    assert [one for one in screen.app.selectbox[1].options if "lunch" in one]
    screen.app.selectbox[1].select("lunch").run()
    screen.app.number_input[0].set_value(1200)
    screen.app.checkbox(key="setting-always").set_value(True)

    screen.app.button(key="setting-save").click().run()

    kept = dated_settings.listed(centre.store)
    assert kept.select("name", "value").rows() == [("break_seconds:lunch", 1200)]
