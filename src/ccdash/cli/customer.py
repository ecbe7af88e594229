"""`ccdash customer`: one person's history over all channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from ccdash.cli.opening import now, opened, reader
from ccdash.cli.output import Shape, ShapeOption
from ccdash.errors import BadQuery

if TYPE_CHECKING:
    import polars as pl

    from ccdash.store.engine import Store

EXAMPLE = "Example: ccdash customer +358401234567"
SHOWN = ("channel", "direction", "queue", "agent", "outcome", "subject")


def customer(
    identity: Annotated[
        str, typer.Argument(help="A contact detail of any kind, or the number of the customer.")
    ],
    limit: Annotated[int, typer.Option(min=1, help="How many contacts at most.")] = 200,
    form: ShapeOption = Shape.TABLE,
) -> None:
    """The history of whoever is known by this; all of them where it may be more than one person.

    Leaves with 1 when nobody is known by it.
    """
    from ccdash.cli.output import say, write_json
    from ccdash.export.json_rows import rows_of

    with opened() as (settings, store):
        people = _people(store, identity, settings.region)
        told = [_history(store, one, limit) for one in people]
        zone = settings.zone
    if not people:
        raise BadQuery(f"Nobody with contacts is known by {identity!r}.")
    if len(people) > 1:
        say(f"{len(people)} possible people:")
    if form is Shape.JSON:
        pairs = zip(people, told, strict=True)
        write_json([_plain(one, zone) | {"history": rows_of(frame, zone)} for one, frame in pairs])
        return
    for one, frame in zip(people, told, strict=True):
        _draw(one, frame, zone)


def _people(store: Store, text: str, region: str | None) -> list[dict[str, Any]]:
    """Everybody who may be meant, once, however many of their details match."""
    from ccdash.store.customers import candidates, whole

    found: dict[int, dict[str, Any]] = {}
    for one in candidates(store, text, region).to_dicts():
        person = whole(store, int(one["customer_id"]))
        known = {"name": person.name, "identities": _masked(one["identities"])}
        told = {"customer_id": str(person.number), **known}
        found.setdefault(person.number, one | told)
    return list(found.values())


def _masked(details: str) -> str:
    from ccdash.views.identities import masked, parted

    each = filter(None, map(parted, details.split(", ")))
    return ", ".join(f"{kind}: {masked(kind, value)}" for kind, value in each)


def _history(store: Store, one: dict[str, Any], limit: int) -> pl.DataFrame:
    """Their contacts, read once the opening is in the access log; says how many there are of the
    person, and when the first and the last came."""
    from ccdash.store import access_log
    from ccdash.store.customers import counted, history
    from ccdash.vocabulary import Access

    number = int(one["customer_id"])
    access_log.write(store, reader(), number, Access.OPENED, now())
    one |= counted(store, number)
    return history(store, number, limit)


def _plain(one: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    from ccdash.export.json_rows import plain

    return {name: plain(value, zone) for name, value in one.items()}


def _draw(one: dict[str, Any], frame: pl.DataFrame, zone: ZoneInfo) -> None:
    from ccdash.cli.output import local, number_of, printable, seconds, write_table

    many = number_of(one["contacts"], "contact")
    name = one["name"] or f"customer {one['customer_id']}"
    print(printable(f"{name} ({one['identities']}): {many}"))
    rows = (
        [
            local(row["arrived_at"], zone),
            *(row[column] for column in SHOWN),
            "test call" if row["is_void"] else row["oddity"],
            seconds(row["wait_seconds"]),
            seconds(row["talk_seconds"]),
        ]
        for row in frame.iter_rows(named=True)
    )
    write_table(("arrived_at", *SHOWN, "note", "wait", "talk"), rows, right=2)
