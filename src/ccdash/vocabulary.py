"""The words of the field. Every other module spells them from here."""

from __future__ import annotations

from enum import StrEnum


class Word(StrEnum):
    """A word of a closed list. As a key it is looked up as fast as any text."""

    __hash__ = str.__hash__


class Channel(Word):
    """How a customer reaches the centre."""

    PHONE = "phone"
    CHAT = "chat"
    EMAIL = "email"
    SOCIAL = "social"
    FORM = "form"
    CALLBACK = "callback"
    SELF_SERVICE = "self_service"


LIVE_CHANNELS = frozenset({Channel.PHONE, Channel.CHAT})
"""Channels in which the customer waits on the line, so that abandonment means something."""

WRITTEN_CHANNELS = frozenset({Channel.CHAT, Channel.EMAIL, Channel.SOCIAL, Channel.FORM})
"""Channels in which the customer writes, so that there is a first message and a first answer."""


class Direction(Word):
    """Who started the contact."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Outcome(Word):
    """How a contact ended; a closed list."""

    OPEN = "open"
    HANDLED = "handled"
    ABANDONED = "abandoned"
    SELF_SERVED = "self_served"
    VOICEMAIL = "voicemail"
    CALLBACK_BOOKED = "callback_booked"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    FAILED = "failed"
    VOID = "void"


UNSERVED = (Outcome.ABANDONED, Outcome.TIMED_OUT, Outcome.FAILED, Outcome.REFUSED)
"""How a contact ends that nobody has served."""


class Author(Word):
    """Who wrote a message."""

    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"


class SegmentKind(Word):
    """What happened during one stretch of a contact."""

    MENU = "menu"
    QUEUE = "queue"
    RING = "ring"
    TALK = "talk"
    HOLD = "hold"
    CONSULT = "consult"
    WRAP_UP = "wrap_up"
    CUSTOMER_WAIT = "customer_wait"


class Intent(Word):
    """What an agent declared. Load is another fact (see Load); the two are never mixed."""

    AVAILABLE = "available"
    BREAK = "break"
    TRAINING = "training"
    MEETING = "meeting"
    WRAP_UP = "wrap_up"  # platforms that know wrap-up only as a reason for a pause
    OFFLINE = "offline"
    UNKNOWN = "unknown"


AWAY = (Intent.BREAK, Intent.TRAINING, Intent.MEETING)
"""Signed in, and out for a while."""

NOT_HERE = (Intent.OFFLINE, Intent.UNKNOWN)
"""Not signed in, as far as anybody knows."""


class Load(Word):
    """What an agent is doing, derived from the segments of contacts."""

    IDLE = "idle"
    RINGING = "ringing"
    ON_CONTACT = "on_contact"
    WRAP_UP = "wrap_up"


class IdentityKind(Word):
    """By what a customer is recognised, the strongest first."""

    CUSTOMER_NUMBER = "customer_number"
    EMAIL = "email"
    PHONE = "phone"
    HANDLE = "handle"
    DEVICE = "device"


class Recognition(Word):
    """Whether it is known who came: by a detail of one person, by none, or by one of several people
    (a switchboard), of whom nobody knows which."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    SHARED = "shared"


class LinkKind(Word):
    """What somebody decided about who is one person."""

    MERGE = "merge"
    APART = "apart"


class Joined(Word):
    """How a contact came into its matter."""

    BEGINS = "begins"
    CASE = "case"
    RULE = "rule"
    DECISION = "decision"


class MatterKind(Word):
    """What somebody decided about which contacts are one matter."""

    JOIN = "join"
    APART = "apart"


class LinkedBy(Word):
    """Why a contact detail is a part of a person."""

    ITSELF = "itself"  # the one that stands for the person
    TOLD = "told"
    MERGE = "merge"


class Doubt(Word):
    """Why two people who have a contact detail in common are not one."""

    SHARED = "shared"
    UNVERIFIED = "unverified"
    NEVER = "never"  # verified, but kept apart, or of a kind that links nobody


TOKEN = "(forgotten-"  # noqa: S105  of no secret
"""How the customer numbers of the forgotten begin: before those of everybody else, so that they are
the strongest of all that was told with them."""


class Access(Word):
    """What somebody did with what is held of a customer."""

    OPENED = "opened"
    DETAILS = "details"
    EXPORTED = "exported"
    LINKED = "linked"
    FORGOTTEN = "forgotten"


class SurveyKind(Word):
    """Which question a survey asks."""

    CSAT = "csat"
    NPS = "nps"
    CES = "ces"
    FCR = "fcr"


class Grain(Word):
    """The length of a bucket of time. TOTAL is one bucket for the whole period."""

    TOTAL = "total"
    QUARTER_HOUR = "15min"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Names(Word):
    """How much of who is here may hang on a wall that everybody sees."""

    NONE = "none"
    TEAM = "team"
    INITIALS = "initials"


class Unit(Word):
    """What a metric is measured in; a ratio is stored as a fraction and shown as per cent."""

    COUNT = "count"
    RATIO = "ratio"
    SECONDS = "seconds"
    SCORE = "score"


class Better(Word):
    """In which direction a metric improves."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"
