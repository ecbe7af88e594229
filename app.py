"""ccdash: `streamlit run app.py` is the whole product."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
os.chdir(ROOT)  # Streamlit looks for .streamlit/config.toml in the working directory
sys.path.insert(0, str(ROOT / "src"))

import streamlit as st  # noqa: E402
from starlette.routing import BaseRoute  # noqa: E402

from ccdash import api  # noqa: E402
from ccdash.live.nightly import NightlyCheck  # noqa: E402
from ccdash.live.worker import SumsWorker  # noqa: E402
from ccdash.ui import board_files, live_boards, plotly_file, wall_page, wall_stream  # noqa: E402
from ccdash.ui.errors import calm_error  # noqa: E402
from ccdash.ui.source import source, wall  # noqa: E402

M_ARENA_MAX, ARENAS = -8, 2
SWITCH_SECONDS = 0.0005
"""For so long one thread may keep another waiting. Each message to a screen lets go of the
interpreter for a moment; by Python's 5 ms a board that is drawn would hold up each of hundreds."""

logging.getLogger("uvicorn.error").addFilter(wall_stream.tells_no_address)


def few_arenas() -> None:
    """The C library gives each new thread a heap of its own, and gives little of it back: a server
    of many short threads grows for days. Elsewhere than on Linux with glibc nothing is done."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Import what every page uses, then keep it out of the collector: Streamlit collects after
    each run, and without this that is most of the cost of a refresh. The worker opens the store;
    without one the app starts all the same, and its pages say what is missing."""
    import adbc_driver_postgresql.dbapi  # noqa: F401
    import pandas as pd  # noqa: F401
    import pyarrow as pa  # noqa: F401
    import streamlit.dataframe_util  # noqa: F401

    import ccdash.ui.contacts_screen
    import ccdash.ui.customer_screen
    import ccdash.ui.live_screen
    import ccdash.ui.shell
    import ccdash.ui.team_screen
    import ccdash.ui.trends_screen  # noqa: F401

    gc.collect()
    gc.freeze()
    few_arenas()
    sys.setswitchinterval(SWITCH_SECONDS)
    worker = SumsWorker(lambda: source().store, lambda: source().settings.timezone)
    nightly = NightlyCheck(lambda: source().store, lambda: source().settings.timezone, wall)
    worker.start()
    nightly.start()
    source().hub.start()
    try:
        yield {}
    finally:
        source().hub.stop()
        nightly.stop()
        worker.stop()
        source().close()


door = api.Door(
    store=lambda: source().store,
    timezone=lambda: source().settings.timezone,
    now=lambda: source().now(),
)
routes: list[BaseRoute] = [
    plotly_file.route,
    board_files.route,
    wall_page.route,
    live_boards.route,
    *api.routes(door),
]

app = st.App(
    ROOT / "src" / "ccdash" / "ui" / "entry.py",
    lifespan=lifespan,
    routes=routes,
    on_script_error=calm_error,
)

if __name__ == "__main__":
    app.run()
