from django.conf import settings
from django.db import models

from bandhu.platform.ids import new_id


class BulkChange(models.Model):
    """One change made to many records at once; kept so that it can be watched and undone."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        UNDOING = "undoing"
        UNDONE = "undone"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_kind = models.CharField(max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=60)
    mode = models.CharField(max_length=10, default="set")
    value = models.JSONField(null=True)
    value_words = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.record_kind}.{self.field}"


class BulkChangeRow(models.Model):
    """One record of it: what it held before, and the version this change made (a stamp of the value where records have no version)."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"
        UNDONE = "undone"
        KEPT = "kept"  # changed by somebody since: not undone

    change = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="rows")
    record_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    before = models.JSONField(null=True)
    version = models.PositiveIntegerField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["change", "state", "id"], name="bulk_rows_by_state")]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.state}"
