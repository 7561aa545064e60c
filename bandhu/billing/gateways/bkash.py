"""bKash (Bangladesh), tokenized checkout: grant, create, execute, query, refund; instant notices over Amazon SNS.

The customer's browser brings back a word ("success") that proves nothing: the payment is executed and asked for.
"""

from __future__ import annotations

import json
import time
from typing import Any

from django.utils.translation import gettext_lazy as _

from bandhu.billing.gateways import sns
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

ADDRESSES = {
    True: "https://tokenized.pay.bka.sh/v1.2.0-beta/tokenized/checkout",
    False: "https://tokenized.sandbox.bka.sh/v1.2.0-beta/tokenized/checkout",
}
DONE = "0000"
# Tokens live an hour; each process asks for its own, a little early.
_TOKEN_SECONDS = 3_000
_tokens: dict[tuple[str, str, str], tuple[str, float]] = {}


class Bkash:
    name = "bkash"
    label = "bKash"
    currencies: tuple[str, ...] = ("BDT",)
    fields: tuple[KeyField, ...] = (
        KeyField("app_key", _("App key"), is_secret=False),
        KeyField("app_secret", _("App secret")),
        KeyField("username", _("User name"), is_secret=False),
        KeyField("password", _("Password")),
        KeyField(
            "topic", _("Topic of the instant notices"),
            _("The ARN bKash names. Without it their notices are refused, and only the way back and later questions count."),
            False, True,
        ),
    )  # fmt: skip

    def begin(self, keys: Keys, order: PaymentOrder) -> Begun:
        answer = _asked(
            keys,
            "create",
            {
                "mode": "0011",
                "payerReference": order.phone or order.number,
                "callbackURL": order.return_url,
                "amount": str(order.money.amount),
                "currency": order.money.currency,
                "intent": "sale",
                "merchantInvoiceNumber": order.number,
            },
        )
        if not answer.get("bkashURL"):
            raise GatewayRefused(_why(answer))
        return Begun(address=str(answer["bkashURL"]), reference=str(answer.get("paymentID", "")))

    def read(self, keys: Keys, incoming: Incoming) -> PaymentNotice:
        try:
            envelope = json.loads(incoming.body)
        except (ValueError, RecursionError) as error:
            raise Unreadable("no JSON") from error
        if not isinstance(envelope, dict):
            raise Unreadable("no object")
        # Anybody may own a topic at Amazon, and sign with it: only the one bKash named counts.
        if not keys["topic"] or envelope.get("TopicArn") != keys["topic"]:
            raise Forged("TopicArn")
        sns.check(envelope)
        key = text_of(envelope.get("MessageId"))
        if envelope.get("Type") == "SubscriptionConfirmation":
            sns.subscribe(envelope)
            return PaymentNotice(NoticeKind.OTHER, "SubscriptionConfirmation", key)
        try:
            told = json.loads(str(envelope["Message"]))
            return _told(told, key)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(type(error).__name__) from error

    def confirm(
        self, keys: Keys, begun_reference: str, order_number: str, incoming: Incoming | None
    ) -> PaymentNotice | None:
        if not begun_reference:
            return None
        said = incoming.form.get("status", "") if incoming else ""
        if said == "success":
            done = _asked(keys, "execute", {"paymentID": begun_reference}, may_refuse=True)
            if done.get("statusCode") == DONE and done.get("transactionStatus") == "Completed":
                return _paid(done)
        # Executed already, a lost answer, or nobody came back: what bKash knows of it decides.
        found = _asked(keys, "payment/status", {"paymentID": begun_reference}, may_refuse=True)
        if found.get("transactionStatus") == "Completed":
            return _paid(found)
        if said in ("failure", "cancel"):
            kind = NoticeKind.FAILED if said == "failure" else NoticeKind.CANCELLED
            return PaymentNotice(kind, said, f"{begun_reference}:{said}", order_number=order_number)
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
        given = {
            "paymentID": begun_reference,
            "trxID": payment_reference,
            "amount": str(money.amount),
            "sku": key,
            "reason": reason[:255],
        }
        answer = _asked(keys, "payment/refund", given)
        done = answer.get("transactionStatus") == "Completed"
        return RefundAnswer("done" if done else "pending", str(answer.get("refundTrxID", "")))

    def refund_state(
        self, keys: Keys, *, order_number: str, payment_reference: str, key: str, reference: str
    ) -> RefundAnswer | None:
        """Nothing bKash publishes tells one refund of a payment from another: a person looks."""
        return None


def _asked(keys: Keys, path: str, given: dict[str, str], *, may_refuse: bool = False) -> dict[str, Any]:
    """What bKash answers; its own "no" (a statusCode other than 0000) raises GatewayRefused unless `may_refuse`."""
    headers = {"Authorization": _token(keys), "X-APP-Key": keys["app_key"]}
    answer = call("POST", f"{ADDRESSES[keys.is_live]}/{path}", json=given, headers=headers)
    if not may_refuse and answer.get("statusCode", DONE) != DONE:
        raise GatewayRefused(_why(answer))
    return answer


def _token(keys: Keys) -> str:
    place = (ADDRESSES[keys.is_live], keys["app_key"], keys["username"])
    token, until = _tokens.get(place, ("", 0.0))
    if time.monotonic() < until:
        return token
    answer = call(
        "POST", f"{place[0]}/token/grant", json={"app_key": keys["app_key"], "app_secret": keys["app_secret"]},
        headers={"username": keys["username"], "password": keys["password"]},
    )  # fmt: skip
    if not answer.get("id_token"):
        raise GatewayRefused(_why(answer))
    _tokens[place] = str(answer["id_token"]), time.monotonic() + _TOKEN_SECONDS
    return _tokens[place][0]


def _why(answer: dict[str, Any]) -> str:
    return f"{answer.get('statusCode')} {answer.get('statusMessage')}"[:300]


def _paid(answer: dict[str, Any]) -> PaymentNotice:
    return PaymentNotice(
        kind=NoticeKind.PAID,
        event="Completed",
        event_key=f"{answer.get('trxID')}:Completed",
        order_number=str(answer.get("merchantInvoiceNumber") or answer.get("merchantInvoice") or ""),
        begun_reference=str(answer.get("paymentID", "")),
        payment_reference=str(answer.get("trxID", "")),
        money=money_of(answer.get("amount"), answer.get("currency")),
    )


def _told(told: dict[str, Any], key: str) -> PaymentNotice:
    if told.get("transactionStatus") != "Completed":
        return PaymentNotice(NoticeKind.OTHER, text_of(told.get("transactionStatus")), key)
    return PaymentNotice(
        kind=NoticeKind.PAID,
        event="Completed",
        event_key=key,
        order_number=text_of(told.get("merchantInvoiceNumber")),
        payment_reference=text_of(told["trxID"]),
        money=money_of(told["amount"], told["currency"]),
    )
