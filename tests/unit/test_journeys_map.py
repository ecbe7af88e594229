"""The map of ways says one thing: its title, the cells that are outlined, and their tips."""

from __future__ import annotations

from ccdash.i18n import translator
from ccdash.query import Dimension, Period, Query
from ccdash.ui.journeys_answers import Map
from ccdash.ui.journeys_map import found, map_of

QUERY = Query(("callers",), Period.parse("2026-03-09", "2026-06-15", "Europe/Helsinki"))
EN = translator("en")
WROTE = {("form", "email"): 60, ("phone", "form", "email"): 40, ("phone", "email"): 300}
ROUND = {("Sales", "Bills", "Sales"): 30, ("Sales", "Bills"): 70, ("Sales", "Moves"): 200}


def outlined(of: Map) -> dict[tuple[str, str], str]:
    """What stands in the outlined cells, by row and column."""
    drawn = map_of(QUERY, of, EN)
    cells = {place: drawn.cells[place[0]][place[1]] for place in drawn.worst}
    return {(drawn.rows[a], drawn.columns[z]): one.text for (a, z), one in cells.items() if one}


def test_the_title_has_the_number_of_the_cell_that_is_outlined():
    of = Map(Dimension.JOURNEY, WROTE, {}, 4400, begun={"form": 160, "phone": 4240})

    assert found(of, EN)[0] == (
        "After Web form comes E-mail: 100 of 200 matters that came by Web form went on there "
        "(50.0%)"
    )
    assert outlined(of) == {("Web form", "E-mail"): "100"}


def test_of_a_round_every_step_is_outlined():
    of = Map(Dimension.HANDOVER, ROUND, {}, 300)

    assert found(of, EN)[0].startswith("Bills and Sales send customers to and fro: 30 of 100")
    assert outlined(of) == {("Sales", "Bills"): "100", ("Bills", "Sales"): "30"}
