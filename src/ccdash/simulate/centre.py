"""The simulated centre as the files in `data/` describe it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays

from ccdash.errors import BadInput, BadSettings
from ccdash.settings import zone
from ccdash.simulate.fields import Fields, from_csv, from_toml, unique
from ccdash.simulate.parts import (
    Agent,
    Asking,
    ContactPoint,
    Habits,
    Hours,
    Names,
    Queue,
    Returns,
    Span,
    Staffing,
    Volume,
)
from ccdash.thresholds import DatedValue, Threshold, Thresholds
from ccdash.vocabulary import LIVE_CHANNELS, Channel, Intent

SOURCE = "demo"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CHANNELS = tuple(str(one) for one in Channel)
ROTA_WEEKS = 3
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)

LANGUAGES, AUTHORS = ("fi", "sv", "en"), ("customer", "agent", "reply")


@dataclass(frozen=True, eq=False)
class Centre:
    """Everything that a week depends on besides its seed and its Monday."""

    name: str
    timezone: str
    country: str
    volume: Volume
    returns: Returns
    asking: Asking
    staffing: Staffing
    habits: Mapping[Channel, Habits]
    queues: tuple[Queue, ...]
    points: tuple[ContactPoint, ...]
    teams: Mapping[str, str]
    agents: tuple[Agent, ...]
    targets: tuple[DatedValue, ...]
    names: tuple[Names, ...]
    phrases: Mapping[tuple[str, str], tuple[str, ...]]
    """What is written, by language and by who writes: customer (the first message), agent, or
    reply (the customer's later ones)."""
    service: Mapping[Channel, Hours]
    """By which hours waits are measured, where it is not by those of the queue."""

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return zone(self.timezone)

    @cached_property
    def queue(self) -> Mapping[str, Queue]:
        """The queues by key."""
        return {one.key: one for one in self.queues}

    @cached_property
    def thresholds(self) -> Thresholds:
        """The targets, to be asked for one queue at one instant."""
        return Thresholds(self.targets)


def load(folder: Path) -> Centre:
    """The centre that the files in the folder describe. Raises BadInput naming file and place."""
    top = from_toml(folder / "centre.toml")
    top.only(
        "name", "timezone", "country", "volume", "returns", "surveys", "staffing", "shapes",
        "hours", "service", "shifts", "channels",
    )  # fmt: skip
    hours = {key: _hours(key, one) for key, one in top.sections("hours")}
    queues = _queues(folder, hours)
    teams = {row.text("key"): row.text("name") for row in _teams(folder)}
    shifts = {key: _shift(top.section("shifts"), key) for key in top.section("shifts").values}
    channels = [str(one.channel) for one in queues]
    return Centre(
        name=top.text("name"),
        timezone=_timezone(top),
        country=_country(top),
        volume=_volume(top.section("volume")),
        returns=_returns(top.section("returns")),
        asking=_asking(top.section("surveys")),
        staffing=_staffing(top.section("staffing")),
        habits=_all_habits(top, channels),
        queues=queues,
        points=_points(folder, [one.key for one in queues]),
        teams=teams,
        agents=_agents(folder, queues, teams, shifts),
        targets=_targets(folder, [one.key for one in queues]),
        names=_names(folder),
        phrases=_phrases(folder),
        service=_service(top.section("service"), hours),
    )


# centre.toml --------------------------------------------------------------------------------------


def _timezone(top: Fields) -> str:
    try:
        return zone(top.text("timezone")).key
    except BadSettings as cause:
        raise top.wrong("timezone", "a time zone such as Europe/Helsinki") from cause


def _country(top: Fields) -> str:
    return top.choice("country", sorted(holidays.list_supported_countries()))


def _volume(of: Fields) -> Volume:
    of.only("season", "growth_a_year", "growth_from_year", "customers", "scale")
    return Volume(
        season=of.numbers("season", 12),
        growth_a_year=of.number("growth_a_year", -0.5, 1),
        growth_from_year=of.whole("growth_from_year", 1970, 2100),
        customers=of.whole("customers", 100, 1_000_000),
        scale=of.number("scale", 0.01, 10),
    )


def _returns(of: Fields) -> Returns:
    of.only("days", "spread", "redials", "redial_after", "closes_early", "hurries", "channels")
    weights = of.section("channels")
    weights.only(*CHANNELS)
    return Returns(
        days=of.number("days", 0.1, 14),
        spread=of.number("spread", 0, 2),
        redials=of.share("redials"),
        redial_after=of.whole("redial_after", 30, 14_400),
        closes_early=of.share("closes_early"),
        hurries=of.share("hurries"),
        channels=tuple((Channel(key), weights.number(key)) for key in weights.values),
    )


def _asking(of: Fields) -> Asking:
    of.only("asked", "answered", "csat", "nps", "ces", "mood", "answer_after")
    return Asking(
        asked=of.share("asked"),
        answered=of.share("answered"),
        kinds=(of.number("csat"), of.number("nps"), of.number("ces")),
        mood=of.share("mood"),
        answer_after=of.whole("answer_after", 1),
    )


def _staffing(of: Fields) -> Staffing:
    of.only("ill", "holiday", "saturday", "sunday", "lunch", "coffee", "reserve", "extras")
    return Staffing(
        ill=of.share("ill"),
        holiday_by_month=of.numbers("holiday", 12),
        saturday=_shift(of, "saturday"),
        sunday=_shift(of, "sunday"),
        lunch=of.whole("lunch", 60, 7200),
        coffee=of.whole("coffee", 60, 3600),
        extras=tuple(_extra(one) for _, one in of.sections("extras")),
        reserve=of.whole("reserve", 0, 20),
    )


def _extra(of: Fields) -> tuple[str, str, float, int]:
    of.only("intent", "reason", "chance", "seconds")
    intent = of.choice("intent", [Intent.BREAK, Intent.TRAINING, Intent.MEETING])
    return intent, of.text("reason"), of.share("chance"), of.whole("seconds", 60, 14_400)


def _shift(of: Fields, name: str) -> Span:
    found = of.clock(name)
    if found is None or found[1] - found[0] < 3 * 3600:
        raise of.wrong(name, "hours such as 08:00-16:00, three of them or more,")
    return found


def _service(of: Fields, hours: Mapping[str, Hours]) -> dict[Channel, Hours]:
    of.only(*CHANNELS)
    return {Channel(key): hours[of.choice(key, list(hours))] for key in of.values}


def _hours(name: str, of: Fields) -> Hours:
    of.only("weekdays", *WEEKDAYS, "holiday")
    usual = of.clock("weekdays")
    week = [of.clock(name) or (usual if place < 5 else None) for place, name in enumerate(WEEKDAYS)]
    if not any(week):
        raise of.wrong("weekdays", "hours such as 08:00-18:00")
    return Hours(name, tuple(week), of.clock("holiday"))


def _all_habits(top: Fields, channels: Sequence[str]) -> dict[Channel, Habits]:
    shapes = dict(top.sections("shapes"))
    top.section("channels").only(*CHANNELS)
    missing = sorted(set(channels) - set(top.section("channels").values))
    if missing:
        raise BadInput(f"centre.toml, [channels]: the section [channels.{missing[0]}] is missing")
    return {Channel(key): _habits(key, of, shapes) for key, of in top.sections("channels")}


def _habits(key: str, of: Fields, shapes: Mapping[str, Fields]) -> Habits:
    of.only(
        "shape", "spread", "menu", "leaves_in_menu", "patience", "patience_spread", "hasty",
        "sorting", "solved", "held", "transferred", "rings_out", "returns_here",
    )  # fmt: skip
    shape = shapes[of.choice("shape", list(shapes))]
    shape.only("hours", "weekdays")
    channel = Channel(key)
    return Habits(
        channel=channel,
        hours_of_day=shape.numbers("hours", 24),
        weekdays=shape.numbers("weekdays", 7),
        is_live=channel in LIVE_CHANNELS,
        spread=of.number("spread", 0, 2),
        menu=_optional(of, "menu"),
        leaves_in_menu=of.share("leaves_in_menu") if "leaves_in_menu" in of.values else 0.0,
        patience=of.whole("patience", 1) if channel in LIVE_CHANNELS else 0,
        patience_spread=of.number("patience_spread", 0, 3) if channel in LIVE_CHANNELS else 0.0,
        hasty=of.share("hasty") if channel in LIVE_CHANNELS else 0.0,
        sorting=_optional(of, "sorting"),
        solved=of.share("solved"),
        held=of.share("held") if "held" in of.values else 0.0,
        transferred=of.share("transferred") if "transferred" in of.values else 0.0,
        rings_out=of.share("rings_out") if "rings_out" in of.values else 0.0,
        returns_here=of.share("returns_here"),
    )


def _optional(of: Fields, name: str) -> int:
    return of.whole(name) if name in of.values else 0


# The tables ---------------------------------------------------------------------------------------


def _queues(folder: Path, hours: Mapping[str, Hours]) -> tuple[Queue, ...]:
    columns = (
        "key", "name", "channel", "languages", "subjects", "hours", "a_day", "talk", "wrap_up",
    )  # fmt: skip
    rows = from_csv(folder / "queues.csv", *columns)
    unique(rows, "key")
    return tuple(
        Queue(
            key=row.text("key"),
            name=row.text("name"),
            channel=Channel(row.choice("channel", CHANNELS)),
            languages=row.choices("languages", ("fi", "sv", "en")),
            subjects=_some(row, "subjects"),
            hours=hours[row.choice("hours", list(hours))],
            a_day=row.number("a_day"),
            talk=row.whole("talk", 5, 14_400),
            wrap_up=row.whole("wrap_up", 0, 3600),
        )
        for row in rows
    )


def _some(row: Fields, name: str) -> tuple[str, ...]:
    found = row.words(name)
    if not found:
        raise row.wrong(name, "words separated by |")
    return found


def _points(folder: Path, queues: Sequence[str]) -> tuple[ContactPoint, ...]:
    rows = from_csv(folder / "contact_points.csv", "name", "queues", "share")
    unique(rows, "name")
    points = tuple(
        ContactPoint(row.text("name"), row.choices("queues", queues), row.number("share"))
        for row in rows
    )
    reached = {key for point in points if point.share for key in point.queues}
    missing = sorted(set(queues) - reached)
    if missing:
        raise BadInput(f"contact_points.csv: no contact point leads to the queue {missing[0]!r}")
    return points


def _teams(folder: Path) -> list[Fields]:
    rows = from_csv(folder / "teams.csv", "key", "name")
    unique(rows, "key")
    return rows


def _agents(
    folder: Path, queues: Sequence[Queue], teams: Mapping[str, str], shifts: Mapping[str, Span]
) -> tuple[Agent, ...]:
    columns = ("key", "name", "team", "skills", "shift", "days_off", "rota", "chats", "pace")
    rows = from_csv(folder / "agents.csv", *columns)
    unique(rows, "key")
    keys = [one.key for one in queues if one.channel is not Channel.SELF_SERVICE]
    agents = tuple(
        Agent(
            key=row.text("key"),
            name=row.text("name"),
            team=row.choice("team", list(teams)),
            skills=row.choices("skills", keys),
            shift=shifts[row.choice("shift", list(shifts))],
            days_off=_days_off(row),
            rota=_rota(row),
            chats=row.whole("chats", 0, 5),
            pace=row.number("pace", 0.3, 3),
        )
        for row in rows
    )
    missing = sorted(set(keys) - {key for one in agents for key in one.skills})
    if missing:
        raise BadInput(f"agents.csv: nobody takes the queue {missing[0]!r}")
    return agents


def _days_off(row: Fields) -> tuple[int, ...]:
    found = row.choices("days_off", WEEKDAYS[:5]) if row.values["days_off"] else ()
    return tuple(WEEKDAYS.index(day) for day in found)


def _rota(row: Fields) -> tuple[str, int] | None:
    if not row.values["rota"]:
        return None
    known = [f"{day} {week}" for day in WEEKDAYS[5:] for week in range(1, ROTA_WEEKS + 1)]
    day, week = row.choice("rota", known).split()
    return day, int(week)


def _targets(folder: Path, queues: Sequence[str]) -> tuple[DatedValue, ...]:
    rows = from_csv(folder / "targets.csv", "name", "channel", "queue", "value")
    return tuple(
        DatedValue(
            name=row.choice("name", [str(one) for one in Threshold]),
            channel=row.choice("channel", ["", *CHANNELS]),
            queue=row.choice("queue", ["", *queues]),
            valid_from=ALWAYS,
            value=row.whole("value"),
        )
        for row in rows
    )


def _names(folder: Path) -> tuple[Names, ...]:
    rows = from_csv(folder / "names.csv", "language", "share", "first", "last")
    unique(rows, "language")
    return tuple(
        Names(
            row.choice("language", LANGUAGES),
            row.share("share"),
            _some(row, "first"),
            _some(row, "last"),
        )
        for row in rows
    )


def _phrases(folder: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """Of each language that customers speak there has to be one of each."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    rows = from_csv(folder / "phrases.csv", "language", "author", "text")
    for row in rows:
        key = row.choice("language", LANGUAGES), row.choice("author", AUTHORS)
        found[key] = (*found.get(key, ()), row.text("text"))
    missing = [
        f"{one} {author}" for one in LANGUAGES for author in AUTHORS if (one, author) not in found
    ]
    if missing:
        raise BadInput(f"phrases.csv: there is no line of {', '.join(missing)}")
    return found
