from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bandhu.platform.ids import new_id


class DunningEffect(models.TextChoices):
    """What becomes of the subscription whose invoice is not paid."""

    NONE = "", _("goes on")
    PAST_DUE = "past_due", _("is past due")
    PAUSE = "pause", _("rests until it is paid")


def usual_dunning() -> list[dict[str, Any]]:
    """Steps so many days after an invoice was due; at first only the owner is reminded.

    Each is {"days", "letter" (a key of `dunning_letters`, or ""), "task" (a follow-up for the owner), "effect" (of DunningEffect)}.
    """
    return [{"days": days, "letter": "", "task": True, "effect": ""} for days in (1, 7, 21)]


class Issuer(models.Model):
    """Who writes the invoices: this company as the tax office and electronic invoices want it named. There is one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    only = models.BooleanField(default=True, unique=True, editable=False)
    name = models.CharField(max_length=300)
    street = models.TextField(blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2)
    tax_number = models.CharField(max_length=60, blank=True)
    registration_number = models.CharField(max_length=60, blank=True)
    mail = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    # How to pay without a gateway: bank, account, mobile wallet; stands on every invoice.
    payment_note = models.TextField(blank=True)
    bank_account = models.CharField(max_length=60, blank=True)
    due_days = models.PositiveSmallIntegerField(default=30)
    dunning_steps = models.JSONField(default=usual_dunning)
    # So many days before a subscription of a year or longer renews, its customer is told; 0 is never.
    renewal_days = models.PositiveSmallIntegerField(default=30)
    invoice_prefix = models.CharField(max_length=12, default="INV-")
    credit_prefix = models.CharField(max_length=12, default="CN-")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="one_issuer")]

    def __str__(self) -> str:
        return self.name


class InvoiceSeries(models.Model):
    """The last number given in a series and year. Its row is locked by who issues, so that no number is given twice or lost."""

    key = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "year"], name="one_counter_a_series_and_year")]

    def __str__(self) -> str:
        return f"{self.key} {self.year}: {self.last}"
