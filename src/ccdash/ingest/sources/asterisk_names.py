"""Which two names of Asterisk are one person: the interface (ADDMEMBER), the member name (CONNECT).

The queue_log itself never joins them. An AMI event dump does (JSON lines), and so does a list that
people write: `interface,member name[,team]`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import NamedTuple

from ccdash.errors import BadInput
from ccdash.ingest.events import AgentDescribed

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
_TELLING = frozenset({"QueueMemberAdded", "QueueMemberStatus"})
_LONGEST_ID = 400


class _Pair(NamedTuple):
    interface: str
    member: str
    at: datetime = _BEFORE_ALL
    team: str | None = None


def names(lines: Iterable[str], *, source: str = "asterisk") -> Iterator[AgentDescribed]:
    """Each pair once, from an AMI dump or a list. Raises BadInput naming the line."""
    rest = iter(lines)
    first = next(rest, "").removeprefix("\N{BYTE ORDER MARK}")
    told = chain([first], rest)
    pairs = _dumped(told) if first.lstrip().startswith("{") else _listed(told)
    seen = set()
    for pair in pairs:
        event = _described(pair, source)
        if event.id not in seen:
            seen.add(event.id)
            yield event


def _described(pair: _Pair, source: str) -> AgentDescribed:
    key = f"names|{pair.member}|{pair.interface}"
    if len(key) > _LONGEST_ID:
        raise BadInput(f"the names of {pair.member[:40]!r} are too long")
    aliases = () if pair.interface == pair.member else (pair.interface,)
    return AgentDescribed(
        source=source, id=key, at=pair.at, agent=pair.member, team=pair.team, aliases=aliases
    )


def _dumped(lines: Iterable[str]) -> Iterator[_Pair]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
        except (ValueError, RecursionError) as cause:
            raise BadInput(f"line {number}: no JSON object of an AMI event") from cause
        if isinstance(told, dict) and told.get("Event") in _TELLING:
            yield _Pair(*_both(told.get("Interface"), told.get("MemberName"), number), _at(told))


def _at(told: dict[str, object]) -> datetime:
    """When it was told; a dump that keeps no time says what was always so."""
    time = told.get("t")
    if not isinstance(time, int | float) or not 0 <= time < 32_503_680_000:
        return _BEFORE_ALL
    return datetime.fromtimestamp(time, UTC)


def _listed(lines: Iterable[str]) -> Iterator[_Pair]:
    rows = csv.reader(lines)
    for row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].lower() == "interface":
            continue
        if not 2 <= len(cells) <= 3:
            raise BadInput(
                f"line {rows.line_num}: {len(cells)} cells; write interface,member name[,team]"
            )
        team = cells[2] or None if len(cells) == 3 else None
        yield _Pair(*_both(cells[0], cells[1], rows.line_num), team=team)


def _both(interface: object, member: object, number: int) -> tuple[str, str]:
    if not (isinstance(interface, str) and isinstance(member, str) and interface and member):
        raise BadInput(f"line {number}: the interface or the member name is missing")
    if "\0" in interface + member:
        raise BadInput(f"line {number}: a name holds a zero byte")
    return interface, member
