from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.models import PriceBook
from bandhu.catalog.models.priced import PricedPaper, RecurringLine
from bandhu.customers.models import Company, Contact
from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id
from bandhu.platform.models.amounts import WithAmount
from bandhu.quotes.models.templates import QuoteTemplate
from bandhu.sales.models import Opportunity


class QuoteState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVAL = "approval", _("Waits for approval")
    SENT = "sent", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")


class Quote(WithAmount):
    """An offer to a customer, under one number. What it says stands in its versions; `current` is the newest one.

    `amount` repeats the total of the current version, `state` where that one stands. The public address has a token of which only
    the hash is kept.
    """

    scope = {"owner": "owner", "team": "team"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=300, blank=True)
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="quotes"
    )
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="quotes"
    )
    opportunity = models.ForeignKey(
        Opportunity, null=True, blank=True, on_delete=models.SET_NULL, related_name="quotes"
    )
    language = models.CharField(_("language"), max_length=12, default="en")
    country = models.CharField(_("country of taxation"), max_length=2, blank=True)
    price_book = models.ForeignKey(
        PriceBook, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    template = models.ForeignKey(
        QuoteTemplate, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=8, choices=QuoteState.choices, default=QuoteState.DRAFT, editable=False
    )
    current = models.OneToOneField(
        "QuoteVersion", null=True, editable=False, on_delete=models.SET_NULL, related_name="current_of"
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    wins_opportunity = models.BooleanField(default=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    token_hash = models.CharField(max_length=64, blank=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    first_read_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decline_reason = models.TextField(blank=True)
    custom = models.JSONField(default=dict, blank=True)
    # What a row of a file is known by, so that it comes in once.
    import_key = models.CharField(max_length=64, null=True, editable=False)

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta(WithAmount.Meta):
        indexes = [
            models.Index(fields=["owner", "created_at", "id"], name="quote_by_owner"),
            models.Index(fields=["team", "created_at", "id"], name="quote_by_team"),
            models.Index(fields=["created_at", "id"], name="quote_by_created"),
            models.Index(fields=["base_amount_minor", "id"], name="quote_by_amount"),
            models.Index(fields=["valid_until", "id"], condition=Q(state="sent"), name="quotes_that_run_out"),
        ]
        constraints = [
            *WithAmount.Meta.constraints,
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="one_quote_per_token"
            ),
            models.UniqueConstraint(
                fields=["import_key"], condition=Q(import_key__isnull=False), name="one_quote_of_a_row"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def is_draft(self) -> bool:
        return self.state == QuoteState.DRAFT

    @property
    def customer(self) -> Contact | Company | None:
        """Who is told: the contact, else the company."""
        return self.contact or self.company


class QuoteVersion(PricedPaper):
    """What a quote says. Once sent, nothing of it changes; the next change makes the next version.

    `sent_document` is the whole text as it was sent (lines, sums, terms, names), `document_hash` the SHA-256 of its canonical JSON:
    what the customer signs.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="versions")
    ordinal = models.PositiveIntegerField()
    introduction = models.TextField(blank=True)
    terms = models.TextField(blank=True)
    valid_until = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    approval_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_discount = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    approval_note = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_document = models.JSONField(null=True, blank=True)
    document_hash = models.CharField(max_length=64, blank=True)

    class Meta(PricedPaper.Meta):
        ordering = ["ordinal"]
        constraints = [
            *PricedPaper.Meta.constraints,
            models.UniqueConstraint(fields=["quote", "ordinal"], name="one_version_of_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.quote_id} v{self.ordinal}"


class QuoteLine(RecurringLine):
    """A line of one version."""

    paper = models.ForeignKey(QuoteVersion, on_delete=models.CASCADE, related_name="lines")

    class Meta(RecurringLine.Meta):
        constraints = [
            *RecurringLine.Meta.constraints,
            models.UniqueConstraint(
                fields=["paper", "position"],
                name="one_quote_line_per_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]


class Acceptance(models.Model):
    """A customer said yes, by typing their name: to which version, when, from where. `document_hash` is of what was on their page."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    quote = models.OneToOneField(Quote, on_delete=models.CASCADE, related_name="acceptance")
    paper = models.ForeignKey(QuoteVersion, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=300)
    address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    document_hash = models.CharField(max_length=64)
    # Who wrote it down for the customer; empty when the customer signed on the public page.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    accepted_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.signed_name
