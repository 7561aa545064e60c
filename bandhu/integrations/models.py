from django.conf import settings
from django.db import models

from bandhu.platform.events import event_classes
from bandhu.platform.ids import new_id
from bandhu.platform.models import EventRecord
from bandhu.platform.web_addresses import ERRORS


def in_words(answer: str) -> str:
    """Why an address was not called, kept as a code, in the reader's words; any other text as it is."""
    return str(ERRORS.get(answer, answer))


class Webhook(models.Model):
    """An address of another program that is told what happens here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    url = models.CharField(max_length=2000)
    # Names of events; empty means all.
    events = models.JSONField(default=list)
    secret = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    switched_off_because = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def why_off(self) -> str:
        """In the reader's words why it was switched off."""
        return in_words(self.switched_off_because)


class WebhookDelivery(models.Model):
    """One event on its way to one address. The id is the message id the receiver removes doubles by."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(EventRecord, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "event"], name="one_delivery_per_event")]
        indexes = [models.Index(fields=["webhook", "-id"], name="deliveries_of_webhook")]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.webhook_id}: {self.state}"

    @property
    def said(self) -> str:
        """The answer as it came, or in the reader's words why the address was not called."""
        return self.answer if self.status else in_words(self.answer)

    @property
    def sentence(self) -> str:
        """What happened, in the reader's words; "" for an event that an older version knew."""
        known = event_classes.get(self.event.name)
        return str(known.sentence) if known else ""
