"""The API on a real server over a real store, asked as a program asks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from time import sleep

import requests
import uvicorn
from starlette.applications import Starlette

from ccdash import api


class Asker:
    """Asks one server; `token` goes along unless it is empty."""

    def __init__(self, address: str) -> None:
        self.address, self.token = address, ""

    def get(self, path: str, params: Mapping[str, object] | None = None, **more):
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return requests.get(self.address + path, params, headers=headers, timeout=60, **more)


@contextmanager
def served(door: api.Door) -> Iterator[Asker]:
    app = Starlette(routes=api.routes(door))
    config = uvicorn.Config(app, port=0, log_config=None, ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Asker(f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join()
