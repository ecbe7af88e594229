"""Boards for walls and the links that open them: kept, found by a token, revoked.

A link opens one board and nothing else. Its token is told once, when it is made; of it the store
keeps a fingerprint (store/tokens.py), by which it is looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import delete, exists, insert, or_, select, update

from ccdash.errors import BadInput
from ccdash.i18n import N_
from ccdash.metrics import METRICS
from ccdash.schema import wall_link, wallboard
from ccdash.store.engine import Store
from ccdash.store.tokens import fingerprint
from ccdash.vocabulary import Channel, Names

NOTICE_LENGTH, NAME_LENGTH = 120, 40
MOST_METRICS = 12
SEEN_EVERY = timedelta(minutes=1)
ALLOWED: Mapping[str, range] = {
    "warn_percent": range(10, 100),
    "bad_percent": range(100, 301),
    "rotation_seconds": range(15, 31),
    "day_starts_minute": range(24 * 60),
    "screen_inches": range(19, 151),
    "distance_cm": range(100, 2001),
    "mute_from_minute": range(24 * 60),
    "mute_until_minute": range(24 * 60),
}
"""The values that make sense."""
NO_NAME = N_("A board needs a name: it stands at its top.")
NAME_TOO_LONG = N_("The name of a board has at most 40 characters: make it shorter.")
NOTICE_TOO_LONG = N_("A line for everybody has at most 120 characters: make it shorter.")
NAME_TAKEN = N_("There is a board of this name already: choose another one.")
NOT_THERE = N_("This board was taken away meanwhile: make it anew.")
NO_SCREEN = N_("Say which screen it is, so that you know later which link to revoke.")


@dataclass(frozen=True, slots=True)
class Board:
    """What one board shows and how: the columns of `wallboard`. `warn_percent` and `bad_percent`
    are shares of the target of a wait; between two equal minutes nothing is mute."""

    name: str
    language: str = "en"
    names: Names = Names.NONE
    team: str = ""
    channels: tuple[Channel, ...] = ()
    tiles: tuple[str, ...] = ()
    warn_percent: int = 75
    bad_percent: int = 100
    rotation_seconds: int = 20
    notice: str = ""
    day_starts_minute: int = 0
    screen_inches: int = 55
    distance_cm: int = 300
    has_chime: bool = False
    mute_from_minute: int = 20 * 60
    mute_until_minute: int = 8 * 60
    is_dimmed: bool = True

    def __post_init__(self) -> None:
        """Refuse what no wall can show."""
        if not self.name.strip():
            raise BadInput(NO_NAME)
        if len(self.name) > NAME_LENGTH:
            raise BadInput(NAME_TOO_LONG)
        if len(self.notice) > NOTICE_LENGTH:
            raise BadInput(NOTICE_TOO_LONG)
        if len(self.tiles) > MOST_METRICS:
            raise BadInput(f"A board has at most {MOST_METRICS} figures beside its channels.")
        for name in self.tiles:
            if name not in METRICS:
                raise BadInput(f"There is no metric {name!r}; `ccdash metrics` lists them all.")
        for name, allowed in ALLOWED.items():
            if getattr(self, name) not in allowed:
                raise BadInput(f"{name} is between {allowed[0]} and {allowed[-1]}.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A board in the store, and its number there."""

    number: int
    board: Board


@dataclass(frozen=True, slots=True)
class Screen:
    """A link as the administrator sees it: for which screen, until when, and when it was used."""

    number: int
    wallboard: int
    name: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_seen_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it opens its board at that instant."""
        return self.revoked_at is None and at < self.expires_at


@dataclass(frozen=True, slots=True)
class Wanted:
    """A link that is to be made."""

    wallboard: int
    screen: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token opens, and until when: the numbers of its link and of its board, and the
    board."""

    link: int
    wallboard: int
    board: Board
    expires_at: datetime
    last_seen_at: datetime | None


def every(store: Store) -> list[Kept]:
    """All boards, by name. Raises StoreUnavailable."""
    frame = store.frame(select(wallboard).order_by(wallboard.c.name))
    return [Kept(row["wallboard_id"], _board(row)) for row in frame.iter_rows(named=True)]


def save(store: Store, board: Board, number: int | None = None) -> int:
    """Keep a new board, or let the one of this number look so; gives its number. Raises BadInput
    for a name that another board has, and for a number that there is not."""
    of = wallboard.c
    values = {**asdict(board), "channels": list(board.channels), "tiles": list(board.tiles)}
    with store.transaction() as connection:
        others = exists().where(of.name == board.name, of.wallboard_id != (number or 0))
        if connection.execute(select(others)).scalar_one():
            raise BadInput(NAME_TAKEN)
        if number is None:
            statement = insert(wallboard).values(values).returning(of.wallboard_id)
            return int(connection.execute(statement).scalar_one())
        its = of.wallboard_id == number
        if not connection.execute(update(wallboard).where(its).values(values)).rowcount:
            raise BadInput(NOT_THERE)
        return number


