"""What an import tells in the end: what became of every line, and what is odd about the rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from ccdash.cli.output import number_of, printable, say

if TYPE_CHECKING:
    from ccdash.ingest.files import ImportReport
    from ccdash.store.engine import Store

NAMED_AT_MOST = 8


def tell_file(report: ImportReport, by: str = "") -> None:
    """One file, by a mapping or not: the sum that always holds, what was skipped, and the first
    lines that could not be read."""
    name = f"{report.file}, {by}" if by else report.file
    skipped = f", skipped {report.skipped:,}" if report.skipped else ""
    went_on = ", gone on from where it was cut off" if report.resumed else ""
    told = f"{name}: {_counted([report])}{skipped} in {report.seconds:.1f} s{went_on}"
    print(printable(told))
    for line in report.first_rejections:
        print(printable(f"  {line.file}:{line.line}: {line.reason}"))
    if report.rejected > len(report.first_rejections):
        print(f"  `ccdash rejected` lists all {number_of(report.rejected, 'rejected line')}.")


def tell_total(reports: Sequence[ImportReport]) -> None:
    """All files together, where there are several; rejected lines are a warning."""
    if len(reports) > 1:
        print(f"In all: {_counted(reports)}")
    rejected = sum(one.rejected for one in reports)
    if rejected:
        lines = number_of(rejected, "line")
        say(f"ccdash: warning: {lines} could not be read; `ccdash rejected` says why.")


def _counted(reports: Sequence[ImportReport]) -> str:
    sums = [
        f"{sum(getattr(one, name) for one in reports):,}"
        for name in ("read", "kept", "duplicate", "rejected")
    ]
    return "read {} = kept {} + duplicate {} + rejected {}".format(*sums)


def tell_rest(store: Store, asterisk: str | None) -> None:
    """What is odd in the store, whoever told it; `asterisk` is a source whose agents may have two
    names each."""
    from ccdash.store.left_behind import agents_of, oddities

    found = oddities(store)
    if found:
        print("Odd in this store:")
    for source, oddity, number in found:
        print(printable(f"  {source}: {oddity}: {number_of(number, 'contact')}"))
    if asterisk is None:
        return
    joined, took_calls = agents_of(store, asterisk)
    if joined - took_calls and took_calls - joined:
        print("Names that were never paired:")
        print(printable(f"  only joined queues: {_some(joined - took_calls)}"))
        print(printable(f"  only took calls: {_some(took_calls - joined)}"))
        print("  Where two of them are one person, say so with --names; it may be told later, too.")


def _some(names: Collection[str]) -> str:
    shown = ", ".join(sorted(names)[:NAMED_AT_MOST])
    more = len(names) - NAMED_AT_MOST
    return f"{shown} and {more:,} more" if more > 0 else shown
