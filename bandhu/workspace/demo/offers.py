"""A few quotes to look at: drafts, sent ones, accepted ones with their orders, a declined one; in Bengali, Tamil and English."""

from __future__ import annotations

from random import Random
from typing import Any

from bandhu.catalog.models import PriceEntry, Product
from bandhu.identity.models import User
from bandhu.quotes import actions
from bandhu.quotes.models import Quote, QuoteTemplate
from bandhu.sales.models import Opportunity, StageKind

# How far each quote has come, one after the other.
_WAYS = ("sent", "draft", "accepted", "sent", "declined", "rewritten", "accepted", "draft")
_LANGUAGES = ("bn", "en", "ta")
_TEXTS: dict[str, Any] = {
    "introductions": {
        "en": "Dear {customer},\nthank you for your enquiry. We are glad to offer you:",
        "bn": "প্রিয় {customer},\nআপনার অনুসন্ধানের জন্য ধন্যবাদ। আমরা আপনাকে প্রস্তাব করছি:",
        "ta": "அன்புள்ள {customer},\nஉங்கள் விசாரணைக்கு நன்றி. நாங்கள் வழங்குவது:",
    },
    "terms": {
        "en": "Payment within 14 days of delivery.",
        "bn": "সরবরাহের ১৪ দিনের মধ্যে মূল্য পরিশোধ।",
        "ta": "வழங்கிய 14 நாட்களுக்குள் பணம் செலுத்தவும்.",
    },
    "titles": {"bn": "মূল্যপ্রস্তাব", "ta": "விலைப்புள்ளி"},
}


def write_offers(actor: User, rng: Random) -> int:
    """Quotes for some open opportunities in BDT, each by its owner; prices and a template must be there. Returns how many."""
    _make_template(actor)
    priced = PriceEntry.objects.filter(book__currency="BDT", book__tag=None, book__country__in=("", "BD"))
    goods = list(
        Product.objects.filter(pk__in=priced.values("product"), is_active=True).order_by("code")[:12]
    )
    sellers = User.objects.filter(roles__key__in=("sales", "manager"))
    rows = Opportunity.objects.filter(
        state=StageKind.OPEN, currency="BDT", company__country="BD", owner__in=sellers
    )
    chosen = rows.select_related("owner", "company", "contact").order_by("created_at", "pk")[: len(_WAYS)]
    if not goods:
        return 0
    for place, opportunity in enumerate(chosen):
        language = _LANGUAGES[place % len(_LANGUAGES)]
        _walk(_write(opportunity, language, goods, rng), _WAYS[place], opportunity.owner)
    return len(chosen)


def _make_template(actor: User) -> QuoteTemplate:
    sender = "Meghna Traders Ltd.\n12 Motijheel, Dhaka 1000"
    template: QuoteTemplate = actions.set_template(
        None, actor=actor, name="House style", colour="#1d4ed8", sender=sender, **_TEXTS
    )
    return template


def _write(opportunity: Opportunity, language: str, goods: list[Product], rng: Random) -> Quote:
    lines: list[dict[str, Any]] = [
        {"product": product, "quantity": rng.choice((1, 2, 5, 10, 25))}
        for product in rng.sample(goods, min(len(goods), 4))
    ]
    lines[0]["discount"] = "5"
    quote: Quote = actions.create_quote(
        actor=opportunity.owner, opportunity=opportunity, language=language, currency="BDT", lines=lines
    )
    return quote


def _walk(quote: Quote, way: str, owner: Any) -> None:
    if way == "draft":
        return
    quote = actions.send_quote(quote, actor=owner)
    if way == "accepted":
        actions.accept_quote(quote, actor=owner, signed_name=str(quote.customer))
    elif way == "declined":
        actions.decline_quote(quote, actor=owner, reason="Too expensive")
    elif way == "rewritten":
        actions.begin_version(quote, actor=owner)
