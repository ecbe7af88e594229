"""What is read: named formulas over measures. Ratio of sums, never a mean of ratios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

import polars as pl
from sqlalchemy import ColumnElement, case, literal

from ccdash.errors import BadQuery
from ccdash.i18n import N_
from ccdash.measures import MEASURES, Columns, Fact, Measure
from ccdash.vocabulary import Better, Unit

Sum = Mapping[str, int]
"""Measures and how often each is added: {"answered": 1, "abandoned": 1}."""


class Needs(StrEnum):
    """What a source must be able to tell for the metric to be measured at all."""

    AGENT_STATES = "agent_states"
    CSAT = "csat"
    NPS = "nps"
    CES = "ces"
    CASES = "cases"


@dataclass(frozen=True)
class Metric:
    """One figure: numerator / denominator, or the numerator alone. Without a denominator in the
    data it has no value, which is not zero."""

    name: str
    label: str
    definition: str
    unit: Unit
    better: Better
    numerator: Sum
    denominator: Sum = field(default_factory=dict)
    needs: Needs | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure in the formula."""
        return tuple(MEASURES[name] for name in dict.fromkeys((*self.numerator, *self.denominator)))

    @property
    def fact(self) -> Fact:
        """The fact that all its measures are of."""
        return self.measures[0].fact

    @property
    def sample(self) -> Sum:
        """What `n` is: the rows that the figure speaks of."""
        return self.denominator or self.numerator

    def expression(self) -> pl.Expr:
        """The formula over columns named like the measures; null without a denominator."""
        top = _added(self.numerator)
        if not self.denominator:
            return top.alias(self.name)
        bottom = _added(self.denominator)
        return pl.when(bottom > 0).then(top / bottom).otherwise(None).alias(self.name)

    def sample_expression(self) -> pl.Expr:
        """The number of rows behind the figure; null for a sum of seconds."""
        return _added(self.sample)

    def rows_behind(self, of: Columns) -> ColumnElement[bool]:
        """Whether a row is behind the figure: it is in the denominator, or, in a plain count, in
        the numerator. So the list behind a number is as long as its n."""
        return _weight(self.sample, of) != 0

    def weight(self, of: Columns) -> ColumnElement[int]:
        """How often the row counts in the numerator; the order of the list follows it."""
        return _weight(self.numerator, of)


def _added(names: Sum) -> pl.Expr:
    return pl.sum_horizontal(
        *(pl.col(name) * times if times != 1 else pl.col(name) for name, times in names.items()),
        ignore_nulls=False,
    )


def _weight(names: Sum, of: Columns) -> ColumnElement[int]:
    total: ColumnElement[int] = literal(0)
    for name, times in names.items():
        total = total + case((MEASURES[name].where(of), times), else_=0)
    return total


_COUNT, _RATIO, _SECONDS, _SCORE = Unit.COUNT, Unit.RATIO, Unit.SECONDS, Unit.SCORE
_HIGHER, _LOWER, _NEITHER = Better.HIGHER, Better.LOWER, Better.NEITHER
_ALL_LEFT = {"answered": 1, "abandoned": 1}

