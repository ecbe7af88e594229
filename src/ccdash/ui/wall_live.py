"""The walls of this process: each board as it is now, for all the screens that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ccdash.i18n import translator
from ccdash.live.hub import Snapshot
from ccdash.live.walls import Asked
from ccdash.store.live import Floor
from ccdash.store.wallboards import Board
from ccdash.ui.look import Look, Shown, shown
from ccdash.ui.markup import Html
from ccdash.ui.now_head import as_known
from ccdash.ui.source import source
from ccdash.ui.wall import Drawn, Held, Seen, Wall, beyond_the_floor, wall_html
from ccdash.views.scope import Scope
from ccdash.vocabulary import Channel


@dataclass(frozen=True, slots=True)
class Kind:
    """How a board is drawn: on a TV, or as a preview at an instant; and the colours before."""

    is_full: bool
    now: datetime
    before: Held


class Colours:
    """Of the boards that hang, as they were drawn last."""

    def __init__(self) -> None:
        self._held: dict[int, Held] = {}

    def drawn(self, wallboard: int, snapshot: Snapshot) -> Html | None:
        """The board of this number; None when there is none."""
        board = source().walls.board(wallboard)
        if board is None:
            self._held.pop(wallboard, None)
            return None
        before = self._held.get(wallboard, {})
        made = draw(board, snapshot, Kind(True, source().now(), before))
        self._held[wallboard] = made.held
        return made.html


COLOURS = Colours()


def draw(board: Board, snapshot: Snapshot, kind: Kind) -> Drawn:
    """One board, of the newest floor."""
    look = Look(translator(board.language), source().settings.zone, source().targets)
    seen = _narrowed(board, snapshot.floor, look) if snapshot.floor else None
    walls = source().walls
    asked = Asked(beyond_the_floor(board), seen.filters() if seen else (), board.day_starts_minute)
    return wall_html(
        Seen(
            replace(snapshot, floor=seen.floor) if seen else snapshot,
            kind.now,
            walls.figures(asked) if seen else {},
            walls.heard() if seen else {},
            walls.is_open(kind.now) if board.is_dimmed else True,
            kind.before,
        ),
        Wall(
            board,
            look,
            _channels(board, seen) if seen else (),
            kind.is_full,
            is_demo=source().is_demo(),
        ),
    )


def _narrowed(board: Board, floor: Floor, look: Look) -> Shown:
    return shown(as_known(floor), look, Scope(board.team), source().comparisons.latest())


def _channels(board: Board, seen: Shown) -> Sequence[Channel]:
    """Those that were chosen, as far as there are contacts in them, or all that there are."""
    known = channels_known(seen)
    return [one for one in board.channels if one in known] or known


def channels_known(seen: Shown) -> Sequence[Channel]:
    """In which people can wait: those of late, and those of this moment."""
    found = set(seen.floor.queues["channel"])
    if seen.beside is not None:
        found |= set(seen.part.of(seen.beside.queues)["channel"])
    return [one for one in Channel if one in found and one is not Channel.SELF_SERVICE]
