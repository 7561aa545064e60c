"""Keeping programs out of web forms without asking anybody else: a signed moment, a trap, and a limit for each address."""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.utils.crypto import get_random_string

from bandhu.platform import rate_limits

_SALT = "bandhu.web-form"
# People take longer to fill in a form; programs do not. A page left open overnight is shown again with all that was typed.
LEAST_SECONDS, MOST_SECONDS = 3, 24 * 3600
_BURST, _PER_SECOND = 10, 1 / 60


@dataclass(frozen=True)
class Ticket:
    """What a form was handed out with: `submission` names this one filling-in. "early" and "late" ones are asked to send again."""

    submission: str
    state: str = "good"


def new_ticket(slug: str) -> str:
    """Signed with the moment, for this form only."""
    return signing.TimestampSigner(salt=_SALT).sign(f"{slug}/{get_random_string(22)}")


def read_ticket(text: str, slug: str) -> Ticket:
    """Its state is "good", "early", "late", or "forged" when it is not ours."""
    signer = signing.TimestampSigner(salt=_SALT)
    try:
        value = signer.unsign(text[:300])
    except signing.BadSignature:
        return Ticket("", "forged")
    owner, _slash, submission = value.partition("/")
    if owner != slug:
        return Ticket("", "forged")
    if _older(signer, text, LEAST_SECONDS) is False:
        return Ticket(submission, "early")
    return Ticket(submission, "late" if _older(signer, text, MOST_SECONDS) else "good")


def _older(signer: signing.TimestampSigner, text: str, seconds: int) -> bool:
    try:
        signer.unsign(text[:300], max_age=seconds)
    except signing.SignatureExpired:
        return True
    return False


def seconds_to_wait(address: str) -> int:
    """Counts one submission of this address; 0 when it may be read, else the seconds until the next."""
    return rate_limits.allow(f"web-form:{address}", _PER_SECOND, _BURST)[1]
