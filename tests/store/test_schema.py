from __future__ import annotations

import re
from pathlib import Path

from alembic import command
from sqlalchemy import BigInteger, inspect, text

from ccdash.ingest.rows import AgentStateRow, CaseRow, ContactRow, SegmentRow, SurveyRow
from ccdash.measures import Fact, additive
from ccdash.schema import agent_state, case, contact, metadata, segment, survey
from ccdash.store.schema_version import MIGRATIONS, alembic_config
from ccdash.sums import LEVELS

BIG = (contact, segment, survey)
KEY = {"customer_id", "contact_id", "arrived_at"}


def test_the_migrations_make_exactly_the_tables_of_the_schema(engine):
    config = alembic_config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.check(config)


def test_keys_have_their_columns_in_the_order_of_the_schema(engine):
    found = inspect(engine)
    for name, table in metadata.tables.items():
        key = found.get_pk_constraint(name)
        assert key["constrained_columns"] == [one.name for one in table.primary_key.columns], name
    include = found.get_pk_constraint("contact")["dialect_options"]["postgresql_include"]
    assert include == ["is_void"]


def test_rows_have_the_columns_of_their_tables_in_order():
    pairs = [
        (ContactRow, contact),
        (SegmentRow, segment),
        (SurveyRow, survey),
        (CaseRow, case),
        (AgentStateRow, agent_state),
    ]
    for row, table in pairs:
        assert list(row._fields) == [column.name for column in table.columns]


def test_the_sums_hold_every_additive_measure_and_nothing_else():
    for fact, table in ((one, table) for one in Fact for table in LEVELS[one]):
        keys = [column.name for column in table.primary_key.columns]
        held = [column.name for column in table.columns if column.name not in keys]
        assert sorted(held) == sorted(one.name for one in additive(fact)), Fact(fact)


def test_big_tables_are_keyed_by_the_customer_first_so_that_they_can_be_sharded():
    for table in BIG:
        keys = [column.name for column in table.primary_key.columns][:3]
        assert keys[0] == "customer_id"
        assert set(keys) == KEY


def test_every_reference_to_a_contact_carries_its_customer():
    for table in metadata.tables.values():
        if "contact_id" in table.columns:
            assert "customer_id" in table.columns, table.name


def test_there_are_no_triggers_and_no_enums(engine):
    with engine.connect() as connection:
        triggers = connection.execute(text("SELECT count(*) FROM pg_trigger")).scalar_one()
        enums = connection.execute(text("SELECT count(*) FROM pg_enum")).scalar_one()
    assert (triggers, enums) == (0, 0)


def test_no_statement_uses_what_a_sharded_postgres_lacks():
    source = MIGRATIONS.parent
    words = re.compile(
        r"grouping_sets|grouping sets|\bctid\b|with_for_update|FOR UPDATE", re.IGNORECASE
    )
    found = [path.name for path in Path(source).rglob("*.py") if words.search(path.read_text())]
    assert found == ["follow_journal.py"]  # one row of a table that is on one machine anyway


def test_instants_carry_a_time_zone_and_ids_are_wide(engine):
    for name in metadata.tables:
        for column in inspect(engine).get_columns(name):
            if column["name"].endswith("_at"):
                assert column["type"].timezone, (name, column["name"])
            if column["name"].endswith("_id") and column["name"] != "event_id":
                assert isinstance(column["type"], BigInteger), (name, column["name"])
