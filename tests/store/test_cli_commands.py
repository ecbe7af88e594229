"""Every command on a small store: what it prints, and how it leaves."""

from __future__ import annotations

import csv
import getpass
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select, text, update
from typer.main import get_command

from ccdash.access import access_log
from ccdash.cli import main
from ccdash.cli.program import app
from ccdash.metrics import METRICS
from ccdash.spreads import spread_zone
from ccdash.store.engine import psycopg_url
from ccdash.sums import contact_hour, contact_interval

pytestmark = pytest.mark.any_postgres

HOWTO = Path(__file__).parents[2] / "docs" / "howto" / "commands.md"
DAY = ("--from", "2026-03-03", "--to", "2026-03-04", "--tz", "Europe/Helsinki")


class Left(NamedTuple):
    """How a command left, and what it had said."""

    code: int
    out: str
    err: str


@pytest.fixture
def ccdash(tmp_path, monkeypatch, capsys) -> Callable[..., Left]:
    monkeypatch.setenv("CCDASH_HOME", str(tmp_path))
    monkeypatch.setenv("CCDASH_TIMEZONE", "Europe/Helsinki")
    monkeypatch.setenv("CCDASH_REGION", "FI")

    def run(*words: object) -> Left:
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        return Left(int(left.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def here(url, monkeypatch) -> None:
    monkeypatch.setenv("CCDASH_DATABASE_URL", url)


def told(number: int, **more: object) -> str:
    """A phone call to sales at 9:NN in Helsinki, answered after 30 s."""
    at = f"2026-03-03T09:{number:02d}"
    plain = {
        "type": "contact.recorded", "source": "acme", "id": f"call-{number}",
        "contact": f"call-{number}", "channel": "phone", "outcome": "handled", "queue": "sales",
        "at": f"{at}:00+02:00", "queued_at": f"{at}:00+02:00", "answered_at": f"{at}:30+02:00",
        "end": f"{at}:50+02:00", "wait_seconds": 30, "talk_seconds": 20, "agent": "maija",
        "customer": [{"kind": "phone", "value": "+358401234567"}],
    }  # fmt: skip
    return json.dumps({name: value for name, value in (plain | more).items() if value is not None})


GONE = {"outcome": "abandoned", "answered_at": None, "talk_seconds": None, "agent": None}
CHAT = {"channel": "chat", "queue": "[red]chats[/red]", "customer": None}


@pytest.fixture
def calls(here, tmp_path, ccdash) -> Path:
    """Two answered calls, one abandoned, one answered chat; a line that is none."""
    file = tmp_path / "tuesday.jsonl"
    lines = [told(1), told(2), told(3, **GONE), told(4, **CHAT), "nonsense"]
    file.write_text("\n".join(lines) + "\n")
    ccdash("import", "events", file)
    return file


PAIRLESS = """1772521200|NONE|sales|SIP/1042|ADDMEMBER|
1772521210|c1|sales|NONE|ENTERQUEUE||0401234567|1
1772521220|c1|sales|Maija|CONNECT|10|c2|3
1772521250|c1|sales|Maija|COMPLETECALLER|10|30|1
"""


# What comes in -----------------------------------------------------------------------------------


def test_an_import_says_what_became_of_every_line_and_that_is_not_an_error(calls, ccdash):
    again = ccdash("import", "events", calls)
    assert again.code == 0
    assert "read 5 = kept 0 + duplicate 4 + rejected 1" in again.out
    assert f"{calls}:5: " in again.out
    assert "warning: 1 line could not be read" in again.err


def test_a_strict_import_leaves_with_1_when_a_line_was_rejected(calls, ccdash):
    assert ccdash("import", "events", "--strict", calls).code == 1


def test_a_file_that_is_not_there_does_not_stop_the_others_and_is_an_error(here, tmp_path, ccdash):
    (tmp_path / "good.jsonl").write_text(told(1) + "\n")
    left = ccdash("import", "events", tmp_path / "none.jsonl", tmp_path / "good.jsonl")
    assert left.code == 1
    assert "kept 1" in left.out
    assert left.err == f"ccdash: {tmp_path}/none.jsonl: there is no such file; check the name.\n"


def test_names_that_were_never_paired_are_told_once_and_only_when_a_file_went_in(
    here, tmp_path, ccdash
):
    log = tmp_path / "queue_log"
    log.write_text(PAIRLESS)
    assert ccdash("import", "asterisk", log).out.count("never paired") == 1

    (tmp_path / "packed").write_bytes(bytes(range(256)) * 9)
    for wrong in ("none", ".", "packed"):
        left = ccdash("import", "asterisk", tmp_path / wrong)
        assert left.code == 1
        assert "never paired" not in left.out


def test_migrating_as_a_role_without_rights_says_whose_work_it_is(url, monkeypatch, ccdash, engine):
    name = f"nobody_{psycopg_url(url).database}"
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
        connection.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD 'x'"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {name}"))
    poor = psycopg_url(url).set(drivername="postgresql", username=name, password="x")
    monkeypatch.setenv("CCDASH_DATABASE_URL", poor.render_as_string(hide_password=False))

    left = ccdash("migrate")

    with engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {name}"))
        connection.execute(text(f"DROP ROLE {name}"))
    assert left.code == 1
    assert "permission denied for schema public" in left.err
    assert left.err.endswith("Run it as the role that owns the tables.\n")


