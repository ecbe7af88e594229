"""`ccdash simulate`: a demo centre, made and kept alive in a store of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from ccdash.cli import asking
from ccdash.cli.opening import now, opened
from ccdash.cli.output import number_of, say
from ccdash.cli.progress import weeks_bar
from ccdash.cli.stopping import asked_to_stop, sleep_until, stop_with_parent
from ccdash.errors import BadQuery

if TYPE_CHECKING:
    from ccdash.store.engine import Store

EXAMPLE = "Example: ccdash simulate --weeks 8 --no-live"
SEED = 1

Seed = Annotated[
    int | None,
    typer.Option(min=0, help="Another seed, another centre; by default the store's own, or 1."),
]
Speed = Annotated[
    float, typer.Option(min=0.1, max=3600, help="How fast its time runs; 60: an hour a minute.")
]


def simulate(
    weeks: Annotated[int, typer.Option(min=0, max=520, help="Of history.")] = 104,
    seed: Seed = None,
    speed: Speed = 1.0,
    live: Annotated[
        bool, typer.Option("--live/--no-live", help="Live on when the history is made.")
    ] = True,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="What its clock shows; else office hours.")
    ] = None,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """Fill an empty store with a simulated centre, and let it live until Ctrl-C.

    A store that was simulated before goes on; one that holds anything else is refused.
    """
    from ccdash.settings import PROJECT
    from ccdash.simulate.beginning import Wish
    from ccdash.simulate.from_folder import demo_of
    from ccdash.simulate.history import Order
    from ccdash.simulate.running import Watch, run
    from ccdash.store.simulation import standing

    if with_parent:
        stop_with_parent()
    with opened(keeps=True) as (settings, store):
        order = Order(settings, partial(demo_of, PROJECT / "data", seed_of(store, seed)))
        wish = Wish(weeks, speed, asking.instant(at, order.demo().zone) if at else None)
        with asked_to_stop() as stop, weeks_bar(is_shown=not with_parent) as show:
            watch = Watch(now, partial(sleep_until, stop), stop, live, show)
            run(store, order, wish, watch)
        made = standing(store)
    if made is not None and not with_parent:
        history = f"{made.weeks_made:,} of {number_of(made.weeks_wanted, 'week')}"
        say(f"The store holds a simulated centre with {history} of history.")


def seed_of(store: Store, seed: int | None) -> int:
    """The seed that is asked for or that the store has. Raises BadQuery when it has another."""
    from ccdash.store.simulation import standing

    found = standing(store)
    if found is None or found.is_replay:  # that is refused when it begins
        return SEED if seed is None else seed
    if seed not in (None, found.seed):
        raise BadQuery(
            f"This store holds the centre of seed {found.seed}: leave out --seed, or begin anew in "
            "another CCDASH_HOME (the demo's is .ccdash/demo: remove it)."
        )
    return found.seed
