"""How the help centre looks: the house's name, logo and colour, kept as one setting, and colours that can be read on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.knowledge.article_values import clean_names
from bandhu.knowledge.languages import language_codes
from bandhu.platform.embedding import is_installed
from bandhu.platform.texts import clean_line

SETTING = "knowledge.help_centre"
# The one row files of the help centre belong to.
LOGO_OWNER = UUID("00000000-0000-7000-8000-0000006b6e6f")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_WHITE, _BLACK = (255, 255, 255), (17, 20, 28)
_DARK_GROUND = (24, 26, 33)
# WCAG 2.2, 1.4.3: text on its ground.
LEAST_CONTRAST = 4.5
RGB = tuple[int, int, int]


@dataclass(frozen=True)
class Brand:
    """What an administrator chose. `names` and `welcomes` by language; `languages`: those visitors can choose, the first is theirs
    whose browser asks for none of them; `imprint` and `privacy` are addresses of the house's own pages, `booking` the
    last part of the booking page that is for everybody, `by_meaning`: the search also goes by what words mean."""

    is_open: bool = True
    names: Mapping[str, str] = field(default_factory=dict)
    welcomes: Mapping[str, str] = field(default_factory=dict)
    colour: str = "#2f4bb8"
    languages: tuple[str, ...] = ("en", "bn", "ta")
    imprint: str = ""
    booking: str = ""
    privacy: str = ""
    logo: str = ""
    logo_type: str = ""
    by_meaning: bool = False

    @property
    def stamp(self) -> str:
        """Changes when the look does: part of the style sheet's address."""
        return sha256(f"{self.colour}".encode()).hexdigest()[:10]


def brand_of(value: Any) -> Brand:
    """The setting as it is kept; what is missing is as from the start."""
    known = value if isinstance(value, dict) else {}
    names = Brand.__dataclass_fields__
    kept = {name: one for name, one in known.items() if name in names}
    if "languages" in kept:
        kept["languages"] = tuple(one for one in kept["languages"] if one in language_codes()) or ("en",)
    return Brand(**kept)


def kept_value(brand: Brand) -> dict[str, Any]:
    """The setting to keep."""
    return {**asdict(brand), "languages": list(brand.languages)}


def clean_brand(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, checked. Raises ValidationError by field."""
    found = dict(given)
    problems: dict[str, Any] = {}
    checks: dict[str, Any] = {
        "names": lambda value: clean_names(value, 80),
        "welcomes": lambda value: clean_names(value, 200),
        "colour": clean_colour,
        "languages": _languages,
        "imprint": _web_address,
        "privacy": _web_address,
        "booking": _slug,
        "by_meaning": _possible,
    }
    for name, check in checks.items():
        if name in given:
            try:
                found[name] = check(given[name])
            except ValidationError as problem:
                problems[name] = problem.messages
    if problems:
        raise ValidationError(problems)
    return found


def clean_colour(value: Any) -> str:
    """#rrggbb in lower case. Raises ValidationError."""
    text = str(value).strip().lower()
    if not _COLOUR.fullmatch(text):
        raise ValidationError(_("Write the colour like #2f4bb8."), code="no_colour")
    return text


def style_sheet(colour: str) -> str:
    """The colours of the help centre in light and in dark: the house's own where it can be read, else moved until it can."""
    wanted = _rgb(colour)
    light, dark = readable_on(wanted, _WHITE), readable_on(wanted, _DARK_GROUND)
    return (
        ":root{color-scheme:light dark;"
        f"--brand:{_hex(light)};--brand-content:{_hex(content_on(light))};"
        f"--color-primary:{_hex(light)};--color-primary-content:{_hex(content_on(light))}}}"
        "@media (prefers-color-scheme:dark){:root{"
        f"--brand:{_hex(dark)};--brand-content:{_hex(content_on(dark))};"
        f"--color-primary:{_hex(dark)};--color-primary-content:{_hex(content_on(dark))}}}}}"
    )


def contrast(one: RGB, other: RGB) -> float:
    """The ratio of WCAG 2.2 (relative luminance, 1.4.3): 1 to 21."""
    first, second = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


def readable_on(colour: RGB, ground: RGB) -> RGB:
    """The colour, or the nearest towards black or white that can be read as text on this ground."""
    goal = _BLACK if _luminance(ground) > 0.5 else _WHITE
    for step in range(21):
        mixed = (
            round(colour[0] + (goal[0] - colour[0]) * step / 20),
            round(colour[1] + (goal[1] - colour[1]) * step / 20),
            round(colour[2] + (goal[2] - colour[2]) * step / 20),
        )
        if contrast(mixed, ground) >= LEAST_CONTRAST:
            return mixed
    return goal


def content_on(colour: RGB) -> RGB:
    """White or nearly black: what is read better on this colour."""
    return max((_WHITE, _BLACK), key=lambda one: contrast(one, colour))


def _luminance(colour: RGB) -> float:
    parts = [value / 255 for value in colour]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _rgb(colour: str) -> RGB:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(colour: RGB) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _languages(value: Any) -> tuple[str, ...]:
    chosen = [code for code in value if code in language_codes()]
    if not chosen:
        raise ValidationError(_("Choose one language at least."), code="required")
    return tuple(dict.fromkeys(chosen))


def _slug(value: Any) -> str:
    text = clean_line(value, 300).rstrip("/").rsplit("/", 1)[-1]
    if text and not re.fullmatch(r"[-a-zA-Z0-9_]{1,60}", text):
        raise ValidationError(_("Write the address of a booking page, or its last part."), code="no_address")
    return text


def _web_address(value: Any) -> str:
    text = clean_line(value, 300)
    if text and not text.startswith(("https://", "http://")):
        raise ValidationError(_("Write the whole address, beginning with https://."), code="no_address")
    return text


def _possible(value: Any) -> bool:
    if value and not is_installed():
        raise ValidationError(
            _("This machine has no model to search by meaning with: see the guide."), code="no_model"
        )
    return bool(value)
