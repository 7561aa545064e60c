"""Where a mail begins to say who wrote it without the mark "--": below a closing word, with the sender's own name, below a line of dashes.

All lines from there to the end have to be such as signatures consist of: names, titles, places, ways to reach somebody. One sentence, list, sum
or form among them, and nothing is folded; nor where the words above speak of what follows ("call me", "send it to", "my address"): to hide what was
said to the reader is worse than to show a signature.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from bandhu.channels.mail_lines import Line
from bandhu.channels.sign_off_words import (
    CLOSING,
    CORE,
    LABELS,
    LINKING,
    NO_PERSON,
    OF_CALLS,
    OF_NAMES,
    OF_PLACES,
    ROLES,
    SAID,
    STREETS,
)
from bandhu.platform.names.folding import latin_digits, tokens
from bandhu.platform.names.keys import Token, prepare_name
from bandhu.platform.names.similarity import token_similarity

# A signature is short; a line of dashes further up divides the text.
MOST_SIGNED_LINES = 15
_LONGEST_LINE, _MOST_WORDS, _MOST_CLOSING = 90, 8, 7
_SAME_WORD = 0.9
_RULE = re.compile(r"^[-_=*~–—]{3,}$")
_ITEM = re.compile(r"^(?:[-*•·–—+]|\d{1,3}[.)])\s")
_SENTENCE_ENDS = tuple(".!?…।॥。！？;:,")
_ABBREVIATED = re.compile(
    r"(?:\b(?:ltd|inc|co|corp|pvt|jr|sr|esq|eng|st|rd|ave)|\w\.\w{1,3})\.$", re.IGNORECASE
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PAGE = re.compile(r"https?://\S+|\bwww\.\S+|(?<![\w@.])[a-z0-9-]+\.(?:com|net|org|info|io|co|bd|in|de|uk|lk)(?:\.[a-z]{2})?(?:/\S*)?(?![\w@])", re.IGNORECASE)  # fmt: skip
_ACCOUNT = re.compile(
    r"\b(?:skype|teams|whatsapp|telegram|viber|imo|signal|line|wechat|linkedin|twitter|facebook|instagram)\s*:\s*@?[\w.+-]+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w@.])\+?\(?\d[\d\s().\-/]{4,20}\d(?!\w)")
_DATE = re.compile(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$")
_BY_PROGRAM = re.compile(r"^(?:via|from my|sent from|sent via) [\w ]{2,30}$", re.IGNORECASE)
_POSTCODE = re.compile(r"^[^\d:]*[^\d\s:][,\s-]+\d{4,6}(?:-\d{3,4})?$|^(?:[A-Z]{1,2}-)?\d{4,6}\s[^\d:]+$")
_SEPARATORS = re.compile(r"[|,·•/()<>\[\]+–—\-&.]+")


class _Kind(Enum):
    RULE = "a line of dashes"
    CLOSING = "Regards,"
    SIGNED_CLOSING = "Thanks, Noam"
    NAME = "the sender's"
    CONTACT = "how to reach somebody, or the program"
    TITLE = "what somebody is, and where"
    PLACE = "street or town, with a number"
    LOOSE = "a few words"
    SAID = "what is said to the reader"


# What may stand behind each beginning.
_BEHIND_NAME = frozenset({_Kind.NAME, _Kind.CONTACT, _Kind.TITLE})
_BEHIND_CLOSING = _BEHIND_NAME | {_Kind.PLACE}
_BEHIND_RULE = _BEHIND_CLOSING | {_Kind.CLOSING, _Kind.SIGNED_CLOSING, _Kind.LOOSE}


@dataclass(frozen=True)
class Sender:
    """Who a mail says it is from."""

    name: str = ""
    address: str = ""

    @cached_property
    def words(self) -> tuple[Token, ...]:
        """The words of the name that tell people apart, those of the address too, without what is nobody's ("info")."""
        # Who has no name is told by the address in its place.
        name, address = (self.name, self.address) if "@" not in self.name else ("", self.address or self.name)
        local = re.split(r"[._+\-\d]+", address.partition("@")[0])
        both = (*prepare_name(name).tokens, *prepare_name(" ".join(local)).tokens)
        return tuple(
            one for one in both if one.weight == 1 and len(one.folded) > 1 and one.folded not in NO_PERSON
        )

    def bears(self, word: Token) -> bool:
        return any(token_similarity(word, one)[0] >= _SAME_WORD for one in self.words)


