"""Pairs that are probably the same customer, merges and how to take them back, scans of the whole book."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bandhu.customers.models.contacts import Company, Contact
from bandhu.platform.ids import new_id


class DuplicatePair(models.Model):
    """Two contacts or two companies that are probably the same one. The smaller id stands first.

    Read through `queries.duplicates`, which shows a pair only to somebody who sees both.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DIFFERENT = "different", _("Not a duplicate")
        MERGED = "merged", _("Merged")

    class Found(models.TextChoices):
        SCAN = "scan", _("By a scan of the whole book")
        ENTRY = "entry", _("On entry")
        IMPORT = "import", _("On import")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first_contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="+")
    second_contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="+")
    first_company = models.ForeignKey(Company, null=True, on_delete=models.CASCADE, related_name="+")
    second_company = models.ForeignKey(Company, null=True, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()
    # Keys of sentences (matching.reasons), strongest first.
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    found_by = models.CharField(max_length=10, choices=Found.choices, default=Found.SCAN)
    found_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first_contact", "second_contact"], name="one_pair_of_contacts"),
            models.UniqueConstraint(fields=["first_company", "second_company"], name="one_pair_of_companies"),
            models.CheckConstraint(
                condition=Q(first_contact__lt=F("second_contact"), first_company=None, second_company=None)
                | Q(first_company__lt=F("second_company"), first_contact=None, second_contact=None),
                name="pair_of_one_kind_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["-score", "-id"], condition=Q(state="open"), name="open_pairs_by_score")
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"

    @property
    def kind(self) -> str:
        return "contact" if self.first_contact_id else "company"

    @property
    def first_id(self) -> object:
        return self.first_contact_id or self.first_company_id

    @property
    def second_id(self) -> object:
        return self.second_contact_id or self.second_company_id


class Merge(models.Model):
    """One customer merged into another: everything that is needed to take it back exactly."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10)
    winner_id = models.UUIDField()
    loser_id = models.UUIDField()
    # Both names as they were, for a list of merges that outlives the records.
    winner_title = models.CharField(max_length=300)
    loser_title = models.CharField(max_length=300)
    pair = models.ForeignKey(DuplicatePair, null=True, on_delete=models.SET_NULL, related_name="+")
    # What moved (merging.Moved), and each app's notes by the name of its merge handler.
    moved = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    notes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    automatic = models.BooleanField(default=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["winner_id"], name="merges_of_winner"),
            models.Index(fields=["loser_id"], name="merges_of_loser"),
        ]

    def __str__(self) -> str:
        return f"{self.loser_title} → {self.winner_title}"


class DuplicateScan(models.Model):
    """One look through the whole book. It writes pairs at its end; a killed one goes on comparing where it was."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to start")
        READING = "reading", _("Reading the book")
        COMPARING = "comparing", _("Comparing")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Stopped")
        FAILED = "failed", _("Failed")

    RUNNING = (State.WAITING, State.READING, State.COMPARING)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, default="contact")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    compared_share = models.FloatField(default=0.0)
    found = models.PositiveIntegerField(default=0)
    new_pairs = models.PositiveIntegerField(default=0)
    merged = models.PositiveIntegerField(default=0)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(state__in=("waiting", "reading", "comparing")),
                name="one_running_scan_per_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def percent(self) -> int:
        return round(100 * self.compared_share)

    @property
    def is_running(self) -> bool:
        return self.state in self.RUNNING
