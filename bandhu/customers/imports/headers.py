"""What a column header says: numbered columns as Google writes them, places as Outlook does, words as people do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from .targets import Target, folded, targets_of


@dataclass(frozen=True, slots=True)
class Meaning:
    """`target` in `slot`, with the fixed `label` the header itself names; `why` is a word for the page."""

    target: str
    slot: str = ""
    label: str = ""
    confidence: float = 1.0
    why: str = "header"


PLACES = {
    "home": "home", "personal": "home", "private": "home", "residential": "home", "business": "work", "work": "work",
    "office": "work", "company": "work", "organization": "work", "other": "other", "mailing": "mailing",
    "billing": "billing", "invoice": "billing", "shipping": "shipping", "delivery": "shipping", "permanent": "home",
    "present": "present", "primary": "", "main": "", "secondary": "other", "alternate": "other", "alternative": "other",
    "contact": "", "customer": "", "legal entity": "legal", "location": "",
}  # fmt: skip
PHONES = {
    "mobile": "mobile", "cell": "mobile", "car": "car", "pager": "pager", "isdn": "isdn", "radio": "radio",
    "telex": "telex", "callback": "callback", "tty tdd": "tty", "assistant": "assistant", "company main": "company main",
    "whatsapp": "whatsapp", "direct": "direct", "toll free": "toll free",
}  # fmt: skip
ADDRESS_WORDS = {
    "street": "address_street", "street address": "address_street", "address line 1": "address_street",
    "street 1": "address_street", "address 1": "address_street", "street 2": "address_extended",
    "address line 2": "address_extended", "address 2": "address_extended", "extended address": "address_extended",
    "street 3": "address_third", "address 3": "address_third", "po box": "address_po_box", "address po box": "address_po_box",
    "city": "address_city", "town": "address_city", "state": "address_region", "region": "address_region",
    "province": "address_region", "state province": "address_region", "state region": "address_region",
    "postal code": "address_postal_code", "zip": "address_postal_code", "zip code": "address_postal_code",
    "zip postal code": "address_postal_code", "zippostal code": "address_postal_code", "code": "address_postal_code",
    "postcode": "address_postal_code", "country": "address_country", "country region": "address_country",
    "district": "address_district", "country code": "address_country", "state code": "address_region",
    "address": "address", "formatted": "address", "location": "address",
}  # fmt: skip
PART_WORDS = {
    "value": "",
    "address": "",
    "number": "",
    "label": "_label",
    "type": "_label",
    "service": "_label",
}
NUMBERED = re.compile(r"^(email|phone|website|social|im|relation|event|custom field|address) (\d+) (.+)$")
SOCIAL = ("facebook", "twitter", "linkedin", "instagram", "telegram", "skype", "youtube", "tiktok", "wechat", "viber",
          "signal", "messenger", "xing", "threads", "mastodon", "bluesky", "line", "x handle")  # fmt: skip
WORKS_FOR = re.compile(r"also works for (\d+) (name|id)")
ID_IN = re.compile(r"Id in (\S.{0,80})")
COPIED_TAILS = re.compile(r" \d+$")


@lru_cache(maxsize=8192)
def read_header(header: str, kind: str) -> Meaning | None:
    """The meaning of `header` for `kind` ("contacts" or "companies"); None when the words say nothing."""
    text = folded(header)
    if not text:
        return None
    if match := ID_IN.fullmatch(header.strip()):
        return Meaning("other_id", match[1][:60])
    allowed = targets_of(kind)
    for reader in (_numbered, _exact, _placed, _phone, _mail, _social, _fuzzy):
        found = reader(text, kind)
        if found and found.target in allowed:
            return found
    return None


def _numbered(text: str, kind: str) -> Meaning | None:
    if also := WORKS_FOR.fullmatch(text):
        return Meaning(f"works_for_{also[2]}", also[1], why="numbered")
    match = NUMBERED.match(text)
    if not match:
        return None
    word, number, part = match.groups()
    if word == "im":
        word = "social"
    if word == "address":
        key = "address_label" if part in ("label", "type") else ADDRESS_WORDS.get(part)
        return Meaning(key, number, why="numbered") if key else None
    if word in ("email", "phone", "website", "social") and part in PART_WORDS:
        if part == "type" and word == "social":
            return None  # "IM 1 - Type" is home or work; "IM 1 - Service" says which network
        return Meaning(word + PART_WORDS[part], number, why="numbered")
    return None


@lru_cache(maxsize=4)
def _dictionary(kind: str) -> dict[str, Target]:
    words: dict[str, Target] = {}
    for target in targets_of(kind).values():
        for word in (target.key.replace("_", " "), *target.words.split("|")):
            if word:
                words.setdefault(folded(word), target)
    return words


def _exact(text: str, kind: str) -> Meaning | None:
    target = _dictionary(kind).get(text)
    stem = text
    if not target and COPIED_TAILS.search(text):
        stem = COPIED_TAILS.sub("", text)
        target = _dictionary(kind).get(stem)
        target = target if target and target.many else None
    if not target:
        return None
    slot = text[len(stem) :].strip()
    if target.key == "phone":
        return Meaning("phone", text, _phone_label(stem))
    if target.key == "social":
        return Meaning("social", text, next((name for name in SOCIAL if name in stem), stem))
    return Meaning(target.key, slot if target.many else "")


def _placed(text: str, kind: str) -> Meaning | None:
    """ "Home Street 2", "Business Postal Code", "companycity": a place, then a part of an address."""
    for place, label in PLACES.items():
        if text.startswith(place):
            rest = text[len(place) :].strip()
            if rest in ADDRESS_WORDS:
                return Meaning(ADDRESS_WORDS[rest], label or "1", label, 0.95)
    return None


def _phone(text: str, kind: str) -> Meaning | None:
    stem = COPIED_TAILS.sub("", text)
    words = stem.split()
    if stem in PHONES:
        return Meaning("phone", text, PHONES[stem], 0.95)
    if words[-1] not in ("phone", "fax", "tel", "telephone", "mobile", "number", "no", "cell", "pager"):
        return None
    first = " ".join(words[:-1])
    known = first in PLACES or first in PHONES or first in ("", "phone", "fax", "mobile", "tel")
    compound = (
        len(words) > 2
        and words[-1] in ("number", "no")
        and words[-2] in ("phone", "fax", "mobile", "telephone")
    )
    if not known and not compound:
        return None
    return Meaning("phone", text, _phone_label(stem), 0.95)


def _phone_label(stem: str) -> str:
    words = [word for word in stem.split() if word not in ("number", "no", "telephone", "tel")]
    if "fax" in words:
        place = PLACES.get(" ".join(word for word in words if word != "fax"), "")
        return f"{place} fax".strip()
    if {"mobile", "cell", "cellphone"} & set(words) or any(
        word in stem for word in ("মোবাইল", "মুঠোফোন", "கைபேசி", "மொபைல்")
    ):
        return "mobile"
    first = " ".join(word for word in words if word != "phone")
    return PHONES.get(first) or PLACES.get(first, first if first in PHONES else "")


def _mail(text: str, kind: str) -> Meaning | None:
    """ "Home email", "Email 2 address", "Email address 3": everything else about mails is no address."""
    match = re.fullmatch(r"(?:(\w+) )?(?:email|mail)(?: (\d+))?(?: address(?:es)?)?(?: (\d+))?", text)
    if not match:
        return None
    place, *numbers = match.groups()
    if place and place not in PLACES:
        return None
    number = next((number for number in numbers if number), "1")
    return Meaning("email", text if place else number, PLACES.get(place or "", ""), 0.95)


def _social(text: str, kind: str) -> Meaning | None:
    words = text.split()
    found = next((name for name in SOCIAL if name in words), "")
    tail = {"url", "id", "handle", "username", "profile", "account", "page", "link", "user", "name", "bio"}
    if found and set(words) - {found} <= tail | {"company"}:
        return Meaning("social", text, found, 0.9)
    return None


def _fuzzy(text: str, kind: str) -> Meaning | None:
    """A misspelt header. Short words are too easily mistaken for each other, so they must match exactly."""
    if len(text) < 5:
        return None
    found = process.extractOne(text, _long_words(kind), scorer=fuzz.ratio, score_cutoff=86)
    if not found:
        return None
    word, score, _place = found
    if len(word.split()) != len(text.split()):
        return None  # "Account Owner Id" is not "Account Owner"
    exact = _exact(word, kind)
    return (
        Meaning(exact.target, exact.slot, exact.label, round(score / 100 * 0.85, 2), "similar")
        if exact
        else None
    )


@lru_cache(maxsize=4)
def _long_words(kind: str) -> list[str]:
    return [word for word in _dictionary(kind) if len(word) >= 5]
