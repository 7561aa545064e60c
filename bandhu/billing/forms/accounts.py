from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bandhu.billing.gateways.port import Gateway
from bandhu.billing.models import PaymentAccount
from bandhu.catalog.forms.checked import CheckedLater

PREFIX = "key_"


class AccountForm(CheckedLater):
    """A payment account: the provider's own keys, which are never shown again."""

    name = forms.CharField(
        label=_("Name"), required=False, max_length=120, help_text=_("Customers read it on the button.")
    )
    currencies = forms.CharField(
        label=_("Currencies"), required=False, max_length=300,
        help_text=_("For example BDT, USD. Empty means every currency the provider takes."),
    )  # fmt: skip
    is_live = forms.BooleanField(
        label=_("Real money"), required=False, help_text=_("Off: the provider's sandbox, for trying out.")
    )
    is_active = forms.BooleanField(label=_("Offered to customers"), required=False)

    def __init__(
        self, *arguments: Any, gateway: Gateway, record: PaymentAccount | None = None, **keywords: Any
    ) -> None:
        super().__init__(*arguments, **keywords)
        self.gateway = gateway
        for one in gateway.fields:
            hint = _("Empty keeps the one that is stored.") if record is not None else one.help
            kind = forms.PasswordInput if one.is_secret else forms.TextInput
            self.fields[PREFIX + one.name] = forms.CharField(
                label=one.label, required=False, max_length=500, help_text=hint,
                widget=kind(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )  # fmt: skip

    @property
    def key_fields(self) -> list[forms.BoundField]:
        """The provider's keys, for the template."""
        return [self[PREFIX + one.name] for one in self.gateway.fields]

    def values(self) -> dict[str, Any]:
        """What was sent, as `set_payment_account` takes it."""
        codes = str(self["currencies"].value() or "").replace(",", " ").split()
        return {
            "name": self["name"].value() or "",
            "currencies": codes,
            "is_live": bool(self["is_live"].value()),
            "is_active": bool(self["is_active"].value()),
            "keys": {one.name: self[PREFIX + one.name].value() or "" for one in self.gateway.fields},
        }

    @classmethod
    def values_of(cls, record: PaymentAccount) -> dict[str, Any]:
        """The stored values as the form's initial data, without keys."""
        return {
            "name": record.name,
            "currencies": ", ".join(record.currencies),
            "is_live": record.is_live,
            "is_active": record.is_active,
        }


class SettleForm(CheckedLater):
    """What a person did about a notice, and on which invoice its money goes."""

    note = forms.CharField(label=_("What was done"), required=False, max_length=300)
    invoice = forms.CharField(
        label=_("Put the money on the invoice"), required=False, max_length=40,
        help_text=_("The number of the invoice. Empty means that nothing is booked."),
    )  # fmt: skip
    went_back = forms.ChoiceField(
        label=_("Did the money go back?"),
        required=False,
        choices=[("", "–"), ("yes", _("Yes, the provider gave it back")), ("no", _("No, nothing happened"))],
    )

    def __init__(self, *arguments: Any, is_refund: bool = False, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        del self.fields["invoice" if is_refund else "went_back"]
