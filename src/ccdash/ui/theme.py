"""Meaning -> colour. `.streamlit/config.toml` gives Streamlit the same palette; a test holds them
together, and holds every text colour to WCAG AA on the surfaces that it stands on.

Colours exist only here and in config.toml. HTML takes them as `var(--cc-...)`, which follow
light and dark by themselves; figures take Streamlit's placeholders, which the browser swaps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Final, Literal

from streamlit.elements.lib import streamlit_plotly_theme as placeholder

from ccdash.vocabulary import Channel, Intent, Load

State = Literal["good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Surfaces, inks and meanings of one appearance."""

    page: str
    surface: str
    sidebar: str
    line: str
    track: str
    ink: str
    muted: str
    accent: str
    accent_soft: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    spark: str


LIGHT: Final = Palette(
    page="#f5f5f3",
    surface="#ffffff",
    sidebar="#f5f5f3",
    line="#e3e5e1",
    track="#e4e7e3",
    ink="#13201c",
    muted="#5a6661",
    accent="#0f5c48",
    accent_soft="#e2ebe7",
    good="#0e7350",
    good_soft="#dff0e8",
    warn="#955000",
    warn_soft="#fbeedb",
    bad="#b3261e",
    bad_soft="#fbe5e2",
    spark="#6f9384",
)
DARK: Final = Palette(
    page="#0e1413",
    surface="#161d1b",
    sidebar="#0e1413",
    line="#27312e",
    track="#2b3532",
    ink="#e9efec",
    muted="#9ba8a2",
    accent="#54c6a4",
    accent_soft="#1b2a26",
    good="#4fc99b",
    good_soft="#16302a",
    warn="#f2b04c",
    warn_soft="#33280f",
    bad="#ff8f80",
    bad_soft="#3a1c19",
    spark="#6f9a8a",
)

SERIES_LIGHT: Final = (
    "#14507f", "#b84a00", "#7a5fc0", "#8f1659", "#2f7d4f",
    "#4a3800", "#0e7c86", "#8c3b2a", "#3b3f8f", "#5a6472",
)  # fmt: skip
SERIES_DARK: Final = (
    "#4aa3ee", "#f59a4d", "#cbb8ff", "#e56aae", "#6ccf94",
    "#ffe9a0", "#7fe0e8", "#e39280", "#97a0f5", "#aab4c0",
)  # fmt: skip
"""Found by a search for the largest smallest difference between the seven channels, in normal,
deuteranopic and protanopic sight alike; each reads as text on its surface."""

CHANNEL_INDEX: Mapping[Channel, int] = MappingProxyType(
    {
        Channel.PHONE: 0,
        Channel.CHAT: 1,
        Channel.EMAIL: 2,
        Channel.SOCIAL: 3,
        Channel.FORM: 4,
        Channel.CALLBACK: 5,
        Channel.SELF_SERVICE: 6,
    }
)

AGENT_TONE: Mapping[Intent | Load, str] = MappingProxyType(
    {
        Load.IDLE: "free",
        Load.RINGING: "handling",
        Load.ON_CONTACT: "handling",
        Load.WRAP_UP: "wrap-up",
        Intent.AVAILABLE: "free",
        Intent.BREAK: "away",
        Intent.TRAINING: "away",
        Intent.MEETING: "away",
        Intent.OFFLINE: "offline",
        Intent.UNKNOWN: "offline",
    }
)
"""The look of an agent's mark (a class of styles/): outlined when free, filled when busy."""

SERIES: Final = (
    placeholder.CATEGORY_0, placeholder.CATEGORY_1, placeholder.CATEGORY_2,
    placeholder.CATEGORY_3, placeholder.CATEGORY_4, placeholder.CATEGORY_5,
    placeholder.CATEGORY_6, placeholder.CATEGORY_7, placeholder.CATEGORY_8,
    placeholder.CATEGORY_9,
)  # fmt: skip
"""What a figure says; the browser puts theme.chartCategoricalColors in its place."""

NEUTRAL: Final = SERIES[-1]
"""Slate: axes, the target, the period before. No series has it."""

SYMBOLS: Final = (
    "circle", "square", "diamond", "triangle-up", "cross",
    "star", "x", "pentagon", "triangle-down", "hexagon",
)  # fmt: skip

GLYPHS: Final = ("●", "■", "◆", "▲", "✚", "★", "✖", "⬟", "▼", "⬢")
"""The same marks as characters, beside a name."""


def series_index(name: str, position: int) -> int:
    """A channel keeps its colour everywhere; other series go by their place."""
    if name in Channel.__members__.values():
        return CHANNEL_INDEX[Channel(name)]
    return position % (len(SERIES) - 1)


def css_variables() -> str:
    """Every colour as a custom property that follows the `color-scheme` Streamlit sets."""
    dark = asdict(DARK)
    pairs = {name.replace("_", "-"): (hue, dark[name]) for name, hue in asdict(LIGHT).items()}
    for channel, index in CHANNEL_INDEX.items():
        pairs[f"channel-{channel}"] = (SERIES_LIGHT[index], SERIES_DARK[index])
    for index, (light, hue) in enumerate(zip(SERIES_LIGHT, SERIES_DARK, strict=True)):
        pairs[f"series-{index}"] = (light, hue)
    lines = (f"--cc-{name}: light-dark({a}, {b});" for name, (a, b) in pairs.items())
    return ":root {\n" + "\n".join(lines) + "\n}\n"


def wall_variables() -> str:
    """The same for walls, which are dark, but for a tile in which somebody waits too long: browsers
    of televisions know no light-dark()."""
    return "".join(
        f"{where} {{\n"
        + "\n".join(f"--cc-{name.replace('_', '-')}: {hue};" for name, hue in asdict(of).items())
        + "\n}\n"
        for where, of in ((".cc-wall", DARK), (".cc-wall-tile.over", LIGHT))
    )
