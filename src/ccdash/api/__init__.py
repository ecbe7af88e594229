"""HTTP beside the screens: the figures for programs, and the files of an export."""

from __future__ import annotations

from starlette.routing import BaseRoute

from ccdash.api import download, v1
from ccdash.api.door import Door

__all__ = ["Door", "routes"]


def routes(door: Door) -> list[BaseRoute]:
    """Everything that this package answers."""
    return [v1.mount(door), download.route(door)]
