"""What changed, from events to the sentence and the contacts behind it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest

from ccdash.i18n import translator
from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.query import Query
from ccdash.store import contacts, live, rollup
from ccdash.store.comparison import comparison
from ccdash.thresholds import Thresholds
from ccdash.ui.against import against
from ccdash.ui.changed import changed
from ccdash.ui.look import Look, Shown
from ccdash.ui.now_strip import usual_words
from ccdash.vocabulary import Channel, Outcome, Unit

pytestmark = pytest.mark.any_postgres

ZONE = "Europe/Helsinki"
NOW = datetime(2026, 4, 7, 9, 7, 30, tzinfo=UTC)  # a Tuesday, 12:07:30 in summer time
MINUTE, WEEK = timedelta(minutes=1), timedelta(weeks=1)
LOOK = Look(translator("en"), ZoneInfo(ZONE), Thresholds())


def mails(day: datetime, every: int, since: int, until: int, queue: str) -> Iterator[ev.Recorded]:
    """One e-mail to the queue every so many seconds, from so many minutes before until others."""
    at = day - since * MINUTE
    while at < day - until * MINUTE:
        key = f"{queue}-{at:%m%d%H%M%S}"
        yield ev.Recorded(
            source="t", id=key, contact=key, at=at, queued_at=at, channel=Channel.EMAIL,
            queue=queue, contact_point=f"{queue}@example.com", wait_seconds=10, talk_seconds=20,
            answered_at=at + 10 * MINUTE / 60, end=at + MINUTE / 2, outcome=Outcome.HANDLED,
        )  # fmt: skip
        at += timedelta(seconds=every)


def tell(store, weeks: int) -> None:
    """Of orders three times as many as usual in the last 40 minutes; claims as ever."""
    told = [*mails(NOW, 60, 120, 40, "orders"), *mails(NOW, 20, 40, 0, "orders")]
    told += mails(NOW, 60, 120, 0, "claims")
    for week in range(1, weeks + 1):
        winter = timedelta(hours=1) if week > 1 else timedelta()  # summer time since 29 March
        for queue in ("orders", "claims"):
            told += mails(NOW - week * WEEK + winter, 60, 120, -30, queue)
    with store.transaction() as connection:
        record(connection, told, received_at=NOW)
        rollup.refresh(connection)


def shown(store) -> Shown:
    return Shown(live.floor(store, NOW, ZONE), LOOK, beside=comparison(store, NOW, ZONE))


def test_a_rise_is_said_with_its_source_and_leads_to_as_many_contacts(store) -> None:
    tell(store, weeks=8)

    markup = changed(shown(store)).text

    words = html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)))
    told = re.search(r"E-mail inflow \+(\d+)% against a usual Tuesday since (11:[23]\d)", words)
    came = re.search(r"(\d+) arrived, usually (\d+)", words)
    assert told, words
    assert "mostly orders · mostly through orders@example.com" in words
    address = urlsplit(html.unescape(re.search(r'href="([^"]+)"', markup)[1]))
    asked = Query.from_params(dict(parse_qsl(address.query)))
    assert contacts.count(store, asked) == int(came[1])
    assert int(told[1]) == round(100 * (int(came[1]) / int(came[2]) - 1))
    assert 'data-key="changed-inflow-email"' in markup


def test_with_three_weeks_of_history_it_says_that_it_cannot_say(store) -> None:
    tell(store, weeks=3)

    assert "It takes four such weekdays" in changed(shown(store)).text


def test_until_what_is_usual_was_read_that_is_said_and_of_a_log_that_is_over_nothing(store) -> None:
    tell(store, weeks=4)
    seen = shown(store)
    unread = replace(seen, beside=replace(seen.beside, usual=None))
    over = replace(seen, floor=replace(seen.floor, data_through={"t": NOW - WEEK}))

    assert "Reading what is usual" in changed(unread).text
    assert usual_words(against(unread).usual("abandoned"), Unit.COUNT, unread) == ["usual …"]
    assert changed(over) is None
