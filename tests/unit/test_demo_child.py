"""The simulation beside the screens: started again when it ends, and never left behind."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread

import pytest

from ccdash.cli import demo
from ccdash.cli.demo import Child

LIVES = "import sys; open(sys.argv[1], 'a').write('x'); sys.stdin.read()"
ENDS = "import sys; open(sys.argv[1], 'a').write('x'); sys.exit(3)"
COMPLAINS = ENDS.replace("sys.exit", "print('one', 'two', sep=chr(10), file=sys.stderr); sys.exit")
STUBBORN = "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + LIVES


LAST_WORDS: list[str] = []


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch):
    monkeypatch.setattr(demo, "PAUSE_SECONDS", 0.0)
    LAST_WORDS.clear()


@pytest.fixture
def starts(tmp_path) -> Path:
    """A file that gets an x at each start."""
    return tmp_path / "starts"


def kept(program: str, starts: Path) -> tuple[Child, Thread]:
    child = Child([sys.executable, "-c", program, str(starts)], LAST_WORDS.append)
    keeper = Thread(target=child.keep)
    keeper.start()
    return child, keeper


def wait_for(starts: Path, number: int) -> None:
    until = time.monotonic() + 30
    while not starts.exists() or len(starts.read_text()) < number:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_one_that_ends_by_itself_is_started_again_and_in_the_end_given_up(starts, capsys):
    _, keeper = kept(ENDS, starts)
    keeper.join(30)
    assert starts.read_text() == "x" * demo.MOST_STARTS
    told = capsys.readouterr().err
    assert told.count("ended by itself (3)") == demo.MOST_STARTS
    assert told.endswith(f"{demo.GIVEN_UP}\n")


@pytest.mark.parametrize(("program", "said"), [(COMPLAINS, "two"), (ENDS, "exit code 3")])
def test_what_one_that_is_given_up_said_last_is_told_once(starts, capsys, program, said):
    _, keeper = kept(program, starts)
    keeper.join(30)
    assert [said] == LAST_WORDS
    assert capsys.readouterr().err.count("one\ntwo\n") == (said == "two") * demo.MOST_STARTS


def test_one_that_was_killed_is_started_again(starts):
    child, keeper = kept(LIVES, starts)
    wait_for(starts, 1)
    child._process.kill()
    wait_for(starts, 2)
    child.stop()
    keeper.join(30)
    assert not keeper.is_alive()
    assert child._process.poll() is not None


def test_one_that_is_being_started_is_stopped_too(starts, monkeypatch):
    is_starting, start = Event(), subprocess.Popen

    def slowly(*words, **more):
        is_starting.set()
        time.sleep(0.2)
        return start(*words, **more)

    monkeypatch.setattr(subprocess, "Popen", slowly)
    child, keeper = kept(LIVES, starts)
    assert is_starting.wait(30)
    child.stop()
    keeper.join(30)
    assert not keeper.is_alive()


def test_one_that_does_not_want_to_end_is_killed(starts, monkeypatch):
    monkeypatch.setattr(demo, "PATIENCE_SECONDS", 0.2)
    child, keeper = kept(STUBBORN, starts)
    wait_for(starts, 1)
    child.stop()
    keeper.join(30)
    assert not keeper.is_alive()


def test_a_child_ends_when_its_parent_was_killed(tmp_path):
    noted = tmp_path / "ended"
    child = (
        "import pathlib, signal, sys, time\n"
        "from ccdash.cli.stopping import asked_to_stop, sleep_until, stop_with_parent\n"
        "stop_with_parent()\n"
        "with asked_to_stop() as stop:\n"
        "    print('lives', flush=True)\n"
        "    sleep_until(stop, 60)\n"
        f"pathlib.Path({str(noted)!r}).write_text('in order')\n"
    )
    parent = (
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}], stdin=subprocess.PIPE)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"lives\n"
        process.kill()
    until = time.monotonic() + 30
    while not noted.exists():
        assert time.monotonic() < until
        time.sleep(0.02)
