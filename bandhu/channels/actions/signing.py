"""Keys with which mails of the house's domains are signed."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.channels.models import MailAccount, SigningKey
from bandhu.channels.signing import SECRETS
from bandhu.channels.wire import wire_address
from bandhu.identity.acting import action
from bandhu.platform.audit import record_change
from bandhu.platform.vault import sealed

MANAGE = "channels.manage_accounts"
BITS = 2048


@action(MANAGE, on_record=False)
def make_signing_key(*, actor: Any, domain: str) -> SigningKey:
    """A new pair for a domain of our mailboxes; it signs once `use_signing_key` says so. A second one takes the first one's place."""
    known = {domain_of(one) for one in MailAccount.objects.values_list("address", flat=True)}
    domain = domain.strip().lower()
    if domain not in known:
        raise ValidationError({"domain": _("No mailbox has an address there.")})
    pair = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    secret = pair.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = pair.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    key, is_new = SigningKey.objects.update_or_create(
        domain=domain,
        defaults={
            "selector": f"bandhu{timezone.now():%Y%m%d%H%M}",
            "secret": sealed(secret.decode(), SECRETS),
            "public": base64.b64encode(public).decode(),
            "is_active": False,
        },
    )
    record_change(
        "created" if is_new else "changed", actor=actor, kind="signingkey", record_id=key.pk, title=domain
    )
    return key


@action(MANAGE, on_record=False)
@transaction.atomic
def use_signing_key(key: SigningKey, *, actor: Any, is_active: bool) -> SigningKey:
    """Sign from now on, or no more."""
    before, key.is_active = key.is_active, is_active
    key.save(update_fields=["is_active"])
    changes = {"is_active": (before, is_active)}
    record_change(
        "changed", actor=actor, kind="signingkey", record_id=key.pk, title=key.domain, changes=changes
    )
    return key


def domain_of(address: str) -> str:
    return wire_address(address).rpartition("@")[2].lower()
