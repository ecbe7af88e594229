"""What the demo's people note of its stories."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ccdash.simulate.noted import TOLD, noted
from ccdash.simulate.planted import Plot
from ccdash.vocabulary import Channel

HELSINKI = ZoneInfo("Europe/Helsinki")


def test_stories_are_noted_when_they_begin_and_one_that_goes_on_has_no_end() -> None:
    span = datetime(2025, 10, 1, tzinfo=UTC), datetime(2025, 11, 18, 8, tzinfo=UTC)

    price, loop = noted(span, HELSINKI)

    assert (price.text, price.channel) == (TOLD[Plot.PRICE_RISE].text, Channel.CHAT)
    assert price.begins_at == datetime(2025, 10, 6, tzinfo=HELSINKI)
    assert price.ends_at == datetime(2025, 10, 20, tzinfo=HELSINKI)
    assert loop.begins_at == datetime(2025, 11, 10, tzinfo=HELSINKI)
    assert loop.ends_at is None


def test_every_plot_of_the_demo_is_told() -> None:
    assert set(TOLD) == set(Plot)
