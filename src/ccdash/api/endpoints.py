"""The addresses of the API: the routes and the OpenAPI document are both made of this table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from ccdash.api import answers
from ccdash.api.asked import OF_CONTACTS, OF_EXPORTS, OF_FIGURES, PAGE, Asked, Parameter
from ccdash.api.door import Door

ROOT = "/api/v1"
DOCUMENT = "/openapi.json"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address, what it is for, what may be asked there, who answers, and in which schema of the
    document (None for files)."""

    name: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    answer: Callable[[Door, Asked], Response]
    answers: str | None = None


ENDPOINTS = (
    Endpoint("metrics", "/metrics", "Figures of a period.", OF_FIGURES, answers.figures, "Figures"),
    Endpoint(
        "contacts",
        "/contacts",
        "The contacts behind a figure, worst first.",
        (*OF_CONTACTS, *PAGE),
        answers.behind,
        "Contacts",
    ),
    Endpoint(
        "export", "/export/{content}.{form}", "The same as a file.", OF_EXPORTS, answers.exported
    ),
)
