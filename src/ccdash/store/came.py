"""The contacts, each beside who came.

A contact is of a person, who may be known by several details and so be a customer under several
numbers. Whoever counts or lists contacts reads these rows.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, select

from ccdash.schema import contact
from ccdash.store.persons import Beside, beside


def columns_of(of: FromClause, who: Beside) -> list[ColumnElement[Any]]:
    """A contact's. `person_id` is one number for all customers who are one person; `is_known` says
    whether it is known who came: neither nobody nor one of several people."""
    beside_it = (who.person_id.label("person_id"), who.is_known.label("is_known"))
    return [*(of.c[one.name] for one in contact.c), *beside_it]


who = beside(contact)
COLUMNS = columns_of(contact, who)
came = select(*COLUMNS).select_from(who.rows).subquery("came")
