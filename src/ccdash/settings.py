"""The only reader of the environment. Built at entry points and passed down."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzlocal
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ccdash.errors import BadSettings
from ccdash.i18n import LANGUAGES, N_

PROJECT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """What an administrator sets; see docs/howto/settings.md. What a supervisor may change
    (targets, thresholds) is data in the store instead."""

    model_config = SettingsConfigDict(env_prefix="CCDASH_", frozen=True, extra="ignore")

    database_url: SecretStr | None = Field(
        default=None,
        description=N_("Postgres 15 or later; without it ccdash keeps a store of its own."),
    )
    home: Path = Field(
        default=PROJECT / ".ccdash", description=N_("Where the embedded store lives.")
    )
    timezone: str = Field(
        default_factory=tzlocal.get_localzone_name,
        description=N_("The centre's time zone: its days, weeks and opening hours."),
    )
    language: str = Field(
        default="en",
        description=N_("The language of a screen that has not chosen: en, fi, sv."),
    )
    region: str | None = Field(
        default=None,
        description=N_("Two-letter country of phone numbers that come without a country code."),
    )
    user_header: str | None = Field(
        default=None,
        description=N_("The HTTP header in which a proxy says who signed in, for the access log."),
    )

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        zone(name)
        return name

    @field_validator("language")
    @classmethod
    def _known_language(cls, code: str) -> str:
        if code not in LANGUAGES:
            raise ValueError(f"{code!r} is no language of ccdash; it has {', '.join(LANGUAGES)}.")
        return code

    @cached_property
    def zone(self) -> ZoneInfo:
        """The centre's time zone as an object."""
        return zone(self.timezone)


def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name such as Europe/Helsinki. Raises BadSettings."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as cause:
        raise BadSettings(
            f"{name!r} is no time zone; use a name such as Europe/Helsinki."
        ) from cause


def load() -> Settings:
    """The settings of this process. Raises BadSettings naming the variable."""
    try:
        return Settings()
    except ValidationError as cause:
        first = cause.errors()[0]
        name = "CCDASH_" + str(first["loc"][0]).upper() if first["loc"] else "CCDASH_"
        raise BadSettings(f"{name}: {first['msg']}") from cause


def become(values: Mapping[str, str | None]) -> Settings:
    """Give settings of this process, and of all that it starts, other values; None takes one back.
    Names are fields of Settings. Raises BadSettings."""
    for field, value in values.items():
        name = f"CCDASH_{field.upper()}"
        for one in [known for known in os.environ if known.upper() == name]:
            del os.environ[one]
        if value is not None:
            os.environ[name] = value
    return load()


def listen_at(host: str) -> None:
    """Tell the screens, which ask Streamlit, who can come: this machine alone, or others too."""
    os.environ["STREAMLIT_SERVER_ADDRESS"] = host
