from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class EventRecord(models.Model):
    """One thing that happened; the outbox and the source of webhooks."""

    name = models.CharField(max_length=100, db_index=True)
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The event that led to this one: workflows stop when the chain grows too long.
    cause = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    depth = models.PositiveSmallIntegerField(default=0)
    occurred_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"
