"""Many viewers in one process: each follows one board as a browser does, and notes what it saw.

Not run by itself; viewers.py starts it on a core of its own. A message is read once for all who get
the same text: the process stands for hundreds of machines, and is not what is measured.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html.parser import HTMLParser
from multiprocessing.connection import Connection
from typing import Any
from xml.etree.ElementTree import Element, canonicalize, tostring

from websockets.asyncio.client import ClientConnection, connect

AT_ONCE, PATIENCE_SECONDS = 50, 30
VOID = frozenset({"br", "hr", "col", "input", "link", "meta", "wbr"})


@dataclass(frozen=True)
class Place:
    """Where a viewer looks: the address of the stream, and what finds the mark in its text."""

    address: str
    mark: str


@dataclass
class Viewer:
    """What one of them has, and what it saw: (seconds of the wall's clock, mark)."""

    place: Place
    follows: bool = False
    run: str = ""
    number: int = -1
    seen: list[tuple[float, int]] = field(default_factory=list)
    wrong: str = ""
    bytes: int = 0
    board: Element | None = None

    def hears(self, text: str) -> None:
        told, at = _read(text), time.time()
        self.bytes += len(text)
        if "html" not in told and (told["run"], told["from"]) != (self.run, self.number):
            self.wrong = f"had {self.number}, was told from {told['from']}"
        self.run, self.number = told["run"], told["number"]
        if self.follows:
            self.board = turned(self.board, told)
        mark = _mark(text, self.place.mark)
        if mark is not None:
            self.seen.append((at, mark))


@lru_cache(maxsize=256)
def _read(text: str) -> Mapping[str, Any]:
    return json.loads(text)  # type: ignore[no-any-return]


@lru_cache(maxsize=256)
def _mark(text: str, pattern: str) -> int | None:
    """The highest one that is newly told."""
    told = _read(text)
    parts = [told["html"]] if "html" in told else [html for _, html in told["changes"]]
    found = [int(one) for part in parts for one in re.findall(pattern, part)]
    return max(found, default=None)


def watch(places: Sequence[Place], core: int | None, way: Connection) -> None:
    """Say "ready" when all of them have their board, go on until told anything, then give what each
    saw. The first of each place also keeps the board itself, and compares it in the end."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    gc.freeze()
    asyncio.run(_watched(places, way))


async def _watched(places: Sequence[Place], way: Connection) -> None:
    known: set[str] = set()
    viewers = []
    for place in places:
        viewers.append(Viewer(place, follows=place.address not in known))
        known.add(place.address)
    door = asyncio.Semaphore(AT_ONCE)
    tasks = await asyncio.gather(*(_began(one, door) for one in viewers))
    way.send("ready")
    await asyncio.to_thread(way.recv)
    for viewer, task in zip(viewers, tasks, strict=True):
        if task.done():
            viewer.wrong = viewer.wrong or f"was left alone: {task.exception()}"
        elif viewer.follows:
            viewer.wrong = viewer.wrong or await _compared(viewer, door)
    way.send([replace(one, board=None) for one in viewers])
    await asyncio.to_thread(way.recv)
    for task in tasks:
        task.cancel()


async def _began(viewer: Viewer, door: asyncio.Semaphore) -> asyncio.Task[None]:
    """The viewer has its board; what follows it."""
    async with door, asyncio.timeout(PATIENCE_SECONDS):
        socket = await connect(viewer.place.address, max_size=None, proxy=None)
        viewer.hears(str(await socket.recv()))
    return asyncio.create_task(_follows(viewer, socket))


async def _follows(viewer: Viewer, socket: ClientConnection) -> None:
    async for text in socket:
        viewer.hears(str(text))


async def _compared(viewer: Viewer, door: asyncio.Semaphore) -> str:
    """What is wrong with its board beside that of somebody new."""
    other = Viewer(viewer.place, follows=True)
    task = await _began(other, door)
    ends = time.monotonic() + PATIENCE_SECONDS
    while other.number != viewer.number and time.monotonic() < ends:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    task.cancel()
    is_same = _written(viewer.board) == _written(other.board)
    return "" if is_same else f"is at {viewer.number}, somebody new at {other.number}: not the same"


# A board in a browser's stead (ui/browser/board/turn.js)


def turned(board: Element | None, told: Mapping[str, Any]) -> Element:
    """The board after a message."""
    if "html" in told:
        return _parsed(told["html"])
    assert board is not None
    for path, html in told["changes"]:
        new = _parsed(html)
        above, here = _found(board, path)
        pieces = _pieces(here)
        for parent in [*new.iter()]:
            for at, child in enumerate(parent):
                if child.tag == "template":
                    parent[at] = _with_tail(pieces[child.get("data-keep", "")], child.tail)
        if above is None:
            board = new
        else:
            above[[*above].index(here)] = _with_tail(new[0], here.tail)
    return board


def _with_tail(one: Element, tail: str | None) -> Element:
    one.tail = tail
    return one


def _found(board: Element, path: Sequence[str]) -> tuple[Element | None, Element]:
    here = board
    for key in path:
        here = _pieces(here)[key]
    parents = {child: parent for parent in board.iter() for child in parent}
    return parents.get(here), here


def _pieces(node: Element) -> dict[str, Element]:
    found = {}
    for child in node:
        key = child.get("data-key")
        found |= _pieces(child) if key is None else {key: child}
    return found


def _written(board: Element | None) -> str:
    return "" if board is None else canonicalize(tostring(board, encoding="unicode"))


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("root")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].append(one)
        if tag not in VOID:
            self.open.append(one)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        here = self.open[-1]
        if len(here):
            here[-1].tail = (here[-1].tail or "") + data
        else:
            here.text = (here.text or "") + data


def _parsed(html: str) -> Element:
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.open[0]