NOBODY = Sender()


def where_sign_off_begins(lines: Sequence[Line], end: int, sender: Sender) -> int:
    """The number of its first line, `end` where there is none; lines from `end` on are no matter."""
    if not sender.words:
        return end
    shown = [number for number in range(end) if lines[number].text.strip()]
    kinds: list[_Kind] = []
    for number in reversed(shown[-MOST_SIGNED_LINES:]):
        kind = _kind_of(lines[number], sender)
        if kind is _Kind.SAID:
            break
        kinds.insert(0, kind)
    first = len(shown) - len(kinds)
    for place, number in enumerate(shown[first:]):
        above = [lines[one] for one in shown[: first + place]]
        if above and _is_signature(lines[number], kinds[place:], above, sender):
            return number
    return end


def _is_signature(first: Line, kinds: Sequence[_Kind], above: Sequence[Line], sender: Sender) -> bool:
    """Whether what begins with this line, of these kinds, signs what stands above it."""
    behind = kinds[1:]
    if above[-1].text.rstrip().endswith((":", "：")) or _is_meant(above, kinds):
        return False
    reaches = _Kind.CONTACT in behind
    if kinds[0] is _Kind.RULE:
        return reaches and _Kind.NAME in behind and _BEHIND_RULE.issuperset(behind)
    if kinds[0] is _Kind.CLOSING:
        return bool(behind) and behind[0] is _Kind.NAME and _BEHIND_CLOSING.issuperset(behind)
    if kinds[0] is _Kind.SIGNED_CLOSING:
        return _BEHIND_CLOSING.issuperset(behind)
    if kinds[0] is not _Kind.NAME or not first.is_apart or not _is_closed(above[-1].text):
        return False
    is_whole = all(sender.bears(one) for one in prepare_name(first.text).tokens)
    return _BEHIND_NAME.issuperset(behind) and (reaches or (is_whole and not behind))


def _is_meant(above: Sequence[Line], kinds: Sequence[_Kind]) -> bool:
    """Whether the paragraph above speaks of what such lines say: then they are part of what was said."""
    spoken: list[str] = []
    for line in reversed(above):
        spoken += tokens(line.text)
        # A closing between speaks of nothing.
        if line.is_apart and not CLOSING.issuperset(spoken):
            break
    named = _begins(spoken, OF_NAMES)
    called = _Kind.CONTACT in kinds and _begins(spoken, OF_CALLS)
    placed = not {_Kind.PLACE, _Kind.TITLE, _Kind.LOOSE}.isdisjoint(kinds) and _begins(spoken, OF_PLACES)
    is_closed = kinds[0] in (_Kind.CLOSING, _Kind.SIGNED_CLOSING)
    return called or placed or (named and not (is_closed and len(kinds) <= 2))


def _begins(words: Iterable[str], stems: tuple[str, ...]) -> bool:
    return any(word.startswith(stems) for word in words)


def _kind_of(line: Line, sender: Sender) -> _Kind:
    text = latin_digits(line.text.strip())
    if line.is_quoted or len(text) > _LONGEST_LINE:
        return _Kind.SAID
    if _RULE.match(text):
        return _Kind.RULE
    if _ITEM.match(text):
        return _Kind.SAID
    if closing := _closing(text, sender):
        return closing
    if _is_name(text, sender):
        return _Kind.NAME
    if _is_contact(text):
        return _Kind.CONTACT
    return _words_alone(text)


