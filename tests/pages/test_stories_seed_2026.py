from __future__ import annotations

from datetime import date

from tests.pages.stories_on_screens import StoriesOnScreens


class TestStories(StoriesOnScreens):
    seed, first, language = 2026, date(2025, 11, 10), "sv"
