"""Names of people: how to greet, abbreviate and, only as a suggestion, take them apart.

The full name is the truth. Many names have no family name (Tamil: the father's initial and a given name), one word only, or a part
like "Md." that stands for a name and tells nobody apart. So parts are suggested and never demanded, and a greeting is a whole
sentence of its language: "Dear {name}" put together from pieces is wrong in Tamil and Bengali.
"""

import unicodedata
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bandhu.ui.graphemes import graphemes

MAX_NAME = 300
# Parts of a name, or titles before it, that do not tell people apart. Compared without dots, folded.
_PREFIXES = frozenset(
    [
        "md",
        "mohd",
        "muhd",
        "mst",
        "mosammat",
        "mosammot",
        "most",
        "moulana",
        "maulana",
        "hafez",
        "hafiz",
        "haji",
        "hazi",
        "alhaj",
        "syed",
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "professor",
        "engr",
        "eng",
        "adv",
        "advocate",
        "barrister",
        "justice",
        "capt",
        "captain",
        "col",
        "major",
        "lt",
        "sri",
        "shri",
        "sree",
        "srimati",
        "smt",
        "kumari",
        "thiru",
        "thirumathi",
        "selvi",
        "selvan",
        "sir",
        "মো",
        "মোঃ",
        "মোছা",
        "মোছাঃ",
        "মোসাঃ",
        "মোসাম্মৎ",
        "ডা",
        "ডাঃ",
        "ড",
        "ড.",
        "অধ্যাপক",
        "প্রকৌশলী",
        "জনাব",
        "জনাবা",
        "শ্রী",
        "শ্রীমতী",
        "মাওলানা",
        "হাফেজ",
        "হাজী",
        "আলহাজ্ব",
        "திரு",
        "திருமதி",
        "செல்வி",
        "செல்வன்",
        "முனைவர்",
        "டாக்டர்",
        "மருத்துவர்",
        "பேராசிரியர்",
    ]
)
_SUFFIXES = frozenset(
    ["jr", "sr", "ii", "iii", "iv", "phd", "md", "mbbs", "ca", "fca", "esq", "সাহেব", "அவர்கள்"]
)
_TITLES = {
    "mr": _("Mr"),
    "mrs": _("Mrs"),
    "ms": _("Ms"),
    "mx": _("Mx"),
    "dr": _("Dr"),
    "prof": _("Professor"),
}


@dataclass(frozen=True)
class NameParts:
    """A suggestion of how a name may fall into parts; any of them may be empty."""

    prefix: str = ""
    given: str = ""
    family: str = ""
    suffix: str = ""


def tidy_name(text: str) -> str:
    """A name as it is kept: NFC, single spaces, no control or direction characters; at most 300 characters."""
    normal = unicodedata.normalize("NFC", text)
    visible = "".join(character if unicodedata.category(character) != "Cc" else " " for character in normal)
    plain = "".join(
        c for c in visible if unicodedata.category(c) not in ("Cf", "Cs", "Co") or c in "\u200c\u200d"
    )
    return " ".join(plain.split())[:MAX_NAME]


def suggest_parts(full_name: str) -> NameParts:
    """How the name probably falls into parts, for the form's empty fields and for imports that ask for them.

    "Last, First" is turned round; titles and "Md." become the prefix; Tamil initials and names of one word leave the family name
    empty; a name without spaces (Chinese, Japanese, Korean) is left whole.
    """
    name = tidy_name(full_name)
    if "," in name:
        last, first = (part.strip() for part in name.split(",", 1))
        if last and first and _folded(first.split()[0]) not in _SUFFIXES:
            return NameParts(given=first, family=last)
        name = name.replace(",", " ")
    words = name.split()
    prefix = _taken_while(words, _PREFIXES)
    suffix = [] if len(words) < 2 or _folded(words[-1]) not in _SUFFIXES else [words.pop()]
    given, family = _split(words)
    return NameParts(" ".join(prefix), " ".join(given), " ".join(family), " ".join(suffix))


def initials(full_name: str) -> str:
    """One or two letters for a round picture: whole graphemes, titles and "Md." passed over, an initial kept ("R. Kumar" → "RK")."""
    words = [word for word in tidy_name(full_name).split() if any(map(str.isalnum, word))]
    telling = [word for word in words if _folded(word) not in _PREFIXES] or words
    chosen = telling[:1] + telling[-1:] if len(telling) > 1 else telling
    return "".join(_first_letter(word).upper() for word in chosen)


def forms_of_address() -> list[tuple[str, str | Promise]]:
    """(key, label) for the field "form of address"; a text of one's own is kept there as well."""
    return [
        ("", pgettext_lazy("form of address", "By name")),
        *_TITLES.items(),
        ("informal", _("Informal, by given name")),
    ]


def salutation(
    full_name: str, *, form: str = "", given: str = "", family: str = "", language: str = "en"
) -> str:
    """The first line of a letter in the customer's language, as one sentence of it.

    `form` is a key of `forms_of_address`, or a title of one's own which is put before the name. Without a form: a neutral greeting.
    """
    name = tidy_name(full_name)
    values = {"name": name, "given": given or name, "family": family or name, "title": form}
    with translation.override(language):
        if not name:
            return gettext("Dear customer,")
        return _sentence(form) % values


def _sentence(form: str) -> str:
    sentences = {
        "": lambda: pgettext("salutation", "Dear %(name)s,"),
        "mr": lambda: pgettext("salutation", "Dear Mr %(family)s,"),
        "mrs": lambda: pgettext("salutation", "Dear Mrs %(family)s,"),
        "ms": lambda: pgettext("salutation", "Dear Ms %(family)s,"),
        "mx": lambda: pgettext("salutation", "Dear Mx %(family)s,"),
        "dr": lambda: pgettext("salutation", "Dear Dr %(family)s,"),
        "prof": lambda: pgettext("salutation", "Dear Professor %(family)s,"),
        "informal": lambda: pgettext("salutation", "Hello %(given)s,"),
    }
    own = lambda: pgettext("salutation", "Dear %(title)s %(name)s,")  # noqa: E731
    return sentences.get(form, own)()


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    if len(words) < 2:
        return words, []
    if _is_initial(words[0]) or any(_is_tamil(word) for word in words):
        # The father's or the village's initial comes first (or last); what is left is the given name.
        return words, []
    if _is_initial(words[-1]):
        return words, []
    return words[:-1], words[-1:]


def _taken_while(words: list[str], known: frozenset[str]) -> list[str]:
    """Take the known words off the front, but never the whole name."""
    taken = []
    while len(words) > 1 and _folded(words[0]) in known:
        taken.append(words.pop(0))
    return taken


def _folded(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold().rstrip(".:,")


def _is_initial(word: str) -> bool:
    letters = word.replace(".", "")
    if word.endswith("."):
        return 0 < len(graphemes(letters)) <= 2
    return len(graphemes(letters)) == 1 and letters.isalpha() and not _is_han(letters)


def _is_tamil(word: str) -> bool:
    return any("\u0b80" <= character <= "\u0bff" for character in word)


def _is_han(letters: str) -> bool:
    return any(
        unicodedata.name(character, "").startswith(("CJK", "HANGUL", "HIRAGANA", "KATAKANA"))
        for character in letters
    )


def _first_letter(word: str) -> str:
    return next(piece for piece in graphemes(word) if any(map(str.isalnum, piece)))