def test_sums_are_made_before_an_import_ends(calls, engine):
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM dirty_interval")) == 0
        assert connection.scalar(text("SELECT sum(contacts) FROM contact_interval")) == 4


def test_an_import_with_another_time_zone_leaves_the_kept_days_and_says_so(
    calls, ccdash, engine, monkeypatch
):
    monkeypatch.setenv("CCDASH_TIMEZONE", "America/St_Johns")
    again = ccdash("import", "events", calls)
    assert "stay so. Here the time zone is America/St_Johns" in again.err
    with engine.connect() as connection:
        assert connection.execute(select(spread_zone.c.timezone)).scalars().all() == [
            "Europe/Helsinki"
        ]


def test_rejected_lines_are_listed_once_whatever_was_imported_twice(calls, ccdash):
    ccdash("import", "events", calls)
    found = json.loads(ccdash("rejected", "--format", "json").out)
    assert [(row["file"], row["line"], row["text"]) for row in found] == [
        (str(calls), 5, "nonsense")
    ]
    assert json.loads(ccdash("rejected", "--file", "other", "--format", "json").out) == []


def test_who_lists_rejected_lines_is_in_the_access_log_unless_there_are_none(calls, ccdash, engine):
    ccdash("import", "events", calls)
    ccdash("rejected", "--file", "other")
    ccdash("rejected")
    with engine.connect() as connection:
        line = access_log.c
        lines = connection.execute(select(line.who, line.customer_id, line.action, line.why))
        assert lines.all() == [(getpass.getuser(), None, "exported", "rejected lines")]


def test_the_schema_that_is_printed_is_the_published_one(ccdash):
    published = Path(__file__).parents[2] / "docs" / "events.schema.json"
    assert json.loads(ccdash("schema").out) == json.loads(published.read_text())


# Figures -----------------------------------------------------------------------------------------


def test_json_has_exactly_the_keys_that_were_asked_for(calls, ccdash):
    left = ccdash(
        "query", "--metrics", "offered,abandonment_rate", "--metrics", "asa", *DAY,
        "--by", "channel,queue", "--where", "channel=phone", "--grain", "day", "--format", "json",
    )  # fmt: skip
    row = {"bucket": "2026-03-03", "channel": "phone", "queue": "sales"}
    assert json.loads(left.out) == [row | {"offered": 3, "abandonment_rate": 1 / 3, "asa": 30.0}]
    assert left.err == ""


def test_a_quarter_of_an_hour_has_the_local_time_with_its_offset(calls, ccdash):
    left = ccdash("query", "--metrics", "offered", *DAY, "--grain", "15min", "--format", "json")
    assert json.loads(left.out) == [{"bucket": "2026-03-03T09:00:00+02:00", "offered": 4}]


def test_what_no_source_can_tell_is_not_measured_and_never_zero(calls, ccdash):
    asked = ("query", "--metrics", "offered,occupancy,csat", *DAY)
    left = ccdash(*asked, "--format", "json")
    assert json.loads(left.out) == [
        {"bucket": "2026-03-03", "offered": 4, "occupancy": None, "csat": None}
    ]
    assert "occupancy: not measured - no source tells agents' states in this period\n" in left.err
    assert ccdash(*asked).out.count("not measured") == 2