def remove(store: Store, number: int) -> None:
    """Take a board away, and with it every link to it."""
    with store.transaction() as connection:
        connection.execute(delete(wall_link).where(wall_link.c.wallboard_id == number))
        connection.execute(delete(wallboard).where(wallboard.c.wallboard_id == number))


def screens(store: Store, number: int) -> list[Screen]:
    """The links of a board that were not revoked, the newest first. Raises StoreUnavailable."""
    of = wall_link.c
    statement = (
        select(
            of.link_id.label("number"),
            of.wallboard_id.label("wallboard"),
            of.screen.label("name"),
            of.created_at,
            of.expires_at,
            of.revoked_at,
            of.last_seen_at,
        )
        .where(of.wallboard_id == number, of.revoked_at.is_(None))
        .order_by(of.created_at.desc(), of.link_id.desc())
    )
    return [Screen(**row) for row in store.frame(statement).iter_rows(named=True)]


def issue(store: Store, wanted: Wanted, now: datetime) -> str:
    """Make a link; gives its token, this once. Raises BadInput for a screen without a name, an end
    that has passed, or a board that there is not."""
    if not wanted.screen.strip():
        raise BadInput(NO_SCREEN)
    if wanted.expires_at <= now:
        raise BadInput("The link would have ended already: choose a later day.")
    token = token_urlsafe(32)
    row = {
        "wallboard_id": wanted.wallboard,
        "token_hash": fingerprint(token),
        "screen": wanted.screen.strip(),
        "created_at": now,
        "expires_at": wanted.expires_at,
    }
    known = exists().where(wallboard.c.wallboard_id == wanted.wallboard)
    with store.transaction() as connection:
        if not connection.execute(select(known)).scalar_one():
            raise BadInput(NOT_THERE)
        connection.execute(insert(wall_link).values(row))
    return token


def revoke(store: Store, link: int, now: datetime) -> None:
    """Let a link open nothing from now on."""
    living = (wall_link.c.link_id == link) & wall_link.c.revoked_at.is_(None)
    with store.transaction() as connection:
        connection.execute(update(wall_link).where(living).values(revoked_at=now))


def living(store: Store, now: datetime) -> dict[str, Opened]:
    """What every link that holds opens, by the fingerprint of its token: one read for all screens
    of a process. Raises StoreUnavailable."""
    of = wall_link.c
    statement = (
        select(of.token_hash, of.link_id, of.expires_at, of.last_seen_at, *wallboard.c)
        .join_from(wall_link, wallboard, wallboard.c.wallboard_id == of.wallboard_id)
        .where(of.revoked_at.is_(None), of.expires_at > now)
        .order_by(of.link_id)
    )
    return {row["token_hash"]: _opened(row) for row in store.frame(statement).iter_rows(named=True)}


def find(store: Store, token: str, now: datetime) -> Opened | None:
    """What a token opens; None for one that is unknown, revoked or has expired. Raises
    StoreUnavailable."""
    of = wall_link.c
    statement = (
        select(of.link_id, of.expires_at, of.last_seen_at, *wallboard.c)
        .join_from(wall_link, wallboard, wallboard.c.wallboard_id == of.wallboard_id)
        .where(of.token_hash == fingerprint(token), of.revoked_at.is_(None), of.expires_at > now)
    )
    rows = store.frame(statement).rows(named=True)
    return _opened(rows[0]) if rows else None


def seen(store: Store, opened: Opened, now: datetime) -> None:
    """A screen has shown itself; this is written at most once a minute."""
    border = now - SEEN_EVERY
    if opened.last_seen_at is not None and opened.last_seen_at > border:
        return
    of = wall_link.c
    is_due = or_(of.last_seen_at.is_(None), of.last_seen_at <= border)
    with store.transaction() as connection:
        statement = update(wall_link).where(of.link_id == opened.link, is_due)
        connection.execute(statement.values(last_seen_at=now))


def _opened(row: Mapping[str, Any]) -> Opened:
    link, its = row["link_id"], row["wallboard_id"]
    return Opened(link, its, _board(row), row["expires_at"], row["last_seen_at"])


def _board(row: Mapping[str, Any]) -> Board:
    told = {one.name: row[one.name] for one in fields(Board)}
    told["names"] = Names(told["names"])
    told["channels"] = tuple(Channel(one) for one in told["channels"])
    told["tiles"] = tuple(one for one in told["tiles"] if one in METRICS)  # one may have gone
    return Board(**told)
