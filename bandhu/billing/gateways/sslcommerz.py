"""SSLCOMMERZ (Bangladesh): hosted payment page; its notice is only a hint, the validation API says what is true."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
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
)
from bandhu.platform.money import Money

ADDRESSES = {True: "https://securepay.sslcommerz.com", False: "https://sandbox.sslcommerz.com"}
_VALID = ("VALID", "VALIDATED")
_ENDINGS = {
    "FAILED": NoticeKind.FAILED,
    "CANCELLED": NoticeKind.CANCELLED,
    "EXPIRED": NoticeKind.CANCELLED,
    "UNATTEMPTED": NoticeKind.CANCELLED,
}


class SslCommerz:
    name = "sslcommerz"
    label = "SSLCOMMERZ"
    currencies: tuple[str, ...] = ("BDT", "USD", "EUR", "GBP", "SGD", "INR", "MYR")
    fields: tuple[KeyField, ...] = (
        KeyField("store_id", _("Store id"), is_secret=False),
        KeyField("store_password", _("Store password")),
    )

    def begin(self, keys: Keys, order: PaymentOrder) -> Begun:
        form = _store(keys) | {
            "total_amount": str(order.money.amount),
            "currency": order.money.currency,
            "tran_id": order.number,
            "success_url": order.return_url,
            "fail_url": order.return_url,
            "cancel_url": order.return_url,
            "ipn_url": order.notice_url,
            "cus_name": order.name or "–",
            "cus_email": order.mail or "nobody@example.invalid",
            "cus_phone": order.phone or "0",
            "cus_add1": order.city or "–",
            "cus_city": order.city or "–",
            "cus_country": order.country or "BD",
            "shipping_method": "NO",
            "product_name": order.title,
            "product_category": "invoice",
            "product_profile": "general",
        }
        answer = call("POST", f"{_base(keys)}/gwprocess/v4/api.php", form=form)
        if answer.get("status") != "SUCCESS" or not answer.get("GatewayPageURL"):
            raise GatewayRefused(str(answer.get("failedreason", ""))[:300])
        return Begun(address=str(answer["GatewayPageURL"]), reference=str(answer.get("sessionkey", "")))

    def read(self, keys: Keys, incoming: Incoming) -> PaymentNotice:
        form = incoming.form
        if not _is_signed(keys, form):
            raise Forged("verify_sign")
        status = str(form.get("status", "")).upper()
        if status in _VALID:
            return _validated(keys, str(form.get("val_id", "")))
        if status not in _ENDINGS or not form.get("tran_id"):
            raise Unreadable(f"status {status[:40]!r}")
        number = str(form["tran_id"])
        return PaymentNotice(_ENDINGS[status], status, f"{number}:{status}", order_number=number)

    def confirm(
        self, keys: Keys, begun_reference: str, order_number: str, incoming: Incoming | None
    ) -> PaymentNotice | None:
        """By our own number: what the customer's browser brings back is not looked at."""
        query = _store(keys) | {"tran_id": order_number, "v": "1", "format": "json"}
        answer = call("GET", f"{_base(keys)}/validator/api/merchantTransIDvalidationAPI.php", query=query)
        for one in answer.get("element") or []:
            status = str(one.get("status", "")).upper()
            if status in _VALID:
                return _paid(one)
            if status in _ENDINGS:
                return PaymentNotice(
                    _ENDINGS[status], status, f"{order_number}:{status}", order_number=order_number
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
        query = _store(keys) | {
            "bank_tran_id": payment_reference,
            "refund_amount": str(money.amount),
            "refund_remarks": reason,
            "refe_id": key,
            "v": "1",
            "format": "json",
        }
        answer = call("GET", f"{_base(keys)}/validator/api/merchantTransIDvalidationAPI.php", query=query)
        if answer.get("APIConnect") != "DONE":
            raise GatewayRefused(str(answer.get("APIConnect", ""))[:100])
        states = {"success": "done", "refunded": "done", "processing": "pending"}
        return RefundAnswer(
            states.get(str(answer.get("status", "")).lower(), "failed"), str(answer.get("refund_ref_id", ""))
        )

    def refund_state(
        self, keys: Keys, *, order_number: str, payment_reference: str, key: str, reference: str
    ) -> RefundAnswer | None:
        """By their number alone: without one there is nothing to ask by."""
        if not reference:
            return None
        query = _store(keys) | {"refund_ref_id": reference, "v": "1", "format": "json"}
        answer = call("GET", f"{_base(keys)}/validator/api/merchantTransIDvalidationAPI.php", query=query)
        if answer.get("APIConnect") != "DONE":
            raise GatewayRefused(str(answer.get("APIConnect", ""))[:100])
        states = {"success": "done", "refunded": "done", "cancelled": "failed"}
        return RefundAnswer(states.get(str(answer.get("status", "")).lower(), "pending"), reference)


def _base(keys: Keys) -> str:
    return ADDRESSES[keys.is_live]


def _store(keys: Keys) -> dict[str, str]:
    return {"store_id": keys["store_id"], "store_passwd": keys["store_password"]}


def signature(form: Mapping[str, str], names: list[str], store_password: str) -> str:
    """MD5 over the named fields and the MD5 of the password, sorted by name, as the provider's libraries do."""
    fields = {name: str(form.get(name, "")) for name in names}
    fields["store_passwd"] = hashlib.md5(store_password.encode()).hexdigest()  # noqa: S324 (the provider's scheme)
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324


def _is_signed(keys: Keys, form: Mapping[str, str]) -> bool:
    names = [one for one in str(form.get("verify_key", "")).split(",") if one]
    # A signature over nothing that matters proves nothing.
    if not {"tran_id", "status"} <= set(names):
        return False
    expected = signature(form, names, keys["store_password"])
    return hmac.compare_digest(expected.encode(), str(form.get("verify_sign", "")).encode())


def _validated(keys: Keys, val_id: str) -> PaymentNotice:
    if not val_id:
        raise Unreadable("no val_id")
    query = _store(keys) | {"val_id": val_id, "v": "1", "format": "json"}
    answer = call("GET", f"{_base(keys)}/validator/api/validationserverAPI.php", query=query)
    if str(answer.get("status", "")).upper() not in _VALID:
        raise Forged(f"validation says {str(answer.get('status'))[:40]}")
    return _paid(answer)


def _paid(answer: Mapping[str, Any]) -> PaymentNotice:
    # `amount` is in taka; what we asked for stands in currency_type and currency_amount.
    currency = answer.get("currency_type") or answer.get("currency")
    amount = answer.get("currency_amount") or answer.get("amount")
    return PaymentNotice(
        kind=NoticeKind.PAID,
        event="VALID",
        event_key=f"{answer.get('tran_id')}:{answer.get('bank_tran_id')}:VALID",
        order_number=str(answer.get("tran_id", "")),
        payment_reference=str(answer.get("bank_tran_id", "")),
        money=money_of(amount, currency),
        warning=str(answer.get("risk_title") or "risk") if str(answer.get("risk_level", "0")) == "1" else "",
    )
