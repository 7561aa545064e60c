from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bandhu.billing.models import Interval, Subscription
from bandhu.catalog.forms.checked import CheckedLater
from bandhu.catalog.queries import currencies
from bandhu.customers.forms.choices import team_choices, title_of, user_choices
from bandhu.customers.forms.custom import OwnFields
from bandhu.customers.models import Company, Contact
from bandhu.platform.time_zones import zone_choices
from bandhu.ui.widgets import Combobox, DateInput

_LINKS = ("contact", "company", "owner", "team")
_SCHEDULE = ("interval", "every", "starts_on", "trial_until", "in_arrears")


def _line(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **more)


def _day(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=DateInput(), help_text=help_text)


def _zones() -> list[Any]:
    return [("", _("The customer's")), *zone_choices(get_language() or "en")]


class SubscriptionForm(CheckedLater, OwnFields):
    """The head of a subscription; its lines are a grid (line_grid.py). Cleaning is left to the actions."""

    company = _line(_("Company"), 60, widget=Combobox(reverse_lazy("customers:company_choices")))
    contact = _line(_("Contact"), 60, widget=Combobox(reverse_lazy("sales:contact_choices")))
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    every = _line(_("Every"), 4, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    interval = forms.ChoiceField(label=_("Interval"), choices=Interval.choices, required=False)
    starts_on = _day(_("First day"), _("Empty means today."))
    trial_until = _day(
        _("First day that is paid for"), _("Only after a trial: until then nothing is billed.")
    )
    in_arrears = forms.ChoiceField(
        label=_("Billed"), required=False, choices=[("", _("on the first day of each period")), ("yes", _("when each period is over"))]
    )  # fmt: skip
    last_day = _day(_("Last day"), _("Empty means that it goes on until somebody cancels it."))
    periods = _line(_("Periods in all"), 5, help_text=_("Empty means without a limit."))
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=_zones,
        required=False,
        help_text=_("A period begins at midnight there."),
    )
    reference = _line(_("Customer's reference"), 120)
    owner = forms.ChoiceField(label=_("Owner"), choices=user_choices, required=False)
    team = forms.ChoiceField(label=_("Team"), choices=team_choices, required=False)
    note = forms.CharField(
        label=_("Note"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *arguments: Any, user: Any, record: Subscription | None = None, **keywords: Any
    ) -> None:
        super().__init__(*arguments, **keywords)
        self.record = record
        self.add_own_fields(user, "subscription")
        codes = [one.code for one in currencies(user, active_only=True)]
        self.fields["currency"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("The customer's")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        self.fields["contact"].widget.text = lambda value: title_of(Contact, user, value)  # type: ignore[attr-defined]
        self.fields["company"].widget.text = lambda value: title_of(Company, user, value)  # type: ignore[attr-defined]
        if record is not None:
            del self.fields["currency"]
        if record is not None and record.billed_periods:
            for name in _SCHEDULE:
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What was sent, as the actions take it."""
        names = [name for name in self.fields if name != "currency" and name not in self.custom]
        return {name: self[name].value() or "" for name in names} | self.own_values()

    @property
    def sent_currency(self) -> str:
        """The currency chosen, else the record's, else ""."""
        return self.record.currency if self.record else str(self["currency"].value() or "")

    @classmethod
    def values_of(cls, record: Subscription) -> dict[str, Any]:
        """The record's values as the form's initial data."""
        plain = [name for name in cls.base_fields if name not in _LINKS]
        found = {name: getattr(record, name) for name in plain} | cls.own_initial(record, "subscription")
        found["in_arrears"] = "yes" if record.in_arrears else ""
        return found | {name: str(getattr(record, f"{name}_id") or "") for name in _LINKS}


class LinesForm(CheckedLater):
    """From when other lines count."""

    NOW, NEXT = "now", "next"
    when = forms.ChoiceField(
        label=_("From when"), required=False, initial=NOW,
        choices=[(NOW, _("from today: the rest of the period is billed or credited to the day")), (NEXT, _("from the next period"))],
    )  # fmt: skip

    def __init__(self, *arguments: Any, in_arrears: bool = False, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        if in_arrears:
            self.fields["when"].choices = [  # type: ignore[attr-defined]
                (self.NOW, _("from today: the days used so far are billed as they were")),
                (self.NEXT, _("for all of the period that runs")),
            ]

    @property
    def prorates(self) -> bool:
        return self["when"].value() != self.NEXT


class CancelForm(CheckedLater):
    """When a subscription ends, and why."""

    PERIOD, CREDIT, FORFEIT = "period", "credit", "forfeit"
    when = forms.ChoiceField(label=_("When"), required=False)
    reason = _line(_("Reason"), 300, help_text=_("It stands on the credit note."))

    def __init__(
        self, *arguments: Any, may_credit: bool, is_paused: bool, in_arrears: bool = False, **keywords: Any
    ) -> None:
        super().__init__(*arguments, **keywords)
        if in_arrears:
            self._offer_in_arrears(is_paused)
            return
        choices: list[tuple[str, Any]] = []
        if not is_paused:
            choices.append((self.PERIOD, _("with the end of what is billed")))
        if may_credit:
            choices.append((self.CREDIT, _("at once, and the days that are left are credited")))
        choices.append((self.FORFEIT, _("at once, without a credit")))
        self.fields["when"].choices = choices  # type: ignore[attr-defined]

    def _offer_in_arrears(self, is_paused: bool) -> None:
        """Nothing is paid ahead, so there is nothing to credit."""
        choices: list[tuple[str, Any]] = [] if is_paused else [(self.PERIOD, _("with the period that runs"))]
        choices.append((self.FORFEIT, _("at once; the days used so far are billed")))
        self.fields["when"].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As `cancel_subscription` takes them; what was not offered is the gentlest choice."""
        offered = dict(self.fields["when"].choices)  # type: ignore[attr-defined]
        chosen = self["when"].value()
        when = chosen if chosen in offered else next(iter(offered))
        return {
            "reason": self["reason"].value() or "",
            "at_once": when != self.PERIOD,
            "credits": when == self.CREDIT,
        }
