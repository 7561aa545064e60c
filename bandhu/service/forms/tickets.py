"""What people type into tickets. Cleaning is left to the actions: `take_errors` puts what they say where it belongs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from bandhu.customers.forms.choices import title_of, user_choices
from bandhu.customers.forms.custom import (
    PREFIX,
    editable_fields,
    form_field,
    sent_files,
    sent_value,
    shown_value,
)
from bandhu.customers.models import Company, Contact
from bandhu.platform.custom_fields import definitions
from bandhu.service.models import Level, LinkKind, Priority, Ticket
from bandhu.service.queries import asked_of_customers, statuses, types
from bandhu.ui.widgets import Combobox, DateTimeInput

KIND = "ticket"
PERSON = ("full_name", "mail", "phone")
_OWN = ("title", "description", "contact", "company", "type", "impact", "urgency", "priority", "due_at")


def _line(label: Any, most: int = 200, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **more)


def take_errors(form: forms.Form, problem: ValidationError) -> None:
    """What an action refuses goes to its field, the rest above the form."""
    found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
    for name, texts in found.items():
        form.add_error(name if name in form.fields else None, texts)


class TicketForm(forms.Form):
    """A ticket; its type says which own fields are asked for."""

    title = _line(
        _("What it is about"), 300, widget=forms.TextInput(attrs={"autofocus": True, "dir": "auto"})
    )
    description = _line(
        _("Description"), 50_000, strip=False, widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"})
    )
    contact = _line(_("Contact"), 60, widget=Combobox(reverse_lazy("sales:contact_choices")))
    company = _line(_("Company"), 60, widget=Combobox(reverse_lazy("customers:company_choices")))
    full_name = _line(_("Name"), 300)
    mail = _line(_("Mail address"), 254, widget=forms.EmailInput())
    phone = _line(_("Phone"), 60, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    type = forms.ChoiceField(label=_("Type"), required=False)
    impact = forms.ChoiceField(label=_("Impact"), choices=Level.choices, required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Level.choices, required=False)
    priority = forms.ChoiceField(
        label=_("Priority"), choices=[("", _("By impact and urgency")), *Priority.choices], required=False
    )
    due_at = forms.CharField(label=_("Due"), required=False, widget=DateTimeInput())

    def __init__(self, *arguments: Any, user: Any, record: Ticket | None = None, **keywords: Any) -> None:
        usual = {"impact": Level.MEDIUM, "urgency": Level.MEDIUM}
        keywords["initial"] = usual | keywords.get("initial", {})
        super().__init__(*arguments, **keywords)
        self.user, self.record = user, record
        offered = types(user)
        asked = self._type_key(offered)
        wanted: list[str] = next((one.fields for one in offered if str(one.pk) == asked), [])
        # Without a list of its own a type asks for every own field.
        self.custom = {
            name: one for name, one in editable_fields(user, KIND).items() if not wanted or one.key in wanted
        }
        for name, one in self.custom.items():
            self.fields[name] = form_field(one)
        self.fields["type"].choices = [(str(one.pk), one.label) for one in offered]  # type: ignore[attr-defined]
        self.fields["contact"].widget.text = lambda value: title_of(Contact, user, value)  # type: ignore[attr-defined]
        self.fields["company"].widget.text = lambda value: title_of(Company, user, value)  # type: ignore[attr-defined]
        if record is not None:
            for name in PERSON:
                del self.fields[name]

    def _type_key(self, offered: list[Any]) -> str:
        if self.is_bound:
            return str(self.data.get("type", ""))
        return str(self.initial.get("type") or (offered[0].pk if offered else ""))

    @classmethod
    def values_of(cls, record: Ticket) -> dict[str, Any]:
        """What the form shows of a stored ticket."""
        found: dict[str, Any] = {name: getattr(record, name) for name in _OWN}
        found |= {name: str(getattr(record, f"{name}_id") or "") for name in ("contact", "company", "type")}
        found["priority"] = record.priority if record.priority_is_set else ""
        own = {one.key: shown_value(one, record.custom.get(one.key)) for one in definitions(KIND)}
        return found | {f"{PREFIX}{key}": value for key, value in own.items()}

    def values(self) -> dict[str, Any]:
        """What was sent, as the actions take it; the person apart."""
        sent = [name for name in self.fields if name not in self.custom and name in self.data]
        found: dict[str, Any] = {name: self[name].value() for name in sent}
        if self.record is None:
            found["person"] = {name: found.pop(name, "") for name in PERSON}
        custom = {
            one.key: sent_value(one, self[name].value())
            for name, one in self.custom.items()
            if one.type != "file"
        } | sent_files(self, [(name, one) for name, one in self.custom.items() if one.type == "file"])
        return {**found, **({"custom": custom} if custom else {})}

    def take_errors(self, problem: ValidationError) -> None:
        """Errors of fields go to fields, the rest above the form."""
        self.full_clean()
        self._errors = forms.utils.ErrorDict()
        take_errors(self, problem)

    @property
    def custom_fields(self) -> list[forms.BoundField]:
        """The administrator's own fields of this type, for the template."""
        return [self[name] for name in self.custom if name in self.fields]


