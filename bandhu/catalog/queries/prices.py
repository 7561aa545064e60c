"""What something costs, and why; which tax is due; how much discount one may give.

Of the price books that fit (active, valid on the day, in the currency asked for, of the customer's country or none, of one of the
customer's tags or none, and with a price for the quantity) the first in this order counts:

1. the higher priority;
2. a book for a tag before one for everybody;
3. a book for the country before one for any;
4. the one that became valid last;
5. the older one by its id, so that the choice is the same every time.

Something that is paid every month, quarter or year costs what a book says for that period; where no book that fits does, the price
without a period counts each time. What is paid once never costs what is written for a period.

In that book the tier with the largest quantity not above the one asked for counts. A variant without prices of its own in a book
costs there what its parent costs; a bundle without one costs what its parts cost together, where all of them have a price.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.catalog.models import DiscountLimit, PriceBook, PriceEntry, Product, TaxRate
from bandhu.catalog.queries.currencies import rounding_of
from bandhu.catalog.totals import Tax
from bandhu.identity.models import Role, User
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.money import Money, total
from bandhu.ui import formats

VIEW = "catalog.view_product"


class NoPrice(ValidationError):
    """No price book has a price for this product, quantity and customer."""

    def __init__(self, product: Product, currency: str) -> None:
        if currency:
            text = _(
                "No price book has a price for “%(product)s” in %(currency)s that fits. Type the price, or add it to a book."
            )
        else:
            text = _(
                "No price book has a price for “%(product)s” that fits. Type the price, or add it to a book."
            )
        super().__init__(text % {"product": product.name, "currency": currency}, code="no_price")


@dataclass(frozen=True)
class Price:
    """The price of one unit, from which book and tier, and whose price it is (the product's, its parent's or its parts').

    `period` is "" where it is the price of one time.
    """

    amount: Money
    book: PriceBook
    min_quantity: Decimal
    source: str
    period: str = ""

    @property
    def explanation(self) -> str:
        """One sentence for the seller."""
        words = {
            "book": self.book.name,
            "quantity": formats.number(self.min_quantity, formats.current_reader()),
        }
        sentences = {
            "product": _("From the price book “%(book)s”, from a quantity of %(quantity)s on."),
            "parent": _(
                "From the price book “%(book)s”, the price of the main product, from a quantity of %(quantity)s on."
            ),
            "parts": _("From the price book “%(book)s”, the sum of the parts."),
        }
        return sentences[self.source] % words


@dataclass(frozen=True)
class Buyer:
    """What of a customer decides about prices: the country, and the ids of the tags."""

    country: str = ""
    tags: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, customer: Any) -> Buyer:
        """Of a contact or a company."""
        return cls(customer.country, frozenset(customer.tags.values_list("pk", flat=True)))


class PriceFinder:
    """What things cost for one buyer on one day: the books that fit are read once, the prices of all `products` in one statement.

    `first` is a book to be asked before the others (the one a quote was given), where it is among those that fit.
    """

    def __init__(
        self,
        user: Any,
        products: Iterable[Product],
        *,
        buyer: Buyer | None = None,
        currency: str = "",
        on: date | None = None,
        first: PriceBook | None = None,
    ) -> None:
        require_anywhere(user, VIEW)
        self.currency = currency
        self.books = _fitting(buyer or Buyer(), currency, on or timezone.localdate())
        if first in self.books:
            self.books.sort(key=lambda book: book != first)
        self._tables = _price_tables(self.books, list(products))

    def price(self, product: Product, quantity: Decimal, period: str = "") -> Price:
        """The price of one unit, once or each `period`. A negative quantity (something taken back) costs what its positive twin costs.

        Raises NoPrice.
        """
        wanted = abs(quantity) or Decimal(1)
        for every in dict.fromkeys((period, "")):
            for book in self.books:
                found = _price_in(book, product, wanted, self._tables, every)
                if found is not None:
                    return found
        raise NoPrice(product, self.currency)


def price_for(
    user: Any,
    product: Product,
    quantity: Decimal,
    *,
    buyer: Buyer | None = None,
    currency: str = "",
    on: date | None = None,
    period: str = "",
) -> Price:
    """The price of one unit for this buyer on this day (default: today) by the rules of this module. Raises NoPrice, a ValidationError."""
    return PriceFinder(user, [product], buyer=buyer, currency=currency, on=on).price(
        product, quantity, period
    )


def books_that_fit(user: Any, *, buyer: Buyer, currency: str, on: date | None = None) -> list[PriceBook]:
    """The books that count for a buyer, the first one first."""
    require_anywhere(user, VIEW)
    return _fitting(buyer, currency, on or timezone.localdate())


def _fitting(buyer: Buyer, currency: str, on: date) -> list[PriceBook]:
    """The books that fit, in the order in which they count."""
    rows = PriceBook.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=on),
        Q(valid_to=None) | Q(valid_to__gte=on),
        Q(country="") | Q(country=buyer.country),
        Q(tag=None) | Q(tag__in=buyer.tags),
        is_active=True,
    )
    if currency:
        rows = rows.filter(currency=currency)
    return sorted(rows, key=_rank)


def _rank(book: PriceBook) -> tuple[Any, ...]:
    began = -(book.valid_from.toordinal() if book.valid_from else 0)
    return (-book.priority, book.tag_id is None, not book.country, began, book.pk)


Tables = dict[tuple[UUID, UUID, str], list[PriceEntry]]


def _price_tables(books: Sequence[PriceBook], products: Sequence[Product]) -> Tables:
    """Every tier that may matter, by book, product and period, the highest first: one query for them all."""
    prefetch_related_objects(products, "parts")
    wanted: set[UUID | None] = set()
    for product in products:
        wanted |= {product.pk, product.parent_id, *(one.part_id for one in product.parts.all())}
    tables: Tables = {}
    rows = PriceEntry.objects.filter(book__in=books, product__in=wanted - {None}).order_by("-min_quantity")
    for entry in rows:
        tables.setdefault((entry.book_id, entry.product_id, entry.recurs), []).append(entry)
    return tables


def _price_in(
    book: PriceBook, product: Product, quantity: Decimal, tables: Tables, period: str
) -> Price | None:
    for owner, source in ((product.pk, "product"), (product.parent_id, "parent")):
        entry = _tier(tables.get((book.pk, owner, period), []) if owner else [], quantity)
        if entry is not None:
            return Price(Money(entry.amount_minor, book.currency), book, entry.min_quantity, source, period)
    return _price_of_parts(book, product, quantity, tables, period)


def _tier(entries: Sequence[PriceEntry], quantity: Decimal) -> PriceEntry | None:
    return next((one for one in entries if one.min_quantity <= quantity), None)


def _price_of_parts(
    book: PriceBook, product: Product, quantity: Decimal, tables: Tables, period: str
) -> Price | None:
    parts = list(product.parts.all())
    amounts = []
    for one in parts:
        entry = _tier(tables.get((book.pk, one.part_id, period), []), quantity * one.quantity)
        if entry is None:
            return None
        unit = Money(entry.amount_minor, book.currency)
        amounts.append(unit.times(one.quantity, rounding_of(book.currency)))
    if not parts:
        return None
    return Price(total(amounts, book.currency), book, Decimal(1), "parts", period)


def price_books(user: Any) -> QuerySet[PriceBook]:
    """All books with how many prices they have (`prices`), in the order of their priority; raises Denied."""
    require_anywhere(user, VIEW)
    rows = PriceBook.objects.annotate(prices=Count("entries")).select_related("tag")
    return rows.order_by("-priority", "name", "pk")


def price_book_for(user: Any, book_id: UUID) -> PriceBook:
    """One; raises Denied or OutOfReach."""
    found = price_books(user).filter(pk=book_id).first()
    if found is None:
        raise OutOfReach
    return found


def entries_of(user: Any, book: PriceBook) -> QuerySet[PriceEntry]:
    """The prices of a book by product and tier."""
    require_anywhere(user, VIEW)
    return book.entries.select_related("product").order_by(
        "product__sort_key", "product_id", "recurs", "min_quantity"
    )


def prices_of(user: Any, product: Product) -> QuerySet[PriceEntry]:
    """The prices of a product in all books, the most important book first."""
    require_anywhere(user, VIEW)
    rows = product.prices.select_related("book", "book__tag")
    return rows.order_by("-book__priority", "book__name", "recurs", "min_quantity")


def tax_for(product: Product, country: str, on: date) -> Tax | None:
    """The tax on the product in a country on a day; None where the administrator wrote none."""
    if product.tax_class_id is None or not country:
        return None
    found = (
        TaxRate.objects.filter(tax_class=product.tax_class_id, country=country, valid_from__lte=on)
        .filter(Q(valid_to=None) | Q(valid_to__gte=on))
        .order_by("-valid_from")
        .first()
    )
    return Tax(found.name, found.percent, found.is_inclusive) if found else None


def taxes_in(country: str, on: date) -> dict[str, Tax]:
    """Every tax of a country on a day, by the key of its class."""
    rows = TaxRate.objects.filter(country=country, valid_from__lte=on).filter(
        Q(valid_to=None) | Q(valid_to__gte=on)
    )
    # Of two that are valid the later one counts: it is written last.
    return {
        rate.tax_class.key: Tax(rate.name, rate.percent, rate.is_inclusive)
        for rate in rows.select_related("tax_class").order_by("valid_from")
    }


def tax_rates(user: Any) -> QuerySet[TaxRate]:
    """Every tax rate by country and class, the newest first; raises Denied."""
    require_anywhere(user, VIEW)
    return TaxRate.objects.select_related("tax_class").order_by(
        "country", "tax_class__position", "-valid_from"
    )


def discount_limit_of(user: User) -> Decimal | None:
    """How much discount in percent the user may give without approval; None means any.

    The limit of the person counts before those of roles; of several roles the highest counts. Who holds a role without a limit is
    limited by the other roles only; who has no limit at all may give any discount.
    """
    own = DiscountLimit.objects.filter(user=user).values_list("percent", flat=True).first()
    if own is not None:
        return own
    limits = DiscountLimit.objects.filter(role__in=user.roles.all()).values_list("percent", flat=True)
    return max(limits, default=None)


def discount_limits(user: Any) -> tuple[list[Any], QuerySet[DiscountLimit]]:
    """Every role with its limit as `limit` (None for none), and the limits of persons; raises Denied."""
    require_anywhere(user, "catalog.manage_prices")
    roles = list(Role.objects.annotate(limit=F("discount_limit__percent")).order_by("name"))
    return roles, DiscountLimit.objects.filter(user__isnull=False).select_related("user").order_by(
        "user__full_name"
    )
