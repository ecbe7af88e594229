"""Plotly comes from this machine, packed, and is asked for once."""

from __future__ import annotations

import gzip

from starlette.requests import Request
from starlette.responses import Response

from ccdash.ui.plotly_file import PLOTLY_URL, plotly_file


def asked(**headers: str) -> Response:
    raw = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return plotly_file(Request({"type": "http", "path": PLOTLY_URL, "headers": raw}))


def test_it_is_the_file_of_the_installed_package_and_kept_for_ever() -> None:
    answer = asked(accept_encoding="br, gzip")

    assert b"plotly.js v" in gzip.decompress(answer.body)[:200]
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]


def test_who_cannot_unpack_gets_it_plain() -> None:
    answer = asked()

    assert b"plotly.js v" in answer.body[:200]
    assert "content-encoding" not in answer.headers


def test_who_has_it_is_told_so() -> None:
    answer = asked(if_none_match=asked().headers["etag"])

    assert (answer.status_code, answer.body) == (304, b"")