_METRICS = (
    Metric("contacts", N_("Contacts"), N_("All contacts in both directions, test calls left out."), _COUNT, _NEITHER, {"contacts": 1}),
    Metric("callers", N_("Callers"), N_("Customers' visits: a caller who is transferred or queued again is one."), _COUNT, _NEITHER, {"callers": 1}),
    Metric("outbound", N_("Outbound"), N_("Contacts that the centre started."), _COUNT, _NEITHER, {"outbound": 1}),
    Metric("offered", N_("Offered"), N_("Contacts that asked for a person and reached a queue or an agent: answered, abandoned, timed out or left otherwise. Those still waiting are apart."), _COUNT, _NEITHER, {"offered": 1}),
    Metric("queued", N_("Queued"), N_("Contacts that really waited in a queue."), _COUNT, _NEITHER, {"queued": 1}),
    Metric("answered", N_("Answered"), N_("Contacts that a person took, whether they waited or not."), _COUNT, _HIGHER, {"answered": 1}),
    Metric("answered_in_target", N_("Answered in target"), N_("Answered within the target time that held for the queue on that day."), _COUNT, _HIGHER, {"answered_in_target": 1}),
    Metric("abandoned", N_("Abandoned"), N_("Customers who left the queue before an answer."), _COUNT, _LOWER, {"abandoned": 1}),
    Metric("short_abandoned", N_("Short abandons"), N_("Abandoned within the short-abandon limit."), _COUNT, _NEITHER, {"short_abandoned": 1}),
    Metric("timed_out", N_("Timed out"), N_("Sent away from the queue after its longest waiting time."), _COUNT, _LOWER, {"timed_out": 1}),
    Metric("left_otherwise", N_("Left otherwise"), N_("Left the queue for voicemail, a callback or self-service, or were refused or cut off."), _COUNT, _NEITHER, {"left_otherwise": 1}),
    Metric("left_before_queue", N_("Left before the queue"), N_("Hung up in the voice menu or bot, before any queue."), _COUNT, _NEITHER, {"left_before_queue": 1}),
    Metric("hung_up", N_("Hung up anywhere"), N_("Left without an answer, in the queue or in the voice menu."), _COUNT, _LOWER, {"abandoned": 1, "left_before_queue": 1}),
    Metric("still_waiting", N_("Still waiting"), N_("Contacts that have neither been answered nor left."), _COUNT, _LOWER, {"still_waiting": 1}),
    Metric("handled", N_("Handled"), N_("Contacts that a person took and finished."), _COUNT, _HIGHER, {"handled": 1}),
    Metric("service_level", N_("Service level"), N_("Answered within the target time, of answered and abandoned: every abandon counts against."), _RATIO, _HIGHER, {"answered_in_target": 1}, _ALL_LEFT),
    Metric("service_level_of_answered", N_("Service level of answered"), N_("Answered within the target time, of answered (view 1)."), _RATIO, _HIGHER, {"answered_in_target": 1}, {"answered": 1}),
    Metric("service_level_late_abandons", N_("Service level, late abandons count"), N_("As the service level, but who left within the target time does not count (view 2)."), _RATIO, _HIGHER, {"answered_in_target": 1}, {"answered": 1, "abandoned": 1, "abandoned_in_target": -1}),
    Metric("service_level_left_in_target", N_("Service level, early abandons met"), N_("Answered or abandoned within the target time, of answered and abandoned (view 4)."), _RATIO, _HIGHER, {"answered_in_target": 1, "abandoned_in_target": 1}, _ALL_LEFT),
    Metric("service_level_without_short", N_("Service level without short abandons"), N_("As the service level, but short abandons do not count (view 5)."), _RATIO, _HIGHER, {"answered_in_target": 1}, {"answered": 1, "abandoned": 1, "short_abandoned": -1}),
    Metric("service_level_short_met", N_("Service level, short abandons met"), N_("Answered within the target time or short abandons, of answered and abandoned (view 6)."), _RATIO, _HIGHER, {"answered_in_target": 1, "short_abandoned": 1}, _ALL_LEFT),
    Metric("service_level_of_offered", N_("Ended in target"), N_("Answered, abandoned or timed out within the target time, of offered; Asterisk's SL2."), _RATIO, _HIGHER, {"answered_in_target": 1, "abandoned_in_target": 1, "timed_out_in_target": 1}, {"offered": 1}),
    Metric("asa", N_("Average speed of answer"), N_("Mean wait of answered contacts from queue entry to a person; zero waits included."), _SECONDS, _LOWER, {"wait_seconds_answered": 1}, {"answered": 1}),
    Metric("average_wait", N_("Average wait"), N_("Mean wait of all offered contacts, answered or not."), _SECONDS, _LOWER, {"wait_seconds": 1}, {"offered": 1}),
    Metric("average_queued_wait", N_("Average wait of queued answered"), N_("Mean wait of answered contacts that had to wait in a queue."), _SECONDS, _LOWER, {"wait_seconds_queued_answered": 1}, {"queued_answered": 1}),
    Metric("average_abandoned_wait", N_("Average wait of abandoned"), N_("Mean time in the queue of those who left before an answer."), _SECONDS, _NEITHER, {"wait_seconds_abandoned": 1}, {"abandoned": 1}),
    Metric("wait_median", N_("Median wait"), N_("Half of the answered contacts waited at most this long."), _SECONDS, _LOWER, {"wait_median": 1}),
    Metric("wait_p90", N_("90 % waited under"), N_("Nine of ten answered contacts waited at most this long."), _SECONDS, _LOWER, {"wait_p90": 1}),
    Metric("abandonment_rate", N_("Abandonment rate"), N_("Abandoned, of offered; only for channels in which customers wait on the line."), _RATIO, _LOWER, {"abandoned_live": 1}, {"offered_live": 1}),
    Metric("abandoned_of_queued", N_("Abandoned of queued"), N_("Abandoned, of those who really waited in a queue."), _RATIO, _LOWER, {"abandoned": 1}, {"queued": 1}),
    Metric("hung_up_rate", N_("Hung up anywhere, share"), N_("Left without an answer, voice menu included, of all contacts."), _RATIO, _LOWER, {"abandoned": 1, "left_before_queue": 1}, {"contacts": 1}),
    Metric("aht", N_("Average handling time"), N_("Talk, hold and wrap-up of handled contacts, mean; wrap-up as far as the source tells it."), _SECONDS, _NEITHER, {"talk_seconds": 1, "hold_seconds": 1, "wrap_up_seconds": 1}, {"handled": 1}),
    Metric("average_talk", N_("Average talk time"), N_("Mean talk time of handled contacts, hold apart."), _SECONDS, _NEITHER, {"talk_seconds": 1}, {"handled": 1}),
    Metric("short_handled_rate", N_("Handled under 10 s"), N_("Handled contacts with less than ten seconds of talk, of handled."), _RATIO, _LOWER, {"short_handled": 1}, {"handled": 1}),
    Metric("transfer_rate", N_("Transfer rate"), N_("Handled contacts that were passed on to another agent or queue, of handled."), _RATIO, _LOWER, {"transferred": 1}, {"handled": 1}),
    Metric("known_customer_rate", N_("Recognised contacts"), N_("Contacts whose customer was recognised, of all contacts."), _RATIO, _HIGHER, {"known_customer": 1}, {"contacts": 1}),
    Metric("customers", N_("Customers"), N_("Different recognised customers; test calls left out. Not additive over time."), _COUNT, _NEITHER, {"customers": 1}),
    Metric("recognised_customers", N_("Recognised customers"), N_("Different customers that the source recognised, in its test calls too. Not additive over time."), _COUNT, _NEITHER, {"recognised_customers": 1}),
    Metric("agents", N_("Agents"), N_("Different agents who answered. Not additive over time."), _COUNT, _NEITHER, {"agents": 1}),
    Metric("tests", N_("Test calls"), N_("Contacts marked as tests by the source. They are in no other figure."), _COUNT, _NEITHER, {"tests": 1}),
    Metric("csat", N_("CSAT"), N_("Satisfied answers, of answers."), _RATIO, _HIGHER, {"csat_satisfied": 1}, {"csat_responses": 1}, Needs.CSAT),
    Metric("csat_response_rate", N_("CSAT response rate"), N_("Answers, of customers asked."), _RATIO, _HIGHER, {"csat_responses": 1}, {"csat_asked": 1}, Needs.CSAT),
    Metric("nps", N_("NPS"), N_("Share of scores 9 to 10 minus share of scores 0 to 6."), _SCORE, _HIGHER, {"nps_promoters": 100, "nps_detractors": -100}, {"nps_responses": 1}, Needs.NPS),
    Metric("ces", N_("CES"), N_("Answers that it was easy (5 to 7 of 7), of answers."), _RATIO, _HIGHER, {"ces_easy": 1}, {"ces_responses": 1}, Needs.CES),
    Metric("cases_opened", N_("Cases opened"), N_("Matters opened in the period."), _COUNT, _NEITHER, {"cases_opened": 1}, {}, Needs.CASES),
    Metric("resolution_rate", N_("Resolution rate"), N_("Cases that are resolved, of the cases opened in the period."), _RATIO, _HIGHER, {"cases_resolved": 1}, {"cases_opened": 1}, Needs.CASES),
    Metric("occupancy", N_("Occupancy"), N_("Time with a contact or wrap-up, of that and the time spent available."), _RATIO, _NEITHER, {"busy_seconds": 1}, {"busy_seconds": 1, "available_seconds": 1}, Needs.AGENT_STATES),
    Metric("concurrency", N_("Concurrency"), N_("Seconds of contacts per second with at least one."), _SCORE, _NEITHER, {"contact_seconds": 1}, {"on_contact_seconds": 1}, Needs.AGENT_STATES),
    Metric("signed_in_time", N_("Time signed in"), N_("Agents' time from signing in to signing out, breaks included."), _SECONDS, _NEITHER, {"signed_in_seconds": 1}, {}, Needs.AGENT_STATES),
    Metric("break_time", N_("Break time"), N_("Agents' declared breaks; training and meetings apart."), _SECONDS, _NEITHER, {"break_seconds": 1}, {}, Needs.AGENT_STATES),
)  # fmt: skip

METRICS: Mapping[str, Metric] = {one.name: one for one in _METRICS}


def metric(name: str) -> Metric:
    """The metric of this name. Raises BadQuery with the nearest names."""
    if name in METRICS:
        return METRICS[name]
    near = get_close_matches(name, METRICS, n=3)
    hint = f" Did you mean {', '.join(near)}?" if near else " `ccdash metrics` lists them all."
    raise BadQuery(f"There is no metric {name!r}.{hint}")
