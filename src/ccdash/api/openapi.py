"""The API in the words of OpenAPI 3.1, made of the same tables as its routes and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ccdash.api import problems
from ccdash.api.asked import Parameter
from ccdash.api.endpoints import ENDPOINTS, ROOT, Endpoint
from ccdash.export.about import Content, product_version
from ccdash.export.forms import WRITTEN, Form
from ccdash.metrics import METRICS
from ccdash.query import SPLITS
from ccdash.vocabulary import Better, Channel, Direction, Grain, Outcome, Unit

Schema = Mapping[str, Any]
REFUSED = {
    "400": "The question cannot be answered as it was asked.",
    "401": "The token is missing, not known, or revoked.",
    "404": "There is nothing at this address.",
    "503": "The store does not answer or is busy; Retry-After says when to ask again.",
}
TEXT: Schema = {"type": "string"}
TEXT_OR_NOT: Schema = {"type": ["string", "null"]}
WHOLE: Schema = {"type": "integer"}
WHOLE_OR_NOT: Schema = {"type": ["integer", "null"]}
AT: Schema = {"type": "string", "format": "date-time"}
AT_OR_NOT: Schema = {"type": ["string", "null"], "format": "date-time"}


@cache
def document() -> dict[str, Any]:
    """The whole document, as JSON has it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ccdash",
            "version": product_version(),
            "description": "Figures and the contacts behind them, as JSON and as files.",
        },
        "servers": [{"url": ROOT}],
        "security": [{"token": []}],
        "paths": {one.path: {"get": _operation(one)} for one in ENDPOINTS},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _operation(of: Endpoint) -> Schema:
    places = {"content": list(Content), "form": list(Form)}
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {**TEXT, "enum": words}}
        for name, words in places.items()
        if f"{{{name}}}" in of.path
    ]
    problem = {problems.MEDIA_TYPE: {"schema": _ref("Problem")}}
    refused = {code: {"description": why, "content": problem} for code, why in REFUSED.items()}
    return {
        "operationId": of.name,
        "summary": of.summary,
        "parameters": [*in_path, *map(_parameter, of.parameters)],
        "responses": {"200": {"description": of.summary, "content": _content(of)}, **refused},
    }


def _parameter(of: Parameter) -> Schema:
    words = f" Of: {', '.join(of.words)}." if of.words else ""
    return {
        "name": of.name,
        "in": "query",
        "required": of.is_required,
        "description": of.about + words,
        "schema": of.schema,
        "example": int(of.example) if of.schema.get("type") == "integer" else of.example,
    }


