"""Somebody who reads screens one after the other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field

from ccdash.i18n import translator
from ccdash.query import Dimension
from ccdash.simulate.stories import Scope
from tests.pages import drawn
from tests.pages.conftest import Screen
from tests.pages.planted_weeks import Told


@dataclass
class Reader(Screen):
    """Somebody who follows links from screen to screen, in one session; `seen` are screens that
    need not be drawn again."""

    told: Told | None = None
    language: str = "en"
    seen: dict[Hashable, list[str]] = field(default_factory=dict)
    at: str = ""
    shown: list[str] = field(default_factory=list)

    @property
    def bodies(self) -> list[str]:
        return self.shown

    def opens(self, name: str, scope: Scope, metric: str, by: Dimension | None = None) -> None:
        self.goes(name, self.told.asked(scope, metric, by=by).to_params())

    def goes(self, name: str, params: Mapping[str, str]) -> None:
        self.looks((name, *sorted(params.items())), lambda: self.draws(name, params))

    def looks(self, at: Hashable, draw: Callable[[], None]) -> None:
        if at not in self.seen:
            draw()
            self.seen[at] = super().bodies
        self.shown = self.seen[at]

    def draws(self, name: str, params: Mapping[str, str]) -> None:
        if self.at != name:
            self.opened(name, self.language, **params)
            self.at = name
            return
        self.app.query_params.clear()
        self.app.query_params.update({"lang": self.language, **params})
        self.app.run()
        assert not self.app.exception, self.app.exception

    def tiles(self, name: str, scope: Scope, metric: str) -> dict[str, drawn.Drawn]:
        self.opens(name, scope, metric)
        return drawn.tiles(self.bodies)

    def pages(self, scope: Scope, metric: str) -> Iterator[list[drawn.Listed]]:
        """Of the list of contacts, as far as they are asked for."""
        self.opens("contacts", scope, metric)
        yield drawn.contacts(self.bodies)
        following = translator(self.language).text("Next")
        while (params := drawn.way(self.bodies, following)) is not None:
            self.goes("contacts", params)
            yield drawn.contacts(self.bodies)

    def listed_against(self, scope: Scope, metric: str) -> list[drawn.Listed]:
        """Those that count against the figure: they come first."""
        found = []
        for page in self.pages(scope, metric):
            found += [one for one in page if one.is_against]
            if not page[-1].is_against:
                break
        return found

    def finds(self, number: str) -> list[drawn.Lived]:
        """The history of the customer of this number, typed into the search."""
        self.looks(number, lambda: self.types(number))
        return drawn.history(self.bodies)

    def types(self, number: str) -> None:
        self.draws("customer", {})
        self.app.text_input(key="find").set_value(number).run()
        assert not self.app.exception, self.app.exception
