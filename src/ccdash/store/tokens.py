"""Tokens of programs that ask over HTTP: made, listed and revoked; only their hashes are kept.

A token is 256 random bits: nobody guesses it, and its plain SHA-256 needs no salt. It is looked up
by that hash, so that how long this takes tells nothing of the token itself.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

import polars as pl
from sqlalchemy import exists, insert, select, update

from ccdash.access import api_token
from ccdash.errors import BadInput
from ccdash.store.engine import Store

PREFIX = "ccdash_"
"""By which people, and programs that look for secrets, know what it is."""


def add(store: Store, name: str, now: datetime) -> str:
    """Make a token of this name; it is told this once. Raises BadInput for a name that is taken."""
    if _holds(store, name):
        raise BadInput(
            f"There is a token {name!r} already: revoke it first, or choose another name."
        )
    token = PREFIX + token_urlsafe(32)
    row = {"token_hash": fingerprint(token), "name": name, "created_at": now}
    with store.transaction() as connection:
        connection.execute(insert(api_token).values(row))
    return token


def revoke(store: Store, name: str, now: datetime) -> None:
    """Let the token of this name hold no longer. Raises BadInput when there is none."""
    if not _holds(store, name):
        raise BadInput(f"There is no token {name!r}; `ccdash token list` tells them all.")
    living = (api_token.c.name == name) & api_token.c.revoked_at.is_(None)
    with store.transaction() as connection:
        connection.execute(update(api_token).where(living).values(revoked_at=now))


def listed(store: Store) -> pl.DataFrame:
    """Every token that ever was: name, created_at, revoked_at."""
    columns = (api_token.c.name, api_token.c.created_at, api_token.c.revoked_at)
    return store.frame(select(*columns).order_by(api_token.c.created_at, api_token.c.name))


def name_of(store: Store, token: str) -> str | None:
    """For which program it was made; None for one that is not known or was revoked. Raises
    StoreUnavailable."""
    found = select(api_token.c.name).where(
        api_token.c.token_hash == fingerprint(token), api_token.c.revoked_at.is_(None)
    )
    return next(iter(store.frame(found)["name"]), None)


def _holds(store: Store, name: str) -> bool:
    known = exists().where(api_token.c.name == name, api_token.c.revoked_at.is_(None))
    return bool(store.frame(select(known.label("holds")))["holds"][0])


def fingerprint(token: str) -> str:
    """By which a token is known here; nobody finds the token from it."""
    return sha256(token.encode()).hexdigest()
