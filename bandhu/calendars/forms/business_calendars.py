"""Setting up a business calendar."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from bandhu.calendars.business_time import Minutes
from bandhu.calendars.models import BusinessCalendar
from bandhu.calendars.public_holidays import country_name, known_countries, region_names
from bandhu.identity.forms import time_zone_choices
from bandhu.ui.digits import to_latin
from bandhu.ui.formats import current_reader, first_weekday, locale_of
from bandhu.ui.widgets import DateInput

_RANGE = re.compile(r"^\s*(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?\s*$")
_REFUSED = _("Write times as 9:00-13:00, 14:00-18:00. Empty means closed.")


def _country_choices() -> list[tuple[str, str]]:
    known = [(code, country_name(code)) for code in known_countries()]
    return [("", "–"), *sorted(known, key=lambda pair: pair[1])]


class BusinessCalendarForm(forms.Form):
    """Name, zone and holidays, and the hours of each weekday: "9:00-13:00, 14:00-18:00", any script's digits."""

    name = forms.CharField(label=_("Name"), max_length=100)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices)
    country = forms.ChoiceField(label=_("Public holidays of"), choices=_country_choices, required=False)
    region = forms.ChoiceField(
        label=_("Region"),
        required=False,
        help_text=_("After the country is saved, its regions can be chosen."),
    )
    is_default = forms.BooleanField(label=_("For everything that names no other"), required=False)

    def __init__(self, *arguments: Any, row: BusinessCalendar | None = None, **options: Any) -> None:
        initial = {}
        if row is not None:
            initial = {
                name: getattr(row, name) for name in ("name", "time_zone", "country", "region", "is_default")
            }
            initial |= {f"day-{day}": hours_text(hours) for day, hours in enumerate(row.week)}
        options["initial"] = options.get("initial", {}) | initial
        super().__init__(*arguments, **options)
        country = self.data.get("country", "") if self.is_bound else getattr(row, "country", "")
        self.fields["region"].choices = [("", "–"), *region_names(country).items()]  # type: ignore[attr-defined]
        reader = current_reader()
        names = locale_of(translation.get_language() or "en", reader.country).days["stand-alone"]["wide"]
        for day in [(first_weekday(reader) + number) % 7 for number in range(7)]:
            self.fields[f"day-{day}"] = forms.CharField(
                label=names[day],
                required=False,
                max_length=200,
                widget=forms.TextInput(attrs={"placeholder": _("Closed")}),
            )

    @property
    def days(self) -> list[forms.BoundField]:
        """The hours of the week, the reader's first weekday first."""
        return [self[name] for name in self.fields if name.startswith("day-")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in [one for one in data if one.startswith("day-")]:
            try:
                data[name] = hours_typed(data[name])
            except ValidationError as problem:
                self.add_error(name, problem)
        return data

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        own = {name: value for name, value in self.cleaned_data.items() if not name.startswith("day-")}
        return own | {"week": [self.cleaned_data[f"day-{day}"] for day in range(7)]}


class OwnDayForm(forms.Form):
    """A day unlike its week."""

    day = forms.DateField(label=_("Day"), widget=DateInput())
    name = forms.CharField(label=_("What for"), required=False, max_length=120)
    hours = forms.CharField(
        label=_("Open"), required=False, max_length=200, help_text=_("Empty means closed all day.")
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        # It stands on the calendar's page, whose form has a name too.
        super().__init__(*arguments, **{"auto_id": "own_%s", **options})

    def clean_hours(self) -> list[Minutes]:
        return hours_typed(self.cleaned_data["hours"])


def hours_typed(text: str) -> list[Minutes]:
    """The ranges of "9:00-13:00, 14-18", in minutes of the day; 24:00 is the day's end. Raises ValidationError."""
    found = []
    for part in filter(None, (one.strip() for one in re.split(r"[,;]", to_latin(text)))):
        numbers = _RANGE.match(part)
        if not numbers:
            raise ValidationError(_REFUSED)
        hour, minute, last_hour, last_minute = (int(one or 0) for one in numbers.groups())
        if max(hour, last_hour) > 24 or max(minute, last_minute) > 59:
            raise ValidationError(_REFUSED)
        found.append((hour * 60 + minute, last_hour * 60 + last_minute))
    return sorted(found)


def hours_text(hours: Any) -> str:
    """As `hours_typed` reads it."""
    return ", ".join("-".join(f"{one // 60}:{one % 60:02}" for one in pair) for pair in hours)
