"""`ccdash replay` on the command line: what it tells, what it refuses, and what it leaves."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from ccdash.cli import main
from ccdash.cli.stopping import sleep_until

pytestmark = pytest.mark.any_postgres

FIRST = 1_772_438_400
"""2026-03-02 08:00 UTC"""


@pytest.fixture
def ccdash(url, tmp_path, monkeypatch, capsys) -> Callable[..., tuple[int, str]]:
    """Runs a command; gives how it left and what it printed."""
    monkeypatch.setenv("CCDASH_DATABASE_URL", url)
    monkeypatch.setenv("CCDASH_HOME", str(tmp_path))
    monkeypatch.setenv("CCDASH_TIMEZONE", "UTC")

    def run(*words: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out + printed.err

    return run


@pytest.fixture
def log(tmp_path) -> Path:
    """Ten callers, a minute apart; each is answered after 20 seconds and talks for four minutes."""
    lines = ["nonsense"]
    for number in range(10):
        at = FIRST + 60 * number
        call = f"{at}.{number}|sales"
        lines += [
            f"{at}|{call}|NONE|ENTERQUEUE||555{number}|1",
            f"{at + 20}|{call}|Agent/{number}|CONNECT|20|{at}.x{number}|1",
            f"{at + 260}|{call}|Agent/{number}|COMPLETECALLER|20|240|1",
        ]
    head, *rest = lines
    path = tmp_path / "queue_log"
    path.write_text("\n".join([head, *sorted(rest)]) + "\n")
    return path


def answered(ccdash) -> int:
    period = ("--from", "2026-03-02", "--to", "2026-03-03")
    told = ccdash("query", "--metrics", "answered", *period, "--format", "json")[1]
    (row,) = json.loads(told)
    return row["answered"]


FAST = ("--speed", 3600)
TO_THE_SIXTH = ("--to", "2026-03-02T08:05:10")


def test_it_plays_a_part_and_then_the_rest_by_a_clock_of_its_own(ccdash, log):
    code, told = ccdash("replay", "asterisk", log, *TO_THE_SIXTH, *FAST)
    assert code == 0, told
    assert "1 line could not be read" in told
    floor = json.loads(ccdash("live", "--format", "json")[1])
    assert floor["as_of"].startswith("2026-03-02T08:0")
    assert [row["queue"] for row in floor["waiting"]] == ["sales"]
    assert len(floor["in_progress"]) == 4
    code, told = ccdash("replay", "asterisk", log, *TO_THE_SIXTH, *FAST)
    assert (code, "nothing" in told) == (1, True), told
    assert ccdash("replay", "asterisk", log, *FAST)[0] == 0
    assert ccdash("check")[0] == 0


def test_after_ctrl_c_the_clock_stands_and_the_same_command_goes_on(ccdash, log, monkeypatch):
    def sleep(stop: Callable[[], bool], seconds: float) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("ccdash.cli.replaying.sleep_until", sleep)
    code, told = ccdash("replay", "asterisk", log)
    assert (code, "Stopped. Run the same command again" in told) == (0, True), told
    shown = json.loads(ccdash("live", "--format", "json")[1])["as_of"]
    assert json.loads(ccdash("live", "--format", "json")[1])["as_of"] == shown
    monkeypatch.setattr("ccdash.cli.replaying.sleep_until", sleep_until)
    code, told = ccdash("replay", "asterisk", log, *FAST)
    assert (code, f"played from {shown[:10]} {shown[11:19]} to" in told) == (0, True), told
    assert answered(ccdash) == 10


def test_it_begins_in_the_middle_with_what_had_happened_before(ccdash, log):
    begin = ("--from", "2026-03-02T08:09:10")
    assert ccdash("replay", "asterisk", log, *begin, *FAST)[0] == 0
    assert answered(ccdash) == 10


def test_a_store_with_other_data_is_asked_for(ccdash, log, tmp_path):
    older = tmp_path / "older"
    older.write_text(f"{FIRST - 3600}|1.1|sales|NONE|ENTERQUEUE||5550|1\n")
    assert ccdash("import", "asterisk", older)[0] == 0
    code, told = ccdash("replay", "asterisk", log, *FAST)
    assert code == 1
    assert "--beside" in told
    code, told = ccdash("replay", "asterisk", log, "--beside", "--from", "2026-03-02T06:00", *FAST)
    assert code == 1
    assert "This store has come to 2026-03-02 07:00:00" in told
    assert ccdash("replay", "asterisk", log, "--beside", *FAST)[0] == 0


@pytest.mark.parametrize("words", [("import", "asterisk"), ("follow", "asterisk")])
def test_a_store_with_such_a_clock_takes_nothing_else(ccdash, log, words):
    assert ccdash("replay", "asterisk", log, *FAST)[0] == 0
    code, told = ccdash(*words, log)
    assert code == 1
    assert "This store holds a replay" in told
    code, told = ccdash("simulate", "--weeks", 0, "--no-live")
    assert code == 1
    assert "was not simulated" in told


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (("--from", "2026-04-01"), "its first line is of 2026-03-02 08:00:00"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "name a later --to"),
        (("--from", "yesterday"), "'yesterday' is no time"),
        (("--from", "9999-12-31"), "'9999-12-31' is no time"),
    ],
)
def test_times_of_which_the_log_tells_nothing_are_refused_before_anything_is_written(
    ccdash, log, line, says
):
    code, told = ccdash("replay", "asterisk", log, *line)
    assert code == 1
    assert says in told
    assert ccdash("import", "asterisk", log)[0] == 0


def test_a_source_without_a_name_is_refused_before_anything_is_written(ccdash, log):
    code, told = ccdash("replay", "asterisk", log, "--source", "")
    assert code == 2
    assert "a name has 1 to" in told
    assert ccdash("import", "asterisk", log)[0] == 0


def test_a_file_that_is_no_such_log_is_refused(ccdash, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("no log\nat all\n")
    code, told = ccdash("replay", "seelab", path)
    assert code == 1
    assert "No line of" in told
