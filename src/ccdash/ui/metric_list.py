"""The metrics as people choose them: grouped, in an order of use, and as figures in words."""

from __future__ import annotations

from collections.abc import Mapping

from ccdash.i18n import N_, NP_, Translator
from ccdash.measures import Fact
from ccdash.metrics import METRICS, Metric, Needs
from ccdash.ui import format as fmt
from ccdash.views.trends import is_too_few

GROUPS: Mapping[str, tuple[str, ...]] = {
    N_("Volume"): (
        "offered", "arrived", "answered", "abandoned", "contacts", "callers", "queued", "outbound",
        "handled", "short_abandoned", "timed_out", "left_otherwise", "left_before_queue", "hung_up",
        "still_waiting", "answered_in_target", "tests",
    ),
    N_("Service level"): (
        "service_level", "service_level_of_answered", "service_level_late_abandons",
        "service_level_left_in_target", "service_level_without_short", "service_level_short_met",
        "service_level_of_offered", "abandonment_rate", "abandoned_of_queued", "hung_up_rate",
    ),
    NP_("kind of figure", "Waiting"): (
        "asa", "wait_median", "wait_p90", "average_wait", "average_queued_wait",
        "average_abandoned_wait", "abandoned_wait_median", "abandoned_wait_p90", "asa_open",
        "average_wait_open",
    ),
    N_("Response"): (
        "first_response_time", "first_response_median", "first_response_p90",
        "first_response_time_open", "first_response_open_median", "first_response_open_p90",
        "next_response_time", "rounds",
    ),
    NP_("kind of figure", "Handling"): (
        "aht", "handle_median", "handle_p90", "average_talk", "talk_median", "talk_p90",
        "wrap_up_median", "wrap_up_p90", "short_handled_rate", "transfer_rate",
    ),
    N_("Resolution"): (
        "fcr", "fcr_same_channel", "fcr_agent", "fcr_customer", "fcr_customer_response_rate",
        "channel_leak", "repeat_contacts", "failure_demand", "matters", "bounce_index",
        "contacts_per_matter", "third_contact_rate",
    ),
    N_("Self-service"): ("containment", "containment_gross", "containment_unknown"),
    N_("Satisfaction"): ("csat", "csat_response_rate", "nps", "ces"),
    N_("Cases"): (
        "cases_opened", "cases_resolved", "cases_unresolved", "resolution_rate", "cases_reopened",
        "reopen_rate", "resolution_time", "resolution_median", "resolution_p90",
        "resolution_time_open", "resolution_open_median", "resolution_open_p90",
    ),
    N_("Customers"): ("customers", "recognised_customers", "known_customer_rate"),
    N_("People"): ("agents", "occupancy", "concurrency", "signed_in_time", "break_time"),
}  # fmt: skip
"""Every metric once; a test holds it."""

HEADLINES = ("offered", "service_level", "asa", "abandonment_rate", "aht", "csat")
"""What stands beside any metric."""

VIEWS = (
    ("fcr", "fcr_same_channel", "fcr_agent", "fcr_customer"),
    ("containment", "containment_gross", "containment_unknown"),
)
"""Views of the same thing: they stand beside each other."""

OF_THE_KNOWN = frozenset({Fact.REPEAT, Fact.FAILURE})
"""Figures of these speak of known customers alone: beside them stands how many contacts are of
such."""

WHY_NOT: Mapping[Needs, str] = {
    Needs.AGENT_STATES: N_("No source tells the states of agents."),
    Needs.CSAT: N_("No source tells of satisfaction answers."),
    Needs.NPS: N_("No source tells of recommendation answers."),
    Needs.CES: N_("No source tells of effort answers."),
    Needs.FCR: N_("No source tells of answers whether it was solved at first contact."),
    Needs.AGENT_RESOLVED: N_("No source tells whether agents call contacts solved."),
    Needs.CASES: N_("No source tells of cases."),
    Needs.CUSTOMERS: N_("No source tells who customers are."),
    Needs.MESSAGES: N_("No source tells what is written."),
}


def choices(translator: Translator) -> dict[str, str]:
    """Name -> "Group · Label", in the order of the groups."""
    return {
        name: _named(translator.text(group), translator.text(METRICS[name].label))
        for group, names in GROUPS.items()
        for name in names
    }


def _named(group: str, label: str) -> str:
    return label if label.startswith(group) else f"{group} · {label}"


def label_of(name: str, translator: Translator) -> str:
    """What a metric is called; of one with a window also how long that is."""
    metric = METRICS[name]
    label = translator.text(metric.label)
    if metric.window_days is None:
        return label
    return translator.plural(
        "{metric}, {n} day", "{metric}, {n} days", metric.window_days, metric=label
    )


def shown_with(name: str) -> tuple[str, ...]:
    """The metric, other views of the same, of how many contacts it can tell, and headlines: six in
    all. Views have the window of the metric; beside one without, there is none that would have to
    wait for a window."""
    base, at, days = name.partition("@")
    views = next((group for group in VIEWS if base in group), ())
    has_window = METRICS[name].window_days is not None
    same = (
        f"{one}{at}{days}" if METRICS[one].window_days else one
        for one in views
        if has_window or METRICS[one].window_days is None
    )
    known = ("known_customer_rate",) if METRICS[name].fact in OF_THE_KNOWN else ()
    return tuple(dict.fromkeys((name, *same, *known, *HEADLINES)))[: len(HEADLINES)]


def figure_text(metric: Metric, value: fmt.Value, n: int | None, translator: Translator) -> str:
    """The figure; a share of few answers would say more than it knows."""
    if value is not None and is_too_few(metric.name, n):
        return translator.text("too few answers")
    return fmt.value(value, metric.unit, translator.language)


def sample(metric: Metric, n: int | None, translator: Translator) -> str:
    """Of how many a figure speaks, or of how much of people's time."""
    if metric.fact is Fact.AGENT:
        return translator.text("of {time}", time=fmt.duration(n or 0, translator.language))
    return fmt.count(n or 0, translator.language)


def beside_figure(metric: Metric, n: int | None, translator: Translator) -> str:
    """The same where no heading says n; nothing of a figure that is its own n."""
    if not metric.denominator and not metric.rows:
        return ""
    text = sample(metric, n, translator)
    return text if metric.fact is Fact.AGENT else f"n {text}"
