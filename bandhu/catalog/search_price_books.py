"""What the search finds among price books: their names, with the currency and for whom they are."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.models import PriceBook
from bandhu.platform.registries import SearchKind
from bandhu.platform.search.texts import Hits, has_words, in_order

# Below what is found by its name, as other things that are set up.
BEST = 0.55


def find_price_books(user: Any, text: str, limit: int) -> Hits:
    """Those in use first; words may be those of the currency, the country's code and the tag too."""
    rows = PriceBook.objects.filter(has_words(text, "name", "currency", "country", "tag__name"))
    found = rows.select_related("tag").order_by("-is_active", "-priority", "name", "pk")[:limit]
    return in_order(((one.pk, one.name, _detail(one)) for one in found), BEST)


def _detail(one: PriceBook) -> str:
    state = "" if one.is_active else str(_("Not in use"))
    return " · ".join(part for part in (one.currency, one.country, str(one.tag or ""), state) if part)


PRICE_BOOKS = SearchKind(
    name="price_book",
    label=_("Price book"),
    icon="book-open",
    url=lambda pk: reverse("catalog:price_book", args=[pk]),
    visible_to=lambda user: PriceBook.objects.all(),
    find=find_price_books,
    view_permission="catalog.view_product",
    position=60,
)
