"""Who looks, for the access log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from ccdash.store.access_log import Reader
from ccdash.ui import reader
from ccdash.ui.reader import _signed_in
from ccdash.vocabulary import Access

ANNA = {"is_logged_in": True, "email": "anna@centre.example", "name": "Anna", "sub": "17"}


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({}, None),
        (ANNA | {"is_logged_in": False}, None),
        (ANNA, "anna@centre.example"),
        (ANNA | {"email": ""}, "Anna"),
        ({"is_logged_in": True, "sub": "17"}, "17"),
    ],
)
def test_only_who_signed_in_is_named_and_as_well_as_possible(user, name):
    assert _signed_in(user) == name


def test_a_page_is_one_opening_for_half_an_hour_and_details_are_logged_each_time(monkeypatch):
    session, written = {}, []
    monkeypatch.setattr(reader, "st", SimpleNamespace(session_state=session))
    monkeypatch.setattr(reader, "source", lambda: SimpleNamespace(store=None))
    monkeypatch.setattr(reader, "reader", lambda why: Reader("anna", why))
    monkeypatch.setattr(reader.access_log, "write", lambda *of: written.append(of[2:4]))
    for _ in range(2):
        reader.log_access(7, Access.OPENED)
        reader.log_access(7, Access.DETAILS)
    assert written == [(7, Access.OPENED), (7, Access.DETAILS), (7, Access.DETAILS)]
    reader.log_access(8, Access.OPENED)
    kept = session[reader.WRITTEN]
    kept[7, Access.OPENED, "anna"] = datetime.now(UTC) - timedelta(minutes=31)
    reader.log_access(7, Access.OPENED)
    assert written[3:] == [(8, Access.OPENED), (7, Access.OPENED)]
