"""The documentation says what the code does, and leads where it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer

from ccdash import access, spreads
from ccdash.cli import figures
from ccdash.cli.program import app
from ccdash.errors import CcdashError
from ccdash.ingest import events as ev
from ccdash.measures import MEASURES
from ccdash.metrics import METRICS
from ccdash.metrics.__main__ import page
from ccdash.metrics.origin import formula
from ccdash.schema import metadata
from ccdash.settings import Settings
from ccdash.sums import dirty_interval
from ccdash.thresholds import MEANING, Threshold

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
HOWTO = DOCS / "howto"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
TABLES = (access.api_token, spreads.spread_zone, dirty_interval)
"""With their modules every table is declared."""
DECISIONS = sorted((DOCS / "decisions").glob("0*.md"))
PARTS = ["Context", "Decision", "Consequences", "Alternatives", "Enforced by"]
SHARED = {"source", "id", "at", "sequence", "revision"}


def test_the_page_of_metrics_is_made_from_the_code():
    anew = "run `python -m ccdash.metrics > docs/metrics.md`"
    assert (DOCS / "metrics.md").read_text() == page(), anew


@pytest.mark.parametrize("one", METRICS.values(), ids=METRICS)
def test_the_page_and_the_command_write_one_formula(one):
    assert formula(one) == figures._told(one)["formula"]


def test_every_setting_is_documented():
    text = (HOWTO / "settings.md").read_text()
    assert [one for one in Settings.model_fields if f"| `CCDASH_{one.upper()}` |" not in text] == []


@pytest.mark.parametrize("name", Threshold)
def test_every_target_and_limit_is_documented_with_its_meaning(name):
    assert f"| `{name}` | {MEANING[name]} |" in (HOWTO / "settings.md").read_text()


def test_every_command_is_documented():
    text = (HOWTO / "commands.md").read_text()
    assert [name for name in commands() if f"ccdash {name}" not in text] == []


@pytest.mark.parametrize("kind", ev.EVENT_TYPES, ids=lambda kind: str(tag_of(kind)))
def test_every_type_of_event_is_documented_with_its_fields(kind):
    rows = (HOWTO / "feed-events.md").read_text().splitlines()
    (row,) = (row for row in rows if row.startswith(f"| `{tag_of(kind)}` |"))
    bases = (ev.ContactEvent, ev.CaseEvent, ev.AgentEvent)
    of_base = {field for base in bases if issubclass(kind, base) for field in fields_of(base)}
    told = set(re.findall(r"`(\w+)`", row.split("|")[3]))
    assert told == fields_of(kind) - of_base - SHARED


@pytest.mark.parametrize(
    "error",
    [CcdashError, *(one for one in CcdashError.__subclasses__() if "errors" in one.__module__)],
)
def test_every_message_of_an_error_is_explained(error):
    assert f"| {error()} |" in (HOWTO / "when-something-is-wrong.md").read_text()


def test_every_table_and_column_is_documented():
    text = (DOCS / "store.md").read_text()
    measures = set(MEASURES)
    missing = [
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if column.name not in measures and not is_told(text, table.name, column.name)
    ]
    assert missing == []
    assert is_told(text, TABLES[-1].name, "mark")


def is_told(text: str, table: str, column: str) -> bool:
    """Under the table's own heading, or in the line or paragraph that names it."""
    own = re.search(rf"^### {table}\n(.*?)(?=^##)", text, re.DOTALL | re.MULTILINE)
    parts = [own[1]] if own else [part for part in parted(text) if f"`{table}`" in part]
    return any(f"`{column}`" in part for part in parts)


def parted(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        yield from paragraph.splitlines() if paragraph.startswith("|") else [paragraph]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_fits_a_screen_and_has_all_its_parts(path):
    text = path.read_text()
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == PARTS
    assert len(text.splitlines()) <= 60
    assert f"({path.name})" in (path.parent / "README.md").read_text()


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_the_tests_that_a_decision_names_exist(path):
    named = re.findall(r"`(test_\w+)`", path.read_text().partition("## Enforced by")[2])
    assert named
    assert [name for name in named if name not in known_tests()] == []


def test_every_dependency_of_our_own_has_its_reason():
    ours = (ROOT / "requirements.txt").read_text().partition("# What those bring along")[0]
    packages = re.findall(r"^([\w-]+)(?:\[\w+\])?==", ours, re.MULTILINE)
    table = (DOCS / "decisions" / "0011-dependencies.md").read_text()
    rows = re.findall(r"^\| ([\w, -]+) \|", table, re.MULTILINE)
    told = {name.strip() for row in rows for name in row.split(",")} - {"package"}
    assert {name.lower() for name in packages} == told


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_link_is_broken(path):
    assert [target for target in links(path) if not leads(path, target)] == []


def links(path: Path) -> Iterator[str]:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)|<(?:img|source)[^>]*src(?:set)?=\"([^\"]+)\"", text):
        found = target[0] or target[1]
        if not re.match(r"[a-z]+:", found):
            yield found


def leads(path: Path, target: str) -> bool:
    name, _, place = unquote(target).partition("#")
    found = path.parent / name if name else path
    if not found.exists():
        return False
    return not place or found.suffix != ".md" or place in headings(found)


@cache
def headings(path: Path) -> frozenset[str]:
    """The anchors of a page, as they are made from its headings."""
    text = re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL)
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return frozenset(re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in titles)


@cache
def commands() -> tuple[str, ...]:
    root = typer.main.get_command(app)
    groups = {name: getattr(one, "commands", {}) for name, one in root.commands.items()}  # type: ignore[attr-defined]
    return tuple(
        name
        for group, its in groups.items()
        for name in [*(f"{group} {one}" for one in its)] or [group]
    )


@cache
def known_tests() -> frozenset[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    return frozenset(
        name for file in files for name in re.findall(r"def (test_\w+)", file.read_text())
    )


def tag_of(kind: type[ev.Event]) -> object:
    return kind.__struct_config__.tag


def fields_of(kind: type[ev.Event]) -> set[str]:
    return set(kind.__struct_encode_fields__)
