"""What was planted is what the screens say: tests that a file of one seed inherits.

The truth is the simulator's own count (ccdash.simulate.stories), written by ccdash.ui.format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import polars as pl
import pytest

from ccdash.i18n import translator
from ccdash.metrics import METRICS
from ccdash.query import Dimension
from ccdash.simulate.counting import Tally
from ccdash.simulate.planted import FORM_RETURNS_BY, Plot
from ccdash.simulate.stories import Entry, Scope
from ccdash.store import contacts
from ccdash.store.history import read
from ccdash.store.journeys import threads
from ccdash.ui import format as fmt
from ccdash.ui.deltas import Scale, delta
from ccdash.ui.journeys_map import round_sentence
from ccdash.ui.metric_list import figure_text, shown_with
from ccdash.ui.trends_answers import answered
from ccdash.ui.words import word
from ccdash.views import journeys, trends
from ccdash.views.contacts import PER_PAGE, rows
from ccdash.vocabulary import Channel, Grain
from tests.pages import drawn
from tests.pages.planted_weeks import Told, against, before, figure, live_of
from tests.pages.reader import Reader

DRAWN = ("csat", "contacts", "answered", "abandoned", "transfer_rate")
"""Beside each of them the strip has what is offered, service level, wait, abandonment, handling."""
COUNTED = tuple(one for one in Tally.__dataclass_fields__ if one in METRICS)
SHARES = (
    "asa", "aht", "csat", "csat_response_rate", "transfer_rate", "fcr_agent", "fcr_customer",
    "fcr_customer_response_rate",
)  # fmt: skip
"""With these every measure that the simulator counts is asked for."""
LISTED = ("offered", "abandoned", "contacts", "service_level", "csat", "transfer_rate")
JUDGED = ("service_level", "csat", "transfer_rate")


@pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")
@pytest.mark.timeout(600)
class StoriesOnScreens:
    """`first` is the Monday on which the transfer loop begins; numbers are read in `language`."""

    seed: int
    first: date
    language: str

    @pytest.fixture
    def reader(self, told: Told, seen: dict[Hashable, list[str]]) -> Reader:
        return Reader(told=told, language=self.language, seen=seen)

    def test_every_plot_was_planted_once(self, told: Told) -> None:
        plots = [one.story.plot for one in told.truths.stories]
        assert sorted(plots) == sorted(Plot)
        assert [one.story.start for one in told.truths.stories if one.before] == [
            told.story(Plot.OVERLOADED_MONDAY).story.start,
            told.story(Plot.PRICE_RISE).story.start,
        ]

    # Trends ---------------------------------------------------------------------------------------

    def test_trends_strip_says_what_a_story_came_to(self, told: Told, reader: Reader) -> None:
        for one in told.truths.stories:
            live = told.live(one.scope, one.tally, dict(one.by_channel))
            self.compare_strip(reader, one.scope, one.tally, live)

    def test_trends_strip_says_what_was_before_it(self, told: Told, reader: Reader) -> None:
        price, monday = told.story(Plot.PRICE_RISE), told.story(Plot.OVERLOADED_MONDAY)
        self.compare_strip(reader, before(price), price.before, price.before)
        self.compare_strip(reader, before(monday), monday.before, None)

    def test_trends_strip_says_how_a_story_differs_from_before(
        self, told: Told, reader: Reader
    ) -> None:
        one = told.story(Plot.PRICE_RISE)
        for metric in DRAWN:
            said = reader.tiles("trends", one.scope, metric)
            for name in shown_with(metric):
                then, now = (figure(name, of, of).value for of in (one.before, one.tally))
                scale = Scale(METRICS[name].unit, METRICS[name].better)
                change = delta(now, then, scale, self.language).text
                assert said[self.label(name)].note.endswith(change), name

    def test_trends_strip_says_the_whole_of_all_weeks(self, told: Told, reader: Reader) -> None:
        total = told.truths.total
        live = told.live(told.everything, total, dict(told.truths.by_channel))
        self.compare_strip(reader, told.everything, total, live)

    def test_trends_table_by_channel_says_what_a_story_came_to(
        self, told: Told, reader: Reader
    ) -> None:
        for one in told.truths.stories:
            days = Scope(one.scope.start, one.scope.end)
            parts = {word(of, self.language): (of, tally) for of, tally in one.by_channel}
            self.compare_table(reader, days, Dimension.CHANNEL, parts)

    def test_trends_table_by_queue_says_the_whole_of_all_weeks(
        self, told: Told, reader: Reader
    ) -> None:
        channels = {one.name: one.channel for one in told.centre.queues}
        parts = {name: (channels[name], tally) for name, tally in told.truths.by_queue}
        self.compare_table(reader, told.everything, Dimension.QUEUE, parts)

    def test_trends_chart_has_its_worst_day_on_the_overloaded_monday(self, told: Told) -> None:
        one = told.story(Plot.OVERLOADED_MONDAY)
        weeks = Scope(before(one).start, one.scope.end + timedelta(days=6))
        course = course_of(told, weeks, "service_level")
        points = {row["bucket"].date(): (row["value"], row["n"]) for row in course.to_dicts()}
        for scope, of in ((one.scope, one.tally), (before(one), one.before)):
            truth = figure("service_level", of, of)
            assert points[scope.start] == (pytest.approx(truth.value), truth.n)
        assert trends.extreme(course, "service_level").bucket.date() == one.scope.start

    @pytest.mark.parametrize("raw", [True, False], ids=["raw", "sums"])
    def test_figures_of_a_story_are_exact_on_both_roads(self, told: Told, raw) -> None:
        for one in told.truths.stories:
            assert tally_of(told, one.scope, raw=raw) == one.tally, one.story
            if one.before is not None:
                assert tally_of(told, before(one), raw=raw) == one.before, one.story

    @pytest.mark.parametrize("raw", [True, False], ids=["raw", "sums"])
    def test_figures_of_channels_and_queues_are_exact_on_both_roads(self, told: Told, raw) -> None:
        for one in told.truths.stories:
            days = Scope(one.scope.start, one.scope.end)
            found = tallies_of(told, days, Dimension.CHANNEL, raw=raw)
            assert {of: found.pop(of, Tally()) for of in Channel} == dict(one.by_channel)
        found = tallies_of(told, told.everything, Dimension.QUEUE, raw=raw)
        found.pop(None)  # who came to no queue
        assert found == dict(told.truths.by_queue)

    # Contacts -------------------------------------------------------------------------------------

    def test_contacts_behind_a_figure_are_as_many_as_were_counted(
        self, told: Told, reader: Reader
    ) -> None:
        scopes = [(one.scope, one.tally) for one in told.truths.stories]
        scopes += [(before(one), one.before) for one in told.truths.stories if one.before]
        for scope, tally in scopes:
            for name in LISTED:
                size = reader.tiles("contacts", scope, name)[self.say("Contacts")]
                n = figure(name, tally, tally).n
                assert reader.title == self.title(name, n), (scope, name)
                assert size.text == self.count(n)
                assert len(drawn.contacts(reader.bodies)) == min(PER_PAGE, n)

    def test_contacts_say_how_many_count_against_the_figure(
        self, told: Told, reader: Reader
    ) -> None:
        for one in told.truths.stories:
            for name in JUDGED:
                size = reader.tiles("contacts", one.scope, name)[self.say("Contacts")]
                bad, n = against(name, one.tally), figure(name, one.tally, one.tally).n
                words = translator(self.language).plural(
                    "{n} counts against the figure", "{n} count against the figure", bad
                )
                assert f"{words} ({fmt.percent(bad / n, self.language)})" in size.note

    def test_contacts_list_every_caller_whom_the_loop_passed_on(
        self, told: Told, reader: Reader
    ) -> None:
        for scope, queue in loops(told):
            passed = told.story(Plot.TRANSFER_LOOP).passed
            keys = Counter(key for one in passed if one.queue == queue for key in one.keys)
            said = reader.listed_against(scope, "transfer_rate")
            assert Counter(one.key for one in said) == keys
            assert keys.total() > 100

    def test_contacts_list_them_again_in_the_queue_that_they_were_passed_to(
        self, told: Told
    ) -> None:
        for scope, queue in loops(told):
            passed = told.story(Plot.TRANSFER_LOOP).passed
            keys = Counter(key for one in passed if one.to == queue for key in one.keys)
            again = Counter(listed(told, scope, "contacts")["key"])
            again.subtract(Counter(listed(told, scope, "callers")["key"]))
            assert keys <= again
            assert keys.total() > 100

    def test_contacts_list_every_form_that_lacked_a_field(self, told: Told, reader: Reader) -> None:
        one = told.story(Plot.MISSING_FIELD)
        keys = [each.key for page in reader.pages(one.scope, "contacts") for each in page]
        forms = {form for form, _ in one.again.pairs}
        assert forms <= set(keys)
        assert len(keys) == len(set(keys)) == one.tally.contacts
        assert len(forms) == one.again.begun > 100

    def test_contacts_list_the_e_mail_that_followed_every_form(self, told: Told) -> None:
        one = told.story(Plot.MISSING_FIELD)
        until = Scope(one.scope.start, told.truths.end, channels=(FORM_RETURNS_BY,))
        assert {mail for _, mail in one.again.pairs} <= set(listed(told, until, "contacts")["key"])

    def test_a_customer_who_used_the_form_has_the_e_mail_after_it(
        self, told: Told, reader: Reader
    ) -> None:
        one = told.story(Plot.MISSING_FIELD)
        until = Scope(one.scope.start, told.truths.end, channels=(FORM_RETURNS_BY,))
        forms, mails = (at_and_whose(told, of) for of in (one.scope, until))
        own = [pair for pair in one.again.pairs if forms[pair[0]][1] == mails[pair[1]][1]]
        assert len(own) > 0.3 * len(one.again.pairs)  # others gave no number in their e-mail
        for form, mail in own[:3]:
            reader.goes("customer", {"customer": forms[form][1]})
            said = [told_of(each)[:3] for each in drawn.history(reader.bodies)]
            came = [
                self.moment(Channel.FORM, forms[form][0]),
                self.moment(FORM_RETURNS_BY, mails[mail][0]),
            ]
            assert said.index(came[1]) < said.index(came[0])

    def test_contacts_list_a_customer_of_a_story_as_often_as_they_came(self, told: Told) -> None:
        for one in told.truths.stories:
            own = {each.key for each in one.example.contacts}
            frame = listed(told, one.scope, "contacts").select("key", "customer_id")
            whose = Counter(customer for key, customer in frame.iter_rows() if key in own)
            assert list(whose.values()) == [one.example.in_scope]
            assert frame["customer_id"].to_list().count(*whose) == one.example.in_scope

    # Customer -------------------------------------------------------------------------------------

    def test_a_customer_of_a_story_is_found_with_every_contact_in_order(
        self, told: Told, reader: Reader
    ) -> None:
        for one in told.truths.stories:
            said = reader.finds(one.example.number)
            truth = [self.entry(each, told) for each in reversed(one.example.contacts)]
            assert [told_of(each) for each in said] == truth

    def test_every_contact_of_a_customer_names_its_queue(self, told: Told, reader: Reader) -> None:
        queues = {one.name for one in told.centre.queues}
        for one in told.truths.stories:
            said = reader.finds(one.example.number)
            named = [[name for name in queues if each.tells(name)] for each in said]
            came_to = [[each.queue] if each.queue else [] for each in one.example.contacts]
            assert named == came_to[::-1]

    def test_a_customer_of_a_story_has_as_many_contacts_as_they_made(
        self, told: Told, reader: Reader
    ) -> None:
        for one in told.truths.stories:
            reader.finds(one.example.number)
            tile = drawn.tiles(reader.bodies)[self.say("Contacts")]
            assert tile.text == self.count(len(one.example.contacts))

    def test_a_listed_contact_of_a_story_leads_to_its_customer(
        self, told: Told, reader: Reader
    ) -> None:
        one = told.story(Plot.TRANSFER_LOOP)
        last = next(each for each in one.example.contacts[::-1] if each.queue in one.scope.queues)
        day = last.at.astimezone(told.centre.zone).date()
        of_day = Scope(day, day + timedelta(days=1), queues=(last.queue,))
        listing = (each for page in reader.pages(of_day, "contacts") for each in page)
        whose = next(each.customer for each in listing if each.key == last.key)
        reader.goes("customer", {"customer": whose})
        assert len(drawn.history(reader.bodies)) == len(one.example.contacts)

    # Journeys -------------------------------------------------------------------------------------

    def test_journeys_names_the_two_queues_that_send_callers_to_and_fro(
        self, told: Told, reader: Reader
    ) -> None:
        one = told.story(Plot.TRANSFER_LOOP)
        found, *_ = journeys.findings(self.paths(told, one.scope, Dimension.HANDOVER))
        assert set(found.stations) == set(one.scope.queues)
        assert found.n > 100
        sentence = round_sentence(found, Dimension.HANDOVER, translator(self.language))
        assert sentence in self.headings(reader, one.scope)

    def test_journeys_names_the_form_after_which_customers_write(
        self, told: Told, reader: Reader
    ) -> None:
        one = told.story(Plot.MISSING_FIELD)
        days = Scope(one.scope.start, one.scope.end)
        paths = self.paths(told, days, Dimension.JOURNEY)
        way = (Channel.FORM, FORM_RETURNS_BY)
        n = sum(n for path, n in paths.items() if way in pairwise(path))
        assert n > 100
        names = [word(one, self.language) for one in (Channel.FORM, FORM_RETURNS_BY)]
        said = [one for one in self.headings(reader, days) if self.count(n) in one]
        assert any(all(name in one for name in names) for one in said)

    def paths(self, told: Told, scope: Scope, of: Dimension) -> journeys.Paths:
        days = Scope(scope.start, scope.end)
        found = threads(told.store, told.asked(days, "callers"), of).filter("is_begun")
        return journeys.paths_of(found.group_by("path").len().iter_rows())

    def headings(self, reader: Reader, scope: Scope) -> list[str]:
        reader.opens("journeys", Scope(scope.start, scope.end), "callers")
        cards = drawn.of_class(reader.bodies, "cc-section")
        return [drawn.text(head) for one in cards for head in one.iter("h2")]

    # In the words of the screens ------------------------------------------------------------------

    def say(self, words: str, **values: str) -> str:
        return translator(self.language).text(words, **values)

    def label(self, name: str) -> str:
        return self.say(METRICS[name].label)

    def count(self, n: int) -> str:
        return fmt.count(n, self.language)

    def title(self, name: str, n: int) -> str:
        return translator(self.language).plural(
            "{n} contact behind {metric}",
            "{n} contacts behind {metric}",
            n,
            metric=self.label(name),
        )

    def text(self, name: str, of: Tally, live: Tally) -> str:
        truth = figure(name, of, live)
        return figure_text(METRICS[name], truth.value, truth.n, translator(self.language))

    def cells(self, metric: str, of: Tally, live: Tally) -> list[str] | None:
        """A row of the table; of whom nothing is known there is none."""
        found = {name: figure(name, of, live).n for name in shown_with(metric)}
        if not any(found.values()):
            return None
        texts = [self.text(name, of, live) for name in found]
        return [texts[0], self.count(found[metric]), *texts[1:]] if is_share(metric) else texts

    def entry(self, truth: Entry, told: Told) -> tuple[str, str, str, str]:
        at = truth.at.astimezone(told.centre.zone)
        return *self.moment(truth.channel, at), word(truth.outcome, self.language)

    def moment(self, channel: Channel, at: datetime) -> tuple[str, str, str]:
        language = self.language
        return fmt.long_day(at, language), fmt.clock(at, language), word(channel, language)

    def compare_strip(self, reader: Reader, scope: Scope, of: Tally, live: Tally | None) -> None:
        """Without `live` nothing is said of who left the line."""
        for metric in DRAWN:
            said = reader.tiles("trends", scope, metric)
            for name in shown_with(metric):
                if live is None and name == "abandonment_rate":
                    continue
                tile, truth = said[self.label(name)], figure(name, of, live or of)
                assert tile.text == self.text(name, of, live or of), (scope, name)
                if is_share(name):
                    assert tile.note.split(" · ")[0] == f"n {self.count(truth.n)}", (scope, name)

    def compare_table(
        self, reader: Reader, scope: Scope, by: Dimension, parts: Mapping[str, Part]
    ) -> None:
        for metric in DRAWN:
            reader.opens("trends", scope, metric, by)
            said = drawn.table(reader.bodies)
            for part, (channel, of) in parts.items():
                truth = self.cells(metric, of, live_of(channel, of))
                assert said.get(part) == truth, (scope, metric, part)


Part = tuple[Channel, Tally]


def is_share(metric: str) -> bool:
    return bool(METRICS[metric].denominator)


def told_of(one: drawn.Lived) -> tuple[str, str, str, str]:
    return one.day, one.time, one.channel, one.outcome


def loops(told: Told) -> Iterator[tuple[Scope, str]]:
    """Each queue of the loop by itself."""
    one = told.story(Plot.TRANSFER_LOOP)
    for queue in one.scope.queues:
        yield Scope(one.scope.start, one.scope.end, queues=(queue,)), queue


def tally_of(told: Told, scope: Scope, *, raw: bool) -> Tally:
    frame = read(told.store, told.asked(scope, *COUNTED, *SHARES), raw=raw).frame
    return _tally(frame.row(0, named=True))


def tallies_of(told: Told, scope: Scope, by: Dimension, *, raw: bool) -> dict[str | None, Tally]:
    frame = read(told.store, told.asked(scope, *COUNTED, *SHARES, by=by), raw=raw).frame
    return {row[by]: _tally(row) for row in frame.iter_rows(named=True)}


def _tally(row) -> Tally:
    return Tally(**{one.name: row[one.name] for one in fields(Tally)})


def course_of(told: Told, scope: Scope, metric: str) -> pl.DataFrame:
    """Day by day, as the chart is given it."""
    query = replace(told.asked(scope, metric), grain=Grain.DAY)
    return answered(told.store, query, query.period.end, None).course


def listed(told: Told, scope: Scope, metric: str) -> pl.DataFrame:
    """The whole list behind a figure, as the screen makes its pages."""
    query = told.asked(scope, metric)
    return rows(contacts.behind(told.store, query, limit=None), query.period.zone)


def at_and_whose(told: Told, scope: Scope) -> dict[str, tuple[datetime, str]]:
    """When each contact came, and of which customer, by its key."""
    frame = listed(told, scope, "contacts").select("key", "arrived", "customer_id")
    return {key: (at, whose) for key, at, whose in frame.iter_rows()}
