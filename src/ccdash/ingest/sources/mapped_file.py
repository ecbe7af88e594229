"""A mapping as people write it: a TOML file that says how the rows of a table are events.

It is checked whole before a row is read: what nothing reads, or cannot be meant, is refused with
its place (docs/howto/import-csv.md has the keys).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ccdash.errors import BadInput
from ccdash.ingest.event_parts import LARGEST, Key
from ccdash.ingest.lines import Form
from ccdash.ingest.sources.mapped_values import EPOCH, ISO, is_format

Scalar = str | int | bool
Words = str | tuple[str, ...]
_PROBE = '\n",' + "a" * 64
"""What an encoding of texts writes as ASCII does; others (UTF-16, those of host names) do not."""


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which rows something is said: those whose column `is` one of these, or `is_not`."""

    column: str
    one_of: Words | None = msgspec.field(name="is", default=None)
    none_of: Words | None = msgspec.field(name="is_not", default=None)

    def holds(self, row: Mapping[str, str]) -> bool:
        """Whether a row is one of them."""
        if self.one_of is not None:
            return row[self.column] in words(self.one_of)
        return row[self.column] not in words(self.none_of)


class Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a field of the event is taken from: a text with {columns}, or `at` and the durations
    `after` it."""

    of: str = ""
    after: tuple[str, ...] | None = None
    values: dict[str, Scalar] = {}
    otherwise: Scalar | None = None
    missing: Words = ()
    times: int | float = 1
    when: Condition | None = None

    @property
    def factor(self) -> Decimal:
        """By what numbers are multiplied."""
        return Decimal(str(self.times))


Told = Cell | tuple[dict[str, Cell], ...]


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: about the table, and with `fields` how a row of it is an event of this `type`."""

    source: Key
    type: str
    fields: dict[str, Any]
    skip: tuple[Condition, ...] = ()
    encoding: str = "utf-8"
    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] = ","
    columns: tuple[str, ...] = ()
    timezone: str | None = None
    time_formats: Annotated[tuple[str, ...], Meta(min_length=1)] = (ISO,)
    decimal: Annotated[str, Meta(pattern="^[.,]$")] = "."
    revision: Annotated[int, Meta(ge=0, le=LARGEST)] = 0


class MappingFile(msgspec.Struct, frozen=True):
    """A mapping that was read, and its name for messages."""

    name: str
    layout: Layout
    fields: dict[str, Told]
    form: Form


def read(path: Path) -> MappingFile:
    """The mapping in a file. Raises BadInput with the place and the reason."""
    try:
        raw = path.read_bytes()
    except OSError as cause:
        raise BadInput(f"{path}: the mapping cannot be read: {cause.strerror}.") from cause
    try:
        return told(path.name, raw)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error


def told(name: str, raw: bytes) -> MappingFile:
    """The mapping that these bytes are. Raises BadInput with the place inside it."""
    try:
        top = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise BadInput(f"this is not TOML: {cause}") from cause
    layout = _converted("the top", top, Layout)
    _check(layout)
    fields = {field: _told(f"fields.{field}", value) for field, value in layout.fields.items()}
    form = Form(layout.encoding, layout.delimiter, raw)
    return MappingFile(name, layout, fields, form)


def words(of: Words | None) -> Sequence[str]:
    """One word or several, as several."""
    return (of,) if isinstance(of, str) else of or ()


def near(word: str, known: Iterable[str]) -> str:
    """The question that ends a refusal of a word, where one that is known looks like it."""
    found = get_close_matches(word, known, n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


def cells(fields: Mapping[str, Told]) -> Iterator[tuple[str, Cell]]:
    """Every cell and its place."""
    for name, found in fields.items():
        if isinstance(found, Cell):
            yield f"fields.{name}", found
            continue
        for number, parts in enumerate(found, 1):
            yield from ((f"fields.{name} {number}, {part}", cell) for part, cell in parts.items())


def _told(place: str, value: Any) -> Told:
    if not isinstance(value, list):
        return _cell(place, value)
    entries = [
        _converted(f"{place} {number}", one, dict[str, Any]) for number, one in enumerate(value, 1)
    ]
    return tuple(
        {part: _cell(f"{place} {number}, {part}", of) for part, of in one.items()}
        for number, one in enumerate(entries, 1)
    )


def _cell(place: str, value: Any) -> Cell:
    """A plain word or number stands for itself."""
    found = _converted(place, value, Scalar | Cell)
    if not isinstance(found, Cell):
        return Cell(of=plain(found))
    if found.when is not None:
        _check_condition(f"{place}, when", found.when)
    if bool(found.of) == (found.after is not None):
        raise BadInput(f"{place}: one of `of` and `after` is needed, and not both")
    if found.otherwise is not None and not found.values:
        raise BadInput(f"{place}: `otherwise` is for what is not among `values`; there are none")
    if not (isfinite(found.times) and found.times > 0):
        raise BadInput(f"{place}: `times` is a number above 0, not {found.times}")
    return found


def plain(value: Scalar) -> str:
    """A word, number or truth as a cell would have it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _converted(place: str, value: Any, type_: Any) -> Any:
    try:
        return msgspec.convert(value, type_)
    except msgspec.ValidationError as cause:
        raise BadInput(f"{place}: {cause}") from cause


def _check(layout: Layout) -> None:
    """What the types cannot say."""
    try:
        is_by_lines = _PROBE.encode(layout.encoding) == _PROBE.encode()
    except (LookupError, UnicodeError):
        is_by_lines = False
    if not is_by_lines:
        raise BadInput(
            f"encoding: {layout.encoding!r} cannot be read; save the table as utf-8, or name "
            "another encoding such as cp1252"
        )
    if layout.delimiter in '"\r\n':
        raise BadInput(f"delimiter: {layout.delimiter!r} cannot part the cells of a row")
    for form in layout.time_formats:
        if not is_format(form):
            raise BadInput(
                f"time_formats: {form!r} does not say a day: {ISO}, {EPOCH} or a pattern such as "
                "%d.%m.%Y %H:%M"
            )
    for number, one in enumerate(layout.skip, 1):
        _check_condition(f"skip {number}", one)


def _check_condition(place: str, one: Condition) -> None:
    if (one.one_of is None) == (one.none_of is None):
        raise BadInput(f"{place}: one of `is` and `is_not` is needed, and not both")
