"""The keys of payment accounts: closed in the database, opened only to call the provider or to check what it sends."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bandhu.billing.gateways import GATEWAYS
from bandhu.billing.gateways.port import Gateway, GatewayRefused, Keys
from bandhu.billing.models import PaymentAccount
from bandhu.platform.vault import sealed, unsealed

_PURPOSE = "billing.payment_accounts"


def gateway_of(account: PaymentAccount) -> Gateway:
    """The provider of an account."""
    return GATEWAYS[account.gateway]


def keys_of(account: PaymentAccount) -> Keys:
    """Its keys. Raises GatewayRefused where the installation's own key was lost."""
    opened = unsealed(account.sealed_keys, _PURPOSE)
    if not opened:
        raise GatewayRefused("the keys of this account can no longer be read; enter them again")
    return Keys(json.loads(opened), account.is_live)


def close_keys(values: Mapping[str, str]) -> str:
    """The keys as the database keeps them."""
    return sealed(json.dumps(dict(values), sort_keys=True), _PURPOSE)
