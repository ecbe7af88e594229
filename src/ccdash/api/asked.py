"""The parameters of a request, and the question that they ask.

A parameter that nobody knows is refused: a misspelt filter must not answer with everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from starlette.datastructures import QueryParams

from ccdash.errors import BadQuery
from ccdash.query import SPLITS, Dimension, Query
from ccdash.vocabulary import Grain


@dataclass(frozen=True, slots=True)
class Parameter:
    """One of a request: its name, what it says, its JSON Schema, an example."""

    name: str
    about: str
    schema: Mapping[str, Any]
    example: str
    is_required: bool = False
    words: tuple[str, ...] = ()
    """Of which words it is made; any, when there are none here."""


TEXT = {"type": "string"}
TIME = {"type": "string", "description": "A date, or an instant; without an offset it is of `tz`."}
METRICS = Parameter(
    "metrics", "Names of metrics, with commas.", TEXT, "offered,service_level", is_required=True
)
METRIC = Parameter("metrics", "Behind which metric; one name.", TEXT, "abandoned", is_required=True)
PERIOD = (
    Parameter("from", "The first instant.", TIME, "2026-03-01", is_required=True),
    Parameter("to", "The end, itself not included.", TIME, "2026-04-01", is_required=True),
    Parameter("tz", "Whose days; without it the centre's time zone.", TEXT, "Europe/Helsinki"),
)
PARTS = (
    Parameter("grain", "How long a bucket of time is.", TEXT, "day", words=tuple(Grain)),
    Parameter("by", "Broken down by these, with commas.", TEXT, "channel", words=SPLITS),
)
WHERE = tuple(
    Parameter(
        f"where_{one}", f"Only these words of {one}, with | between them.", TEXT, "phone|chat"
    )
    for one in Dimension
)
HOURS = (
    Parameter(
        "weekday", "Only of this day of the week, by the clock of `tz`; 1 is Monday.",
        {"type": "integer", "minimum": 1, "maximum": 7}, "1",
    ),
    Parameter(
        "hour", "Only of this hour of the days, by the clock of `tz`.",
        {"type": "integer", "minimum": 0, "maximum": 23}, "9",
    ),
)  # fmt: skip
SETTINGS = Parameter(
    "settings",
    "By the targets and limits of which instant all days are measured: `today`, or an instant; "
    "without it each day by its own.",
    TEXT,
    "today",
)
BEFORE = (
    Parameter("before_from", "The first instant of a period to stand beside.", TIME, "2025-03-03"),
    Parameter("before_to", "The end of that period, itself not included.", TIME, "2025-04-03"),
)
TODAY = "today"
MOST = 1_000
PAGE = (
    Parameter("limit", "How many rows.", {"type": "integer", "minimum": 1, "maximum": MOST}, "100"),
    Parameter("after", "`meta.next` of the page before.", TEXT, ""),
)
SEARCH = Parameter(
    "search",
    "Only contacts in which every word of this is found: customer (name, number, telephone, "
    "e-mail), agent, queue, key of the case or contact, subject, or the date or time of arrival.",
    TEXT,
    "virtanen 14:05",
)
OF_FIGURES = (METRICS, *PERIOD, *PARTS, *WHERE, *HOURS, SETTINGS, *BEFORE)
CUSTOMER = Parameter(
    "customer",
    "Only contacts of the person of this customer, by the number (`customer_id`).",
    TEXT,
    "4611686018427387904",
)
OF_CONTACTS = (METRIC, *PERIOD, *WHERE, *HOURS, SETTINGS, SEARCH, CUSTOMER)
OF_EXPORTS = (*OF_FIGURES, SEARCH, CUSTOMER)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says: the words in its path, and its parameters, each once and known; and
    who asks, for the access log."""

    path: Mapping[str, str]
    params: Mapping[str, str]
    who: str

    @classmethod
    def read(
        cls, path: Mapping[str, str], params: QueryParams, known: tuple[Parameter, ...], who: str
    ) -> Asked:
        """Raises BadQuery for a parameter that is unknown, twice there, or missing."""
        names = [name for name, _ in params.multi_items()]
        allowed = [one.name for one in known]
        for name in names:
            if name not in allowed:
                raise BadQuery(_unknown(name, allowed))
            if names.count(name) > 1:
                raise BadQuery(f"The parameter {name} is there twice: write all its words in one.")
        for one in known:
            if one.is_required and not params.get(one.name):
                raise BadQuery(
                    f"The parameter {one.name} is missing: {one.about} "
                    f"Such as {one.name}={one.example}."
                )
            _refuse_words(one, params.get(one.name, ""))
        return cls(dict(path), dict(params), who)

    def query(self, timezone: str, now: datetime) -> Query:
        """The question; its days are those of `tz`, else of the given time zone; today's settings
        are those of now. Raises BadQuery, BadSettings."""
        params = {"tz": timezone, **self.params}
        if params.get("settings") == TODAY:
            params["settings"] = now.isoformat()
        return Query.from_params(params)

    def limit(self, usual: int) -> int:
        """How many rows. Raises BadQuery."""
        text = self.params.get("limit", str(usual))
        if not text.isdecimal() or not 1 <= int(text) <= MOST:
            raise BadQuery(f"limit is a number from 1 to {MOST}.")
        return int(text)


def _refuse_words(of: Parameter, text: str) -> None:
    """Raises BadQuery for a word that is none of those which the parameter may have."""
    wrong = [word for word in text.split(",") if word and of.words and word not in of.words]
    if wrong:
        raise BadQuery(f"{of.name} is of {', '.join(of.words)}; not {wrong[0][:40]!r}.")


def _unknown(name: str, allowed: list[str]) -> str:
    near = get_close_matches(name, allowed, n=1)
    hint = f" Did you mean {near[0]}?" if near else " /api/v1/openapi.json tells them all."
    return f"There is no parameter {name[:40]!r}.{hint}"
