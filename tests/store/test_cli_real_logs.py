"""Real logs through the command line, besides their figures (tests/pages/test_real_logs.py)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ccdash.cli import main

pytestmark = pytest.mark.any_postgres

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
