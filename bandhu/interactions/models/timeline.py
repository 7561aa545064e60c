from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from bandhu.customers.models import Company, Contact
from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id


class InteractionQuerySet(ScopedQuerySet):
    def for_eyes_of(self, user: Any) -> Self:
        """Without those that are somebody else's alone."""
        return self.filter(models.Q(only_for__isnull=True) | models.Q(only_for=user.pk))

    def visible_to(self, user: Any, permission: str | None = None, *, deleted: bool = False) -> Self:
        """Those on which `user` holds `permission`, as for every record, and nobody else's alone."""
        return super().visible_to(user, permission, deleted=deleted).for_eyes_of(user)


class Interaction(models.Model):
    """One exchange with a customer on any channel; the timeline is a list of these.

    The id is a UUIDv7 made from the moment it happened, so the newest come first by id alone; the table is
    partitioned by ranges of the id (see migrations and docs/adr), which keeps both one key and cheap pages.
    """

    scope = {"owner": ("contact__owner", "company__owner"), "team": ("contact__team", "company__team")}

    class Direction(models.TextChoices):
        IN = "in", _("Incoming")
        OUT = "out", _("Outgoing")
        NONE = "none", _("Internal")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=30)
    channel = models.CharField(max_length=30, blank=True)
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.NONE)
    occurred_at = models.DateTimeField()
    # Each has an index of its own below, with the id: a second one on the column alone would only cost at writing.
    contact = models.ForeignKey(
        Contact,
        null=True,
        blank=True,
        db_index=False,
        on_delete=models.CASCADE,
        related_name="interactions",
    )
    company = models.ForeignKey(
        Company,
        null=True,
        blank=True,
        db_index=False,
        on_delete=models.CASCADE,
        related_name="interactions",
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.SET_NULL, related_name="+"
    )
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    is_html = models.BooleanField(default=False)
    outcome = models.CharField(max_length=120, blank=True)
    department = models.CharField(max_length=60, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True)
    details = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    words = SearchVectorField(null=True, editable=False)
    # A mail out of somebody's own mailbox that is shared with nobody: on the timeline, for one pair of eyes.
    only_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        db_index=False,
        on_delete=models.CASCADE,
        related_name="+",
    )

    objects = InteractionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["contact", "-id"], name="interaction_of_contact"),
            models.Index(fields=["company", "-id"], name="interaction_of_company"),
            models.Index(fields=["actor", "-id"], name="interaction_by_actor"),
            models.Index(
                fields=["source", "external_id"],
                condition=~models.Q(external_id=""),
                name="interaction_from_elsewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.kind


class Participant(models.Model):
    """Somebody else who took part: another contact, a colleague, or an address nobody knows yet."""

    scope = {
        "owner": ("interaction__contact__owner", "interaction__company__owner"),
        "team": ("interaction__contact__team", "interaction__company__team"),
    }

    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="participants")
    contact = models.ForeignKey(
        Contact, null=True, blank=True, db_index=False, on_delete=models.CASCADE, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    role = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=254, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["contact", "-interaction"], name="took_part")]

    def __str__(self) -> str:
        return self.address or str(self.contact_id or self.user_id)


class FollowUp(models.Model):
    """A next step somebody owes a customer: who, what, until when. Nothing due is lost."""

    scope = {
        "owner": ("owner", "contact__owner", "company__owner"),
        "team": ("team", "contact__team", "company__team"),
    }

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contact = models.ForeignKey(
        Contact, null=True, blank=True, db_index=False, on_delete=models.CASCADE, related_name="follow_ups"
    )
    company = models.ForeignKey(
        Company, null=True, blank=True, db_index=False, on_delete=models.CASCADE, related_name="follow_ups"
    )
    interaction = models.ForeignKey(
        Interaction, null=True, blank=True, on_delete=models.SET_NULL, related_name="follow_ups"
    )
    kind = models.CharField(_("kind"), max_length=30, default="task")
    what = models.CharField(_("what is to be done"), max_length=300)
    note = models.TextField(_("note"), blank=True, default="", db_default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="follow_ups"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField(_("due"))
    remind_at = models.DateTimeField(_("remind"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    result = models.CharField(max_length=300, blank=True)
    custom = models.JSONField(default=dict, db_default={}, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    # What a row of a file is known by, so that it comes in once.
    import_key = models.CharField(max_length=64, null=True, editable=False)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["owner", "due_at"], condition=models.Q(state="open"), name="open_follow_ups"
            ),
            models.Index(
                fields=["remind_at"],
                condition=models.Q(state="open", reminded_at__isnull=True),
                name="reminders_to_send",
            ),
            models.Index(fields=["contact", "due_at"], name="follow_ups_of_contact"),
            models.Index(fields=["company", "due_at"], name="follow_ups_of_company"),
            models.Index(fields=["due_at", "id"], name="follow_ups_by_due"),
            GinIndex(OpClass(Upper("what"), "gin_trgm_ops"), name="follow_ups_by_words"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["import_key"],
                condition=models.Q(import_key__isnull=False),
                name="one_follow_up_of_a_row",
            )
        ]

    def __str__(self) -> str:
        return self.what