def test_a_ratio_of_nothing_is_a_dash_for_people_and_null_or_nothing_for_programs(calls, ccdash):
    empty = ("query", "--metrics", "asa", "--from", "2025-01-01", "--to", "2025-01-02")
    assert "\N{EN DASH}" in ccdash(*empty).out
    assert json.loads(ccdash(*empty, "-f", "json").out) == [{"bucket": "2025-01-01", "asa": None}]
    assert ccdash(*empty, "-f", "csv").out == "bucket,asa\n2025-01-01,\n"


def test_csv_quotes_names_and_a_table_shows_them_as_they_are(calls, ccdash):
    asked = ("query", "--metrics", "offered", *DAY, "--by", "queue", "--where", "channel=chat")
    assert "[red]chats[/red]" in ccdash(*asked).out
    read = list(csv.DictReader(io.StringIO(ccdash(*asked, "--format", "csv").out)))
    assert read == [{"bucket": "2026-03-03", "queue": "[red]chats[/red]", "offered": "1"}]


def test_one_name_twice_means_any_of_its_values_and_two_names_mean_both(calls, ccdash):
    def offered(*where: str) -> int:
        words = [word for one in where for word in ("--where", one)]
        left = ccdash("query", "--metrics", "offered", *DAY, *words, "--format", "json")
        return json.loads(left.out)[0]["offered"]

    assert offered("channel=phone", "channel=chat") == 4
    assert offered("channel=chat", "queue=sales") == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--metrics", "asaa", *DAY), "There is no metric 'asaa'. Did you mean asa"),
        (("--metrics", "asa", *DAY, "--by", "colour"), "no 'colour' to go by; there is channel"),
        (("--metrics", "asa", *DAY, "--where", "queue"), "write NAME=VALUE, such as channel=phone"),
        (("--metrics", "asa", "--from", "2026", "--to", "2025"), "is no date or time"),
        (("--metrics", "asa", "--from", "2026-01-02", "--to", "2026-01-01"), "period is empty"),
        (("--metrics", "asa", *DAY[:4], "--tz", "Mars"), "'Mars' is no time zone"),
        (("--metrics", "occupancy", *DAY, "--by", "queue"), "cannot be split or filtered by queue"),
    ],
)
def test_a_question_that_cannot_be_answered_is_one_sentence(here, ccdash, words, sentence):
    left = ccdash("query", *words)
    assert left.code == 1
    assert sentence in left.err
    assert left.err.count("\n") == 1
    assert left.out == ""


def test_every_metric_is_listed_with_its_formula(ccdash):
    found = {row["name"]: row for row in json.loads(ccdash("metrics", "--format", "json").out)}
    assert set(found) == set(METRICS)
    assert found["service_level"]["formula"] == "answered_in_target / (answered + abandoned)"
    assert found["nps"]["formula"].startswith("(100 nps_promoters - 100 nps_detractors) / ")
    listed = ccdash("metrics").out
    assert all(name in listed for name in METRICS)


def test_the_contacts_behind_a_figure_are_as_many_as_it_says(calls, ccdash):
    left = ccdash("contacts", "--metric", "offered", *DAY, "--limit", 3, "--format", "json")
    assert [row["outcome"] for row in json.loads(left.out)].count("abandoned") <= 1
    assert len(json.loads(left.out)) == 3
    assert left.err == "3 of 4 contacts behind offered.\n"
    left = ccdash("contacts", "--metric", "abandoned", *DAY, "--where", "queue=sales")
    assert "2026-03-03 09:03:00" in left.out
    assert left.err == "1 of 1 contact behind abandoned.\n"


def test_figures_of_an_hour_of_the_week_stand_beside_the_period_before(calls, ccdash):
    asked = ("query", "--metrics", "offered", *DAY, "--compare", "previous", "--format", "json")
    beside = {"before_bucket": "2026-02-24", "before_offered": 0}
    for hours, offered in (((2, 9), 4), ((2, 10), 0), ((3, 9), 0)):
        weekday, hour = hours
        left = ccdash(*asked, "--weekday", weekday, "--hour", hour)
        assert json.loads(left.out) == [{"bucket": "2026-03-03", "offered": offered} | beside]
    assert ccdash(*asked[:-2], "--weekday", 8).code == 2
    assert "before_offered" in ccdash(*asked[:-2]).out


