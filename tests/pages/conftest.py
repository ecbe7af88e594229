"""The pages by Streamlit's own test runner, each test with a process of its own as far as the
store goes."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import text
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from ccdash.store.embedded import EmbeddedPostgres
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from ccdash.ui import format as fmt
from ccdash.ui import source as module
from ccdash.ui.source import Source
from tests import made_up
from tests.databases import admin_of, created, dropped, name_of
from tests.pages import planted_weeks

ROOT = Path(__file__).resolve().parents[2]
ENTRY = ROOT / "src" / "ccdash" / "ui" / "entry.py"
MOMENT = timedelta(seconds=20)
NEXT = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"
"""The number of the next transaction that writes something, in whichever database."""
OUT = "SELECT count(pg_terminate_backend(pid, 60000)) FROM pg_stat_activity WHERE datname = :name"


def ticked(body: str, now: float) -> str:
    """With the times that the browser writes."""

    def written(since: re.Match[str]) -> str:
        ago = now - float(since["at"])
        told = fmt.duration(ago, "en") if since["form"] == "duration" else f"{ago:.0f} s"
        return f"{since[0]}{told}"

    return re.sub(r'<time data-since="(?P<at>\d+)" data-form="(?P<form>\w+)">', written, body)


@dataclass
class Screen:
    """One screen as somebody sees it."""

    app: AppTest = field(default_factory=lambda: AppTest.from_file(str(ENTRY), default_timeout=30))

    def opened(self, name: str, language: str = "en", **parameters: str) -> Screen:
        for parameter, value in {"lang": language, **parameters}.items():
            self.app.query_params[parameter] = value
        self.app.run()
        if name != "live":
            self.app.switch_page(str(ROOT / "pages" / f"{name}.py")).run()
        assert not self.app.exception, self.app.exception
        return self

    @property
    def bodies(self) -> list[str]:
        """Our own markup, as it stands on the page."""
        drawn = [one.proto.body for one in self.app.get("html")]
        in_place = (json.loads(one.proto.json or "{}") for one in self.app.get("bidi_component"))
        boards = [one["first"] for one in in_place if isinstance(one, dict) and "first" in one]
        drawn += [ticked(one["html"], one["now"]) for one in boards]
        return [one for one in drawn if not one.startswith("<style")]

    @property
    def words(self) -> str:
        """All its texts, without tags."""
        text = " ".join(self.bodies)
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))

    @property
    def title(self) -> str:
        found = re.findall(r"<h1>(.*?)</h1>", " ".join(self.bodies))
        return html.unescape(found[-1]) if found else ""

    @property
    def tables(self):
        return [one.value for one in self.app.dataframe]


@pytest.fixture(scope="session", autouse=True)
def scanned_once() -> Iterator[None]:
    """Streamlit looks for components in every installed package whenever a screen is opened."""
    with pytest.MonkeyPatch.context() as patch:
        once = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture
def process(url, monkeypatch) -> Iterator[Source]:
    """The process that serves the pages, on a fresh store."""
    yield from process_of(url, monkeypatch)


@pytest.fixture
def process_without_store(monkeypatch) -> Iterator[Source]:
    yield from process_of("postgresql://nobody@127.0.0.1:1/nothing", monkeypatch)


@dataclass
class Filled:
    """A database with the made-up centre in it, whose floor is that of a moment ago. Tests have
    copies of it; the next one has the same copy if nothing was written."""

    server: EmbeddedPostgres
    at: datetime | None = None
    url: str = ""
    copy: str = ""

    def __post_init__(self) -> None:
        self.admin = admin_of(self.server.url)

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of a copy for one test."""
        name = self.name()
        self.copy = self.copy or created(self.server, name)
        before = self.said(NEXT)
        yield self.copy
        self.said(OUT, name=name_of(self.copy))
        if self.said(NEXT) != before:
            self.let_go()

    def name(self) -> str:
        """Of the database, made anew when the floor has become too old."""
        if self.at is None or made_up.instant() - self.at > MOMENT:
            self.close()
            self.at, self.url = made_up.instant(), created(self.server)
            with closing(Store(engine_for(self.url), FramePool(self.url))) as store:
                made_up.fill(store, self.at)
        return name_of(self.url)

    def said(self, question: str, **values: str) -> object:
        with self.admin.connect() as connection:
            return connection.execute(text(question), values).scalar()

    def let_go(self) -> None:
        if self.copy:
            dropped(self.server, self.copy)
            self.copy = ""

    def close(self) -> None:
        self.let_go()
        if self.url:
            dropped(self.server, self.url)
        self.admin.dispose()


@pytest.fixture(scope="session")
def filled_of(servers) -> Iterator[Callable[[EmbeddedPostgres], Filled]]:
    with ExitStack() as kept:
        yield cache(lambda server: kept.enter_context(closing(Filled(server))))


@pytest.fixture
def centre(server, filled_of, monkeypatch) -> Iterator[Source]:
    """The same, with the made-up centre in its store."""
    with filled_of(server).lent() as url:
        yield from process_of(url, monkeypatch)


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture(scope="class")
def told(server, request) -> Iterator[planted_weeks.Told]:
    """The process, on a store with the planted weeks of the class."""
    with (
        planted_weeks.told(server, request.cls.seed, request.cls.first) as made,
        pytest.MonkeyPatch.context() as patch,
        contextmanager(process_of)(made.url, patch, made.centre.timezone),
    ):
        yield made


@pytest.fixture(scope="class")
def seen() -> dict[Hashable, list[str]]:
    """What the tests of a class have drawn, for those that read it too."""
    return {}


def process_of(
    url: str, monkeypatch: pytest.MonkeyPatch, zone: str = made_up.ZONE
) -> Iterator[Source]:
    """The process that serves the pages on this store, for a fixture."""
    monkeypatch.setenv("CCDASH_DATABASE_URL", url)
    monkeypatch.setenv("CCDASH_TIMEZONE", zone)
    monkeypatch.setenv("CCDASH_REGION", "FI")
    made = Source()
    monkeypatch.setattr(module, "SOURCE", made)
    yield made
    made.close()
