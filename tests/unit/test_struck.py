"""Words of a person in texts: what is found, and what becomes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.ingest.struck import Marks, Word, Words, patterns
from ccdash.vocabulary import IdentityKind

NUMBER, PHONE = IdentityKind.CUSTOMER_NUMBER, IdentityKind.PHONE


def words(*details: tuple[IdentityKind, str], own: bool = False) -> Words:
    return Words(patterns(details, (), is_own=own), Marks("forgotten-0a"))


@pytest.mark.parametrize("text", ["C20417", "20417x", "2041701", "0020417-2", "20417"])
def test_in_what_is_theirs_a_number_is_found_within_longer_words(text):
    assert "20417" not in words((NUMBER, "20417"), own=True).struck(text)


def test_in_what_is_theirs_a_number_with_letters_is_found_within_longer_words():
    assert "K-77" not in words((NUMBER, "K-77"), own=True).struck("CK-77 of cK-771x")


@pytest.mark.parametrize(("word", "text"), [("77", "177"), ("Bo", "Bob"), ("815", "8150")])
def test_what_a_longer_word_holds_of_a_very_short_one_is_another(word, text):
    assert words((NUMBER, word), own=True).struck(text) == text


def test_a_very_short_number_is_found_beside_letters():
    assert words((NUMBER, "77"), own=True).struck("C77x") == "C(forgotten-0a-1)x"


@pytest.mark.parametrize("text", ["Åsa  Ek", "Ek, Åsa", "EK ÅSA", "A\u030asa Ek", "Åsa Ek"])
def test_a_name_is_found_in_any_order_gap_case_and_way_to_write_accents(text):
    found = Words(patterns((), ["Åsa Ek"], is_own=False), Marks("forgotten-0a"))
    assert found.struck(f"for {text}.") == "for (forgotten-0a-1)."


@pytest.mark.parametrize("name", ["Korhonen, Aino", "Korhonen,Aino", "Aino\tKorhonen"])
@pytest.mark.parametrize("text", ["Aino Korhonen", "KORHONEN, AINO", "Aino\nKorhonen"])
def test_a_name_is_found_however_its_words_are_parted(name, text):
    found = Words(patterns((), [name], is_own=False), Marks("forgotten-0a"))
    assert found.struck(text) == "(forgotten-0a-1)"


def test_what_stands_before_a_telephone_number_stays():
    assert words((PHONE, "+358405550101")).struck("tel. +358 (0)40 555") == "tel. +358 (0)40 555"
    struck = words((PHONE, "+358405550101")).struck("tel. +358 (0)40 555-0101")
    assert struck == "tel. (forgotten-0a-1)"


def test_in_what_is_others_a_number_is_found_alone_only():
    found = words((NUMBER, "2041799"))
    assert found.struck("C2041799 or 2041799") == "C2041799 or (forgotten-0a-1)"


@pytest.mark.parametrize("text", ["puh0405550101", "tel+358405550101x"])
def test_a_telephone_number_is_found_beside_letters_anywhere(text):
    assert "5550101" not in words((PHONE, "+358405550101")).struck(text)


def test_a_short_telephone_number_beside_letters_may_mean_anything_in_what_is_others():
    short = (PHONE, "+358912345")
    assert words(short).struck("a0912345f") == "a0912345f"
    assert words(short, own=True).struck("a0912345f") == "a(forgotten-0a-1)f"


def test_a_mark_is_left_as_it_is():
    found = words((NUMBER, "1"), (NUMBER, "0"), own=True)
    once = found.struck("1 or 0")
    assert (once, found.struck(once)) == ("(forgotten-0a-1) or (forgotten-0a-2)", once)


def test_what_would_be_longer_than_may_be_told_is_one_mark():
    found = words((NUMBER, "1"), own=True)
    assert found.struck("1 1 1", most=20) == "(forgotten-0a-2)"
    assert found.struck("1", most=20) == "(forgotten-0a-1)"


@given(st.lists(st.text("1-aA", max_size=6), unique=True), st.integers(20, 60))
def test_texts_that_differ_are_struck_to_texts_that_differ(texts, most):
    found = words((NUMBER, "1"), (NUMBER, "a"), (NUMBER, "1-1"), own=True)
    struck = [found.struck(one, most) for one in texts]
    assert len(set(struck)) == len(texts)
    assert [found.struck(one, most) for one in texts] == struck


def test_postgres_is_asked_for_everything_that_may_be_found():
    assert Words((Word("a"), Word("b+")), Marks("forgotten-0a")).rough == "a|b+"
