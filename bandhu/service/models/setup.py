from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bandhu.identity.named import Named


class Stage(models.TextChoices):
    """What every status of one's own means."""

    NEW = "new", _("New")
    OPEN = "open", _("Open")
    WAITING = "waiting", _("Waiting for the customer")
    HOLD = "hold", _("Waiting for somebody else")
    SOLVED = "solved", _("Solved")
    CLOSED = "closed", _("Closed")


UNFINISHED = (Stage.NEW, Stage.OPEN, Stage.WAITING, Stage.HOLD)
FINISHED = (Stage.SOLVED, Stage.CLOSED)


class Level(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class Priority(models.TextChoices):
    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    URGENT = "urgent", _("Urgent")


class Nature(models.TextChoices):
    """A problem is the cause behind incidents; whoever solves it solves them."""

    REQUEST = "request", _("Request")
    INCIDENT = "incident", _("Incident")
    PROBLEM = "problem", _("Problem")


class TicketType(Named):
    """A kind of work with a form of its own: `fields` are keys of own fields of tickets it asks for, in this order."""

    nature = models.CharField(max_length=10, choices=Nature.choices, default=Nature.REQUEST)
    fields = models.JSONField(default=list, blank=True)
    # Those of them that customers fill in when they send such a request.
    portal_fields = models.JSONField(default=list, blank=True, db_default=[])
    # A queue of the contact center; empty for the usual one.
    queue_id = models.UUIDField(null=True, blank=True)
    # Customers can choose it in the portal.
    is_public = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]


class TicketStatus(Named):
    """A status of the house's own, and what it means. `pauses`: clocks of service levels stand still in it."""

    stage = models.CharField(max_length=8, choices=Stage.choices)
    pauses = models.BooleanField(default=False)
    # The one a ticket gets when only the meaning is known.
    is_usual = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage"], condition=Q(is_usual=True), name="one_usual_status_of_a_stage"
            )
        ]