def test_todays_settings_measure_days_that_had_others(calls, ccdash):
    ccdash("set", "target_seconds", 10, "--queue", "sales")
    ccdash("set", "target_seconds", 40, "--queue", "sales", "--from", "2026-04-01")
    asked = ("query", "--metrics", "answered_in_target", *DAY, "--where", "queue=sales")
    for settings, answered in (
        ((), 0),
        (("--settings", "today"), 2),
        (("--settings", "2026-03-05"), 0),
    ):
        left = ccdash(*asked, *settings, "--format", "json")
        assert json.loads(left.out)[0]["answered_in_target"] == answered
    listed = ("contacts", "--metric", "answered_in_target", *DAY, "--settings", "today")
    assert "of 2 contacts" in ccdash(*listed, "--where", "queue=sales").err


def test_a_list_of_contacts_is_narrowed_to_words_and_an_hour(calls, ccdash):
    asked = ("contacts", "--metric", "offered", *DAY, "--format", "json")
    (row,) = json.loads(ccdash(*asked, "--search", "sales 09:02").out)
    assert row["key"] == "call-2"
    assert json.loads(ccdash(*asked, "--search", "nowhere").out) == []
    assert ccdash(*asked, "--hour", 8).err == "0 of 0 contacts behind offered.\n"


def test_the_floor_is_told_as_it_was_at_an_instant(calls, ccdash):
    left = ccdash("live", "--at", "2026-03-03T09:01:10", "--format", "json")
    floor = json.loads(left.out)
    assert set(floor) == {
        "as_of", "data_through", "queues", "waiting", "in_progress", "people", "today"
    }  # fmt: skip
    assert floor["as_of"] == "2026-03-03T09:01:10+02:00"
    assert [row["wait_seconds"] for row in floor["waiting"]] == [10]
    assert floor["in_progress"] == []
    later = json.loads(ccdash("live", "--at", "1772521300", "--format", "json").out)
    assert [row["seconds"] for row in later["in_progress"]] == [10]


def test_the_floor_is_told_as_tables_with_the_figures_of_the_day(calls, ccdash):
    left = ccdash("live", "--at", "2026-03-03T23:00:00")
    assert left.code == 0, left.err
    assert "Nobody is waiting." in left.out
    assert [line.split()[:2] for line in left.out.splitlines() if "offered" in line] == [
        ["offered", "4"]
    ]


def test_a_customer_is_found_by_a_number_as_people_write_it(calls, ccdash):
    (person,) = json.loads(ccdash("customer", "040 123 4567", "--format", "json").out)
    assert person["identities"] == "phone: ••• 567"
    assert [row["outcome"] for row in person["history"]] == ["abandoned", "handled", "handled"]
    assert "3 contacts" in ccdash("customer", "+358401234567").out
    assert "3 contacts" in ccdash("customer", person["customer_id"]).out


def test_a_customer_whom_nobody_knows_is_a_sentence_and_1(calls, ccdash):
    left = ccdash("customer", "nobody@example.com")
    assert (left.code, left.out) == (1, "")
    assert left.err == "ccdash: Nobody with contacts is known by 'nobody@example.com'.\n"


def test_a_number_of_two_customers_lists_both(here, tmp_path, ccdash):
    shared = {"kind": "phone", "value": "+358401234567"}
    known = [[{"kind": "customer_number", "value": number}, shared] for number in ("1", "2")]
    file = tmp_path / "two.jsonl"
    lines = [told(place, customer=one) for place, one in enumerate(known)]
    file.write_text("\n".join(lines) + "\n")
    ccdash("import", "events", file)
    left = ccdash("customer", "0401234567", "--format", "json")
    assert left.err == "2 possible people:\n"
    assert [len(person["history"]) for person in json.loads(left.out)] == [1, 1]


# The store and its settings ---------------------------------------------------------------------


def test_a_target_without_a_date_measures_what_was_imported_before(calls, ccdash):
    left = ccdash("set", "target_seconds", 40, "--queue", "sales")
    assert "from the beginning" in left.out
    assert "Contacts measured anew: 3." in left.out
    asked = ("query", "--metrics", "answered_in_target", *DAY, "--where", "queue=sales")
    assert json.loads(ccdash(*asked, "-f", "json").out)[0]["answered_in_target"] == 2
    ccdash("set", "target_seconds", 10, "--queue", "sales", "--from", "2026-03-03")
    assert json.loads(ccdash(*asked, "-f", "json").out)[0]["answered_in_target"] == 0
    kept = json.loads(ccdash("settings", "--format", "json").out)
    assert [(row["valid_from"], row["value"]) for row in kept] == [
        ("1970-01-01T02:00:00+02:00", 40),
        ("2026-03-03T00:00:00+02:00", 10),
    ]


