from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from bandhu.identity.models import User
from bandhu.sales.models import Influence, Opportunity
from bandhu.ui.widgets import Combobox

SELLERS = 4


class StakeholderForm(forms.Form):
    """A person with a say in the decision."""

    contact = forms.UUIDField(label=_("Contact"), widget=Combobox(reverse_lazy("sales:contact_choices")))
    role = forms.ChoiceField(label=_("Part in the decision"), choices=Influence.choices)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class CompetitorForm(forms.Form):
    """Somebody else who wants this sale."""

    name = forms.CharField(label=_("Name"), max_length=200)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class SplitForm(forms.Form):
    """Up to four sellers and their parts in percent."""

    def __init__(self, *arguments: Any, record: Opportunity, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        people = User.objects.filter(is_active=True, is_system=False).order_by("full_name")
        choices = [("", "–"), *((str(one.pk), one.full_name) for one in people)]
        known = list(record.splits.order_by("-percent"))
        for place in range(max(SELLERS, len(known))):
            split = known[place] if place < len(known) else None
            self.fields[f"user-{place}"] = forms.ChoiceField(
                label=_("Seller"),
                choices=choices,
                required=False,
                initial=str(split.user_id) if split else "",
            )
            self.fields[f"percent-{place}"] = forms.DecimalField(
                label=_("Part in %"), required=False, initial=split.percent if split else None,
                min_value=Decimal("0.01"), max_value=100, decimal_places=2,
            )  # fmt: skip

    def shares(self) -> list[tuple[Any, Any]]:
        """(user id, percent) of the filled lines."""
        data = self.cleaned_data
        places = range(len(self.fields) // 2)
        return [(data[f"user-{n}"], data[f"percent-{n}"] or 0) for n in places if data[f"user-{n}"]]
