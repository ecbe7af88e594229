"""Who looks, for the access log."""

from __future__ import annotations

import pytest

from ccdash.ui.reader import _signed_in

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
