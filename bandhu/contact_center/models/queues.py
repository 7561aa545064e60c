from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bandhu.calendars.models import BusinessCalendar
from bandhu.contact_center.models.agents import Agent
from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id

PRIORITIES = (-100, 100)
WEIGHTS = (1, 1000)


class Queue(models.Model):
    """Work that waits for one of its members. All spans are seconds; what is empty does not happen.

    `needs` are the skills every member must have to get anything of it, as `skill_levels` writes them. Higher `priority`
    goes first, among queues as among pieces of work.
    """

    scope = {"owner": "members__agent__user", "team": "team"}

    class Strategy(models.TextChoices):
        ROUND_ROBIN = "round_robin", _("In turn")
        LEAST_LOADED = "least_loaded", _("Whoever has the most room")
        LONGEST_IDLE = "longest_idle", _("Whoever got nothing for longest")
        MANUAL = "manual", _("Nobody by itself: people take it")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120)
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    strategy = models.CharField(
        _("who gets it"), max_length=12, choices=Strategy.choices, default=Strategy.ROUND_ROBIN
    )
    priority = models.SmallIntegerField(_("priority"), default=0)
    weight = models.PositiveSmallIntegerField(_("units a piece takes"), default=1)
    needs = ArrayField(models.CharField(max_length=44), default=list, blank=True)
    # What waits is counted by its open hours; without one, by the clock.
    calendar = models.ForeignKey(
        BusinessCalendar, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_sticky = models.BooleanField(_("back to whoever had it"), default=True)
    sticky_seconds = models.PositiveIntegerField(_("kept for them"), default=60)
    acceptance_seconds = models.PositiveIntegerField(_("time to accept"), null=True, blank=True)
    pauses_who_misses = models.BooleanField(_("whoever does not answer is set away"), default=True)
    relax_after = models.PositiveIntegerField(_("language and skills count until"), null=True, blank=True)
    overflow_queue = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    overflow_after = models.PositiveIntegerField(_("goes on to the other queue after"), null=True, blank=True)
    max_wait = models.PositiveIntegerField(_("waits too long after"), null=True, blank=True)
    return_after = models.PositiveIntegerField(
        _("goes back when its agent is gone for"), null=True, blank=True
    )
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="one_queue_of_a_name"),
            models.CheckConstraint(condition=Q(priority__range=PRIORITIES), name="priority_of_a_queue"),
            models.CheckConstraint(condition=Q(weight__range=WEIGHTS), name="weight_of_a_queue"),
            models.CheckConstraint(
                condition=Q(overflow_queue__isnull=True) | ~Q(overflow_queue=F("id")),
                name="no_queue_flows_over_into_itself",
            ),
        ]

    def __str__(self) -> str:
        # Names of ready-made queues are ours, and translated.
        return gettext(self.name) if self.name else ""


class QueueMember(models.Model):
    """An agent of a queue; whose turn was longest ago comes first."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="members")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="memberships")
    last_given_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["agent__user__full_name"]
        constraints = [models.UniqueConstraint(fields=["queue", "agent"], name="one_place_in_a_queue")]

    def __str__(self) -> str:
        return f"{self.queue_id}: {self.agent_id}"


class QueuePlace(models.Model):
    """Where a queue's work comes from: a mailbox, a chat, a number (`place_id`); without one, the whole channel;
    without a channel too, everything that has no other queue."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="places")
    channel = models.CharField(max_length=30, blank=True)
    place_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["channel", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "place_id"], nulls_distinct=False, name="a_place_has_one_queue"
            ),
            models.CheckConstraint(
                condition=Q(place_id__isnull=True) | ~Q(channel=""), name="a_place_has_a_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.place_id or ''}"
