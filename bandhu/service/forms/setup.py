"""Setting up service: types, statuses, the matrix, service levels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bandhu.calendars.queries import business_calendars
from bandhu.contact_center.queries import queues_for
from bandhu.customers.forms.choices import user_choices
from bandhu.identity.named_forms import NamedForm
from bandhu.platform.custom_fields import definitions, label_of
from bandhu.platform.list_pages import views_for
from bandhu.service.models import EscalationStep, Level, Measure, Nature, Priority, ServiceLevel, Stage
from bandhu.service.priorities import priority_matrix
from bandhu.ui.spans import LONGEST_TEXT, read_span, span_text

ALL, KEEP = "", "keep"
STEPS = 4
# A day of business time is what the calendar is open: it has no length of its own.
_UNITS = ("hour", "minute")


class TypeSetup(NamedForm):
    """A kind of ticket."""

    nature = forms.ChoiceField(label=_("Kind of work"), choices=Nature.choices)
    fields_asked = forms.MultipleChoiceField(
        label=_("Own fields it asks for"), required=False, widget=forms.CheckboxSelectMultiple(),
        help_text=_("None means all of them."),
    )  # fmt: skip
    portal_fields = forms.MultipleChoiceField(
        label=_("Own fields customers fill in"), required=False, widget=forms.CheckboxSelectMultiple(),
        help_text=_("Asked in the portal when they send such a request. None means that nothing more is asked."),
    )  # fmt: skip
    queue = forms.ChoiceField(label=_("Queue"), required=False)
    is_public = forms.BooleanField(label=_("Customers can choose it in the portal"), required=False)

    def __init__(self, *arguments: Any, user: Any, row: Any = None, **keywords: Any) -> None:
        super().__init__(*arguments, row=row, **keywords)
        self.fields["fields_asked"].choices = [(one.key, label_of(one)) for one in definitions("ticket")]  # type: ignore[attr-defined]
        asked = [(one.key, label_of(one)) for one in definitions("ticket") if one.type != "file"]
        self.fields["portal_fields"].choices = asked  # type: ignore[attr-defined]
        offered = [("", _("The usual one")), *((str(one.pk), str(one)) for one in queues_for(user))]
        self.fields["queue"].choices = offered  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        shown = {name: getattr(row, name) for name in ("name", "nature", "is_public")}
        return shown | {
            "fields_asked": row.fields,
            "portal_fields": row.portal_fields,
            "queue": str(row.queue_id or ""),
        }

    def values(self) -> dict[str, Any]:
        found = super().values()
        return found | {"fields": found.pop("fields_asked")}


class StatusSetup(NamedForm):
    """A status and what it means."""

    stage = forms.ChoiceField(label=_("What it means"), choices=Stage.choices)
    pauses = forms.BooleanField(label=_("Clocks of service levels stand still"), required=False)
    is_usual = forms.BooleanField(
        label=_("The usual one of this meaning"), required=False,
        help_text=_("What a ticket gets when only the meaning is known, such as when a customer answers."),
    )  # fmt: skip


class DaysForm(forms.Form):
    """How long after its end a ticket can be opened again, and when what is solved is closed."""

    reopen_within_days = forms.IntegerField(
        label=_("Days in which an answer opens a closed ticket again"), min_value=0, max_value=3650,
        help_text=_("Later, a follow-up ticket goes on with it. Nought: always a follow-up ticket."),
    )  # fmt: skip
    close_after_days = forms.IntegerField(
        label=_("Days after which a solved ticket is closed"), min_value=0, max_value=3650,
        help_text=_("Nought: with the next full hour."),
    )  # fmt: skip

    def values(self) -> dict[str, int]:
        """What the action takes."""
        return dict(self.cleaned_data)


class MatrixForm(forms.Form):
    """A priority for each pair of impact and urgency."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for (impact, urgency), priority in priority_matrix().items():
            self.fields[f"{impact}-{urgency}"] = forms.ChoiceField(choices=Priority.choices, initial=priority)

    def rows(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """By impact, the highest first; urgency from high to low."""
        order = [Level.HIGH, Level.MEDIUM, Level.LOW]
        return [(impact.label, [self[f"{impact}-{urgency}"] for urgency in order]) for impact in order]

    def matrix(self) -> dict[tuple[str, str], str]:
        """As the action takes it."""
        return {tuple(name.split("-")): value for name, value in self.cleaned_data.items()}  # type: ignore[misc]


class LevelForm(NamedForm):
    """What is promised to the tickets of a saved view (its filter is copied), and what is done before it is broken."""

    view = forms.ChoiceField(
        label=_("For which tickets"), required=False,
        help_text=_("Filter the list of tickets, save it as a view, and choose it here."),
    )  # fmt: skip
    calendar = forms.ChoiceField(label=_("Business calendar"), required=False)

    def __init__(self, *arguments: Any, user: Any, row: ServiceLevel | None = None, **keywords: Any) -> None:
        super().__init__(*arguments, row=row, **keywords)  # type: ignore[arg-type]
        self.views = {str(one.pk): one for one in views_for(user, "ticket")}
        self.conditions = row.conditions if row is not None else {}
        first = [(KEEP, _("As before"))] if row is not None else []
        offered = [(pk, one.name) for pk, one in self.views.items()]
        self.fields["view"].choices = [*first, (ALL, _("All tickets")), *offered]  # type: ignore[attr-defined]
        calendars = [(str(one.pk), str(one)) for one in business_calendars(user)]
        self.fields["calendar"].choices = [("", _("The usual one")), *calendars]  # type: ignore[attr-defined]
        targets = row.targets if row is not None else {}
        for priority in Priority:
            for measure in Measure:
                minutes = targets.get(priority, {}).get(measure)
                self.fields[f"{priority}-{measure}"] = forms.CharField(
                    label=measure.label, required=False, max_length=LONGEST_TEXT, initial=time_text(minutes),
                    widget=forms.TextInput(attrs={"placeholder": _("4 h 30 min")}),
                )  # fmt: skip
        self._add_steps(user, list(row.steps.all()) if row is not None else [])

    def _add_steps(self, user: Any, steps: list[EscalationStep]) -> None:
        queues = [("", "–"), *((str(one.pk), str(one)) for one in queues_for(user))]
        for number in range(STEPS):
            step = steps[number] if number < len(steps) else None
            given: dict[str, forms.Field] = {
                "percent": forms.IntegerField(
                    label=_("At this share of the time, in %"), required=False, min_value=1, max_value=300, initial=step and step.percent
                ),
                "measure": forms.ChoiceField(
                    label=_("Of"), choices=[("", _("every clock")), *Measure.choices], required=False, initial=step and step.measure
                ),
                "what": forms.ChoiceField(
                    label=_("Do this"), choices=EscalationStep.What.choices, required=False, initial=step and step.what
                ),
                "user": forms.ChoiceField(
                    label=_("Person"), choices=user_choices, required=False, initial=str(step.user_id or "") if step else ""
                ),
                "queue": forms.ChoiceField(
                    label=_("Queue"), choices=queues, required=False, initial=str(step.queue_id or "") if step else ""
                ),
            }  # fmt: skip
            for name, one in given.items():
                self.fields[f"step{number}_{name}"] = one

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        return {"name": row.name, "view": KEEP, "calendar": str(row.calendar_id or "")}

    def target_rows(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """By priority, the most urgent first."""
        return [
            (priority.label, [self[f"{priority}-{measure}"] for measure in Measure])
            for priority in reversed(list(Priority))
        ]

    def step_rows(self) -> list[list[forms.BoundField]]:
        names = ("percent", "measure", "what", "user", "queue")
        return [[self[f"step{number}_{name}"] for name in names] for number in range(STEPS)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in [f"{priority}-{measure}" for priority in Priority for measure in Measure]:
            try:
                data[name] = time_typed(data.get(name, ""))
            except ValidationError as problem:
                self.add_error(name, problem)
        return data

    def values(self) -> dict[str, Any]:
        found = super().values()
        chosen = found["view"]
        if chosen != KEEP:
            self.conditions = self.views[chosen].definition.get("filter") or {} if chosen else {}
        steps = [
            {name: found[f"step{number}_{name}"] for name in ("percent", "measure", "what", "user", "queue")}
            for number in range(STEPS)
            if found[f"step{number}_percent"]
        ]
        kept = {name: found[name] for name in ("name", "names", "calendar", "is_active") if name in found}
        return kept | {
            "conditions": self.conditions,
            "targets": {p.value: {m.value: found[f"{p}-{m}"] for m in Measure} for p in Priority},
            "steps": steps,
        }


def time_typed(text: str) -> int | None:
    """Minutes of "4h 30m", "4 hours", "30 min" or "30", also in the reader's language; None for nothing. Raises ValidationError."""
    seconds = read_span(text, units=_UNITS)
    return seconds // 60 or None if seconds is not None else None


def time_text(minutes: int | None) -> str:
    """As `time_typed` reads it."""
    return span_text(minutes * 60, units=_UNITS) if minutes else ""


def promises_shown(targets: dict[str, dict[str, int]]) -> list[tuple[Any, list[str]]]:
    """A policy's promises for a table: (priority, the time of each measure), the most urgent first."""
    return [
        (priority.label, [time_text(targets.get(priority, {}).get(measure)) for measure in Measure])
        for priority in reversed(list(Priority))
        if priority in targets
    ]
