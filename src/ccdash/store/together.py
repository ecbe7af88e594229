"""Small questions that are asked many times a second: all in one round trip, by plans that the
server keeps.

A frame by way of Arrow (store/frames.py) takes three or four round trips and a plan each time. That
is little beside an answer of many rows, and most of the time of one of a hundred.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import psycopg
from sqlalchemy import Engine

from ccdash.store.frames import Question

HELD = (
    "SELECT set_config('statement_timeout', '10s', true), "
    "set_config('transaction_read_only', 'on', true)"
)
"""For the questions alone: the connection is one that others write by."""

TYPES: Mapping[int, pl.DataType] = {
    psycopg.postgres.types[name].oid: kind
    for name, kind in {
        "bool": pl.Boolean(),
        "float8": pl.Float64(),
        "int2": pl.Int16(),
        "int4": pl.Int32(),
        "int8": pl.Int64(),
        "text": pl.String(),
        "timestamptz": pl.Datetime("us", "UTC"),
        "varchar": pl.String(),
    }.items()
}
"""Of the columns that such questions have: as they come by way of Arrow."""


def together(engine: Engine, asked: Mapping[str, Question]) -> dict[str, pl.DataFrame]:
    """The answer of each, by its name. Raises what the driver raises."""
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)  # noqa: S101  it is the only driver
        with driver.pipeline(), driver.transaction():
            driver.execute(HELD)
            answers = {name: _ask(driver, one) for name, one in asked.items()}
        return {name: _frame(answer) for name, answer in answers.items()}


def _ask(driver: psycopg.Connection, one: Question) -> psycopg.RawCursor:
    cursor = psycopg.RawCursor(driver)
    values = list(one.values.values())
    return cursor.execute(one.sql.encode(), values, prepare=True, binary=True)


def _frame(answer: psycopg.RawCursor) -> pl.DataFrame:
    columns = {one.name: TYPES[one.type_code] for one in answer.description or ()}
    return pl.DataFrame(answer.fetchall(), columns, orient="row")
