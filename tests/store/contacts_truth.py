"""What every figure of contacts is, in the words of docs/metrics.md: of rows of random_contacts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ccdash.query import Dimension
from ccdash.vocabulary import Author, Channel, Direction, Outcome, Recognition, SurveyKind
from tests.store.random_contacts import Row
from tests.store.truth import Truth, both_quantiles, count, different, mean


def came(one: Row) -> bool:
    """By themselves, and not to try the line."""
    return one.direction is Direction.INBOUND and not one.is_test


def answered(one: Row) -> bool:
    return came(one) and one.answered_at is not None


def ended(*outcomes: Outcome) -> Callable[[Row], bool]:
    """In a queue, without an answer."""
    return lambda one: (
        came(one) and bool(one.queued_at) and not one.answered_at and one.outcome in outcomes
    )


abandoned, timed_out = ended(Outcome.ABANDONED), ended(Outcome.TIMED_OUT)
still_waiting = ended(Outcome.OPEN)
left_otherwise = ended(
    Outcome.VOICEMAIL, Outcome.CALLBACK_BOOKED, Outcome.REFUSED, Outcome.FAILED,
    Outcome.SELF_SERVED,
)  # fmt: skip


def offered(one: Row) -> bool:
    return answered(one) or abandoned(one) or timed_out(one) or left_otherwise(one)


def before_queue(one: Row) -> bool:
    is_left = one.outcome is Outcome.ABANDONED and not one.queued_at and not one.answered_at
    return came(one) and is_left


def queued(one: Row) -> bool:
    return came(one) and one.queued_at is not None


def hung_up(one: Row) -> bool:
    return abandoned(one) or before_queue(one)


def real(one: Row) -> bool:
    return not one.is_test


def handled(one: Row) -> bool:
    return real(one) and one.outcome is Outcome.HANDLED


def timed(one: Row) -> bool:
    return handled(one) and one.talk is not None


def is_live(one: Row) -> bool:
    return one.channel in (Channel.PHONE, Channel.CHAT)


def responded(one: Row) -> bool:
    written = (Channel.CHAT, Channel.EMAIL, Channel.SOCIAL, Channel.FORM)
    return answered(one) and one.channel in written and one.continues is None


def session(one: Row) -> bool:
    is_one = one.channel is Channel.SELF_SERVICE or one.outcome is Outcome.SELF_SERVED
    return came(one) and is_one


def waited(one: Row) -> int:
    if one.told_wait is not None:
        return one.told_wait
    if one.queued_at is None:
        return 0
    return int(((one.answered_at or one.end) - one.queued_at).total_seconds())


def open_wait(one: Row) -> int:
    return one.hours.open_seconds(one.queued_at or one.at, waited(one))


def open_response(one: Row) -> int:
    return one.hours.open_seconds(one.at, response(one))


def response(one: Row) -> int:
    return int((one.answered_at - one.at).total_seconds())


def in_target(one: Row) -> bool:
    return waited(one) <= one.target


def short(one: Row) -> bool:
    return abandoned(one) and waited(one) <= 5


def spent(one: Row) -> int:
    return one.talk + (one.hold or 0) + (one.wrap_up or 0)


def asked(kind: SurveyKind) -> Callable[[Row], bool]:
    return lambda one: real(one) and kind in one.surveys


def scored(kind: SurveyKind, low: int = 0) -> Callable[[Row], bool]:
    return lambda one: (
        asked(kind)(one) and one.surveys[kind] is not None and one.surveys[kind] >= low
    )


CSAT, NPS, CES, FCR = SurveyKind.CSAT, SurveyKind.NPS, SurveyKind.CES, SurveyKind.FCR


def tried(one: Row) -> bool:
    return answered(one) or abandoned(one)


def met(one: Row) -> bool:
    return answered(one) and in_target(one)


def left_in_target(one: Row) -> bool:
    return abandoned(one) and in_target(one)


def by_nps(one: Row) -> int:
    score = one.surveys[NPS]
    return 100 * (score >= 9) - 100 * (score <= 6)


def answers(one: Row) -> list[int]:
    """How long each wait for a person's answer was: an answer ends all waits that it finds."""
    found, waiting = [], []
    for at, by in one.said:
        if by is Author.CUSTOMER:
            waiting.append(at)
        elif by is Author.AGENT and waiting:
            found.append(at - waiting[0])
            waiting = []
    return found


def answered_in_writing(one: Row) -> bool:
    return handled(one) and bool(answers(one))


def next_answers(rows: list[Row]) -> float | None:
    every = [seconds for one in rows for seconds in answers(one)[1:]]
    return sum(every) / len(every) if every else None


