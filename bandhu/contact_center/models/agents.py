from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id

LEVELS = (1, 5)


class Skill(models.Model):
    """Something work may ask of who does it: a product, a trade, a licence. Languages are no skills, they stand apart."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="one_skill_of_a_name")]

    def __str__(self) -> str:
        return self.name


class AwayReason(models.Model):
    """Why an agent is away: lunch, training, paperwork. The one with `key` "missed" is set when an offer went unanswered.

    Those every installation starts with have a key, and are shown in the reader's language until they are renamed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=20, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=~models.Q(key=""), name="one_away_reason_of_a_key"
            )
        ]

    def __str__(self) -> str:
        return gettext(self.name) if self.key else self.name


class Agent(models.Model):
    """Somebody who gets work: whether they are there, what they can do, how much at once.

    The row is what claims lock: load is counted anew under that lock, never kept. `capacity` is in units; a piece of work
    takes its `weight`. `channel_limits` is {channel: pieces at once}. Whoever is available is so until `lease_until`
    unless their page says again that it is open. `holdings` repeats the skills as the claim asks for them.
    """

    scope = {"owner": "user", "team": "user__team"}

    class State(models.TextChoices):
        AVAILABLE = "available", _("Available")
        AWAY = "away", _("Away")
        OFFLINE = "offline", _("Offline")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="agent")
    capacity = models.PositiveSmallIntegerField(_("capacity"), default=10)
    channel_limits = models.JSONField(_("at once by channel"), default=dict, blank=True)
    # Empty: whatever language.
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    holdings = ArrayField(models.CharField(max_length=44), default=list, blank=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFLINE)
    reason = models.ForeignKey(AwayReason, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state_since = models.DateTimeField(auto_now_add=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    # Since when the agent got, gave back or finished nothing: the longest idle is served first.
    idle_since = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["user__full_name"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="available") | models.Q(lease_until__isnull=False),
                name="who_is_available_has_a_lease",
            ),
            models.CheckConstraint(condition=models.Q(capacity__lte=1000), name="capacity_of_an_agent"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class AgentSkill(models.Model):
    """How well an agent has a skill, 1 to 5."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), default=3)

    class Meta:
        ordering = ["skill__name"]
        constraints = [
            models.UniqueConstraint(fields=["agent", "skill"], name="one_level_of_a_skill"),
            models.CheckConstraint(condition=models.Q(level__range=LEVELS), name="level_from_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class PresenceChange(models.Model):
    """An agent's presence from a moment on; written only, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="presence_changes")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=Agent.State.choices)
    reason = models.ForeignKey(AwayReason, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["agent", "-at"], name="presence_of_agent")]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.state}"
