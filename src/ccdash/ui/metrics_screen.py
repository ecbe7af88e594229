"""The screen "Metrics": the register of every figure, made from its definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import streamlit as st

from ccdash.i18n import N_, Translator
from ccdash.metrics import METRICS, Metric
from ccdash.metrics.origin import ROWS, columns, formula
from ccdash.metrics.register import UNMEASURED, Unmeasured
from ccdash.ui import format as fmt
from ccdash.ui.addresses import href
from ccdash.ui.document import script
from ccdash.ui.markup import Content, Html, draw, join, link, tag
from ccdash.ui.metric_help import BETTER
from ccdash.ui.metric_list import GROUPS, WHY_NOT
from ccdash.ui.page import card, section
from ccdash.vocabulary import Better, Unit

PARAMETER = "metric"
UNITS: Mapping[Unit, str] = {
    Unit.COUNT: N_("A number."),
    Unit.RATIO: N_("Per cent: the ratio of two sums."),
    Unit.SECONDS: N_("Time, counted in seconds."),
    Unit.SCORE: N_("A score."),
}
_REGISTER = st.components.v2.component(
    "ccdash_register",
    html=(
        '<search class="cc-register"><input type="search" class="cc-register-find">'
        '<p class="cc-register-none" role="status"></p>'
        '<ul class="cc-register-groups"></ul></search>'
    ),
    js=script("register"),
    isolate_styles=False,
)


def entry_of(name: str) -> str:
    """The address of a metric's entry; a window of other days (fcr@14) has none of its own."""
    return href("metrics", {PARAMETER: name.partition("@")[0]})


def draw_register(chosen: str | None, translator: Translator) -> None:
    """A way to find an entry, and all of them by group; the chosen one is open."""
    left, right = st.columns([1, 3.4], gap="medium")
    with right:
        for place, (group, names) in enumerate(GROUPS.items()):
            entries = [_entry(METRICS[name], translator, chosen) for name in names]
            _draw_group(place, translator.text(group), entries)
        not_told = [_not_told(name, one, translator) for name, one in UNMEASURED.items()]
        _draw_group(len(GROUPS), translator.text("Not measured"), not_told)
    with left, st.container(key="register"):
        _REGISTER(key="ccdash_register", data=_finding(chosen, translator))


def _draw_group(place: int, title: str, entries: Sequence[Html]) -> None:
    with card(f"metrics-{place}"):
        section(title)
        draw(tag("div", *entries, cls="cc-metrics"))


def _finding(chosen: str | None, translator: Translator) -> dict[str, object]:
    say = translator.text
    groups = [(say(group), len(names)) for group, names in GROUPS.items()]
    groups.append((say("Not measured"), len(UNMEASURED)))
    return {
        "chosen": chosen,
        "parameter": PARAMETER,
        "groups": [[name, fmt.count(n, translator.language)] for name, n in groups],
        "words": {
            "find": say("Find a metric"),
            "hint": say("Name, word, column or owner"),
            "nothing": say("No metric has these words."),
        },
    }


def _entry(metric: Metric, translator: Translator, chosen: str | None) -> Html:
    say = translator.text
    is_chosen = metric.name == chosen
    way = link(say("See it over time"), href("trends", {"metrics": metric.name}), cls="cc-way")
    return tag(
        "details",
        _head(say(metric.label), say(metric.definition)),
        tag(
            "div",
            _facts(_use(metric, translator)),
            _facts(_count(metric, translator)),
            tag("p", way, cls="cc-metric-way"),
            cls="cc-metric-body",
        ),
        cls="cc-metric chosen" if is_chosen else "cc-metric",
        open="" if is_chosen else None,
        data_metric=metric.name,
    )


def _not_told(name: str, one: Unmeasured, translator: Translator) -> Html:
    say = translator.text
    why = [(say("Why not"), say(one.why))]
    body = tag("div", _facts(why), cls="cc-metric-body")
    head = _head(say(one.label), say(one.definition))
    return tag("details", head, body, cls="cc-metric", data_metric=name)


def _head(label: str, definition: str) -> Html:
    what = tag("span", definition, cls="cc-metric-what")
    return tag("summary", tag("strong", label), " ", what)


def _facts(pairs: Iterator[tuple[str, Content]] | Sequence[tuple[str, Content]]) -> Html:
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", of)) for name, of in pairs))


def _use(metric: Metric, translator: Translator) -> Iterator[tuple[str, Content]]:
    """For the reader who has to act on it."""
    say, purpose = translator.text, metric.purpose
    is_neutral = metric.better is Better.NEITHER
    yield say("What it is not"), say(metric.is_not)
    yield say("The decision that it serves"), say(purpose.decision)
    yield say("When it stands out") if is_neutral else say("When it is red"), say(purpose.action)
    yield say("Who answers for it"), say(purpose.owner)


def _count(metric: Metric, translator: Translator) -> Iterator[tuple[str, Content]]:
    """For the reader who doubts it."""
    say = translator.text
    yield say("Formula"), tag("code", formula(metric))
    better = say(BETTER[metric.better] or N_("Neither higher nor lower is better."))
    yield say("Unit"), join([say(UNITS[metric.unit]), " ", better])
    if metric.needs is not None:
        yield say("Not measured when"), say(WHY_NOT[metric.needs])
    names = (tag("code", name) for name in columns(metric.name))
    parts = [part for name in names for part in (name, " ")]
    yield say("Columns of {table}", table=ROWS[metric.fact][0]), join(parts)
    yield say("Name"), tag("code", metric.name)
