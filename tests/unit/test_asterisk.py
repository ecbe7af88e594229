"""The lines of a queue_log, one by one: what each becomes, and why a bad one is rejected."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.errors import BadInput
from ccdash.ingest import events as ev
from ccdash.ingest.sources.asterisk import _READERS, QueueLog
from ccdash.vocabulary import Channel, IdentityKind, Intent, Outcome

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
EPOCH = str(int(AT.timestamp()))
CALL = f"{EPOCH}.17"


def parsed(line: str, **options) -> ev.Event:
    return QueueLog(**options).parse(line)


def of_call(event: str, *data: str, agent: str = "Ann") -> ev.Event:
    return parsed("|".join((EPOCH, CALL, "sales", agent, event, *data)))


def of_agent(event: str, *data: str, queue: str = "sales", by: str = "NONE") -> ev.Event:
    return parsed("|".join((EPOCH, by, queue, "Ann", event, *data)))


def reason(line: str) -> str:
    with pytest.raises(BadInput) as caught:
        parsed(line)
    return str(caught.value)


def common(event: str, *, agent: str = "Ann", more: str = "") -> dict[str, object]:
    """What every event of the call above has."""
    key = f"{EPOCH}|{CALL}|sales|{agent}|{event}{more}"
    return {"source": "asterisk", "id": key, "at": AT, "contact": CALL}


def in_queue(event: str, *, agent: str = "Ann") -> dict[str, object]:
    return {**common(event, agent=agent), "queue": "sales", "channel": Channel.PHONE}


def agents(event: str, *, more: str = "", by: str = "NONE") -> dict[str, object]:
    key = f"{EPOCH}|{by}|sales|Ann|{event}{more}"
    return {"source": "asterisk", "id": key, "at": AT, "agent": "Ann"}


# Calls --------------------------------------------------------------------------------------------


def test_a_caller_enters_a_queue_with_the_number():
    caller = ev.Identity(IdentityKind.PHONE, "+35840123")
    assert of_call("ENTERQUEUE", "", "+35840123", "1", agent="NONE") == ev.Queued(
        **in_queue("ENTERQUEUE", agent="NONE"), customer=(caller,)
    )


@pytest.mark.parametrize("data", [("", "", "1"), ("", " ", "1"), ("", ""), ()])
def test_a_caller_without_a_number_is_nobody(data):
    assert of_call("ENTERQUEUE", *data).customer == ()


@pytest.mark.parametrize(
    ("data", "caller"),
    [
        (("", "+35840123"), "+35840123"),  # before version 1.6 there was no position
        (("http://crm/7", "+35840123", "1", ""), "+35840123"),
        (("", "Smith|Sons", "3"), "Smith|Sons"),
        (("", '"Åke" <12;3>', "1"), '"Åke" <12;3>'),
    ],
)
def test_odd_caller_ids_are_read_whole(data, caller):
    assert of_call("ENTERQUEUE", *data).customer == (ev.Identity(IdentityKind.PHONE, caller),)


def test_an_agent_answers_and_the_leg_is_the_agents_channel():
    assert of_call("CONNECT", "12", "177.9", "3") == ev.Answered(
        **in_queue("CONNECT"), agent="Ann", wait_seconds=12, ring_seconds=3, leg="177.9"
    )


def test_an_old_answer_has_only_the_wait():
    answer = of_call("CONNECT", "12")
    assert (answer.wait_seconds, answer.leg, answer.ring_seconds) == (12, None, None)


@pytest.mark.parametrize("event", ["COMPLETECALLER", "COMPLETEAGENT"])
def test_a_call_ends_whoever_hangs_up(event):
    assert of_call(event, "12", "60", "2") == ev.Ended(
        **in_queue(event), agent="Ann", wait_seconds=12, talk_seconds=60
    )


@pytest.mark.parametrize(
    ("event", "data", "outcome", "wait"),
    [
        ("ABANDON", ("1", "4", "8"), Outcome.ABANDONED, 8),
        ("EXITWITHTIMEOUT", ("2", "4", "6"), Outcome.TIMED_OUT, 6),
        ("EXITWITHTIMEOUT", ("2",), Outcome.TIMED_OUT, None),
        ("EXITEMPTY", ("1", "1", "30"), Outcome.REFUSED, 30),
        ("EXITWITHKEY", ("5", "1", "2", "9"), Outcome.REFUSED, 9),
        ("EXITWITHKEY", ("5", "1"), Outcome.REFUSED, None),
        ("SYSCOMPAT", ("",), Outcome.FAILED, None),
    ],
)
def test_a_wait_ends_without_an_answer(event, data, outcome, wait):
    assert of_call(event, *data, agent="NONE") == ev.LeftQueue(
        **in_queue(event, agent="NONE"), outcome=outcome, wait_seconds=wait
    )


@pytest.mark.parametrize(
    ("event", "data", "seconds"),
    [
        ("RINGNOANSWER", ("3000",), 3),
        ("RINGNOANSWER", ("0",), 0),
        ("RINGCANCELED", ("1834",), 2),
        ("AGENTDUMP", ("",), 0),
    ],
)
def test_an_agent_does_not_take_the_call(event, data, seconds):
    assert of_call(event, *data) == ev.Rang(**common(event), agent="Ann", seconds=seconds)


@pytest.mark.parametrize("event", ["BLINDTRANSFER", "TRANSFER"])
def test_a_blind_transfer_goes_to_an_extension(event):
    assert of_call(event, "200", "office", "12", "60", "2") == ev.Transferred(
        **in_queue(event), agent="Ann", to="200@office", wait_seconds=12, talk_seconds=60
    )


def test_the_oldest_transfers_have_no_times():
    transfer = of_call("TRANSFER", "200", "office")
    assert (transfer.to, transfer.wait_seconds, transfer.talk_seconds) == ("200@office", None, None)


@pytest.mark.parametrize(
    ("data", "to"),
    [
        (("BRIDGE", "9d1c-77"), "9d1c-77"),
        (("APP", "VoiceMail"), "VoiceMail"),
        (("LINK", "SIP/1-01;1", "SIP/2-07;2"), "SIP/1-01;1 SIP/2-07;2"),
    ],
)
def test_an_attended_transfer_by_each_of_its_ways(data, to):
    assert of_call("ATTENDEDTRANSFER", *data, "12", "60", "2") == ev.Transferred(
        **in_queue("ATTENDEDTRANSFER"), agent="Ann", to=to, wait_seconds=12, talk_seconds=60
    )


@pytest.mark.parametrize(("data", "point"), [(("0800123",), "0800123"), (("",), None), ((), None)])
def test_the_dialled_number_describes_the_call(data, point):
    assert of_call("DID", *data) == ev.Described(**common("DID"), contact_point=point)


# Agents -------------------------------------------------------------------------------------------


def test_a_member_joins_and_leaves_a_queue():
    assert of_agent("ADDMEMBER", "", by="MANAGER") == ev.JoinedQueue(
        **agents("ADDMEMBER", by="MANAGER"), queue="sales"
    )
    assert of_agent("REMOVEMEMBER") == ev.LeftAgentQueue(**agents("REMOVEMEMBER"), queue="sales")


def test_a_member_who_is_added_in_a_pause_is_not_available():
    assert of_agent("ADDMEMBER", "PAUSED", by="MANAGER") == ev.IntentDeclared(
        **agents("ADDMEMBER", by="MANAGER"), queue="sales", intent=Intent.BREAK
    )


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("Lunch", Intent.BREAK),
        ("", Intent.BREAK),
        ("Wrap-up", Intent.WRAP_UP),
        ("ACW", Intent.WRAP_UP),
        ("after call work", Intent.WRAP_UP),
        ("Jälkikäsittely", Intent.WRAP_UP),
        ("Training", Intent.TRAINING),
        ("koulutus", Intent.TRAINING),
        ("team meeting", Intent.MEETING),
        ("bacwood", Intent.BREAK),
    ],
)
def test_the_reason_of_a_pause_says_what_the_agent_intends(words, intent):
    assert of_agent("PAUSE", words) == ev.IntentDeclared(
        **agents("PAUSE", more=f"|{words}"), queue="sales", intent=intent, reason=words or None
    )


def test_a_pause_in_all_queues_names_no_queue():
    pause = of_agent("PAUSEALL", "Lunch", queue="NONE")
    assert (pause.queue, pause.reason, pause.intent) == (None, "Lunch", Intent.BREAK)


@pytest.mark.parametrize(("event", "queue"), [("UNPAUSE", "sales"), ("UNPAUSEALL", None)])
def test_the_end_of_a_pause_makes_available_without_a_reason(event, queue):
    back = of_agent(event, "Lunch")
    assert (back.queue, back.reason, back.intent) == (queue, None, Intent.AVAILABLE)


@pytest.mark.parametrize(
    ("event", "data", "intent"),
    [
        ("AGENTLOGIN", ("SIP/7",), Intent.AVAILABLE),
        ("AGENTCALLBACKLOGIN", ("7@in",), Intent.AVAILABLE),
        ("AGENTLOGOFF", ("SIP/7", "3600"), Intent.OFFLINE),
        ("AGENTCALLBACKLOGOFF", ("7@in", "3600", "Autologoff"), Intent.OFFLINE),
    ],
)
def test_agents_log_in_and_off(event, data, intent):
    declared = of_agent(event, *data, queue="NONE", by=CALL)
    assert (declared.intent, declared.queue, declared.agent) == (intent, None, "Ann")


def test_a_start_of_the_queues_is_a_restart_of_the_source():
    assert parsed(f"{EPOCH}|NONE|NONE|NONE|QUEUESTART|") == ev.SourceRestarted(
        source="asterisk", id=f"{EPOCH}|NONE|NONE|NONE|QUEUESTART", at=AT
    )


# Time, order and identity -------------------------------------------------------------------------


def test_a_time_may_have_a_fraction():
    assert parsed(f"{EPOCH}.25|{CALL}|sales|NONE|DID|1").at == AT.replace(microsecond=250_000)
    assert parsed(f"{EPOCH}.123456789|{CALL}|q|NONE|DID|1").at == AT.replace(microsecond=123_456)


def test_lines_of_one_second_keep_their_order():
    log = QueueLog()
    lines = [f"{EPOCH}|NONE|sales|Ann|{event}|" for event in ("UNPAUSE", "PAUSE")]
    later = f"{int(EPOCH) + 1}|NONE|sales|Ann|UNPAUSE|"
    assert [log.parse(line).sequence for line in (*lines, later)] == [0, 1, 0]


def test_a_parser_goes_on_from_the_state_of_another_through_json():
    lines = [f"{EPOCH}|NONE|sales|Ann|{event}|" for event in ("PAUSE", "UNPAUSE", "PAUSE")]
    whole = QueueLog()
    expected = [whole.parse(line) for line in lines]
    state: dict[str, int] = {}
    told = []
    for line in lines:
        log = QueueLog(json.loads(json.dumps(state)))
        told.append(log.parse(line))
        state = log.state
    assert told == expected


def test_the_state_stays_as_small_as_one_second():
    log = QueueLog()
    for second in range(1000):
        log.parse(f"{int(EPOCH) + second}|NONE|sales|Ann|PAUSE|")
    assert len(log.state) == 3


def test_a_repeated_line_is_the_same_event():
    log = QueueLog()
    line = f"{EPOCH}|NONE|sales|Ann|PAUSE|Lunch"
    assert log.parse(line).id == log.parse(line).id


def test_a_completion_told_twice_with_another_position_is_the_same_event():
    told = [of_call("COMPLETEAGENT", "12", "60", position) for position in ("1", "4")]
    assert told[0] == told[1]


def test_a_pause_after_a_short_return_within_one_second_is_no_repetition():
    log = QueueLog()
    told = [log.parse(f"{EPOCH}|NONE|sales|Ann|{word}|") for word in ("PAUSE", "UNPAUSE", "PAUSE")]
    other = log.parse(f"{EPOCH}|NONE|sales|Bob|PAUSE|")
    assert len({event.id for event in (*told, other)}) == 4


def test_a_second_pbx_has_a_name_of_its_own():
    assert parsed(f"{EPOCH}|{CALL}|sales|NONE|DID|1", source="berlin").source == "berlin"


# What is rejected ---------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["", "   ", "\r"])
def test_an_empty_line_is_rejected(line):
    assert reason(line) == "the line is empty"


@pytest.mark.parametrize("epoch", ["", "abc", "-1", "1e9", "1_000", "١٢٣", "99999999999999", "1.x"])
def test_a_time_that_is_none_is_rejected(epoch):
    assert reason(f"{epoch}|{CALL}|sales|NONE|DID|1").startswith("epoch:")


@pytest.mark.parametrize(
    ("end", "field"),
    [
        ("Ann|CONNECT", "holdtime"),
        ("Ann|CONNECT|x|1.2|3", "holdtime"),
        ("Ann|CONNECT|1|1.2|3.5", "ringtime"),
        ("Ann|COMPLETEAGENT|10", "calltime"),
        ("Ann|COMPLETEAGENT|10 122|1", "holdtime"),
        ("Ann|COMPLETEAGENT|10|-5|1", "calltime"),
        ("NONE|ABANDON|1|4", "waittime"),
        ("NONE|ABANDON|1|4|9999999999", "waittime"),
        ("NONE|EXITWITHKEY|5|1|1|soon", "waittime"),
        ("NONE|ENTERQUEUE||358|first", "position"),
        ("NONE|RINGNOANSWER|1000", "agent"),
        ("Ann|RINGNOANSWER", "ringtime"),
        ("Ann|BLINDTRANSFER|200|office|x|1|1", "holdtime"),
        ("Ann|ATTENDEDTRANSFER|LINK|a|b|5", "calltime"),
        ("Ann|ATTENDEDTRANSFER|FAIL|5|6|1", "method"),
        ("NONE|PAUSE|Lunch", "agent"),
    ],
)
def test_a_bad_field_is_named(end, field):
    assert reason(f"{EPOCH}|{CALL}|sales|{end}").startswith(f"{field}:")


@pytest.mark.parametrize("call", ["", "NONE", "MANAGER", "REALTIME"])
def test_a_call_that_is_not_named_is_rejected(call):
    assert reason(f"{EPOCH}|{call}|sales|NONE|ENTERQUEUE||1|1").startswith("uniqueid:")


def test_a_queue_that_is_not_named_is_rejected():
    assert reason(f"{EPOCH}|{CALL}||NONE|ENTERQUEUE||1|1").startswith("queue:")
    assert reason(f"{EPOCH}|NONE|NONE|Ann|PAUSE|").startswith("queue:")


def test_a_missing_bar_is_told():
    assert (
        reason(f"{EPOCH}|{CALL} sales|NONE|DID") == "4 fields instead of 5 or more: a | is missing"
    )


@pytest.mark.parametrize("event", ["CONFIGRELOAD", "PENALTY", "RINGINUSE"])
def test_an_event_that_says_nothing_of_people_is_rejected_by_name(event):
    assert reason(f"{EPOCH}|NONE|NONE|NONE|{event}|").startswith(event)


@pytest.mark.parametrize("event", ["", "enterqueue", "FOO", "Smith"])
def test_an_unknown_event_is_rejected(event):
    assert reason(f"{EPOCH}|{CALL}|sales|NONE|{event}|1") == f"event: {event!r} is unknown"


@pytest.mark.parametrize(
    "line", ["x" * 3000, f"{EPOCH}|{CALL}|sales|A\0|DID|", f"{EPOCH}|{CALL}|\ud800|NONE|DID|1"]
)
def test_what_the_store_cannot_keep_is_rejected(line):
    assert "characters" in reason(line)


def test_names_too_long_for_the_store_are_rejected():
    assert "longer than" in reason(f"{EPOCH}|{CALL}|{'q' * 500}|NONE|DID|1")
    assert "longer than" in reason(f"{EPOCH}|{CALL}|sales|Ann|CONNECT|1|{'7' * 500}")


# Whatever comes -----------------------------------------------------------------------------------

WORDS = st.text(st.characters(exclude_characters="|\0\n", exclude_categories=["Cs"]), max_size=20)
FIELD = st.one_of(
    WORDS, st.integers(-5, 2**40).map(str), st.sampled_from(["NONE", "", "BRIDGE", "LINK", "APP"])
)
ANY_LINE = st.one_of(
    st.text(),
    st.tuples(
        st.one_of(FIELD, st.just(EPOCH)),
        FIELD,
        FIELD,
        FIELD,
        st.one_of(FIELD, st.sampled_from(sorted(_READERS))),
        st.lists(FIELD, max_size=7),
    ).map(lambda parts: "|".join((*parts[:5], *parts[5]))),
)


@given(st.lists(ANY_LINE, max_size=6))
def test_any_text_is_an_event_that_can_be_kept_or_is_rejected(lines):
    log = QueueLog()
    for line in lines:
        with suppress(BadInput):
            event = log.parse(line)
            assert ev.decode(ev.encode(event)) == event


NUMBERS = st.integers(0, 2_000_000_000).map(str)
NAME = WORDS.filter(lambda word: word not in ("", "NONE"))


@given(NUMBERS, NAME, NAME, NAME, st.sampled_from(sorted(_READERS)), st.lists(NUMBERS, min_size=6))
def test_valid_lines_are_events_that_stay_the_same_through_json(
    epoch, call, queue, agent, name, data
):
    if name == "ATTENDEDTRANSFER":
        data[0] = "LINK"
    line = "|".join((epoch, f"{call}.1", queue, agent, name, *data[:6]))
    if len(line) <= 300:
        event = parsed(line)
        assert ev.decode(ev.encode(event)) == event
