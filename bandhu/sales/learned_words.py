"""Columns, reasons and verdicts of learned scores in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.platform.custom_fields import definitions, label_of
from bandhu.ui import formats

COLUMNS: dict[str, Any] = {
    "source": gettext_lazy("Source"),
    "web_form": gettext_lazy("Web form"),
    "campaign": gettext_lazy("Campaign"),
    "utm_source": gettext_lazy("UTM source"),
    "utm_medium": gettext_lazy("UTM medium"),
    "language": gettext_lazy("Language"),
    "country": gettext_lazy("Country"),
    "landing_page": gettext_lazy("Landing page"),
    "referrer": gettext_lazy("Came from"),
    "message_length": gettext_lazy("Letters in the message"),
    "answers": gettext_lazy("Questions answered"),
    "hour": gettext_lazy("Hour of arrival"),
    "known_before": gettext_lazy("Asked before"),
    "pipeline": gettext_lazy("Pipeline"),
    "created_by": gettext_lazy("Created by"),
    "industry": gettext_lazy("Company's industry"),
    "first_amount": gettext_lazy("Amount at the beginning"),
    "from_lead": gettext_lazy("Came from a lead"),
    "bought_before": gettext_lazy("Bought before"),
}


def told_reasons(reasons: Sequence[Mapping[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Reasons as people read them: {"name", "value", "raises"}; `kind` is the kind of record whose own fields may be named."""
    if not reasons:
        return []
    own = {f"own.{one.key}": label_of(one) for one in definitions(kind)}
    return [
        {"name": own.get(one["name"]) or COLUMNS.get(one["name"], one["name"]), "value": _value(one), "raises": one["weight"] > 0}
        for one in reasons
    ]  # fmt: skip


def column_name(name: str, label: str) -> str:
    """A column as the administrator's page names it."""
    return str(COLUMNS.get(name, label))


def _value(reason: Mapping[str, Any]) -> str:
    value = reason["value"]
    if value == "":
        return _("not given")
    if value in ("yes", "no"):
        return _("Yes") if value == "yes" else _("No")
    if "low" not in reason:
        return str(value)
    reader = formats.current_reader()
    return formats.number(float(value), reader)
