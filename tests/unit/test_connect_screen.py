"""Who may make the server look behind a URL."""

from __future__ import annotations

import pytest

from ccdash.store.connection_check import SAID as WORDS
from ccdash.store.connection_check import Verdict
from ccdash.ui.connect_screen import SAID, is_on_this_machine

HERE = {"Host": "127.0.0.1:8501", "Origin": "http://127.0.0.1:8501"}


def test_a_visitor_at_the_machine_itself_may() -> None:
    assert is_on_this_machine(HERE, None, "127.0.0.1")
    assert is_on_this_machine(HERE, "127.0.0.1", "localhost")


@pytest.mark.parametrize(
    ("headers", "ip", "bound_to"),
    [
        pytest.param(HERE, "10.0.0.7", "127.0.0.1", id="from another machine"),
        pytest.param(HERE, None, "0.0.0.0", id="served to the network"),
        pytest.param(HERE, None, None, id="served to whom is not known"),
        pytest.param(
            HERE | {"X-Forwarded-For": "10.0.0.7"}, "127.0.0.1", "127.0.0.1", id="behind a proxy"
        ),
        pytest.param(
            HERE | {"Host": "dash.example.com"}, None, "127.0.0.1", id="by another name"
        ),
        pytest.param(
            HERE | {"Origin": "https://evil.example.com"}, None, "127.0.0.1", id="from another page"
        ),
        pytest.param({}, None, "127.0.0.1", id="without an address"),
    ],
)  # fmt: skip
def test_nobody_else_may(headers: dict[str, str], ip: str | None, bound_to: str | None) -> None:
    assert not is_on_this_machine(headers, ip, bound_to)


def test_every_verdict_has_its_sentence() -> None:
    assert set(SAID) == set(Verdict)
    assert {verdict for _, verdict in WORDS} <= set(Verdict)
