"""What the browser needs to write the times of a board."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from ccdash.i18n import Translator
from ccdash.ui import format as fmt


def words(zone: ZoneInfo, translator: Translator) -> Mapping[str, str]:
    """Units of durations, what a lost board is called, the zone of clocks."""
    say = translator.text
    return {
        "d": say("{n} d", n="{n}"),
        "h": say("{n} h", n="{n}"),
        "min": say("{n} min", n="{n}"),
        "s": say("{n} s", n="{n}"),
        "lost": say("Lost · figures of {time}", time="{time}"),
        "zone": zone.key,
        "separator": fmt.clock_separator(translator.language),
    }
