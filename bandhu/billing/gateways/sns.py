"""Messages of Amazon's Simple Notification Service: their signature, and the confirmation of a subscription.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bandhu.billing.gateways.port import Forged, GatewayDown
from bandhu.platform.web_addresses import WebAddressError, safe_get

_HOST = re.compile(r"sns\.[a-z0-9-]{3,30}\.amazonaws\.com")
_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_HASHES: dict[str, Any] = {"1": hashes.SHA1, "2": hashes.SHA256}
# Certificates by address: Amazon never changes one.
_certificates: dict[str, bytes] = {}
_MOST_CERTIFICATES = 50


def check(envelope: Mapping[str, Any]) -> None:
    """Raises Forged unless Amazon signed it."""
    algorithm = _HASHES.get(str(envelope.get("SignatureVersion")))
    if algorithm is None:
        raise Forged("SignatureVersion")
    key = x509.load_pem_x509_certificate(_certificate(str(envelope.get("SigningCertURL", "")))).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise Forged("no RSA certificate")
    try:
        signature = b64decode(str(envelope.get("Signature", "")), validate=True)
        key.verify(signature, signed_text(envelope).encode(), padding.PKCS1v15(), algorithm())
    except (InvalidSignature, ValueError) as error:
        raise Forged("Signature") from error


def signed_text(envelope: Mapping[str, Any]) -> str:
    """What the signature is over: names and values of the fields, each on a line."""
    is_notification = envelope.get("Type") == "Notification"
    names = _NOTIFICATION if is_notification else _CONFIRMATION
    return "".join(f"{name}\n{envelope[name]}\n" for name in names if envelope.get(name) is not None)


def subscribe(envelope: Mapping[str, Any]) -> None:
    """Say yes to a subscription whose signature was checked."""
    url = str(envelope.get("SubscribeURL", ""))
    _refuse_foreign(url)
    _fetched(url)


def _certificate(url: str) -> bytes:
    _refuse_foreign(url)
    if url not in _certificates:
        if len(_certificates) >= _MOST_CERTIFICATES:
            _certificates.clear()
        _certificates[url] = _fetched(url)
    return _certificates[url]


def _refuse_foreign(url: str) -> None:
    """Only Amazon's own host, over TLS: a certificate from anywhere else proves nothing."""
    try:
        parts = urlsplit(url)
        is_theirs = parts.scheme == "https" and parts.port is None and bool(_HOST.fullmatch(parts.netloc))
    except ValueError:
        is_theirs = False
    if not is_theirs:
        raise Forged("address of another host")


def _fetched(url: str) -> bytes:
    try:
        answer = safe_get(url)
    except (WebAddressError, httpx.HTTPError, OSError) as error:
        raise GatewayDown(type(error).__name__) from error
    if answer.status != 200:
        raise GatewayDown(f"{answer.status} of Amazon")
    return answer.body
