"""The words of the vocabulary as people read them; one place, so that two screens agree."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from ccdash.i18n import N_, NP_, translator
from ccdash.query import Dimension
from ccdash.views.board import Place
from ccdash.views.periods import Preset
from ccdash.vocabulary import (
    Channel,
    Direction,
    Grain,
    IdentityKind,
    Intent,
    Load,
    Outcome,
    Recognition,
    SegmentKind,
    SurveyKind,
)

WORDS: Mapping[type[StrEnum], Mapping[str, str]] = MappingProxyType(
    {
        Channel: {
            Channel.PHONE: N_("Phone"),
            Channel.CHAT: N_("Chat"),
            Channel.EMAIL: N_("E-mail"),
            Channel.SOCIAL: N_("Social media"),
            Channel.FORM: N_("Web form"),
            Channel.CALLBACK: N_("Callback"),
            Channel.SELF_SERVICE: N_("Self-service"),
        },
        Direction: {
            Direction.INBOUND: N_("Inbound"),
            Direction.OUTBOUND: NP_("direction", "Outbound"),
        },
        Outcome: {
            Outcome.OPEN: N_("Open"),
            Outcome.HANDLED: NP_("outcome", "Handled"),
            Outcome.ABANDONED: NP_("outcome", "Abandoned"),
            Outcome.SELF_SERVED: N_("Self-served"),
            Outcome.VOICEMAIL: N_("Voicemail"),
            Outcome.CALLBACK_BOOKED: N_("Callback booked"),
            Outcome.TIMED_OUT: NP_("outcome", "Timed out"),
            Outcome.REFUSED: N_("Refused"),
            Outcome.FAILED: N_("Failed"),
            Outcome.VOID: N_("Void"),
        },
        SegmentKind: {
            SegmentKind.MENU: N_("Menu"),
            SegmentKind.QUEUE: N_("In queue"),
            SegmentKind.RING: N_("Ringing"),
            SegmentKind.TALK: N_("In conversation"),
            SegmentKind.HOLD: N_("On hold"),
            SegmentKind.CONSULT: N_("Consulting"),
            SegmentKind.WRAP_UP: NP_("part of a contact", "Wrap-up"),
            SegmentKind.CUSTOMER_WAIT: N_("Waiting for the customer"),
        },
        Intent: {
            Intent.AVAILABLE: N_("Available"),
            Intent.BREAK: N_("On a break"),
            Intent.TRAINING: N_("In training"),
            Intent.MEETING: N_("In a meeting"),
            Intent.WRAP_UP: N_("Wrap-up"),
            Intent.OFFLINE: N_("Offline"),
            Intent.UNKNOWN: N_("State not known"),
        },
        Load: {
            Load.IDLE: N_("Free"),
            Load.RINGING: N_("Ringing"),
            Load.ON_CONTACT: N_("Handling"),
            Load.WRAP_UP: N_("Wrap-up"),
        },
        IdentityKind: {
            IdentityKind.CUSTOMER_NUMBER: N_("Customer number"),
            IdentityKind.EMAIL: N_("E-mail address"),
            IdentityKind.PHONE: N_("Phone number"),
            IdentityKind.HANDLE: N_("Name in social media"),
            IdentityKind.DEVICE: N_("Device"),
        },
        Recognition: {
            Recognition.KNOWN: N_("Known"),
            Recognition.UNKNOWN: N_("Not known"),
            Recognition.SHARED: N_("Shared detail"),
        },
        SurveyKind: {
            SurveyKind.CSAT: N_("Satisfaction (CSAT)"),
            SurveyKind.NPS: N_("Recommendation (NPS)"),
            SurveyKind.CES: N_("Effort (CES)"),
            SurveyKind.FCR: N_("Solved at first contact (FCR)"),
        },
        Grain: {
            Grain.TOTAL: N_("Whole period"),
            Grain.QUARTER_HOUR: N_("15 minutes"),
            Grain.HOUR: N_("Hour"),
            Grain.DAY: N_("Day"),
            Grain.WEEK: N_("Week"),
            Grain.MONTH: N_("Month"),
            Grain.QUARTER: N_("Quarter"),
            Grain.YEAR: N_("Year"),
        },
        Dimension: {
            Dimension.CHANNEL: N_("Channel"),
            Dimension.QUEUE: N_("Queue"),
            Dimension.QUEUE_CHANNEL: N_("Queue and channel"),
            Dimension.TEAM: N_("Team"),
            Dimension.AGENT: N_("Agent"),
            Dimension.CONTACT_POINT: N_("Contact point"),
            Dimension.LANGUAGE: N_("Language"),
            Dimension.SUBJECT: N_("Subject"),
            Dimension.SOURCE: N_("Source"),
            Dimension.DIRECTION: N_("Direction"),
            Dimension.OUTCOME: N_("Outcome"),
            Dimension.RECOGNITION: N_("Recognition"),
            Dimension.HANDOVER: N_("Passed on"),
            Dimension.JOURNEY: N_("Change of channel"),
        },
        Place: {
            Place.FREE: N_("Free"),
            Place.HANDLING: N_("Handling"),
            Place.WRAP_UP: N_("Wrap-up"),
            Place.BREAK: N_("Break"),
            Place.UNKNOWN: N_("Availability not known"),
            Place.OFFLINE: N_("Offline"),
        },
        Preset: {
            Preset.TODAY: N_("Today"),
            Preset.YESTERDAY: N_("Yesterday"),
            Preset.WEEK: N_("Last 7 days"),
            Preset.LAST_WEEK: N_("Last week"),
            Preset.FOUR_WEEKS: N_("Last 28 days"),
            Preset.THIRTEEN_WEEKS: N_("Last 13 weeks"),
            Preset.HALF_YEAR: N_("Last 26 weeks"),
            Preset.WEEKS_OF_A_YEAR: N_("Last 52 weeks"),
            Preset.MONTH: N_("This month"),
            Preset.LAST_MONTH: N_("Last month"),
            Preset.QUARTER: N_("This quarter"),
            Preset.YEAR: N_("This year"),
            Preset.CUSTOM: N_("Own days"),
        },
    }
)


def word(member: StrEnum, language: str) -> str:
    """`word(Channel.PHONE, "fi")` -> "Puhelin"."""
    return translator(language).text(WORDS[type(member)][member])


def oddities(told: str, language: str) -> str:
    """What was odd about a contact; the store keeps the catalogue's own messages."""
    say = translator(language).text
    return "; ".join(say(one) for one in told.split("; "))
