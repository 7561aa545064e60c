from django.db import models


class RateLimit(models.Model):
    """A token bucket: how much was left of it at a moment. Written only by `rate_limits.py`.

    The table is unlogged: every request writes to it, and a crash that empties it fills the buckets.
    """

    key = models.CharField(max_length=120, primary_key=True)
    tokens = models.FloatField()
    # Whether the last request was let through; the upsert needs it to answer in one statement.
    allowed = models.BooleanField(default=True)
    # No index: forgetting old buckets reads few rows once a day, and an indexed column is dearer to change.
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
