"""Every figure against a slow oracle: plain Python that walks over what was told (truth.py).

The oracles know the definitions (docs/metrics.md) and nothing of how ccdash counts. This one is of
contacts; the others are test_oracle_repeats.py, test_oracle_cases.py, test_oracle_agents.py,
test_oracle_matters.py and test_oracle_failures.py.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccdash.metrics import METRICS
from ccdash.query import Dimension, Query
from ccdash.store import calendars, dated_settings, spreads
from ccdash.store.calendars import Assigned
from ccdash.thresholds import DatedValue
from ccdash.vocabulary import Channel, Grain
from tests.store import (
    contacts_truth,
    test_oracle_agents,
    test_oracle_cases,
    test_oracle_failures,
    test_oracle_matters,
    test_oracle_repeats,
)
from tests.store.contacts_truth import TRUTHS
from tests.store.random_contacts import Told, weeks
from tests.store.roads import AS_FOUND, NOW, compare_figures, compare_list, link, settle, tell
from tests.store.test_record import emptied
from tests.store.truth import NOBODY, Walk

pytestmark = pytest.mark.any_postgres

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
GRAINS = (Grain.QUARTER_HOUR, Grain.HOUR, Grain.DAY, Grain.WEEK, Grain.MONTH)
BY = (
    (), (Dimension.CHANNEL,), (Dimension.QUEUE,), (Dimension.AGENT,), (Dimension.RECOGNITION,),
)  # fmt: skip
FILTERS = (
    *((),) * 4,
    ((Dimension.CHANNEL, ("phone", "chat")),),
    ((Dimension.QUEUE, ("q-phone", NOBODY)),),
    ((Dimension.AGENT, ("a",)),),
    ((Dimension.RECOGNITION, ("unknown", "shared")),),
    ((Dimension.CHANNEL, ("chat",)), (Dimension.AGENT, (NOBODY, "b"))),
)


def test_the_oracles_together_know_every_metric():
    others = (test_oracle_agents, test_oracle_cases, test_oracle_failures, test_oracle_repeats)
    names = {name for one in others for name in one.NAMES}
    assert {*TRUTHS, *names, *test_oracle_matters.TRUTHS} == set(METRICS)


@st.composite
def questions(draw: st.DrawFn, told: Told) -> Query:
    """Of all figures, of which every third is of some hours of the week."""
    weekday, hour = draw(
        st.sampled_from(((None, None),) * 4 + ((7, None), (None, 23), (7, 1), (5, 0)))
    )
    return Query(
        tuple(TRUTHS), told.period, draw(st.sampled_from(GRAINS)), draw(st.sampled_from(BY)),
        draw(st.sampled_from(FILTERS)), weekday, hour,
    )  # fmt: skip


@settings(max_examples=9, phases=AS_FOUND)
@given(weeks(), st.data())
def test_raw_rows_sums_lists_and_files_say_what_walking_over_the_contacts_gives(store, told, data):
    emptied(store.engine)
    spreads.use_zone(store, told.period.timezone)
    tell(store, [one.event() for one in told.first])
    settle(store)
    aim(store, told)
    tell(store, [one.event(revision=1) for one in told.later])
    link(store)
    query = data.draw(questions(told))
    walk = Walk(query, told.rows, TRUTHS, contacts_truth.part)
    compare_figures(store, walk)
    names = st.lists(st.sampled_from(tuple(TRUTHS)), min_size=4, max_size=4)
    for name in data.draw(names):
        compare_list(store, walk, name)


def aim(store, told: Told) -> None:
    """What people set when contacts were told and counted already."""
    with store.transaction() as connection:
        for channel in Channel:
            dated_settings.put(
                connection, DatedValue("target_seconds", channel, "", LONG_AGO, 30), NOW
            )
        later = DatedValue("target_seconds", Channel.PHONE, "", told.middle, 90)
        dated_settings.put(connection, later, NOW)
        calendars.put(connection, told.hours.calendar(), NOW)
        calendars.assign(connection, Assigned("office", "", "", LONG_AGO), NOW)
        calendars.assign(connection, Assigned("always", Channel.CHAT, "", told.middle), NOW)
