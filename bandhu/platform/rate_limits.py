"""Token buckets in PostgreSQL, shared by every process: how often something may be done.

A bucket holds `burst` tokens and is filled by `rate` tokens a second; each request takes one. One statement reads,
refills and takes, so that parallel requests cannot all take the last token.
"""

from __future__ import annotations

import hashlib
import math
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from bandhu.platform.models import RateLimit

_KEEP = timedelta(days=2)
# clock_timestamp(), not now(): inside a transaction now() stands still. The row is locked by the conflict,
# so its own time is read after the wait, and a clock that stepped back takes nothing away.
_TAKE = """
INSERT INTO platform_ratelimit AS bucket (key, tokens, allowed, at)
VALUES (%(key)s, %(burst)s - %(cost)s, true, clock_timestamp())
ON CONFLICT (key) DO UPDATE SET
    tokens = {filled} - CASE WHEN {filled} >= %(cost)s THEN %(cost)s ELSE 0 END,
    allowed = {filled} >= %(cost)s,
    at = greatest(clock_timestamp(), bucket.at)
RETURNING tokens, allowed
""".format(
    filled="least(%(burst)s, bucket.tokens"
    " + greatest(0, extract(epoch from clock_timestamp() - bucket.at)) * %(rate)s)"
)
_LEFT = """
SELECT least(%(burst)s, tokens + greatest(0, extract(epoch from clock_timestamp() - at)) * %(rate)s)
FROM platform_ratelimit WHERE key = %(key)s
"""


def allow(key: str, rate: float, burst: float, cost: float = 1) -> tuple[bool, int]:
    """Take `cost` tokens from the bucket of `key`: (True, 0), or (False, seconds until there would be enough).

    `rate` is in tokens a second, `burst` the size of the bucket; both may change from call to call.
    """
    values: dict[str, str | float] = {
        "key": _short(key),
        "rate": float(rate),
        "burst": float(burst),
        "cost": float(cost),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        tokens, allowed = cursor.fetchone()
    if allowed:
        return True, 0
    return False, max(1, math.ceil((cost - tokens) / rate))


def tokens_left(key: str, rate: float, burst: float) -> float:
    """What the bucket holds now, nothing taken."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, {"key": _short(key), "rate": float(rate), "burst": float(burst)})
        row = cursor.fetchone()
    return float(row[0]) if row else float(burst)


def give_back(key: str, amount: float = 1) -> None:
    """Return tokens that should not have counted (a sign-in that succeeded)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE platform_ratelimit SET tokens = tokens + %s WHERE key = %s", [amount, _short(key)]
        )


def forget(key: str) -> None:
    """Fill the bucket again."""
    RateLimit.objects.filter(pk=_short(key)).delete()


def forget_old() -> int:
    """Remove buckets nobody used for two days: by then every one of ours is full. Returns how many."""
    removed, _kinds = RateLimit.objects.filter(at__lt=timezone.now() - _KEEP).delete()
    return removed


def _short(key: str) -> str:
    """Keys are made of what strangers typed: long or odd ones become a hash."""
    if len(key) <= 100 and key.isprintable() and key.isascii():
        return key
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
