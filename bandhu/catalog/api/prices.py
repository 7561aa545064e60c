"""REST: price books, their prices, what something costs, taxes, discount limits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from bandhu.catalog import actions, queries
from bandhu.catalog.period_values import clean_period
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.money import Money, MoneyError
from bandhu.platform.rest import (
    Day,
    Given,
    PageOf,
    Paging,
    PagingQuery,
    answers,
    held_as_read,
    page_of,
    stamped,
)

router = Router(tags=["prices"])
MOST_PRICES = 5_000


class _BookAsRead(Schema):
    """What somebody may have set otherwise meanwhile: its ETag stands for it, and not for its prices."""

    id: UUID
    name: str
    currency: str
    country: str
    tag_id: UUID | None
    valid_from: date | None
    valid_to: date | None
    priority: int
    is_active: bool


class BookOut(_BookAsRead):
    """`country` "" and `tag_id` null mean any; `prices` is how many prices it has."""

    prices: int


class BookPatch(Given):
    """What is sent is changed."""

    name: str | None = Field(None, max_length=120)
    currency: str | None = Field(None, max_length=3)
    country: str | None = Field(None, max_length=2)
    tag_id: UUID | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    priority: int | None = None
    is_active: bool | None = None


class BookIn(BookPatch):
    """A name and a currency in use."""

    name: str = Field(max_length=120)
    currency: str = Field(max_length=3)


class PriceEntryOut(Schema):
    """The price of one unit from `min_quantity` on, in minor units of the book's currency; with `recurs` it is paid every such period."""

    product_id: UUID
    code: str
    min_quantity: Decimal
    recurs: str
    amount_minor: int


class EntriesQuery(Paging):
    """`q`: words of the product's name in any language, or the beginning of its code."""

    q: str = Field("", max_length=100)
    product_id: UUID | None = None


class EntryIn(Given):
    """`amount_minor` null takes the tier out."""

    product_id: UUID
    min_quantity: Decimal = Decimal(1)
    recurs: Literal["", "month", "quarter", "year"] = ""
    amount_minor: int | None


class EntriesIn(Given):
    """Many at once: all or none."""

    items: list[EntryIn] = Field(max_length=MOST_PRICES)


class EntriesSet(Schema):
    """How many were new or different."""

    number: int


class Asked(Schema):
    """For whom and when: country and tags as a customer has them; `recurs` asks for the price of a month, a quarter or a year."""

    quantity: Decimal = Decimal(1)
    currency: str = ""
    country: str = ""
    tag_id: list[UUID] = Field(default_factory=list)
    recurs: str = ""
    on: Day | None = None


class PriceOut(Schema):
    """What one unit costs, from which book and tier, in words too; and the tax of the country, if one is written."""

    amount_minor: int
    currency: str
    price_book_id: UUID
    min_quantity: Decimal
    recurs: str = ""
    explanation: str
    tax_name: str = ""
    tax_percent: Decimal | None = None
    tax_is_inclusive: bool = False


class TaxRateOut(Schema):
    """Valid from one day to another, or without end."""

    id: UUID
    tax_class: str
    country: str
    name: str
    percent: Decimal
    is_inclusive: bool
    valid_from: date
    valid_to: date | None


class TaxRateIn(Given):
    """A rate that was valid without end ends the day before."""

    tax_class: str = Field(max_length=40)
    country: str = Field(max_length=2)
    name: str = Field(max_length=40)
    percent: Decimal
    is_inclusive: bool = False
    valid_from: Day
    valid_to: Day | None = None


@router.get("/price-books", response=answers(PageOf[BookOut]))
def list_price_books(request: HttpRequest, paging: PagingQuery) -> Any:
    """All books, the highest priority first."""
    return page_of(queries.price_books(request.user), ["-priority", "id"], paging, _book)


@router.post("/price-books", response=answers(BookOut, 201))
def create_price_book(request: HttpRequest, response: HttpResponse, payload: BookIn) -> Any:
    """A new, empty book."""
    made = actions.create_price_book(actor=request.user, **_arguments(payload))
    return Status(201, _answer(request, response, made.pk))


@router.get("/price-books/{book_id}", response=answers(BookOut))
def get_price_book(request: HttpRequest, response: HttpResponse, book_id: UUID) -> Any:
    """One book; its prices stand under `/entries`. The ETag stands for how it is set up."""
    return _answer(request, response, book_id)


@router.patch("/price-books/{book_id}", response=answers(BookOut))
def change_price_book(request: HttpRequest, response: HttpResponse, book_id: UUID, payload: BookPatch) -> Any:
    """Whom it is for, when, and how it ranks; the currency only while it is empty. With If-Match, one that was set up otherwise since is
    refused (412)."""
    found = queries.price_book_for(request.user, book_id)
    require_anywhere(request.user, "catalog.manage_prices")
    with held_as_read(request, _BookAsRead, found):
        actions.change_price_book(found, actor=request.user, **_arguments(payload))
    return _answer(request, response, book_id)


