"""What people do with the screens, in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests import made_up
from tests.browser.conftest import served, settled, title
from tests.databases import admin_of, fresh_database, name_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("server", ["18"], indirect=True, scope="session"),
]
SCREENS = {"": "Now", "trends": "Trends", "contacts": "contacts behind", "customer": "Customers"}
WRONG = ".cc-notice.bad, [data-testid=stException]"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_screen_opens_in_light_and_dark(product, look, theme) -> None:
    page = look(product, color_scheme=theme)
    for path, name in SCREENS.items():
        page.goto(f"{product}/{path}")
        settled(page)

        assert name in title(page)
        assert page.locator(WRONG).count() == 0
        background = page.evaluate("getComputedStyle(document.querySelector('.stApp')).color")
        is_light_text = int(re.findall(r"\d+", background)[0]) > 128
        assert is_light_text is (theme == "dark")


def test_times_are_the_centres_whoever_looks_from_wherever(product, look) -> None:
    page = look(product)

    expect(page.locator(".cc-foot")).to_have_text(f"Times are in {made_up.ZONE}.")


def test_the_floor_refreshes_by_itself(product, look) -> None:
    page = look(product)
    before = page.locator(".cc-sub").first.inner_text()

    expect(page.locator(".cc-sub").first).not_to_have_text(before, timeout=8000)
    expect(page.locator(".cc-status")).to_contain_text("newest event")


def test_the_language_is_switched_and_kept(product, look) -> None:
    page = look(f"{product}/trends?metrics=asa")

    page.get_by_text("Suomi", exact=True).click()

    expect(page.locator(".cc-head h1").first).to_have_text("Kehitys", timeout=10_000)
    expect(page.locator("html")).to_have_attribute("lang", "fi")
    page.get_by_role("link", name="Yhteydenotot", exact=True).click()
    expect(page.locator(".cc-head h1").first).to_contain_text("yhteydenotto", timeout=10_000)


def test_a_wrong_store_is_said_in_one_sentence(server, look) -> None:
    with served("postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=1") as address:
        page = look(address)
        for path in SCREENS:
            page.goto(f"{address}/{path}")
            settled(page)
            notice = page.locator(".cc-notice.bad").first
            expect(notice).to_contain_text("The store does not answer")
            assert "Traceback" not in page.content()
            assert page.locator(".cc-notice.bad").count() == 1


def test_a_lost_store_greys_and_dates_the_floor_which_comes_back_by_itself(server, look) -> None:
    with fresh_database(server) as url:
        fill(url)
        with served(url) as address:
            page = look(address)
            expect(page.locator(".cc-people")).to_be_visible()

            allow(server.url, url, is_allowed=False)

            notice = page.locator(".cc-notice.bad")
            expect(notice).to_contain_text("The figures are from", timeout=20_000)
            expect(page.locator(".cc-status.lost")).to_be_visible()
            assert opacity(page) < 1
            assert "Pekka Särkkä" in page.locator(".cc-people").inner_text()

            trends = look(f"{address}/trends")
            expect(trends.locator(".cc-notice.lost")).to_be_visible()
            assert "FATAL" not in trends.content()

            allow(server.url, url, is_allowed=True)

            expect(trends.locator(".cc-strip")).to_be_visible(timeout=20_000)
            expect(trends.locator(".cc-notice")).to_have_count(0)
            expect(notice).to_have_count(0, timeout=20_000)
            expect(page.locator(".cc-status.live")).to_be_visible()
            assert opacity(page) == 1


def fill(url: str) -> None:
    from ccdash.store.engine import Store, engine_for
    from ccdash.store.frames import FramePool

    store = Store(engine_for(url), FramePool(url))
    made_up.fill(store, made_up.instant())
    store.close()


def allow(server: str, database: str, *, is_allowed: bool) -> None:
    """Let clients in, or throw them out and keep them out."""
    name, admin = name_of(database), admin_of(server)
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {is_allowed}"))
        if not is_allowed:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :n"),
                {"n": name},
            )
    admin.dispose()


def opacity(page: Page) -> float:
    return float(page.evaluate("getComputedStyle(document.querySelector('.cc-strip')).opacity"))
