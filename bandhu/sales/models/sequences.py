from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bandhu.channels.models import Mail, MailTemplate
from bandhu.customers.models import Contact
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.interactions.models import FollowUp
from bandhu.platform.ids import new_id
from bandhu.sales.models.leads import Lead


class Sequence(models.Model):
    """Letters and tasks one after another, until somebody answers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class SequenceStep(models.Model):
    """A letter, or with no template a task, so many working days after the step before."""

    sequence = models.ForeignKey(Sequence, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    wait_days = models.PositiveSmallIntegerField(_("working days before"), default=0)
    template = models.ForeignKey(
        MailTemplate, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    task = models.CharField(_("task"), max_length=300, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["sequence", "position"], name="one_step_per_place"),
            models.CheckConstraint(
                condition=(Q(template__isnull=True) & ~Q(task="")) | Q(template__isnull=False, task=""),
                name="letter_or_task",
            ),
        ]

    def __str__(self) -> str:
        return self.task or str(self.template)


class Enrolment(models.Model):
    """A contact on the way through a sequence, on behalf of `owner`. `position` is the step that comes next."""

    scope = {"owner": ("owner", "contact__owner"), "team": ("owner__team", "contact__team")}

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        FINISHED = "finished", _("Finished")
        STOPPED = "stopped", _("Stopped")

    class Reason(models.TextChoices):
        ANSWERED = "answered", _("Answered")
        BOUNCED = "bounced", _("Mail came back")
        OPTED_OUT = "opted_out", _("Does not want it any more")
        WON = "won", _("Bought")
        CLOSED = "closed", _("The lead was closed")
        BY_HAND = "by_hand", _("By hand")
        TROUBLE = "trouble", _("It could not go on")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sequence = models.ForeignKey(Sequence, on_delete=models.PROTECT, related_name="enrolments")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="enrolments")
    lead = models.ForeignKey(Lead, null=True, on_delete=models.SET_NULL, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    last_mail = models.ForeignKey(Mail, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sequence", "contact"],
                condition=Q(state__in=("running", "paused")),
                name="enrolled_once",
            )
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(state="running"), name="due_enrolments")]

    def __str__(self) -> str:
        return f"{self.contact}: {self.sequence}"


class StepTaken(models.Model):
    """What was done for an enrolment, and when; `position` counts from 0 in the order it was done."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="taken")
    position = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    mail = models.ForeignKey(Mail, null=True, on_delete=models.SET_NULL, related_name="+")
    follow_up = models.ForeignKey(FollowUp, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["enrolment", "position"], name="each_step_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.position}"
