"""What the made-up centre is: its queues, its teams, how busy its days and hours are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ccdash.vocabulary import Channel

PHONE, CHAT, MAIL = Channel.PHONE, Channel.CHAT, Channel.EMAIL
PLACE = ZoneInfo("Europe/Helsinki")
HOUR, DAY = 3600, 86_400


@dataclass(frozen=True)
class Queue:
    """`a_day` contacts on a Wednesday; `work` is talk and wrap-up, medians in seconds."""

    key: str
    name: str
    channel: Channel
    language: str
    a_day: int
    work: tuple[int, int]
    point: str
    subjects: tuple[str, ...]

    @property
    def is_live(self) -> bool:
        return self.channel is not MAIL

    @property
    def patience(self) -> int:
        return 150 if self.channel is PHONE else 240

    @property
    def target(self) -> int:
        return {PHONE: 20, CHAT: 60}.get(self.channel, 4 * HOUR)


HELP = ("delivery", "return", "faulty product", "login", "installation")
MONEY = ("invoice", "refund", "payment terms", "price")
BUYING = ("offer", "price", "order", "contract")
BOTH = (*HELP, *MONEY)
QUEUES = (
    Queue("sales", "Sales FI", PHONE, "fi", 55, (310, 85), "sales line", BUYING),
    Queue("support", "Support FI", PHONE, "fi", 95, (370, 105), "support line", HELP),
    Queue("billing", "Billing FI", PHONE, "fi", 48, (290, 90), "support line", MONEY),
    Queue("svenska", "Kundtjänst SV", PHONE, "sv", 34, (340, 85), "kundtjänst", BOTH),
    Queue("chat", "Chat FI", CHAT, "fi", 62, (530, 70), "web shop", (*HELP, "order")),
    Queue("chat-en", "Chat EN", CHAT, "en", 20, (510, 70), "app", BOTH),
    Queue("mail", "E-mail", MAIL, "fi", 75, (430, 60), "service@example.com", (*HELP, "offer")),
    Queue("mail-bills", "E-mail invoices", MAIL, "fi", 40, (380, 60), "bills@example.com", MONEY),
)
BY_KEY = {one.key: one for one in QUEUES}
SHARE = {6: 1, 7: 3, 8: 9, 9: 13, 10: 13, 11: 11, 12: 9, 13: 11, 14: 10, 15: 9, 16: 7, 17: 4}
SHARE |= {19: 3, 20: 3, 21: 2}
WEEKDAY = (1.3, 1.1, 1.0, 0.97, 0.9, 0.0, 0.0)
MAIL_WEEKDAY = (1.3, 1.1, 1.0, 0.97, 0.9, 0.15, 0.15)

TEAMS = {
    "Helsinki": ("sales", "support", "billing", "mail-bills", "mail"),
    "Tampere": ("chat", "mail", "support"),
    "Vaasa": ("svenska", "chat-en", "billing", "sales"),
}
NAMES = {
    "Helsinki": "Maija Virtanen|Timo Korhonen|Outi Laine|Antti Rantanen|Sanna Koskinen|"
    "Pekka Salonen|Heli Väisänen|Juha-Matti Kärkkäinen|Riikka Ojala",
    "Tampere": "Elina Niemi|Jari Lehtonen|Kati Tuominen|Mika Mäkelä|Noora Heikkilä|Ville Peltola|"
    "Aino Saarinen|Petri Hämäläinen",
    "Vaasa": "Nina Backström|Johan Lindqvist|Åsa Nylund|Mikael Öst|Camilla Söderholm-Ahlskog|"
    "Fredrik Sjöberg|Linnea Holm",
}


def working_days(days: int, until: int) -> Iterator[tuple[int, int]]:
    """Midnight and weekday of each day; the last one is moved so that `until` is in the middle."""
    last = datetime.fromtimestamp(until, PLACE)
    for back in range(days - 1, 0, -1):
        yield midnight_of(last.date() - timedelta(days=back))
    midnight, weekday = midnight_of(last.date())
    is_open = weekday < 5 and 10 * HOUR <= until - midnight < 16 * HOUR
    yield (midnight, weekday) if is_open else (until - 13 * HOUR - 1800, 1)


def midnight_of(day: date) -> tuple[int, int]:
    at_eight = datetime.combine(day, time(8), PLACE)
    return int(at_eight.timestamp()) - 8 * HOUR, day.weekday()


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
