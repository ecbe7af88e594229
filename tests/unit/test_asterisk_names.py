"""Which names of Asterisk are one person: read from an event dump or a list."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from ccdash.errors import BadInput
from ccdash.ingest.sources.asterisk_names import names

DUMP = [
    {"t": 1772438400.5, "Event": "QueueMemberAdded", "MemberName": "Ann", "Interface": "SIP/7"},
    {"t": 1772438401.5, "Event": "QueueMemberStatus", "MemberName": "Ann", "Interface": "SIP/7"},
    {"Event": "QueueMemberStatus", "MemberName": "Bob", "Interface": "SIP/8"},
    {"t": 1, "Event": "QueueCallerJoin", "Queue": "sales"},
]


def test_an_event_dump_pairs_each_name_once():
    pairs = list(names([json.dumps(line) for line in DUMP]))
    assert [(one.agent, one.aliases, one.id) for one in pairs] == [
        ("Ann", ("SIP/7",), "names|Ann|SIP/7"),
        ("Bob", ("SIP/8",), "names|Bob|SIP/8"),
    ]
    assert pairs[0].at.timestamp() == 1772438400.5
    assert pairs[1].at == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_list_pairs_names_and_may_tell_the_team():
    lines = ["\ufeffinterface,member name,team", 'SIP/7,"Ann, A.",Sales', "", "SIP/8,Bob"]
    pairs = list(names(lines, source="berlin"))
    assert [(one.agent, one.aliases, one.team) for one in pairs] == [
        ("Ann, A.", ("SIP/7",), "Sales"),
        ("Bob", ("SIP/8",), None),
    ]
    assert {one.source for one in pairs} == {"berlin"}


def test_an_agent_of_one_name_only_has_no_other():
    assert next(names(["Ann,Ann,Sales"])).aliases == ()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["SIP/7,Ann", "SIP/8"], "line 2: 1 cells; write interface,member name[,team]"),
        (["SIP/7,Ann", ",Bob"], "line 2: the interface or the member name is missing"),
        (['{"Event": 1}', "{oops"], "line 2: no JSON object of an AMI event"),
        (['{"Event": "QueueMemberAdded"}'], "line 1: the interface or the member name is missing"),
    ],
)
def test_a_line_of_names_that_cannot_be_read_is_told(lines, message):
    with pytest.raises(BadInput, match=message.replace("[", r"\[")):
        list(names(lines))
