from __future__ import annotations

from datetime import date

from tests.pages.stories_on_screens import StoriesOnScreens


class TestStories(StoriesOnScreens):
    seed, first, language = 7, date(2026, 7, 13), "fi"
