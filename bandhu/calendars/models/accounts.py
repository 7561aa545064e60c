from django.conf import settings
from django.db import models

from bandhu.calendars.models.meetings import Meeting
from bandhu.platform.ids import new_id


class CalendarAccount(models.Model):
    """A user's calendar on another server (CalDAV), kept the same as the one here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_account"
    )
    url = models.CharField(max_length=2000)
    username = models.CharField(max_length=200)
    # Sealed by platform/vault.py.
    password = models.TextField()
    # What the server offered: [[address, name], ...].
    offered = models.JSONField(default=list)
    calendar_url = models.CharField(max_length=2000, blank=True)
    calendar_name = models.CharField(max_length=200, blank=True)
    sync_token = models.CharField(max_length=2000, blank=True)
    listed_at = models.DateTimeField(null=True, blank=True)
    synced_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    # The server says that most meetings are gone: nothing is taken over before a person says so.
    deletions_held = models.BooleanField(default=False, db_default=False)
    failures = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.calendar_name or self.url


class RemoteObject(models.Model):
    """One file on the other server, as it was when both sides agreed: `version` is the meeting's of then, `text` the server's."""

    account = models.ForeignKey(CalendarAccount, on_delete=models.CASCADE, related_name="objects_there")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.SET_NULL, related_name="+")
    href = models.CharField(max_length=2000)
    etag = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    # Why it cannot be shown here; such a file is left alone.
    fault = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "href"], name="one_row_per_file_there"),
            models.UniqueConstraint(
                fields=["account", "meeting"],
                condition=models.Q(meeting__isnull=False),
                name="one_file_per_meeting",
            ),
        ]

    def __str__(self) -> str:
        return self.href
