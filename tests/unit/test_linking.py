"""Who is one person, against a second opinion that is slow and says it in other words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.ingest.events import Identity
from ccdash.ingest.identities import normalised, pairs
from ccdash.ingest.linking import Detail, Graph, groups, leaders, persons
from ccdash.vocabulary import IdentityKind

DETAILS = [
    Detail(number, kind, f"{place}")
    for number, (kind, place) in enumerate(
        ((kind, place) for place in range(2) for kind in reversed(IdentityKind)), start=1
    )
]
STRONGEST_FIRST = sorted(DETAILS, key=lambda one: one.strength)
NUMBERS = [one.number for one in STRONGEST_FIRST]
NAMED = {one.number for one in DETAILS if one.kind is IdentityKind.CUSTOMER_NUMBER}
DEVICES = {one.number for one in DETAILS if one.kind is IdentityKind.DEVICE}


@dataclass(frozen=True)
class World:
    """Pairs (weaker, stronger) and whether each was verified, merges, and who is kept apart."""

    pairs: dict[tuple[int, int], bool] = field(default_factory=dict)
    merges: frozenset[tuple[int, int]] = frozenset()
    apart: frozenset[int] = frozenset()

    def persons(self) -> dict[int, int | None]:
        told = {}
        for (weaker, stronger), is_sure in self.pairs.items():
            told.setdefault(weaker, []).append((stronger, is_sure))
        return persons(Graph(DETAILS, told, leaders(self.merges, DETAILS), self.apart))


PAIRS = [(weaker, stronger) for stronger, weaker in combinations(NUMBERS, 2)]
WORLDS = st.builds(
    World,
    st.dictionaries(st.sampled_from(PAIRS), st.booleans(), max_size=14),
    st.frozensets(st.sampled_from(PAIRS), max_size=3),
    st.frozensets(st.sampled_from(NUMBERS), max_size=2),
)


def slowly(world: World) -> dict[int, int | None]:
    """The same by asking of every detail alone, again and again, with nothing remembered."""
    rank = {number: place for place, number in enumerate(NUMBERS)}

    def merged(number: int) -> set[int]:
        found = {number}
        while more := {end for pair in world.merges if found & {*pair} for end in pair} - found:
            found |= more
        return found

    def person(number: int) -> int | None:
        group = merged(number)
        first = min(group, key=rank.__getitem__)
        if number != first:
            return person(first)
        beside = {other: sure for (one, other), sure in world.pairs.items() if one == number}
        people = {its: sure for other, sure in beside.items() if (its := person(other)) is not None}
        is_sure = any(sure for other, sure in beside.items() if person(other) is not None)
        if number in world.apart or number in NAMED or not people:
            return number
        if len(people) > 1:
            return number if len(group) > 1 else None
        return next(iter(people)) if is_sure and number not in DEVICES else number

    return {number: person(number) for number in NUMBERS}


@given(WORLDS)
def test_everybody_is_placed_as_a_slow_second_opinion_places_them(world):
    assert world.persons() == slowly(world)


def joined(pairs) -> dict[int, int]:
    """Who is connected by these pairs, whatever the rule."""
    of = {number: number for number in NUMBERS}
    for group in groups(pairs):
        of |= dict.fromkeys(group, min(group))
    return of


@given(WORLDS)
def test_no_two_are_one_person_but_by_verified_tellings_and_merges(world):
    sure = [pair for pair, is_sure in world.pairs.items() if is_sure]
    connected = joined([*sure, *world.merges])
    for number, person in world.persons().items():
        assert person is None or connected[number] == connected[person]


@given(WORLDS)
def test_two_customer_numbers_are_one_person_by_a_chain_of_merges_alone(world):
    placed, merged = world.persons(), joined(world.merges)
    for one, other in combinations(NAMED, 2):
        assert (placed[one] == placed[other]) == (merged[one] == merged[other])


@given(WORLDS, st.sampled_from(PAIRS))
def test_taking_a_merge_back_gives_exactly_what_was_before(world, pair):
    before = replace(world, merges=world.merges - {pair})
    after = replace(before, merges=before.merges | {pair})
    assert after.persons()[pair[0]] == after.persons()[pair[1]]
    assert replace(after, merges=after.merges - {pair}).persons() == before.persons()


@given(WORLDS, st.randoms(use_true_random=False), st.integers(0, len(DETAILS)))
def test_parts_placed_after_others_and_in_any_order_are_placed_the_same(world, random, first):
    whole, told = world.persons(), {}
    pairs = list(world.pairs.items())
    random.shuffle(pairs)
    for (weaker, stronger), is_sure in pairs:
        told.setdefault(weaker, []).append((stronger, is_sure))
    led = leaders(world.merges, random.sample(DETAILS, len(DETAILS)))
    known = {one.number: whole[one.number] for one in STRONGEST_FIRST[:first]}
    later = random.sample(STRONGEST_FIRST[first:], len(DETAILS) - first)
    assert known | persons(Graph(later, told, led, world.apart, known)) == whole


def test_a_number_of_two_people_is_nobodys_until_somebody_merges_it():
    phone, one, other = (
        next(it.number for it in DETAILS if it.kind == kind and it.value == value)
        for kind, value in (("phone", "0"), ("email", "0"), ("email", "1"))
    )
    shared = World({(phone, one): True, (phone, other): True})
    assert shared.persons()[phone] is None
    assert replace(shared, merges=frozenset({(phone, one)})).persons()[phone] == one
    assert replace(shared, merges=frozenset({(one, other)})).persons()[phone] == one
    assert replace(shared, apart=frozenset({phone})).persons()[phone] == phone


@pytest.mark.parametrize(
    ("number", "address", "is_verified"),
    [
        (None, True, True), (True, True, True), (None, None, False), (None, False, False),
        (False, True, False), (True, False, False),
    ],
)  # fmt: skip
def test_two_details_are_verified_together_where_the_source_made_sure_of_both(
    number, address, is_verified
):
    told = (
        Identity(IdentityKind.CUSTOMER_NUMBER, "17", number),
        Identity(IdentityKind.EMAIL, "aino@example.com", address),
    )
    (joined,) = (one for one in pairs([told], None) if one.detail_id != one.customer_id)
    assert joined.is_verified is is_verified


@pytest.mark.parametrize("told", ["", " ", "Anonymous", "UNKNOWN", "private ", "0", "000", "00 00"])
def test_who_withholds_the_number_is_nobody_however_that_is_written(told):
    assert normalised(IdentityKind.PHONE, told, "FI") is None
