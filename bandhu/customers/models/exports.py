"""What somebody asked to be taken out, how far it is, and the file it became."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id
from bandhu.platform.models import StoredFile


class Export(models.Model):
    """One file on its way out, made in the background. It holds what its actor may see and is shown to nobody else."""

    scope = {"owner": "actor", "team": "actor__team"}

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to start")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    file_format = models.CharField(max_length=8)
    # A view (platform.listing), with "whole" where every field goes out; and the search beside it.
    definition = models.JSONField(default=dict)
    text = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    total_rows = models.PositiveIntegerField(null=True)
    done_rows = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["actor", "-id"], name="exports_of_actor")]

    def __str__(self) -> str:
        return f"{self.kind}.{self.file_format}"
