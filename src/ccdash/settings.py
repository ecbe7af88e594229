"""The only reader of the environment. Built at entry points and passed down."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzlocal
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ccdash.errors import BadSettings

PROJECT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """What an administrator sets; see docs/howto/settings.md. What a supervisor may change
    (targets, thresholds) is data in the store instead."""

    model_config = SettingsConfigDict(env_prefix="CCDASH_", frozen=True, extra="ignore")

    database_url: SecretStr | None = Field(
        default=None,
        description="Postgres 15 or later; without it ccdash keeps a store of its own.",
    )
    home: Path = Field(default=PROJECT / ".ccdash", description="Where the embedded store lives.")
    timezone: str = Field(
        default_factory=tzlocal.get_localzone_name,
        description="The centre's time zone: its days, weeks and opening hours.",
    )
    language: str = Field(
        default="en", description="The language of a screen that has not chosen: en, fi."
    )
    region: str | None = Field(
        default=None,
        description="Two-letter country of phone numbers that come without a country code.",
    )

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        zone(name)
        return name

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
