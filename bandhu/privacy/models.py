from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bandhu.customers.models import Contact
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id


class Purpose(models.Model):
    """What data is used for, e.g. marketing; `requires_consent` is false where law gives another basis."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(max_length=40, unique=True)
    labels = models.JSONField(default=dict)
    requires_consent = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.key


class Consent(models.Model):
    """What a contact says now about a purpose on a channel ("" = every channel)."""

    scope = {"owner": "contact__owner", "team": "contact__team"}

    class State(models.TextChoices):
        GIVEN = "given", _("Given")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents")
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    changed_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "purpose", "channel"], name="one_consent_per_channel")
        ]

    def __str__(self) -> str:
        return f"{self.purpose_id} {self.channel}: {self.state}"


class ConsentProof(models.Model):
    """One act of giving or withdrawing: how, which text, from where. Never changed afterwards."""

    scope = {"owner": "consent__contact__owner", "team": "consent__contact__team"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="history")
    state = models.CharField(max_length=10, choices=Consent.State.choices)
    at = models.DateTimeField()
    method = models.CharField(max_length=40)
    wording = models.TextField(blank=True)
    language = models.CharField(max_length=12, blank=True)
    origin = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.state} at {self.at}"
