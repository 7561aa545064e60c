"""REST: products, their variants and parts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.catalog import actions, queries
from bandhu.identity.scoping import require_anywhere
from bandhu.platform import custom_fields
from bandhu.platform.list_pages import filter_of
from bandhu.platform.listing import listing_for
from bandhu.platform.rest import Given, ListIn, PageOf, answers, page_of, wanted_version, with_version

router = Router(tags=["products"])


class PartOut(Schema):
    """What a bundle consists of."""

    product_id: UUID
    code: str
    quantity: Decimal


class ProductOut(Schema):
    """`names` and `descriptions` by language; `unit` is a code of UN/ECE recommendation 20; `parent_id` makes it a variant.

    `recurs` is how it is usually sold: "" once, else every "month", "quarter" or "year", `times` of them (0: until cancelled).
    """

    id: UUID
    code: str
    name: str
    names: dict[str, str]
    descriptions: dict[str, str]
    unit: str
    category: str
    is_active: bool
    tax_class: str | None
    parent_id: UUID | None
    attributes: dict[str, str]
    recurs: str
    times: int
    parts: list[PartOut]
    custom: dict[str, Any]
    version: int
    created_at: datetime
    updated_at: datetime


class ProductPatch(Given):
    """What is sent is changed; `custom` by the keys of the fields."""

    code: str | None = Field(None, max_length=60)
    names: dict[str, str] | None = None
    descriptions: dict[str, str] | None = None
    unit: str | None = None
    category: str | None = None
    is_active: bool | None = None
    tax_class: str | None = None
    parent_id: UUID | None = None
    attributes: dict[str, str] | None = None
    recurs: str | None = Field(None, max_length=7)
    times: int | None = Field(None, ge=0, le=1_200)
    custom: dict[str, Any] | None = None


class ProductIn(ProductPatch):
    """A code, and a name in one language at least."""

    code: str = Field(max_length=60)
    names: dict[str, str]


class PartIn(Given):
    """How many of the part are in one bundle."""

    quantity: Decimal


@router.get("/products", response=answers(PageOf[ProductOut]))
def list_products(request: HttpRequest, asked: ListIn) -> Any:
    """By name, or as `sort` says. `q` finds names in any language and codes."""
    require_anywhere(request.user, "catalog.view_product")
    definition = {"filter": filter_of(asked.filter[:20_000]), "sort": asked.sort[:80]}
    rows, order = listing_for(request.user, "product", definition, text=asked.q[:300]).ordered()
    shown = rows.select_related("tax_class").prefetch_related("parts__part")
    return page_of(shown, order, asked, lambda one: _shape(request, one))


@router.post("/products", response=answers(ProductOut, 201))
def create_product(request: HttpRequest, response: HttpResponse, payload: ProductIn) -> Any:
    """A new product."""
    made = actions.create_product(actor=request.user, **_arguments(payload))
    return Status(201, _answer(request, response, made))


@router.get("/products/{product_id}", response=answers(ProductOut))
def get_product(request: HttpRequest, response: HttpResponse, product_id: UUID) -> Any:
    """One product; its version is the ETag."""
    return _answer(request, response, queries.product_for(request.user, product_id))


@router.patch("/products/{product_id}", response=answers(ProductOut))
def change_product(
    request: HttpRequest, response: HttpResponse, product_id: UUID, payload: ProductPatch
) -> Any:
    """Change what is sent. With If-Match, a version that is no longer the newest is refused (412)."""
    found = queries.product_for(request.user, product_id)
    version = wanted_version(request, found.version)
    changed = actions.change_product(found, actor=request.user, version=version, **_arguments(payload))
    return _answer(request, response, changed)


@router.put("/products/{product_id}/parts/{part_id}", response=answers(ProductOut))
def set_part(
    request: HttpRequest, response: HttpResponse, product_id: UUID, part_id: UUID, payload: PartIn
) -> Any:
    """Make a product a part of the bundle, or change how many there are."""
    bundle, part = (queries.product_for(request.user, one) for one in (product_id, part_id))
    actions.set_part(bundle, actor=request.user, part=part, quantity=payload.quantity)
    return _answer(request, response, queries.product_for(request.user, product_id))


@router.delete("/products/{product_id}/parts/{part_id}", response=answers(None, 204))
def remove_part(request: HttpRequest, product_id: UUID, part_id: UUID) -> Any:
    """Take a part out of the bundle."""
    bundle, part = (queries.product_for(request.user, one) for one in (product_id, part_id))
    actions.remove_part(bundle, actor=request.user, part=part)
    return Status(204, None)


def _arguments(payload: Schema) -> dict[str, Any]:
    """What was sent, as the actions take it."""
    sent = payload.dict(exclude_unset=True)
    if "parent_id" in sent:
        sent["parent"] = sent.pop("parent_id")
    return sent


def _answer(request: HttpRequest, response: HttpResponse, product: Any) -> dict[str, Any]:
    with_version(response, product.version)
    return _shape(request, product)


def _shape(request: HttpRequest, product: Any) -> dict[str, Any]:
    columns = (
        "code", "name", "names", "descriptions", "unit", "category", "is_active", "parent_id", "attributes", "recurs", "times", "version",
        "created_at", "updated_at",
    )  # fmt: skip
    seen = [
        one.key for one in custom_fields.definitions("product") if custom_fields.may_see(request.user, one)
    ]
    return {name: getattr(product, name) for name in columns} | {
        "id": product.pk,
        "tax_class": product.tax_class.key if product.tax_class else None,
        "custom": {key: product.custom[key] for key in seen if key in product.custom},
        "parts": [
            {"product_id": one.part_id, "code": one.part.code, "quantity": one.quantity}
            for one in product.parts.all()
        ],
    }