class StatusForm(forms.Form):
    """Into which status; what was done, where that is asked for."""

    status = forms.ChoiceField(label=_("Status"))
    resolution = forms.CharField(
        label=_("What was done"), required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("Needed to solve or close a ticket. Only colleagues read it."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, user: Any, record: Ticket, **keywords: Any) -> None:
        keywords["initial"] = {"status": str(record.status_id), "resolution": record.resolution}
        super().__init__(*arguments, **keywords)
        self.fields["status"].choices = [(str(one.pk), one.label) for one in statuses(user)]  # type: ignore[attr-defined]


class SolveForm(forms.Form):
    """What was done."""

    resolution = forms.CharField(
        label=_("What was done"), required=False, max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto", "autofocus": True}),
        help_text=_("Only colleagues read it. What the customer is to know, write them in an answer before you solve it."),
    )  # fmt: skip


class AssignForm(forms.Form):
    """Who has it, or in which queue it waits."""

    owner = forms.ChoiceField(label=_("Owner"), choices=user_choices, required=False)
    queue = forms.ChoiceField(
        label=_("Queue"), required=False, help_text=_("In another queue it waits for whoever takes it there.")
    )

    def __init__(self, *arguments: Any, queues: Any, record: Ticket, **keywords: Any) -> None:
        keywords["initial"] = {"owner": str(record.owner_id or ""), "queue": str(record.queue_id or "")}
        super().__init__(*arguments, **keywords)
        self.fields["queue"].choices = [("", "–"), *((str(one.pk), str(one)) for one in queues)]  # type: ignore[attr-defined]


class RequestForm(forms.Form):
    """What a customer sends in the portal."""

    title = forms.CharField(
        label=_("What it is about"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    type = forms.ChoiceField(label=_("What kind of request"), required=False)
    text = forms.CharField(
        label=_("Your message"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        offered = [one for one in types(None) if one.is_public]
        self.fields["type"].choices = [(str(one.pk), one.label) for one in offered]  # type: ignore[attr-defined]
        first = str(offered[0].pk) if offered else ""
        sent = self.data if self.is_bound else self.initial
        self.type_key = str(sent.get("type") or first)
        self.has_kinds = len(offered) > 1 and any(one.portal_fields for one in offered)
        chosen = next((one for one in offered if str(one.pk) == self.type_key), None)
        self.custom = {f"{PREFIX}{one.key}": one for one in asked_of_customers(chosen)}
        for name, one in self.custom.items():
            self.fields[name] = form_field(one)
            self.fields[name].required = one.is_required

    @property
    def is_unseen(self) -> bool:
        """Whether the chosen kind asks for something that did not stand on the page it was sent from."""
        return self.is_bound and bool(self.custom) and self.data.get("fields_of") != self.type_key

    def own_values(self) -> dict[str, Any]:
        """{key: raw} of what the kind asks for."""
        return {one.key: sent_value(one, self[name].value()) for name, one in self.custom.items()}


class LinkForm(forms.Form):
    """How this ticket stands to another."""

    kind = forms.ChoiceField(label=_("This ticket is"), choices=LinkKind.choices)
    other = forms.UUIDField(label=_("Other ticket"), widget=Combobox(reverse_lazy("service:ticket_choices")))


class MergeForm(forms.Form):
    """Into which ticket."""

    into = forms.UUIDField(
        label=_("Into ticket"), widget=Combobox(reverse_lazy("service:ticket_choices")),
        help_text=_("Both threads are kept there. The merge can be undone."),
    )  # fmt: skip
    of_another = forms.BooleanField(
        label=_("Merge them although they are of two customers"), required=False,
        help_text=_("Each customer keeps their own conversation; colleagues see both on one page, and each answer goes to whom it names."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, user: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["into"].widget.text = lambda value: title_of(Ticket, user, value)  # type: ignore[attr-defined]
        if not self.data.get("of_another"):
            self.fields["of_another"].widget = forms.HiddenInput()

    def ask_once_more(self) -> None:
        """Show the box that says that two customers are meant."""
        self.fields["of_another"].widget = forms.CheckboxInput()


class SplitForm(forms.Form):
    """Which messages go into a ticket of their own, and what that is called."""

    title = forms.CharField(label=_("What the new ticket is about"), max_length=300)
    messages = forms.MultipleChoiceField(label=_("Messages"), widget=forms.CheckboxSelectMultiple())

    def __init__(self, *arguments: Any, offered: list[tuple[str, str]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["messages"].choices = offered  # type: ignore[attr-defined]
