"""A ticket is good for one question, for some minutes, in one process."""

from __future__ import annotations

from contextlib import suppress

import itsdangerous.timed
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.errors import LinkTooOld
from ccdash.export.about import Content
from ccdash.export.forms import Form
from ccdash.export.tickets import GOOD_FOR_SECONDS, Tickets, Wanted
from ccdash.query import Dimension, Period, Query

PERIOD = Period.parse("2026-03-01", "2026-04-01", "Europe/Helsinki")
TICKETS = Tickets(b"a secret")
words = st.text(st.characters(exclude_characters="|", exclude_categories=["Cs"]), min_size=1)


def wanted(queue: str = "sales") -> Wanted:
    query = Query(("csat",), PERIOD, filters=((Dimension.QUEUE, (queue,)),))
    return Wanted(Content.CONTACTS, Form.CSV, query, "anna")


@given(words)
def test_a_ticket_holds_its_question(queue):
    assert TICKETS.read(TICKETS.issue(wanted(queue))) == wanted(queue)


def test_a_ticket_ends_with_its_minutes(monkeypatch):
    ticket = TICKETS.issue(wanted())
    signer = itsdangerous.timed.TimestampSigner
    issued = signer(b"a secret").get_timestamp()
    monkeypatch.setattr(signer, "get_timestamp", lambda _: issued + GOOD_FOR_SECONDS - 5)
    assert TICKETS.read(ticket) == wanted()
    monkeypatch.setattr(signer, "get_timestamp", lambda _: issued + GOOD_FOR_SECONDS + 5)
    with pytest.raises(LinkTooOld):
        TICKETS.read(ticket)


def test_a_ticket_of_another_process_is_none():
    with pytest.raises(LinkTooOld):
        Tickets(b"another secret").read(TICKETS.issue(wanted()))


@given(st.integers(min_value=0, max_value=10_000), st.sampled_from("aB3-_."))
def test_a_changed_ticket_is_none(place, sign):
    ticket = TICKETS.issue(wanted())
    at = place % len(ticket)
    changed = ticket[:at] + sign + ticket[at + 1 :]
    with suppress(LinkTooOld):  # the last sign of a signature has idle bits
        assert TICKETS.read(changed) == wanted()
