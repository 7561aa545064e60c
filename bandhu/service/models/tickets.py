from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.customers.models import Company, Contact, Tag
from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.interactions.models import Conversation
from bandhu.platform.ids import new_id
from bandhu.service.models.setup import FINISHED, UNFINISHED, Level, Priority, Stage, TicketStatus, TicketType

_LIVE = Q(deleted_at__isnull=True)


def new_token() -> str:
    """Says in addresses sent to customers which ticket is meant, and cannot be guessed."""
    return secrets.token_urlsafe(18)


class Ticket(models.Model):
    """Work that a customer is owed. `number` comes from a sequence: readable and unique, with gaps.

    `stage` repeats what the status means. `owner`, `team` and `queue_id` mirror the work item of the contact center: only its
    compare-and-set writes them. `merged_into` is set on what was merged into another; it is closed then.
    """

    scope = {"owner": "owner", "team": "team"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.BigIntegerField(unique=True, editable=False)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    title = models.CharField(_("what it is about"), max_length=300)
    sort_key = models.BinaryField(max_length=120, editable=False)
    description = models.TextField(_("description"), blank=True)
    type = models.ForeignKey(TicketType, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    status = models.ForeignKey(TicketStatus, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.NEW)
    stage_since = models.DateTimeField(default=timezone.now)
    impact = models.CharField(_("impact"), max_length=6, choices=Level.choices, default=Level.MEDIUM)
    urgency = models.CharField(_("urgency"), max_length=6, choices=Level.choices, default=Level.MEDIUM)
    priority = models.CharField(
        _("priority"), max_length=6, choices=Priority.choices, default=Priority.NORMAL
    )
    # Chosen by hand or by an escalation: impact and urgency no longer decide.
    priority_is_set = models.BooleanField(default=False)
    # What clocks promise by, where an escalation raised the priority: it hurries us, and shortens no promise.
    promised_priority = models.CharField(max_length=6, choices=Priority.choices, blank=True)

    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets"
    )
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets"
    )
    channel = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=12, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )  # fmt: skip
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    queue_id = models.UUIDField(null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="+")
    watchers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    custom = models.JSONField(default=dict, blank=True)

    resolution = models.TextField(_("resolution"), blank=True)
    first_answered_at = models.DateTimeField(null=True, blank=True)
    last_answered_at = models.DateTimeField(null=True, blank=True)
    last_customer_at = models.DateTimeField(null=True, blank=True)
    # The oldest message of the customer that nobody has answered.
    waiting_since = models.DateTimeField(null=True, blank=True)
    answers = models.PositiveIntegerField(default=0)
    solved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reopened = models.PositiveIntegerField(default=0)
    # When the next clock of a service level is due: lists sort by it. Empty while none runs.
    next_due_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    follow_up_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="follow_ups"
    )
    # Of a ticket brought in from another service desk: from where, its number there, when, and what its row is known by. What was promised
    # there is none of our clocks' affair.
    came_from = models.CharField(max_length=60, blank=True, default="", db_default="", editable=False)
    external_id = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)
    imported_at = models.DateTimeField(null=True, editable=False)
    import_key = models.CharField(max_length=64, null=True, editable=False)

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+", db_index=False
    )  # fmt: skip
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-number"], condition=_LIVE, name="ticket_by_number"),
            models.Index(fields=["stage", "-number"], condition=_LIVE, name="ticket_by_stage"),
            models.Index(fields=["owner", "stage", "-number"], condition=_LIVE, name="ticket_by_owner"),
            models.Index(fields=["team", "stage", "-number"], condition=_LIVE, name="ticket_by_team"),
            models.Index(fields=["queue_id", "stage"], condition=_LIVE, name="ticket_by_queue"),
            models.Index(
                fields=["next_due_at"], condition=Q(next_due_at__isnull=False), name="ticket_by_due"
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(due_at__isnull=False, deleted_at__isnull=True),
                name="ticket_by_due_date",
            ),
            models.Index(
                fields=["solved_at"], condition=Q(solved_at__isnull=False), name="ticket_by_solution"
            ),
            models.Index(fields=["sort_key", "id"], name="ticket_by_title"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["import_key"], condition=Q(import_key__isnull=False), name="one_ticket_of_a_row"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def code(self) -> str:
        """What people say and write: T-1042."""
        return f"T-{self.number}"

    @property
    def is_open(self) -> bool:
        return self.stage in UNFINISHED

    @property
    def is_over(self) -> bool:
        return self.stage in FINISHED


class TicketConversation(models.Model):
    """An exchange that belongs to a ticket, to one at a time. What was merged brings its own along."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="threads")
    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="ticket_thread")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["added_at", "id"]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.conversation_id}"


class TicketNote(models.Model):
    """What colleagues say to each other about a ticket that has no conversation, or about all of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    # As it was formatted; empty where that says no more than the text.
    html = models.TextField(blank=True, default="", db_default="")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    # The name of the rule that wrote it; empty for people.
    by_rule = models.CharField(max_length=120, blank=True, default="", db_default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:80]


class LinkKind(models.TextChoices):
    """How `first` stands to `second`."""

    RELATED = "related", _("Related to")
    DUPLICATE = "duplicate", _("Duplicate of")
    BLOCKS = "blocks", _("Blocks")
    PARENT = "parent", _("Parent of")
    PROBLEM = "problem", _("Cause of")


class TicketLink(models.Model):
    """That one ticket has to do with another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=LinkKind.choices)
    first = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links_out")
    second = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links_in")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second", "kind"], name="a_link_is_made_once"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="no_ticket_links_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.kind} {self.second_id}"


class StatusMove(models.Model):
    """A ticket's way through its statuses; written only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="moves")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    from_stage = models.CharField(max_length=8, choices=Stage.choices, blank=True)
    to_stage = models.CharField(max_length=8, choices=Stage.choices)
    to_status = models.ForeignKey(TicketStatus, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["to_stage", "at"], name="ticket_moves_by_stage")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.to_stage}"


class Joining(models.Model):
    """One ticket merged into another, or messages split off into a new one; `notes` are what undoes it exactly."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("Merged")
        SPLIT = "split", _("Split off")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    # Of a merge: what went, and into what. Of a split: where the messages were, and the new ticket.
    source = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="joinings_out")
    target = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="joinings_in")
    notes = models.JSONField(default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(kind="merge", undone_at__isnull=True),
                name="a_ticket_is_merged_into_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.source_id} → {self.target_id}"
