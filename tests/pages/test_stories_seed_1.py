from __future__ import annotations

from datetime import date

from tests.pages.stories_on_screens import StoriesOnScreens


class TestStories(StoriesOnScreens):
    seed, first, language = 1, date(2026, 3, 9), "en"
