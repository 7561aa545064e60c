"""Setting up booking pages, and what strangers fill in."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from bandhu.calendars.actions.visitors import MOST_HOURS
from bandhu.calendars.models import Booking, BookingPage, Meeting
from bandhu.calendars.queries.booking import possible_hosts
from bandhu.customers.forms.custom import OwnFields
from bandhu.identity.models import User
from bandhu.privacy.models import Purpose
from bandhu.ui.digits import to_latin
from bandhu.ui.formats import current_reader, locale_of
from bandhu.ui.widgets import DateInput

TRAP = "website"
_RANGE = re.compile(r"^\s*(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?\s*$")
_NUMBERS = ("minutes", "step", "buffer_before", "buffer_after", "notice", "days_ahead", "remind_before")
_LANGUAGES = [pair for pair in settings.LANGUAGES if pair[0] in settings.LANGUAGES_COMPLETE]


def _number(label: Any, least: int, most: int, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, **more)


class BookingPageForm(forms.Form):
    """A booking page; its texts in every complete language."""

    slug = forms.SlugField(
        label=_("Address"),
        required=False,
        max_length=60,
        help_text=_("Small Latin letters, digits and hyphens."),
    )
    mode = forms.ChoiceField(label=_("Who is booked"), choices=BookingPage.Mode.choices)
    hosts = forms.MultipleChoiceField(label=_("People"), widget=forms.CheckboxSelectMultiple())
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=_LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Meeting.Kind.choices)
    minutes = _number(_("Length in minutes"), 5, 480)
    step = _number(_("A time every so many minutes"), 5, 480)
    buffer_before = _number(_("Minutes kept free before"), 0, 240)
    buffer_after = _number(_("Minutes kept free after"), 0, 240)
    notice = _number(_("At least so many minutes ahead"), 0, 43_200)
    days_ahead = _number(_("At most so many days ahead"), 1, 365)
    daily_limit = _number(
        _("At most so many a day"), 1, 100, required=False, help_text=_("Empty means no limit.")
    )
    remind_before = _number(_("Reminder so many hours before"), 0, MOST_HOURS, help_text=_("0 sends none."))
    place = forms.CharField(label=_("Place"), required=False, max_length=300)
    link = forms.CharField(label=_("Link"), required=False, max_length=2000)
    purpose = forms.ModelChoiceField(
        label=_("The visitor may agree to"), queryset=Purpose.objects.all(), required=False, empty_label="–"
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *arguments: Any, user: User, page: BookingPage | None = None, **options: Any) -> None:
        blank = BookingPage()
        shown = page or blank
        initial = {
            name: getattr(shown, name)
            for name in (
                *_NUMBERS,
                "slug",
                "mode",
                "kind",
                "daily_limit",
                "place",
                "link",
                "is_active",
                "purpose",
            )
        }
        initial |= {"languages": shown.languages or ["en"], "hosts": [str(user.pk)]}
        if page is not None:
            initial["hosts"] = [str(one.user_id) for one in page.hosts.all()]
        for name in ("titles", "introductions", "wordings"):
            initial |= {f"{name}-{code}": text for code, text in getattr(shown, name).items()}
        options["initial"] = initial
        super().__init__(*arguments, **options)
        known = possible_hosts(user)
        kept = User.objects.filter(pk__in=page.hosts.values("user")) if page else User.objects.none()
        people = {str(one.pk): str(one) for one in (*known, *kept)}
        self.fields["hosts"].choices = sorted(people.items(), key=lambda pair: pair[1])  # type: ignore[attr-defined]
        for name, label, lines in (
            ("titles", _("Title"), 1),
            ("introductions", _("Introduction"), 3),
            ("wordings", _("Text of the consent"), 2),
        ):
            for code, language in _LANGUAGES:
                widget = forms.TextInput() if lines == 1 else forms.Textarea(attrs={"rows": lines})
                widget.attrs |= {"dir": "auto", "lang": code}
                self.fields[f"{name}-{code}"] = forms.CharField(
                    label=f"{label} · {language}", required=False, max_length=2000, widget=widget
                )

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        data = self.cleaned_data
        names = (
            *_NUMBERS,
            "slug",
            "mode",
            "kind",
            "languages",
            "daily_limit",
            "place",
            "link",
            "purpose",
            "is_active",
        )
        texts = {
            name: {code: data[f"{name}-{code}"] for code, _name in _LANGUAGES}
            for name in ("titles", "introductions", "wordings")
        }
        chosen = {str(one.pk): one for one in User.objects.filter(pk__in=data["hosts"])}
        return (
            {name: data[name] for name in names}
            | texts
            | {"hosts": [chosen[pk] for pk in data["hosts"] if pk in chosen]}
        )

    def take_errors(self, problem: ValidationError) -> None:
        """What the action refuses goes to its field; of texts, to the first language's."""
        found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        for name, texts in found.items():
            field = name if name in self.fields else f"{name}-{_LANGUAGES[0][0]}"
            self.add_error(field if field in self.fields else None, texts)


