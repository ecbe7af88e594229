"""The palette: one in two files, and readable in both appearances."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ccdash.ui import theme
from ccdash.ui.sparkline import sparkline
from ccdash.vocabulary import Channel, Intent, Load

ROOT = Path(__file__).parents[2]
UI = ROOT / "src" / "ccdash" / "ui"
CONFIG: dict[str, Any] = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]


def _style() -> str:
    return "".join(sheet.read_text() for sheet in sorted((UI / "styles").glob("*.css")))


APPEARANCES = [
    pytest.param("light", theme.LIGHT, theme.SERIES_LIGHT, id="light"),
    pytest.param("dark", theme.DARK, theme.SERIES_DARK, id="dark"),
]


@pytest.mark.parametrize(("name", "palette", "series"), APPEARANCES)
def test_streamlit_has_the_same_palette(
    name: str, palette: theme.Palette, series: tuple[str, ...]
) -> None:
    config = CONFIG[name]
    assert config["chartCategoricalColors"] == list(series)
    same = {
        "primaryColor": palette.accent,
        "backgroundColor": palette.surface,
        "secondaryBackgroundColor": palette.page,
        "textColor": palette.ink,
        "linkColor": palette.accent,
        "borderColor": palette.line,
        "dataframeHeaderTextColor": palette.muted,
        "greenColor": palette.good,
        "orangeColor": palette.warn,
        "redColor": palette.bad,
    }
    assert {key: config[key] for key in same} == same
    assert config["sidebar"]["backgroundColor"] == palette.sidebar


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("name", "palette", "series"), APPEARANCES)
def test_every_text_is_readable_on_what_it_stands_on(
    name: str, palette: theme.Palette, series: tuple[str, ...]
) -> None:
    p = palette
    pairs = [(ink, ground) for ink in (p.ink, p.muted, p.accent) for ground in (p.surface, p.page)]
    pairs += [(ink, ground) for ink in (p.good, p.warn, p.bad) for ground in (p.surface, p.page)]
    pairs += [(p.ink, p.warn_soft), (p.ink, p.bad_soft), (p.warn, p.warn_soft)]
    pairs += [(p.accent, p.accent_soft), (p.muted, p.track), (p.surface, series[0])]
    pairs += [(colour, ground) for colour in series for ground in (p.surface, p.page)]
    weak = [(a, b, round(_contrast(a, b), 2)) for a, b in pairs if _contrast(a, b) < 4.5]
    assert not weak, f"{name}: below WCAG AA: {weak}"


TEXTS = (
    ("ink", "surface"), ("ink", "page"), ("muted", "surface"), ("muted", "page"),
    ("accent", "surface"), ("accent", "page"), ("accent", "accent_soft"),
    ("good", "surface"), ("warn", "surface"), ("bad", "surface"), ("warn", "warn_soft"),
    ("ink", "warn_soft"), ("ink", "bad_soft"),
)  # fmt: skip


def test_the_contrasts_of_the_document_are_those_of_the_palette() -> None:
    document = (ROOT / "docs" / "look.md").read_text()
    for text, ground in TEXTS:
        each = [
            f"{_contrast(getattr(p, text), getattr(p, ground)):.1f}"
            for p in (theme.LIGHT, theme.DARK)
        ]
        assert f"| `{text}` on `{ground}` | {each[0]} | {each[1]} |" in document


def test_every_channel_and_every_state_of_an_agent_has_a_look() -> None:
    assert set(theme.CHANNEL_INDEX) == set(Channel)
    assert len(set(theme.CHANNEL_INDEX.values())) == len(Channel)
    assert set(theme.AGENT_TONE) == {*Intent, *Load}
    style = _style()
    assert all(f".cc-mark.{tone} " in style for tone in theme.AGENT_TONE.values())


def test_the_style_sheet_uses_only_colours_that_the_theme_defines_and_mixes_of_them() -> None:
    used = set(re.findall(r"var\((--cc-[\w-]+)\)", _style()))
    defined = set(re.findall(r"^(--cc-[\w-]+):", theme.css_variables(), re.MULTILINE))
    mixed = set(re.findall(r"(--cc-[\w-]+): (?:light-dark\(\s*)?color-mix\(", _style()))
    assert used <= defined | mixed


def test_the_style_sheet_has_nothing_that_a_sanitiser_takes_for_a_tag() -> None:
    assert "<" not in _style()  # the browser would drop all of it


def test_no_colour_is_written_outside_the_theme() -> None:
    files = [*UI.rglob("*.py"), *UI.rglob("*.css"), *(ROOT / "pages").glob("*.py")]
    found = [
        path.name
        for path in files
        if path.name != "theme.py" and re.search(r"#[0-9a-fA-F]{6}\b", path.read_text())
    ]
    assert not found


def test_a_channel_keeps_its_colour_and_no_series_has_the_neutral() -> None:
    assert theme.series_index("email", 0) == theme.CHANNEL_INDEX[Channel.EMAIL]
    neutral = theme.SERIES.index(theme.NEUTRAL)
    assert all(theme.series_index("a queue", position) != neutral for position in range(40))


def test_the_fonts_of_the_config_are_shipped_with_their_licence() -> None:
    static = UI / "static"
    for face in CONFIG["fontFaces"]:
        assert (static / face["url"].removeprefix("app/static/")).is_file()
    assert "SIL Open Font License" in (static / "fonts" / "OFL.txt").read_text()


def test_a_sparkline_breaks_at_a_gap_and_says_what_it_is() -> None:
    drawn = sparkline([1, 2, None, 3, 4], "last hour").text
    once = drawn.split("mask-image:")[1]
    assert once.count("M2.0") == 1
    assert once.count("M") == 2
    assert 'role="img" aria-label="last hour"' in drawn
    assert "mask" not in sparkline([1], "too few").text
