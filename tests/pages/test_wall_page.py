"""What a TV opens."""

from __future__ import annotations

import re
from datetime import timedelta

import adbc_driver_postgresql.dbapi  # noqa: F401  as the app does before anybody can ask it
import pytest
from starlette.requests import Request
from starlette.responses import Response

from ccdash.errors import StoreUnavailable
from ccdash.store import wallboards
from ccdash.store.wallboards import Board, Wanted
from ccdash.ui import wall_page, wall_stream
from ccdash.ui.board_files import board_file, module_url
from ccdash.ui.guesses import MOST_ADDRESSES, MOST_WRONG, Guesses
from ccdash.ui.source import wall

on_a_store = pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    guesses = Guesses(made)
    for one in (wall_page, wall_stream):
        monkeypatch.setattr(one, "GUESSES", guesses)
    return made


def asked(token: str, address: str = "10.0.0.7", host: str = "floor.example:8501") -> Response:
    scope = {
        "type": "http", "method": "GET", "path": f"/wall/{token}", "query_string": b"",
        "headers": [(b"host", host.encode())], "client": (address, 5000),
        "path_params": {"token": token},
    }  # fmt: skip
    return wall_page.wall_page(Request(scope))


def text(answer: Response) -> str:
    return answer.body.decode()


def hung(process, board: Board | None = None) -> tuple[int, str]:
    number = wallboards.save(process.store, board or Board("Hall", "fi"))
    wanted = Wanted(number, "Lobby", wall() + timedelta(days=1))
    return number, wallboards.issue(process.store, wanted, wall())


@on_a_store
def test_a_link_opens_a_plain_page_in_the_boards_language(process, clock) -> None:
    number, token = hung(process, Board("<b>Hall</b>", "fi"))

    page = text(asked(token))

    assert page.startswith('<!doctype html><html lang="fi">')
    assert "<title>&lt;b&gt;Hall&lt;/b&gt;</title>" in page
    assert f'data-stream="/stream?wall={token}"' in page
    assert wallboards.screens(process.store, number)[0].last_seen_at is not None


@on_a_store
def test_a_wall_may_load_nothing_from_elsewhere_and_runs_nothing_inline(process, clock) -> None:
    _, token = hung(process)

    answer = asked(token)
    policy = answer.headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self'; style-src 'self'" in policy
    assert "connect-src 'self' ws://floor.example:8501 wss://floor.example:8501;" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", text(answer))
    assert not re.search(r'(?:src|href)="(?!/board/)', text(answer))
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"


@on_a_store
def test_a_host_that_is_none_gets_nothing_into_the_policy(process, clock) -> None:
    _, token = hung(process)

    policy = asked(token, host="x; script-src *").headers["content-security-policy"]

    assert "connect-src 'self';" in policy
    assert "*" not in policy


@on_a_store
def test_a_link_that_opens_nothing_is_told_in_words_and_not_why(process, clock) -> None:
    number, token = hung(process)
    [screen] = wallboards.screens(process.store, number)
    wallboards.revoke(process.store, screen.number, wall())

    answers = [asked(token), asked("made-up")]

    assert [one.status_code for one in answers] == [404, 404]
    assert text(answers[0]) == text(answers[1])
    assert "does not open a board" in text(answers[0])
    assert answers[0].headers["cache-control"] == "no-store"


@on_a_store
def test_who_guesses_is_slowed_down_and_no_screen_is(process, clock) -> None:
    _, token = hung(process)
    codes = [asked(f"guess-{n}").status_code for n in range(MOST_WRONG + 1)]

    assert codes == [404] * MOST_WRONG + [429]
    refused = asked("guess")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "61")
    assert "/again.js" in text(refused)
    assert asked(token).status_code == 200  # behind a proxy all have one address
    assert wall_stream._looked_up(token, "10.0.0.7") is not None
    with pytest.raises(StoreUnavailable):
        wall_stream._looked_up("guess", "10.0.0.7")
    assert asked("guess", address="10.0.0.8").status_code == 404
    clock.now += 61
    assert asked("guess").status_code == 404


def test_a_wall_that_finds_no_store_asks_again_by_itself(process_without_store, clock) -> None:
    answer = asked("whatever")

    assert answer.status_code == 503
    assert "/again.js" in text(answer)
    assert "comes back by itself" in text(answer)
    assert "127.0.0.1" not in text(answer)


def test_guesses_are_remembered_of_a_bounded_number_of_addresses() -> None:
    guesses = Guesses(Clock())
    for n in range(2 * MOST_ADDRESSES):
        guesses.was_wrong(f"10.{n // 65536}.{n // 256 % 256}.{n % 256}")
    for n in range(MOST_WRONG):
        guesses.was_wrong(f"2001:db8:0:1::{n:x}")

    assert len(guesses._wrong) == MOST_ADDRESSES
    assert guesses.wait_seconds("2001:db8:0:1::ffff") > 0  # one guest, however many addresses
    assert guesses.wait_seconds("2001:db8:0:2::1") == 0


def test_files_of_a_wall_are_kept_for_ever_under_an_address_that_is_theirs_alone() -> None:
    def fetched(url: str) -> Response:
        _, _, version, name = url.split("/")
        return board_file(
            Request({"type": "http", "path_params": {"version": version, "name": name}})
        )

    sheet = fetched(module_url("wall.css"))
    assert sheet.media_type == "text/css"
    assert "immutable" in sheet.headers["cache-control"]
    assert b"light-dark" not in sheet.body
    assert fetched(module_url("inter-latin.woff2")).media_type == "font/woff2"
    assert fetched("/board/older/wall.js").headers["cache-control"] == "no-store"
