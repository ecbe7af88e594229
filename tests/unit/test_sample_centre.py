"""The made-up centre: the same bytes for the same seed, every line an event."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from ccdash.ingest import events as ev
from ccdash.vocabulary import Channel, Intent

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "sample_centre.py"
UNTIL = "2025-11-20T14:32:07+02:00"
NIGHT = "2025-11-23T03:10:00+02:00"


@cache
def _lines(seed: int = 7, until: str = UNTIL) -> list[bytes]:
    asked = ["--days", "8", "--seed", str(seed), "--until", until]
    told = subprocess.run([sys.executable, SCRIPT, *asked], capture_output=True, check=True)
    return told.stdout.splitlines()


def _waiting(events: list[ev.Event]) -> Counter[Channel]:
    arrived = {one.contact: one for one in events if isinstance(one, ev.Arrived)}
    queued = {one.contact for one in events if isinstance(one, ev.Queued)}
    gone = {one.contact for one in events if isinstance(one, (ev.Answered, ev.Ended))}
    return Counter(arrived[one].channel for one in queued - gone)


def test_the_same_seed_gives_the_same_bytes():
    first = _lines()
    _lines.cache_clear()
    assert _lines() == first


def test_another_seed_gives_another_centre():
    assert _lines(seed=8) != _lines()


def test_every_line_is_an_event_told_once_in_the_order_of_time():
    events = [ev.decode(line) for line in _lines()]
    assert len({one.id for one in events}) == len(events) > 5000
    assert [one.at for one in events] == sorted(one.at for one in events)


def test_nothing_is_told_of_what_comes_after_the_end():
    until = datetime.fromisoformat(UNTIL)
    events = [ev.decode(line) for line in _lines()]
    assert all(one.at <= until for one in events)
    recorded = [one for one in events if isinstance(one, ev.Recorded)]
    assert max(one.end for one in recorded) <= until - timedelta(hours=2)


def test_no_contact_detail_is_of_anybody_who_exists():
    told = [one for line in _lines() for one in getattr(ev.decode(line), "customer", ())]
    mails = {one.value for one in told if one.kind == "email"}
    phones = {one.value for one in told if one.kind == "phone"}
    assert {one.rpartition("@")[2] for one in mails} == {"example.com"}
    assert {one[:8] for one in phones} == {"+358 47 "}


@pytest.mark.parametrize("until", [UNTIL, NIGHT])
def test_the_floor_is_alive_whenever_it_ends(until):
    events = [ev.decode(line) for line in _lines(until=until)]
    waiting = _waiting(events)
    assert waiting[Channel.PHONE] + waiting[Channel.CHAT] >= 2
    last = {one.agent: one.intent for one in events if isinstance(one, ev.IntentDeclared)}
    assert Counter(last.values())[Intent.AVAILABLE] >= 8
    assert Counter(last.values())[Intent.BREAK] >= 1