def test_a_calendar_is_set_from_a_file_and_holds_where_it_is_said_to(calls, ccdash, tmp_path):
    file = tmp_path / "late.toml"
    file.write_text('[week]\nweekdays = "10:00-18:00"\n')
    assert "measured anew: 0." in ccdash("calendar", "set", "late", file).out
    assert "measured anew: 3." in ccdash("calendar", "assign", "late", "--channel", "phone").out
    asked = ("query", "--metrics", "asa,asa_open", "--from", "2026-03-03", "--to", "2026-03-04")
    of_phone = (*asked, "--where", "channel=phone", "--format", "json")
    [row] = json.loads(ccdash(*of_phone).out)
    assert (row["asa"], row["asa_open"]) == (30, 0)
    listed = json.loads(ccdash("calendar", "list", "--format", "json").out)
    assert listed == [{"calendar": "late", "channel": "phone", "queue": "every", "since": "ever"}]
    ccdash("calendar", "day", "late", "2026-03-03", "09:00-10:00", "--name", "Early")
    assert json.loads(ccdash(*of_phone).out)[0]["asa_open"] == 30
    shown = ccdash("calendar", "show", "late").out
    assert "Mon-Fri          10:00–18:00" in shown
    assert ccdash("calendar", "assign", "ltae").err == (
        "ccdash: There is no calendar 'ltae'; there is late.\n"
    )


def test_a_target_that_cannot_be_and_one_of_an_unknown_queue_are_refused(calls, ccdash):
    left = ccdash("set", "target_percent", 200)
    assert (left.code, left.err) == (
        1, "ccdash: target_percent is a number from 1 to 100, not 200.\n"
    )  # fmt: skip
    left = ccdash("set", "target_seconds", 9, "--queue", "sals")
    assert left.code == 1
    assert "No queue 'sals' has been heard of" in left.err
    assert json.loads(ccdash("settings", "--format", "json").out) == []
    assert ccdash("set", "target_secs", 9).code == 2


def test_a_reason_has_a_limit_of_its_own_and_is_of_breaks_alone(calls, ccdash):
    told = ccdash("set", "break_seconds", 1800, "--reason", "Lunch").out
    assert told.startswith("break_seconds is 1800 for breaks with the reason Lunch, from")
    (row,) = json.loads(ccdash("settings", "--format", "json").out)
    assert (row["name"], row["value"]) == ("break_seconds:lunch", 1800)

    left = ccdash("set", "target_seconds", 9, "--reason", "Lunch")
    assert (left.code, left.err[:42]) == (1, "ccdash: A reason is of break_seconds alone")


def test_a_question_about_a_period_without_data_says_where_the_data_is(calls, ccdash):
    left = ccdash("query", "--metrics", "offered", "--from", "2020-01-01", "--to", "2020-02-01")
    assert left.code == 0
    assert "the contacts in the store are of 2026-03-03" in left.err


def test_a_file_of_another_kind_is_not_taken_for_a_success(calls, ccdash, tmp_path):
    log = tmp_path / "notes.txt"
    log.write_text("dear diary\nnothing happened\n")
    left = ccdash("import", "asterisk", log)
    assert left.code == 1
    assert "is it a log of this kind?" in left.err


@pytest.mark.parametrize("level", [contact_interval, contact_hour])
def test_check_finds_a_sum_that_is_not_its_rows_and_makes_it_anew(calls, engine, ccdash, level):
    assert ccdash("check").code == 0
    with engine.begin() as connection:
        connection.execute(update(level).values(offered=level.c.offered + 1))
    left = ccdash("check")
    assert left.code == 1
    assert "2026-03-03 (UTC), sales, phone: offered is 4 in the sums and 3 in the rows" in left.out
    assert ccdash("check", "--repair").code == 1
    assert ccdash("check").code == 0


def test_a_rebuild_changes_no_figure(calls, ccdash):
    asked = ("query", "--metrics", "offered,asa,aht", *DAY, "--by", "queue", "-f", "json")
    before = ccdash(*asked).out
    assert ccdash("rebuild").code == 0
    assert ccdash(*asked).out == before


