from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.identity.models import Team
from bandhu.identity.named import Named
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id

TERRITORY_KINDS = [
    ("lead", _("Leads")),
    ("opportunity", _("Opportunities")),
    ("company", _("Companies")),
    ("contact", _("Contacts")),
]


class Territory(Named):
    """Records of one kind that fit `conditions` (a filter tree, empty: all) belong to a team, or to a person of it; the first that fits decides.

    With a team alone, whoever has a record keeps it if they are of that team; else it waits there for somebody.
    """

    kind = models.CharField(max_length=12, choices=TERRITORY_KINDS)
    conditions = models.JSONField(default=dict, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["position", "id"]
        verbose_name_plural = "territories"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(team__isnull=False) | models.Q(owner__isnull=False),
                name="territory_belongs_to_somebody",
            )
        ]


class Reassignment(models.Model):
    """Many records given to others at once: by the territories, or because somebody is away. Runs as a job and can be taken back.

    A hand-over has the person who is away (`from_user`), who takes over, and the days; it waits as planned until its first day.
    """

    class Reason(models.TextChoices):
        TERRITORIES = "territories", _("Territories")
        HAND_OVER = "hand_over", _("Hand-over")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")

    scope = {"owner": "from_user", "team": "from_user__team"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reason = models.CharField(max_length=11, choices=Reason.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.RUNNING)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    from_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.reason}: {self.created_at:%Y-%m-%d}"

    @property
    def can_be_undone(self) -> bool:
        return self.state in (self.State.RUNNING, self.State.DONE)


class ReassignedRecord(models.Model):
    """One record of a run: whose it was, whose it became."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Given")
        FAILED = "failed", _("Not given")
        UNDONE = "undone", _("Given back")
        KEPT = "kept", _("Left as it is")

    run = models.ForeignKey(Reassignment, on_delete=models.CASCADE, related_name="rows", db_index=False)
    record_kind = models.CharField(max_length=12)
    record_id = models.UUIDField()
    owner_before = models.UUIDField(null=True)
    team_before = models.UUIDField(null=True)
    owner_after = models.UUIDField(null=True)
    team_after = models.UUIDField(null=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["run", "state", "id"], name="reassigned_of_run")]

    def __str__(self) -> str:
        return f"{self.record_kind} {self.record_id}"
