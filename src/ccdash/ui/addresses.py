"""The screens and their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from ccdash.i18n import N_

HOME = "live"
SCREENS: Mapping[str, str] = {
    HOME: N_("Now"),
    "trends": N_("Trends"),
    "journeys": N_("Journeys"),
    "contacts": N_("Contacts"),
    "customer": N_("Customers"),
    "team": N_("Team"),
    "wallboards": N_("Wallboards"),
    "settings": N_("Settings"),
}
"""The script in pages/ (and the path in the URL) of each screen, and what people do there."""

UNLISTED: Mapping[str, str] = {
    "metrics": N_("Metrics"),
    "connect": N_("Connect your own store"),
}
"""Reached by a link or the search, not by the navigation."""


TITLES: Mapping[str, str] = {**SCREENS, **UNLISTED}
"""Of every screen."""


def href(name: str, parameters: Mapping[str, str] | None = None) -> str:
    """The address of a screen, for `link=` of tiles, cells, people and entries."""
    path = "/" if name == HOME else f"/{name}"
    return f"{path}?{urlencode(parameters)}" if parameters else path


def paths() -> list[str]:
    """Every path that is a screen."""
    return [href(name) for name in TITLES]
