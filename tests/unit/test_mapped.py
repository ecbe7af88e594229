"""Tables by a mapping: what each row becomes, and what is refused."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.cli import main
from ccdash.errors import BadInput
from ccdash.ingest import events as ev
from ccdash.ingest.files import parsed as file_parsed
from ccdash.ingest.lines import Line
from ccdash.ingest.sources import SKIPPED
from ccdash.ingest.sources.mapped import MappedRows, plan_of
from ccdash.ingest.sources.mapped_file import told
from ccdash.ingest.sources.mapped_plan import Plan
from ccdash.vocabulary import Author, Channel, IdentityKind, Outcome, SegmentKind, SurveyKind

EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "howto" / "mappings").glob("*.toml"))

TOP = 'source = "shop"\ntype = "contact.recorded"\ntimezone = "Europe/Helsinki"\n'
FIELDS = """
contact = "{id}"
at = "{day} {time}"
end = { after = ["{wait}", "{talk}"] }
channel = { of = "{way}", values = { Web = "form", Phone = "phone" } }
outcome.of = "{result}"
outcome.values = { AGENT = "handled", "" = "handled" }
outcome.otherwise = "abandoned"
"""
ROW = {
    "id": "7",
    "day": "2026-03-03",
    "time": "12:00:10",
    "wait": "00:00:20",
    "talk": "100.4",
    "way": "Phone",
    "result": "AGENT",
}
NOON = datetime(2026, 3, 3, 10, 0, 10, tzinfo=UTC)


def plan(fields: str = "", top: str = "", base: str = FIELDS) -> Plan:
    text = f"{top}{TOP}[fields]{base}{fields}"
    return Plan.of(told("m.toml", text.encode()), ZoneInfo("Europe/Helsinki"))


def line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue().removesuffix("\n")


def parsed(made: Plan, **cells: str) -> ev.Event | None:
    row = ROW | cells
    parser = MappedRows(plan=made)
    assert parser.parse(line(list(row))) is None
    return parser.parse(line(list(row.values())))


def recorded(fields: str = "", top: str = "", **cells: str) -> ev.Recorded:
    event = parsed(plan(fields, top), **cells)
    assert isinstance(event, ev.Recorded)
    return event


def test_a_row_is_an_event_with_its_words_times_and_durations_read() -> None:
    assert recorded() == ev.Recorded(
        source="shop",
        id="contact.recorded/7",
        contact="7",
        at=NOON,
        end=NOON + timedelta(seconds=120),
        channel=Channel.PHONE,
        outcome=Outcome.HANDLED,
    )


def test_values_are_a_closed_list_unless_the_others_are_meant() -> None:
    assert recorded(result="").outcome is Outcome.HANDLED
    assert recorded(result="gone").outcome is Outcome.ABANDONED
    with pytest.raises(BadInput, match="channel: 'Fax' is none of the values 'Web', 'Phone'"):
        recorded(way="Fax")


def test_columns_are_joined_and_the_gap_of_an_empty_one_is_closed() -> None:
    joined = 'subject = "{way} {result} {wait}"\n'
    assert recorded(joined, result="", wait="").subject == "Phone"
    assert recorded(joined, way="Web", result="a  b", wait="5").subject == "Web a  b 5"
    assert recorded('subject = "{free}"\n', free="").subject is None


def test_in_a_key_an_empty_column_keeps_its_place() -> None:
    assert recorded('case = "{a}/{b}"\n', a="1", b="").case == "1/"


def test_what_stands_for_nothing_is_left_out() -> None:
    agent = 'agent = { of = "{server}", missing = ["NONE", "-"] }\n'
    assert [recorded(agent, server=one).agent for one in ("-", "", "Liisa")] == [
        None,
        None,
        "Liisa",
    ]


def test_a_field_may_be_of_some_rows_only() -> None:
    talk = (
        'talk_seconds = { of = "{talk}", when = { column = "result", is_not = ["HANG", "-"] } }\n'
    )
    assert recorded(talk).talk_seconds == 100
    assert recorded(talk, result="HANG").talk_seconds is None


@pytest.mark.parametrize(
    ("form", "day", "expected"),
    [
        ("iso", "2026-03-03T12:00:10+05:00", NOON - timedelta(hours=3)),
        ("iso", "2026-03-29 03:30:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # never was
        ("iso", "2026-10-25 03:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first
        ("%d.%m.%Y", "3.3.2026", datetime(2026, 3, 2, 22, tzinfo=UTC)),
        ("%m/%d/%y %I:%M %p", "03/03/26 12:00 AM", datetime(2026, 3, 2, 22, tzinfo=UTC)),
        ("epoch", "1772532010.0", NOON),
    ],
)
def test_times_are_read_as_they_are_written(form: str, day: str, expected: datetime) -> None:
    fields = FIELDS.replace("{day} {time}", "{day}")
    made = plan(base=fields, top=f'time_formats = ["{form}", "%Y"]\n'.replace(', "%Y"', ""))
    event = parsed(made, day=day, wait="", talk="")
    assert event is not None
    assert event.at == expected


def test_a_time_of_which_a_part_is_empty_is_no_time() -> None:
    with pytest.raises(BadInput, match="at: the row does not tell it"):
        recorded(time="")


@pytest.mark.parametrize(
    ("text", "seconds"), [("01:02:03", 3723), ("0:00:09.75", 9), ("61", 61), ("1.5", 2)]
)
def test_durations_are_clocks_or_numbers(text: str, seconds: int) -> None:
    assert recorded('wait_seconds = "{wait}"\n', wait=text).wait_seconds == seconds


def test_numbers_may_be_in_another_unit_and_have_a_comma() -> None:
    base = 'order = "{id}"\nat = "{day}"\ncustomer = [{ kind = "email", value = "{who}" }]\n'
    amount = 'amount_minor = { of = "{price}", times = 100 }\ncurrency = "EUR"\n'
    text = f'decimal = ","\n{TOP}[fields]\n{base}{amount}'.replace(
        "contact.recorded", "customer.purchased"
    )
    made = Plan.of(told("m.toml", text.encode()), ZoneInfo("UTC"))
    event = parsed(made, who="a@b.fi", price="49,90")
    assert isinstance(event, ev.Purchased)
    assert event.amount_minor == 4990
    with pytest.raises(BadInput, match="amount_minor: '0,005' is no whole number"):
        parsed(made, who="a@b.fi", price="0,005")


LISTS = """
[[fields.customer]]
kind = "phone"
value = { of = "{phone}", missing = "anonymous" }
verified = { of = "{checked}", values = { Y = true, N = false } }
[[fields.customer]]
kind = "email"
value = "{mail}"
[[fields.surveys]]
kind = "csat"
score = "{stars}"
[[fields.segments]]
kind = "talk"
start = "{day} {time}"
end = { after = ["{talk}"] }
agent = "{server}"
[[fields.messages]]
at = "{day}"
author = "customer"
text = "{words}"
"""
OF_LISTS = {
    "phone": "09 123",
    "checked": "N",
    "mail": "a@b.fi",
    "stars": "3.0",
    "server": "",
    "words": "<b>Hi</b>\n{id}",
}


def test_lists_have_an_entry_for_what_the_row_tells() -> None:
    event = recorded(LISTS, **OF_LISTS)
    end = NOON + timedelta(seconds=120)
    assert event.customer == (
        ev.Identity(IdentityKind.PHONE, "09 123", verified=False),
        ev.Identity(IdentityKind.EMAIL, "a@b.fi"),
    )
    assert event.surveys == (ev.Survey(SurveyKind.CSAT, end, end, 3),)
    assert event.segments == (ev.Stretch(SegmentKind.TALK, NOON, NOON + timedelta(seconds=100)),)
    at = datetime(2026, 3, 2, 22, tzinfo=UTC)
    assert event.messages == (ev.Message(at, Author.CUSTOMER, text="<b>Hi</b>\n{id}"),)


def test_lists_have_no_entry_for_what_the_row_does_not_tell() -> None:
    told_less = dict.fromkeys(OF_LISTS, "") | {"phone": "anonymous"}
    event = recorded(LISTS, **told_less, talk="")
    assert (event.customer, event.surveys, event.segments, event.messages) == ((), (), (), ())


def test_rows_are_skipped_by_a_condition_and_counted_apart_in_the_state() -> None:
    skip = (
        '[[skip]]\ncolumn = "way"\nis = "Test"\n[[skip]]\ncolumn = "result"\nis_not = ["AGENT"]\n'
    )
    made = plan(skip)
    parser = MappedRows(plan=made)
    told_rows = [ROW, ROW | {"way": "Test"}, ROW | {"result": ""}]
    events = [
        parser.parse(line(list(row))) for row in (ROW.keys(), *(r.values() for r in told_rows))
    ]
    assert [event is not None for event in events] == [False, True, False, False]
    assert parser.state[SKIPPED] == 2
    again = MappedRows(parser.state, plan=made)
    assert again.state == parser.state
    assert again.parse(line(list(ROW.values()))) == events[1]


def test_a_table_without_a_header_and_one_that_names_a_column_twice() -> None:
    columns = f"columns = {[*ROW, 'id']}\n"
    parser = MappedRows(plan=plan('subject = "{id (2)}"\n', columns))
    event = parser.parse(line([*ROW.values(), "again"]))
    assert isinstance(event, ev.Recorded)
    assert (event.contact, event.subject) == ("7", "again")


def test_a_corrected_mapping_says_so_and_replaces_what_it_told() -> None:
    assert recorded(top="revision = 2\n").revision == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the line is empty"),
        ("7,2026", "2 cells instead of 7"),
        ('7,"a"b,c', "the row is no CSV"),
        ("7,2026-02-30,12:00:00,,,Web,", "at: '2026-02-30 12:00:00' is no time in the form iso"),
        ("7,2026-03-03,12:00:00,soon,,Web,", "end: 'soon' is no number"),
        ("7,2026-03-03,12:00:00,-5,,Web,", "end: '-5' is no duration"),
        ("7,9999-12-31,23:59:59,99999,,Web,", "seconds are too many"),
        ("7,1802-03-03,12:00:00,,,Web,", "`at` is not between 1900 and 2100"),
        (",2026-03-03,12:00:00,,,Web,", "contact: the row does not tell it"),
        (f"{'7' * 401},2026-03-03,12:00:00,,,Web,", "length <= 400"),
    ],
)
def test_a_row_that_is_no_event_is_refused_with_the_field_and_the_reason(
    text: str, reason: str
) -> None:
    parser = MappedRows(plan=plan())
    parser.parse(line(list(ROW)))
    with pytest.raises(BadInput) as refusal:
        parser.parse(text)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("top", "fields", "reason"),
    [
        ("colour = 1\n", "", "the top: Object contains unknown field `colour`"),
        ("", "colour = 'x'\n", "fields.colour: there is no such field; there are at, "),
        ("", "qeue = 'x'\n", "fields.qeue: there is no such field; did you mean 'queue'?"),
        (
            "",
            "customer = [{ kid = 'phone' }]\n",
            "customer 1, kid: there is no such field; did you",
        ),
        ("", "agent = { off = '{x}' }\n", "fields.agent: Object contains unknown field `off`"),
        ("", "agent = { of = '{x}', after = ['{y}'] }\n", "fields.agent: one of `of` and `after`"),
        ("", "agent = { after = ['{y}'] }\n", "fields.agent: `after` is for times only"),
        ("", "agent = '{x'\n", "fields.agent: '{x' has a brace that is no {column}"),
        ("", "agent = { of = '{x}', otherwise = 'y' }\n", "fields.agent: `otherwise` is for what"),
        (
            "",
            "agent = { of = '{x}', when = { column = 'y' } }\n",
            "fields.agent, when: one of `is`",
        ),
        (
            "",
            "direction = 'sideways'\n",
            "fields.direction: 'sideways' is none of inbound, outbound",
        ),
        (
            "",
            "direction = { of = '{x}', values = { a = 'in' } }\n",
            "fields.direction: 'in' is none",
        ),
        ("", "is_test = 'perhaps'\n", "fields.is_test: 'perhaps' is neither yes nor no"),
        ("", "wait_seconds = { of = '{x}', times = nan }\n", "fields.wait_seconds: `times` is a"),
        ("", "customer = '{x}'\n", "fields.customer: a list is written as [[fields.customer]]"),
        ("", "customer = [{ kind = 'phone' }]\n", "fields.customer 1: `value` is missing"),
        ("", "customer = [{ kind = 'fax', value = '{x}' }]\n", "fields.customer 1, kind: 'fax'"),
        ("", "revision = 1\n", "fields.revision: there is no such field"),
        ("", "[[skip]]\ncolumn = 'x'\n", "skip 1: one of `is` and `is_not`"),
        ("encoding = 'utf-16'\n", "", "encoding: 'utf-16' cannot be read"),
        ("delimiter = ';;'\n", "", "the top: Expected `str` of length <= 1 - at `$.delimiter`"),
        ("time_formats = ['%H:%M']\n", "", "time_formats: '%H:%M' does not say a day"),
        ("columns = ['id', 'day']\n", "", "fields.at: the table has no column 'time'"),
        ("[", "", "this is not TOML"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused_with_the_place(
    top: str, fields: str, reason: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        plan(fields, top)
    assert reason in str(refusal.value)


def test_a_mapping_without_what_the_event_must_have_is_refused() -> None:
    with pytest.raises(BadInput, match="fields: `end` is missing; contact"):
        plan(base=FIELDS.replace("end =", "queued_at ="))
    with pytest.raises(BadInput, match="type: 'call' is none of "):
        Plan.of(told("m", b'source = "x"\ntype = "call"\n[fields]\n'), ZoneInfo("UTC"))


def test_a_table_without_a_column_that_is_named_is_refused_with_the_columns_that_it_has() -> None:
    parser = MappedRows(plan=plan())
    with pytest.raises(BadInput, match=r"fields.at: the table has no column 'day'; it has id, tid"):
        parser.parse("id,tid")


@pytest.mark.parametrize(("sign", "told"), [(";", '";"'), ("\t", '"\\t"')])
def test_a_table_whose_cells_are_parted_by_another_sign_is_refused_with_the_line_that_mends_it(
    sign: str, told: str
) -> None:
    header = sign.join(ROW)
    with pytest.raises(BadInput) as refusal:
        MappedRows(plan=plan()).parse(header)
    assert str(refusal.value).endswith(f"say so at the top of the mapping: delimiter = {told}")
    assert MappedRows(plan=plan(top=f"delimiter = {told}\n")).parse(header) is None


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_of_the_documentation_can_be_used(path: Path) -> None:
    assert plan_of(path, "UTC").columns


cell = st.text(max_size=12) | st.sampled_from(
    ["AGENT", "Web", "Y", "2026-03-03", "23:59:59", "0001-01-01", "9999-12-31", "1e9", "-1", "5.0",
     "9" * 30, "٣", "00:00:61", "99999:59:59", "a" * 2001, "\0", "1:02:03", "{id}"]
)  # fmt: skip
everything = st.fixed_dictionaries(
    {name: st.just(good) | cell for name, good in (ROW | OF_LISTS).items()}
)
FORMS = st.sampled_from(["iso", "iso", "epoch", "%d.%m.%Y %H:%M", "%c"])


@given(everything, FORMS, st.sampled_from(["Asia/Kathmandu", "America/New_York"]), st.booleans())
def test_any_row_is_an_event_that_the_door_takes_or_is_refused_with_its_reason(
    row: dict[str, str], form: str, zone: str, is_raw: bool
) -> None:
    seconds = 'wait_seconds = { of = "{wait}", times = 1e300 }\nsubject = "{words}"\n'
    text = f'time_formats = ["{form}"]\n{TOP}[fields]{FIELDS}{seconds}{LISTS}'
    parser = MappedRows(plan=Plan.of(told("m", text.encode()), ZoneInfo(zone)))
    parser.parse(line(list(row)))
    said = ",".join(row.values()) if is_raw else line(list(row.values()))
    events, refused = file_parsed(parser, [Line(2, 0, said)], "t.csv")
    assert all(one.reason for one in refused)
    assert len(events) + len(refused) == 1
    assert all(ev.decode(ev.encode(event)) == event for event in events)


def test_the_example_of_the_documentation_gives_what_it_says(tmp_path, monkeypatch, capsys) -> None:
    page = (EXAMPLES[0].parents[1] / "import-csv.md").read_text()
    monkeypatch.chdir(tmp_path)
    for kind in ("csv", "toml"):
        found = re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL)
        assert found is not None
        Path(f"calls.{kind}").write_text(found[1])
    said = re.search(r"--check\n(.*?)\n\.\.\.\n(.*?)```", page, re.DOTALL)
    assert said is not None
    with pytest.raises(SystemExit):
        main(["import", "csv", "--mapping", "calls.toml", "calls.csv", "--check"])
    printed = capsys.readouterr().out
    assert printed.startswith(said[1])
    assert printed.endswith(said[2])
