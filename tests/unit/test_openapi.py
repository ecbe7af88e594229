"""The OpenAPI document is valid, and says what the routes do."""

from __future__ import annotations

import json

from openapi_spec_validator import validate
from starlette.routing import Route

from ccdash.api import Door, v1
from ccdash.api.asked import OF_FIGURES
from ccdash.api.endpoints import DOCUMENT, ENDPOINTS
from ccdash.api.openapi import CONTACT_ROW, document
from ccdash.export.tables import CONTACT_COLUMNS
from ccdash.metrics import METRICS
from ccdash.query import Dimension, Period, Query
from ccdash.vocabulary import Grain


def test_the_document_is_valid_openapi():
    validate(json.loads(json.dumps(document())))


def test_every_route_is_in_the_document_and_the_other_way_round():
    mounted = v1.mount(Door(store=None, timezone=None, now=None)).routes
    paths = [one.path for one in mounted if isinstance(one, Route) and "{rest" not in one.path]
    assert sorted(paths) == sorted([*document()["paths"], DOCUMENT])


def test_every_parameter_is_in_the_document():
    for one in ENDPOINTS:
        told = document()["paths"][one.path]["get"]["parameters"]
        in_query = [parameter["name"] for parameter in told if parameter["in"] == "query"]
        assert in_query == [parameter.name for parameter in one.parameters]


def test_whatever_a_link_may_ask_can_be_asked_over_http():
    everything = Query(
        ("offered",),
        Period.parse("2026-01-01", "2026-02-01", "UTC"),
        Grain.DAY,
        (Dimension.QUEUE,),
        tuple((one, ("a",)) for one in Dimension),
    )
    assert set(everything.to_params()) <= {one.name for one in OF_FIGURES}


def test_every_metric_is_described_in_its_own_words():
    row = document()["components"]["schemas"]["FigureRow"]["properties"]
    assert {name: row[name]["description"] for name in METRICS} == {
        name: one.definition for name, one in METRICS.items()
    }


def test_a_row_of_contacts_has_the_columns_of_an_export():
    assert tuple(CONTACT_ROW) == CONTACT_COLUMNS
