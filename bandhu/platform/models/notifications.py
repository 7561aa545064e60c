from typing import Any

from django.conf import settings
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from bandhu.platform.ids import new_id
from bandhu.ui import formats


class Notification(models.Model):
    """Something one user should know. The sentence is kept untranslated and told in the reader's language."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    sentence = models.CharField(max_length=300)
    values = models.JSONField(default=dict)
    icon = models.CharField(max_length=40, default="bell")
    url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="notifications_of_user"),
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="unread_of_user"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The sentence in the language that is active now."""
        return gettext(self.sentence) % self._words() if self.values else gettext(self.sentence)

    def _words(self) -> dict[str, Any]:
        """Its values as they are read: of one called "…_at", an ISO moment, the reader's day and hour."""
        moments = {name: parse_datetime(value) for name, value in self.values.items() if name.endswith("_at")}
        reader = formats.current_reader()
        return self.values | {
            name: formats.when(moment, reader) for name, moment in moments.items() if moment
        }
