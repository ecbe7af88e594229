"""The product with everything that can fail around it: its process, its Postgres, the network."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Lock, Thread

from ccdash.store import schema_version
from ccdash.store.embedded import EmbeddedPostgres
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from tests import made_up
from tests.browser.conftest import ROOT, wait_for

PIECE = 65536


class Wire:
    """A network between a browser and the product, which can be cut: what is sent then goes
    nowhere, and nobody is told."""

    def __init__(self, port: int) -> None:
        self._to, self._door = port, socket.socket()
        self._door.bind(("127.0.0.1", 0))
        self._door.listen(64)
        self.port: int = self._door.getsockname()[1]
        self._is_cut, self._lock = False, Lock()
        self._open: list[socket.socket] = []
        Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._is_cut = True

    def mend(self) -> None:
        """What was open while it was cut has lost pieces, and is closed."""
        with self._lock:
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()
            self._open, self._is_cut = [], False

    def close(self) -> None:
        self._door.close()
        self.mend()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        with self._lock:
            self._open.append(near)
        if self._is_cut:
            return
        try:
            far = socket.create_connection(("127.0.0.1", self._to))
        except OSError:
            near.close()
            return
        with self._lock:
            self._open.append(far)
        Thread(target=self._carry, args=(near, far), daemon=True).start()
        self._carry(far, near)

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while piece := one.recv(PIECE):
                if not self._is_cut:
                    other.sendall(piece)
        if not self._is_cut:
            for end in (one, other):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)


@dataclass
class Rig:
    """`address` is reached over the wire. What breaks something has a name in `BREAKS`."""

    postgres: EmbeddedPostgres
    store: Store
    port: int
    wire: Wire = field(init=False)
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.start()
        self.wire = Wire(self.port)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.wire.port}"

    def start(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CCDASH_")}
        told = {
            "CCDASH_DATABASE_URL": self.postgres.url,
            "CCDASH_TIMEZONE": made_up.ZONE,
            "CCDASH_REGION": "FI",
        }
        words = [sys.executable, "-m", "ccdash.cli", "serve", "--port", str(self.port), "--no-open"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
        self.process = subprocess.Popen(words, cwd=ROOT, env=kept | told, **quiet)
        wait_for(f"http://127.0.0.1:{self.port}/_stcore/health")

    def fails(self, what: str) -> None:
        if what == "app":
            self.process.kill()
            self.process.wait()
        elif what == "postgres":
            pid = int((self.postgres._data / "postmaster.pid").read_text().splitlines()[0])
            os.kill(pid, signal.SIGKILL)
        else:
            self.wire.cut()

    def comes_back(self, what: str) -> None:
        if what == "app":
            self.start()
        elif what == "postgres":
            self.postgres.ensure()
        else:
            self.wire.mend()

    def close(self) -> None:
        self.wire.close()
        self.process.terminate()
        self.process.wait()
        self.store.close()


BREAKS = ("app", "postgres", "network")


@contextmanager
def rig() -> Iterator[Rig]:
    """With the made-up centre, in a server of its own: pytest's folders are closed to the user who
    runs Postgres for root."""
    home = Path(mkdtemp(prefix="ccdash-rig-", dir="/tmp"))
    home.chmod(0o755)
    with EmbeddedPostgres.open(home) as postgres:
        store = filled(postgres)
        made = Rig(postgres, store, free_port())
        try:
            yield made
        finally:
            made.close()
    rmtree(home, ignore_errors=True)


def filled(postgres: EmbeddedPostgres) -> Store:
    engine = engine_for(postgres.url)
    schema_version.upgrade(engine)
    store = Store(engine, FramePool(postgres.url))
    made_up.fill(store, made_up.instant())
    return store


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
