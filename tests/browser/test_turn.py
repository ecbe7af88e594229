"""What a browser makes of the pieces that it is told (browser/board/turn.js)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ccdash.ui.board_files import FOLDER
from ccdash.ui.markup import Html, join, tag
from ccdash.ui.pieces import changes

pytestmark = pytest.mark.browser
SHORT = 2
LISTS = ("abcde", "bcde", "bcd", "xbcd", "xbc", "b", "", "abcde", "edcba")


def screen(people: str) -> Html:
    """A few in one list, the others in a second one, as on Now."""
    rows = [tag("li", one, data_key=one) for one in people]
    lists = (tag("ul", *rows[:SHORT]), tag("ul", *rows[SHORT:]) if rows[SHORT:] else None)
    group = tag("section", tag("h3", f"{len(rows)}"), *lists, data_key="group")
    return join([tag("header", "Now", data_key="head"), tag("div", group)])


def test_a_row_goes_on_to_another_list_as_it_is(chromium) -> None:
    page = chromium.new_page()
    page.set_content("<main></main>")
    script = (FOLDER / "turn.js").read_text(encoding="utf-8").replace("export ", "")
    page.add_script_tag(content=script)
    here = "document.querySelector('main')"
    page.evaluate(f"html => turnInto({here}, html)", screen(LISTS[0]).text)

    for before, after in pairwise(LISTS):
        told = [[one.path, one.html] for one in changes(screen(before), screen(after))]
        page.evaluate(f"{here}.querySelectorAll('li').forEach(one => {{ one.isOld = true; }})")
        page.evaluate(f"told => applyChanges({here}, told)", told)

        assert page.evaluate(f"{here}.innerHTML") == screen(after).text
        old = page.evaluate(f"Array.from({here}.querySelectorAll('li'), one => one.isOld === true)")
        assert old == [one in before for one in after]
    page.close()


def test_what_comes_above_moves_what_is_there_and_loses_nothing(chromium) -> None:
    page = chromium.new_page()
    page.set_content("<main></main>")
    script = (FOLDER / "turn.js").read_text(encoding="utf-8").replace("export ", "")
    page.add_script_tag(content=script)
    here = "document.querySelector('main')"
    rows = [tag("li", one, data_key=one) for one in "abc"]
    old = join([tag("header", "Now"), tag("div", *rows[:2]), tag("section", rows[2])])
    notice = tag("p", "The store is away")
    new = join([notice, tag("header", "Now"), tag("div", *rows[:2]), tag("section", rows[2])])
    page.evaluate(f"html => turnInto({here}, html)", old.text)

    told = [[one.path, one.html] for one in changes(old, new)]
    page.evaluate(f"told => applyChanges({here}, told)", told)

    assert page.evaluate(f"{here}.innerHTML") == new.text
    page.close()
