"""What a person reads when something fails."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest


def store_down() -> None:
    from datetime import UTC, datetime

    from ccdash.errors import StoreUnavailable
    from ccdash.ui.errors import shown_errors

    with shown_errors(now=datetime(2026, 11, 21, 12, 0, tzinfo=UTC)):
        pass
    with shown_errors(now=datetime(2026, 11, 21, 12, 30, tzinfo=UTC)):
        raise StoreUnavailable


def never_up() -> None:
    from datetime import UTC, datetime

    from ccdash.errors import StoreUnavailable
    from ccdash.ui.errors import shown_errors

    for minute in (0, 1):
        now = datetime(2026, 11, 21, 12, minute, tzinfo=UTC)
        with shown_errors(now), shown_errors(now):  # a page, and a fragment in it
            raise StoreUnavailable


def bad_query() -> None:
    from ccdash.errors import BadQuery
    from ccdash.ui.errors import shown_errors

    with shown_errors():
        raise BadQuery("There is no metric <b>x</b>.")


def bug() -> None:
    from ccdash.ui.errors import calm_error

    assert calm_error(ZeroDivisionError("a secret"))


def shown(script: Callable[[], None], **url: str) -> str:
    at = AppTest.from_function(script)
    for name, value in url.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return " ".join(element.proto.body for element in at.get("html"))


def test_a_lost_store_says_since_when_and_how_old_the_figures_are() -> None:
    text = shown(store_down)
    assert "The store does not answer" in text
    assert "Away since 12:30:00." in text
    assert "The figures are from 12:00:00." in text


def test_a_store_that_never_answered_has_no_figures_of_any_time() -> None:
    text = shown(never_up)
    assert "Away since 12:00:00." in text
    assert "The figures are from" not in text


def test_a_known_message_is_in_the_language_of_the_viewer() -> None:
    assert "Tietovarasto ei vastaa" in shown(store_down, lang="fi")


def test_a_message_is_escaped() -> None:
    assert "There is no metric &lt;b&gt;x&lt;/b&gt;." in shown(bad_query)


def test_a_bug_shows_a_reference_and_not_its_cause() -> None:
    text = shown(bug)
    assert "This could not be shown." in text
    assert "secret" not in text
    assert "ZeroDivision" not in text
