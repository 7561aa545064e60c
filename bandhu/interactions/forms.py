"""What people type into the timeline and into follow-ups."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from bandhu.customers.forms.custom import OwnFields
from bandhu.identity.models import User
from bandhu.interactions.departments import department_from
from bandhu.interactions.follow_up_words import KINDS
from bandhu.interactions.models import FollowUp, Interaction
from bandhu.interactions.queries import TimelineFilter
from bandhu.platform.registries import timeline_kinds

_MINUTES = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A moment in the reader's time zone, picked with the browser's own control."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MINUTES)
        super().__init__(
            widget=widget, input_formats=[_MINUTES, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **options
        )


class LogForm(forms.Form):
    """One exchange, and the next step it asks for."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[])
    direction = forms.ChoiceField(label=_("Direction"), choices=Interaction.Direction.choices, required=False)
    body = forms.CharField(
        label=_("What was said or agreed"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    outcome = forms.CharField(label=_("Outcome"), max_length=120, required=False)
    occurred_at = MomentField(label=_("When"), required=False, help_text=_("Empty means now."))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=1440, required=False)
    next_what = forms.CharField(label=_("Next step"), max_length=300, required=False)
    next_kind = forms.ChoiceField(label=_("Kind of next step"), choices=KINDS, required=False)
    next_due_at = MomentField(label=_("Due"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = [(kind.name, kind.label) for kind in timeline_kinds.values() if kind.by_hand]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("body") or data.get("outcome") or data.get("next_what")):
            self.add_error("body", _("Write what was said, an outcome or a next step."))
        if bool(data.get("next_what")) != bool(data.get("next_due_at")):
            missing = "next_due_at" if data.get("next_what") else "next_what"
            self.add_error(missing, _("A next step needs both: what, and until when."))
        return data


class FollowUpForm(OwnFields):
    """A next step, with the administrator's own fields."""

    what = forms.CharField(label=_("What is to be done"), max_length=300)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    due_at = MomentField(label=_("Due"))
    remind_at = MomentField(label=_("Remind"), required=False)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none())
    note = forms.CharField(
        label=_("Note"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, user: User, follow_up: FollowUp | None = None, **options: Any) -> None:
        initial: dict[str, Any] = {"owner": user.pk, "kind": "task"}
        if follow_up is not None:
            names = ("what", "kind", "due_at", "remind_at", "note")
            initial = {name: getattr(follow_up, name) for name in names}
            initial |= {"owner": follow_up.owner_id, **self.own_initial(follow_up, "follow_up")}
        options["initial"] = {**initial, **options.get("initial", {})}
        super().__init__(*args, **options)
        self.fields["owner"].queryset = User.objects.filter(is_active=True, is_system=False)  # type: ignore[attr-defined]
        self.add_own_fields(user, "follow_up")

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        plain = {name: self.cleaned_data[name] for name in self.base_fields}
        return plain | self.own_values()


class SnoozeForm(forms.Form):
    """Until when it should be out of sight."""

    until = MomentField(label=_("Until"))


class FilterForm(forms.Form):
    """The filter bar over a timeline; anything it cannot read is left out rather than refused."""

    kind = forms.MultipleChoiceField(choices=[], required=False)
    person = forms.UUIDField(required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    department = forms.CharField(max_length=60, required=False)
    q = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [(kind, kind) for kind in timeline_kinds]  # type: ignore[attr-defined]

    def wanted(self) -> TimelineFilter:
        """The filter as the queries take it."""
        self.is_valid()
        data = self.cleaned_data
        person: UUID | None = data.get("person")
        return TimelineFilter(
            kinds=tuple(data.get("kind") or ()),
            actor_id=person,
            since=data.get("since"),
            until=data.get("until"),
            department=department_from(data.get("department") or ""),
            words=data.get("q") or "",
        )
