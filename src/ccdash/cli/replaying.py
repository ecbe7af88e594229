"""`ccdash replay`: a finished log, played as if it happened now."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from ccdash.cli import asking
from ccdash.cli.importing import AGAIN, Names, Source, told_names
from ccdash.cli.opening import now, opened
from ccdash.cli.output import local, number_of, printable, say
from ccdash.cli.progress import waiting
from ccdash.cli.stopping import asked_to_stop, sleep_until
from ccdash.errors import CcdashError, StoreUnavailable

if TYPE_CHECKING:
    from ccdash.ingest.events import Event
    from ccdash.ingest.files import ParserFactory
    from ccdash.ingest.replay import Order, Played
    from ccdash.settings import Settings
    from ccdash.store.engine import Store

app = typer.Typer(
    no_args_is_help=True,
    help="Play a finished log as if it happened now, into a store of its own; its clock then shows "
    "the log's time. Ctrl-C stops it; the same command goes on.",
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="Plain or packed with gzip.")]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="TIME",
        help="Begin: 1999-01-10 or 1999-01-10T08:00; without, at the first line. What the log "
        "tells of before is taken in at once.",
    ),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="TIME", help="End, itself not included; without, the end of that day."
    ),
]
Speed = Annotated[
    float, typer.Option(min=0.1, max=3600, help="How fast time runs; 60: an hour a minute.")
]
Beside = Annotated[
    bool,
    typer.Option("--beside", help="Into a store that holds other data, all of it from before."),
]


@dataclass(frozen=True)
class _Wish:
    """What to play, as it stands on the line."""

    file: Path
    parser_factory: ParserFactory
    begin: str | None
    end: str | None
    speed: float
    is_beside: bool
    names: Sequence[Event] = ()


@app.command(epilog="Example: ccdash replay asterisk queue_log --from 2026-03-03T09:00")
def asterisk(
    file: File,
    begin: From = None,
    end: To = None,
    speed: Speed = 60.0,
    beside: Beside = False,
    source: Source = "asterisk",
    names: Names = None,
) -> None:
    """A queue_log of Asterisk, by the clock of CCDASH_TIMEZONE."""
    from ccdash.ingest.sources.asterisk import QueueLog

    pairs = told_names(names, source) if names else ()
    _replay(_Wish(file, partial(QueueLog, source=source), begin, end, speed, beside, pairs), None)


@app.command(epilog="Example: ccdash replay seelab january.txt --from 1999-01-10T08:00")
def seelab(
    file: File,
    begin: From = None,
    end: To = None,
    speed: Speed = 60.0,
    beside: Beside = False,
    source: Source = "seelab",
    timezone: Annotated[
        str, typer.Option("--tz", metavar="ZONE", help="The clock of the log.")
    ] = "Asia/Jerusalem",
) -> None:
    """A call log in the format of SEELab (Technion), by its own clock."""
    from ccdash.ingest.sources.seelab import Seelab
    from ccdash.settings import zone

    place = zone(timezone)
    factory = partial(Seelab, source=source, zone=place)
    _replay(_Wish(file, factory, begin, end, speed, beside), place)


@app.command(
    help="ccdash's own events, one JSON object a line, by the clock of CCDASH_TIMEZONE.",
    epilog="Example: ccdash replay events tuesday.jsonl --speed 10",
)
def events(
    file: File,
    begin: From = None,
    end: To = None,
    speed: Speed = 60.0,
    beside: Beside = False,
    source: Source = "events",
) -> None:
    """Events as docs/events.schema.json describes them."""
    from ccdash.ingest.sources.jsonl import EventLines

    _replay(_Wish(file, partial(EventLines, source=source), begin, end, speed, beside), None)


def _replay(wish: _Wish, zone: ZoneInfo | None) -> None:
    """Until its end or a stop; the sums are made behind it, as behind a demo."""
    from ccdash.live.worker import SumsWorker, refresh

    with opened(keeps=True) as (settings, store):
        order = _order(wish, settings, zone)
        sums = SumsWorker(lambda: store)
        sums.start()
        try:
            played = _played(store, order)
        except StoreUnavailable as error:
            raise StoreUnavailable(f"{error} {AGAIN}") from error
        except KeyboardInterrupt:
            raise CcdashError(f"Stopped. {AGAIN}") from None
        finally:
            sums.stop()
        refresh(store)
    _tell(wish.file, played, order.zone)


def _order(wish: _Wish, settings: Settings, zone: ZoneInfo | None) -> Order:
    from ccdash.ingest.replay import Order
    from ccdash.settings import zone as zone_of

    place = zone or zone_of(settings.timezone)
    return Order(
        path=wish.file,
        parser_factory=wish.parser_factory,
        zone=place,
        start=asking.instant(wish.begin, place) if wish.begin else None,
        end=asking.instant(wish.end, place) if wish.end else None,
        speed=wish.speed,
        region=settings.region,
        names=wish.names,
        is_beside=wish.is_beside,
    )


def _played(store: Store, order: Order) -> Played:
    from ccdash.ingest.replay import Watch, play

    what = f"Replaying {order.path}, {order.speed:g} times as fast"
    with asked_to_stop() as stop, waiting(f"{what}: what had happened before") as show:
        if not sys.stderr.isatty():
            say(f"{what}; SIGTERM or Ctrl-C stops.")

        def tell(at: datetime, told: int) -> None:
            show(f"{what}: {local(at, order.zone)}, {number_of(told, 'event')}; Ctrl-C stops")

        return play(store, order, Watch(now, partial(sleep_until, stop), stop, tell))


def _tell(file: Path, played: Played, zone: ZoneInfo) -> None:
    """What was played, what could not be read, and how it goes on."""
    span = f"from {local(played.start, zone)} to {local(played.end, zone)}"
    print(printable(f"{file}: played {span} ({zone.key}), {number_of(played.told, 'event')}."))
    if played.rejected:
        first, lines = played.rejected[0], number_of(len(played.rejected), "line")
        say(
            f"ccdash: warning: {lines} could not be read: {first.file}:{first.line}: {first.reason}"
        )
    if not played.is_whole:
        say(f"Stopped. {AGAIN}")
