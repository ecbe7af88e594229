"""`ccdash migrate`, `check`, `rebuild` and `schema`: care of the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ccdash.cli.opening import now, opened
from ccdash.cli.progress import waiting
from ccdash.errors import CcdashError, NoRights

if TYPE_CHECKING:
    from ccdash.store.engine import Store

MIGRATE_EXAMPLE = "Example: ccdash migrate"
CHECK_EXAMPLE = "Example: ccdash check --repair"
REBUILD_EXAMPLE = "Example: ccdash rebuild"
SCHEMA_EXAMPLE = "Example: ccdash schema > events.schema.json"
SHOWN_AT_MOST = 20


def migrate() -> None:
    """Bring the store to the schema of this version; the embedded store does it by itself."""
    from importlib.metadata import version

    from ccdash import settings
    from ccdash.store.engine import open_store

    try:
        open_store(settings.load(), migrate=True).close()
    except NoRights as error:
        raise NoRights(f"{error} Run it as the role that owns the tables.") from error
    print(f"The store has the schema of ccdash {version('ccdash')}.")


def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Make differing sums and links anew.")
    ] = False,
) -> None:
    """Compare every sum with the rows that it is made of, day by day, over all data, and which
    customers are one person with what was told of them and decided.

    Leaves with 1 when they differ.
    """
    with opened() as (_, store):
        links = _check_links(store, repair=repair)
        sums = _check_sums(store, repair=repair)
    if links or sums:
        hint = "" if repair else " `ccdash check --repair` makes them anew."
        raise CcdashError(" ".join([*filter(None, (links, sums))]) + hint)


def _check_links(store: Store, *, repair: bool) -> str:
    """What is wrong, in a sentence; nothing is none."""
    from ccdash.cli.output import number_of
    from ccdash.store import link_check

    with waiting("Comparing links") as say:
        found, compared = link_check.differences(store, say)
    _list(found)
    if not found:
        print(
            f"{number_of(compared, 'linked customer')} compared with what was told: all are right."
        )
        return ""
    if repair:
        link_check.repair(store, found, now())
        print(f"Links of {number_of(len(found), 'customer')} made anew.")
    return f"Links of {number_of(len(found), 'customer')} differed from what was told."


def _check_sums(store: Store, *, repair: bool) -> str:
    """The same of sums."""
    from ccdash.cli.output import number_of
    from ccdash.store.check import differences
    from ccdash.store.check import repair as made_anew

    with waiting("Comparing sums and rows") as say:
        found, compared = differences(store, say)
    _list(found)
    if not found:
        print(f"{compared:,} sums compared with the rows behind them: all are equal.")
        return ""
    if repair:
        with waiting("Making the sums anew"):
            made = made_anew(store, found, now())
        print(f"Sums of {number_of(made, 'interval')} made anew; run `ccdash check` once more.")
    return f"{len(found):,} of {compared:,} sums differed from their rows."


def _list(found: Sequence[object]) -> None:
    from ccdash.cli.output import printable

    for one in found[:SHOWN_AT_MOST]:
        print(printable(one))
    if len(found) > SHOWN_AT_MOST:
        print(f"... and {len(found) - SHOWN_AT_MOST:,} more.")


def rebuild() -> None:
    """Make every row anew from the events that were told; screens show the old rows meanwhile."""
    from ccdash.ingest import rebuild as making
    from ccdash.store.rollup import refresh

    began = now()
    with opened(keeps=True) as (settings, store):
        with waiting("Making every row anew") as say, store.transaction() as connection:
            streams = making.rebuild(
                connection, began, settings.region, lambda n: say(f"{n:,} conversations and people")
            )
            say("Making the sums")
            refresh(connection)
        seconds = (now() - began).total_seconds()
    print(f"Rows of {streams:,} conversations, people and queues made anew in {seconds:.1f} s.")


def schema() -> None:
    """Print the JSON Schema of a line of ccdash's own events (`ccdash import events`)."""
    from ccdash.cli.output import write_json
    from ccdash.ingest.events import json_schema

    write_json(json_schema())
