from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from bandhu.calendars.actions.meetings import People
from bandhu.calendars.models import Meeting
from bandhu.calendars.queries.people import lacks_mailbox
from bandhu.calendars.recurrence import read_rule, rule_of_choice, turned, weekday_name
from bandhu.calendars.repetition_words import weekday_choices
from bandhu.calendars.wall_clock import moment_typed, wall_of, zone_for
from bandhu.customers.forms.custom import OwnFields
from bandhu.customers.models import Company, Contact
from bandhu.identity.models import User
from bandhu.identity.queries import colleagues
from bandhu.platform.time_zones import zone_choices
from bandhu.ui.widgets import Combobox, DateInput, DateTimeInput

KEPT = "keep"
SCOPES = [
    ("one", _("Only this meeting")),
    ("following", _("This one and all that follow")),
    ("all", _("The whole series")),
]


class WallField(forms.DateTimeField):
    """What a clock on a wall shows: no zone is put on it here (naive)."""

    def __init__(self, **options: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        super().__init__(widget=DateTimeInput(), input_formats=formats, **options)

    def to_python(self, value: Any) -> Any:
        with timezone.override(timezone.get_fixed_timezone(0)):
            found = super().to_python(value)
        return found.replace(tzinfo=None) if found else found

    def prepare_value(self, value: Any) -> Any:
        return value


class MeetingForm(OwnFields):
    """A meeting or a call. Times are on the wall clock of the chosen zone; whom one may choose, reach decides."""

    title = forms.CharField(
        label=_("What it is about"), max_length=300, widget=forms.TextInput(attrs={"autofocus": True})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Meeting.Kind.choices)
    starts = WallField(label=_("Begins"))
    ends = WallField(label=_("Ends"))
    time_zone = forms.ChoiceField(label=_("Time zone"))
    customer = forms.CharField(
        label=_("With"),
        required=False,
        max_length=60,
        widget=Combobox(reverse_lazy("customers:customer_choices")),
    )
    users = forms.MultipleChoiceField(label=_("Colleagues"), required=False)
    addresses = forms.CharField(
        label=_("Further guests"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Mail addresses, one on each line."),
    )  # fmt: skip
    place = forms.CharField(label=_("Place"), required=False, max_length=300)
    link = forms.CharField(
        label=_("Link"),
        required=False,
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    repeats = forms.ChoiceField(
        label=_("Repeats"), required=False,
        choices=[("", _("Never")), ("DAILY", _("Every day")), ("WEEKLY", _("Every week")), ("MONTHLY", _("Every month")), ("YEARLY", _("Every year"))],
    )  # fmt: skip
    weekdays = forms.MultipleChoiceField(
        label=_("On these days"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Where it repeats every week; none means the day it begins on."),
    )  # fmt: skip
    interval = forms.IntegerField(
        label=_("Every how many"), required=False, min_value=1, max_value=100,
        help_text=_("2 means every second day, week, month or year."),
    )  # fmt: skip
    repeats_until = forms.DateField(label=_("Until the day"), required=False, widget=DateInput())
    repeats_count = forms.IntegerField(
        label=_("Number of times"), required=False, min_value=1, max_value=1000
    )
    invites = forms.BooleanField(
        label=_("Tell guests by mail"), required=False,
        help_text=_("The customer and further guests get an invitation, and hear when it changes or is cancelled."),
    )  # fmt: skip
    is_private = forms.BooleanField(
        label=_("Private"), required=False, help_text=_("Others see only that the time is taken.")
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    scope = forms.ChoiceField(label=_("Change"), choices=SCOPES, widget=forms.RadioSelect, initial="one")

    def __init__(
        self,
        *arguments: Any,
        user: User,
        meeting: Meeting | None = None,
        at: datetime | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.meeting, self.at = meeting, at
        self.add_own_fields(user, "meeting")
        self.fields["time_zone"].choices = zone_choices(translation.get_language() or "en")  # type: ignore[attr-defined]
        self.fields["weekdays"].choices = weekday_choices()  # type: ignore[attr-defined]
        people = colleagues(user).exclude(pk=meeting.owner_id if meeting else user.pk)
        self.fields["users"].choices = [(str(one.pk), str(one)) for one in people]  # type: ignore[attr-defined]
        self.fields["customer"].widget.text = self._customer_words  # type: ignore[attr-defined]
        if meeting is None or not (meeting.rule and at):
            del self.fields["scope"]
        if meeting is not None and meeting.series_id:
            for name in ("repeats", "weekdays", "interval", "repeats_until", "repeats_count"):
                del self.fields[name]
        elif meeting is not None and meeting.rule and not self._is_simple():
            self.fields["repeats"].choices.insert(0, (KEPT, _("As it is")))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts") and data.get("ends") and data.get("time_zone"):
            zone = zone_for(data["time_zone"])
            for name in ("starts", "ends"):
                try:
                    data[f"{name}_at"] = moment_typed(data[name], zone)
                except ValidationError as problem:
                    self.add_error(name, problem)
        if data.get("repeats_until") and data.get("repeats_count"):
            self.add_error("repeats_count", _("Give a last day or a number, not both."))
        return data

    def values(self) -> dict[str, Any]:
        """As the actions take them, without who takes part."""
        data = self.cleaned_data
        found = {
            name: data[name]
            for name in ("title", "kind", "time_zone", "place", "link", "invites", "is_private", "note")
        }
        found |= {"starts_at": data["starts_at"], "ends_at": data["ends_at"]}
        kind, _colon, pk = data["customer"].partition(":")
        if self.meeting is None or data["customer"] != self._customer_value():
            found |= self._customer(kind, pk)
        if "repeats" in self.fields and data["repeats"] != KEPT:
            found["rule"] = self._rule()
        return found | self.own_values()

    def people(self) -> People:
        """Colleagues and addresses; contacts who take part stay."""
        users = User.objects.filter(pk__in=self.cleaned_data["users"])
        lines = self.cleaned_data["addresses"].replace(",", "\n").split()
        return People(users=list(users), addresses=lines)

    def _rule(self) -> str:
        data = self.cleaned_data
        if not data["repeats"]:
            return ""
        return rule_of_choice(
            data["repeats"],
            weekdays=self._weekdays(data["weekdays"]),
            interval=data["interval"] or 1,
            until=data["repeats_until"],
            count=data["repeats_count"],
        )

    def _weekdays(self, chosen: list[str]) -> list[str]:
        """The day it begins on is one of them, or the first would be none of the series; left as they are they move with the day."""
        if not chosen:
            return []
        begins = wall_of(self.cleaned_data["starts_at"], zone_for(self.cleaned_data["time_zone"]))
        before = self.meeting.repetition if self.meeting else None
        if self.meeting and before and set(before.weekdays) == set(chosen):
            was = wall_of(self.at or self.meeting.starts_at, self.meeting.zone)
            chosen = list(turned(before, (begins.date() - was.date()).days).weekdays)
        return [*chosen, weekday_name(begins)]

    def _customer(self, kind: str, pk: str) -> dict[str, Any]:
        found = _seen(Contact if kind == "contact" else Company, self.user, pk) if pk else None
        if isinstance(found, Contact):
            return {"contact": found, "company": found.company}
        return {"contact": None, "company": found}

    def _customer_words(self, value: Any) -> str:
        kind, _colon, pk = str(value).partition(":")
        return str(_seen(Contact if kind == "contact" else Company, self.user, pk) or "")

    def _customer_value(self) -> str:
        meeting = self.meeting
        if meeting is None or not (meeting.contact_id or meeting.company_id):
            return ""
        return f"contact:{meeting.contact_id}" if meeting.contact_id else f"company:{meeting.company_id}"

    def _is_simple(self) -> bool:
        rule = self.meeting.repetition if self.meeting else None
        if rule is None or rule.months or rule.month_days or rule.positions:
            return False
        if rule.freq != "WEEKLY":
            return not rule.weekdays
        # Where the week begins says which two weeks are one apart.
        return not rule.weekdays or rule.interval == 1 or rule.week_start == "MO"

    @classmethod
    def of(cls, meeting: Meeting, at: datetime | None, *arguments: Any, user: User) -> MeetingForm:
        """The form of a meeting, or of the occurrence of its series that begins at `at`."""
        starts = at or meeting.starts_at
        form = cls(*arguments, user=user, meeting=meeting, at=at)
        rows = list(meeting.attendees.all())
        names = ("title", "kind", "time_zone", "place", "link", "invites", "is_private", "note")
        form.initial = {name: getattr(meeting, name) for name in names} | {
            "starts": wall_of(starts, meeting.zone),
            "ends": wall_of(starts + meeting.length, meeting.zone),
            "customer": form._customer_value(),
            "users": [str(one.user_id) for one in rows if one.user_id],
            "addresses": "\n".join(one.address for one in rows if one.address and not one.contact_id),
            "scope": "one",
            **_repetition(meeting, form._is_simple()),
            **cls.own_initial(meeting, "meeting"),
        }
        return form

    @classmethod
    def fresh(cls, user: User, *, starts: datetime, minutes: int = 60, **initial: Any) -> MeetingForm:
        """An empty form from a wall-clock time on."""
        form = cls(user=user)
        form.initial = {
            "starts": starts, "ends": starts + timedelta(minutes=minutes), "time_zone": str(timezone.get_current_timezone()),
            "kind": "meeting", "invites": not lacks_mailbox(user), **initial,
        }  # fmt: skip
        return form


class HoldForm(forms.Form):
    """What came of a meeting."""

    outcome = forms.CharField(label=_("Outcome"), required=False, max_length=120)
    note = forms.CharField(
        label=_("What was said or agreed"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


def _repetition(meeting: Meeting, is_simple: bool) -> dict[str, Any]:
    if not meeting.rule:
        return {"repeats": ""}
    if not is_simple:
        return {"repeats": KEPT}
    rule = read_rule(meeting.rule, meeting.zone, meeting.first_wall)
    return {
        "repeats": rule.freq,
        "weekdays": list(rule.weekdays),
        "interval": rule.interval,
        "repeats_until": rule.until.date() if rule.until else None,
        "repeats_count": rule.count,
    }


def _seen(model: type[Contact | Company], user: User, pk: str) -> Any:
    try:
        return model.objects.visible_to(user).filter(pk=pk).first()
    except ValidationError:
        return None
