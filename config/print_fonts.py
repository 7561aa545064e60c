"""Fonts for papers (PDF): cut from npm packages at build time, but for Bengali those of the pages; never committed.

Typst reads neither WOFF2 nor variable weights, so each script gets one TrueType file for each weight, under a family name of its own.
"""

from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

WEIGHTS = {400: "Regular", 600: "SemiBold"}
_FONTS = {
    "Bandhu Latin": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "Bandhu Latin Extended": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
    # Typst breaks a cluster wherever a sign is set higher or lower than its letter, and copied text then repeats it: one word in four of the
    # pages' Noto Sans Bengali, one in twenty of this.
    "Bandhu Bengali": "@fontsource/hind-siliguri/files/hind-siliguri-bengali-{weight}-normal.woff2",
    "Bandhu Tamil": "@fontsource-variable/noto-sans-tamil/files/noto-sans-tamil-tamil-wght-normal.woff2",
    "Bandhu Arabic": "@fontsource-variable/noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal.woff2",
}
_FAMILY, _STYLE, _FULL, _POSTSCRIPT, _TYPO_FAMILY, _TYPO_STYLE = 1, 2, 4, 6, 16, 17


def cut_fonts(packages: Path, target: Path) -> int:
    """Write every font in every weight from a folder of npm packages; returns how many."""
    target.mkdir(parents=True, exist_ok=True)
    for family, source in _FONTS.items():
        for weight, style in WEIGHTS.items():
            font = TTFont(packages / source.format(weight=weight))
            if "fvar" in font:
                font = instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
            font.flavor = None
            _name(font, family, style)
            font["OS/2"].usWeightClass = weight
            font.save(target / f"{family.replace(' ', '-')}-{weight}.ttf")
    return len(_FONTS) * len(WEIGHTS)


def _name(font: TTFont, family: str, style: str) -> None:
    words = {
        _FAMILY: family,
        _STYLE: style,
        _FULL: f"{family} {style}",
        _POSTSCRIPT: f"{family.replace(' ', '')}-{style}",
        _TYPO_FAMILY: family,
        _TYPO_STYLE: style,
    }
    for number, text in words.items():
        font["name"].setName(text, number, 3, 1, 0x409)
