from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id


class Channel(models.Model):
    """A way customers write to us besides mail: a chat, a number, a page of a network. Its secrets are kept sealed.

    One that was removed stays as a row without secrets: conversations and kept notices still say where they came in.
    """

    scope = {"owner": (), "team": "team"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    name = models.CharField(_("name"), max_length=120)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(_("language"), max_length=12, blank=True)
    # What the adapter's fields that are no secrets hold; and the secrets, as one sealed JSON object.
    settings = models.JSONField(default=dict, blank=True)
    sealed_secrets = models.TextField(blank=True, editable=False)
    is_paused = models.BooleanField(_("paused"), default=False)
    # Health: noted at most once a minute, so that a busy channel does not write its own row for every message.
    last_in_at = models.DateTimeField(null=True, editable=False)
    last_out_at = models.DateTimeField(null=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    problem = models.CharField(max_length=300, blank=True, editable=False)
    # When its service was last asked for the templates it approved, and what went wrong then.
    templates_at = models.DateTimeField(null=True, editable=False)
    templates_problem = models.CharField(
        max_length=300, blank=True, editable=False, default="", db_default=""
    )
    # How far a channel that is asked (and does not tell) was read.
    cursor = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class RawNotice(models.Model):
    """What came to a channel's address, whole and before anybody read it: so that nothing is lost where reading fails."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be read")
        TAKEN = "taken", _("Read")
        REFUSED = "refused", _("Refused: its signature is not right")
        FAILED = "failed", _("Could not be read")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="notices")
    received_at = models.DateTimeField()
    query = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    # The sender's own id of it: told twice, it is kept once.
    external_id = models.CharField(max_length=250, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    error = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_id"],
                condition=~Q(external_id="") & ~Q(state="refused"),
                name="a_notice_is_kept_once",
            )
        ]
        indexes = [
            models.Index(fields=["channel", "-id"], name="notices_of_channel"),
            models.Index(
                fields=["channel", "state"],
                condition=Q(state__in=("waiting", "failed", "refused")),
                name="notices_kept_back",
            ),
        ]

    def __str__(self) -> str:
        return self.external_id or str(self.pk)
