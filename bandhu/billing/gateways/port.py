"""The port of payment providers: begin a payment, read a notice, ask what became of one, give one back. Nothing here knows invoices.

A customer always pays on the provider's own pages: no card number ever reaches us.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Protocol

from bandhu.platform.money import Money, MoneyError


class GatewayError(Exception):
    """A provider did not do what it was asked; the text is for the log, never for customers."""


class GatewayDown(GatewayError):
    """It did not answer, or not sensibly: ask again later."""


class GatewayUnreached(GatewayDown):
    """It was not reached, or did not take the question: nothing came of it."""


class GatewayRefused(GatewayError):
    """It said no: asking again does not help."""


class Forged(GatewayError):
    """A notice that did not come from the provider."""


class Unreadable(GatewayError):
    """A notice with nothing in it that we understand."""


@dataclass(frozen=True)
class KeyField:
    """One of the keys an account at the provider has. `is_optional` where the provider works without it."""

    name: str
    label: Any
    help: Any = ""
    is_secret: bool = True
    is_optional: bool = False


@dataclass(frozen=True)
class Keys:
    """The keys of one account; `is_live` is False for the provider's sandbox."""

    values: Mapping[str, str]
    is_live: bool

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass(frozen=True)
class PaymentOrder:
    """What is to be paid. `number` is ours, of letters and digits, and comes back in notices."""

    number: str
    money: Money
    title: str
    language: str
    return_url: str
    notice_url: str
    name: str = ""
    mail: str = ""
    phone: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True)
class Begun:
    """Where the customer goes; with `form` by posting these fields. `reference` is the provider's number of what was begun."""

    address: str
    reference: str = ""
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Incoming:
    """What somebody sent us, saying it is the provider. `form` are its fields, of the body or the address."""

    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)


class NoticeKind(StrEnum):
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    CHARGED_BACK = "charged_back"
    OTHER = "other"


@dataclass(frozen=True)
class PaymentNotice:
    """What a provider really said, its signature checked. `event_key` is the same each time it says the same thing.

    `order_number` is ours, `begun_reference` the provider's number of what was begun, `payment_reference` of the payment,
    `refund_reference` of the refund. A `warning` (risk) keeps a payment from being applied without a person.
    """

    kind: NoticeKind
    event: str
    event_key: str
    order_number: str = ""
    begun_reference: str = ""
    payment_reference: str = ""
    refund_reference: str = ""
    money: Money | None = None
    warning: str = ""


@dataclass(frozen=True)
class RefundAnswer:
    """What the provider said to a refund: "done", "pending" or "failed"; asked about one later, also "never": it did nothing."""

    state: str
    reference: str = ""


class Gateway(Protocol):
    """One provider. `currencies` empty means any. Methods raise the errors above."""

    name: str
    label: str
    fields: tuple[KeyField, ...]
    currencies: tuple[str, ...]

    def begin(self, keys: Keys, order: PaymentOrder) -> Begun:
        """Ask for a payment."""

    def read(self, keys: Keys, incoming: Incoming) -> PaymentNotice:
        """Check the signature of a notice and read it; raises Forged or Unreadable."""

    def confirm(
        self, keys: Keys, begun_reference: str, order_number: str, incoming: Incoming | None
    ) -> PaymentNotice | None:
        """Ask the provider what became of a payment: when the customer comes back (`incoming`, which proves nothing), or later."""

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
        """Give back `money` of a payment of `whole`. Not every provider heeds `key`: nobody asks twice without `refund_state`."""

    def refund_state(
        self, keys: Keys, *, order_number: str, payment_reference: str, key: str, reference: str
    ) -> RefundAnswer | None:
        """What became of a refund that was asked for: by the provider's own `reference`, without one by our `key`. None where it cannot say.

        "never" only where asking again cannot give back twice.
        """


_WRONG = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_TEXTS = (
    "event",
    "event_key",
    "order_number",
    "begun_reference",
    "payment_reference",
    "refund_reference",
    "warning",
)
# Longer references would be cut where they are kept, and no longer found again.
_LONGEST = 200
_REFERENCES = ("order_number", "begun_reference", "payment_reference", "refund_reference")


def read_notice(gateway: Gateway, keys: Keys, incoming: Incoming) -> PaymentNotice:
    """What the provider said, checked once for all of them: signed well or not, what its protocol does not know is Unreadable.

    Raises Forged, Unreadable; GatewayDown or GatewayRefused where the provider has to be asked.
    """
    try:
        notice = gateway.read(keys, incoming)
        for name in _TEXTS:
            if not _is_plain(getattr(notice, name)):
                raise Unreadable(f"{name} is no text")
        if not notice.event or not notice.event_key:
            raise Unreadable("nothing to know it by")
        for name in _REFERENCES:
            if len(getattr(notice, name)) > _LONGEST:
                raise Unreadable(f"{name} is too long")
    except _WRONG as error:
        raise Unreadable(type(error).__name__) from error
    return notice


def asked_about(
    gateway: Gateway, keys: Keys, begun_reference: str, order_number: str, incoming: Incoming | None
) -> PaymentNotice | None:
    """As `confirm` of the gateway; an answer that is not of its protocol is no answer (GatewayDown)."""
    try:
        return gateway.confirm(keys, begun_reference, order_number, incoming)
    except (*_WRONG, Unreadable) as error:
        raise GatewayDown(f"{type(error).__name__} in what {gateway.name} answered") from error


def refund_asked_about(
    gateway: Gateway, keys: Keys, *, order_number: str, payment_reference: str, key: str, reference: str
) -> RefundAnswer | None:
    """As `refund_state` of the gateway; an answer that is not of its protocol is no answer (GatewayDown)."""
    try:
        return gateway.refund_state(
            keys, order_number=order_number, payment_reference=payment_reference, key=key, reference=reference
        )
    except (*_WRONG, Unreadable) as error:
        raise GatewayDown(f"{type(error).__name__} in what {gateway.name} answered") from error


def _is_plain(text: Any) -> bool:
    """A text the database can keep: no NUL or other control character, no half of a pair."""
    return isinstance(text, str) and all(unicodedata.category(one) not in ("Cc", "Cs") for one in text)


def text_of(value: Any) -> str:
    """A word or number of a notice as text, "" where there is none. Raises Unreadable for anything else."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unreadable(f"{type(value).__name__} where a text belongs")
    return str(value)


def money_of(amount: Any, currency: Any) -> Money:
    """An amount in units ("500.00") as providers write it. Raises Unreadable."""
    try:
        return Money.of(Decimal(str(amount).strip().replace(",", "")), str(currency).strip().upper())
    except (InvalidOperation, MoneyError) as error:
        raise Unreadable(f"amount {amount!r} {currency!r}") from error


def whole_number(value: Any) -> int:
    """A number without decimals, as number or digits. Raises ValueError for anything else, and TypeError for truth values."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError("not a whole number")
    return int(value)


def minor_money(minor: Any, currency: Any) -> Money:
    """An amount in minor units as providers write it: a whole number. Raises Unreadable."""
    try:
        return Money(whole_number(minor), str(currency).strip().upper())
    except (TypeError, ValueError, MoneyError) as error:
        raise Unreadable(f"amount {minor!r} {currency!r}") from error
