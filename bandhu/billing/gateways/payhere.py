"""PayHere (Sri Lanka): the customer posts a signed form to their page; notices carry an MD5 signature without a time.

So a notice can be sent again by whoever saw it: it counts once per payment id, and only for the amount that was asked for.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from typing import Any

from django.utils.translation import gettext_lazy as _

from bandhu.billing.gateways.calling import call
from bandhu.billing.gateways.port import (
    Begun,
    Forged,
    GatewayRefused,
    Incoming,
    KeyField,
    Keys,
    NoticeKind,
    PaymentNotice,
    PaymentOrder,
    RefundAnswer,
    Unreadable,
    money_of,
    text_of,
)
from bandhu.platform.money import Money

ADDRESSES = {True: "https://www.payhere.lk", False: "https://sandbox.payhere.lk"}
_STATES = {
    "2": NoticeKind.PAID,
    "0": NoticeKind.OTHER,
    "-1": NoticeKind.CANCELLED,
    "-2": NoticeKind.FAILED,
    "-3": NoticeKind.CHARGED_BACK,
}


class PayHere:
    name = "payhere"
    label = "PayHere"
    # Where the customer's form goes; the page that has it must be allowed to.
    pages = tuple(ADDRESSES.values())
    currencies: tuple[str, ...] = ("LKR", "USD", "EUR", "GBP", "AUD")
    fields: tuple[KeyField, ...] = (
        KeyField("merchant_id", _("Merchant id"), is_secret=False),
        KeyField("merchant_secret", _("Merchant secret")),
        KeyField(
            "app_id", _("App id"), _("For giving back; from Settings, API keys of PayHere."), False, True
        ),
        KeyField("app_secret", _("App secret"), is_optional=True),
    )

    def begin(self, keys: Keys, order: PaymentOrder) -> Begun:
        amount = f"{order.money.amount:.2f}"
        first, _space, last = (order.name or "–").partition(" ")
        form = {
            "merchant_id": keys["merchant_id"],
            "return_url": order.return_url,
            "cancel_url": order.return_url + "?cancelled=1",
            "notify_url": order.notice_url,
            "order_id": order.number,
            "items": order.title,
            "currency": order.money.currency,
            "amount": amount,
            "first_name": first,
            "last_name": last or "–",
            "email": order.mail,
            "phone": order.phone,
            "address": order.city or "–",
            "city": order.city or "–",
            "country": order.country or "LK",
            "hash": signature(keys, order.number, amount, order.money.currency),
        }
        return Begun(address=f"{ADDRESSES[keys.is_live]}/pay/checkout", form=form)

    def read(self, keys: Keys, incoming: Incoming) -> PaymentNotice:
        form = incoming.form
        sent = [
            str(form.get(name, ""))
            for name in ("order_id", "payhere_amount", "payhere_currency", "status_code")
        ]
        expected = signature(keys, *sent)
        is_ours = hmac.compare_digest(str(form.get("merchant_id", "")).encode(), keys["merchant_id"].encode())
        if not is_ours or not hmac.compare_digest(expected.encode(), str(form.get("md5sig", "")).encode()):
            raise Forged("md5sig")
        number, amount, currency, status = sent
        if status not in _STATES:
            raise Unreadable(f"status_code {status[:20]!r}")
        payment = str(form.get("payment_id", ""))
        return PaymentNotice(
            kind=_STATES[status],
            event=f"status_code {status}",
            # The payment id is not under the signature: the order is.
            event_key=f"{number}:{payment}:{status}",
            order_number=number,
            payment_reference=payment,
            money=money_of(amount, currency),
        )

    def confirm(
        self, keys: Keys, begun_reference: str, order_number: str, incoming: Incoming | None
    ) -> PaymentNotice | None:
        """The customer's way back carries nothing. Where the account has an app, the retrieval API knows payments that succeeded."""
        for one in _payments(keys, order_number) if keys["app_id"] else []:
            if str(one.get("status", "")).upper() == "RECEIVED":
                payment = text_of(one["payment_id"])
                return PaymentNotice(
                    kind=NoticeKind.PAID,
                    event="RECEIVED",
                    # As the notice that was lost, and may still come.
                    event_key=f"{order_number}:{payment}:2",
                    order_number=order_number,
                    payment_reference=payment,
                    money=money_of(one["amount"], one["currency"]),
                )
        return None

    def refund(
        self,
        keys: Keys,
        *,
        begun_reference: str,
        payment_reference: str,
        money: Money,
        whole: Money,
        key: str,
        reason: str,
    ) -> RefundAnswer:
        if money != whole:
            raise GatewayRefused("PayHere gives back whole payments only")
        answer = call(
            "POST", f"{ADDRESSES[keys.is_live]}/merchant/v1/payment/refund",
            json={"payment_id": payment_reference, "description": reason}, headers=_token(keys),
        )  # fmt: skip
        return RefundAnswer("done" if answer.get("status") == 1 else "failed", str(answer.get("data") or ""))

    def refund_state(
        self, keys: Keys, *, order_number: str, payment_reference: str, key: str, reference: str
    ) -> RefundAnswer | None:
        """A payment is given back as a whole, so its state tells; given back once, they refuse the second time."""
        for one in _payments(keys, order_number) if order_number else []:
            if text_of(one.get("payment_id")) == payment_reference:
                status = str(one.get("status", "")).upper()
                states = {"REFUNDED": "done", "RECEIVED": "pending" if reference else "never"}
                return RefundAnswer(states[status], reference) if status in states else None
        return None


def _token(keys: Keys) -> dict[str, str]:
    """The header that opens their merchant API."""
    app = f"{keys['app_id']}:{keys['app_secret']}"
    token = call(
        "POST", f"{ADDRESSES[keys.is_live]}/merchant/v1/oauth/token", form={"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {b64encode(app.encode()).decode()}"},
    ).get("access_token")  # fmt: skip
    return {"Authorization": f"Bearer {token}"}


def _payments(keys: Keys, order_number: str) -> list[dict[str, Any]]:
    """What they know of an order, by their retrieval API (support.payhere.lk): payments that succeeded, also those given back since."""
    address = f"{ADDRESSES[keys.is_live]}/merchant/v1/payment/search"
    found = call("GET", address, query={"order_id": order_number}, headers=_token(keys)).get("data") or []
    return [one for one in found if str(one.get("order_id")) == order_number]


def signature(keys: Keys, *parts: str) -> str:
    """UPPER(MD5(merchant id + parts + UPPER(MD5(secret)))), as the provider publishes it."""
    secret = hashlib.md5(keys["merchant_secret"].encode()).hexdigest().upper()  # noqa: S324 (the provider's scheme)
    return hashlib.md5("".join([keys["merchant_id"], *parts, secret]).encode()).hexdigest().upper()  # noqa: S324
