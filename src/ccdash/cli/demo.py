"""The demo beside the screens: `ccdash simulate` as a child process, in a store of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import monotonic
from typing import IO, TYPE_CHECKING

from ccdash.cli.output import say

if TYPE_CHECKING:
    from ccdash.settings import Settings

MOST_STARTS = 5
"""A simulation that ends so often without having lived is given up."""
HAS_LIVED_SECONDS = 60.0
PAUSE_SECONDS = 2.0
PATIENCE_SECONDS = 30.0
GIVEN_UP = "ccdash: The simulation does not go on. The screens show what there is; start again."


def settings_of_demo(found: Settings) -> Settings:
    """Make this process, and what it starts, one of the demo: its store in the folder `demo` of the
    home, whatever other store is named, and its place that of the centre. Raises BadInput."""
    from ccdash.settings import PROJECT, become
    from ccdash.simulate.centre import load

    centre = load(PROJECT / "data")
    home = str(found.home.resolve() / "demo")
    place = {"timezone": centre.timezone, "region": centre.country}
    return become({"database_url": None, "home": home, **place})


@contextmanager
def simulated(words: Sequence[str], given_up: Callable[[str], None]) -> Iterator[None]:
    """`ccdash simulate` with these words for as long as we are here. It is started again when it
    ends by itself, and in the end given up, which is told with its last words; it notices by its
    standard input when we are gone, however we went."""
    command = [sys.executable, "-m", "ccdash.cli", "simulate", "--with-parent", *words]
    child = Child(command, given_up)
    keeper = Thread(target=child.keep, name="ccdash-demo", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        child.stop()
        keeper.join(PATIENCE_SECONDS)


class Child:
    """A process, and its next one when it is gone. Its last words are told when it is given up."""

    def __init__(self, command: Sequence[str], given_up: Callable[[str], None]) -> None:
        self._command = command
        self._given_up = given_up
        self._last_words = ""
        self._stopping = Event()
        self._starting = Lock()
        self._process: subprocess.Popen[str] | None = None

    def keep(self) -> None:
        """Start it, and again when it has ended, but not for ever."""
        starts = 0
        while not self._stopping.is_set() and starts < MOST_STARTS:
            began = monotonic()
            code = self._run()
            if self._stopping.is_set():
                return
            starts = 1 if monotonic() - began > HAS_LIVED_SECONDS else starts + 1
            say(f"ccdash: The simulation ended by itself ({code}).")
            self._stopping.wait(PAUSE_SECONDS * starts)
        if not self._stopping.is_set():
            say(GIVEN_UP)
            self._given_up(self._last_words or f"exit code {code}")

    def stop(self) -> None:
        """End it; one that does not want to is killed."""
        with self._starting:  # what is starting is there then, and nothing starts after
            self._stopping.set()
            process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()

    def _run(self) -> int | None:
        """Its exit code; None when it is not to begin any more."""
        with self._starting:
            if self._stopping.is_set():
                return None
            # A session of its own: Ctrl-C is ours, and we stop it in order.
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,
            )
            process, self._last_words = self._process, ""
        hears = Thread(target=self._hear, args=(process.stderr,), daemon=True)
        hears.start()
        code = process.wait()
        if process.stdin is not None:
            process.stdin.close()
        hears.join(PAUSE_SECONDS)  # not for ever: who was started by it may hold the other end
        return code

    def _hear(self, told: IO[str]) -> None:
        """Pass on what it says, and keep the end of it."""
        with told:
            for line in told:
                sys.stderr.write(line)
                self._last_words = line.strip() or self._last_words
