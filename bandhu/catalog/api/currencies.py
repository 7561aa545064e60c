"""REST: currencies and dated exchange rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.catalog import actions, queries
from bandhu.catalog.rates import MOST_ROWS, RateRow
from bandhu.identity.results import OutOfReach
from bandhu.platform.money import Rounding
from bandhu.platform.rest import Day, Given, PageOf, PagingQuery, answers, page_of
from bandhu.ui.formats import currency_exponent

router = Router(tags=["currencies"])


class CurrencyOut(Schema):
    """`decimals` is how many decimals its amounts have; amounts are always whole minor units."""

    code: str
    decimals: int
    rounding: str
    is_base: bool
    is_active: bool
    latest_rate: Decimal | None = None
    latest_on: date | None = None


class CurrencyIn(Given):
    """ISO 4217."""

    code: str = Field(max_length=3)
    rounding: Rounding = Rounding.HALF_UP


class CurrencyPatch(Given):
    """What is sent is changed."""

    rounding: Rounding | None = None
    is_active: bool | None = None


class BaseCurrencyIn(Given):
    """ISO 4217."""

    code: str = Field(max_length=3)


class FiscalYearOut(Schema):
    """`month` is 1 to 12: the fiscal year begins on its first day."""

    month: int


class FiscalYearIn(Given):
    """1 to 12."""

    month: int = Field(ge=1, le=12)


class RateOut(Schema):
    """`rate` units of the base currency for one unit of `currency`, from the day `on` until the next rate."""

    id: UUID
    currency: str
    on: date
    rate: Decimal
    source: str


class RateIn(Given):
    """A rate of the same day is replaced; amounts already written keep theirs."""

    currency: str = Field(max_length=3)
    on: Day
    rate: Decimal
    source: str = Field("", max_length=120)


class RatesIn(Given):
    """Many at once: all or none."""

    items: list[RateIn] = Field(max_length=MOST_ROWS)


class RatesSet(Schema):
    """How many were new or different."""

    number: int


@router.get("/currencies", response=answers(PageOf[CurrencyOut]))
def list_currencies(request: HttpRequest) -> Any:
    """The currencies in use, the base currency first."""
    return {"items": [_currency(one) for one in queries.currencies(request.user)], "next": None}


@router.post("/currencies", response=answers(CurrencyOut, 201))
def add_currency(request: HttpRequest, payload: CurrencyIn) -> Any:
    """Work in one more currency."""
    made = actions.add_currency(actor=request.user, code=payload.code, rounding=payload.rounding)
    return Status(201, _currency(queries.currency_for(request.user, made.code)))


@router.patch("/currencies/{code}", response=answers(CurrencyOut))
def change_currency(request: HttpRequest, code: str, payload: CurrencyPatch) -> Any:
    """Its rounding, or whether new amounts may be in it."""
    found = queries.currency_for(request.user, code)
    actions.change_currency(found, actor=request.user, **payload.dict(exclude_unset=True))
    return _currency(queries.currency_for(request.user, code))


@router.put("/base-currency", response=answers(CurrencyOut))
def choose_base_currency(request: HttpRequest, payload: BaseCurrencyIn) -> Any:
    """Chosen once; refused (422) when amounts or rates already rest on another one."""
    chosen = actions.choose_base_currency(actor=request.user, code=payload.code)
    return _currency(queries.currency_for(request.user, chosen.code))


@router.get("/fiscal-year", response=answers(FiscalYearOut))
def get_fiscal_year(request: HttpRequest) -> Any:
    """When the house's fiscal year begins; quarters and years of the forecast are cut by it."""
    return {"month": queries.fiscal_year_begins()}


@router.put("/fiscal-year", response=answers(FiscalYearOut))
def set_fiscal_year(request: HttpRequest, payload: FiscalYearIn) -> Any:
    """The month on whose first day it begins. Quotas of quarters and years keep their first day."""
    return {"month": actions.set_fiscal_year(payload.month, actor=request.user)}


@router.get("/exchange-rates", response=answers(PageOf[RateOut]))
def list_exchange_rates(request: HttpRequest, paging: PagingQuery, currency: str = "") -> Any:
    """The rates, newest first; of one currency with `currency`."""
    wanted = queries.currency_for(request.user, currency) if currency else None
    return page_of(queries.rates_of(request.user, wanted), ["-on", "-id"], paging, _rate)


@router.post("/exchange-rates", response=answers(RateOut, 201))
def set_exchange_rate(request: HttpRequest, payload: RateIn) -> Any:
    """The rate of one currency from one day on."""
    made = actions.set_rate(actor=request.user, **payload.dict())
    return Status(201, _rate(made))


@router.put("/exchange-rates", response=answers(RatesSet))
def set_exchange_rates(request: HttpRequest, payload: RatesIn) -> Any:
    """Many rates at once: all of them or, where one is wrong, none."""
    rows = [RateRow(one.currency.upper(), one.on, one.rate, one.source) for one in payload.items]
    return {"number": actions.set_rates(rows, actor=request.user)}


@router.delete("/exchange-rates/{rate_id}", response=answers(None, 204))
def remove_exchange_rate(request: HttpRequest, rate_id: UUID) -> Any:
    """A rate entered by mistake. Amounts written with it keep it."""
    found = queries.rates_of(request.user, rate_id=rate_id).first()
    if found is None:
        raise OutOfReach
    actions.remove_rate(found, actor=request.user)
    return Status(204, None)


def _currency(one: Any) -> dict[str, Any]:
    names = ("code", "rounding", "is_base", "is_active", "latest_rate", "latest_on")
    return {name: getattr(one, name) for name in names} | {"decimals": currency_exponent(one.code)}


def _rate(one: Any) -> dict[str, Any]:
    return {"id": one.pk, "currency": one.currency.code, "on": one.on, "rate": one.rate, "source": one.source}
