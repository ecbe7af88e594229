"""Matters and how often they bounced against a slow oracle that walks over what was told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ccdash.errors import AlreadyTakenBack, BadQuery
from ccdash.ingest import events as ev
from ccdash.ingest.rebuild import rebuild
from ccdash.query import Dimension, Period, Query
from ccdash.schema import contact, matter
from ccdash.store import access_log, contacts, customers, history, matter_decisions
from ccdash.store.decisions import Decision
from ccdash.vocabulary import Channel, Direction, Grain, IdentityKind, Outcome, SegmentKind
from tests.store.roads import AS_FOUND, NOW, compare_figures, compare_list, settle, tell
from tests.store.test_record import emptied
from tests.store.truth import Truth, Walk, mean
from tests.store.truth import count as counted

pytestmark = pytest.mark.any_postgres

PERIOD = Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 12, tzinfo=UTC), "UTC")
MINUTE, WEEK = timedelta(minutes=1), timedelta(days=7)
TEAMS = {"q": "desk", "r": "desk"}
EMAIL = "anna@example.org"


@dataclass(frozen=True)
class Came:
    """One contact of a customer by number, by e-mail, by both, or of nobody known."""

    key: str
    at: datetime
    channel: Channel
    direction: Direction
    queue: str | None
    agents: tuple[str, ...]
    who: tuple[str, ...]
    subject: str | None
    case: str | None
    continues: str | None
    is_test: bool

    def event(self, revision: int = 0) -> ev.Event:
        end = self.at + MINUTE / 2
        talks = tuple(ev.Stretch(SegmentKind.TALK, self.at, end, one) for one in self.agents)
        kinds = (
            IdentityKind.EMAIL if "@" in one else IdentityKind.CUSTOMER_NUMBER for one in self.who
        )
        known = (ev.Identity(kind, one, True) for kind, one in zip(kinds, self.who, strict=True))
        return ev.Recorded(
            source="s", id=self.key, revision=revision, contact=self.key, at=self.at, end=end,
            channel=self.channel, direction=self.direction, queue=self.queue, segments=talks,
            outcome=Outcome.HANDLED if self.agents else Outcome.ABANDONED, queued_at=self.at,
            agent=next(iter(self.agents), None), customer=tuple(known), subject=self.subject,
            case=self.case, continues=self.continues, is_test=self.is_test,
        )  # fmt: skip

    @property
    def conversation(self) -> str:
        return self.continues or self.key

    @property
    def family(self) -> str | None:
        return TEAMS.get(self.queue or "", self.queue)


@dataclass(frozen=True)
class Begun:
    """The contact with which a matter began, and all of the matter; of any other contact none."""

    contact: Came
    its: tuple[Came, ...]
    is_somebody: bool

    @property
    def key(self) -> str:
        return self.contact.key

    @property
    def at(self) -> datetime:
        return self.contact.at

    @property
    def is_matter(self) -> bool:
        return bool(self.its)

    @property
    def is_followed(self) -> bool:
        return self.is_matter and (self.is_somebody or self.contact.case is not None)

    @property
    def is_come_about(self) -> bool:
        return self.is_followed and self.times > 0

    @property
    def times(self) -> int:
        return len({o.conversation for o in self.its if o.direction is Direction.INBOUND})

    @property
    def bounces(self) -> int:
        people = {agent for one in self.its for agent in one.agents}
        changes = 0
        for way in ([o.queue for o in self.its if o.queue], [o.channel for o in self.its]):
            changes += sum(a != b for a, b in pairwise(way))
        return max(len(people) - 1, 0) + changes


TRUTHS: dict[str, Truth] = {
    "matters": counted(lambda one: one.is_matter),
    "bounce_index": mean(lambda one: one.bounces, lambda one: one.is_followed),
    "contacts_per_matter": mean(lambda one: one.times, lambda one: one.is_come_about),
    "third_contact_rate": mean(lambda one: one.times >= 3, lambda one: one.is_followed),
}


def person_of(one: Came, told: Sequence[Came]) -> str | None:
    """Both details were told together by some contact, or are of two people."""
    are_one = any(len(other.who) == 2 for other in told)
    if not one.who:
        return None
    return "1" if are_one and EMAIL in one.who else one.who[0]


def matters(told: Sequence[Came]) -> list[list[Came]]:
    real = sorted((one for one in told if not one.is_test), key=lambda one: one.at)
    conversations: dict[str, list[Came]] = defaultdict(list)
    for one in real:
        conversations[one.conversation].append(one)
    people: dict[str, list[list[Came]]] = defaultdict(list)
    for key, some in conversations.items():
        owner = next((who for one in some if (who := person_of(one, told))), f"nobody {key}")
        people[owner].append(some)
    cases: dict[str, list[Came]] = defaultdict(list)
    found: list[list[Came]] = []
    for some in people.values():
        for case, its in of_person(some):
            (cases[case].extend(its) if case else found.append(its))
    return [sorted(its, key=lambda one: one.at) for its in (*found, *cases.values())]


def first_told(some: Sequence[Came], name: str) -> str | None:
    return next((value for one in some if (value := getattr(one, name))), None)


def of_person(conversations: Sequence[list[Came]]) -> list[tuple[str | None, list[Came]]]:
    """Each matter with its case."""
    found: list[list[list[Came]]] = []
    case_of: dict[int, str] = {}
    for one in sorted(conversations, key=lambda some: some[0].at):
        case, about = first_told(one, "case"), first_told(one, "subject")
        same_case = [n for n, its in case_of.items() if case and its == case]
        near = []
        for number, its in enumerate(found):
            last = max(part.at for some in its for part in some)
            subjects = [subject for some in its if (subject := first_told(some, "subject"))]
            families = {part.family for some in its for part in some} - {None}
            alike = (
                about in subjects
                if subjects and about
                else bool(families & {part.family for part in one})
            )
            if one[0].at - last < WEEK and alike and not (case and number in case_of):
                near.append((about in subjects, last, number))
        place = same_case[0] if same_case else max(near)[2] if near else len(found)
        if place == len(found):
            found.append([])
        found[place].append(one)
        if case:
            case_of.setdefault(place, case)
    return [
        (case_of.get(number), [part for some in its for part in some])
        for number, its in enumerate(found)
    ]


def begun(told: Sequence[Came]) -> list[Begun]:
    its = {some[0].key: tuple(some) for some in matters(told)}
    return [Begun(o, its.get(o.key, ()), person_of(o, told) is not None) for o in told]


def part(one: Begun, by: Dimension) -> str | None:
    return one.contact.queue if by is Dimension.QUEUE else str(one.contact.channel)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Came], list[Came]]:
    """Contacts of few customers, and what is told of them afterwards: new ones, and corrections; of
    some both details of one customer together."""
    random = draw(st.randoms(use_true_random=False))
    moments = random.sample(range(1, 30 * 24 * 4), 24)
    told = [came(number, moment, random) for number, moment in enumerate(moments)]
    random.shuffle(told)
    again = (
        replace(came(int(one.key), random.randrange(30 * 24 * 4), random), key=one.key)
        for one in random.sample(told[:16], 6)
    )
    both = replace(came(24, 100, random), who=("1", EMAIL))
    return told[:16], [*again, *told[16:], *random.choice(([], [both]))]


def came(number: int, quarter: int, random: Random) -> Came:
    """Each at an instant of its own."""
    pick = random.choice
    return Came(
        str(number), PERIOD.start + 15 * MINUTE * quarter + MINUTE / 3 * number,
        pick((Channel.PHONE, Channel.EMAIL)), pick((*(Direction.INBOUND,) * 5, Direction.OUTBOUND)),
        pick((None, "q", "r", "s")), pick(((), ("a",), ("b",), ("a", "b"), ("c", "a"))),
        pick(((), ("1",), ("1",), ("2",), (EMAIL,))),
        pick((None, "invoice", "return", "return")), pick((None, None, None, "k", "l")),
        pick((None, None, None, "0")) if number else None, random.random() < 0.1,
    )  # fmt: skip


def described() -> list[ev.Event]:
    return [
        ev.QueueDescribed(source="s", id=f"queue {key}", at=NOW, queue=key, team=team)
        for key, team in TEAMS.items()
    ]


@settings(max_examples=6, phases=AS_FOUND)
@given(histories(), st.data())
def test_every_road_says_what_walking_over_the_contacts_gives(store, told, data):
    first, later = told
    emptied(store.engine)
    tell(store, [one.event() for one in first])
    settle(store)
    tell(store, [*described(), *(one.event(revision=1) for one in later)])
    settle(store)
    known = [*{one.key: one for one in (*first, *later)}.values()]
    grain = data.draw(st.sampled_from((Grain.QUARTER_HOUR, Grain.DAY, Grain.TOTAL)))
    by = data.draw(st.sampled_from(((), (Dimension.QUEUE,), (Dimension.CHANNEL,))))
    walk = Walk(Query(tuple(TRUTHS), PERIOD, grain, by), begun(known), TRUTHS, part)
    compare_figures(store, walk)
    for name in TRUTHS:
        compare_list(store, walk, name)
    compare_rows(store, begun(known))
    made = store.frame(select(matter).order_by(*matter.primary_key))
    with store.transaction() as connection:
        rebuild(connection, NOW)
    settle(store)
    assert store.frame(select(matter).order_by(*matter.primary_key)).equals(made)


def compare_rows(store, told: Sequence[Begun]) -> None:
    """What the list shows of each matter."""
    listed = contacts.behind(store, Query(("bounce_index",), PERIOD), limit=None)
    found = {key: of for key, *of in listed.select("key", "times", "bounces").iter_rows()}
    assert found == {one.key: [one.times, one.bounces] for one in told if one.is_followed}
    assert listed["bounces"].is_sorted(descending=True)


def test_a_case_of_two_customers_bounced_as_often_on_the_page_of_either(store):
    emptied(store.engine)
    random = Random(1)
    calls = [
        replace(
            came(number, 96 * number, random), who=(who,), subject=None, case="k", continues=None,
            is_test=False, agents=(who,), queue="q", channel=Channel.PHONE,
        )
        for number, who in enumerate(("1", "2", "1"))
    ]  # fmt: skip
    tell(store, [one.event() for one in calls])
    settle(store)
    of = matter.c
    owners = select(of.customer_id, of.matter_id, func.count()).group_by(
        of.customer_id, of.matter_id
    )

    found = {
        own: customers.whole_matters(store, owner, {number}).select("bounces", "others").row(0)
        for owner, number, own in store.frame(owners.order_by(of.customer_id)).iter_rows()
    }

    assert found == {2: (1, 1), 1: (1, 2)}


def test_a_decision_moves_figures_and_taking_it_back_restores_them(store):
    """Three calls about two things, of which somebody says that they are one."""
    emptied(store.engine)
    random = Random(1)
    calls = [
        replace(
            came(number, 96 * number, random), who=("1",), subject=about, case=None, continues=None,
            is_test=False, direction=Direction.INBOUND, agents=("a",), queue="q",
            channel=Channel.PHONE,
        )
        for number, about in enumerate(("invoice", "return", "invoice"))
    ]  # fmt: skip
    ids, owner = kept(store, calls)
    said = Decision("maria", "she said so", NOW)
    assert told_of(store) == (2, 0)
    number = matter_decisions.join(store, owner, (ids[1], ids[0]), said)
    settle(store)
    assert told_of(store) == (1, 1)
    with pytest.raises(BadQuery):
        matter_decisions.join(store, owner, (ids[1], 17), said)
    matter_decisions.take_back(store, number, Decision("maria", "she did not", NOW))
    settle(store)
    assert told_of(store) == (2, 0)
    matter_decisions.apart(store, owner, ids[2], said)
    settle(store)
    assert told_of(store) == (3, 0)
    decided = matter_decisions.decisions_of(store, owner)
    assert decided["kind"].to_list() == ["apart", "join"]
    assert decided["taken_back_reason"].to_list() == [None, "she did not"]


def kept(store, calls) -> tuple[list[int], int]:
    """The numbers of the contacts, the first first, and of the customer of the first."""
    tell(store, [one.event() for one in calls])
    settle(store)
    rows = store.frame(select(contact).order_by(contact.c.arrived_at))
    return rows["contact_id"].to_list(), rows["customer_id"][0]


def told_of(store) -> tuple[int, int]:
    """The matters, and those of three contacts."""
    names = ("matters", "third_contact_rate")
    row = history.read(store, Query(names, PERIOD)).frame.row(0, named=True)
    return row["matters"], round((row["third_contact_rate"] or 0) * row["matters"])


def test_a_first_part_that_comes_after_a_later_one_was_seen_is_of_the_same_matter(store):
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    later = ev.Arrived(
        source="s", id="1", at=start, contact="b", channel=Channel.PHONE,
        direction=Direction.INBOUND, continues="a", case="k1",
    )  # fmt: skip
    first = ev.Queued(source="s", id="2", at=start + MINUTE, contact="a", queue="q")
    for event in (later, first):
        tell(store, [event])
        settle(store)

    numbers = store.frame(select(matter.c.matter_id))["matter_id"]
    assert (numbers.len(), numbers.n_unique()) == (2, 1)


def test_a_conversation_of_two_customers_stays_one_though_one_between_was_never_told(store):
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    who = [(ev.Identity(IdentityKind.CUSTOMER_NUMBER, one),) for one in "123"]
    came = {"source": "s", "channel": Channel.PHONE, "outcome": Outcome.HANDLED, "queue": "q"}
    after = {"source": "s", "contact": "root", "at": start + MINUTE}
    later, last = (start + timedelta(days=days) for days in (9, 18))
    for event in (
        ev.Recorded(**came, id="1", contact="part", at=start, end=start + MINUTE, customer=who[0],
                    continues="untold"),
        ev.Arrived(**after, id="2", channel=Channel.CHAT, customer=who[1]),
        ev.Queued(**after, id="3", queue="q"),
        ev.Answered(**after, id="4", agent="a", leg="untold"),
        ev.Recorded(**came, id="5", contact="x", at=later, end=later + MINUTE, customer=who[2]),
        ev.Recorded(**came, id="6", contact="y", at=later + MINUTE, end=later + 2 * MINUTE,
                    customer=who[0], continues="x"),
        ev.Recorded(**came, id="7", contact="z", at=last, end=last + MINUTE, customer=who[2]),
    ):  # fmt: skip
        tell(store, [event])
        settle(store)
    numbers = store.frame(select(matter.c.matter_id))["matter_id"]
    assert (numbers.len(), numbers.n_unique()) == (4, 2)


def test_a_decision_about_contacts_is_of_one_person_logged_and_taken_back_once(store):
    emptied(store.engine)
    calls = [
        replace(
            came(number, 96 * number, Random(1)), who=(who,), continues=None, is_test=False,
            case=None,
        )
        for number, who in enumerate(("1", "1", "2"))
    ]  # fmt: skip
    ids, owner = kept(store, calls)
    said = Decision("maria", "she said so", NOW)
    with pytest.raises(BadQuery):
        matter_decisions.join(store, owner, (ids[0], ids[2]), said)
    with pytest.raises(BadQuery):
        matter_decisions.apart(store, owner, ids[2], said)
    number = matter_decisions.apart(store, owner, ids[1], said)
    matter_decisions.take_back(store, number, Decision("maria", "she did not", NOW))
    with pytest.raises(AlreadyTakenBack):
        matter_decisions.take_back(store, number, said)
    lines = access_log.entries(store, owner).select("who", "action", "why").rows()
    assert set(lines) == {("maria", "linked", "she did not"), ("maria", "linked", "she said so")}
