"""Fields of the house's own: what a trader wants to know of its customers, named in three languages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bandhu.identity.models import User
from bandhu.platform.actions import create_field
from bandhu.platform.custom_fields import clean_value
from bandhu.platform.models import CustomField
from bandhu.workspace.demo.customers import Book

_TIERS = {
    "gold": ("Gold", "স্বর্ণ", "தங்கம்"),
    "silver": ("Silver", "রৌপ্য", "வெள்ளி"),
    "bronze": ("Bronze", "ব্রোঞ্জ", "வெண்கலம்"),
}
_DAYS = {
    "sun": ("Sunday", "রবিবার", "ஞாயிறு"),
    "tue": ("Tuesday", "মঙ্গলবার", "செவ்வாய்"),
    "thu": ("Thursday", "বৃহস্পতিবার", "வியாழன்"),
}


def _choices(words: dict[str, tuple[str, str, str]]) -> dict[str, Any]:
    return {"choices": [{"key": key, "labels": _labels(*names)} for key, names in words.items()]}


def _labels(english: str, bengali: str, tamil: str) -> dict[str, str]:
    return {"en": english, "bn": bengali, "ta": tamil}


# kind, type, labels, options, may be filtered by, share of records that have it
_FIELDS: tuple[tuple[str, str, dict[str, str], dict[str, Any], bool, float], ...] = (
    ("contact", "choice", _labels("Tier", "স্তর", "நிலை"), _choices(_TIERS), True, 0.6),
    ("contact", "money", _labels("Credit limit", "বাকির সীমা", "கடன் வரம்பு"), {"currency": "BDT"}, False, 0.3),
    ("contact", "date", _labels("Customer since", "গ্রাহক হয়েছেন", "வாடிக்கையாளரான நாள்"), {}, False, 0.4),
    (
        "contact",
        "choices",
        _labels("Delivery days", "ডেলিভারির দিন", "விநியோக நாட்கள்"),
        _choices(_DAYS),
        False,
        0.3,
    ),
    ("contact", "boolean", _labels("Halal only", "শুধু হালাল", "ஹலால் மட்டும்"), {}, False, 0.25),
    (
        "company",
        "number",
        _labels("Shop size (m²)", "দোকানের আয়তন (বর্গমিটার)", "கடை அளவு (ச.மீ)"),
        {"minimum": 0},
        False,
        0.5,
    ),
    ("company", "boolean", _labels("Own warehouse", "নিজস্ব গুদাম", "சொந்தக் கிடங்கு"), {}, False, 0.5),
)


def add_own_fields(book: Book, actor: User) -> None:
    """Define the fields and give values to some customers of the book, before it is copied in."""
    for kind, type, labels, options, filterable, share in _FIELDS:
        field = create_field(
            actor=actor, kind=kind, type=type, labels=labels, options=options, is_filterable=filterable
        )
        records: list[Any] = book.contacts if kind == "contact" else book.companies
        for record in records:
            if book.rng.random() < share:
                record.custom[field.key] = clean_value(field, _value(book, field))


def _value(book: Book, field: CustomField) -> Any:
    rng = book.rng
    if field.type == CustomField.Type.CHOICE:
        return rng.choice(list(_TIERS))
    if field.type == CustomField.Type.CHOICES:
        return rng.sample(list(_DAYS), rng.choice((1, 2)))
    if field.type == CustomField.Type.MONEY:
        return {"amount": rng.randrange(1, 40) * 2_500_000, "currency": "BDT"}
    if field.type == CustomField.Type.DATE:
        return (book.now - timedelta(days=rng.randrange(100, 4_000))).date()
    return rng.random() < 0.5 if field.type == CustomField.Type.YES_NO else rng.randrange(8, 900)
