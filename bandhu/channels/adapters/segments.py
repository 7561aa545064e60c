"""What a text message costs: how many parts it is sent in.

3GPP TS 23.038: the GSM 7-bit alphabet holds 160 characters, 153 in each part of several; those of its extension table count twice.
Anything else (Bengali, Tamil, emoji) is sent as UCS-2: 70 units of 16 bits, 67 in each part of several.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_TWICE = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True)
class Parts:
    """How a text is sent: `units` are septets or 16-bit units, of which `left` still fit the last part."""

    encoding: str
    units: int
    count: int
    left: int


def parts_of(text: str) -> Parts:
    """The parts of a text message; an empty one has none. A character is never torn between two parts."""
    is_gsm = all(one in GSM_7 or one in GSM_7_TWICE for one in text)
    sizes = [2 if one in GSM_7_TWICE else 1 for one in text] if is_gsm else [_units(one) for one in text]
    single, several = (160, 153) if is_gsm else (70, 67)
    total = sum(sizes)
    encoding = "GSM-7" if is_gsm else "UCS-2"
    if total <= single:
        return Parts(encoding, total, 1 if total else 0, single - total)
    count, filled = 1, 0
    for size in sizes:
        if filled + size > several:
            count, filled = count + 1, 0
        filled += size
    return Parts(encoding, total, count, several - filled)


def cost_of(text: str, price: str) -> str:
    """The parts times the price of one ("0.35"), as a plain decimal; "" without a price."""
    try:
        return str(Decimal(price) * parts_of(text).count) if price else ""
    except ArithmeticError:
        return ""


def _units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1
