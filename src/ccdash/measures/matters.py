"""What is counted of matters: of each the contact with which it began, beside all of them."""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, and_, column, or_, table

from ccdash.measure import Columns, Fact, Kind, Measure
from ccdash.measures.contacts import CAME

MANY_TIMES = 3


def _begins(of: Columns) -> ColumnElement[bool]:
    """The contact is the first of its matter."""
    is_first: ColumnElement[bool] = of.contacts > 0
    return is_first


def _followed(of: Columns) -> ColumnElement[bool]:
    """It would be seen if the customer came again: who came is known, or a case is."""
    return and_(_begins(of), or_(of.is_known, of.case_id.is_not(None)))


def _came_about(of: Columns) -> ColumnElement[bool]:
    """The customer came about it: what only we began is another thing."""
    return and_(_followed(of), of.times > 0)


MATTERS = (
    Measure("matters", Fact.BOUNCE, _begins),
    Measure("known_matters", Fact.BOUNCE, _followed),
    Measure("bounces", Fact.BOUNCE, _followed, lambda of: of.bounces, Kind.SUM),
    Measure("come_about", Fact.BOUNCE, _came_about),
    Measure("times_come", Fact.BOUNCE, _came_about, lambda of: of.times, Kind.SUM),
    Measure("third_contacts", Fact.BOUNCE, lambda of: and_(_followed(of), of.times >= MANY_TIMES)),
)

BOUNCED = table(
    "contact",
    *(column(one.name, one.type) for one in CAME),
    column("contacts", BigInteger),
    column("times", BigInteger),
    column("bounces", BigInteger),
).c
"""The columns of Fact.BOUNCE: those of Fact.CONTACT, and of the contact that begins a matter how
many contacts the matter has, how often the customer came, and how often it bounced."""
