from django.db import models


class RateLimit(models.Model):
    """A token bucket: how much was left of it at a moment. Written only by `rate_limits.py`."""

    key = models.CharField(max_length=120, primary_key=True)
    tokens = models.FloatField()
    # Whether the last request was let through; the upsert needs it to answer in one statement.
    allowed = models.BooleanField(default=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
