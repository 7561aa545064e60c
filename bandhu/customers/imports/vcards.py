"""vCard in and out. A card becomes a `Card` of plain values; the same card written again reads back equal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .encodings import detect_encoding
from .problems import SourceProblem
from .vcard_lines import Property, escape, fold, parse_property, split_value, unescape, unfold

LABELS = {
    "cell": "mobile",
    "iphone": "mobile",
    "pcs": "mobile",
    "car": "car",
    "pager": "pager",
    "isdn": "isdn",
}
SOCIAL = {
    "X-AIM": "aim", "X-ICQ": "icq", "X-JABBER": "jabber", "X-MSN": "msn", "X-SKYPE": "skype", "X-YAHOO": "yahoo",
    "X-SKYPE-USERNAME": "skype", "X-GADUGADU": "gadugadu", "X-GOOGLE-TALK": "google talk", "X-QQ": "qq",
    "X-TWITTER": "twitter", "X-GROUPWISE": "groupwise",
}  # fmt: skip
MEDIA = {"PHOTO", "LOGO", "SOUND", "KEY"}
SILENT = {
    "BEGIN",
    "END",
    "VERSION",
    "PRODID",
    "REV",
    "SOURCE",
    "X-ABADR",
    "LABEL",
    "MAILER",
    "CLASS",
    "PROFILE",
    "KIND",
}
PARTS = ("po_box", "extended", "street", "city", "region", "postal_code", "country")
NAMES = ("family_name", "given_name", "middle_name", "name_prefix", "name_suffix")
SINGLES = {
    "NICKNAME": "nickname", "TITLE": "job_title", "ROLE": "role", "BDAY": "birthday", "UID": "external_id",
    "TZ": "time_zone", "LANG": "language", "SORT-STRING": "sort_as", "X-PHONETIC-FIRST-NAME": "phonetic_given_name",
    "X-PHONETIC-LAST-NAME": "phonetic_family_name", "X-GENDER": "gender", "ANNIVERSARY": "anniversary",
    "X-ANNIVERSARY": "anniversary", "X-EVOLUTION-ANNIVERSARY": "anniversary", "X-EVOLUTION-FILE-AS": "sort_as",
}  # fmt: skip


@dataclass
class Card:
    """One person. Every list keeps the order of the file; `extra` holds whatever has no place of its own."""

    name: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    company: str = ""
    department: str = ""
    emails: list[tuple[str, str]] = field(default_factory=list)
    phones: list[tuple[str, str]] = field(default_factory=list)
    addresses: list[dict[str, str]] = field(default_factory=list)
    websites: list[tuple[str, str]] = field(default_factory=list)
    social: list[tuple[str, str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    extra: list[tuple[str, str]] = field(default_factory=list)
    media: int = field(default=0, compare=False)
    preferred: dict[str, int] = field(default_factory=dict, compare=False, repr=False)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def read_cards(path: Path) -> Iterator[Card]:
    """Every card of the file, streaming. A card without END ends where the next begins."""
    with path.open("rb") as raw:
        encoding = detect_encoding(raw)
        raw.seek(encoding.mark)
        yield from parse_cards(io.TextIOWrapper(raw, encoding.name, errors="replace", newline=None))


def parse_cards(lines: Iterable[str]) -> Iterator[Card]:
    """Every card in `lines` (a text file, or text split into lines)."""
    properties: list[Property] = []
    opened = False
    for line in unfold(lines):
        found = parse_property(line)
        if found is None:
            continue
        if found.name == "BEGIN" and found.text.strip().upper() == "VCARD":
            if opened and properties:
                yield card_of(properties)
            properties, opened = [], True
        elif found.name == "END" and opened:
            yield card_of(properties)
            properties, opened = [], False
        elif opened:
            properties.append(found)
    if opened and properties:
        yield card_of(properties)


def card_of(properties: list[Property]) -> Card:
    card = Card()
    labels = {p.group: unescape(p.text) for p in properties if p.name == "X-ABLABEL" and p.group}
    for found in properties:
        if found.name in MEDIA and _is_web_address(found):
            _take(card, found, _bare_label(labels.get(found.group, "")))
        elif found.name in MEDIA or found.binary:
            card.media += 1
        elif found.name not in SILENT and not (found.name == "X-ABLABEL" and found.group):
            _take(card, found, _bare_label(labels.get(found.group, "")))
    card.name = card.name or " ".join(
        card.fields[part] for part in ("given_name", "family_name") if part in card.fields
    )
    if not card.name:
        card.name = card.company or next(iter([value for _label, value in card.emails + card.phones]), "")
    return card


def _is_web_address(found: Property) -> bool:
    """A picture that lies elsewhere: its address is kept. One that is in the card itself is not."""
    return not found.binary and found.text.strip().lower().startswith(("http://", "https://"))


def _bare_label(label: str) -> str:
    return label.removeprefix("_$!<").removesuffix(">!$_")


def _take(card: Card, found: Property, label: str) -> None:
    found.text = found.text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    text = unescape(found.text).strip()
    label = label or _label_of(found.types)
    if found.name == "N":
        for part, value in zip(NAMES, split_value(found.text, ";"), strict=False):
            plain = " ".join(piece.strip() for piece in value.split(",") if piece.strip())
            if plain:
                card.fields[part] = plain
    elif found.name == "ADR":
        parts = {
            part: value.strip() for part, value in zip(PARTS, split_value(found.text, ";"), strict=False)
        }
        parts = {part: value for part, value in parts.items() if value}
        if parts:
            card.addresses.append({"label": label, **parts})
    elif not text:
        return
    elif found.name == "FN" and not card.name:
        card.name = text
    elif found.name == "ORG" and not card.company:
        names = [part.strip() for part in split_value(found.text, ";")]
        card.company, card.department = names[0], ", ".join(part for part in names[1:] if part)
    elif found.name in ("EMAIL", "TEL", "URL"):
        _point(card, found, label, text)
    elif found.name == "CATEGORIES":
        # Some programs escape the comma between tags as well; a tag with a comma inside is rarer than that.
        card.tags += [
            tag
            for raw in split_value(found.text.replace("\\,", ","), ",")
            if (tag := raw.strip()) and tag not in card.tags
        ]
    elif found.name == "NOTE":
        card.notes.append(text)
    elif found.name == "IMPP" or found.name in SOCIAL or found.name == "X-SOCIALPROFILE":
        card.social.append(_social(found, text))
    elif found.name == "GENDER":
        _single(card, "gender", split_value(found.text, ";")[0].strip() or text)
    elif found.name in SINGLES:
        _single(card, SINGLES[found.name], text)
    else:
        card.extra.append((_readable(found.name, label), text))


def _point(card: Card, found: Property, label: str, text: str) -> None:
    places = {"EMAIL": card.emails, "TEL": card.phones, "URL": card.websites}
    value = text.removeprefix("tel:").removeprefix("mailto:")
    if found.parameters.get("ext"):
        value += f" ext. {found.parameters['ext']}"
    place = places[found.name]
    if "pref" in found.types:
        # The preferred one comes first, whatever its place in the file, unless one before it is preferred too.
        count = card.preferred.get(found.name, 0)
        place.insert(count, (label, value))
        card.preferred[found.name] = count + 1
    else:
        place.append((label, value))


def _single(card: Card, key: str, text: str) -> None:
    if key not in card.fields:
        card.fields[key] = text
    elif card.fields[key] != text:
        card.extra.append((key, text))


def _label_of(types: list[str]) -> str:
    place = next((word for word in types if word in ("home", "work", "other", "school")), "")
    if "fax" in types:
        return f"{place} fax".strip()
    kind = next((LABELS[word] for word in types if word in LABELS), "")
    own = next(
        (
            w
            for w in types
            if w
            not in ("pref", "internet", "voice", "x400", "postal", "parcel", "msg", "text", "intl", "dom")
        ),
        "",
    )
    return kind or place or own


def _social(found: Property, text: str) -> tuple[str, str]:
    if found.name in SOCIAL:
        return SOCIAL[found.name], text
    service = found.parameters.get("x-service-type") or (found.types[0] if found.types else "")
    scheme, colon, rest = text.partition(":")
    if found.name == "IMPP" and colon and not rest.startswith("//"):
        return service or scheme, rest
    return service or "profile", text


def _readable(name: str, label: str) -> str:
    if name in ("X-ABRELATEDNAMES", "X-ABDATE", "RELATED") and label:
        return label
    plain = name.removeprefix("X-").removeprefix("EVOLUTION-").replace("-", " ").capitalize()
    return f"{plain} ({label})" if label else plain


def write_card(card: Card) -> str:
    """The card as vCard 4.0 text with CRLF line ends; `parse_cards` gives the same card back."""
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"FN:{escape(card.name)}"]
    if any(card.fields.get(part) for part in NAMES):
        lines.append("N:" + ";".join(escape(card.fields.get(part, "")) for part in NAMES))
    if card.company or card.department:
        lines.append("ORG:" + ";".join(filter(None, [escape(card.company) or " ", escape(card.department)])))
    for number, (name, entries) in enumerate(
        (("TEL", card.phones), ("EMAIL", card.emails), ("URL", card.websites))
    ):
        lines += [
            _labelled(name, label, escape(value), f"item{number}n{i}", preferred=i == 0)
            for i, (label, value) in enumerate(entries)
        ]
    for i, address in enumerate(card.addresses):
        value = ";".join(escape(address.get(part, "")) for part in PARTS)
        lines.append(_labelled("ADR", address.get("label", ""), value, f"item3n{i}"))
    written = {key: name for name, key in reversed(SINGLES.items())}
    lines += [
        f"{written[key]}:{escape(value)}" for key, value in card.fields.items() if key in written and value
    ]
    lines += [
        f'IMPP;X-SERVICE-TYPE="{_parameter(service)}":x:{escape(value)}' for service, value in card.social
    ]
    if card.tags:
        lines.append("CATEGORIES:" + ",".join(escape(tag) for tag in card.tags))
    lines += [f"NOTE:{escape(note)}" for note in card.notes]
    lines += [
        f"p4n{i}.X-ABDATE:{escape(value)}\np4n{i}.X-ABLabel:{escape(name)}"
        for i, (name, value) in enumerate(card.extra)
    ]
    lines.append("END:VCARD")
    return "".join(fold(line) for entry in lines for line in entry.split("\n"))


def _labelled(name: str, label: str, value: str, item: str, preferred: bool = False) -> str:
    """Known labels become TYPE, any other one an item with X-ABLabel, which phones and mail programs read."""
    types, first = _types_of(name, label), ";PREF=1" if preferred else ""
    if types is not None:
        return f"{name}{types}{first}:{value}"
    return f"{item}.{name}{first}:{value}\n{item}.X-ABLabel:{escape(label)}"


def _types_of(name: str, label: str) -> str | None:
    if not label:
        return ""
    if label in ("home", "work", "other"):
        return f";TYPE={label}"
    if name == "TEL" and label in (
        "mobile",
        "fax",
        "pager",
        "car",
        "isdn",
        "home fax",
        "work fax",
        "other fax",
    ):
        words = ["cell" if word == "mobile" else word for word in label.split()]
        return ";TYPE=" + (f'"{",".join(words)}"' if len(words) > 1 else words[0])
    return None


def _parameter(text: str) -> str:
    return "".join(char for char in text if char not in '"\r\n\x00') or "profile"


def unpack_cards(path: Path, target: Path) -> int:
    """Lay the cards out as a table in the headers of Google Contacts, one row per card; returns their number."""
    columns: dict[str, None] = {}
    count = 0
    for card in read_cards(path):
        count += 1
        columns.update(dict.fromkeys(card_row(card)))
    if not count:
        raise SourceProblem("no_cards", _("The file holds no vCard."))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        for card in read_cards(path):
            writer.writerow(card_row(card))
    return count


HEADERS = {
    "name_prefix": "Name Prefix", "given_name": "First Name", "middle_name": "Middle Name", "family_name": "Last Name",
    "name_suffix": "Name Suffix", "nickname": "Nickname", "job_title": "Organization Title", "birthday": "Birthday",
    "sort_as": "File As", "gender": "Gender", "time_zone": "Time zone", "language": "Language", "external_id": "UID",
    "phonetic_given_name": "Phonetic First Name", "phonetic_family_name": "Phonetic Last Name", "role": "Role",
    "anniversary": "Anniversary",
}  # fmt: skip
ADDRESS_HEADERS = {
    "label": "Label", "po_box": "PO Box", "extended": "Extended Address", "street": "Street", "city": "City",
    "region": "Region", "postal_code": "Postal Code", "country": "Country",
}  # fmt: skip


def card_row(card: Card) -> dict[str, str]:
    """A card as the cells of a table row, header to text."""
    row = {"Name": card.name}
    row |= {HEADERS[key]: value for key, value in card.fields.items() if key in HEADERS}
    row |= {"Organization Name": card.company, "Organization Department": card.department}
    for word, entries in (
        ("E-mail", card.emails),
        ("Phone", card.phones),
        ("Website", card.websites),
        ("Social", card.social),
    ):
        for number, (label, value) in enumerate(entries, 1):
            row[f"{word} {number} - Label"] = label
            row[f"{word} {number} - Value"] = value
    for number, address in enumerate(card.addresses, 1):
        row |= {f"Address {number} - {ADDRESS_HEADERS[part]}": value for part, value in address.items()}
    row |= {"Labels": ", ".join(card.tags), "Notes": "\n\n".join(card.notes)}
    if card.media:
        # Pictures, sounds and keys are not brought in; that is said in the record, so that nobody thinks they were.
        row[str(_("Left out of the card"))] = ngettext(
            "%(count)s picture, sound or key", "%(count)s pictures, sounds or keys", card.media
        ) % {"count": card.media}
    for name, value in card.extra:
        row[name] = f"{row[name]}\n{value}" if name in row else value
    return {name: value for name, value in row.items() if value}
