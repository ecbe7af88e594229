"""The rules of the house that no other check knows. A failure names what breaks the rule."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "ccdash"
APP = ROOT / "app.py"
PAGES = sorted((ROOT / "pages").glob("*.py"))
MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = [path for path in (*MODULES, *PAGES, APP) if path.exists()]
WRITTEN = [path for path in SOURCES if path.parent.name != "versions"]  # by us, not by alembic

NOT_OURS = {
    ".ccdash", ".git", ".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache",
    ".ruff_cache", ".venv", "__pycache__", "build", "dist", "node_modules", "test-results",
}  # fmt: skip
COLOUR = re.compile(r"(?<![&\w])#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3})(?![\w-])", re.IGNORECASE)
NO_CODE = re.compile(r"^\s*//.*$|\s//\s.*$", re.MULTILINE)
NEW = re.compile(  # than ES2019, words of the language and of its library
    r"\?\.(?!\d)|\?\?|\|\|=|&&=|\*\*=|\b\d+_\d|(?<![\w'\"(])#\w+|\bstatic\b"
    r"|\bimport\(|\bexport \* as\b"
    r"|\b(?:globalThis|BigInt|WeakRef|structuredClone|AggregateError|ResizeObserver)\b"
    r"|\.(?:at|replaceAll|matchAll|allSettled|any|hasOwn|findLast|toSorted|replaceChildren)\("
    r"|^(?:const .*= )?await\b|^class \w+ \{\s+\w+(?: =|;)",
    re.MULTILINE,
)
VAGUE = {"utils", "util", "helper", "helpers", "manager", "common", "misc"}


def test_a_file_has_at_most_400_lines():
    none_of([where(path) for path in WRITTEN if length(path) > 400])


def test_a_page_has_at_most_80_lines():
    none_of([where(path) for path in PAGES if length(path) > 80])


def test_a_function_has_at_most_50_lines():
    long = [
        where(path, function)
        for path in WRITTEN
        for function in functions(path)
        if function.end_lineno - function.lineno >= 50
    ]
    none_of(long)


def test_pages_and_app_define_no_classes():
    none_of(where(p, node) for p in (*PAGES, APP) if p.exists() for node in nodes(ast.ClassDef, p))


def test_names_say_what_a_thing_is():
    modules = [where(path) for path in SOURCES if path.stem in VAGUE]
    vague = [where(p, f) for p in SOURCES for f in functions(p) if is_vague(f.name)]
    none_of(modules + vague)


def test_only_ui_pages_and_app_import_streamlit_and_plotly():
    none_of(importers({"streamlit", "plotly"}, outside=("ui",)))


def test_only_the_database_rooms_import_sqlalchemy():
    definitions = ("access.py", "schema", "sums.py", "spreads.py", "measure.py", "measures")
    rooms = ("store", "ingest", "migrations", *definitions)
    none_of(importers({"sqlalchemy"}, outside=rooms))
    none_of([where(p) for p in (*PAGES, APP) if p.exists() and "sqlalchemy" in imported(p)])


def test_only_settings_reads_the_environment():
    readers = [where(p) for p in SOURCES if reads_environment(p) and p != PACKAGE / "settings.py"]
    none_of(readers)


def test_colours_are_written_only_in_the_theme():
    scripts = [path for path in texts() if path.suffix in {".js", ".html"} and is_product(path)]
    in_code = [where(p, node) for p in SOURCES for node in strings(p) if COLOUR.search(node.value)]
    in_scripts = [where(path) for path in scripts if COLOUR.search(path.read_text())]
    theme = where(PACKAGE / "ui" / "theme.py")
    none_of([place for place in in_code + in_scripts if not place.startswith(theme)])


def test_html_is_never_let_through_unescaped():
    unsafe = "unsafe_allow" + "_html"
    none_of([where(path) for path in SOURCES if unsafe in path.read_text()])


def test_scripts_of_boards_are_understood_by_the_browsers_of_old_televisions():
    scripts = sorted((PACKAGE / "ui" / "browser" / "board").glob("*.js"))
    assert scripts
    code = {path: NO_CODE.sub("", path.read_text()) for path in scripts}
    none_of(f"{where(p)}: {one.group()}" for p, text in code.items() for one in NEW.finditer(text))


def test_the_repository_speaks_of_no_machine_and_no_registry_host():
    foreign = re.compile(
        r"(?<![\w.-])/(?:wo[r]k|ro[o]t|opt/wh[e]els|opt/py[p]i)/"
        r"|py[p]i\.org|python[h]osted\.org|registry\.np[m]js|de[b]\.debian\.org"
        r"|--(?:extra-)?ind[e]x-url"
    )
    none_of([where(path) for path in texts() if foreign.search(path.read_text())])


def test_ci_runs_the_test_command_of_the_readme():
    assert "\nmake test\n" in (ROOT / "README.md").read_text()
    assert "\nstep make test\n" in (ROOT / ".ci" / "run").read_text()


# --- what the rules look at -----------------------------------------------------------------------


def none_of(offenders: Iterable[str]) -> None:
    offenders = list(offenders)
    assert not offenders, "\n".join(offenders)


def where(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node else ""
    return f"{path.relative_to(ROOT)}{line}"


def length(path: Path) -> int:
    return len(path.read_text().splitlines())


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), path)


def nodes(kind: type[ast.AST], path: Path) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, kind))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return nodes(ast.FunctionDef | ast.AsyncFunctionDef, path)


def strings(path: Path) -> Iterator[ast.Constant]:
    return (node for node in nodes(ast.Constant, path) if isinstance(node.value, str))


def is_vague(name: str) -> bool:
    words = name.strip("_").split("_")
    return words[0] in {"get", "process"} or bool(VAGUE & set(words))


@cache
def imported(path: Path) -> frozenset[str]:
    """The first part of the name of everything that a module imports, wherever it does."""
    plain = (alias.name for node in nodes(ast.Import, path) for alias in node.names)
    chosen = (node.module for node in nodes(ast.ImportFrom, path) if node.module and not node.level)
    return frozenset(name.split(".")[0] for name in chain(plain, chosen))


def importers(packages: set[str], outside: tuple[str, ...]) -> list[str]:
    rest = (path for path in MODULES if path.relative_to(PACKAGE).parts[0] not in outside)
    return [where(path) for path in rest if packages & imported(path)]


def reads_environment(path: Path) -> bool:
    read = {"environ", "environb", "getenv"}
    attributes = any(node.attr in read for node in nodes(ast.Attribute, path))
    names = (alias.name for node in nodes(ast.ImportFrom, path) for alias in node.names)
    return attributes or bool(read & set(names))


def is_product(path: Path) -> bool:
    return PACKAGE in path.parents or path.parent == ROOT / "pages"


@cache
def texts() -> tuple[Path, ...]:
    """Every file of the repository that is text."""
    files = (path for path in walk(ROOT) if b"\0" not in path.read_bytes()[:4096])
    return tuple(files)


def walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in NOT_OURS or path.name.endswith(".egg-info"):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from walk(path)
        elif path.is_file():
            yield path


def test_streamlit_run_listens_to_this_machine_only():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["address"] == "127.0.0.1"
