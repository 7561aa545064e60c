from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bandhu.contact_center.models.agents import Agent
from bandhu.contact_center.models.queues import PRIORITIES, WEIGHTS, Queue
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id


class WorkItem(models.Model):
    """A record somebody is to do something about: one item for each record, for as long as the record lives.

    Whoever writes `agent` or `state` goes through `actions`: agent rows are locked first, then the item, then the record,
    and the write names the `version` it saw. `enqueued_at` never becomes younger while the work is open: what comes back
    to its queue keeps its place. `needs` and `language` are asked of the agent, `reserved_for` has the first go,
    `passed_by` declined or gave it back a moment ago.
    """

    scope = {"owner": "agent__user", "team": "queue__team"}

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        OFFERED = "offered", _("Offered")
        ASSIGNED = "assigned", _("Assigned")
        FINISHED = "finished", _("Finished")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    record_id = models.UUIDField()
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="work")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    agent = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.PROTECT, related_name="work")
    last_agent = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=30)
    priority = models.SmallIntegerField(default=0)
    weight = models.PositiveSmallIntegerField(default=1)
    needs = ArrayField(models.CharField(max_length=44), default=list, blank=True)
    language = models.CharField(max_length=12, blank=True)
    enqueued_at = models.DateTimeField()
    in_queue_since = models.DateTimeField()
    offered_until = models.DateTimeField(null=True, blank=True)
    assigned_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    reserved_for = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    reserved_until = models.DateTimeField(null=True, blank=True)
    passed_by = ArrayField(models.UUIDField(), default=list, blank=True)
    passed_at = models.DateTimeField(null=True, blank=True)
    # Not given to anybody before: handing it over failed, or it is for later.
    not_before = models.DateTimeField(null=True, blank=True)
    # Put off: with whoever has it, but it takes nothing of their capacity, and it is given to nobody.
    rests = models.BooleanField(default=False, db_default=False)
    problem = models.CharField(max_length=300, blank=True)
    # When it was told that this waits too long.
    told_late_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-priority", "enqueued_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "record_id"], name="one_work_item_of_a_record"),
            # At most one agent, and one exactly when somebody has it: no state says otherwise.
            models.CheckConstraint(
                condition=Q(state__in=["offered", "assigned"], agent__isnull=False)
                | Q(state__in=["waiting", "finished"], agent__isnull=True),
                name="work_is_with_somebody_or_waits",
            ),
            models.CheckConstraint(
                condition=Q(state="offered", offered_until__isnull=False)
                | (~Q(state="offered") & Q(offered_until__isnull=True)),
                name="an_offer_ends",
            ),
            models.CheckConstraint(
                condition=Q(state="finished", finished_at__isnull=False)
                | (~Q(state="finished") & Q(finished_at__isnull=True)),
                name="finished_work_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(reserved_for__isnull=True) | Q(reserved_until__isnull=False),
                name="a_reservation_ends",
            ),
            models.CheckConstraint(condition=Q(priority__range=PRIORITIES), name="priority_of_work"),
            models.CheckConstraint(condition=Q(weight__range=WEIGHTS), name="weight_of_work"),
        ]
        indexes = [
            # What waits in a queue, in its order.
            models.Index(
                "queue",
                F("priority").desc(),
                "enqueued_at",
                "id",
                name="work_waiting",
                condition=Q(state="waiting"),
            ),
            # The claim reads it in its order, weight by weight.
            models.Index(
                "queue",
                "weight",
                F("priority").desc(),
                "enqueued_at",
                "id",
                name="work_by_weight",
                condition=Q(state="waiting"),
            ),
            models.Index(fields=["agent", "channel"], name="work_of_agent", condition=Q(agent__isnull=False)),
            models.Index(
                fields=["reserved_for"],
                name="work_reserved",
                condition=Q(state="waiting", reserved_for__isnull=False),
            ),
            models.Index(fields=["offered_until"], name="work_offered", condition=Q(state="offered")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


class WorkEvent(models.Model):
    """What happened to a work item; written only, never changed. `actor` is empty for the router."""

    class Verb(models.TextChoices):
        OFFERED_TO_QUEUE = "queued", _("Came into the queue")
        REOPENED = "reopened", _("Opened again")
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        MISSED = "missed", _("Not answered in time")
        ROUTED = "routed", _("Assigned by the router")
        ASSIGNED = "assigned", _("Assigned")
        RETURNED = "returned", _("Returned to the queue")
        MOVED = "moved", _("Moved to another queue")
        FINISHED = "finished", _("Finished")
        HELD_BACK = "held_back", _("Could not be handed over")
        RESTS = "rests", _("Put off")
        RESUMED = "resumed", _("Back from being put off")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField()
    verb = models.CharField(max_length=10, choices=Verb.choices)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="+", db_index=False)
    agent = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    version = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            # Two writers that both believe they changed version n cannot both write it down.
            models.UniqueConstraint(fields=["item", "version"], name="one_event_of_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.verb}"
