"""How a person was recognised: each contact detail, and why it is theirs."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from sqlalchemy import and_, any_, false, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import array

from ccdash.ingest.identities import looked_for
from ccdash.ingest.linking import Detail, leaders
from ccdash.schema import identity, link_decision
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.store.keys import key_number
from ccdash.store.persons import members, person_of
from ccdash.vocabulary import IdentityKind, LinkedBy, LinkKind

MOST = 100
STRENGTHS = array([str(kind) for kind in IdentityKind])


def links_of(store: Store, customer_id: int) -> pl.DataFrame:
    """The contact details that are this person, the strongest first: customer_id (as text), kind,
    value, how (LinkedBy), with_kind and with_value (the strongest one that it was verified with),
    and decision_id (by which it was merged). Of a shared detail itself alone."""
    details, merges = store.frame(_details(customer_id)), store.frame(_merges(customer_id))
    merged = _merged(details, merges)
    number = pl.col("number")
    decision = number.replace_strict(merged, default=None, return_dtype=pl.Int64)
    how = (
        pl.when(decision.is_not_null())
        .then(pl.lit(str(LinkedBy.MERGE)))
        .when(number == pl.col("person_id"))
        .then(pl.lit(str(LinkedBy.ITSELF)))
        .otherwise(pl.lit(str(LinkedBy.TOLD)))
    )
    shown = ("kind", "value", how.alias("how"), "with_kind", "with_value")
    return details.select(
        number.cast(pl.String).alias("customer_id"), *shown, decision.alias("decision_id")
    )


def _merged(details: pl.DataFrame, merges: pl.DataFrame) -> Mapping[int, int]:
    """The decision by which each follows a stronger one."""
    known = [
        Detail(number, IdentityKind(kind), value)
        for number, kind, value in details.select("number", "kind", "value").iter_rows()
    ]
    led = leaders([(one, other) for _, one, other in merges.iter_rows()], known)
    by = {end: number for number, *ends in merges.iter_rows() for end in ends}
    return {number: by[number] for number, leader in led.items() if number != leader}


def _details(customer_id: int) -> Rows:
    """The members of the person, each with the strongest other member it was verified with."""
    theirs = any_(members(literal(customer_id)))
    of, pair, other = identity.c, identity.alias("pair").c, identity.alias("other").c
    verified = (
        select(other.kind, other.value)
        .where(
            pair.detail_id == of.detail_id,
            pair.customer_id != of.detail_id,
            pair.customer_id == theirs,
            pair.is_verified,
            other.detail_id == pair.customer_id,
            other.customer_id == pair.customer_id,
        )
        .order_by(func.array_position(STRENGTHS, other.kind), other.value)
        .limit(1)
        .lateral("verified")
    )
    return (
        select(
            of.detail_id.label("number"),
            person_of(of.detail_id).label("person_id"),
            of.kind,
            of.value,
            verified.c.kind.label("with_kind"),
            verified.c.value.label("with_value"),
        )
        .select_from(identity.outerjoin(verified, true()))
        .where(of.detail_id == theirs, of.customer_id == of.detail_id)
        .order_by(func.array_position(STRENGTHS, of.kind), of.value)
        .limit(MOST)
    )


def _merges(customer_id: int) -> Rows:
    """The merges of members that count, the first decision last."""
    of = link_decision.c
    theirs = any_(members(literal(customer_id)))
    is_merge = and_(of.kind == LinkKind.MERGE, of.taken_back_at.is_(None))
    return (
        select(of.decision_id, of.customer_id, of.other_id)
        .where(is_merge, of.customer_id == theirs, of.other_id == theirs)
        .order_by(of.decision_id.desc())
        .limit(MOST)
    )


def named(store: Store, text: str, region: str | None = None) -> pl.DataFrame:
    """The contact details, of any kind, that somebody may mean who types this, or the one whose
    customer has this number: customer_id, kind, value, person_id. Shared ones are their own."""
    of = identity.c
    details = [and_(of.kind == kind, of.value == value) for kind, value in looked_for(text, region)]
    if (number := key_number(text.strip())) is not None:
        details.append(of.detail_id == number)
    statement = (
        select(of.customer_id, of.kind, of.value, person_of(of.customer_id).label("person_id"))
        .where(or_(false(), *details), of.customer_id == of.detail_id)
        .order_by(func.array_position(STRENGTHS, of.kind), of.value)
    )
    return store.frame(statement)
