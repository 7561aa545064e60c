from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.calendars.models import BusinessCalendar
from bandhu.identity.named import Named
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id
from bandhu.service.models.tickets import Ticket


class Measure(models.TextChoices):
    FIRST = "first", _("First answer")
    NEXT = "next", _("Next answer")
    RESOLUTION = "resolution", _("Solution")


class ServiceLevel(Named):
    """What is promised to whom: the first policy in order whose `conditions` (a filter of tickets) fit decides.

    `targets` are {priority: {measure: business minutes}}; what is missing is not promised. `calendar` empty: the usual one.
    """

    conditions = models.JSONField(default=dict, blank=True)
    calendar = models.ForeignKey(
        BusinessCalendar, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    targets = models.JSONField(default=dict)

    class Meta:
        ordering = ["position", "id"]


class EscalationStep(models.Model):
    """What is done before, at or after a breach: once for each clock, when `percent` of its time has gone.

    `what` with its `user`, `team` or `queue_id` where it needs one.
    """

    class What(models.TextChoices):
        NOTIFY_OWNER = "notify_owner", _("Tell the owner")
        NOTIFY_USER = "notify_user", _("Tell somebody")
        NOTIFY_TEAM = "notify_team", _("Tell the team")
        RAISE = "raise", _("Raise the priority")
        QUEUE = "queue", _("Move to a queue")
        REASSIGN = "reassign", _("Give to somebody")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    level = models.ForeignKey(ServiceLevel, on_delete=models.CASCADE, related_name="steps")
    # Empty: of every measure.
    measure = models.CharField(max_length=10, choices=Measure.choices, blank=True)
    percent = models.PositiveSmallIntegerField(default=75)
    what = models.CharField(max_length=12, choices=What.choices, default=What.NOTIFY_OWNER)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    queue_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["percent", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=300), name="share_of_an_escalation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.percent} % {self.what}"


class Clock(models.Model):
    """The time a ticket has for an answer or a solution. One row for each promise, kept for the figures.

    `pauses` are [from, to] as ISO moments, `to` null while it stands still. `due_at` is empty while it stands still. `spent`
    are the business seconds used when it ended. `check_at` is when the job looks at it next: at a step or at the breach.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Standing still")
        MET = "met", _("Met")
        BREACHED = "breached", _("Breached")
        ABANDONED = "abandoned", _("Abandoned")

    scope = {"owner": "ticket__owner", "team": "ticket__team"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="clocks")
    measure = models.CharField(max_length=10, choices=Measure.choices)
    level = models.ForeignKey(ServiceLevel, null=True, on_delete=models.SET_NULL, related_name="clocks")
    calendar = models.ForeignKey(BusinessCalendar, null=True, on_delete=models.SET_NULL, related_name="+")
    target_minutes = models.PositiveIntegerField()
    # Whose promise of the level it is: another one's is a change of the ticket, another time for the same one an edited promise.
    priority = models.CharField(max_length=10, blank=True, db_default="")
    started_at = models.DateTimeField()
    pauses = models.JSONField(default=list, blank=True)
    paused_seconds = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    check_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.RUNNING)
    # Nobody answered in time, whatever happened afterwards.
    breached_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    spent = models.PositiveIntegerField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "measure"], condition=Q(ended_at__isnull=True), name="one_running_clock"
            )
        ]
        indexes = [
            models.Index(fields=["check_at"], condition=Q(check_at__isnull=False), name="clocks_to_look_at"),
            models.Index(fields=["measure", "started_at"], name="clocks_by_measure"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.measure}"

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def promised(self) -> timedelta:
        """In business time, as `used`."""
        return timedelta(minutes=self.target_minutes)

    @property
    def used(self) -> timedelta | None:
        return timedelta(seconds=self.spent) if self.spent is not None else None


class StepTaken(models.Model):
    """That a step was done for a clock: written in the same transaction, so it is done once and never lost."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="steps_taken")
    step = models.ForeignKey(EscalationStep, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "step"], name="a_step_is_taken_once")]

    def __str__(self) -> str:
        return f"{self.clock_id}: {self.step_id}"
