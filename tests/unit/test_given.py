"""What the access log keeps of a list that somebody took along."""

from __future__ import annotations

from ccdash.export.given import why
from ccdash.query import Dimension, Period, Query

PERIOD = Period.parse("2026-03-01", "2026-04-01", "Europe/Helsinki")


def test_the_reason_says_what_was_asked_and_neither_what_was_searched_nor_of_whom():
    queue = ((Dimension.QUEUE, ("web",)),)
    asked = Query(("csat",), PERIOD, filters=queue, search="elina@example.com", customer=17)
    assert why(asked) == (
        "list of csat, 2026-03-01 to 2026-03-31; of one customer; narrowed by a search; queue = web"
    )
    assert why(Query(("csat",), PERIOD)) == "list of csat, 2026-03-01 to 2026-03-31"
