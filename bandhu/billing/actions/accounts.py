"""Payment accounts: which providers customers may pay through, and the keys for them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.billing.account_keys import close_keys, keys_of
from bandhu.billing.events import PaymentAccountChanged
from bandhu.billing.gateways import GATEWAYS
from bandhu.billing.gateways.port import Gateway, GatewayRefused
from bandhu.billing.models import PaymentAccount
from bandhu.catalog.price_values import needed_line
from bandhu.identity.acting import action
from bandhu.platform import audit
from bandhu.platform.events import publish
from bandhu.platform.money import currencies as iso_currencies

_LONGEST_KEY = 500


@action("billing.manage_billing", on_record=False)
def set_payment_account(
    account: PaymentAccount | None,
    *,
    actor: Any,
    gateway: str = "",
    name: str = "",
    keys: Mapping[str, str] | None = None,
    currencies: Sequence[str] = (),
    is_live: bool = False,
    is_active: bool = True,
) -> PaymentAccount:
    """A new account, or another setting of one. A key left empty stays as it was. Raises ValidationError by field."""
    held = account or PaymentAccount(gateway=gateway, token=secrets.token_urlsafe(32))
    provider = GATEWAYS.get(held.gateway)
    if provider is None:
        raise ValidationError({"gateway": _("This is not one of the choices.")}, code="no_choice")
    held.sealed_keys, changed = _keys(held, provider, keys or {})
    before = {one: getattr(held, one) for one in ("name", "currencies", "is_live", "is_active")}
    held.name = needed_line(name or provider.label, 120)
    held.currencies = _currencies(provider, currencies)
    held.is_live, held.is_active = bool(is_live), bool(is_active)
    is_new = held._state.adding
    held.save()
    changes: dict[str, tuple[Any, Any]] = {
        one: (None if is_new else before[one], getattr(held, one))
        for one in before
        if is_new or before[one] != getattr(held, one)
    }
    if changed:
        changes["keys"] = ("•", ", ".join(changed))  # which ones, never what
    if changes:
        verb = "created" if is_new else "changed"
        audit.record_change(
            verb, actor=actor, kind="payment_account", record_id=held.pk, title=held.name, changes=changes
        )
        told = PaymentAccountChanged(
            account_id=str(held.pk),
            gateway=held.gateway,
            title=held.name,
            currencies=list(held.currencies),
            is_live=held.is_live,
            is_active=held.is_active,
            change=verb,
            fields=sorted(changes),
        )
        publish(told, actor=actor)
    return held


def _keys(held: PaymentAccount, provider: Gateway, sent: Mapping[str, str]) -> tuple[str, list[str]]:
    """The closed keys, and the names of those that are new. Raises ValidationError for those that are missing."""
    known = _known(held)
    fresh = {one.name: str(sent.get(one.name) or "").strip() for one in provider.fields}
    values = {name: value or known.get(name, "") for name, value in fresh.items()}
    problems: dict[str, Any] = {}
    for one in provider.fields:
        if not values[one.name] and not one.is_optional:
            problems[f"key_{one.name}"] = _("The provider needs this key.")
        elif len(values[one.name]) > _LONGEST_KEY or not values[one.name].isprintable():
            problems[f"key_{one.name}"] = _(
                "This is no key: it is too long, or has signs that cannot be read."
            )
    if problems:
        raise ValidationError(problems)
    return close_keys(values), sorted(
        name for name, value in fresh.items() if value and value != known.get(name)
    )


def _known(held: PaymentAccount) -> Mapping[str, str]:
    if not held.sealed_keys:
        return {}
    try:
        return keys_of(held).values
    except GatewayRefused:
        return {}


def _currencies(provider: Gateway, given: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(str(one).strip().upper() for one in given if str(one).strip()))
    possible = provider.currencies or tuple(sorted(iso_currencies()))
    if unknown := [one for one in wanted if one not in possible]:
        text = _("This provider does not take %(codes)s.")
        raise ValidationError({"currencies": text % {"codes": ", ".join(unknown[:5])}}, code="no_choice")
    if not wanted and provider.currencies:
        return list(provider.currencies)
    return wanted
