"""Trends: windows of days, what is not yet known, waits apart, the gap between channels."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.store import rollup
from ccdash.store.annotations import Note, add_new
from ccdash.store.engine import Store
from ccdash.vocabulary import Channel, IdentityKind, Outcome
from tests import made_up
from tests.pages import drawn
from tests.pages.conftest import Screen

pytestmark = pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")
RESOLVED = {"metrics": "fcr", "window": "2", "period": "7d"}


def chart(screen: Screen, name: str = "ccdash_trend_chart") -> dict[str, Any]:
    """Everything that the browser was given to draw."""
    found = screen.app.get("bidi_component")
    (one,) = [it.proto for it in found if name in it.proto.component_name]
    return json.loads(one.json)


def points(screen: Screen) -> list[tuple[int, dict[str, str]]]:
    """Of each point that is drawn its n and the parameters of the list behind it."""
    made = chart(screen)
    links = made["links"]
    return [
        (
            int(re.search(r"n ([\d,]+)", tip[1])[1].replace(",", "")),
            {**links["base"], **links["buckets"][place], **of},
        )
        for line, of in zip(made["lines"], links["of"], strict=True)
        for place, tip in enumerate(line["tips"])
        if tip
    ]


def test_a_window_is_asked_of_a_metric_that_has_one_and_of_no_other(centre, screen) -> None:
    screen.opened("trends", **RESOLVED)

    assert [one.value for one in screen.app.selectbox][:3] == ["fcr", "2", "7d"]
    assert "First contact resolution, 2 days" in screen.words
    assert "Window" not in [one.label for one in Screen().opened("trends").app.selectbox]


def test_a_link_that_names_the_window_in_the_metric_asks_the_same(centre, screen) -> None:
    screen.opened("trends", metrics="fcr@2", period="7d")

    assert [one.value for one in screen.app.selectbox][:2] == ["fcr", "2"]
    asked = screen.app.query_params
    assert (asked["metrics"], asked["window"]) == ("fcr", "2")


def test_what_a_metric_does_not_have_is_left_out_and_named(centre, screen) -> None:
    asked = {"where_channel": "chat", "where_queue": "Web", "by": "team", "period": "7d"}
    screen.opened("trends", metrics="resolution_rate", **asked)

    told = "Resolution rate cannot be filtered or broken down like this; left out: "
    assert f"{told}Channel: Chat · Break-down: Team" in screen.words
    assert "cannot be split" not in screen.words
    left = screen.app.query_params
    assert ("where_channel" in left, "by" in left, left["where_queue"]) == (False, False, "Web")
    screen.app.run()
    assert told in screen.words
    screen.app.selectbox[0].set_value("offered").run()
    assert "left out: " not in screen.words


@pytest.mark.parametrize(
    ("metric", "sentence"),
    [("fcr@99", "A window has 1 to 30 days, not 99."), ("asa@3", "asa has no window of days.")],
)
def test_a_window_that_cannot_be_is_refused(centre, screen, metric, sentence) -> None:
    assert sentence in screen.opened("trends", metrics=metric).words


def test_behind_every_point_of_resolution_are_exactly_n_contacts(centre, screen) -> None:
    of = points(screen.opened("trends", **RESOLVED))

    assert len(of) >= 3
    for n, link in of:
        listed = Screen().opened("contacts", **link)
        assert re.match(rf"{n} contacts? behind First contact resolution, 2 days$", listed.title)
        assert len(drawn.contacts(listed.bodies)) == n


def test_what_is_too_young_to_tell_is_a_gap_and_said(centre, screen) -> None:
    screen.opened("trends", **RESOLVED)

    assert "are too young to tell: not yet known." in screen.words
    (tips,) = [line["tips"] for line in chart(screen)["lines"]]
    assert tips[-1] is None
    assert any(tips)
    tile = drawn.tiles(screen.bodies)["First contact resolution, 2 days"]
    assert "not yet known since" in tile.note


def test_a_period_of_which_nothing_is_known_yet_has_no_figure_at_all(centre, screen) -> None:
    today = made_up.instant().date()
    days = {"from": str(today - timedelta(days=2)), "to": str(today + timedelta(days=1))}
    screen.opened("trends", metrics="repeat_contacts", **days)

    tile = drawn.tiles(screen.bodies)["Contacts followed by a repeat, 7 days"]
    assert tile.text == "not yet known"
    assert "Not yet known Contacts since" in screen.words


def test_the_list_behind_another_window_can_be_opened_and_leads_back(centre, screen) -> None:
    (_, link), *_ = points(screen.opened("trends", **RESOLVED))

    listed = Screen().opened("contacts", **link)

    assert listed.app.selectbox[0].value == "fcr@2"
    assert drawn.way(listed.bodies, "See it over time")["metrics"] == "fcr@2"


def test_what_is_known_is_compared_with_as_much_of_the_time_before(process, screen) -> None:
    now = made_up.instant()
    told = [handled(now - timedelta(days=k, hours=1), str(k)) for k in range(16)]
    told.append(handled(now - timedelta(days=7), "7"))  # too young, had it been this week
    told.append(handled(now, "last"))
    tell(process.store, told)

    screen.opened("trends", metrics="fcr@1", period="7d")

    assert "First contact resolution, 1 day stayed at 100.0%" in screen.words
    assert (
        "First contact resolution, 1 day, as far as it is known, is compared with" in screen.words
    )


def test_a_wait_that_mixes_channels_names_both_kinds(process, screen) -> None:
    now = made_up.instant()
    waits = {Channel.PHONE: 28, Channel.CHAT: 28, Channel.EMAIL: 7 * 3600}
    told = [handled(now - timedelta(hours=9), one, one, wait) for one, wait in waits.items()]
    tell(process.store, told)

    note = drawn.tiles(screen.opened("trends", metrics="asa").bodies)[
        "Average speed of answer"
    ].note
    assert "phone and chat 0:28 · other channels 7 h" in note.replace(NBSP, " ")
    chosen = Screen().opened("trends", metrics="asa", where_channel="phone|email")
    assert "other channels" not in chosen.words


def test_the_gap_between_channels_is_named(process, screen) -> None:
    now = made_up.instant() - timedelta(days=2)
    told = [handled(now, f"{one}-{k}", one) for one in GAPING for k in range(40)]
    told += [handled(now + timedelta(hours=5), f"email-{k}", Channel.PHONE) for k in range(30)]
    tell(process.store, [*told, handled(made_up.instant(), "last")])

    words = screen.opened("trends", metrics="fcr@1", by="channel").words

    assert "E-mail has 75.0 points less than Phone" in words.replace(NBSP, " ")


GAPING = (Channel.PHONE, Channel.EMAIL)
NBSP = "\N{NO-BREAK SPACE}"


def handled(
    at: datetime, customer: str, channel: Channel = Channel.PHONE, wait: int = 0
) -> ev.Recorded:
    """A contact of a customer that somebody took."""
    key, taken = f"{customer}-{channel}-{at:%d%H%M}", at + timedelta(seconds=wait)
    return ev.Recorded(
        source="made-up", id=key, contact=key, at=at, queued_at=at, channel=channel,
        outcome=Outcome.HANDLED, answered_at=taken, end=taken + timedelta(seconds=60),
        wait_seconds=wait, talk_seconds=60, queue=str(channel),
        customer=(ev.Identity(kind=IdentityKind.CUSTOMER_NUMBER, value=customer),),
    )  # fmt: skip


def tell(store: Store, told: list[ev.Recorded]) -> None:
    with store.transaction() as connection:
        record(connection, told, received_at=made_up.instant(), region="FI")
        rollup.refresh(connection)


def test_a_cell_of_the_week_says_how_many_and_leads_to_exactly_those(centre, screen) -> None:
    screen.opened("trends", metrics="service_level", period="7d", where_channel="phone")
    week = chart(screen, "ccdash_heat_map")
    cells = [one for row in week["cells"] for one in row if one]

    one = max(cells, key=lambda cell: size(cell["tip"]))
    listed = Screen().opened("contacts", **week["base"], **one["link"])

    assert sum(size(cell["tip"]) for cell in cells) == sum(n for n, _ in points(screen))
    assert listed.title.startswith(f"{size(one['tip'])} contacts behind Service level")
    assert len(drawn.contacts(listed.bodies)) == size(one["tip"])
    assert "Weekday: " in listed.words
    over_time = Screen().opened("trends", **drawn.way(listed.bodies, "See it over time"))
    assert sum(n for n, _ in points(over_time)) == size(one["tip"])


def size(tip: list[str]) -> int:
    return int(re.search(r"n ([\d,]+)", tip[1])[1].replace(",", ""))


def test_what_is_noted_stands_on_the_chart_and_below_it_as_it_was_written(process, screen) -> None:
    now = made_up.instant()
    tell(process.store, [handled(now - timedelta(days=k), str(k)) for k in range(5)])
    days = [now.replace(hour=0, minute=0) - timedelta(days=k) for k in (4, 2, 3)]
    told = [
        Note(days[0], "<b>storm</b>", days[1]), Note(days[2], "of chats", channel=Channel.CHAT),
        Note(now - timedelta(days=90), "long ago"),
    ]  # fmt: skip
    with process.store.transaction() as connection:
        add_new(connection, told)

    screen.opened("trends", metrics="offered", period="7d", where_channel="phone")

    (mark,) = chart(screen)["marks"]
    assert (mark["letter"], mark["text"], mark["lasts"]) == ("A", "<b>storm</b>", True)
    assert any("&lt;b&gt;storm&lt;/b&gt;" in one for one in screen.bodies)
    assert not any("<b>storm" in one for one in screen.bodies)
    everywhere = Screen().opened("trends", metrics="offered", period="7d")
    assert [one["letter"] for one in chart(everywhere)["marks"]] == ["A", "B"]


def test_todays_targets_are_not_todays_opening_hours_and_that_is_said(centre, screen) -> None:
    asked = {"metrics": "asa", "period": "7d", "settings": "today"}

    assert "opening hours are those of each day" not in screen.opened("trends", **asked).words
    in_hours = Screen().opened("trends", time="open", **asked)
    assert "opening hours are those of each day" in in_hours.words


def test_choices_that_are_not_usual_are_said_where_they_are_hidden(centre, screen) -> None:
    screen.opened("trends", period="7d", compare="year", settings="today", grain="hour")

    assert "Nothing to compare with: the data begins" in screen.words
    assert "all days by the targets and limits of" in screen.words
    (_, link), *_ = points(screen)
    assert datetime.fromisoformat(link["settings"]) <= made_up.instant()
    again = Screen().opened("trends", period="7d", settings=link["settings"])
    assert "all days by the targets and limits of" in again.words
    assert "Targets and limits of" in Screen().opened("contacts", **link).words