COUNTS: Mapping[str, Callable[[Row], bool]] = {
    "contacts": real,
    "callers": lambda one: came(one) and one.continues is None,
    "outbound": lambda one: real(one) and one.direction is Direction.OUTBOUND,
    "offered": offered,
    "arrived": lambda one: offered(one) or still_waiting(one),
    "queued": queued,
    "answered": answered,
    "answered_in_target": lambda one: answered(one) and in_target(one),
    "abandoned": abandoned,
    "short_abandoned": short,
    "timed_out": timed_out,
    "left_otherwise": left_otherwise,
    "left_before_queue": before_queue,
    "hung_up": hung_up,
    "still_waiting": still_waiting,
    "handled": handled,
    "tests": lambda one: one.is_test,
}
SHARES: Mapping[str, tuple[Callable[[Row], float], Callable[[Row], bool]]] = {
    "service_level": (met, tried),
    "service_level_of_answered": (met, answered),
    "service_level_late_abandons": (met, lambda one: tried(one) and not left_in_target(one)),
    "service_level_left_in_target": (lambda one: met(one) or left_in_target(one), tried),
    "service_level_without_short": (met, lambda one: tried(one) and not short(one)),
    "service_level_short_met": (lambda one: met(one) or short(one), tried),
    "service_level_of_offered": (
        lambda one: (tried(one) or timed_out(one)) and in_target(one),
        offered,
    ),
    "known_customer_rate": (lambda one: one.who is not None, real),
    "asa": (waited, answered),
    "average_wait": (waited, offered),
    "average_queued_wait": (waited, lambda one: answered(one) and one.queued_at is not None),
    "average_abandoned_wait": (waited, abandoned),
    "abandonment_rate": (abandoned, lambda one: offered(one) and is_live(one)),
    "abandoned_of_queued": (abandoned, queued),
    "hung_up_rate": (hung_up, real),
    "aht": (spent, timed),
    "average_talk": (lambda one: one.talk, timed),
    "short_handled_rate": (lambda one: one.talk < 10, timed),
    "transfer_rate": (lambda one: one.is_transferred, handled),
    "csat": (scored(CSAT, 4), scored(CSAT)),
    "csat_response_rate": (scored(CSAT), asked(CSAT)),
    "nps": (by_nps, scored(NPS)),
    "ces": (scored(CES, 5), scored(CES)),
    "fcr_agent": (
        lambda one: one.is_resolved is True,
        lambda one: handled(one) and one.is_resolved is not None,
    ),
    "fcr_customer": (scored(FCR, 1), scored(FCR)),
    "fcr_customer_response_rate": (scored(FCR), asked(FCR)),
    "containment_gross": (lambda one: one.outcome is Outcome.SELF_SERVED, session),
    "containment_unknown": (lambda one: one.who is None, session),
    "first_response_time": (response, responded),
    "rounds": (lambda one: len(answers(one)), answered_in_writing),
    "asa_open": (open_wait, answered),
    "average_wait_open": (open_wait, offered),
    "first_response_time_open": (open_response, responded),
}
"""What a row adds, and which rows are divided by."""
DURATIONS: Mapping[str, tuple[Callable[[Row], int], Callable[[Row], bool]]] = {
    "wait": (waited, answered),
    "abandoned_wait": (waited, abandoned),
    "handle": (spent, timed),
    "talk": (lambda one: one.talk, timed),
    "wrap_up": (lambda one: one.wrap_up, lambda one: handled(one) and one.wrap_up is not None),
    "first_response": (response, responded),
    "first_response_open": (open_response, responded),
}
DIFFERENT: Mapping[str, tuple[Callable[[Row], object], Callable[[Row], bool]]] = {
    "customers": (lambda one: one.who, lambda one: real(one) and one.who is not None),
    "recognised_customers": (lambda one: one.who, lambda one: one.who is not None),
    "agents": (lambda one: one.agent, lambda one: real(one) and one.agent is not None),
}
TRUTHS: Mapping[str, Truth] = {
    **{name: count(rows) for name, rows in COUNTS.items()},
    **{name: mean(*of) for name, of in SHARES.items()},
    "next_response_time": Truth(lambda one: real(one) and len(answers(one)) > 1, next_answers),
    **{name: different(*of) for name, of in DIFFERENT.items()},
    **{
        name: truth
        for spread, of in DURATIONS.items()
        for name, truth in both_quantiles(spread, *of).items()
    },
}


def recognition(one: Row) -> Recognition:
    """Whether it is known who came; by a detail alone that several share it is not."""
    if one.who is not None:
        return Recognition.KNOWN
    return Recognition.SHARED if one.known_by else Recognition.UNKNOWN


def part(one: Row, by: Dimension) -> str | None:
    match by:
        case Dimension.CHANNEL:
            return one.channel
        case Dimension.QUEUE:
            return one.queue
        case Dimension.RECOGNITION:
            return recognition(one)
        case _:
            return one.agent