def _closing(text: str, sender: Sender) -> _Kind | None:
    """ "With kind regards,", and with the sender's name behind it on the same line."""
    words = tokens(text)
    length = next((place for place, word in enumerate(words) if word not in CLOSING), len(words))
    if not 1 <= length <= _MOST_CLOSING or CORE.isdisjoint(words[:length]) or text.endswith(("?", ":")):
        return None
    if length == len(words):
        return _Kind.CLOSING
    rest = prepare_name(" ".join(words[length:])).tokens
    return _Kind.SIGNED_CLOSING if all(sender.bears(one) for one in rest) else None


def _is_name(text: str, sender: Sender) -> bool:
    """The sender's, with the words a name may have beside those the mail names."""
    words = prepare_name(text).tokens
    known = sum(sender.bears(one) for one in words)
    if not known or re.search(r"[\d@]", text):
        return False
    if known == len(words):
        return not text.endswith(("?", ":"))
    if len(words) > _MOST_WORDS or _ends_sentence(text) or not SAID.isdisjoint(tokens(text)):
        return False
    return _is_capitalised(text) if _has_cases(text) else len(words) - known <= 1


def _is_contact(text: str) -> bool:
    """Numbers, addresses and pages, with their labels and nothing but titles beside them; or the program it was written with."""
    if _BY_PROGRAM.match(text):
        return True
    rest, found = text, 0
    for pattern in (_MAIL, _PAGE, _ACCOUNT):
        rest, times = pattern.subn(" ", rest)
        found += times
    for number in _NUMBER.findall(rest):
        if _is_telephone(number, rest):
            rest, found = rest.replace(number, " "), found + 1
    if not found or any(one.isdigit() for one in rest):
        return False
    words = [one for one in _SEPARATORS.sub(" ", rest).split() if not LABELS.issuperset(tokens(one))]
    left = " ".join(words).strip(": ")
    return not left or _words_alone(left) is _Kind.TITLE


def _is_telephone(number: str, line: str) -> bool:
    digits = sum(one.isdigit() for one in number)
    if not 7 <= digits <= 15 or _DATE.match(number.strip()):
        return False
    # A number alone may be that of an order.
    is_written_so = number.startswith(("+", "0", "(")) or len(re.findall(r"[\s().\-/]+", number.strip())) > 1
    return is_written_so or not LABELS.isdisjoint(tokens(line))


def _words_alone(text: str) -> _Kind:
    words = tokens(text)
    if not words or len(words) > _MOST_WORDS or _ends_sentence(text) or not SAID.isdisjoint(words):
        return _Kind.SAID
    if re.search(r"[:$€£৳₹¥%=@#\"]", text):
        return _Kind.SAID
    is_titled = _is_capitalised(text) if _has_cases(text) else not ROLES.isdisjoint(words)
    if any(one.isdigit() for one in text):
        is_place = not STREETS.isdisjoint(words) or bool(_POSTCODE.match(text))
        return _Kind.PLACE if is_place and (is_titled or not _has_cases(text)) else _Kind.SAID
    return _Kind.TITLE if is_titled else _Kind.LOOSE


def _is_closed(text: str) -> bool:
    """Whether the line ends with a sentence, or with a picture as people end one."""
    last = text.rstrip().rstrip(")]\"'”’»")[-1:]
    return (
        last in tuple(".!?…।॥。！？")
        or unicodedata.category(last or " ") == "So"
        or text.rstrip().endswith(")")
    )


def _ends_sentence(text: str) -> bool:
    return text.rstrip(",").endswith(_SENTENCE_ENDS) and not _ABBREVIATED.search(text)


def _has_cases(text: str) -> bool:
    return any(one.lower() != one.upper() for one in text)


def _is_capitalised(text: str) -> bool:
    """Every word begins with a capital, but those that link others; words in scripts without them do as well."""
    for word in text.split():
        first = next((one for one in word if one.isalpha()), "")
        if first.islower() and word.strip(".,()").casefold() not in LINKING:
            return False
    return True
