"""Taxes by country, as the administrator keeps them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.catalog.events import TaxRateChanged
from bandhu.catalog.models import TaxClass, TaxRate
from bandhu.catalog.price_values import (
    check_period,
    clean_each,
    clean_percent,
    needed_country,
    needed_day,
    needed_line,
    yes_no,
)
from bandhu.customers.record_values import clean_day
from bandhu.identity.acting import action
from bandhu.platform import audit
from bandhu.platform.events import publish

PERMISSION = "catalog.manage_prices"
_CHECKS: dict[str, Any] = {
    "country": needed_country,
    "name": partial(needed_line, most=40),
    "percent": clean_percent,
    "is_inclusive": yes_no,
    "valid_from": needed_day,
    "valid_to": clean_day,
}


@action(PERMISSION, on_record=False)
def set_tax_rate(
    *,
    actor: Any,
    tax_class: TaxClass,
    country: str,
    name: str,
    percent: Any,
    valid_from: Any,
    valid_to: Any = None,
    is_inclusive: Any = False,
) -> TaxRate:
    """The tax of a class in a country from a day on; one that was valid without end ends the day before.

    Raises ValidationError by field, and for a rate that would overlap a later one.
    """
    values = clean_each(
        {
            "country": country, "name": name, "percent": percent, "is_inclusive": is_inclusive,
            "valid_from": valid_from, "valid_to": valid_to,
        },
        _CHECKS,
    )  # fmt: skip
    check_period(values["valid_from"], values["valid_to"])
    # Two administrators entering rates of one class wait for each other, so periods cannot overlap.
    TaxClass.objects.select_for_update().get(pk=tax_class.pk)
    others = TaxRate.objects.filter(tax_class=tax_class, country=values["country"])
    _end_the_open_one(others, values)
    if _overlapping(others, values).exists():
        text = _("Another rate of this class is valid in that time. End it first, or choose other days.")
        raise ValidationError({"valid_from": text}, code="overlap")
    made = TaxRate.objects.create(tax_class=tax_class, **values)
    _tell("created", made, {"percent": (None, str(made.percent))}, actor)
    return made


@action(PERMISSION, on_record=False)
def remove_tax_rate(rate: TaxRate, *, actor: Any) -> None:
    """A rate entered by mistake. What was quoted with it keeps it."""
    _tell("deleted", rate, {"percent": (str(rate.percent), None)}, actor)
    rate.delete()


def _end_the_open_one(others: Any, values: dict[str, Any]) -> None:
    running = others.filter(valid_to=None, valid_from__lt=values["valid_from"]).first()
    if running is not None:
        running.valid_to = values["valid_from"] - timedelta(days=1)
        running.save(update_fields=["valid_to"])


def _overlapping(others: Any, values: dict[str, Any]) -> Any:
    until = values["valid_to"]
    begun = others.filter(valid_from__lte=until) if until else others
    return begun.exclude(valid_to__lt=values["valid_from"])


def _tell(verb: str, rate: TaxRate, changes: dict[str, tuple[Any, Any]], actor: Any) -> None:
    audit.record_change(
        verb,
        actor=actor,
        kind="tax_rate",
        record_id=rate.pk,
        title=f"{rate.name} {rate.country} {rate.valid_from.isoformat()}",
        changes=changes,
    )
    told = TaxRateChanged(
        tax_rate_id=str(rate.pk),
        tax_class=rate.tax_class.key,
        country=rate.country,
        title=rate.name,
        percent=str(rate.percent),
        valid_from=rate.valid_from.isoformat(),
        valid_to=rate.valid_to.isoformat() if rate.valid_to else None,
        is_inclusive=rate.is_inclusive,
        change=verb,
    )
    publish(told, actor=actor)
