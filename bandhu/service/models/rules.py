from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.identity.named import Named
from bandhu.platform.ids import new_id
from bandhu.service.models.service_levels import Measure
from bandhu.service.models.tickets import Ticket


class Trigger(models.TextChoices):
    """What makes a rule look at a ticket. The last six come with time."""

    CREATED = "created", _("A ticket is opened")
    CHANGED = "changed", _("A ticket is changed")
    STATUS = "status", _("The status changes")
    PRIORITY = "priority", _("The priority changes")
    CUSTOMER = "customer", _("The customer writes")
    AGENT = "agent", _("We answer the customer")
    WAITED = "waited", _("A ticket has been in its status for a time")
    UNANSWERED = "unanswered", _("The customer has waited for an answer for a time")
    BEFORE = "before", _("A service level will be breached within a time")
    AFTER = "after", _("A service level has been breached for a time")
    DUE_SOON = "due_soon", _("A ticket will be due within a time")
    OVERDUE = "overdue", _("A ticket has been overdue for a time")


TIMED = (
    Trigger.WAITED,
    Trigger.UNANSWERED,
    Trigger.BEFORE,
    Trigger.AFTER,
    Trigger.DUE_SOON,
    Trigger.OVERDUE,
)
# The time of these may be nought: at once when it has happened.
AT_ONCE = (Trigger.AFTER, Trigger.OVERDUE)


class TicketRule(Named):
    """When `trigger` comes to a ticket that fits `conditions` (a filter of tickets), `steps` are done on it, in order.

    `steps` are [{"do", "value", "text", "minutes"}] of the kinds in `rule_steps.py`. `minutes` is the time of a timed trigger, in
    business time where `in_business_time`; `measure` the clock it speaks of (empty: every one). A rule that `stops` is the last
    for what happened. Every saved state is kept as a RuleVersion.
    """

    trigger = models.CharField(_("when"), max_length=10, choices=Trigger.choices, default=Trigger.CREATED)
    minutes = models.PositiveIntegerField(default=0)
    in_business_time = models.BooleanField(default=True)
    measure = models.CharField(max_length=10, choices=Measure.choices, blank=True)
    conditions = models.JSONField(default=dict, blank=True)
    steps = models.JSONField(default=list)
    stops = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    # People are told once that a version does not work.
    warned_version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(
                fields=["trigger", "position"], condition=models.Q(is_active=True), name="rules_in_use"
            )
        ]

    @property
    def is_timed(self) -> bool:
        return self.trigger in TIMED


class RuleVersion(models.Model):
    """A rule as it was saved: what it did then is read here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rule = models.ForeignKey(TicketRule, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="a_rules_versions_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.number}"


class RuleRun(models.Model):
    """What a rule did to a ticket on one occasion: written in the transaction of its changes, so it is done once or not done.

    `occasion` is "event:…" (an event's record), "since:…" (since when it waits, in microseconds), "due:…" (when it is due, as much) or "clock:…". `did` are
    [{"do", "state", "before", "after"}]; `trouble` is a msgid where the rule was skipped or failed.
    """

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        NOTHING = "nothing", _("Nothing to change")
        SKIPPED = "skipped", _("Skipped")
        FAILED = "failed", _("Not done")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rule = models.ForeignKey(TicketRule, on_delete=models.CASCADE, related_name="runs", db_index=False)
    version = models.PositiveIntegerField()
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="rule_runs")
    occasion = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.DONE)
    did = models.JSONField(default=list, blank=True)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "ticket", "occasion"], name="a_rule_runs_once_for_an_occasion"
            )
        ]
        indexes = [models.Index(fields=["rule", "-id"], name="runs_of_a_rule")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.ticket_id}: {self.outcome}"
