from django.conf import settings
from django.db import models

from bandhu.platform.ids import new_id


class StoredFile(models.Model):
    """A file somebody attached to a record; its bytes lie in the data folder under an inert name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_kind = models.CharField(max_length=60)
    record_id = models.UUIDField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["record_id", "-id"], name="files_of_record")]

    def __str__(self) -> str:
        return self.name
