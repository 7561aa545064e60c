from django.conf import settings
from django.db import models

from bandhu.platform.ids import new_id


class SavedView(models.Model):
    """A named list: filter, columns, sort and grouping over one kind of record."""

    class Sharing(models.TextChoices):
        PRIVATE = "private"
        TEAM = "team"
        EVERYONE = "everyone"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_kind = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    sharing = models.CharField(max_length=10, choices=Sharing.choices, default=Sharing.PRIVATE)
    # {"filter": tree, "columns": [field], "sort": ["-field"], "group_by": field or ""}; see views in docs.
    definition = models.JSONField(default=dict)
    pinned_by = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="pinned_views")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["record_kind", "name"], name="views_of_kind")]

    def __str__(self) -> str:
        return self.name
