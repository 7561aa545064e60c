"""What is kept of a provider's notice: all of it but what is about the card or a secret."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bandhu.platform.card_numbers import mask_card_numbers

MOST_KEPT = 20_000
# Fields in which providers tell of the card, whole or in part.
_CARD = frozenset(
    ["card_no", "card_number", "cardnumber", "number", "card_holder_name", "card_expiry", "expiry", "exp_month", "exp_year",
     "cvc", "cvv", "pan"]
)  # fmt: skip
_KEPT_HEADERS = (
    "content-type",
    "user-agent",
    "stripe-signature",
    "x-razorpay-event-id",
    "x-amz-sns-message-id",
)
_COVERED = "•"


def kept_body(body: bytes) -> str:
    """The body as text that holds no card number, no expiry and no holder; cut to what a person looks at."""
    return storable(mask_card_numbers(_without_cards(storable(body.decode("utf-8", "replace")))))[:MOST_KEPT]


def storable(text: str) -> str:
    """The text without what PostgreSQL cannot keep: NUL, and halves of pairs that JSON may escape."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The few that help to understand a refusal."""
    return {name: storable(headers[name])[:300] for name in _KEPT_HEADERS if name in headers}


def _without_cards(text: str) -> str:
    stripped = text.lstrip()
    if stripped.startswith(("{", "[")):
        try:
            return json.dumps(_covered(json.loads(text)), ensure_ascii=False)
        except (ValueError, RecursionError):
            return text
    pairs = parse_qsl(text, keep_blank_values=True)
    if not pairs:
        return text
    return urlencode(
        [(name, _COVERED if name.lower() in _CARD else mask_card_numbers(value)) for name, value in pairs]
    )


def _covered(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _COVERED if str(name).lower() in _CARD else _covered(one) for name, one in value.items()
        }
    if isinstance(value, list):
        return [_covered(one) for one in value]
    if isinstance(value, str) and value.lstrip().startswith("{"):
        return _without_cards(value)
    return value
