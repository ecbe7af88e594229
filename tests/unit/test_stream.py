"""The stream of a board: everything first, then what changed, to many at once."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from ccdash.ui.markup import Html, tag
from ccdash.ui.stream import GONE, KEPT_CHANGES, Boards, Clock, is_of_this_site

CLOCK = Clock(datetime(2026, 3, 2, 9, tzinfo=UTC))


def drawn(name: str, count: int) -> Html:
    if count < 0:
        raise ValueError("nothing to draw")
    return tag("ul", tag("li", name, data_key="name"), tag("li", f"{count}", data_key="count"))


class Made:
    """An app with boards that are drawn from a number."""

    def __init__(self) -> None:
        self.drawings = 0
        self.is_good = True
        self.boards: Boards[str, int] = Boards(self.draw)
        self.app = Starlette(routes=[WebSocketRoute("/stream", self.stream)])

    def draw(self, name: str, count: int) -> Html:
        self.drawings += 1
        return drawn(name, count)

    async def stream(self, socket: WebSocket) -> None:
        if not is_of_this_site(socket):
            await socket.close()
            return
        await socket.accept()
        await self.boards.tell(socket, socket.query_params["of"], lambda: self.is_good)

    def becomes(self, count: int) -> None:
        self.boards.update(count, CLOCK)


@pytest.fixture
def made() -> Made:
    return Made()


@dataclass(frozen=True)
class Client:
    """Viewers of a real server."""

    port: int

    @contextmanager
    def viewer(self, query: str, origin: str | None = None) -> Iterator[Viewer]:
        address = f"ws://127.0.0.1:{self.port}/stream?{query}"
        with connect(address, origin=origin, proxy=None) as socket:
            yield Viewer(socket)


@dataclass(frozen=True)
class Viewer:
    socket: ClientConnection

    def told(self, within: float = 10) -> dict[str, Any]:
        return json.loads(self.socket.recv(timeout=within))


@pytest.fixture
def client(made) -> Iterator[Client]:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        config = uvicorn.Config(made.app, log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        serving = Thread(target=server.run, args=([door],), daemon=True)
        serving.start()
        yield Client(door.getsockname()[1])
        server.should_exit = True
        serving.join(10)


def first_of(made: Made, name: str = "a", count: int = 1) -> str:
    """The board is drawn; gives what somebody who has it asks with when they come back."""
    told = json.loads(made.boards.current(name, count, CLOCK)[1])
    return f"of={name}&run={told['run']}&have={told['number']}"


def test_who_comes_gets_everything_and_then_what_changed(made, client) -> None:
    first_of(made)
    with client.viewer("of=a") as viewer:
        assert viewer.told()["html"] == drawn("a", 1).text
        made.becomes(2)
        told = viewer.told()

    assert told["changes"] == [[["count"], '<li data-key="count">2</li>']]
    assert told["from"] == told["number"] - 1


def test_without_a_change_the_clock_is_told(made, client) -> None:
    first_of(made)
    with client.viewer("of=a") as viewer:
        number = viewer.told()["number"]
        made.becomes(1)
        told = viewer.told()

    assert (told["number"], told["changes"]) == (number, [])
    assert told["now"] == CLOCK.now.timestamp()


def test_who_comes_back_gets_what_was_missed(made, client) -> None:
    have = first_of(made)
    with client.viewer("of=a"):
        made.becomes(2)
        made.becomes(3)
    with client.viewer(have) as viewer:
        told = viewer.told()

    assert [html for _, html in told["changes"]] == [
        '<li data-key="count">2</li>', '<li data-key="count">3</li>'
    ]  # fmt: skip


@pytest.mark.parametrize("run", ["another", ""])
def test_a_number_of_another_process_is_worth_nothing(made, client, run) -> None:
    first_of(made)
    with client.viewer(f"of=a&run={run}&have=1") as viewer:
        assert "html" in viewer.told()


def test_who_is_far_behind_gets_everything(made, client) -> None:
    have = first_of(made)
    with client.viewer("of=a"):
        for count in range(2, KEPT_CHANGES + 3):
            made.becomes(count)
    with client.viewer(have) as viewer:
        assert "html" in viewer.told()


def test_a_number_of_a_board_that_was_forgotten_meanwhile_is_worth_nothing(
    made, client, monkeypatch
) -> None:
    have = first_of(made)
    with monkeypatch.context() as soon:
        soon.setattr("ccdash.ui.stream.IDLE_SECONDS", -1)
        made.becomes(1)
    first_of(made, count=2)

    with client.viewer(have) as viewer:
        assert viewer.told()["html"] == drawn("a", 2).text


def test_one_drawing_serves_all_who_see_the_same(made, client) -> None:
    first_of(made)
    with (
        client.viewer("of=a") as one,
        client.viewer("of=a") as other,
    ):
        one.told(), other.told()
        before = made.drawings
        made.becomes(2)

        assert one.told() == other.told()
        assert made.drawings == before + 1


def test_of_a_board_that_cannot_be_drawn_nothing_is_told_until_it_can(made, client) -> None:
    first_of(made)
    with client.viewer("of=a") as viewer:
        viewer.told()
        made.becomes(-1)
        with pytest.raises(TimeoutError):
            viewer.told(within=0.3)
        made.becomes(2)
        assert viewer.told()["changes"] != []


def test_a_page_may_ask_for_a_board_that_a_viewer_waits_for(made, client) -> None:
    with client.viewer("of=a") as viewer:
        while not made.boards.is_watched:
            pass
        first_of(made)
        made.becomes(1)
        assert viewer.told()["html"] == drawn("a", 1).text


def test_who_may_no_longer_see_it_is_sent_away_for_good(made, client) -> None:
    first_of(made)
    with client.viewer("of=a") as viewer:
        viewer.told()
        made.is_good = False
        made.becomes(2)

        with pytest.raises(ConnectionClosed) as closed:
            viewer.told()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == GONE


def test_a_page_of_another_site_opens_no_stream(made, client) -> None:
    first_of(made)
    with (
        pytest.raises(InvalidStatus, match="403"),
        client.viewer("of=a", origin="https://elsewhere.example"),
    ):
        pass


def test_a_board_that_nobody_looks_at_is_drawn_no_longer(made, monkeypatch) -> None:
    first_of(made)
    monkeypatch.setattr("ccdash.ui.stream.IDLE_SECONDS", -1)

    made.becomes(2)

    assert not made.boards.is_watched
