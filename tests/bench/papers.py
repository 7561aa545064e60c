"""Measures how long a quote takes to become a PDF: 40 and 400 lines, in three scripts, without any database.

python -m tests.bench.papers
"""

from __future__ import annotations

import os
import time
from statistics import median
from typing import Any

from tests.bench.report import keep, table

LINES, ROUNDS, AIM = (40, 400), 7, 1.5
_NAMES = {
    "en": "Chair of oak, two metres, oiled by hand",
    "bn": "ক্ষুদ্র শিল্পের জন্য সেগুন কাঠের চেয়ার",
    "ta": "தேக்கு மேசை, இரண்டு மீட்டர், ஸ்ரீ கொள்கை",
}


def main() -> None:
    """Set Django up, measure, keep the table."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    rows = [_row(language, number) for language in _NAMES for number in LINES]
    text = table(["PDF of a quote", "seconds, median", "slowest", "processor seconds", "aim", "kB"], rows)
    print(text)
    keep("papers", "Papers", text)


def _row(language: str, number: int) -> list[Any]:
    from bandhu.quotes.papers import quote_pdf

    walls, processor, size = [], [], 0
    for turn in range(ROUNDS):
        # Each time another text: Typst remembers what it has set before.
        document = _document(language, number, turn)
        began, computed = time.perf_counter(), time.process_time()
        size = len(quote_pdf(document))
        walls.append(time.perf_counter() - began)
        processor.append(time.process_time() - computed)
    name = f"{number} lines, {language}"
    return [
        name, f"{median(walls):.2f}", f"{max(walls):.2f}", f"{median(processor):.2f}", AIM, f"{size / 1000:.0f}"
    ]  # fmt: skip


def _document(language: str, number: int, turn: int) -> dict[str, Any]:
    line = {
        "code": "C-1", "name": _NAMES[language], "description": _NAMES[language], "parts": [], "unit": "C62",
        "quantity": "3", "unit_price_minor": 123_456_750, "discount": "7.5", "net_minor": 342_592_481,
    }  # fmt: skip
    sums = dict.fromkeys(
        ("gross_minor", "discount_minor", "net_minor", "tax_minor", "total_minor"), 123_456_789
    )
    return {
        "number": "Q-2026-0001", "ordinal": 1, "title": _NAMES[language], "heading": "Quotation", "language": language,
        "country": "BD", "currency": "BDT", "made_on": "2026-11-22", "valid_until": "2026-12-22", "colour": "#0f766e",
        "logo": "", "sender": "Meghna Traders", "seller": "Rupa", "introduction": _NAMES[language], "terms": "", "footer": "",
        "customer": {"name": "Anika", "company": "Padma", "registration": "", "address": ["Dhaka"]},
        "lines": [{**line, "name": f"{_NAMES[language]} {turn}-{place}", "code": f"{turn}{place}"} for place in range(number)],
        "sums": sums,
        "taxes": [{"name": "VAT", "percent": "15", "is_inclusive": False, "net_minor": 1, "tax_minor": 1}],
    }  # fmt: skip


if __name__ == "__main__":
    main()
