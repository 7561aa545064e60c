from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.forms.checked import CheckedLater
from bandhu.customers.forms.choices import team_choices, user_choices
from bandhu.customers.forms.custom import OwnFields
from bandhu.quotes.models import Order

KIND = "order"


class OrderForm(CheckedLater, OwnFields):
    """What of an order may still change: whose it is, and its own fields."""

    owner = forms.ChoiceField(label=_("Owner"), choices=user_choices, required=False)
    team = forms.ChoiceField(label=_("Team"), choices=team_choices, required=False)

    def __init__(self, *arguments: Any, user: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.add_own_fields(user, KIND)

    def values(self) -> dict[str, Any]:
        """What was sent, as the action takes it."""
        return {name: self[name].value() or None for name in ("owner", "team")} | self.own_values()

    @classmethod
    def values_of(cls, record: Order) -> dict[str, Any]:
        """The order's values as the form's initial data."""
        found = {name: str(getattr(record, f"{name}_id") or "") for name in ("owner", "team")}
        return found | cls.own_initial(record, KIND)
