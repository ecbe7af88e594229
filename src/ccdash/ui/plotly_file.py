"""Plotly for the browser, as the installed package has it: nothing is fetched from elsewhere."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.metadata import version
from pathlib import Path

import plotly
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOR_EVER = "public, max-age=31536000, immutable"
PLOTLY_URL = f"/files/plotly-{version('plotly')}.js"
"""The version is in the name: what a browser has once it need never ask for again."""


def plotly_file(request: Request) -> Response:
    """The one file, packed where the browser can unpack it."""
    tag = f'"{version("plotly")}"'
    headers = {"Cache-Control": FOR_EVER, "ETag": tag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    is_packed = "gzip" in request.headers.get("accept-encoding", "")
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    return Response(
        _packed() if is_packed else _plain(), headers=headers, media_type="text/javascript"
    )


route = Route(PLOTLY_URL, plotly_file)


def _plain() -> bytes:
    return (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()


@cache
def _packed() -> bytes:
    return gzip.compress(_plain(), 6)
