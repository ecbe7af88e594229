"""What moves on a terminal meanwhile: a bar for a file, a line for a wait. Elsewhere, nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccdash.ingest.files import Progress
    from ccdash.store.simulation import Simulation


@contextmanager
def bar(name: str) -> Iterator[Callable[[Progress], None]]:
    """A bar by bytes, with lines, lines a second and the time left, on stderr."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich import progress as rich
    from rich.console import Console

    columns = (
        rich.TextColumn("{task.description}", markup=False),
        rich.BarColumn(),
        rich.TaskProgressColumn(),
        rich.TextColumn("{task.fields[lines]:,} lines"),
        rich.TextColumn("{task.fields[rate]:,.0f}/s"),
        rich.TimeRemainingColumn(),
    )
    with rich.Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(name, total=None, lines=0, rate=0.0)
        first: list[int] = []

        def advance(at: Progress) -> None:
            first.append(at.read)  # what an earlier run had read is not this one's speed
            rate = (at.read - first[0]) / at.seconds if at.seconds else 0.0
            shown.update(
                task, completed=at.done_bytes, total=at.size_bytes, lines=at.read, rate=rate
            )

        yield advance


@contextmanager
def weeks_bar(*, is_shown: bool) -> Iterator[Callable[[Simulation], None]]:
    """A bar by weeks of history, with weeks a second and the time left, on stderr; then a line
    that says that it lives."""
    if not is_shown or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich import progress as rich
    from rich.console import Console

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TextColumn("{task.fields[rate]}"),
        rich.TimeRemainingColumn(),
    )
    with rich.Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("Weeks of history", total=None, rate="")

        def advance(at: Simulation) -> None:
            what = "Lives; Ctrl-C stops it" if at.is_complete else "Weeks of history"
            speed = shown.tasks[0].speed
            rate = f"{speed:.1f}/s" if speed and not at.is_complete else ""
            shown.update(
                task, description=what, completed=at.weeks_made, total=at.weeks_wanted, rate=rate
            )

        yield advance


@contextmanager
def waiting(what: str) -> Iterator[Callable[[str], None]]:
    """A line with something that turns, on stderr; what it yields changes the words."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(escape(what)) as shown:
        yield lambda words: shown.update(escape(words))