def test_two_customers_are_merged_and_parted_by_command_and_it_is_told_why(here, tmp_path, ccdash):
    mail, number = ({"kind": "email", "value": "a@example.com"}, {"kind": "phone", "value": "0401"})
    lines = [told(place, customer=[one]) for place, one in enumerate((mail, number))]
    (tmp_path / "calls.jsonl").write_text("\n".join(lines))
    ccdash("import", "events", tmp_path / "calls.jsonl")
    many = ("query", "--metrics", "customers", *DAY, "--format", "csv")

    merged = ccdash("merge", "a@example.com", "0401", "--reason", "said so")
    assert merged.out.startswith("Decision 1: one person now.")
    assert ccdash(*many).out.splitlines()[1].endswith(",1")
    (person,) = json.loads(ccdash("customer", "0401", "--limit", 1, "--format", "json").out)
    assert (person["contacts"], len(person["history"])) == (2, 1)
    assert person["last_at"] == person["history"][0]["arrived_at"]
    links = json.loads(ccdash("links", "0401", "--format", "json").out)
    assert [one["how"] for one in links["links"]] == ["itself", "merge"]
    assert "said so" in ccdash("links", "a@example.com").out
    assert ccdash("merge", "a@example.com", "0401", "--reason", "again").code == 1

    assert ccdash("unmerge", 1, "--reason", "two people").code == 0
    assert ccdash(*many).out.splitlines()[1].endswith(",2")
    told_again = json.loads(ccdash("links", "0401", "--format", "json").out)
    assert told_again["decisions"][0]["taken_back_reason"] == "two people"
    assert "Nobody is known by" in ccdash("apart", "0402", "--reason", "a lobby").err


# The program ------------------------------------------------------------------------------------


def test_a_bug_is_one_line_that_says_where_more_is(here, ccdash, monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError("the cause\nand more")

    monkeypatch.setattr("ccdash.store.dated_settings.listed", broken)
    left = ccdash("settings")
    assert left.code == 1
    assert left.err.startswith("ccdash: This is a bug in ccdash (RuntimeError: the cause)")
    assert left.err.count("\n") == 1
    with pytest.raises(RuntimeError):
        main(["settings", "--traceback"])


def test_a_wrong_line_leaves_with_2_and_help_and_version_with_0(ccdash):
    assert ccdash("query").code == 2
    assert ccdash("fly").code == 2
    assert ccdash("--version").out.startswith("ccdash 0.")
    assert ccdash("--help").code == 0
    assert "--traceback" in ccdash("--help").out


def test_without_a_word_the_help_says_what_to_try(ccdash):
    left = ccdash()
    assert left.code == 0
    assert "ccdash serve --demo" in left.out


def commands() -> dict[str, object]:
    found: dict[str, object] = {}
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found |= {f"{name} {one}": of for one, of in inner.items()} if inner else {name: command}
    return found


@pytest.mark.parametrize("name", commands())
def test_every_command_has_help_with_an_example_and_a_place_in_the_docs(ccdash, name):
    assert "Example: ccdash" in " ".join(ccdash(*name.split(), "--help").out.split())
    page = HOWTO.read_text()
    assert f"ccdash {name}" in page
    options = [word for one in commands()[name].params for word in one.opts if not one.hidden]  # type: ignore[attr-defined]
    told_of = [word for word in options if word.startswith("--") and word != "--help"]
    assert [word for word in told_of if f"`{word}" not in page] == []


def test_a_note_is_written_listed_and_taken_away(here, ccdash):
    words = ("[red]Down[/red]", "--from", "2026-03-04T09:30", "--to", "2026-03-04T12:00")
    assert ccdash("note", "add", *words, "--channel", "phone").out == "Note 1 is kept.\n"
    (row,) = json.loads(ccdash("note", "list", "--format", "json").out)
    assert row == {
        "number": 1, "begins_at": "2026-03-04T09:30:00+02:00", "channel": "phone",
        "ends_at": "2026-03-04T12:00:00+02:00", "text": "[red]Down[/red]",
    }  # fmt: skip
    assert "[red]Down[/red]" in ccdash("note", "list").out
    assert ccdash("note", "add", "x", "--from", "2026-03-02", "--to", "2026-03-01").code == 1
    assert ccdash("note", "remove", 1).code == 0
    assert "There is no note 1" in ccdash("note", "remove", 1).err
