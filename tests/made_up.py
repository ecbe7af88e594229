"""A small made-up centre for the screens: some days that are over, and a floor in full swing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.store import rollup
from ccdash.store.engine import Store
from ccdash.vocabulary import Channel, IdentityKind, Intent, Outcome, SurveyKind


def instant() -> datetime:
    """Now, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def zone_at(now: datetime) -> str:
    """Where the day is some hours old, and ends in some: of one that has just begun the screens
    have nothing to show, and tests go on for a quarter of an hour."""
    home = "Europe/Helsinki"
    return home if now.astimezone(ZoneInfo(home)).hour in range(5, 22) else "Asia/Tokyo"


ZONE = zone_at(instant())
DAYS, CALLS = 5, 40
ELINA = ev.Identity(kind=IdentityKind.EMAIL, value="elina@example.com")
MOBILE = ev.Identity(kind=IdentityKind.PHONE, value="+358 40 555 0101")
OTHER = ev.Identity(kind=IdentityKind.EMAIL, value="other@example.com")
HOME = ev.Identity(kind=IdentityKind.PHONE, value="09 555 0303")


def fill(store: Store, now: datetime) -> None:
    """Tell the store everything; `now` is the instant of the open floor."""
    with store.transaction() as connection:
        told = [*days_gone(now), *the_floor(now)]
        record(connection, told, received_at=now, region="FI")
        rollup.refresh(connection)


def days_gone(now: datetime) -> Iterator[ev.Event]:
    """On each day before: calls and chats, a quarter of the calls given up."""
    for day in range(1, DAYS + 1):
        morning = (now - timedelta(days=day)).replace(hour=8, minute=0, second=0, microsecond=0)
        for number in range(CALLS):
            yield from _contact(morning + timedelta(minutes=9 * number), day, number)
    yield ev.Purchased(
        source="made-up", id="order-1", order="order-1", at=now - timedelta(days=2),
        customer=(ELINA,), amount_minor=4990, currency="EUR", subject="Charger <fast>",
    )  # fmt: skip


def _contact(at: datetime, day: int, number: int) -> Iterator[ev.Event]:
    is_chat, is_left = number % 5 == 0, number % 4 == 3
    key, wait = f"{day}-{number}", 5 + number * (day + 1) % 60
    taken = at + timedelta(seconds=wait)
    who = {0: (ELINA, MOBILE, HOME), 1: (OTHER, HOME)}.get(number, ())
    yield ev.Recorded(
        source="made-up", id=key, contact=key, at=at, queued_at=at,
        channel=Channel.CHAT if is_chat else Channel.PHONE, queue="web" if is_chat else "sales",
        outcome=Outcome.ABANDONED if is_left else Outcome.HANDLED, wait_seconds=wait,
        answered_at=None if is_left else taken, agent=None if is_left else f"agent-{number % 3}",
        end=taken if is_left else taken + timedelta(seconds=180),
        talk_seconds=None if is_left else 180, customer=who, language="fi",
        subject="<b>invoice</b> & more" if number == 0 else None,
    )  # fmt: skip
    if is_chat:
        of = {"source": "made-up", "contact": key, "kind": SurveyKind.CSAT}
        yield ev.SurveySent(id=f"{key}-asked", at=at + timedelta(hours=1), **of)
        yield ev.SurveyAnswered(
            id=f"{key}-answer", at=at + timedelta(hours=2), score=2 + number % 4, **of
        )


def the_floor(now: datetime) -> Iterator[ev.Event]:
    """Two wait for longer than promised, one is served, one is on a break with a contact open."""
    yield from _described(now - timedelta(days=DAYS + 1))
    for number in range(4):
        at = now - timedelta(minutes=90 + number)
        intent = Intent.BREAK if number == 3 else Intent.AVAILABLE
        reason = "lunch" if number == 3 else None
        yield ev.IntentDeclared(
            source="made-up", id=f"in-{number}", at=at, agent=f"agent-{number}", intent=intent,
            reason=reason,
        )  # fmt: skip
    for number, queue in enumerate(("sales", "sales", "sales", "web")):
        at, key = now - timedelta(minutes=6 - number), f"open-{number}"
        yield ev.Arrived(
            source="made-up", id=f"{key}-arrived", at=at, contact=key, customer=(ELINA,),
            channel=Channel.CHAT if queue == "web" else Channel.PHONE, language="fi",
        )  # fmt: skip
        yield ev.Queued(source="made-up", id=f"{key}-queued", at=at, contact=key, queue=queue)
        if number in (1, 3):
            taken = at + timedelta(seconds=20)
            yield ev.Answered(
                source="made-up", id=f"{key}-taken", at=taken, contact=key, agent=f"agent-{number}"
            )


def _described(at: datetime) -> Iterator[ev.Event]:
    names = ("Maija Aaltonen-Virtanen", "Timo Kekkonen", "Outi Lähteenmäki", "Pekka Särkkä")
    for number, name in enumerate(names):
        yield ev.AgentDescribed(
            source="made-up", id=f"name-{number}", at=at, agent=f"agent-{number}", name=name
        )
    yield ev.QueueDescribed(
        source="made-up", id="sales", at=at, queue="sales", name="Sales & service <FI>"
    )
    yield ev.QueueDescribed(source="made-up", id="web", at=at, queue="web", name="Web")
