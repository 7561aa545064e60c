"""What Bandhu Traders sells: machines and services for small factories and shops, priced in taka, rupees and dollars."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from bandhu.catalog import actions
from bandhu.catalog.models import ExchangeRate, PriceBook, Product, TaxClass
from bandhu.identity.models import Role, User
from bandhu.platform.money import Money, Rounding

# code, English, Bengali, Tamil, category, unit, tax class, price in taka
_GOODS: tuple[tuple[str, str, str, str, str, str, str, int], ...] = (
    ("TX-BASIC", "Tarango Basic", "তরঙ্গ বেসিক", "தரங்கா பேசிக்", "Sewing machines", "C62", "standard", 38_500),
    ("TX-PRO", "Tarango Pro", "তরঙ্গ প্রো", "தரங்கா புரோ", "Sewing machines", "C62", "standard", 64_900),
    ("TX-PLUS", "Tarango Plus", "তরঙ্গ প্লাস", "தரங்கா பிளஸ்", "Sewing machines", "C62", "standard", 91_000),
    ("MG-SPECIAL", "Megh Special", "মেঘ স্পেশাল", "மேக் ஸ்பெஷல்", "Cutting tables", "C62", "standard", 5_800),
    ("MG-ADVANCED", "Megh Advanced", "মেঘ অ্যাডভান্সড", "மேக் அட்வான்ஸ்டு", "Cutting tables", "C62", "standard", 112_000),
    ("NDK-500", "Nodi 500", "নদী ৫০০", "நதி 500", "Steam boilers", "C62", "standard", 2_675_000),
    ("NDK-50", "Nodi 50", "নদী ৫০", "நதி 50", "Steam boilers", "C62", "standard", 318_000),
    ("THREAD-40", "Thread 40/2, 5,000 m", "সুতা ৪০/২, ৫,০০০ মি", "நூல் 40/2, 5,000 மீ", "Supplies", "C62", "reduced", 145),
    ("OIL-5", "Machine oil, 5 litres", "মেশিনের তেল, ৫ লিটার", "இயந்திர எண்ணெய், 5 லிட்டர்", "Supplies", "LTR", "standard", 2_350),
    ("SETUP", "Setting up", "বসানো", "நிறுவுதல்", "Services", "HUR", "standard", 1_800),
    ("TRAINING", "Training on the machine", "মেশিনে প্রশিক্ষণ", "இயந்திரப் பயிற்சி", "Services", "DAY", "exempt", 12_000),
    ("CARE", "Care for a year", "এক বছরের সেবা", "ஓராண்டு பராமரிப்பு", "Services", "ANN", "standard", 9_600),
    ("WATCH", "Remote watch of the machines", "দূর থেকে যন্ত্রের নজরদারি", "இயந்திரங்களின் தொலைக் கண்காணிப்பு", "Services", "C62", "standard", 1_500),
)  # fmt: skip
_COLOURS = (
    ("WHITE", "white", "সাদা", "வெள்ளை"),
    ("BLACK", "black", "কালো", "கருப்பு"),
    ("RED", "red", "লাল", "சிவப்பு"),
)
# Sold for a term of so many periods; what it costs each time, in taka.
_AGAIN: dict[str, tuple[str, int, dict[str, int]]] = {
    "WATCH": ("month", 12, {"month": 1_500, "year": 15_000})
}
_BUNDLE = {"TX-PRO": 4, "MG-SPECIAL": 1, "THREAD-40": 48, "SETUP": 6}
# Units of taka for one unit, about which the invented rates wander.
_RATES = {"USD": Decimal("121.5"), "INR": Decimal("1.42"), "LKR": Decimal("0.405")}
_TAXES = (("BD", "standard", "VAT", "15"), ("BD", "reduced", "VAT", "7.5"), ("IN", "standard", "GST", "18"), ("IN", "reduced", "GST", "5"), ("LK", "standard", "VAT", "18"))  # fmt: skip
_MONTHS = 24


def stock_goods(actor: User, rng: Random, now: datetime) -> None:
    """Currencies with two years of rates, taxes, products, and a price book for each of three countries."""
    actions.choose_base_currency(actor=actor, code="BDT")
    _write_rates(actor, rng, now)
    for country, tax_class, name, percent in _TAXES:
        actions.set_tax_rate(
            actor=actor,
            tax_class=TaxClass.objects.get(key=tax_class),
            country=country,
            name=name,
            percent=percent,
            valid_from=(now - timedelta(days=800)).date(),
        )
    goods = _make_products(actor)
    for name, currency, country in (("Bangladesh", "BDT", ""), ("India", "INR", "IN"), ("Export", "USD", "")):
        _write_prices(actor, name, currency, country, goods)
    actions.set_discount_limit(actor=actor, role=Role.objects.get(key="sales"), percent="10")


def _write_rates(actor: User, rng: Random, now: datetime) -> None:
    """On the first of each month, a little up or down."""
    rows = []
    for code, middle in _RATES.items():
        currency = actions.add_currency(actor=actor, code=code)
        for month in range(_MONTHS):
            on = (now - timedelta(days=30 * month)).date().replace(day=1)
            wandered = middle * (1 + Decimal(rng.randrange(-150, 150)) / 10_000)
            rows.append(ExchangeRate(currency=currency, on=on, rate=round(wandered, 4), recorded_by=actor))
    ExchangeRate.objects.bulk_create(rows, ignore_conflicts=True)


def _make_products(actor: User) -> list[tuple[Product, int]]:
    made = []
    for code, english, bengali, tamil, category, unit, tax_class, price in _GOODS:
        names = {"en": english, "bn": bengali, "ta": tamil}
        facts: dict[str, Any] = {"category": category, "unit": unit, "tax_class": tax_class}
        if code in _AGAIN:
            facts |= dict(zip(("recurs", "times"), _AGAIN[code], strict=False))
        made.append((actions.create_product(actor=actor, code=code, names=names, **facts), price))
    by_code = {product.code: product for product, _price in made}
    for code, english, bengali, tamil in _COLOURS:
        thread = by_code["THREAD-40"]
        names = {"en": f"Thread 40/2, {english}", "bn": f"সুতা ৪০/২, {bengali}", "ta": f"நூல் 40/2, {tamil}"}
        actions.create_product(
            actor=actor, code=f"THREAD-40-{code}", names=names, parent=thread, attributes={"Colour": english},
            category="Supplies", tax_class="reduced",
        )  # fmt: skip
    bundle = actions.create_product(
        actor=actor, code="STARTER", names={"en": "Workshop starter set", "bn": "কারখানা শুরুর সেট", "ta": "பட்டறைத் தொடக்கத் தொகுப்பு"},
        category="Sewing machines", unit="SET", tax_class="standard",
    )  # fmt: skip
    for code, quantity in _BUNDLE.items():
        actions.set_part(bundle, actor=actor, part=by_code[code], quantity=str(quantity))
    return made


def _write_prices(
    actor: User, name: str, currency: str, country: str, goods: list[tuple[Product, int]]
) -> PriceBook:
    """Every product, and from ten on five percent less."""
    book = actions.create_price_book(
        actor=actor, name=name, currency=currency, country=country, priority=10 if country else 0
    )
    rate = _RATES.get(currency, Decimal(1))
    rows = []
    for product, taka in goods:
        price = Money.of(Decimal(taka) / rate, currency, Rounding.HALF_UP)
        rows.append(actions.PriceRow(product, price))
        for period, each in _AGAIN.get(product.code, ("", 0, {}))[2].items():
            every = Money.of(Decimal(each) / rate, currency, Rounding.HALF_UP)
            rows.append(actions.PriceRow(product, every, recurs=period))
        if product.category != "Services":
            rows.append(actions.PriceRow(product, price.times(Decimal("0.95")), Decimal(10)))
    actions.set_prices(book, rows, actor=actor)
    return book
