"""Languages under their own names: those of the interface, and those a customer may speak."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings

from bandhu.platform.sort_keys import sort_key
from bandhu.ui.formats import locale_of, text_direction

# Spoken by customers: those of South Asia first to hand, then the world's large ones. Any other CLDR code is accepted where one is given.
CUSTOMER_LANGUAGES = [
    "bn",
    "ta",
    "en",
    "hi",
    "ar",
    "as",
    "bho",
    "de",
    "dv",
    "es",
    "fa",
    "fr",
    "gu",
    "id",
    "it",
    "ja",
    "kn",
    "ko",
    "mai",
    "ml",
    "mni",
    "mr",
    "ms",
    "my",
    "ne",
    "nl",
    "or",
    "pa",
    "ps",
    "pl",
    "pt",
    "ru",
    "sat",
    "sd",
    "si",
    "so",
    "sw",
    "te",
    "th",
    "tr",
    "ur",
    "vi",
    "zh",
]


@dataclass(frozen=True)
class Language:
    """A language: code ("bn"), its name in itself, its name for the reader, and "ltr" or "rtl"."""

    code: str
    own_name: str
    name: str
    direction: str

    @property
    def label(self) -> str:
        """Both names, or one where they are the same: "বাংলা (Bengali)" for an English reader."""
        return self.own_name if self.own_name == self.name else f"{self.own_name} ({self.name})"


def interface_languages(reader_language: str = "en") -> list[Language]:
    """The languages the interface speaks (settings.LANGUAGES), in that order."""
    return [language(code, reader_language) for code, _name in settings.LANGUAGES]


@cache
def customer_languages(reader_language: str = "en") -> list[Language]:
    """The languages offered for a customer: the interface's first, then by name in the reader's language. Kept: not to be changed."""
    first = [code for code, _name in settings.LANGUAGES]
    others = sorted(
        (language(code, reader_language) for code in CUSTOMER_LANGUAGES if code not in first),
        key=lambda one: sort_key(one.name),
    )
    return [language(code, reader_language) for code in first] + others


@cache
def language(code: str, reader_language: str = "en") -> Language:
    """A language by its code; for one that CLDR does not know, the code stands for both names."""
    base = code.replace("-", "_").split("_")[0].lower()
    own = str(locale_of(base).languages.get(base, "")) if is_known_language(base) else ""
    name = str(locale_of(reader_language).languages.get(base, "") or own or code)
    return Language(code, own or name, name, text_direction(base))


def is_known_language(code: str) -> bool:
    """Whether CLDR writes in this language ("bn", "bn-IN")."""
    base = code.replace("-", "_").split("_")[0].lower()
    return bool(base) and locale_of(base).language == base


# Where the letters of a script lie, and the interface's language it is written in.
_SCRIPTS = {"bn": ("\u0980", "\u09ff"), "ta": ("\u0b80", "\u0bff")}
_LOOKED_AT = 2_000


def language_by_script(text: str) -> str:
    """The language of the interface whose own script most letters of a text are; "" for every other script."""
    letters = [one for one in text[:_LOOKED_AT] if one.isalpha()]
    for code, (first, last) in _SCRIPTS.items():
        if letters and sum(first <= one <= last for one in letters) * 2 > len(letters):
            return code
    return ""