@router.get("/price-books/{book_id}/entries", response=answers(PageOf[PriceEntryOut]))
def list_price_entries(
    request: HttpRequest, book_id: UUID, asked: Annotated[EntriesQuery, Query(...)]
) -> Any:
    """The prices of a book, or of the products that are asked for."""
    rows = queries.entries_of(request.user, queries.price_book_for(request.user, book_id))
    if text := asked.q.strip():
        rows = rows.filter(product__in=queries.products_like(request.user, text))
    if asked.product_id is not None:
        rows = rows.filter(product=asked.product_id)
    return page_of(rows, ["product_id", "recurs", "min_quantity"], asked, _entry)


@router.put("/price-books/{book_id}/entries", response=answers(EntriesSet))
def set_price_entries(request: HttpRequest, book_id: UUID, payload: EntriesIn) -> Any:
    """Set or take out many prices at once: all of them or, where one is wrong, none. Others stay."""
    book = queries.price_book_for(request.user, book_id)
    known = queries.products(request.user).in_bulk([one.product_id for one in payload.items])
    rows, problems = [], {}
    for place, one in enumerate(payload.items):
        try:
            price = None if one.amount_minor is None else Money(one.amount_minor, book.currency)
            rows.append(actions.PriceRow(known[one.product_id], price, one.min_quantity, one.recurs))
        except KeyError:
            problems[f"{place}.product_id"] = _("There is no such product.")
        except MoneyError as problem:
            problems[f"{place}.amount_minor"] = problem.message
    if problems:
        raise ValidationError(problems)
    return {"number": actions.set_prices(book, rows, actor=request.user)}


@router.get("/products/{product_id}/price", response=answers(PriceOut))
def get_price(request: HttpRequest, product_id: UUID, asked: Query[Asked]) -> Any:
    """What the product costs this customer on this day, and why; 422 where no book has a price."""
    product = queries.product_for(request.user, product_id)
    on = asked.on or timezone.localdate()
    buyer = queries.Buyer(asked.country.upper(), frozenset(asked.tag_id))
    found = queries.price_for(
        request.user, product, asked.quantity, buyer=buyer, currency=asked.currency.upper(), on=on,
        period=clean_period(asked.recurs) or "",
    )  # fmt: skip
    tax = queries.tax_for(product, buyer.country, on)
    return {
        "amount_minor": found.amount.minor,
        "currency": found.amount.currency,
        "price_book_id": found.book.pk,
        "min_quantity": found.min_quantity,
        "recurs": found.period,
        "explanation": found.explanation,
        "tax_name": tax.name if tax else "",
        "tax_percent": tax.percent if tax else None,
        "tax_is_inclusive": tax is not None and tax.is_inclusive,
    }


@router.get("/tax-rates", response=answers(PageOf[TaxRateOut]))
def list_tax_rates(request: HttpRequest, paging: PagingQuery) -> Any:
    """By country, the newest first."""
    return page_of(queries.tax_rates(request.user), ["country", "-valid_from", "id"], paging, _tax_rate)


@router.post("/tax-rates", response=answers(TaxRateOut, 201))
def set_tax_rate(request: HttpRequest, payload: TaxRateIn) -> Any:
    """The tax of a class in a country from a day on."""
    sent = payload.dict()
    tax_class = queries.tax_class_for(sent.pop("tax_class"))
    return Status(201, _tax_rate(actions.set_tax_rate(actor=request.user, tax_class=tax_class, **sent)))


@router.delete("/tax-rates/{tax_rate_id}", response=answers(None, 204))
def remove_tax_rate(request: HttpRequest, tax_rate_id: UUID) -> Any:
    """A rate entered by mistake. What was quoted with it keeps it."""
    found = queries.tax_rates(request.user).filter(pk=tax_rate_id).first()
    if found is None:
        raise OutOfReach
    actions.remove_tax_rate(found, actor=request.user)
    return Status(204, None)


def _arguments(payload: Schema) -> dict[str, Any]:
    """What was sent, as the actions take it."""
    sent = payload.dict(exclude_unset=True)
    if "tag_id" in sent:
        sent["tag"] = str(sent.pop("tag_id") or "")
    return sent


def _answer(request: HttpRequest, response: HttpResponse, book_id: UUID) -> dict[str, Any]:
    found = queries.price_book_for(request.user, book_id)
    stamped(response, _BookAsRead, found)
    return _book(found)


def _book(one: Any) -> dict[str, Any]:
    names = (
        "name",
        "currency",
        "country",
        "tag_id",
        "valid_from",
        "valid_to",
        "priority",
        "is_active",
        "prices",
    )
    return {name: getattr(one, name) for name in names} | {"id": one.pk}


def _entry(one: Any) -> dict[str, Any]:
    return {
        "product_id": one.product_id,
        "code": one.product.code,
        "min_quantity": one.min_quantity,
        "recurs": one.recurs,
        "amount_minor": one.amount_minor,
    }


def _tax_rate(one: Any) -> dict[str, Any]:
    names = ("country", "name", "percent", "is_inclusive", "valid_from", "valid_to")
    return {name: getattr(one, name) for name in names} | {"id": one.pk, "tax_class": one.tax_class.key}
