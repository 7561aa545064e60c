from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.ids import new_id

UNDO_SECONDS = 10


class Draft(models.Model):
    """What somebody is writing in a conversation: kept as it is typed, whatever happens to the page.

    `version` counts the savings, so that two pages of one person do not overwrite each other without saying so.
    """

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply")
        NOTE = "note", _("Internal note")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.REPLY)
    text = models.TextField(blank=True)
    # Cleaned; empty where it was typed without formats.
    html = models.TextField(blank=True, default="", db_default="")
    to = models.CharField(max_length=1_000, blank=True)
    cc = models.CharField(max_length=1_000, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "conversation", "kind"], name="one_draft_of_a_kind")
        ]
        indexes = [models.Index(fields=["user", "-changed_at"], name="drafts_of_user")]

    def __str__(self) -> str:
        return self.text[:80]


class SharedQuerySet(ScopedQuerySet):
    """What is kept by one person for themselves, by a team, or by the house for all."""

    def usable_by(self, user: AbstractBaseUser) -> SharedQuerySet:
        """One's own, the team's, and everybody's."""
        everybodys = Q(owner__isnull=True, team__isnull=True)
        mine = Q(owner=user.pk)
        team = Q(owner__isnull=True, team=user.team_id) if user.team_id else Q(pk__in=[])  # type: ignore[attr-defined]
        return self.filter(everybodys | mine | team)


class Shared(models.Model):
    """Belongs to `owner` alone, else to `team`, else to everybody."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=80)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class CannedReply(Shared):
    """A text that is written often. `texts` are {language: text} with merge fields; `shortcut` is typed as "/thanks"."""

    shortcut = models.CharField(_("shortcut"), max_length=40, db_index=True)
    texts = models.JSONField(default=dict)
    used = models.PositiveIntegerField(default=0)


class Macro(Shared):
    """Steps that are done in order on a conversation: `steps` are [{"kind": …, "value": …}] of registered kinds."""

    steps = models.JSONField(default=list)


class Mention(models.Model):
    """Somebody was named in a note: the conversation stands in their view "Mentioned"."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="mentions_of_user")]
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="mentioned_once_in_a_note")]

    def __str__(self) -> str:
        return f"@{self.user_id}"


class Label(models.Model):
    """A label that conversations have had: what is offered while one is typed."""

    name = models.CharField(max_length=60, primary_key=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Preference(models.Model):
    """How somebody works: for how many seconds what they sent can be taken back, and what follows on closing."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    undo_seconds = models.PositiveSmallIntegerField(
        _("seconds in which a reply can be taken back"),
        default=UNDO_SECONDS,
        validators=[MinValueValidator(0), MaxValueValidator(30)],
    )
    opens_next = models.BooleanField(_("open the next conversation when one is done"), default=True)

    def __str__(self) -> str:
        return str(self.user_id)
