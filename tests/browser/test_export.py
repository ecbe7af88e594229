"""A file is as long as its button says, and the screen stays where it is."""

from __future__ import annotations

import io
import re
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import at_rest

pytestmark = [pytest.mark.browser, pytest.mark.any_postgres]

CONTACTS = "contacts?metrics=abandoned&from=2020-01-01&to=2040-01-01"
TRENDS = "trends?metrics=offered&by=channel&grain=day"


def opened(page: Page) -> int:
    """Opens the menu; gives how many rows its button promises."""
    at_rest(page, ".st-key-export button")
    page.locator(".st-key-export button").click()
    at_rest(page, ".cc-form")
    label = page.locator(".st-key-export button").inner_text()
    return int(re.sub(r"\D", "", label))


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as download:
        page.locator(".cc-form", has_text=name).click()
    return Path(download.value.path()).read_bytes()


@pytest.mark.parametrize("asked", [CONTACTS, TRENDS], ids=["contacts", "trends"])
def test_a_file_has_as_many_rows_as_the_button_says_in_every_form(product, look, asked):
    page = look(f"{product}/{asked}")
    address = page.url
    promised = opened(page)
    assert promised > 5
    assert pl.read_parquet(io.BytesIO(downloaded(page, "Parquet"))).height == promised
    assert pl.read_csv(downloaded(page, "CSV"), comment_prefix="#").height == promised
    assert downloaded(page, "Excel").startswith(b"PK")
    assert page.url == address


def test_the_product_answers_programs_beside_the_screens(product, look):
    page = look(f"{product}/{CONTACTS}")
    document = page.request.get(f"{product}/api/v1/openapi.json")
    assert document.json()["openapi"].startswith("3.1")
    refused = page.request.get(f"{product}/api/v1/metrics?metrics=offered")
    assert refused.status == 401


def test_a_link_that_was_kept_too_long_says_what_to_do(product, look):
    page = look(f"{product}/{CONTACTS}")
    answer = page.request.get(f"{product}/export?ticket=kept.too.long&lang=en")
    assert answer.status == 403
    assert "export again" in answer.text()
