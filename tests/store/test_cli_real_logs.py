"""Real logs through the command line: every figure that was computed independently of ccdash."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ccdash.cli import main

pytestmark = pytest.mark.any_postgres

TWO_MONTHS = ("--from", "1999-01-01", "--to", "1999-03-01", "--tz", "Asia/Jerusalem")
THE_RUN = ("--from", "2026-01-01", "--to", "2027-01-01")


@pytest.fixture
def ccdash(url, tmp_path, monkeypatch, capsys) -> Callable[..., str]:
    """Runs a command that must succeed; gives what it prints."""
    monkeypatch.setenv("CCDASH_DATABASE_URL", url)
    monkeypatch.setenv("CCDASH_HOME", str(tmp_path))
    monkeypatch.setenv("CCDASH_TIMEZONE", "UTC")

    def run(*words: object) -> str:
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        printed = capsys.readouterr()
        assert left.value.code == 0, printed.err
        return printed.out

    return run


def rows(ccdash, metrics: str, *words: str) -> list[dict[str, Any]]:
    return json.loads(ccdash("query", "--metrics", metrics, "--format", "json", *words))


# In the order of ../shared/data/README.md: the figure, January, February.
BANK = (
    ("answered", "27,060", "27,162"),
    ("hung_up", "4,299", "5,904"),
    ("tests", "240", "278"),
    ("offered", "30,161", "31,125"),
    ("queued", "16,686", "18,058"),
    ("abandoned", "3,101", "3,963"),
    ("abandonment_rate", "10.281%", "12.733%"),
    ("abandoned_of_queued", "18.584%", "21.946%"),
    ("hung_up_rate", "13.709%", "17.855%"),
    ("asa", "35.028", "40.774"),
    ("average_queued_wait", "69.772", "78.573"),
    ("average_abandoned_wait", "60.724", "65.530"),
    ("short_handled_rate", "5.584%", "6.697%"),
    ("recognised_customers", "3,976", "4,081"),
    ("agents", "28", "24"),
)


def as_printed(value: float, like: str) -> str:
    if like.endswith("%"):
        return f"{value:.3%}"
    return f"{value:.3f}" if "." in like else f"{value:,}"


def test_the_bank_gives_every_figure_of_its_table_on_both_roads(ccdash, shared_data):
    folder = shared_data / "anonymous_bank"
    told = ccdash("import", "seelab", folder / "january.txt", folder / "february.txt")
    assert "In all: read 64,943 = kept 64,943 + duplicate 0 + rejected 0" in told
    names = ",".join(name for name, *_ in BANK)
    for road in ((), ("--raw",)):
        found = rows(ccdash, names, *TWO_MONTHS, "--grain", "month", *road)
        assert [row["bucket"] for row in found] == ["1999-01-01", "1999-02-01"]
        for name, *months in BANK:
            assert [as_printed(row[name], months[0]) for row in found] == months, name
    whole = rows(ccdash, "offered,occupancy", *TWO_MONTHS)
    assert whole == [{"bucket": "1999-01-01", "offered": 61_286, "occupancy": None}]
    assert "all are equal" in ccdash("check")
    listed = json.loads(
        ccdash("contacts", "--metric", "abandoned", *TWO_MONTHS, "--limit", 0, "--format", "json")
    )
    assert len(listed) == 3_101 + 3_963


def test_asterisk_gives_every_figure_of_its_log_by_queue(ccdash, shared_data):
    folder = shared_data / "asterisk_overload_run"
    ccdash("import", "asterisk", folder / "queue_log")
    for queue, seconds in (("sales", 5), ("stock", 5), ("support", 10)):  # as Asterisk had them
        ccdash("set", "target_seconds", seconds, "--queue", queue)
    names = (
        "offered,answered,abandoned,timed_out,answered_in_target,asa,average_abandoned_wait,"
        "service_level_of_answered,service_level_of_offered"
    )
    found = rows(ccdash, names, *THE_RUN, "--by", "queue")
    counts = {row["queue"]: [row[name] for name in names.split(",")[:5]] for row in found}
    assert counts == {
        "sales": [444, 352, 71, 21, 144],
        "stock": [55, 26, 29, 0, 11],
        "support": [55, 46, 8, 1, 39],
    }
    means = {row["queue"]: [f"{row[name]:.3f}" for name in names.split(",")[5:7]] for row in found}
    assert means["sales"] == ["10.224", "15.211"]
    assert means["support"] == ["4.522", "8.000"]
    levels = {row["queue"]: [f"{row[name]:.1%}" for name in names.split(",")[7:]] for row in found}
    assert levels == {  # SL and SL2 of queue_show_final.txt
        "sales": ["40.9%", "34.9%"],
        "stock": ["42.3%", "25.5%"],
        "support": ["84.8%", "81.8%"],
    }
    assert rows(ccdash, names, *THE_RUN, "--by", "queue", "--raw") == found
    assert "all are equal" in ccdash("check")


def test_the_open_log_gives_the_floor_that_asterisk_printed(ccdash, shared_data):
    folder = shared_data / "asterisk_overload_run"
    ccdash("import", "asterisk", folder / "queue_log.open")
    epoch = (folder / "open_snapshot_epoch.txt").read_text().strip()
    floor = json.loads(ccdash("live", "--at", epoch, "--format", "json"))
    queues = {(row["queue"], row["waiting"], row["in_progress"]) for row in floor["queues"]}
    assert queues == {("stock", 4, 2)}
    shown = [4 * 60 + 56, 4 * 60 + 49, 3 * 60 + 52, 3 * 60 + 2]
    waits = [row["wait_seconds"] for row in floor["waiting"]]
    assert all(abs(wait - asterisks) <= 1 for wait, asterisks in zip(waits, shown, strict=True))


def test_names_that_are_paired_later_are_one_agent_each(ccdash, shared_data):
    folder = shared_data / "asterisk_overload_run"
    told = ccdash("import", "asterisk", folder / "queue_log")
    assert "only joined queues: Local/NA1@agents/n" in told
    assert "only took calls: Agent/01" in told
    names = folder / "ami_queue_events.jsonl.gz"
    told = ccdash("import", "asterisk", folder / "queue_log", "--names", names)
    assert "read 2,525 = kept 0 + duplicate 2,525 + rejected 0" in told
    assert "never paired" not in told
    people = {row["agent"] for row in rows(ccdash, "signed_in_time", *THE_RUN, "--by", "agent")}
    assert not [name for name in people if name.startswith("Local/")]


def test_the_masked_log_is_imported_with_its_oddities(ccdash, shared_data):
    told = ccdash("import", "asterisk", shared_data / "asterisk2slack_fixture" / "queue_log")
    assert "read 15 = kept 12 + duplicate 2 + rejected 1" in told
    assert "queue_log:14: the line is empty" in told
    assert "asterisk: its arrival is not in the log: 2 contacts" in told
    assert "asterisk: its answer is not in the log: 1 contact" in told
