"""`ccdash forget` and `ccdash export-person`: what a person may ask of a centre."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccdash.cli.opening import now, opened, reader
from ccdash.cli.progress import waiting
from ccdash.errors import BadInput, BadQuery

if TYPE_CHECKING:
    from collections.abc import Collection

    from ccdash.store.erasing import Extent
    from ccdash.store.whose import Detail

FORGET_EXAMPLE = "Example: ccdash forget +358401234567 --dry-run"
EXPORT_EXAMPLE = "Example: ccdash export-person +358401234567 --reason 'letter of 3 March'"
LOOKED = "what would be forgotten"
"""Why, of a dry run for which nobody said why."""
STILL_OPEN = (
    "They have a contact that is open. Forget them when it is over: where its key holds a detail "
    "of theirs, what is told of it later is taken for another contact."
)
PRIVATE = 0o600

Customer = Annotated[
    str, typer.Argument(help="A contact detail of any kind, or the number of the customer.")
]
Reason = Annotated[str, typer.Option(help="Why, for the access log; without contact details.")]


def forget(
    customer: Customer,
    reason: Reason = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and do nothing; needs no reason.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Forget without being asked again.")] = False,
) -> None:
    """Erase a person for good. No figure changes: their contacts become those of a random number.

    Others who write to the store wait meanwhile.
    """
    from ccdash.store import access_log, erasing
    from ccdash.vocabulary import Access

    by = reader((reason.strip() or LOOKED) if dry_run else _told(reason))
    with opened() as (settings, store):
        with waiting("Looking for all that is theirs"):
            found = erasing.extent(store, customer, settings.region)
        if dry_run or not yes:
            access_log.write(store, by, found.number, Access.OPENED, now())
        told = f"{_listed(found.details)} with {_amount(found)}"
        for line in (*_staying(found), *_still_open(found)):
            print(line)
        if dry_run:
            print(f"Would be forgotten: {told}. No figure would change.")
            return
        if not yes:
            _ask(f"To be forgotten: {told}.")
        asked = erasing.Asked(customer, settings.region, by, now())
        with waiting("Forgetting") as say:
            gone = erasing.forget(store, asked, say)
    print(f"Forgotten: {_listed(gone.details)} with {_amount(gone)}. The figures remain.")


def export_person(
    customer: Customer,
    reason: Reason,
    out: Annotated[
        Path | None, typer.Option(help="A new file, which only you may read; else it is printed.")
    ] = None,
) -> None:
    """All that is held of a person, as JSON: details, contacts, messages, cases, purchases, the
    events behind them, what was decided, and who looked."""
    import json

    from ccdash.export.json_rows import plain
    from ccdash.store.held import held

    with opened() as (settings, store):
        by = reader(_told(reason))
        with waiting("Gathering all that is held of them"):
            found = plain(held(store, customer, settings.region, by, now()), settings.zone)
    text = json.dumps(found, ensure_ascii=False, allow_nan=False, indent=2)
    if out is None:
        print(text)
        return
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w") as file:
            file.write(text + "\n")
    except OSError as cause:
        raise BadInput(f"{out} cannot be written: {cause.strerror}.") from cause
    print(f"Written to {out}.")


def _told(reason: str) -> str:
    if not reason.strip():
        raise BadQuery("Say why: the access log keeps it.")
    return reason


def _listed(details: Collection[Detail]) -> str:
    from ccdash.views.identities import masked

    return ", ".join(f"{kind} {masked(kind, value)}" for kind, value in sorted(details))


def _amount(found: Extent) -> str:
    from ccdash.cli.output import number_of

    parts = ((found.contacts, "contact"), (found.cases, "case"), (found.purchases, "purchase"))
    return ", ".join(number_of(number, word) for number, word in parts)


def _still_open(found: Extent) -> list[str]:
    if not found.open:
        return []
    return [STILL_OPEN]


def _staying(found: Extent) -> list[str]:
    if not found.staying:
        return []
    stays = "It stays." if len(found.staying) == 1 else "They stay."
    return [f"Told of them, but not known to be theirs alone: {_listed(found.staying)}. {stays}"]


def _ask(told: str) -> None:
    """Raises BadQuery where nobody can answer."""
    if not sys.stdin.isatty():
        raise BadQuery(f"{told} Add --yes to do it for good.")
    typer.confirm(f"{told} Forget them for good?", abort=True)