class HoursForm(forms.Form):
    """Working hours of a week: "9:00-13:00, 14:00-17:00", any script's digits; the reader's first weekday first."""

    def __init__(self, *arguments: Any, hours: dict[int, list[Any]], first: int = 0, **options: Any) -> None:
        written = {
            f"day-{day}": ", ".join(f"{one.starts:%H:%M}-{one.ends:%H:%M}" for one in ranges)
            for day, ranges in hours.items()
        }
        options["initial"] = written
        super().__init__(*arguments, **options)
        names = locale_of(translation.get_language() or "en", current_reader().country).days["stand-alone"][
            "wide"
        ]
        for day in [(first + number) % 7 for number in range(7)]:
            self.fields[f"day-{day}"] = forms.CharField(
                label=names[day],
                required=False,
                max_length=120,
                widget=forms.TextInput(attrs={"placeholder": "9:00-17:00"}),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in list(data):
            try:
                data[name] = _ranges(data[name])
            except ValidationError as problem:
                self.add_error(name, problem)
        return data

    def hours(self) -> dict[int, list[tuple[time, time]]]:
        """By weekday, Monday 0."""
        return {int(name[4:]): ranges for name, ranges in self.cleaned_data.items()}


class DayOffForm(forms.Form):
    """Days on which one is not booked."""

    first_day = forms.DateField(label=_("First day off"), widget=DateInput())
    last_day = forms.DateField(label=_("Last day off"), widget=DateInput())


class VisitorForm(forms.Form):
    """What a stranger fills in, and the trap, which people never see."""

    website = forms.CharField(required=False, max_length=300)
    full_name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    mail = forms.CharField(
        label=_("Mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    note = forms.CharField(
        label=_("What it is about"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *arguments: Any, page: BookingPage, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if page.purpose is not None:
            self.fields["agreed"] = forms.BooleanField(label=page.text(page.wordings), required=False)

    @property
    def shown(self) -> list[forms.BoundField]:
        """What the visitor sees."""
        return [self[name] for name in self.fields if name != TRAP]

    @property
    def fell_into_trap(self) -> bool:
        return bool(self.data.get(TRAP))

    def take_errors(self, problem: ValidationError) -> None:
        """What the action refuses goes to its field, the rest above the form."""
        found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        for name, texts in found.items():
            self.add_error(name if name in self.fields else None, texts)


def _ranges(text: str) -> list[tuple[time, time]]:
    found = []
    for part in filter(None, (one.strip() for one in re.split(r"[,;]", to_latin(text)))):
        numbers = _RANGE.match(part)
        if not numbers:
            raise ValidationError(_("Write times as 9:00-17:00, several with a comma between them."))
        first, first_minute, last, last_minute = (int(one or 0) for one in numbers.groups())
        try:
            end = time(23, 59) if (last, last_minute) == (24, 0) else time(last, last_minute)
            found.append((time(first, first_minute), end))
        except ValueError:
            raise ValidationError(
                _("Write times as 9:00-17:00, several with a comma between them.")
            ) from None
    return found


class BookingFieldsForm(OwnFields):
    """The house's own fields of a booking; what visitors wrote stays as they wrote it."""

    def __init__(self, *arguments: Any, user: User, booking: Booking, **options: Any) -> None:
        options["initial"] = self.own_initial(booking, "booking")
        super().__init__(*arguments, **options)
        self.add_own_fields(user, "booking")

    def values(self) -> dict[str, Any]:
        """As `change_booking` takes them."""
        return {"custom": {}} | self.own_values()
