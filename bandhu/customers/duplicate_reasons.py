"""Why two records may be the same one, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

# Every reason a score may give, as a sentence.
REASONS: dict[str, Any] = {
    "same_given_name": _("Same given name"),
    "given_name_other_spelling": _("Given name in another spelling or script"),
    "given_name_typo": _("Given name nearly the same"),
    "given_name_initial": _("Given name fits the initial"),
    "given_name_garbled": _("Given name looks garbled"),
    "given_name_differs": _("Different given names"),
    "same_family_name": _("Same family name"),
    "family_name_other_spelling": _("Family name in another spelling or script"),
    "family_name_typo": _("Family name nearly the same"),
    "family_name_initial": _("Family name fits the initial"),
    "family_name_garbled": _("Family name looks garbled"),
    "family_name_differs": _("Different family names"),
    "names_in_order": _("Both names agree"),
    "names_swapped": _("Given and family name exchanged"),
    "same_name": _("Same name"),
    "name_other_spelling": _("Name in another spelling or script"),
    "part_of_the_name": _("One name is part of the other"),
    "name_similar": _("Similar names"),
    "name_somewhat_similar": _("Somewhat similar names"),
    "name_differs": _("Different names"),
    "same_mail": _("Same mail address"),
    "mail_typo": _("Mail address nearly the same"),
    "same_mail_name": _("Same mail name at another provider"),
    "mail_similar": _("Similar mail address"),
    "mail_differs": _("Different mail addresses"),
    "mail_has_the_name": _("The mail address carries the name"),
    "mail_has_another_name": _("The mail address carries another name"),
    "same_phone": _("Same phone number"),
    "phone_typo": _("Phone number differs in one digit"),
    "phone_differs": _("Different phone numbers"),
    "same_birthday": _("Same birthday"),
    "birthday_typo": _("Birthday nearly the same"),
    "birthday_partly": _("Birthday agrees in two parts"),
    "birthday_near": _("Birthdays close to each other"),
    "birthday_differs": _("Different birthdays"),
    "same_national_id": _("Same national id"),
    "national_id_typo": _("National id differs in one character"),
    "national_id_differs": _("Different national ids"),
    "same_external_id": _("Same id in another system"),
    "external_id_differs": _("Different ids in the other system"),
    "same_house": _("Same house number"),
    "house_typo": _("House number nearly the same"),
    "house_differs": _("Different house numbers"),
    "same_street": _("Same street"),
    "street_typo": _("Street nearly the same"),
    "street_similar": _("Similar street"),
    "street_differs": _("Different streets"),
    "same_locality": _("Same district"),
    "locality_typo": _("District nearly the same"),
    "locality_similar": _("Similar district"),
    "locality_differs": _("Different districts"),
    "same_city": _("Same city"),
    "city_typo": _("City nearly the same"),
    "city_similar": _("Similar city"),
    "city_differs": _("Different cities"),
    "same_postcode": _("Same postcode"),
    "postcode_typo": _("Postcode differs in one character"),
    "postcode_differs": _("Different postcodes"),
    "same_region": _("Same region"),
    "region_differs": _("Different regions"),
    "same_company": _("Same company"),
    "company_similar": _("Similar company"),
    "company_differs": _("Different companies"),
    "same_group": _("Both fit a third record"),
}


def sentences(reasons: Iterable[str]) -> list[tuple[Any, bool]]:
    """Reasons in words, each with whether it speaks for the two being the same."""
    return [
        (REASONS[reason], not reason.endswith(("_differs", "another_name")))
        for reason in reasons
        if reason in REASONS
    ]
