"""`ccdash links`, `merge`, `unmerge`, `apart`: who is one person, why, and what people decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ccdash.cli.opening import now, opened, reader
from ccdash.cli.output import Shape, ShapeOption
from ccdash.errors import BadQuery, UnknownCustomer

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import polars as pl

    from ccdash.settings import Settings
    from ccdash.store.decisions import Decision
    from ccdash.store.engine import Store

LINKS_EXAMPLE = "Example: ccdash links +358401234567"
MERGE_EXAMPLE = "Example: ccdash merge 17 aino@example.com --reason 'said so by phone'"
UNMERGE_EXAMPLE = "Example: ccdash unmerge 3 --reason 'two sisters'"
APART_EXAMPLE = "Example: ccdash apart +358401234567 --reason 'the number of a lobby'"

CustomerArgument = Annotated[
    str, typer.Argument(help="A contact detail of any kind, or the number of a customer.")
]
ReasonOption = Annotated[str, typer.Option(help="Why, in a few words; it is kept.")]


def links(customer: CustomerArgument, form: ShapeOption = Shape.TABLE) -> None:
    """How a customer was recognised: each contact detail and why it is theirs, what people decided,
    and who else may be the same person."""
    from ccdash.store.access_log import write
    from ccdash.store.decisions import decisions_of
    from ccdash.store.links import links_of
    from ccdash.store.possible import possible
    from ccdash.vocabulary import Access

    with opened() as (settings, store):
        number = _number_of(store, customer, settings)
        write(store, reader("ccdash links"), number, Access.DETAILS, now())
        found = {
            "links": links_of(store, number),
            "decisions": decisions_of(store, number),
            "possible": possible(store, number),
        }
    _tell(found, form, settings.zone)


def merge(one: CustomerArgument, other: CustomerArgument, reason: ReasonOption) -> None:
    """Let two customers be one person, with everybody who is one person with either of them. No
    history is moved; `ccdash unmerge` takes it back exactly."""
    from ccdash.store.decisions import merge as merged

    with opened() as (settings, store):
        first, second = (_number_of(store, text, settings) for text in (one, other))
        number = merged(store, first, second, _decision(reason))
        _count(store)
    print(f"Decision {number}: one person now. `ccdash unmerge {number}` takes it back.")


def unmerge(
    number: Annotated[int, typer.Argument(help="Which decision, as `ccdash links` tells them.")],
    reason: ReasonOption,
) -> None:
    """Take a decision back, a merge or a keeping apart: all is as if it had never been made."""
    from ccdash.store.decisions import take_back

    with opened() as (_, store):
        take_back(store, number, _decision(reason))
        _count(store)
    print(f"Decision {number} counts no more.")


def apart(customer: CustomerArgument, reason: ReasonOption) -> None:
    """Let a contact detail be a person of its own, whatever it was told with."""
    from ccdash.store.decisions import keep_apart

    with opened() as (settings, store):
        number = keep_apart(store, _number_of(store, customer, settings), _decision(reason))
        _count(store)
    print(f"Decision {number}: kept apart. `ccdash unmerge {number}` takes it back.")


def _decision(reason: str) -> Decision:
    from ccdash.store.decisions import Decision

    return Decision(reader().who, reason, now())


def _count(store: Store) -> None:
    """Make the sums that the links change."""
    from ccdash.store.rollup import refresh

    with store.transaction() as connection:
        refresh(connection)


def _number_of(store: Store, text: str, settings: Settings) -> int:
    """The customer who is meant. Raises UnknownCustomer, and BadQuery where it may be several."""
    from ccdash.store.links import named

    found = named(store, text, settings.region)
    if found.is_empty():
        raise UnknownCustomer(f"Nobody is known by {text!r}.")
    if found["person_id"].n_unique() > 1:
        rows = found.iter_rows(named=True)
        meant = "; ".join(f"{row['kind']} is customer {row['customer_id']}" for row in rows)
        raise BadQuery(f"{text!r} may mean several: {meant}. Give the number of the customer.")
    return int(found["customer_id"][0])


def _tell(found: dict[str, pl.DataFrame], form: Shape, zone: ZoneInfo) -> None:
    from ccdash.cli.output import write_json
    from ccdash.export.json_rows import rows_of

    if form is Shape.JSON:
        write_json({name: rows_of(frame, zone) for name, frame in found.items()})
        return
    _write(found["links"], LINKS, zone)
    for name, shown in (("decisions", DECISIONS), ("possible", POSSIBLE)):
        if not found[name].is_empty():
            print(f"{name}:")
            _write(found[name], shown, zone)


LINKS = ("kind", "value", "how", "with_kind", "with_value", "decision_id", "customer_id")
DECISIONS = (
    "decision_id", "kind", "customer_value", "other_value", "reason", "decided_at", "decided_by",
    "taken_back_at", "taken_back_by", "taken_back_reason",
)  # fmt: skip
POSSIBLE = ("name", "kind", "value", "why", "contacts", "last_at", "person_id")


def _write(frame: pl.DataFrame, columns: tuple[str, ...], zone: ZoneInfo) -> None:
    from ccdash.cli.output import local, write_table

    def told(name: str, value: Any) -> Any:
        return local(value, zone) if name.endswith("_at") else value

    rows = ([told(name, row[name]) for name in columns] for row in frame.iter_rows(named=True))
    write_table(columns, rows)
