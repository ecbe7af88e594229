"""Three years of a made-up contact centre as rows: seeded, the same at every run.

Made with numpy, 250,000 contacts at a time, in the order of their arrival. Customers come back
within days with the same matter, six channels have their own hours, waits follow the load.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import polars as pl
from made_centre import (
    AGENT_IDS,
    AGENTS,
    KINDS,
    POINT_IDS,
    POINTS,
    QUEUE_IDS,
    SOURCE,
    SPAN,
    SUBJECTS,
    TEAMS,
    TIMEZONE,
    Array,
    case_ids,
    contact_ids,
    customer_ids,
    email_ids,
)

from ccdash.query import Period
from ccdash.vocabulary import Channel, Grain

VERSION = 3
"""Of the generator: stores of another one are made anew."""
SEED = 20261101
YEAR = Period.parse("2025-11-01", "2026-11-01", TIMEZONE)
DAY = Period.parse("2026-10-14", "2026-10-15", TIMEZONE)
WEEK = Period.parse("2026-10-12", "2026-10-19", TIMEZONE)
QUARTER = Period.parse("2026-07-01", "2026-10-01", TIMEZONE)
AT_ONCE = 250_000

CHANNELS = ("phone", "chat", "email", "form", "social", "callback")
assert set(CHANNELS) <= set(Channel)
SHARE = np.array([0.46, 0.22, 0.18, 0.06, 0.05, 0.03])
PHONE, CHAT, CALLBACK = 0, 1, 5
KIND_OF = np.array([0, 1, 2, 2, 3, 0])
SUBJECT_SHARE = np.array([0.28, 0.22, 0.16, 0.14, 0.12, 0.08])
LANGUAGES, LANGUAGE_SHARE = np.array(["fi", "sv", "en"]), [0.72, 0.17, 0.11]

WEEKDAY = np.array([1.25, 1.1, 1.05, 1.0, 0.95, 0.4, 0.25])
SEASON = np.array([1.15, 1.0, 1.0, 0.95, 0.95, 0.9, 0.75, 0.95, 1.05, 1.05, 1.1, 1.25])
OPEN = np.array([0] * 8 + [6, 9, 11, 10, 8, 9, 9, 8, 6, 4, 3, 2] + [0] * 4, float)
SATURDAY = np.array([0] * 10 + [5, 6, 6, 5, 4, 3] + [0] * 8, float)
ALWAYS = np.array([1] * 6 + [3, 5, 8, 9, 9, 8, 7, 8, 8, 7, 7, 7, 7, 7, 6, 5, 4, 2], float)

WAIT = np.array([12, 13, 9_000, 12_000, 5_400, 1])  # medians, seconds
TALK = np.array([280, 420, 360, 300, 240, 260])
TARGET = np.array([20, 30, 14_400, 28_800, 7_200, 20])
LONGEST_WAIT, PATIENCE = 240, 300


@dataclass(frozen=True)
class History:
    """A history of so many contacts; a fifth as many customers."""

    contacts: int

    @property
    def customers(self) -> int:
        return self.contacts // 5

    @cached_property
    def base(self) -> Base:
        return _base(self)

    def parts(self) -> Iterator[Mapping[str, pl.DataFrame]]:
        """Rows of the tables that grow, part by part."""
        for first in range(0, self.contacts, AT_ONCE):
            yield _part(self.base, first, min(first + AT_ONCE, self.contacts))

    def people(self) -> Iterator[Mapping[str, pl.DataFrame]]:
        """Customers and what they are recognised by."""
        for first in range(0, self.customers, AT_ONCE):
            yield _people(np.arange(first, min(first + AT_ONCE, self.customers)))


@dataclass(frozen=True)
class Base:
    """What is decided for all contacts together: an item a contact, in order of arrival."""

    seconds: Array  # of arrival, since 1970
    hour: Array
    channel: Array
    subject: Array
    root: Array  # the first contact about the same matter
    many: Array  # contacts about the matter that this one begins
    customer: Array


# All together ------------------------------------------------------------------------------------


def _base(of: History) -> Base:
    rng = np.random.default_rng(SEED)
    n = of.contacts
    starts = SPAN.starts(Grain.DAY)
    days = [at.astimezone(SPAN.zone).date() for at in starts]
    weekdays = np.array([day.weekday() for day in days])
    weights = np.array([_weight(day) for day in days])
    day = np.repeat(np.arange(len(days)), rng.multinomial(n, weights / weights.sum()))
    channel = _channels(rng, weekdays[day])
    hour = _hours(rng, channel, weekdays[day])
    midnight = np.array([int(at.timestamp()) for at in starts])
    seconds = midnight[day] + hour * 3600 + rng.integers(0, 3600, n)
    order = np.argsort(seconds, kind="stable")
    seconds = seconds[order]
    root = _roots(rng, seconds)
    subject = rng.choice(len(SUBJECTS), n, p=SUBJECT_SHARE).astype(np.int8)[root]
    customer = (of.customers * rng.random(n) ** 1.2).astype(np.int32)[root]
    many = np.bincount(root, minlength=n)
    return Base(seconds, hour[order], channel[order], subject, root, many, customer)


def _weight(day: date) -> float:
    growth = 1 + 0.1 * (day - SPAN.start.date()).days / 365
    return float(WEEKDAY[day.weekday()] * SEASON[day.month - 1] * growth)


def _channels(rng: np.random.Generator, weekday: Array) -> Array:
    """Nobody is on the phone or in the chat on a Sunday."""
    found = rng.choice(len(CHANNELS), len(weekday), p=SHARE).astype(np.int8)
    closed = (weekday == 6) & ((found <= CHAT) | (found == CALLBACK))
    found[closed] = 2
    return found


def _hours(rng: np.random.Generator, channel: Array, weekday: Array) -> Array:
    drawn = rng.random(len(channel))
    live = (channel <= CHAT) | (channel == CALLBACK)
    hour = _drawn(ALWAYS, drawn)
    hour[live] = _drawn(OPEN, drawn[live])
    saturday = live & (weekday == 5)
    hour[saturday] = _drawn(SATURDAY, drawn[saturday])
    return hour


def _drawn(weights: Array, drawn: Array) -> Array:
    return np.searchsorted(np.cumsum(weights) / weights.sum(), drawn, "right")


def _roots(rng: np.random.Generator, seconds: Array) -> Array:
    """A fifth of the contacts go on with a matter of the days before."""
    n = len(seconds)
    own = np.arange(n)
    back = seconds - rng.exponential(2.5 * 86_400, n)
    earlier = np.minimum(np.searchsorted(seconds, back), own - 1)
    root = np.where((rng.random(n) < 0.2) & (back > seconds[0]), earlier, own)
    while not np.array_equal(up := root[root], root):
        root = up
    return root


# A part ------------------------------------------------------------------------------------------


def _part(base: Base, first: int, last: int) -> Mapping[str, pl.DataFrame]:
    contacts = _contacts(base, first, last)
    return {
        "contact": contacts.drop("nps_asked", "ces_asked", "is_first"),
        "matter": _matters(base, contacts, first, last),
        "segment": _segments(contacts),
        "survey": _surveys(contacts),
        "case": _cases(contacts, first),
    }


def _contacts(base: Base, first: int, last: int) -> pl.DataFrame:
    rng = np.random.default_rng((SEED, first))
    n, own = last - first, np.arange(first, last)
    channel, subject = base.channel[first:last], base.subject[first:last]
    root = base.root[first:last]
    is_live, is_outbound = channel <= CHAT, channel == CALLBACK
    load = 0.6 + OPEN[base.hour[first:last]] / 9
    wait = rng.lognormal(np.log(WAIT[channel]), 0.9) * load
    patience = np.where(is_live, rng.exponential(PATIENCE, n), np.inf)
    most = np.where(is_live, LONGEST_WAIT, np.inf)
    gone, sent = patience < np.minimum(wait, most), wait > most
    handled = ~gone & ~sent
    spent = np.minimum(np.minimum(wait, patience), most).astype(np.int32)
    talk = rng.lognormal(np.log(TALK[channel]), 0.6).astype(np.int32)
    hold = np.where(rng.random(n) < 0.15, rng.exponential(60, n), 0).astype(np.int32)
    wrap = rng.exponential(45, n).astype(np.int32)
    arrived = base.seconds[first:last]
    queued = arrived + np.where(channel == PHONE, rng.integers(2, 25, n), 0)
    answered = queued + np.where(is_outbound, 0, spent)
    ended = answered + np.where(handled, talk + hold, 0)
    live_or_written = np.where(is_live | is_outbound, 0, 1)
    agent = (subject * 2 + live_or_written) * (AGENTS // TEAMS) + rng.integers(0, 25, n)
    numbers, unknown = contact_ids(own), (channel == PHONE) & (rng.random(n) < 0.12)
    is_void = rng.random(n) < 0.002
    outcome = np.where(gone, "abandoned", np.where(sent, "timed_out", "handled"))
    mood = 4.3 - np.clip(np.log1p(spent / TARGET[channel]) / 3, 0, 1.5) - 0.6 * (root != own)
    asked = handled & ~is_outbound
    is_asked = {
        "csat": asked & (rng.random(n) < 0.35),
        "nps": asked & (rng.random(n) < 0.1),
        "ces": asked & (rng.random(n) < 0.08),
    }
    scores = {
        "csat": np.clip(np.rint(mood + rng.normal(0, 0.9, n)), 1, 5),
        "nps": np.clip(np.rint(mood * 2 + rng.normal(0, 2, n)), 0, 10),
        "ces": np.clip(np.rint(mood * 1.4 + rng.normal(0, 1.2, n)), 1, 7),
    }
    said = {kind: is_asked[kind] & (rng.random(n) < 0.3) for kind in scores}
    return pl.DataFrame(
        {
            "customer_id": np.where(unknown, -numbers, customer_ids(base.customer[first:last])),
            "contact_id": numbers,
            "arrived_at": _instants(arrived),
            "source": pl.repeat(SOURCE, n, eager=True),
            "key": pl.Series(own).cast(pl.String),
            "stay": pl.repeat(0, n, eager=True),
            "root_id": numbers,
            "case_id": _where(root % 10 < 4, case_ids(root)),
            "channel": np.array(CHANNELS)[channel],
            "direction": np.where(is_outbound, "outbound", "inbound"),
            "queue_id": QUEUE_IDS[subject * len(KINDS) + KIND_OF[channel]],
            "agent_id": _where(handled, AGENT_IDS[agent]),
            "contact_point_id": POINT_IDS[rng.integers(0, POINTS, n)],
            "language": LANGUAGES[rng.choice(3, n, p=LANGUAGE_SHARE)],
            "subject": np.array(SUBJECTS)[subject],
            "queued_at": _where(~is_outbound, _instants(queued)),
            "answered_at": _where(handled, _instants(answered)),
            "ended_at": _instants(ended),
            "done_at": _instants(ended + np.where(handled, wrap, 0)),
            "outcome": np.where(is_void, "void", outcome),
            "is_void": is_void,
            "is_transferred": handled & (rng.random(n) < 0.07),
            "wait_seconds": _where(~is_outbound, spent),
            "talk_seconds": _where(handled, talk),
            "hold_seconds": _where(handled, hold),
            "wrap_up_seconds": _where(handled, wrap),
            "target_seconds": TARGET[channel],
            "short_abandon_seconds": pl.repeat(5, n, eager=True),
            "csat_asked": is_asked["csat"],
            "csat_score": _where(said["csat"], scores["csat"].astype(np.int8)),
            "csat_positive_from": pl.repeat(4, n, eager=True),
            "nps_score": _where(said["nps"], scores["nps"].astype(np.int8)),
            "ces_score": _where(said["ces"], scores["ces"].astype(np.int8)),
            "nps_asked": is_asked["nps"],
            "ces_asked": is_asked["ces"],
            "is_first": root == own,
        }
    )


def _instants(seconds: Array) -> pl.Series:
    return pl.Series(seconds.astype(np.int64) * 1_000_000).cast(pl.Datetime("us"))


def _where(known: Array, values: Array | pl.Series) -> pl.Series:
    """The values, null where they are not known."""
    return pl.select(pl.when(pl.Series(known)).then(pl.Series(values))).to_series()


KEYS = ("customer_id", "contact_id", "arrived_at")


def _segments(contacts: pl.DataFrame) -> pl.DataFrame:
    left = pl.coalesce("answered_at", "ended_at")
    spans = (("queue", "queued_at", left), ("talk", "answered_at", pl.col("ended_at")),
             ("wrap_up", "ended_at", pl.col("done_at")))  # fmt: skip
    parts = [
        contacts.filter(pl.col(began).is_not_null(), kind == "queue" or pl.col("agent_id") != 0)
        .select(
            *KEYS,
            pl.lit(position).alias("position"),
            pl.lit(kind).alias("kind"),
            "queue_id",
            (pl.lit(None, pl.Int64) if kind == "queue" else pl.col("agent_id")).alias("agent_id"),
            pl.col(began).alias("started_at"),
            ended.alias("ended_at"),
            "is_void",
        )
        for position, (kind, began, ended) in enumerate(spans)
    ]  # fmt: skip
    return pl.concat(parts).sort("started_at")


def _surveys(contacts: pl.DataFrame) -> pl.DataFrame:
    parts = []
    for kind in ("csat", "nps", "ces"):
        score = pl.col(f"{kind}_score")
        answered = pl.when(score.is_not_null()).then(pl.col("done_at") + timedelta(hours=2))
        parts.append(
            contacts.filter(f"{kind}_asked").select(
                *KEYS,
                pl.lit(kind).alias("kind"),
                pl.col("done_at").alias("asked_at"),
                answered.alias("answered_at"),
                score.alias("score"),
            )
        )
    return pl.concat(parts)


def _cases(contacts: pl.DataFrame, first: int) -> pl.DataFrame:
    opened = contacts.filter("is_first", pl.col("case_id").is_not_null())
    rng = np.random.default_rng((SEED, first, 1))
    days = pl.Series(rng.lognormal(0.3, 1.0, len(opened)) * 86_400e6).cast(pl.Duration("us"))
    resolved = pl.Series(rng.random(len(opened)) < 0.93)
    return opened.select(
        "case_id",
        "source",
        "key",
        pl.when(pl.col("customer_id") > 0).then("customer_id").alias("customer_id"),
        "queue_id",
        "subject",
        pl.col("arrived_at").alias("opened_at"),
        pl.when(resolved)
        .then((pl.col("arrived_at") + days).dt.truncate("1s"))
        .alias("resolved_at"),
        pl.Series(rng.poisson(0.12, len(opened))).alias("reopened_count"),
    )


def _matters(base: Base, contacts: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """A case is a matter, and so are several contacts of a known customer about one thing."""
    root, is_case = base.root[first:last], pl.col("case_id").is_not_null()
    how = pl.when("is_first").then(pl.lit("begins")).when(is_case).then(pl.lit("case"))
    return (
        contacts.select(
            *KEYS,
            "is_void",
            pl.coalesce("case_id", pl.Series(contact_ids(root))).alias("matter_id"),
            how.otherwise(pl.lit("rule")).alias("how"),
            pl.Series(base.many[root] > 1).alias("is_more") | is_case,
        )
        .filter("is_more", ~pl.col("is_void"), pl.col("customer_id") > 0)
        .drop("is_more", "is_void")
    )


def _people(numbers: Array) -> Mapping[str, pl.DataFrame]:
    """Of each a telephone, which the customer's number is of, and of every second an e-mail address
    that was verified together with it: one person."""
    ids = pl.DataFrame(
        {
            "number": numbers,
            "customer_id": customer_ids(numbers),
            "email_id": email_ids(numbers),
        }
    )
    number, email_id = pl.col("number").cast(pl.String), pl.col("email_id")
    has_email = ids.filter(pl.col("number") % 2 == 0)
    phone, email = "+35840" + number.str.zfill(8), "customer" + number + "@example.org"
    kinds = (
        (ids, "phone", phone, "customer_id", "customer_id"),
        (has_email, "email", email, "email_id", "email_id"),
        (has_email, "email", email, "customer_id", "email_id"),
    )
    told = [
        some.select(
            pl.lit(kind).alias("kind"),
            value.alias("value"),
            pl.col(customer).alias("customer_id"),
            pl.lit(SOURCE).alias("source"),
            pl.col(detail).alias("detail_id"),
            pl.lit(True).alias("is_verified"),
        )
        for some, kind, value, customer, detail in kinds
    ]
    name = pl.when(pl.col("number") % 5 < 3).then("Customer " + number).alias("name")
    email_rows = has_email.select(email_id.alias("customer_id"), pl.lit(None).alias("name"))
    members = pl.concat([has_email["customer_id"], has_email["email_id"]])
    standing = pl.concat([has_email["customer_id"], has_email["customer_id"]])
    return {
        "customer": pl.concat(
            [ids.select("customer_id", name), email_rows], how="vertical_relaxed"
        ),
        "identity": pl.concat(told),
        "person": pl.DataFrame({"customer_id": members, "person_id": standing}),
    }


def customers_of(history: History, contacts: int, many: int) -> list[int]:
    """Customers with exactly so many contacts."""
    number = np.bincount(history.base.customer, minlength=history.customers)
    return [int(one) for one in customer_ids(np.flatnonzero(number == contacts)[:many])]
