from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bandhu.customers.forms.choices import team_choices, user_choices
from bandhu.identity.named_forms import NamedForm
from bandhu.platform.list_pages import views_for
from bandhu.sales.forms.lead_setup import KEEP
from bandhu.sales.models import TERRITORY_KINDS
from bandhu.ui.widgets import DateInput

_ALL = "all:"


class TerritoryForm(NamedForm):
    """A territory is the records of a saved view; its filter is copied, so that changing the view moves nobody."""

    view = forms.ChoiceField(
        label=_("Which records"), help_text=_("Filter a list, save it as a view, and choose it here.")
    )
    team = forms.ChoiceField(label=_("Team"), choices=team_choices, required=False)
    owner = forms.ChoiceField(
        label=_("Person"), choices=user_choices, required=False, help_text=_("Empty means that the team shares them out.")
    )  # fmt: skip

    def __init__(self, *arguments: Any, user: Any, row: Any = None, **keywords: Any) -> None:
        super().__init__(*arguments, row=row, **keywords)
        self.row = row
        self.views = {
            str(one.pk): (kind, one) for kind, _label in TERRITORY_KINDS for one in views_for(user, kind)
        }
        offered: list[tuple[Any, Any]] = [(KEEP, _("As before"))] if row is not None else []
        for kind, label in TERRITORY_KINDS:
            own = [(pk, one.name) for pk, (of, one) in self.views.items() if of == kind]
            offered.append((label, [(f"{_ALL}{kind}", _("All of them")), *own]))
        self.fields["view"].choices = offered  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        return {
            "name": row.name,
            "view": KEEP,
            "team": str(row.team_id or ""),
            "owner": str(row.owner_id or ""),
        }

    def values(self) -> dict[str, Any]:
        found = super().values()
        chosen = found.pop("view")
        if chosen == KEEP:
            return found | {"kind": self.row.kind, "conditions": self.row.conditions}
        if chosen.startswith(_ALL):
            return found | {"kind": chosen.removeprefix(_ALL), "conditions": {}}
        kind, view = self.views[chosen]
        return found | {"kind": kind, "conditions": view.definition.get("filter") or {}}


class HandOverForm(forms.Form):
    """Who is away, who takes over, from when to when."""

    from_user = forms.ChoiceField(label=_("Who is away"), choices=user_choices)
    to_user = forms.ChoiceField(label=_("Who takes over"), choices=user_choices)
    first_day = forms.DateField(label=_("First day"), widget=DateInput())
    last_day = forms.DateField(label=_("Last day"), widget=DateInput())
