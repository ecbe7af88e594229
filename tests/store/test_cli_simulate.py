"""`ccdash simulate` and `ccdash serve --demo` as somebody types them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

import psutil
import pytest

from ccdash import settings
from ccdash.cli import main, serving
from ccdash.cli.demo import settings_of_demo
from ccdash.simulate.centre import SOURCE
from ccdash.store import simulation
from ccdash.store.check import differences
from tests import made_up

pytestmark = pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")
"""Of the simulation, not of what it is kept in: one version of Postgres is enough."""


AT = ("--at", "2026-11-16T09:10")  # a Monday: little of the running week is to be told
LATER = ("--at", "2026-11-16T09:20")


@pytest.fixture
def home(url, tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("CCDASH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CCDASH_DATABASE_URL", url)
    monkeypatch.setenv("CCDASH_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def ccdash(home, capsys) -> Callable[..., tuple[int, str]]:
    """How a command left, and its last words."""

    def run(*words: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        return int(left.value.code or 0), capsys.readouterr().err

    return run


def test_speed_and_seed_are_refused_without_the_demo(ccdash):
    for words in (("--speed", 60), ("--seed", 2)):
        code, err = ccdash("serve", *words)
        assert code == 1
        assert "ccdash serve --demo" in err


def test_a_store_of_ones_own_is_not_simulated(ccdash, store):
    made_up.fill(store, made_up.instant())
    code, err = ccdash("simulate", "--weeks", 1, "--no-live")
    assert code == 1
    assert "needs a store of its own" in err
    assert err.count("\n") == 1


def test_a_demo_whose_files_have_changed_is_made_anew_by_its_own_seed(home, store, capsys):
    at = made_up.instant()
    with store.transaction() as connection:
        begun = simulation.Simulation(5, at, at, 1.0, 0, 2, at - timedelta(hours=1))
        simulation.begin(connection, begun)
        week = simulation.Telling.RECORDED, "5 of other files", at
        simulation.begin_week(connection, SOURCE, date(2026, 11, 9), week)
    assert serving._words(store, None, None) == ["--seed", "5", "--speed", "1.0"]
    assert capsys.readouterr().err == f"{serving.ANEW}\n"
    assert simulation.standing(store) is None
    assert serving._words(store, None, 7) == ["--seed", "7", "--speed", "1.0"]
    assert capsys.readouterr().err == ""


def test_another_seed_than_the_stores_is_refused(ccdash, store):
    with store.transaction() as connection:
        at = made_up.instant()
        simulation.begin(connection, simulation.Simulation(5, at, at, 1.0, 0, 2, at))
    code, err = ccdash("simulate", "--seed", 4)
    assert code == 1
    assert "holds the centre of seed 5" in err


def test_the_demo_lives_in_a_home_and_a_place_of_its_own_whatever_is_set(home, monkeypatch):
    monkeypatch.setenv("ccdash_database_url", "postgresql://somebody@127.0.0.1/else")
    monkeypatch.setenv("CCDASH_TIMEZONE", "Asia/Tokyo")
    found = settings_of_demo(settings.load())
    assert found == settings.load()
    assert found.database_url is None
    assert found.home == home / "demo"
    assert (found.timezone, found.region) == ("Europe/Helsinki", "FI")


def test_killed_in_the_middle_it_leaves_no_process_and_the_same_command_goes_on(home, store):
    words = [sys.executable, "-m", "ccdash.cli", "simulate", "--weeks", "2", "--no-live"]
    with subprocess.Popen([*words, *AT]) as first:
        _wait_until(lambda: (one := simulation.standing(store)) and one.weeks_made)
        family = psutil.Process(first.pid).children(recursive=True)
        first.kill()
    _wait_until(lambda: not any(one.is_running() for one in family))
    assert len(family) >= 2
    assert not simulation.standing(store).is_complete
    subprocess.run([*words, *LATER], check=True)
    assert simulation.standing(store).is_complete
    weeks = simulation.told_weeks(store, SOURCE)
    assert [week.is_finished for _, week in sorted(weeks.items())] == [True, True, False]
    assert differences(store, lambda _: None)[0] == []


def _wait_until(is_so: Callable[[], object]) -> None:
    until = time.monotonic() + 240
    while not is_so():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.05)
