"""REST: who issues invoices and reminds of them, and through which accounts customers pay. Keys go in and never come out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.billing import actions, queries
from bandhu.billing.models import Issuer, PaymentAccount
from bandhu.billing.queries.accounts import MANAGE
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.public_url import absolute
from bandhu.platform.rest import (
    Given,
    PageOf,
    Whole,
    YesNo,
    answers,
    changes_in,
    held_as_read,
    stamped,
)

router = Router(tags=["invoices"])
_ONE = "/payment-accounts/{account_id}"


class DunningStepIO(Given):
    """So many days after an invoice was due: a letter (the key of a ready-made one, or ""), a follow-up for the owner, and what becomes of
    its subscription: "", past_due or pause."""

    days: Whole = Field(ge=0, le=365)
    letter: str = ""
    task: YesNo = False
    effect: str = ""


class IssuerOut(Schema):
    """Who writes the invoices, as the tax office wants them named, and what follows when they are not paid. `due_days` after its date an
    invoice is due; `renewal_days` before a subscription of a year or longer renews its customer is told (0: never)."""

    name: str
    street: str
    city: str
    region: str
    postcode: str
    country: str
    tax_number: str
    registration_number: str
    mail: str
    phone: str
    payment_note: str
    bank_account: str
    due_days: int
    dunning_steps: list[DunningStepIO]
    renewal_days: int
    invoice_prefix: str
    credit_prefix: str


class IssuerPatch(Given):
    """What is not sent stays. `dunning_steps` are all of them, each day once."""

    name: str | None = None
    street: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None
    tax_number: str | None = None
    registration_number: str | None = None
    mail: str | None = None
    phone: str | None = None
    payment_note: str | None = None
    bank_account: str | None = None
    due_days: Whole | None = Field(None, ge=0, le=365)
    dunning_steps: list[DunningStepIO] | None = Field(None, max_length=10)
    renewal_days: Whole | None = Field(None, ge=0, le=365)
    invoice_prefix: str | None = None
    credit_prefix: str | None = None


class PaymentAccountOut(Schema):
    """An account at a provider (`gateway`: stripe, sslcommerz, bkash, razorpay or payhere). `notice_address` is what the provider is told to call.

    Empty `currencies` are all the provider takes. Keys are never shown.
    """

    id: UUID
    gateway: str
    name: str
    currencies: list[str]
    is_live: bool
    is_active: bool
    notice_address: str

    @staticmethod
    def resolve_notice_address(account: PaymentAccount) -> str:
        return absolute(reverse("billing:gateway_notices", args=[account.token]))


class PaymentAccountIn(Given):
    """`keys` are {name: key} as the provider calls them; without `is_live` it is its sandbox."""

    gateway: str = Field(max_length=20)
    name: str = Field("", max_length=120)
    keys: dict[str, str] = Field(default_factory=dict, max_length=20)
    currencies: list[str] = Field(default_factory=list, max_length=200)
    is_live: YesNo = False
    is_active: YesNo = True


class PaymentAccountPatch(Given):
    """What is not sent stays; so do keys that are not named."""

    name: str | None = Field(None, max_length=120)
    keys: dict[str, str] | None = Field(None, max_length=20)
    currencies: list[str] | None = Field(None, max_length=200)
    is_live: YesNo | None = None
    is_active: YesNo | None = None


@router.get("/issuer", response=answers(IssuerOut))
def get_issuer(request: HttpRequest, response: HttpResponse) -> Any:
    """Who issues invoices; before somebody wrote it down, the usual terms with an empty name."""
    require_anywhere(request.user, MANAGE)
    return stamped(response, IssuerOut, queries.issuer_or_new())


@router.patch("/issuer", response=answers(IssuerOut))
def change_issuer(request: HttpRequest, response: HttpResponse, payload: IssuerPatch) -> Any:
    """Change what is sent. Invoices that were issued keep what stood there."""
    require_anywhere(request.user, MANAGE)
    found = queries.issuer_or_new()
    if found._state.adding:
        return stamped(response, IssuerOut, _write(request, found, payload))
    with held_as_read(request, IssuerOut, found):
        changed = _write(request, found, payload)
    return stamped(response, IssuerOut, changed)


def _write(request: HttpRequest, found: Issuer, payload: IssuerPatch) -> Issuer:
    usual = {"country": found.country} if found._state.adding else {}
    changed: Issuer = actions.set_issuer(actor=request.user, **usual | changes_in(payload))
    return changed


@router.get("/payment-accounts", response=answers(PageOf[PaymentAccountOut]))
def list_payment_accounts(request: HttpRequest) -> Any:
    """All of them, those out of use too."""
    return {"items": queries.payment_accounts(request.user), "next": None}


@router.post("/payment-accounts", response=answers(PaymentAccountOut, 201))
def create_payment_account(request: HttpRequest, response: HttpResponse, payload: PaymentAccountIn) -> Any:
    """A new one. 422 names the key the provider needs as `key_<name>`."""
    made = actions.set_payment_account(None, actor=request.user, **payload.dict())
    return Status(201, stamped(response, PaymentAccountOut, made))


@router.get(_ONE, response=answers(PaymentAccountOut))
def get_payment_account(request: HttpRequest, response: HttpResponse, account_id: UUID) -> Any:
    """One account."""
    return stamped(response, PaymentAccountOut, queries.payment_account_for(request.user, account_id))


@router.patch(_ONE, response=answers(PaymentAccountOut))
def change_payment_account(
    request: HttpRequest, response: HttpResponse, account_id: UUID, payload: PaymentAccountPatch
) -> Any:
    """Change what is sent."""
    found = queries.payment_account_for(request.user, account_id)
    with held_as_read(request, PaymentAccountOut, found):
        whole = {name: getattr(found, name) for name in ("name", "currencies", "is_live", "is_active")}
        changed = actions.set_payment_account(found, actor=request.user, **whole | changes_in(payload))
    return stamped(response, PaymentAccountOut, changed)
