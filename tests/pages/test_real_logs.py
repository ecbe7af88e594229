"""Real logs in one store: every figure that was computed independently of ccdash is what the
command, Trends and the API say.

The truths are those of ../shared/data/README.md; without that folder nothing runs.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ccdash import api
from ccdash.cli import main
from ccdash.metrics import METRICS
from ccdash.query import Period
from ccdash.store import tokens
from ccdash.store.check import differences
from ccdash.store.engine import Store
from ccdash.ui import format as fmt
from ccdash.vocabulary import Grain, Unit
from tests import made_up
from tests.databases import fresh_database
from tests.pages import drawn
from tests.pages.conftest import process_of
from tests.pages.reader import Reader
from tests.pages.test_trends import chart
from tests.store.asked import Asker, served

pytestmark = [pytest.mark.any_postgres, pytest.mark.timeout(600)]

OPEN = "asterisk-open"
TWO_MONTHS = {"from": "1999-01-01", "to": "1999-03-01", "tz": "Asia/Jerusalem"}
THE_RUN = {"from": "2026-11-21", "to": "2026-11-23", "tz": "UTC"}
OF_THE_LOG, OF_THE_COPY = {"where_source": "asterisk"}, {"where_source": OPEN}


@dataclass(frozen=True)
class Of:
    """What the bank's table says of one figure: January and February, each as it is printed there;
    and of how many contacts (none where the table does not tell)."""

    january: str
    february: str
    n: tuple[int, int] | None = None

    @property
    def texts(self) -> list[str]:
        return [self.january, self.february]

    @property
    def values(self) -> list[float]:
        return [number(text) for text in self.texts]

    @property
    def whole(self) -> tuple[float, int] | None:
        """Of both months, with its n; people who came in both are not known by the table."""
        if self.n is None:
            return None
        if "." not in self.january:
            return sum(self.values), sum(self.n)
        parts = zip(self.values, self.n, strict=True)
        return sum(value * n for value, n in parts) / sum(self.n), sum(self.n)


OFFERED, ANSWERED, QUEUED, LOST = (
    (30_161, 31_125),
    (27_060, 27_162),
    (16_686, 18_058),
    (3_101, 3_963),
)
NO_PHANTOMS = (27_060 + 4_299, 27_162 + 5_904)
WAITED = (QUEUED[0] - LOST[0], QUEUED[1] - LOST[1])
BANK = {
    "answered": Of("27,060", "27,162", ANSWERED),
    "hung_up": Of("4,299", "5,904", (4_299, 5_904)),
    "tests": Of("240", "278", (240, 278)),
    "offered": Of("30,161", "31,125", OFFERED),
    "queued": Of("16,686", "18,058", QUEUED),
    "abandoned": Of("3,101", "3,963", LOST),
    "abandonment_rate": Of("10.281%", "12.733%", OFFERED),
    "abandoned_of_queued": Of("18.584%", "21.946%", QUEUED),
    "hung_up_rate": Of("13.709%", "17.855%", NO_PHANTOMS),
    "asa": Of("35.028", "40.774", ANSWERED),
    "average_queued_wait": Of("69.772", "78.573", WAITED),
    "average_abandoned_wait": Of("60.724", "65.530", LOST),
    "short_handled_rate": Of("5.584%", "6.697%", ANSWERED),
    "recognised_customers": Of("3,976", "4,081"),
    "agents": Of("28", "24"),
}

ASTERISK: Mapping[str, Mapping[str, tuple[str, int]]] = {
    "offered": {"sales": ("444", 444), "support": ("55", 55), "stock": ("55", 55)},
    "answered": {"sales": ("352", 352), "support": ("46", 46), "stock": ("26", 26)},
    "abandoned": {"sales": ("71", 71), "support": ("8", 8), "stock": ("29", 29)},
    "timed_out": {"sales": ("21", 21), "support": ("1", 1), "stock": ("0", 0)},
    "answered_in_target": {"sales": ("144", 144), "support": ("39", 39), "stock": ("11", 11)},
    "asa": {"sales": ("10.224", 352), "support": ("4.522", 46)},
    "average_abandoned_wait": {"sales": ("15.211", 71), "support": ("8.000", 8)},
    # SL and SL2 of queue_show_final.txt
    "service_level_of_answered": {
        "sales": ("40.9%", 352), "support": ("84.8%", 46), "stock": ("42.3%", 26),
    },
    "service_level_of_offered": {
        "sales": ("34.9%", 444), "support": ("81.8%", 55), "stock": ("25.5%", 55),
    },
}  # fmt: skip
"""By queue, each with its n."""


def number(text: str) -> float:
    """A text of the tables as a number."""
    plain = float(text.replace(",", "").removesuffix("%"))
    return plain / 100 if text.endswith("%") else plain


def as_printed(value: float, like: str) -> str:
    """A number with as many decimals as the table has."""
    digits = len(like.removesuffix("%").partition(".")[2])
    return f"{value:.{digits}%}" if like.endswith("%") else f"{value:,.{digits}f}"


def on_screen(name: str, value: float) -> str:
    """As Trends writes it: shares with one decimal, waits by the clock."""
    return fmt.value(value, METRICS[name].unit, "en")


@dataclass(frozen=True)
class Logs:
    """The store, asked in three ways; `imported` is what the command said of each import."""

    imported: Mapping[str, str]
    asker: Asker
    store: Store

    def rows(self, metrics: Mapping[str, object], **asked: str) -> list[dict[str, Any]]:
        """By the API, with a token."""
        answer = self.asker.get("/api/v1/metrics", {"metrics": ",".join(metrics), **asked})
        assert answer.status_code == 200, answer.text
        return answer.json()["rows"]

    def samples(self, metrics: Mapping[str, object], **asked: str) -> pl.DataFrame:
        """The same figures as a file, which has their n as well."""
        asked = {"metrics": ",".join(metrics), **asked}
        answer = self.asker.get("/api/v1/export/figures.parquet", asked)
        assert answer.status_code == 200, answer.text
        return pl.read_parquet(io.BytesIO(answer.content))


def ccdash(*words: object) -> str:
    """Runs a command that must succeed; gives what it prints."""
    printed = io.StringIO()
    with redirect_stdout(printed), pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    assert left.value.code == 0, printed.getvalue()
    return printed.getvalue()


def told(metrics: Mapping[str, object], *words: str, **asked: str) -> list[dict[str, Any]]:
    """The figures by the command."""
    where = {name: text for name, text in asked.items() if name.startswith("where_")}
    words += tuple(w for name in asked.keys() - where for w in (f"--{name}", asked[name]))
    words += tuple(
        w for name in where for w in ("--where", f"{name.removeprefix('where_')}={where[name]}")
    )
    names = ",".join(metrics)
    return json.loads(ccdash("query", "--metrics", names, "--format", "json", *words))


@pytest.fixture(scope="module")
def logs(server, shared_data: Path) -> Iterator[Logs]:
    """All logs that the command imports, each once; targets are those that Asterisk had."""
    bank, run = shared_data / "anonymous_bank", shared_data / "asterisk_overload_run"
    with (
        fresh_database(server) as url,
        pytest.MonkeyPatch.context() as patch,
        contextmanager(process_of)(url, patch) as process,
    ):
        imported = {
            "bank": ccdash("import", "seelab", bank / "january.txt", bank / "february.txt"),
            "log": ccdash("import", "asterisk", run / "queue_log"),
            "copy": ccdash("import", "asterisk", run / "queue_log.open", "--source", OPEN),
        }
        for queue, seconds in (("sales", 5), ("stock", 5), ("support", 10)):
            ccdash("set", "target_seconds", seconds, "--queue", queue)
        now = made_up.instant()
        door = api.Door(lambda: process.store, lambda: made_up.ZONE, lambda: now)
        with served(door) as asker:
            asker.token = tokens.add(process.store, "tests", now)
            yield Logs(imported, asker, process.store)


# The bank -----------------------------------------------------------------------------------------


def test_the_command_gives_every_figure_of_the_bank_on_both_roads(logs) -> None:
    assert "In all: read 64,943 = kept 64,943 + duplicate 0 + rejected 0" in logs.imported["bank"]
    for road in ((), ("--raw",)):
        compare_months(told(BANK, *road, grain="month", **TWO_MONTHS))
    whole = told({"offered": 0, "occupancy": 0}, **TWO_MONTHS)
    assert whole == [{"bucket": "1999-01-01", "offered": 61_286, "occupancy": None}]
    period = [word for name, text in TWO_MONTHS.items() for word in (f"--{name}", text)]
    words = ("contacts", "--metric", "abandoned", *period, "--limit", 0, "--format", "json")
    assert len(json.loads(ccdash(*words))) == sum(LOST)


def compare_months(rows: list[dict[str, Any]]) -> None:
    assert [row["bucket"] for row in rows] == ["1999-01-01", "1999-02-01"]
    for name, of in BANK.items():
        assert [as_printed(row[name], of.january) for row in rows] == of.texts, name


def test_the_api_gives_every_figure_of_the_bank(logs) -> None:
    compare_months(logs.rows(BANK, grain="month", **TWO_MONTHS))
    samples = logs.samples(BANK, grain="month", **TWO_MONTHS)
    for name, of in BANK.items():
        assert of.n is None or tuple(samples[f"n_{name}"]) == of.n, name


def test_trends_draws_every_figure_of_the_bank_month_by_month(logs) -> None:
    reader = Reader()
    for name, of in BANK.items():
        reader.goes("trends", {"metrics": name, "grain": "month", **TWO_MONTHS})
        compare_points(chart(reader), name, of)
        if of.whole is not None:
            value, n = of.whole
            tile = drawn.tiles(reader.bodies)[METRICS[name].label]
            assert tile.text == on_screen(name, value), name
            assert METRICS[name].unit is Unit.COUNT or tile.note == f"n {n:,}", name


def compare_points(made: Mapping[str, Any], name: str, of: Of) -> None:
    line, _ = made["traces"]
    assert [as_printed(y, of.january) for y in line["y"]] == of.texts, name
    for place, (tip, n) in enumerate(made["lines"][0]["tips"]):
        month = ("Jan 1999", "Feb 1999")[place]
        shown = on_screen(name, line["y"][place])
        assert tip == f"{METRICS[name].label}, {month}: {shown}"
        assert of.n is None or n == f"n {of.n[place]:,}", name


@pytest.mark.parametrize(
    ("place", "days"), [(0, ("1999-01-01", "1999-02-01")), (1, ("1999-02-01", "1999-03-01"))]
)
def test_trends_strip_and_table_say_the_banks_figures_of_a_month(logs, place, days) -> None:
    reader, (first, end) = Reader(), days
    asked = {"metrics": "abandonment_rate", "from": first, "to": end, "tz": TWO_MONTHS["tz"]}
    reader.goes("trends", {**asked, "by": "source"})

    said, table = drawn.tiles(reader.bodies), drawn.table(reader.bodies)["seelab"]

    for name in ("abandonment_rate", "offered", "asa"):
        text = on_screen(name, BANK[name].values[place])
        assert said[METRICS[name].label].text == text, name
        assert text in table, name
    assert table[1] == f"{OFFERED[place]:,}"


def test_what_the_bank_does_not_log_is_not_measured_anywhere(logs) -> None:
    asked = {"metrics": "occupancy", **TWO_MONTHS}
    answer = logs.asker.get("/api/v1/metrics", asked).json()
    assert answer["meta"]["not_measured"] == ["occupancy"]
    assert [row["occupancy"] for row in answer["rows"]] == [None]
    reader = Reader()
    reader.goes("trends", asked)
    assert drawn.tiles(reader.bodies)["Occupancy"].text == "not measured"


# Asterisk -----------------------------------------------------------------------------------------


def test_the_command_gives_every_figure_of_asterisk_by_queue_on_both_roads(logs) -> None:
    for road in ((), ("--raw",)):
        compare_queues(told(ASTERISK, *road, by="queue", **THE_RUN, **OF_THE_LOG))


def compare_queues(rows: list[dict[str, Any]]) -> None:
    found = {row["queue"]: row for row in rows}
    assert sorted(found) == ["sales", "stock", "support"]
    for name, queues in ASTERISK.items():
        texts = {queue: as_printed(found[queue][name], of) for queue, (of, _) in queues.items()}
        assert texts == {queue: of for queue, (of, _) in queues.items()}, name


def test_the_api_gives_every_figure_of_asterisk_by_queue(logs) -> None:
    compare_queues(logs.rows(ASTERISK, by="queue", **THE_RUN, **OF_THE_LOG))
    samples = logs.samples(ASTERISK, by="queue", **THE_RUN, **OF_THE_LOG)
    for row in samples.iter_rows(named=True):
        for name, queues in ASTERISK.items():
            if row["queue"] in queues:
                assert row[f"n_{name}"] == queues[row["queue"]][1], (name, row["queue"])


def test_everybody_who_entered_a_queue_was_answered_gave_up_or_was_timed_out(logs) -> None:
    for queue in ("sales", "stock", "support"):
        (row,) = logs.rows(ASTERISK, where_queue=queue, **THE_RUN, **OF_THE_LOG)
        assert row["offered"] == row["answered"] + row["abandoned"] + row["timed_out"]


def test_trends_says_every_figure_of_asterisk_by_queue(logs) -> None:
    reader = Reader()
    asked = {"by": "queue", "grain": "day", **THE_RUN, **OF_THE_LOG}
    for name, queues in ASTERISK.items():
        reader.goes("trends", {"metrics": name, **asked})
        points, rows = points_of(chart(reader)), drawn.table(reader.bodies)
        for queue, (of, n) in queues.items():
            if n:  # a queue of none has no line
                value, tip = points[queue]
                assert (as_printed(value, of), tip) == (of, f"n {n}"), (name, queue)
            shown = [on_screen(name, number(of))]
            shown += [f"{n}"] if METRICS[name].denominator else []
            assert rows[queue][: len(shown)] == shown, (name, queue)


def points_of(made: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    """Of each line its point of the day of the log: the value, and of how many."""
    values = {trace["uid"]: trace["y"][0] for trace in made["traces"]}
    tips = {line["uid"]: line["tips"][0] for line in made["lines"]}
    return {tip.partition(",")[0]: (values[uid], n) for uid, (tip, n) in tips.items()}


def test_fourteen_agents_took_the_calls(logs) -> None:
    assert logs.rows({"agents": 14}, **THE_RUN, **OF_THE_LOG)[0]["agents"] == 14
    reader = Reader()
    reader.goes("trends", {"metrics": "agents", **THE_RUN, **OF_THE_LOG})
    assert drawn.tiles(reader.bodies)["Agents"].text == "14"


def test_four_still_wait_in_stock_where_the_log_was_copied(logs) -> None:
    asked = {"metrics": "still_waiting", "by": "queue", **THE_RUN, **OF_THE_COPY}
    rows = logs.asker.get("/api/v1/metrics", asked).json()["rows"]
    assert {row["queue"]: row["still_waiting"] for row in rows if row["still_waiting"]} == {
        "stock": 4
    }
    reader = Reader()
    reader.goes("trends", asked)
    assert drawn.table(reader.bodies)["stock"][0] == "4"


def test_sums_are_those_of_the_rows_after_all_logs(logs) -> None:
    of_bank = Period.parse("1998-12-01", "1999-03-01", "UTC").spans(Grain.MONTH)
    of_run = (Period.parse("2026-11-01", "2026-12-01", "UTC"),)
    months = [*(Period(*span, "UTC") for span in of_bank), *of_run]
    found, compared = differences(logs.store, str, months)
    assert not found
    assert compared > 10_000
