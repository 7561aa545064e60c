"""What a column can mean: the targets of an import, with the words people head such columns with.

A target of kind "many" is numbered by a slot ("1", "2", "home"): `email` in slot 1 with `email_label` in slot 1.
Words are in English, Bengali and Tamil; `folded` is the form in which headers and words are compared.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

# Columns that take only what the house knows; other texts go to an own field called like the column.
CONSTRAINED = ("owner", "team", "lifecycle", "language", "time_zone", "preferred_channel")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Target:
    """`holds` is the type of value: text, name, email, phone, date, url, country, yes_no, tags, number, money, id;
    for added kinds also known (what the house knows), offered (the same, and nothing else will do), line, long_text, own (texts by the
    name of their column) and whole (as long as it is, left as it is)."""

    key: str
    title: object
    holds: str = "text"
    many: bool = False
    words: str = ""


@lru_cache(maxsize=8192)
def folded(header: str) -> str:
    """A header for comparing: lower case, words apart, no punctuation, no accents; Indic vowel signs stay."""
    text = unicodedata.normalize("NFKC", CAMEL.sub(" ", header.strip())).casefold().replace("e-mail", "email")
    text = unicodedata.normalize("NFKD", text.replace("&", " and ").replace("'s ", " "))
    kept = [char if char.isalnum() or (unicodedata.category(char)[0] == "M" and ord(char) > 0x36F) else
            "" if unicodedata.category(char) == "Mn" else " " for char in text]  # fmt: skip
    return " ".join("".join(kept).split())


CONTACT_TARGETS = (
    Target("name", _("Full name"), "name", words="name|full name|contact name|display name|customer name|person|contact|নাম|পুরো নাম|সম্পূর্ণ নাম|গ্রাহকের নাম|பெயர்|முழு பெயர்|முழுப்பெயர்|வாடிக்கையாளர் பெயர்"),
    Target("name_prefix", _("Name prefix"), words="name prefix|prefix|salutation|honorific|honorific prefix|সম্বোধন|উপাধি|முன்னொட்டு"),
    Target("given_name", _("Given name"), "name", words="first name|given name|firstname|first|fname|forename|প্রথম নাম|নামের প্রথম অংশ|முதல் பெயர்"),
    Target("middle_name", _("Middle name"), "name", words="middle name|additional name|middlename|second name|মধ্য নাম|நடுப் பெயர்"),
    Target("family_name", _("Family name"), "name", words="last name|family name|lastname|surname|last|lname|শেষ নাম|পদবি|বংশের নাম|கடைசி பெயர்|குடும்பப் பெயர்"),
    Target("name_suffix", _("Name suffix"), words="name suffix|suffix|honorific suffix"),
    Target("nickname", _("Nickname"), words="nickname|nick name|alias|known as|preferred name|ডাকনাম|ডাক নাম|செல்லப் பெயர்|புனைப்பெயர்"),
    Target("sort_as", _("Sort as"), words="sort name|file as|sort as"),
    Target("other_name", _("Other name"), "name", True, words="phonetic name|yomi name|maiden name|former name|short name|also known as|other name|alternative name|name in bengali|name in tamil|local name|অন্য নাম|வேறு பெயர்"),
    Target("form_of_address", _("Form of address"), words="form of address|greeting|salutation line|addressed as"),
    Target("birthday", _("Birthday"), "date", words="birthday|birth date|birthdate|date of birth|dob|born|জন্মদিন|জন্ম তারিখ|பிறந்த நாள்|பிறந்த தேதி"),
    Target("job_title", _("Job title"), words="job title|title|position|designation|job position|organization title|occupation|function|role|পদবী|পদ|பதவி"),
    Target("department", _("Department"), words="department|organization department|division|dept|বিভাগ|துறை"),
    Target("company_name", _("Company"), "name", words="company|company name|organization|organisation|organization name|account name|account|employer|associated company|parent company|business name|firm|কোম্পানি|কোম্পানির নাম|প্রতিষ্ঠান|நிறுவனம்|நிறுவனத்தின் பெயர்"),
    Target("company_external_id", _("Company (external id)"), "id", words="account id|company id|accountid|companyid|organization id|associated company id|associated company ids|parent id"),
    Target("works_for_name", _("Also works for"), "name", True),
    Target("works_for_id", _("Also works for (external id)"), "id", True),
    Target("company_domain", _("Company domain"), "url", words="company domain|company domain name|company website"),
    Target("email", _("Mail address"), "email", True, words="email|email address|mail|mail address|mail id|email id|work email|personal email|primary email|emailaddress|ইমেইল|ই মেইল|ইমেইল ঠিকানা|மின்னஞ்சல்|மின்னஞ்சல் முகவரி"),
    Target("email_label", _("Kind of mail address"), many=True),
    Target("phone", _("Telephone"), "phone", True, words="phone|phone number|telephone|telephone number|tel|mobile|mobile number|mobile phone|cell|cell phone|cellphone|contact number|contact no|contact phone|contact phone number|whatsapp|whatsapp number|fax|fax number|msisdn|ফোন|ফোন নম্বর|মোবাইল|মোবাইল নম্বর|মুঠোফোন|টেলিফোন|தொலைபேசி|தொலைபேசி எண்|கைபேசி|கைபேசி எண்|மொபைல்|மொபைல் எண்"),
    Target("phone_label", _("Kind of telephone"), many=True),
    Target("website", _("Website"), "url", True, words="website|web page|web site|homepage|url|web|site|website url|ওয়েবসাইট|இணையதளம்|வலைத்தளம்"),
    Target("website_label", _("Kind of website"), many=True),
    Target("social", _("Social account"), many=True, words="facebook|twitter|linkedin|linkedin url|instagram|telegram|skype|skype id|youtube|tiktok|x handle|twitter handle|facebook url|wechat|line|viber|signal|messenger|xing|threads|mastodon|bluesky"),
    Target("social_label", _("Kind of social account"), many=True),
    Target("address", _("Address in one piece"), many=True, words="address|full address|formatted address|location coordinates|ঠিকানা|முகவரி"),
    Target("address_label", _("Kind of address"), many=True),
    Target("address_street", _("Street"), many=True, words="street|street address|address 1|address line 1|address1|street 1|addr|mailing street|রাস্তা|সড়ক|তெரு|தெரு"),
    Target("address_extended", _("Address, second line"), many=True, words="address 2|address line 2|address2|street 2|street2|extended address|apartment|suite|building"),
    Target("address_third", _("Address, third line"), many=True, words="address 3|address line 3|address3|street 3"),
    Target("address_po_box", _("Post box"), many=True, words="po box|post box|address po box|post office box"),
    Target("address_district", _("District"), many=True, words="district|upazila|thana|taluk|neighborhood|জেলা|উপজেলা|থানা|மாவட்டம்"),
    Target("address_city", _("City"), many=True, words="city|town|locality|শহর|নগর|நகரம்|ஊர்"),
    Target("address_region", _("State or region"), many=True, words="state|region|province|county|state region|state province|state code|রাজ্য|প্রদেশ|மாநிலம்"),
    Target("address_postal_code", _("Postal code"), many=True, words="postal code|zip|zip code|zipcode|postcode|post code|pin|pin code|pincode|postal|পোস্ট কোড|ডাক কোড|அஞ்சல் குறியீடு"),
    Target("address_country", _("Country"), "country", True, words="country|country region|country code|country name|nation|দেশ|நாடு"),
    Target("national_id", _("National id"), words="national id|government id number|nid|nid number|passport|passport number|aadhaar|nic|জাতীয় পরিচয়পত্র|தேசிய அடையாள எண்"),
    Target("language", _("Language"), words="language|preferred language|lang|locale|ভাষা|மொழி"),
    Target("time_zone", _("Time zone"), words="time zone|timezone|tz|সময় অঞ্চল|நேர மண்டலம்"),
    Target("preferred_channel", _("Preferred channel"), words="preferred channel|channel preference|preferred contact method"),
    Target("lifecycle", _("Lifecycle stage"), words="lifecycle|lifecycle stage|customer stage|contact stage"),
    Target("owner", _("Owner"), words="owner|contact owner|lead owner|account owner|assigned to|salesperson|sales rep|sales agent|company owner|owner name|record owner|মালিক|দায়িত্বপ্রাপ্ত|பொறுப்பாளர்"),
    Target("team", _("Team"), words="team|group|sales team|দল|குழு"),
    Target("tags", _("Tags"), "tags", True, words="tags|tag|labels|label|keywords|categories|category|group membership|groups|segments|ট্যাগ|குறிச்சொற்கள்"),
    Target("note", _("Note"), many=True, words="note|notes|comment|comments|description|remarks|remark|about|memo|মন্তব্য|নোট|குறிப்பு|குறிப்புகள்"),
    Target("culture_note", _("Culture note"), words="culture note|culture notes"),
    Target("external_id", _("External id"), "id", words="id|external id|record id|contact id|contactid|lead id|leadid|customer id|identifier|uid|uuid|ref|reference|xml id|customer number|customer no|legacy id|আইডি|গ্রাহক নম্বর|அடையாள எண்"),
    Target("other_id", _("Id in another system"), "id", True),
    Target("source", _("Where the contact came from"), words="lead source|source|origin|original source|referred by|উৎস|மூலம்"),
    Target("created_at", _("Created"), "date", words="created|created time|create date|created date|created at|creation date|date created|created on|তৈরির তারিখ|உருவாக்கிய தேதி"),
)  # fmt: skip

COMPANY_TARGETS = (
    Target("name", _("Company name"), "name", words="name|company name|company|companyname|account name|account|organization|organisation|organization name|business name|customer|customer name|client|client name|bill to|billing name|কোম্পানি|কোম্পানির নাম|প্রতিষ্ঠান|প্রতিষ্ঠানের নাম|নাম|நிறுவனம்|நிறுவனத்தின் பெயர்|பெயர்"),
    Target("legal_name", _("Legal name"), words="legal name|registered name"),
    Target("employees", _("Employees"), "number", words="employees|number of employees|employee count|company size|headcount|কর্মী সংখ্যা|பணியாளர்கள்"),
    Target("registration_number", _("Registration number"), words="registration number|company registration number|trade licence|vat number|tax id|gstin|vat|tin|bin"),
    Target("domain", _("Domain"), "url", words="domain|company domain|company domain name|email domain"),
    Target("industry", _("Industry"), words="industry|sector|companyindustry|company industry|branch|শিল্প|খাত|தொழில்துறை"),
    Target("parent_name", _("Parent company"), "name", words="parent company|subsidiary of|parent account|parent|holding"),
    Target("parent_external_id", _("Parent company (external id)"), "id", words="parent account id|parent company id|parent id"),
    *(target for target in CONTACT_TARGETS if target.key.split("_")[0] in ("email", "phone", "website", "social", "address", "tags", "note", "owner", "team", "source", "created", "language", "lifecycle", "other", "time", "preferred", "culture")),
    Target("external_id", _("External id"), "id", words="id|external id|record id|company id|companyid|account id|accountid|identifier|uid|ref|reference|xml id|customer number|legacy id|আইডি|அடையாள எண்"),
)  # fmt: skip

KINDS: dict[str, tuple[Target, ...]] = {"contacts": CONTACT_TARGETS, "companies": COMPANY_TARGETS}
ADDED: dict[str, dict[str, Target]] = {}


def add_kind(kind: str, base: str, targets: tuple[Target, ...], *, is_alone: bool = False) -> None:
    """Rows of `kind` are rows of `base` with more columns; where both claim a word, the added ones have it.

    Rows that are nobody's (`is_alone`) have no columns but the added ones.
    """
    ADDED[kind] = {target.key: target for target in targets}
    KINDS[kind] = targets if is_alone else (*targets, *KINDS[base])


def targets_of(kind: str) -> dict[str, Target]:
    """The targets for `kind` ("contacts", "companies" or an added one) by key, in the order of the choice on the page."""
    return {target.key: target for target in KINDS[kind]}
