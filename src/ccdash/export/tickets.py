"""A ticket lets a browser fetch one export for some minutes: it holds the question, signed.

The secret is this process's own: a ticket is worth nothing to another process or after a restart.
"""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_bytes

from itsdangerous import BadData, URLSafeTimedSerializer

from ccdash.errors import LinkTooOld
from ccdash.export.about import Content
from ccdash.export.forms import Form
from ccdash.query import Query

GOOD_FOR_SECONDS = 600
PATH = "/export"
"""Where a ticket is good for something."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One export: of what, in which form, by which question, and who gets it."""

    content: Content
    form: Form
    query: Query
    who: str


class Tickets:
    """Issues and reads them, with one secret."""

    def __init__(self, secret: bytes) -> None:
        self._signed = URLSafeTimedSerializer(secret, salt="ccdash.export")

    def issue(self, wanted: Wanted) -> str:
        """For an address."""
        told = [wanted.content, wanted.form, wanted.query.to_params(), wanted.who]
        return str(self._signed.dumps(told))

    def read(self, ticket: str) -> Wanted:
        """What it is for. Raises LinkTooOld for one that is older than GOOD_FOR_SECONDS, was
        changed, or is of another process."""
        try:
            content, form, params, who = self._signed.loads(ticket, max_age=GOOD_FOR_SECONDS)
        except BadData as cause:
            raise LinkTooOld from cause
        return Wanted(Content(content), Form(form), Query.from_params(params), who)


TICKETS = Tickets(token_bytes(32))
"""Those of this process."""
