"""What the search box is sent: names once, then what was found."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from ccdash.store.finding import Found
from ccdash.store.live import floor
from ccdash.ui import palette
from ccdash.ui.palette import ASKED, IS_OPEN
from tests import made_up

pytestmark = pytest.mark.any_postgres


def sent(screen) -> dict[str, Any]:
    """What the browser was given for the box."""
    told = (json.loads(one.proto.json or "{}") for one in screen.app.get("bidi_component"))
    return next(one for one in told if isinstance(one, dict) and "isFilled" in one)


def test_names_are_sent_when_it_opens_and_not_again_with_each_answer(centre, screen) -> None:
    screen.app.session_state[IS_OPEN] = True
    first = sent(screen.opened("live"))
    assert first["isFilled"]
    assert {"metric", "queue", "person"} <= {item["kind"] for item in first["items"]}

    screen.app.session_state[ASKED] = "0401234567"
    screen.app.run()
    answer = sent(screen)
    assert answer["answer"]["text"] == "0401234567"
    assert not answer["isFilled"]
    assert {item["kind"] for item in answer["items"]} == {"page", "place"}


def test_names_that_were_not_sent_are_sent_with_the_answer(centre, screen) -> None:
    screen.app.session_state[IS_OPEN] = True
    screen.app.session_state[ASKED] = "0401234567"

    both = sent(screen.opened("live"))

    assert both["isFilled"]
    assert both["answer"]["text"] == "0401234567"


def found(screen, text: str) -> list[dict[str, str]]:
    """What the server finds for what was typed."""
    screen.app.session_state[ASKED] = text
    return sent(screen.opened("live"))["answer"]["items"]


def test_a_number_is_found_by_the_digits_that_a_list_shows_of_it(centre, screen) -> None:
    waiting = floor(centre.store, made_up.instant(), made_up.ZONE).waiting["customer_id"][0]

    of_mobile, of_key = found(screen, "101"), found(screen, f"••• {waiting[-3:]}")

    assert [item["path"] for item in of_mobile] == [f"/customer?customer={waiting}"]
    assert "••• 101" in of_mobile[0]["label"]
    assert "555" not in of_mobile[0]["label"]
    assert f"/customer?customer={waiting}" in [item["path"] for item in of_key]


def test_where_more_match_than_are_shown_the_box_says_so(centre, screen, monkeypatch) -> None:
    monkeypatch.setattr(palette, "MOST_FOUND", 0)

    assert [item["path"] for item in found(screen, "101")] == ["/customer"]


def test_that_there_are_more_stands_below_those_who_are_shown(centre, screen, monkeypatch) -> None:
    one = {
        "customer_id": "7", "name": "Anna Ek", "identities": None, "way": "name", "told": "",
        "is_shared": False, "contacts": 2, "first_at": made_up.instant(),
        "last_at": made_up.instant(),
    }  # fmt: skip
    alike = Found(pl.DataFrame([one]), is_cut_off=True, is_alike=True)
    monkeypatch.setattr(palette.finding, "people", lambda *_: alike)

    items = found(screen, "Annaa Ekk")

    assert [item["group"] for item in items] == ["Similar names"] * 2
    assert items[0]["hint"].startswith("2 contacts · ")


def test_a_number_that_nobody_has_is_said_with_how_many_digits_are_enough(centre, screen) -> None:
    assert found(screen, "98765") == []
    assert sent(screen)["words"]["nobody"] == (
        "No customer has a number that ends in {text}; 3 digits are enough."
    )


def test_who_is_on_a_break_is_a_place_to_go_to(centre, screen) -> None:
    items = sent(screen.opened("live"))["items"]

    ways = {item["label"]: item["path"] for item in items}
    assert ways["Who is on a break"] == "/team?state=break"


def test_a_word_for_a_box_that_is_gone_asks_for_nothing(monkeypatch) -> None:
    told: dict[str, object] = {}
    monkeypatch.setattr(palette.st, "session_state", told)
    palette._find()
    assert told == {ASKED: ""}