def _content(of: Endpoint) -> Schema:
    if of.answers is None:
        return {how.media_type.split(";")[0]: {} for how in WRITTEN.values()}
    return {"application/json": {"schema": _ref(of.answers)}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _schemas() -> Schema:
    page = {"n": {**WHOLE, "description": "How many there are in all."}, "next": TEXT_OR_NOT}
    both = {"allOf": [_ref("Meta"), _object(page)]}
    return {
        "Figures": _object({"rows": _list_of(_ref("FigureRow")), "meta": _ref("Meta")}),
        "FigureRow": _figure_row(),
        "Contacts": _object({"rows": _list_of(_ref("ContactRow")), "meta": both}),
        "ContactRow": _object(CONTACT_ROW),
        "Meta": _object(_meta()),
        "Metric": _object(_metric()),
        "Problem": _object({"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT}),
    }


def _figure_row() -> Schema:
    """Of the metrics those that were asked for; null is what has no value."""
    when = (
        "The day on which the bucket begins, or the instant where buckets go by the clock; null "
        "where only the period before has such a bucket."
    )
    figures = {
        name: {"type": ["number", "null"], "description": one.definition}
        for name, one in METRICS.items()
    }
    parts = {str(one): TEXT_OR_NOT for one in SPLITS}
    whole = {"bucket": {**TEXT_OR_NOT, "description": when}, **parts, **figures}
    before = {"description": "The same of the period that the question puts beside its own."}
    return {
        "type": "object",
        "required": ["bucket"],
        "properties": whole,
        "patternProperties": {"^before_": before},
    }


def _metric() -> Schema:
    return {
        "name": TEXT,
        "label": TEXT,
        "definition": TEXT,
        "formula": TEXT,
        "unit": {**TEXT, "enum": list(Unit)},
        "better": {**TEXT, "enum": list(Better)},
    }


def _meta() -> Schema:
    settings = {"fingerprint": TEXT, "count": WHOLE, "newest_from": AT_OR_NOT}
    note = {"from": AT, "to": AT_OR_NOT, "channel": TEXT_OR_NOT, "text": TEXT}
    return {
        "metrics": _list_of(_ref("Metric")),
        "not_measured": {**_list_of(TEXT), "description": "Metrics that no source can tell."},
        "estimated": {
            "type": "object",
            "additionalProperties": {"type": "number"},
            "description": "Quantiles over years, and within what share of the exact ones.",
        },
        "from": AT,
        "to": AT,
        "time_zone": TEXT,
        "grain": {**TEXT, "enum": list(Grain)},
        "by": _list_of({**TEXT, "enum": list(SPLITS)}),
        "filter": {"type": "object", "additionalProperties": _list_of(TEXT)},
        "weekday": WHOLE_OR_NOT,
        "hour": WHOLE_OR_NOT,
        "settings_at": {**AT_OR_NOT, "description": "Whose targets and limits all days have."},
        "before_from": AT_OR_NOT,
        "before_to": AT_OR_NOT,
        "notes": {**_list_of(_object(note)), "description": "What people noted of these days."},
        "search": {**TEXT, "description": "What narrows a list of contacts; else empty."},
        "customer": {**TEXT_OR_NOT, "description": "Whose contacts alone a list has."},
        "data_through": {**AT_OR_NOT, "description": "The newest event of any source."},
        "known_until": {**AT_OR_NOT, "description": "Later arrivals are too young for a metric."},
        "counted_since": {**AT_OR_NOT, "description": "Earlier contacts are no longer kept."},
        "settings_version": _object(settings),
        "made_at": AT,
        "product": TEXT,
    }


CONTACT_ROW: Schema = {
    "arrived_at": AT,
    "channel": {**TEXT, "enum": list(Channel)},
    "direction": {**TEXT, "enum": list(Direction)},
    "queue": TEXT_OR_NOT,
    "contact_point": TEXT_OR_NOT,
    "team": TEXT_OR_NOT,
    "agent": TEXT_OR_NOT,
    "customer": {**TEXT_OR_NOT, "description": "The name, or a masked contact detail."},
    "language": TEXT_OR_NOT,
    "subject": TEXT_OR_NOT,
    "outcome": {**TEXT, "enum": list(Outcome)},
    "is_against": {"type": "boolean", "description": "Whether it counts against the figure."},
    "wait_seconds": WHOLE_OR_NOT,
    "wait_open_seconds": {**WHOLE_OR_NOT, "description": "Of the wait, seconds in opening hours."},
    "response_open_seconds": {
        **WHOLE_OR_NOT,
        "description": "Seconds in opening hours from the arrival to a person's answer.",
    },
    "target_seconds": WHOLE,
    "talk_seconds": WHOLE_OR_NOT,
    "hold_seconds": WHOLE_OR_NOT,
    "wrap_up_seconds": WHOLE_OR_NOT,
    "handling_seconds": WHOLE_OR_NOT,
    "rounds": {
        **WHOLE_OR_NOT,
        "description": "How often a person answered what the customer had written.",
    },
    "next_responses": {
        **WHOLE_OR_NOT,
        "description": "Those of these answers that are not the first of the conversation.",
    },
    "next_response_seconds": {
        **WHOLE_OR_NOT,
        "description": "How long the customer waited for these in all.",
    },
    "is_transferred": {"type": "boolean"},
    "csat_score": WHOLE_OR_NOT,
    "nps_score": WHOLE_OR_NOT,
    "ces_score": WHOLE_OR_NOT,
    "fcr_score": {**WHOLE_OR_NOT, "description": "1 for solved at first contact, else 0."},
    "agent_resolved": {"type": ["boolean", "null"], "description": "The agent's own word."},
    "oddity": TEXT_OR_NOT,
    "source": TEXT,
    "key": TEXT,
    "contact_id": TEXT,
    "customer_id": {**TEXT_OR_NOT, "description": "Nothing for who was not recognised."},
    "person_id": {
        **TEXT_OR_NOT,
        "description": "Who stands for the customer's person; nothing of a shared detail.",
    },
}
