"""Who issues invoices, and how they are numbered and reminded of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.billing.dunning_letters import LETTERS
from bandhu.billing.models import DunningEffect, Issuer
from bandhu.catalog.price_values import needed_country, needed_line
from bandhu.customers.record_values import Problems
from bandhu.identity.acting import action
from bandhu.platform import audit
from bandhu.platform.card_numbers import mask_card_numbers
from bandhu.platform.texts import clean_block, clean_line
from bandhu.ui.digits import to_latin

_PREFIX = re.compile(r"[A-Za-z0-9/_.-]{0,12}")
MOST_DAYS, MOST_STEPS = 365, 10


@action("billing.manage_billing", on_record=False)
def set_issuer(*, actor: Any, **values: Any) -> Issuer:
    """Write down who we are on invoices. What was issued before keeps what stood there. Raises ValidationError by field."""
    held = Issuer.objects.select_for_update().first() or Issuer()
    problems, changes = Problems(), {}
    for name, value in values.items():
        try:
            cleaned = _CHECKS[name](value)
        except ValidationError as problem:
            problems.add(name, problem)
            continue
        before = getattr(held, name)
        if cleaned != before:
            setattr(held, name, cleaned)
            changes[name] = (before, cleaned)
    if not held.name:
        problems.add("name", ValidationError(_("A name is needed."), code="required"))
    if not held.country:
        problems.add("country", ValidationError(_("A country is needed."), code="required"))
    if held.invoice_prefix == held.credit_prefix:
        problems.add(
            "credit_prefix", ValidationError(_("Invoices and credit notes need different prefixes."))
        )
    problems.raise_if_any()
    if changes:
        held.version += 1
        held.save()
        audit.record_change(
            "changed", actor=actor, kind="issuer", record_id=held.pk, title=held.name, changes=changes
        )
    return held


def clean_steps(value: Any) -> list[dict[str, Any]]:
    """Steps as `usual_dunning` has them, in the order of their days, each day once."""
    given = list(value or [])
    if len(given) > MOST_STEPS:
        raise ValidationError(_("At most ten steps."), code="too_many")
    steps = sorted((_step(one) for one in given), key=lambda one: one["days"])
    if len({one["days"] for one in steps}) < len(steps):
        raise ValidationError(_("There is one step a day."), code="double")
    return steps


def _step(given: Mapping[str, Any]) -> dict[str, Any]:
    letter, effect = str(given.get("letter") or ""), str(given.get("effect") or "")
    if letter not in ("", *LETTERS) or effect not in DunningEffect.values:
        raise ValidationError(_("This is not one of the choices."), code="no_choice")
    return {
        "days": _days(given.get("days", "")),
        "letter": letter,
        "task": bool(given.get("task")),
        "effect": effect,
    }


def _days(value: Any) -> int:
    text = to_latin(str(value)).strip()
    if not text.isdecimal() or len(text) > 3 or int(text) > MOST_DAYS:
        raise ValidationError(_("Write a whole number of days, at most 365."), code="out_of_range")
    return int(text)


def _prefix(value: Any) -> str:
    text = clean_line(value or "", 12)
    if not _PREFIX.fullmatch(text):
        raise ValidationError(_("A prefix has letters, figures and signs like - and /."), code="invalid")
    return text


def _line(most: int) -> Any:
    return lambda value: mask_card_numbers(clean_line(value or "", most))


_CHECKS: dict[str, Any] = {
    "name": lambda value: needed_line(value, 300),
    "street": lambda value: clean_block(value or "", 500),
    "city": _line(120),
    "region": _line(120),
    "postcode": _line(20),
    "country": needed_country,
    "tax_number": _line(60),
    "registration_number": _line(60),
    "mail": _line(254),
    "phone": _line(60),
    "payment_note": lambda value: mask_card_numbers(clean_block(value or "", 2_000)),
    "bank_account": _line(60),
    "due_days": _days,
    "dunning_steps": clean_steps,
    "renewal_days": _days,
    "invoice_prefix": _prefix,
    "credit_prefix": _prefix,
}
