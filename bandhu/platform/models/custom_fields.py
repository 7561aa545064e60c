import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bandhu.platform.ids import new_id

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def new_field_key() -> str:
    """A short key that never changes, so that renaming a field rewrites no record."""
    return "f" + "".join(secrets.choice(_ALPHABET) for _place in range(6))


class CustomField(models.Model):
    """The definition of a field an administrator added; values live in the record's `custom` under `key`."""

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        LONG_TEXT = "long_text", _("Long text")
        NUMBER = "number", pgettext_lazy("kind of field", "Number")
        MONEY = "money", _("Money")
        DATE = "date", _("Date")
        CHOICE = "choice", _("Choice")
        CHOICES = "choices", _("Several choices")
        YES_NO = "boolean", _("Yes or no")
        LINK = "link", _("Web address")
        FILE = "file", _("File")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_kind = models.CharField(max_length=60)
    key = models.CharField(max_length=12, unique=True, default=new_field_key, editable=False)
    type = models.CharField(max_length=20, choices=Type.choices)
    # {"en": "Loyalty number", "bn": "…"}: names are translatable; the first written one stands in.
    labels = models.JSONField(default=dict)
    helps = models.JSONField(default=dict)
    # choices: [{"key": "gold", "labels": {...}}]; money: {"currency": "BDT"}; link: {"kind": "contact"};
    # number: {"minimum":, "maximum":, "decimals":}; text: {"pattern":, "max_length":}
    options = models.JSONField(default=dict)
    is_required = models.BooleanField(default=False)
    is_filterable = models.BooleanField(default=False)
    # Role keys; empty means every role that may see (or edit) the record.
    visible_to_roles = models.JSONField(default=list)
    editable_by_roles = models.JSONField(default=list)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["record_kind", "position", "id"]

    def __str__(self) -> str:
        return f"{self.record_kind}.{self.key}"


class CustomFieldVersion(models.Model):
    """One number, drawn anew with each change: processes reload their definitions when it is another."""

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)
