"""`ccdash serve`: the screens, in a browser."""

from __future__ import annotations

import ipaddress
import logging
import os
import signal
import socket
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from ccdash.cli.demo import settings_of_demo, simulated
from ccdash.cli.opening import now
from ccdash.cli.output import say
from ccdash.cli.simulating import seed_of
from ccdash.errors import BadQuery, BadSettings, CcdashError

if TYPE_CHECKING:
    from ccdash.settings import Settings
    from ccdash.store.engine import Store

EXAMPLE = "Example: ccdash serve --port 9000"
ONLY_WITH_DEMO = "--speed and --seed are of the demo centre: ccdash serve --demo --speed 60"
ANEW = "ccdash: The files in data/ have changed: the demo is made anew."
OPEN_TO_ALL = (
    "Open to everybody who can reach port {port} of this machine: there is no login yet, "
    "and whoever comes sees customers' data."
)
MOST_TRIES = 20

Told = Annotated[str | None, typer.Option(envvar="CI", hidden=True)]
Display = Annotated[str | None, typer.Option(envvar=["DISPLAY", "WAYLAND_DISPLAY"], hidden=True)]


def serve(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Who may come.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8501,
    open_browser: Annotated[
        bool | None,
        typer.Option("--open/--no-open", help="Open a browser; by default where there is one."),
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="A simulated centre, in a store of its own.")
    ] = False,
    speed: Annotated[
        float | None,
        typer.Option(min=0.1, max=3600, help="How fast its time runs; 60: an hour a minute."),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Another seed, another centre.")] = None,
    ci: Told = None,
    display: Display = None,
) -> None:
    """Serve the screens until Ctrl-C; to this machine only unless --host says otherwise."""
    from ccdash import settings

    if not demo and (speed, seed) != (None, None):
        raise BadQuery(ONLY_WITH_DEMO)
    found = settings.load()
    _refuse_taken(host, port)
    if demo:
        found = settings_of_demo(found)
    if not _is_loopback(host):
        say(OPEN_TO_ALL.format(port=port))
    has_screen = sys.stderr.isatty() and not ci and (bool(display) or sys.platform == "darwin")
    with ExitStack() as stack:
        store = stack.enter_context(_store_kept_up(found))
        if demo:
            stack.enter_context(simulated(_words(store, speed, seed), _give_up_demo))
        settings.listen_at(host)
        program = _program()
        if demo:
            _expect_demo()
        _hush()
        wanted = has_screen if open_browser is None else open_browser
        Thread(target=_announce, args=(host, port, wanted), daemon=True).start()
        signal.signal(signal.SIGTERM, _stopped)
        _serve(program, host, port)


def _serve(program: Any, host: str, port: int) -> None:
    import uvicorn

    uvicorn.run(
        program,
        host=host,
        port=port,
        timeout_graceful_shutdown=3,
        ws_ping_interval=10,
        ws_ping_timeout=10,
        ws_per_message_deflate=False,  # a message to many would be packed anew for each of them
        access_log=False,
        log_config=None,
    )


@contextmanager
def _store_kept_up(found: Settings) -> Iterator[Store | None]:
    """The store, open before the first visitor comes; the embedded one runs as long as we do. One
    that cannot be opened is told here, and on the screens until it can be. Raises BadSettings,
    which no waiting mends."""
    from ccdash.store.engine import open_store

    store = None
    try:
        store = open_store(found)
    except BadSettings:
        raise
    except CcdashError as error:
        say(f"ccdash: {error}")
    try:
        yield store
    finally:
        if store is not None:
            store.close()


def _words(store: Store | None, speed: float | None, seed: int | None) -> list[str]:
    """What is asked of the simulation, in a store that is emptied if it holds another centre.
    Raises CcdashError for another seed, which is better said here than by a child that ends at
    once."""
    from ccdash.settings import PROJECT
    from ccdash.simulate.beginning import emptied
    from ccdash.simulate.from_folder import demo_of

    if store is not None:
        seed = seed_of(store, seed)
        if emptied(store, demo_of(PROJECT / "data", seed), now()):
            say(ANEW)
    words = [] if seed is None else ["--seed", str(seed)]
    return [*words, "--speed", str(speed or 1.0)]


def _program() -> Any:
    """`app` of app.py, as `streamlit run app.py` has it."""
    from importlib.util import module_from_spec, spec_from_file_location

    from ccdash.settings import PROJECT

    path = PROJECT / "app.py"
    spec = spec_from_file_location("app", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise CcdashError(f"{path} is not there: run `ccdash serve` from a copy of the project.")
    os.chdir(PROJECT)  # Streamlit looks for .streamlit/config.toml there
    module = module_from_spec(spec)
    sys.modules["app"] = module
    spec.loader.exec_module(module)
    return module.app


def _expect_demo() -> None:
    """The screens say that it is one before the simulation has told anything."""
    from ccdash.ui.source import source

    source().expect_demo()


def _give_up_demo(words: str) -> None:
    """The screens say that there will be none, and why."""
    from ccdash.ui.source import source

    source().give_up_demo(words.removeprefix("ccdash: "))


def _hush() -> None:
    """Of uvicorn only warnings. By filters, since Streamlit sets levels of its own later."""
    for name in ("uvicorn.access", "uvicorn.error"):
        logging.getLogger(name).addFilter(lambda record: record.levelno >= logging.WARNING)


def _refuse_taken(host: str, port: int) -> None:
    """Raises CcdashError when nobody can be served there."""
    error = _cannot_listen(host, port)
    if error is None:
        return
    if not isinstance(error, PermissionError):
        tries = range(port + 1, min(port + MOST_TRIES, 65535) + 1)
        free = next((one for one in tries if _cannot_listen(host, one) is None), None)
        if free is not None:
            raise CcdashError(
                f"Port {port} is taken, perhaps by another ccdash; {free} is free: "
                f"ccdash serve --port {free}"
            ) from error
    raise CcdashError(f"Nobody can be served at {host}:{port} ({error.strerror}).") from error


def _cannot_listen(host: str, port: int) -> OSError | None:
    try:
        kind, address = next(
            (one[0], one[4]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        with socket.socket(kind, socket.SOCK_STREAM) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(address)
    except OSError as error:
        return error
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _named(host: str) -> str:
    """The address as a browser on this machine wants it."""
    if host in ("0.0.0.0", "::"):  # noqa: S104  compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _announce(host: str, port: int, open_browser: bool) -> None:
    """Say where, and show it, as soon as somebody answers there."""
    for _ in range(600):
        try:
            socket.create_connection((_named(host).strip("[]"), port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            url = f"http://{_named(host)}:{port}"
            say(f"ccdash is at {url} (Ctrl-C stops it).")
            if open_browser:
                webbrowser.open(url)
            return


def _stopped(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt  # which uvicorn takes for what it is: leave, with 0
