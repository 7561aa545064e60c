"""Razorpay (India): payment links, events signed with HMAC-SHA-256, refunds."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from bandhu.billing.gateways.calling import call
from bandhu.billing.gateways.port import (
    Begun,
    Forged,
    Incoming,
    KeyField,
    Keys,
    NoticeKind,
    PaymentNotice,
    PaymentOrder,
    RefundAnswer,
    Unreadable,
    minor_money,
    text_of,
)
from bandhu.platform.money import Money

API = "https://api.razorpay.com/v1"
_LINKS = {"payment_link.cancelled": NoticeKind.CANCELLED, "payment_link.expired": NoticeKind.CANCELLED}
_REFUNDS = {"refund.processed": NoticeKind.REFUNDED, "refund.failed": NoticeKind.REFUND_FAILED}


class Razorpay:
    name = "razorpay"
    label = "Razorpay"
    currencies: tuple[str, ...] = ()
    fields: tuple[KeyField, ...] = (
        KeyField("key_id", _("Key id"), is_secret=False),
        KeyField("key_secret", _("Key secret")),
        KeyField("webhook_secret", _("Secret of the webhook")),
        KeyField(
            "old_webhook_secret", _("Former secret of the webhook"),
            _("After a change: what was signed before is sent again with it for a day."), is_optional=True,
        ),
    )  # fmt: skip

    def begin(self, keys: Keys, order: PaymentOrder) -> Begun:
        customer = {"name": order.name, "email": order.mail, "contact": order.phone}
        answer = call(
            "POST",
            f"{API}/payment_links",
            json={
                "amount": order.money.minor,
                "currency": order.money.currency,
                "accept_partial": False,
                "reference_id": order.number,
                "description": order.title,
                "customer": {name: value for name, value in customer.items() if value},
                "notify": {"sms": False, "email": False},
                "callback_url": order.return_url,
                "callback_method": "get",
            },
            auth=_auth(keys),
        )
        return Begun(address=str(answer.get("short_url", "")), reference=str(answer.get("id", "")))

    def read(self, keys: Keys, incoming: Incoming) -> PaymentNotice:
        if not _is_signed(keys, incoming):
            raise Forged("X-Razorpay-Signature")
        try:
            sent = json.loads(incoming.body)
            event, payload = text_of(sent["event"]), dict(sent.get("payload") or {})
            key = incoming.headers.get("x-razorpay-event-id") or hashlib.sha256(incoming.body).hexdigest()
            return _notice(event, key, payload)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Unreadable(type(error).__name__) from error

    def confirm(
        self, keys: Keys, begun_reference: str, order_number: str, incoming: Incoming | None
    ) -> PaymentNotice | None:
        if not begun_reference:
            return None
        link = call("GET", f"{API}/payment_links/{begun_reference}", auth=_auth(keys))
        status = str(link.get("status"))
        if status in ("cancelled", "expired"):
            return PaymentNotice(
                NoticeKind.CANCELLED, status, f"{begun_reference}:{status}", order_number=order_number
            )
        paid = [one for one in link.get("payments") or [] if one.get("status") == "captured"]
        if status != "paid" or not paid:
            return None
        return PaymentNotice(
            NoticeKind.PAID, "payment_link.paid", f"asked:{begun_reference}:paid", order_number=str(link.get("reference_id")),
            begun_reference=begun_reference, payment_reference=str(paid[0].get("payment_id")),
            money=minor_money(paid[0].get("amount"), link.get("currency")),
        )  # fmt: skip

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
        # The receipt is unique at the provider: asked twice, the second is refused.
        answer = call(
            "POST",
            f"{API}/payments/{payment_reference}/refund",
            json={"amount": money.minor, "receipt": key, "notes": {"reason": reason}},
            auth=_auth(keys),
        )
        return _refund_answer(answer)

    def refund_state(
        self, keys: Keys, *, order_number: str, payment_reference: str, key: str, reference: str
    ) -> RefundAnswer | None:
        """By our receipt, which is unique there."""
        if reference:
            return _refund_answer(call("GET", f"{API}/refunds/{reference}", auth=_auth(keys)))
        address = f"{API}/payments/{payment_reference}/refunds"
        made = call("GET", address, query={"count": "100"}, auth=_auth(keys))["items"]
        ours = [one for one in made if one.get("receipt") == key]
        return _refund_answer(ours[0]) if ours else RefundAnswer("never")


def _refund_answer(answer: dict[str, Any]) -> RefundAnswer:
    states = {"processed": "done", "failed": "failed"}
    return RefundAnswer(states.get(str(answer.get("status")), "pending"), text_of(answer.get("id")))


def _auth(keys: Keys) -> tuple[str, str]:
    return keys["key_id"], keys["key_secret"]


def _is_signed(keys: Keys, incoming: Incoming) -> bool:
    sent = incoming.headers.get("x-razorpay-signature", "").encode()
    secrets = [one for one in (keys["webhook_secret"], keys["old_webhook_secret"]) if one]
    expected = [hmac.new(one.encode(), incoming.body, hashlib.sha256).hexdigest().encode() for one in secrets]
    return any(hmac.compare_digest(one, sent) for one in expected)


def _notice(event: str, key: str, payload: dict[str, Any]) -> PaymentNotice:
    if event == "payment_link.paid":
        link, payment = payload["payment_link"]["entity"], payload["payment"]["entity"]
        return PaymentNotice(
            NoticeKind.PAID, event, key, order_number=text_of(link.get("reference_id")), begun_reference=text_of(link["id"]),
            payment_reference=text_of(payment["id"]), money=minor_money(payment["amount"], payment["currency"]),
        )  # fmt: skip
    if event in _LINKS:
        link = payload["payment_link"]["entity"]
        return PaymentNotice(
            _LINKS[event],
            event,
            key,
            order_number=text_of(link.get("reference_id")),
            begun_reference=text_of(link["id"]),
        )
    if event in _REFUNDS:
        refund = payload["refund"]["entity"]
        return PaymentNotice(
            _REFUNDS[event], event, key, payment_reference=text_of(refund["payment_id"]), refund_reference=text_of(refund["id"]),
            money=minor_money(refund["amount"], refund["currency"]),
        )  # fmt: skip
    if event == "payment.dispute.created":
        dispute = payload["dispute"]["entity"]
        return PaymentNotice(
            NoticeKind.CHARGED_BACK, event, key, payment_reference=text_of(dispute["payment_id"]),
            money=minor_money(dispute["amount"], dispute["currency"]),
        )  # fmt: skip
    return PaymentNotice(NoticeKind.OTHER, event, key)
