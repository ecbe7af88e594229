"""What can go wrong, in words that say what to do. A docstring is the default message."""

from __future__ import annotations


class CcdashError(Exception):
    """Something went wrong in ccdash."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or " ".join((self.__doc__ or "").split()))


class BadSettings(CcdashError):
    """A setting cannot be used: correct the named CCDASH_ variable and start again."""


class StoreUnavailable(CcdashError):
    """The store does not answer: check that Postgres runs and that CCDASH_DATABASE_URL is right."""


class StoreTooOld(CcdashError):
    """The store is older than this ccdash: run `ccdash migrate` and start again."""


class StoreTooNew(CcdashError):
    """The store was made by a newer ccdash: install that version or a later one, then start."""


class EmbeddedUnavailable(CcdashError):
    """The embedded store cannot be started: set CCDASH_DATABASE_URL to a Postgres 15 or later."""


class NoRights(CcdashError):
    """This role of the database may not do that: use one that has the right."""


class DiskFull(CcdashError):
    """The disk of the store is full: make room and run the same command again; nothing is lost."""


class StoreBusy(CcdashError):
    """Somebody else works on the same rows: nothing was changed, try again in a moment."""


class BadQuery(CcdashError):
    """The question cannot be answered as it was asked."""


class BadInput(CcdashError):
    """The input cannot be read."""


class TooManyBoards(CcdashError):
    """So many different parts of the centre are looked at that no other can be shown: choose one
    that others look at, or close some screens."""


class LinkTooOld(CcdashError):
    """This download link is no longer valid: go back to the screen and export again."""


class UnknownCustomer(CcdashError):
    """Nobody is known by that: give a contact detail or the number of a customer who is known."""


class AlreadyOne(CcdashError):
    """These are one person already: there is nothing to merge."""


class NoReason(CcdashError):
    """A reason is missing: say in a few words why, so that others can follow it later."""


class UnknownDecision(CcdashError):
    """There is no decision of this number: `ccdash links` tells those about a customer."""


class AlreadyTakenBack(CcdashError):
    """This decision was taken back before: nothing was changed."""


class NothingToPart(CcdashError):
    """No rule links this contact detail with anybody: there is nothing to keep apart."""
