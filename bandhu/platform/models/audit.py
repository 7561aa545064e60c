from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class AuditEntry(models.Model):
    """One change, or one look at a masked field: what, before, after, who, when, from where.

    Entries are sealed into a hash chain by a job in the order of `seal` (see `audit.py`); a row altered
    or removed afterwards breaks the chain. `actor_id` is no foreign key: the trail outlives the user.
    """

    at = models.DateTimeField(auto_now_add=True)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    origin = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    verb = models.CharField(max_length=60)
    record_kind = models.CharField(max_length=60)
    record_id = models.UUIDField(null=True)
    record_title = models.CharField(max_length=300, blank=True)
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    seal = models.BigIntegerField(null=True, unique=True)
    hash = models.BinaryField(null=True, max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["record_id", "-id"], name="audit_of_record"),
            models.Index(fields=["actor_id", "-id"], name="audit_of_actor"),
            models.Index(fields=["id"], condition=models.Q(seal__isnull=True), name="audit_unsealed"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.record_kind} {self.record_id}"
