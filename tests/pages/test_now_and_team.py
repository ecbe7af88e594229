"""Now and Team: what is narrowed, what is opened, what leads on, and what nobody may see."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from ccdash.errors import StoreUnavailable
from ccdash.query import Query
from ccdash.store import contacts

pytestmark = pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")


def links(screen, path: str) -> list[dict[str, str]]:
    """The parameters of every link that leads there."""
    found = re.findall(r'href="(/[^"]*)"', " ".join(screen.bodies))
    parts = [urlsplit(html.unescape(one)) for one in found]
    wanted = [one for one in parts if one.path == path]
    return [{name: values[0] for name, values in parse_qs(one.query).items()} for one in wanted]


def test_every_queue_in_use_is_listed_below_its_channel_idle_or_not(centre, screen) -> None:
    words = screen.opened("live").words

    assert "Channels and their queues" in words
    assert all(one in words for one in ("Phone", "Chat", "Sales & service <FI>", "Web"))


def test_every_figure_that_leads_on_has_contacts_behind_it(centre, screen) -> None:
    screen.opened("live")

    asked = [Query.from_params(one) for one in links(screen, "/contacts")]

    assert all(contacts.count(centre.store, one) for one in asked)
    waiting = next(one for one in asked if one.metrics == ("still_waiting",) and not one.filters)
    assert contacts.count(centre.store, waiting) == 2


def test_a_channel_in_the_address_narrows_the_floor(centre, screen) -> None:
    words = screen.opened("live", channel="chat").words

    assert "Sales & service <FI>" not in words
    assert "Waiting now ? 0" in words


def test_filters_that_leave_nothing_say_so_and_lead_out(centre, screen) -> None:
    screen.opened("live", team="Nobody's")

    assert "Nothing here for these filters. Show all teams and channels" in screen.words
    assert {} in links(screen, "/")


def test_who_waits_leads_to_the_customer_and_stays_masked(centre, screen) -> None:
    screen.opened("live")

    customer = links(screen, "/customer")[0]["customer"]

    assert f"••• {customer[-3:]}" in screen.words
    assert "elina@example.com" not in screen.words


def test_the_page_of_the_team_shows_states_and_neither_customers_nor_anybody_s_figures(
    centre, screen
) -> None:
    words = screen.opened("team").words

    assert "Pekka Särkkä" in words
    assert "lunch, still on a contact" in words
    assert "Break" in words
    assert "•••" not in words
    assert not links(screen, "/customer")
    assert not links(screen, "/trends")
    assert len(re.findall(r"\d+ handled today", words)) == 1  # of the one team there is


def test_the_team_page_counts_breaks_of_today(centre, screen) -> None:
    words = screen.opened("team").words

    assert len(re.findall(r"1 · 1 break, \d", words)) == 1


def test_a_team_that_is_not_here_says_so_and_leads_out(centre, screen) -> None:
    screen.opened("team", team="Nobody's")

    assert "Nobody of this team is here. Show all teams" in screen.words


def test_the_team_page_of_a_lost_store_keeps_what_it_had(centre, screen) -> None:
    screen.opened("team")
    centre.snapshots._read = _lost
    last = centre.snapshots._last
    centre.snapshots._last = type(last)(last.floor, last.read_at - timedelta(seconds=9))

    screen.app.run()

    assert "The figures are from" in screen.words
    assert "Pekka Särkkä" in screen.words


def _lost(_at: object) -> None:
    raise StoreUnavailable
