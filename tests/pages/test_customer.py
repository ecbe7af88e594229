"""One customer: masked until somebody says why, recognised in every channel, put right by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.store import access_log, decisions, finding, rollup
from ccdash.store.decisions import Decision
from ccdash.ui import customer_access, merging, one_customer
from ccdash.vocabulary import Access, Author, Channel, Outcome
from tests import made_up

pytestmark = pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")
"""Which Postgres it is makes no difference to a page; tests/store runs on both."""


def number_of(centre, text: str) -> str:
    return str(finding.people(centre.store, text, "FI").people["customer_id"][0])


def looks(centre, number: str) -> list[tuple[str, str]]:
    """What was done with the customer and why, the newest first."""
    found = access_log.entries(centre.store, int(number))
    return list(found.select("action", "why").iter_rows())


def drawn(screen) -> str:
    return " ".join(screen.bodies)


def contacts(screen) -> int:
    return int(re.search(r"Contacts \? ([\d,]+)", screen.words)[1].replace(",", ""))


def test_an_opening_is_written_once_with_its_way_and_details_are_masked(centre, screen) -> None:
    elina = number_of(centre, "elina@example.com")

    screen.opened("customer", **{"customer": elina, "from": "third-contact"})
    screen.app.run()

    assert looks(centre, elina) == [(Access.OPENED, "third-contact")]
    assert "third contact about the same matter" in screen.words
    assert "Back to Now" in screen.words
    assert "elina@example.com" not in drawn(screen)


def test_who_came_by_a_link_has_no_way_back_to_the_floor(centre, screen) -> None:
    elina = number_of(centre, "elina@example.com")

    screen.opened("customer", **{"customer": elina, "from": "<b>"})

    assert "Back to Now" not in screen.words
    assert looks(centre, elina) == [(Access.OPENED, "link")]


def test_joined_customers_are_one_page_under_either_number_until_it_is_taken_back(
    centre, screen
) -> None:
    elina, other = (number_of(centre, f"{one}@example.com") for one in ("elina", "other"))
    alone = contacts(screen.opened("customer", customer=elina))
    assert "Maybe the same person" in screen.words
    assert screen.app.button(key=f"join-{other}")

    by = Decision("Aino", "they told us <so>", made_up.instant())
    number = decisions.merge(centre.store, int(elina), int(other), by)
    again = type(screen)().opened("customer", customer=other)
    assert contacts(again) == alone + made_up.DAYS
    assert contacts(type(screen)().opened("customer", customer=elina)) == alone + made_up.DAYS
    assert "“they told us <so>” · Aino" in again.words
    assert again.app.button(key=f"take-back-link-{number}")

    by = Decision("Timo", "her sister", made_up.instant())
    decisions.take_back(centre.store, number, by)
    assert contacts(screen.opened("customer", customer=elina)) == alone
    assert "taken back: “her sister” · Timo" in screen.words


def test_how_a_matter_was_joined_and_what_went_wrong_in_it_are_told(process, screen) -> None:
    at = made_up.instant()
    told = [
        ev.Recorded(
            source="s", id=key, contact=key, at=at, end=at, customer=(who,), case="k",
            channel=channel, outcome=Outcome.HANDLED, queue="q", agent=key,
        )
        for key, channel, who in (
            ("a", Channel.PHONE, made_up.ELINA), ("b", Channel.EMAIL, made_up.ELINA),
            ("c", Channel.EMAIL, made_up.OTHER),
        )
    ]  # fmt: skip
    with process.store.transaction() as connection:
        record(connection, told, received_at=at, region="FI")
        rollup.refresh(connection)

    screen.opened("customer", customer=number_of(process, "elina@example.com"))

    told_of = "2 contacts · 2 channels · 2 people · by the source's case"
    assert f"{told_of} · 1 more contact not known to be theirs" in screen.words
    assert "asked again 1 time · bounced 3 times" in screen.words
    assert screen.app.button(key="correct-matter")


def test_what_a_customer_is_called_and_how_they_are_known_is_text(process, screen) -> None:
    evil, at = "<img src=x onerror=alert(1)>![x](http://evil)", made_up.instant()
    who = (ev.Identity(kind="customer_number", value=evil),)
    told = [
        ev.CustomerDescribed(source="s", id="n", at=at, record=evil, customer=who, name=evil),
        *(
            ev.Recorded(
                source="s", id=key, contact=key, at=at, end=at, customer=who, case=evil,
                subject=evil, channel=Channel.CHAT, outcome=Outcome.HANDLED, queue=evil, agent=evil,
            )
            for key in ("a", evil)
        ),
    ]  # fmt: skip
    with process.store.transaction() as connection:
        record(connection, told, received_at=at, region="FI")
        rollup.refresh(connection)

    screen.opened("customer", customer=number_of(process, evil))

    assert evil in screen.title
    assert "<img" not in drawn(screen)
    assert not [one for one in screen.app.markdown if "evil" in one.value]


def test_what_was_written_is_folded_text_under_its_rounds(process, screen) -> None:
    at = made_up.instant().replace(hour=8) - timedelta(days=1)  # no midnight lies between
    evil = "<img src=x onerror=alert(1)>\n\nbye"
    of = {"source": "s", "contact": "mail"}
    said = [(0, Author.CUSTOMER, evil), (14, Author.AGENT, "hello"), (15, Author.CUSTOMER, None)]
    told = [
        ev.Arrived(id="came", at=at, customer=(made_up.ELINA,), channel=Channel.EMAIL, **of),
        *(
            ev.Messaged(
                id=f"said-{minute}", at=at + timedelta(minutes=minute), author=author, text=text,
                agent="Aino" if author is Author.AGENT else None, **of,
            )
            for minute, author, text in said
        ),
    ]  # fmt: skip
    with process.store.transaction() as connection:
        record(connection, told, received_at=made_up.instant(), region="FI")
        rollup.refresh(connection)

    screen.opened("customer", customer=number_of(process, "elina@example.com"))

    rounds = (
        "3 messages 1 round · the customer waited 14:00 for us · the customer waits for us since"
    )
    assert rounds in screen.words
    assert re.search(r"Aino \d\d:\d\d hello Customer \d\d:\d\d The text is not kept", screen.words)
    folded = re.search(r"<details class=.cc-written.>.*?</details>", drawn(screen), re.DOTALL)[0]
    assert "&lt;img src=x onerror=alert(1)&gt;\n\nbye" in folded
    assert "<img" not in drawn(screen)


def test_of_a_very_long_history_the_newest_is_shown_and_it_says_so(
    centre, screen, monkeypatch
) -> None:
    elina = number_of(centre, "elina@example.com")
    told = "newest 2 contacts are shown"

    screen.opened("customer", customer=elina)
    assert ("first contact" in screen.words, told in screen.words) == (True, False)
    monkeypatch.setattr(one_customer, "MOST", 2)
    screen.opened("customer", customer=elina)
    assert ("first contact" in screen.words, told in screen.words) == (False, True)
    assert contacts(screen) == 2


def test_who_was_only_described_is_known_by_name_and_has_no_contacts(centre, screen) -> None:
    who = (ev.Identity(kind="customer_number", value="4711"),)
    told = ev.CustomerDescribed(
        source="s", id="n", at=made_up.instant(), record="1", customer=who, name="Anna Ek"
    )
    with centre.store.transaction() as connection:
        record(connection, [told], received_at=made_up.instant(), region="FI")
        rollup.refresh(connection)

    screen.opened("customer", customer=number_of(centre, "4711"))

    assert screen.title == "Anna Ek"
    assert "No contacts." in screen.words


def test_possible_people_beyond_the_first_few_are_behind_their_number(
    centre, screen, monkeypatch
) -> None:
    monkeypatch.setattr(merging, "AT_FIRST", 0)
    elina, other = (number_of(centre, f"{one}@example.com") for one in ("elina", "other"))

    screen.opened("customer", customer=elina)

    behind = next(one for one in screen.app.expander if one.label == "+1 more")
    assert [one.key for one in behind.button] == [f"join-{other}"]


def test_a_possible_person_with_a_name_is_told_by_a_detail_of_their_own_as_well(
    centre, screen
) -> None:
    named = ev.CustomerDescribed(
        source="s", id="n", at=made_up.instant(), record="1", customer=(made_up.OTHER,),
        name="Anna Ek",
    )  # fmt: skip
    with centre.store.transaction() as connection:
        record(connection, [named], received_at=made_up.instant(), region="FI")
        rollup.refresh(connection)

    screen.opened("customer", customer=number_of(centre, "elina@example.com"))

    assert "Anna Ek o•••@example.com · " in screen.words


def test_one_of_perhaps_more_people_is_shown_in_the_list_and_leads_nowhere(
    centre, screen, monkeypatch
) -> None:
    found = replace(finding.people(centre.store, "elina@example.com", "FI"), is_cut_off=True)
    monkeypatch.setattr(finding, "people", lambda *_: found)
    screen.opened("customer")
    screen.app.text_input(key="find").set_value("elina@example.com").run()

    assert "1 possible person" in screen.words
    assert "There may be more" in screen.words


def test_where_nobody_is_found_among_very_many_names_one_more_letter_is_asked_for(
    centre, screen, monkeypatch
) -> None:
    found = finding.people(centre.store, "nobody at all", "FI")
    monkeypatch.setattr(finding, "people", lambda *_: replace(found, is_cut_off=True))
    screen.opened("customer")
    screen.app.text_input(key="find").set_value("nobody at all").run()

    assert "Very many names begin like nobody at all." in screen.words


@pytest.mark.parametrize("asked", ["nonsense", "12345"])
def test_an_address_that_names_nobody_says_so_and_leads_to_the_search(
    centre, screen, asked
) -> None:
    screen.opened("customer", customer=asked)

    assert "There is no customer with this number." in screen.words
    assert 'href="/customer"' in drawn(screen)


def test_what_the_words_for_sureness_mean_is_told_beside_them(centre, screen) -> None:
    screen.opened("customer", customer=number_of(centre, "elina@example.com"))

    assert "Strong: a verified e-mail address." in drawn(screen)


def test_an_open_promise_is_on_top_of_the_page_with_how_long_it_is_overdue(process, screen) -> None:
    at = made_up.instant() - timedelta(hours=6)
    of = {"source": "s", "contact": "back", "at": at}
    told = [
        ev.Arrived(id="came", customer=(made_up.ELINA,), channel=Channel.CALLBACK, **of),
        ev.Queued(id="queued", queue="sales", **of),
    ]
    with process.store.transaction() as connection:
        record(connection, told, received_at=at, region="FI")
        rollup.refresh(connection)

    screen.opened("customer", customer=number_of(process, "elina@example.com"))

    assert re.search(r"Promised: call back by .*?\d 5 h overdue", screen.words)
    assert screen.words.index("Promised:") < screen.words.index("How this customer")


def test_who_looked_earlier_is_behind_the_number_of_those_who_did(
    centre, screen, monkeypatch
) -> None:
    monkeypatch.setattr(customer_access, "LOOKS_AT_FIRST", 1)
    elina = number_of(centre, "elina@example.com")
    who = access_log.Reader("Timo", "asked by letter")
    access_log.write(centre.store, who, int(elina), Access.EXPORTED, made_up.instant())

    screen.opened("customer", customer=elina)

    assert any(one.label == "+1 more" for one in screen.app.expander)
    assert "Timo" in screen.words
    assert "real clock" not in screen.words


def test_where_the_clock_is_simulated_looks_say_that_theirs_is_not(
    centre, screen, monkeypatch
) -> None:
    monkeypatch.setattr(customer_access, "now", lambda: made_up.instant() - timedelta(days=1))

    screen.opened("customer", customer=number_of(centre, "elina@example.com"))

    assert "These are times of the real clock." in screen.words
