"""Stripe, by its official SDK: Checkout sessions, signed events, refunds."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.translation import gettext_lazy as _

from bandhu.billing.gateways.port import (
    Begun,
    Forged,
    GatewayDown,
    GatewayRefused,
    Incoming,
    KeyField,
    Keys,
    NoticeKind,
    PaymentNotice,
    PaymentOrder,
    RefundAnswer,
    Unreadable,
    text_of,
    whole_number,
)
from bandhu.platform.money import Money, MoneyError

if TYPE_CHECKING:
    import stripe

_TOLERANCE_SECONDS = 300
API = "https://api.stripe.com"
# Smallest units as Stripe counts them (docs.stripe.com/currencies); all others have two decimals, whatever ISO 4217 says.
_NONE = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_THREE = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
_PAID = ("checkout.session.completed", "checkout.session.async_payment_succeeded")
_SESSIONS = {
    "checkout.session.async_payment_failed": NoticeKind.FAILED,
    "checkout.session.expired": NoticeKind.CANCELLED,
}
_REFUNDS = {
    "succeeded": NoticeKind.REFUNDED,
    "failed": NoticeKind.REFUND_FAILED,
    "canceled": NoticeKind.REFUND_FAILED,
}
Answer = TypeVar("Answer")


class Stripe:
    name = "stripe"
    label = "Stripe"
    currencies: tuple[str, ...] = ()
    fields: tuple[KeyField, ...] = (
        KeyField("secret_key", _("Secret key"), _("Starts with sk_ or rk_.")),
        KeyField("webhook_secret", _("Signing secret of the webhook"), _("Starts with whsec_.")),
    )

    def begin(self, keys: Keys, order: PaymentOrder) -> Begun:
        given: dict[str, Any] = {
            "mode": "payment",
            "client_reference_id": order.number,
            "metadata": {"order": order.number},
            "payment_intent_data": {"metadata": {"order": order.number}},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": order.money.currency.lower(),
                        "unit_amount": _smallest(order.money),
                        "product_data": {"name": order.title},
                    },
                }
            ],
            "success_url": order.return_url,
            "cancel_url": order.return_url + "?cancelled=1",
        }
        if order.mail:
            given["customer_email"] = order.mail
        session = _asked(
            lambda: _client(keys).v1.checkout.sessions.create(given, {"idempotency_key": order.number})  # type: ignore[arg-type]
        )
        return Begun(address=session.url or "", reference=session.id)

    def read(self, keys: Keys, incoming: Incoming) -> PaymentNotice:
        stripe = _sdk()
        try:
            event = stripe.Webhook.construct_event(
                incoming.body, incoming.headers.get("stripe-signature", ""), keys["webhook_secret"]
            )
        except stripe.SignatureVerificationError as error:
            raise Forged(str(error)[:200]) from error
        except (ValueError, KeyError, TypeError) as error:
            raise Unreadable(type(error).__name__) from error
        _refuse_future(incoming.headers.get("stripe-signature", ""))
        found, kind = event.data.object, text_of(event.type)
        if not isinstance(found, stripe.StripeObject):
            raise Unreadable("no data.object")
        if kind in _PAID or kind in _SESSIONS:
            return _of_session(found, kind, event.id, _SESSIONS.get(kind))
        if kind.startswith(("refund.", "charge.refund.")):
            return _of_refund(found, kind, event.id)
        if kind == "charge.dispute.created":
            return PaymentNotice(
                NoticeKind.CHARGED_BACK, kind, event.id, payment_reference=_field(found, "payment_intent"),
                money=_money(found.amount, found.currency),
            )  # fmt: skip
        return PaymentNotice(NoticeKind.OTHER, kind, event.id)

    def confirm(
        self, keys: Keys, begun_reference: str, order_number: str, incoming: Incoming | None
    ) -> PaymentNotice | None:
        if not begun_reference:
            return None
        session = _asked(lambda: _client(keys).v1.checkout.sessions.retrieve(begun_reference))
        kind = NoticeKind.CANCELLED if session.status == "expired" else None
        return _of_session(
            session, f"session.{session.status}", f"asked:{session.id}:{session.payment_status}", kind
        )

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
        given: Any = {
            "payment_intent": payment_reference,
            "amount": _smallest(money),
            "metadata": {"refund": key},
        }
        made = _asked(lambda: _client(keys).v1.refunds.create(given, {"idempotency_key": key}))
        return _answer(made)

    def refund_state(
        self, keys: Keys, *, order_number: str, payment_reference: str, key: str, reference: str
    ) -> RefundAnswer | None:
        """By the metadata we gave it; asked again, the same key is heeded for a day."""
        if reference:
            return _answer(_asked(lambda: _client(keys).v1.refunds.retrieve(reference)))
        given: Any = {"payment_intent": payment_reference, "limit": 100}
        made = _asked(lambda: _client(keys).v1.refunds.list(given))
        ours = [one for one in made.data if _field(one.metadata, "refund") == key]
        return _answer(ours[0]) if ours else RefundAnswer("never")


def _answer(refund: Any) -> RefundAnswer:
    states = {"succeeded": "done", "failed": "failed", "canceled": "failed"}
    return RefundAnswer(states.get(str(refund.status), "pending"), text_of(refund.id))


def _sdk() -> Any:
    """The SDK, loaded when it is first needed: 15 MB in every process, and most installations never use it."""
    import stripe

    return stripe


def _client(keys: Keys) -> stripe.StripeClient:
    return _sdk().StripeClient(keys["secret_key"], base_addresses={"api": API}, max_network_retries=1)


def _refuse_future(header: str) -> None:
    """The SDK refuses what is old, but not what is signed for days to come and could be told again until then."""
    stamp = next(one.partition("=")[2] for one in header.split(",") if one.startswith("t="))
    if int(stamp) > time.time() + _TOLERANCE_SECONDS:
        raise Forged("Timestamp in the future")


def _asked(ask: Callable[[], Answer]) -> Answer:
    """What the SDK answers, its errors as those of the port."""
    stripe = _sdk()
    try:
        return ask()
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
        if (
            isinstance(error, stripe.APIConnectionError | stripe.RateLimitError)
            or not error.http_status
            or error.http_status >= 500
        ):
            raise GatewayDown(type(error).__name__) from error
        raise GatewayRefused(str(error)[:300]) from error
    except stripe.StripeError as error:
        raise GatewayRefused(str(error)[:300]) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # The SDK stumbles over answers that are not Stripe's: of a proxy on the way, of a server out of order.
        raise GatewayDown(type(error).__name__) from error


def _of_session(session: Any, event: str, key: str, kind: NoticeKind | None) -> PaymentNotice:
    paid = session.payment_status == "paid"
    return PaymentNotice(
        kind=kind or (NoticeKind.PAID if paid else NoticeKind.OTHER),
        event=event,
        event_key=key,
        order_number=_field(session, "client_reference_id"),
        begun_reference=text_of(session.id),
        payment_reference=_field(session, "payment_intent"),
        money=_money(session.amount_total, session.currency) if session.currency else None,
    )


def _of_refund(refund: Any, event: str, key: str) -> PaymentNotice:
    return PaymentNotice(
        kind=_REFUNDS.get(str(refund.status), NoticeKind.OTHER),
        event=event,
        event_key=key,
        payment_reference=_field(refund, "payment_intent"),
        refund_reference=text_of(refund.id),
        money=_money(refund.amount, refund.currency),
    )


def _field(found: Any, name: str) -> str:
    """A field that may be missing, null, or an object with an id."""
    value = getattr(found, name, None)
    return text_of(getattr(value, "id", value))


def _decimals(currency: str) -> int:
    return 0 if currency in _NONE else 3 if currency in _THREE else 2


def _smallest(money: Money) -> int:
    """The amount in Stripe's smallest unit; of three decimals the last must be nought."""
    number = money.amount.scaleb(_decimals(money.currency))
    if number != number.to_integral_value() or (money.currency in _THREE and number % 10):
        raise GatewayRefused(f"Stripe cannot take {money}")
    return int(number)


def _money(smallest: Any, currency: str) -> Money:
    code = currency.upper()
    try:
        return Money.of(Decimal(whole_number(smallest)).scaleb(-_decimals(code)), code)
    except (ArithmeticError, TypeError, ValueError, MoneyError) as error:
        raise Unreadable(f"amount {smallest!r} {currency!r}") from error
