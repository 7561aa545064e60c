from django.conf import settings
from django.db import models


class Presence(models.Model):
    """Who looks at, or edits, a record right now; rows older than a minute mean nothing."""

    record_id = models.UUIDField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    editing = models.BooleanField(default=False)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record_id", "user"], name="one_presence")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.record_id}"
