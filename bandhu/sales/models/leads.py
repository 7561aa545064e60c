from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.customers.models import Company, Contact, Tag
from bandhu.identity.models import Team
from bandhu.identity.named import Named
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.interactions.models import FollowUp
from bandhu.platform.ids import new_id
from bandhu.sales.models.opportunities import Opportunity
from bandhu.sales.models.web_forms import WebForm

_LIVE = models.Q(deleted_at__isnull=True)
_UNANSWERED = models.Q(first_response_at__isnull=True, deleted_at__isnull=True, status__in=("new", "working"))


class LeadStatus(models.TextChoices):
    NEW = "new", _("New")
    WORKING = "working", _("In work")
    NURTURING = "nurturing", _("Kept warm")
    QUALIFIED = "qualified", _("Qualified")
    CLOSED = "closed", _("Closed")


OPEN_STATUSES = (LeadStatus.NEW, LeadStatus.WORKING, LeadStatus.NURTURING)


class LeadSource(Named):
    """Where enquiries come from, and within how many hours they are answered (empty: no target)."""

    respond_within_hours = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]


class LeadReason(Named):
    """Why leads are closed without becoming an opportunity."""

    class Meta:
        ordering = ["position", "id"]


class Lead(models.Model):
    """An enquiry of a contact. `answers` (field of the form → text) is what a stranger typed, as typed: the contact is never changed by it.

    `score_reasons` are {"rule", "name", "points"} of the rules that fitted when the score was made.
    """

    scope = {"owner": "owner", "team": "team"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(_("what it is about"), max_length=300)
    sort_key = models.BinaryField(max_length=120, editable=False)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="leads")
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="leads"
    )
    message = models.TextField(_("message"), blank=True)
    answers = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=12, blank=True)
    country = models.CharField(max_length=2, blank=True)

    source = models.ForeignKey(
        LeadSource, null=True, blank=True, on_delete=models.PROTECT, related_name="leads", db_index=False
    )
    web_form = models.ForeignKey(
        WebForm, null=True, blank=True, on_delete=models.SET_NULL, related_name="leads", db_index=False
    )
    # One submission makes one lead, however often its button was pressed.
    submission = models.CharField(max_length=64, null=True, unique=True, editable=False)
    campaign = models.CharField(_("campaign"), max_length=200, blank=True)
    utm_source = models.CharField(max_length=200, blank=True)
    utm_medium = models.CharField(max_length=200, blank=True)
    utm_term = models.CharField(max_length=200, blank=True)
    utm_content = models.CharField(max_length=200, blank=True)
    landing_page = models.CharField(max_length=1000, blank=True)
    referrer = models.CharField(max_length=1000, blank=True)

    status = models.CharField(max_length=10, choices=LeadStatus.choices, default=LeadStatus.NEW)
    status_since = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(default=timezone.now)
    response_due_at = models.DateTimeField(null=True, blank=True)
    first_response_at = models.DateTimeField(null=True, blank=True)
    # The customer wrote again after an answer, and nobody has answered that yet.
    waits_since = models.DateTimeField(null=True, blank=True, editable=False)
    nurture_until = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.ForeignKey(
        LeadReason, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    close_note = models.TextField(blank=True)
    opportunity = models.OneToOneField(
        Opportunity, null=True, blank=True, on_delete=models.SET_NULL, related_name="lead"
    )
    score = models.IntegerField(default=0)
    score_reasons = models.JSONField(default=list, blank=True)
    # Learned, 0 to 1; empty where no model is in use.
    chance = models.FloatField(null=True, blank=True)
    chance_reasons = models.JSONField(default=list, blank=True, db_default=[])

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    tags = models.ManyToManyField(Tag, blank=True, related_name="+")
    custom = models.JSONField(default=dict, blank=True)

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
            models.Index(fields=["-received_at", "-id"], condition=_LIVE, name="lead_by_arrival"),
            models.Index(fields=["status", "-received_at", "-id"], condition=_LIVE, name="lead_by_status"),
            models.Index(fields=["owner", "status"], condition=_LIVE, name="lead_by_owner"),
            models.Index(fields=["team", "status"], condition=_LIVE, name="lead_by_team"),
            models.Index(fields=["response_due_at"], condition=_UNANSWERED, name="lead_unanswered"),
            models.Index(fields=["-score", "-id"], condition=_LIVE, name="lead_by_score"),
            models.Index(fields=["chance", "id"], condition=_LIVE, name="lead_by_chance"),
            models.Index(fields=["sort_key", "id"], name="lead_by_title"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def waits(self) -> bool:
        """For its first answer, or for the next one."""
        return self.is_open and (self.first_response_at is None or self.waits_since is not None)

    @property
    def is_late(self) -> bool:
        """Nobody answered within the hours of its source: the enquiry, or what the customer wrote since."""
        return self.waits and self.response_due_at is not None and self.response_due_at < timezone.now()


class LeadStep(models.Model):
    """A follow-up that was planned for this lead."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="steps")
    follow_up = models.OneToOneField(FollowUp, on_delete=models.CASCADE, related_name="lead_step")

    def __str__(self) -> str:
        return str(self.follow_up_id)


class StatusChange(models.Model):
    """A lead got another status: when, by whom, from what. `from_status` is empty for the first."""

    scope = {"owner": "lead__owner", "team": "lead__team"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="status_changes", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    from_status = models.CharField(max_length=10, choices=LeadStatus.choices, blank=True)
    to_status = models.CharField(max_length=10, choices=LeadStatus.choices)
    note = models.CharField(max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["lead", "at"], name="status_changes_of_lead")]

    def __str__(self) -> str:
        return f"{self.lead_id}: {self.to_status}"
