"""The stream of a board: everything first, then what changed, to many at once."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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

from ccdash.errors import TooManyBoards
from ccdash.ui.markup import Html, tag
from ccdash.ui.stream import GONE, KEPT_CHANGES, TRY_LATER, Boards, Clock, is_of_this_site
from ccdash.ui.wall_stream import tells_no_address

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
        self.boards: Boards[str, int] = Boards(self.draw, int)
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


class Heavy(Made):
    """Its board changes by a megabyte each time."""

    def draw(self, name: str, count: int) -> Html:
        return tag("p", f"{count} ", "x" * 1_000_000, data_key="all")


@pytest.fixture
def made(monkeypatch) -> Made:
    monkeypatch.setattr("ccdash.ui.stream.OLD_SECONDS", 60)  # however slow the machine
    return Made()


@dataclass(frozen=True)
class Client:
    """Viewers of a real server."""

    port: int

    @contextmanager
    def viewer(self, query: str, **more: Any) -> Iterator[Viewer]:
        address = f"ws://127.0.0.1:{self.port}/stream?{query}"
        with connect(address, proxy=None, compression=None, max_size=None, **more) as socket:
            yield Viewer(socket)


@dataclass(frozen=True)
class Viewer:
    socket: ClientConnection

    def told(self, within: float = 10) -> dict[str, Any]:
        return json.loads(self.socket.recv(timeout=within))


@contextmanager
def serving(made: Made, **more: Any) -> Iterator[int]:
    """A real server; gives its port."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        server = uvicorn.Server(uvicorn.Config(made.app, lifespan="off", **more))
        thread = Thread(target=server.run, args=([door],), daemon=True)
        thread.start()
        yield door.getsockname()[1]
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def client(made) -> Iterator[Client]:
    with serving(made, log_level="error") as port:
        yield Client(port)


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


def test_who_does_not_read_gets_the_newest_later_and_holds_up_nobody() -> None:
    heavy, many = Heavy(), 40
    first_of(heavy)
    with serving(heavy, log_level="error") as port:
        client = Client(port)
        with client.viewer("of=a", max_queue=1) as slow, client.viewer("of=a") as quick:
            last = quick.told()["number"]
            for count in range(2, many):
                heavy.becomes(count)
                told = quick.told()
                assert (told["from"], told["number"]) == (last, last + 1)
                last = told["number"]
            late = [slow.told()]
            while late[-1]["number"] < last:
                late.append(slow.told())

    assert [one["from"] for one in late[1:]] == [one["number"] for one in late[:-1]]
    assert len(late) < many / 2  # what the two systems hold of it, and no queue of ours


def test_of_a_board_that_cannot_be_drawn_nothing_is_told_until_it_can(made, client) -> None:
    first_of(made)
    with client.viewer("of=a") as viewer:
        viewer.told()
        made.becomes(-1)
        with pytest.raises(TimeoutError):
            viewer.told(within=0.3)
        made.becomes(2)
        assert viewer.told()["changes"] != []


def test_an_old_drawing_is_told_to_nobody_as_if_it_were_new(made, client, monkeypatch) -> None:
    first_of(made)
    with monkeypatch.context() as hanging:
        hanging.setattr("ccdash.ui.stream.OLD_SECONDS", -1)
        with client.viewer("of=a") as viewer, pytest.raises(TimeoutError):
            viewer.told(within=0.3)
    with client.viewer("of=a") as viewer:
        assert "html" in viewer.told()


def test_a_page_may_ask_for_a_board_that_a_viewer_waits_for(made, client) -> None:
    with client.viewer("of=a") as viewer:
        while not made.boards.is_watched:
            pass
        first_of(made)
        made.becomes(1)
        assert viewer.told()["html"] == drawn("a", 1).text


def test_nobody_else_draws_a_board_before_its_page_has_and_two_pages_share_it(made) -> None:
    others = []

    def draw(name: str, count: int) -> Html:
        assert not made.boards.is_watched
        if count == 1:  # another page comes meanwhile, with a newer floor
            others.append(made.boards.current(name, 2, CLOCK))
        return drawn(name, count)

    made.boards._draw = draw

    assert [made.boards.current("a", 1, CLOCK)] == others
    assert json.loads(others[0][1])["html"] == drawn("a", 2).text


def test_a_page_that_began_with_an_older_floor_shows_the_newest(made) -> None:
    first_of(made)
    made.becomes(3)

    assert json.loads(made.boards.current("a", 2, CLOCK)[1])["html"] == drawn("a", 3).text


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


def test_boards_are_so_many_and_those_that_are_looked_at_stay(made, client, monkeypatch) -> None:
    monkeypatch.setattr("ccdash.ui.stream.MOST_BOARDS", 2)
    a, _ = first_of(made, "a"), first_of(made, "b")
    with client.viewer(a) as one:
        one.told()
        c = first_of(made, "c")  # b goes
        with client.viewer(c) as two, client.viewer("of=d") as three:
            two.told()
            with pytest.raises(ConnectionClosed) as closed:
                three.told()
            with pytest.raises(TooManyBoards):
                first_of(made, "d")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == TRY_LATER


def test_the_log_has_no_address_of_a_stream_and_every_error(made, monkeypatch, caplog) -> None:
    told = logging.getLogger("uvicorn.error")
    monkeypatch.setattr(told, "filters", [tells_no_address])
    monkeypatch.setattr(told, "propagate", True)
    with caplog.at_level(logging.INFO), serving(made, log_config=None, log_level="info") as port:
        with Client(port).viewer("of=a&wall=secret"), suppress(ConnectionClosed):
            pass
        told.warning("No supported WebSocket library detected.")

    assert "secret" not in caplog.text
    assert "No supported WebSocket library" in caplog.text
