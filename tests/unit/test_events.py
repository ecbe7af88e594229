"""The door: what may be told, how it is written, and how a bad event is refused."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from msgspec import inspect

from ccdash.errors import BadInput
from ccdash.ingest.events import (
    EVENT_TYPES,
    SCORES,
    Ended,
    Event,
    LeftQueue,
    Recorded,
    Survey,
    SurveyAnswered,
    decode,
    encode,
    json_schema,
)
from ccdash.ingest.sources.jsonl import EventLines
from ccdash.vocabulary import Outcome, SurveyKind

DOCS = Path(__file__).resolve().parents[2] / "docs"

format_checker = FormatChecker(formats=())


@format_checker.checks("date-time", raises=ValueError)
def _is_instant(text: object) -> bool:
    return not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None


validator = Draft202012Validator(json_schema(), format_checker=format_checker)

# Any event, made from the types themselves, so that a new field is tried without a new test -------

offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001  the zone is drawn beside it
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC) | offsets,
)
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")


def values_of(type_: inspect.Type) -> st.SearchStrategy[Any]:  # noqa: C901, PLR0911  a table
    match type_:
        case inspect.Metadata():
            return values_of(type_.type)
        case inspect.StrType(pattern=str(pattern)):
            return st.from_regex(pattern, fullmatch=True).filter(lambda text: text.isalpha())
        case inspect.StrType():
            longest = min(type_.max_length or 20, 20)
            return st.text(characters, min_size=type_.min_length or 0, max_size=longest)
        case inspect.IntType():
            return st.integers(type_.ge or 0, type_.le or 2**31 - 1)
        case inspect.BoolType():
            return st.booleans()
        case inspect.NoneType():
            return st.none()
        case inspect.DateTimeType():
            return instants
        case inspect.EnumType():
            return st.sampled_from(list(type_.cls))
        case inspect.UnionType():
            return reduce(or_, map(values_of, type_.types))
        case inspect.VarTupleType():
            values = values_of(type_.item_type)
            return st.lists(values, min_size=type_.min_length or 0, max_size=3).map(tuple)
        case inspect.StructType():
            fields = {field.name: values_of(field.type) for field in type_.fields}
            return st.builds(type_.cls, **fields)
    raise AssertionError(f"no values are known for {type_}")


def made_possible(event: Event) -> Event:
    """Put right what the type of a field alone cannot say."""
    if isinstance(event, LeftQueue):
        return msgspec.structs.replace(event, outcome=Outcome.ABANDONED)
    if isinstance(event, Ended) and event.outcome is Outcome.OPEN:
        return msgspec.structs.replace(event, outcome=None)
    if isinstance(event, SurveyAnswered):
        return msgspec.structs.replace(event, score=on_its_scale(event.kind, event.score))
    if isinstance(event, Recorded):
        if event.outcome is Outcome.OPEN:
            event = msgspec.structs.replace(event, outcome=Outcome.FAILED)
        in_order = [
            msgspec.structs.replace(s, start=min(s.start, s.end), end=max(s.start, s.end))
            for s in event.segments
        ]
        end = max(event.at, event.end)
        surveys = {one.kind: possible_survey(one) for one in event.surveys}
        return msgspec.structs.replace(
            event, end=end, segments=tuple(in_order), surveys=tuple(surveys.values())
        )
    return event


def possible_survey(survey: Survey) -> Survey:
    """With an answer after the question, or without any."""
    if survey.answered_at is None or survey.score is None:
        return Survey(survey.kind, survey.asked_at)
    asked_at, answered_at = sorted((survey.asked_at, survey.answered_at))
    return Survey(survey.kind, asked_at, answered_at, on_its_scale(survey.kind, survey.score))


def on_its_scale(kind: SurveyKind, score: int) -> int:
    low, high = SCORES[kind]
    return min(max(score, low), high)


def events_of(event_type: type[Event]) -> st.SearchStrategy[Event]:
    return values_of(inspect.type_info(event_type)).map(made_possible)


any_event = st.sampled_from(EVENT_TYPES).flatmap(events_of)


@given(any_event)
def test_any_event_comes_back_from_its_json(event: Event) -> None:
    assert decode(encode(event)) == event


@given(any_event)
def test_an_event_is_one_line_that_the_event_file_reader_gives_back(event: Event) -> None:
    line = encode(event).decode()
    assert "\n" not in line
    assert EventLines().parse(line) == event


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_the_schema_accepts_every_type_of_event(event_type: type[Event]) -> None:
    @given(events_of(event_type))
    def accepted(event: Event) -> None:
        validator.validate(json.loads(encode(event)))

    accepted()


@given(st.text() | st.binary())
def test_what_is_no_event_is_refused_with_words(text: str | bytes) -> None:
    with pytest.raises(BadInput, match=r"\w"):
        decode(text)


# Bad events ---------------------------------------------------------------------------------------

QUEUED = {
    "type": "contact.queued",
    "source": "acme",
    "id": "1",
    "at": "2026-03-03T09:00:00+02:00",
    "contact": "c1",
    "queue": "sales",
}
RECORDED = {
    "type": "contact.recorded",
    "source": "acme",
    "id": "2",
    "at": "2026-03-03T09:00:00Z",
    "end": "2026-03-03T09:05:00Z",
    "contact": "c2",
    "channel": "phone",
    "outcome": "handled",
}
ANSWERED_SURVEY = {
    "type": "survey.answered",
    "source": "acme",
    "id": "3",
    "at": "2026-03-03T09:00:00Z",
    "contact": "c2",
    "kind": "csat",
    "score": 5,
}


PURCHASED = {
    "type": "customer.purchased",
    "source": "acme",
    "id": "4",
    "at": "2026-03-03T09:00:00Z",
    "order": "o-1",
    "customer": [{"kind": "email", "value": "liisa@example.com"}],
    "amount_minor": 4990,
    "currency": "EUR",
}


def without(event: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key != name}


@pytest.mark.parametrize("event", [QUEUED, RECORDED, ANSWERED_SURVEY, PURCHASED])
def test_the_examples_that_are_spoilt_below_are_good(event: dict[str, Any]) -> None:
    decode(json.dumps(event))
    validator.validate(event)


@pytest.mark.parametrize(
    ("event", "place"),
    [
        (without(QUEUED, "type"), "`type`"),
        (QUEUED | {"type": "contact.exploded"}, "$.type"),
        (without(QUEUED, "source"), "`source`"),
        (without(QUEUED, "queue"), "`queue`"),
        (QUEUED | {"id": ""}, "$.id"),
        (QUEUED | {"id": 7}, "$.id"),
        (QUEUED | {"contact": "x" * 401}, "$.contact"),
        (QUEUED | {"at": "2026-03-03T09:00:00"}, "$.at"),
        (QUEUED | {"at": "yesterday"}, "$.at"),
        (QUEUED | {"revision": -1}, "$.revision"),
        (QUEUED | {"colour": "red"}, "`colour`"),
        (QUEUED | {"customer": [{"kind": "shoe size", "value": "44"}]}, "$.customer[0].kind"),
        (QUEUED | {"customer": [{"kind": "email"}]}, "$.customer[0]"),
        (RECORDED | {"channel": "pigeon"}, "$.channel"),
        (RECORDED | {"outcome": "lost"}, "$.outcome"),
        (RECORDED | {"wait_seconds": -1}, "$.wait_seconds"),
        (RECORDED | {"segments": [{"kind": "talk", "start": "2026-03-03T09:00:00Z"}]}, "`end`"),
        (ANSWERED_SURVEY | {"score": 11}, "$.score"),
        (ANSWERED_SURVEY | {"score": 4.5}, "$.score"),
        (without(PURCHASED, "order"), "`order`"),
        (PURCHASED | {"customer": []}, "$.customer"),
        (PURCHASED | {"amount_minor": -1}, "$.amount_minor"),
        (PURCHASED | {"amount_minor": 49.9}, "$.amount_minor"),
        (PURCHASED | {"currency": "eur"}, "$.currency"),
        (PURCHASED | {"currency": "EUR\n"}, "$.currency"),
        (RECORDED | {"surveys": [{"kind": "csat"}]}, "$.surveys[0]"),
        ([QUEUED], "array"),
    ],
)
def test_a_bad_event_is_refused_by_the_reader_with_its_place_and_by_the_schema(
    event: Any, place: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        decode(json.dumps(event))
    assert place in str(refusal.value)
    assert not validator.is_valid(event)


TALK = {"kind": "talk", "start": "2026-03-03T09:02:00Z", "end": "2026-03-03T09:01:00Z"}


ASKED = {"kind": "csat", "asked_at": "2026-03-03T10:00:00Z"}
ANSWER = {"answered_at": "2026-03-03T11:00:00Z", "score": 5}


@pytest.mark.parametrize(
    ("surveys", "reason"),
    [
        ([ASKED | ANSWER | {"score": 6}], "`surveys[0].score` 6 is not of 1 to 5"),
        ([ASKED | {"score": 5}], "one of `answered_at` and `score` without the other"),
        ([ASKED | without(ANSWER, "score")], "one of `answered_at` and `score` without"),
        ([ASKED | ANSWER | {"answered_at": "2026-03-03T09:59:59Z"}], "is before `asked_at`"),
        ([ASKED | {"asked_at": "1812-03-03T10:00:00Z"}], "`surveys[0].asked_at` is not between"),
        ([ASKED, ASKED], "one kind twice"),
    ],
)
def test_a_survey_of_a_finished_contact_that_cannot_be_is_refused(
    surveys: list[dict[str, Any]], reason: str
) -> None:
    with pytest.raises(BadInput, match=re.escape(reason)):
        decode(json.dumps(RECORDED | {"surveys": surveys}))


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        ({"end": "2026-03-03T08:59:59Z"}, "`end` is before `at`"),
        ({"segments": [TALK]}, "`segments[0].end` is before its start"),
    ],
)
def test_a_finished_contact_cannot_end_before_it_starts(
    spoilt: dict[str, Any], reason: str
) -> None:
    with pytest.raises(BadInput, match=re.escape(reason)):
        decode(json.dumps(RECORDED | spoilt))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "the line is empty"),
        ("{", "Input data was truncated"),
        (json.dumps(QUEUED) + " x", "JSON is malformed"),
        (json.dumps(QUEUED | {"queue": "a\0b"}), "\\u0000"),
    ],
)
def test_an_event_file_line_that_cannot_be_read_says_why(line: str, reason: str) -> None:
    with pytest.raises(BadInput) as refusal:
        EventLines().parse(line)
    assert reason in str(refusal.value)


def test_a_backslash_before_u0000_is_text_like_any_other() -> None:
    event = EventLines().parse(json.dumps(QUEUED | {"queue": "a\\u0000b"}))
    assert json.loads(encode(event))["queue"] == "a\\u0000b"


# Documents ----------------------------------------------------------------------------------------


def test_the_published_schema_is_the_one_in_the_code() -> None:
    published = json.loads((DOCS / "events.schema.json").read_text())
    assert published == json.loads(json.dumps(json_schema())), (
        "run: ccdash schema > docs/events.schema.json"
    )


def test_the_published_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


def test_every_line_of_the_worked_example_is_a_good_event() -> None:
    page = (DOCS / "howto" / "feed-events.md").read_text()
    (example,) = re.findall(r"```jsonl\n(.*?)```", page, flags=re.DOTALL)
    lines = example.splitlines()
    assert f"It reads {len(lines)} lines and keeps {len(lines)}." in page
    assert len({decode(line).id for line in lines}) == len(lines)
    for line in lines:
        validator.validate(json.loads(line))


@pytest.mark.parametrize(
    ("spoilt", "line"),
    [({"channel": "fax"}, 4), ({"at": "2026-03-03T09:01:10"}, 9)],
)
def test_the_refusals_on_the_page_are_the_real_ones(spoilt: dict[str, str], line: int) -> None:
    with pytest.raises(BadInput) as refusal:
        decode(json.dumps(RECORDED | spoilt))
    page = (DOCS / "howto" / "feed-events.md").read_text()
    assert f"line {line}: {refusal.value}" in page
