"""When each channel was heard of last."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case as when
from sqlalchemy import func, literal, select

from ccdash.schema import contact
from ccdash.store.engine import Store
from ccdash.vocabulary import Channel

LOOKS_BACK = timedelta(days=1)


def heard(store: Store, at: datetime) -> dict[Channel, datetime]:
    """The newest instant at which a contact came, was answered or ended, by channel; of the last
    day's contacts. Raises StoreUnavailable."""
    of = contact.c
    newest = func.greatest(
        *(
            func.max(when((moment <= literal(at), moment)))
            for moment in (of.arrived_at, of.answered_at, of.ended_at)
        )
    )
    statement = (
        select(of.channel, newest.label("at"))
        .where(of.arrived_at > literal(at - LOOKS_BACK), of.arrived_at <= literal(at))
        .group_by(of.channel)
        .order_by(of.channel)
    )
    return {Channel(name): moment for name, moment in store.frame(statement).iter_rows() if moment}
