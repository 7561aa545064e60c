"""Price books, their prices, and how much discount one may give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.catalog.events import PricesChanged
from bandhu.catalog.models import DiscountLimit, PriceBook, PriceEntry, Product
from bandhu.catalog.period_values import clean_period
from bandhu.catalog.price_values import check_period, clean_book, clean_percent
from bandhu.catalog.product_values import clean_quantity
from bandhu.customers.actions.records import write_columns
from bandhu.identity.acting import action
from bandhu.identity.models import Role, User
from bandhu.platform import audit, live
from bandhu.platform.events import publish
from bandhu.platform.money import Money

PERMISSION = "catalog.manage_prices"


@dataclass(frozen=True)
class PriceRow:
    """A price to be set: of one unit of `product`, from `min_quantity` on, once or every `recurs`. `price` None takes the tier out."""

    product: Product
    price: Money | None
    min_quantity: Decimal = Decimal(1)
    recurs: str = ""


@action(PERMISSION, on_record=False)
def create_price_book(*, actor: Any, name: str, currency: str, **columns: Any) -> PriceBook:
    """A new, empty book; `columns` any of price_values.BOOK_COLUMNS. Raises ValidationError by field."""
    book = PriceBook(**clean_book({"name": name, "currency": currency, **columns}))
    check_period(book.valid_from, book.valid_to)
    book.save(force_insert=True)
    _tell("created", book, {"name": (None, book.name), "currency": (None, book.currency)}, actor, entries=0)
    return book


@action(PERMISSION, on_record=False)
def change_price_book(book: PriceBook, *, actor: Any, **changes: Any) -> PriceBook:
    """Change any of BOOK_COLUMNS; the currency only while the book is empty. Raises ValidationError by field."""
    fresh = PriceBook.objects.select_for_update(of=("self",)).get(pk=book.pk)
    cleaned = clean_book(changes)
    if cleaned.get("currency", fresh.currency) != fresh.currency and fresh.entries.exists():
        text = _("The book has prices in %(currency)s; a book of another currency is a new book.")
        raise ValidationError({"currency": text % {"currency": fresh.currency}}, code="in_use")
    written = write_columns(fresh, cleaned)
    check_period(fresh.valid_from, fresh.valid_to)
    if written:
        fresh.version += 1
        fresh.save()
        _tell("changed", fresh, written, actor, entries=0)
    return fresh


@action(PERMISSION, on_record=False)
def set_prices(book: PriceBook, rows: Iterable[PriceRow], *, actor: Any) -> int:
    """Set or take out many prices at once, all or none; returns how many differ from what was there.

    Raises ValidationError by row ("0.price", "3.min_quantity").
    """
    fresh = PriceBook.objects.select_for_update(of=("self",)).get(pk=book.pk)
    wanted = _checked_rows(fresh, list(rows))
    known = {(one.product_id, one.recurs, one.min_quantity): one for one in fresh.entries.all()}
    changes: dict[str, tuple[Any, Any]] = {}
    for (product, recurs, tier), price in wanted.items():
        before = known.get((product.pk, recurs, tier))
        if (before.amount_minor if before else None) == (price.minor if price is not None else None):
            continue
        _write_price(fresh, product, recurs, tier, price)
        was = str(Money(before.amount_minor, fresh.currency)) if before else None
        place = f"{product.code} ≥ {tier.normalize():f}" + (f" / {recurs}" if recurs else "")
        changes[place] = (was, str(price) if price is not None else None)
    if changes:
        fresh.version += 1
        fresh.save(update_fields=["version"])
        _tell("changed", fresh, changes, actor, entries=len(changes))
    return len(changes)


@action(PERMISSION, on_record=False)
def set_discount_limit(
    *, actor: Any, percent: Decimal | str | None, role: Role | None = None, user: User | None = None
) -> DiscountLimit | None:
    """How much a role or a person may give without approval; None takes the limit away. Raises ValidationError."""
    if (role is None) == (user is None):
        raise ValidationError(_("A limit belongs to a role or to a person."))
    return _limit({"role": role, "user": user}, percent, actor)


@action(PERMISSION, on_record=False)
def set_role_limits(percents: Mapping[Role, Decimal | str | None], *, actor: Any) -> None:
    """What each of these roles may give without approval, all or none of them. Raises ValidationError by the role's key."""
    problems: dict[str, ValidationError] = {}
    for role, percent in percents.items():
        try:
            _limit({"role": role, "user": None}, percent, actor)
        except ValidationError as problem:
            problems[role.key] = ValidationError(problem.messages)
    if problems:
        raise ValidationError(problems)


def _limit(owner: dict[str, Any], percent: Decimal | str | None, actor: Any) -> DiscountLimit | None:
    before = DiscountLimit.objects.filter(**owner).first()
    made = None
    if percent in (None, ""):
        DiscountLimit.objects.filter(**owner).delete()
    else:
        try:
            wanted = clean_percent(percent, 2)
        except ValidationError as problem:
            raise ValidationError({"percent": problem}) from None
        made, _created = DiscountLimit.objects.update_or_create(**owner, defaults={"percent": wanted})
    if (before and before.percent) == (made and made.percent):
        return made
    changes = {"percent": (before and str(before.percent), made and str(made.percent))}
    title = str(owner["role"] or owner["user"])
    audit.record_change("changed", actor=actor, kind="discount_limit", title=title, changes=changes)
    return made


Wanted = dict[tuple[Product, str, Decimal], Money | None]


def _checked_rows(book: PriceBook, rows: list[PriceRow]) -> Wanted:
    wanted: Wanted = {}
    problems: dict[str, Any] = {}
    for place, row in enumerate(rows):
        try:
            tier, recurs = clean_quantity(row.min_quantity), clean_period(row.recurs) or ""
        except ValidationError as problem:
            problems[f"{place}.min_quantity"] = problem
            continue
        if row.price is not None and row.price.currency != book.currency:
            text = _("This book is in %(currency)s.") % {"currency": book.currency}
            problems[f"{place}.price"] = ValidationError(text, code="currency")
        elif row.price is not None and row.price.minor < 0:
            problems[f"{place}.price"] = ValidationError(_("A price is not negative."), code="negative")
        wanted[row.product, recurs, tier] = row.price
    if problems:
        raise ValidationError(problems)
    return wanted


def _write_price(book: PriceBook, product: Product, recurs: str, tier: Decimal, price: Money | None) -> None:
    place: dict[str, Any] = {"book": book, "product": product, "recurs": recurs, "min_quantity": tier}
    if price is None:
        PriceEntry.objects.filter(**place).delete()
    else:
        PriceEntry.objects.update_or_create(**place, defaults={"amount_minor": price.minor})


def _tell(
    verb: str, book: PriceBook, changes: dict[str, tuple[Any, Any]], actor: Any, *, entries: int
) -> None:
    audit.record_change(
        verb, actor=actor, kind="price_book", record_id=book.pk, title=book.name, changes=changes
    )
    publish(PricesChanged(price_book_id=str(book.pk), title=book.name, entries=entries), actor=actor)
    live.hint(f"price_book:{book.pk}")
