"""The modules that draw a board, as a browser fetches them: the page "Now" and a TV have the same.
A TV has the sheet and the letters from here, too."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ccdash.ui.plotly_file import FOR_EVER
from ccdash.ui.theme import wall_variables

FOLDER = Path(__file__).parent / "browser" / "board"
FONTS = Path(__file__).parent / "static" / "fonts"
KINDS = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}


@cache
def _files() -> dict[str, bytes]:
    found = [*sorted(FOLDER.glob("*.js")), *sorted(FONTS.glob("*.woff2"))]
    return {"wall.css": wall_sheet().encode(), **{one.name: one.read_bytes() for one in found}}


def wall_sheet() -> str:
    """Of a TV's page: colours and letters, the page itself, and the board as everywhere."""
    sheets = (FOLDER / "wall.css", FOLDER.parents[1] / "styles" / "wall.css")
    return wall_variables() + "".join(one.read_text(encoding="utf-8") for one in sheets)


@cache
def version() -> str:
    """Of all of them together: one asks for another by its name alone."""
    return sha256(b"\0".join(_files().values())).hexdigest()[:12]


def module_url(name: str) -> str:
    """Where `board.js` is: what a browser has once under this address never changes."""
    return f"/board/{version()}/{name}"


def board_file(request: Request) -> Response:
    """One file. A page of an older version gets the newest, which is not kept under that name."""
    name = request.path_params["name"]
    found = _files().get(name)
    if found is None:
        raise HTTPException(404)
    is_it = request.path_params["version"] == version()
    headers = {"Cache-Control": FOR_EVER if is_it else "no-store"}
    return Response(found, headers=headers, media_type=KINDS[Path(name).suffix])


route = Route("/board/{version}/{name}", board_file)
