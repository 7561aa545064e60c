"""What an import is, how far it got, which rows failed, and what it did to which record (so that it can be undone)."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id


class Import(models.Model):
    """One file on its way in. `done_rows` is the checkpoint: it moves in the transaction that writes the rows."""

    scope = {"owner": "actor", "team": "actor__team"}

    class State(models.TextChoices):
        DRAFT = "draft", _("Being set up")
        CHECKING = "checking", _("Trying it out")
        WAITING = "waiting", _("Waiting to start")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Stopped")
        FAILED = "failed", _("Failed")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # A key of `importing.kinds.import_kinds`.
    kind = models.CharField(max_length=20, default="contacts")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    file_name = models.CharField(max_length=255)
    file_size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    # How the file is read (sources.Reading), what its columns mean (mapping.ColumnMapping), what was chosen.
    reading = models.JSONField(default=dict)
    header = models.JSONField(default=list)
    layout = models.CharField(max_length=40, blank=True)
    mapping = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    preview = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    total_rows = models.PositiveIntegerField(null=True)
    done_rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    warned = models.PositiveIntegerField(default=0)
    suspects = models.PositiveIntegerField(default=0)
    companies_created = models.PositiveIntegerField(default=0)
    # Undo walks the traces backwards; `undo_below` is its checkpoint.
    undo_below = models.BigIntegerField(null=True)
    undone = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    error = models.JSONField(default=dict)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-id"], name="imports_by_time"),
            models.Index(fields=["state", "beat_at"], name="imports_by_state"),
        ]

    def __str__(self) -> str:
        return self.file_name


class FailedRow(models.Model):
    """A row that was not taken over. `cells` is ASCII JSON: broken bytes and NUL, which text cannot hold, survive in it."""

    scope = {"owner": "run__actor", "team": "run__actor__team"}

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="failed_rows", db_index=False)
    number = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    cells = models.TextField()
    # [{"code", "column", "value", "params"}]: sentences are made when shown, in the reader's language.
    problems = models.JSONField(default=list)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_failure_per_row")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.number}"


class WarnedRow(models.Model):
    """A row that was taken over though something in it was not as one would expect: what, and what was made of it."""

    scope = {"owner": "run__actor", "team": "run__actor__team"}

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="warned_rows", db_index=False)
    number = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    # The record it went to, so that what it quotes is erased with the person; null where none was touched.
    record_id = models.UUIDField(null=True)
    # [{"code", "column", "value", "detail"}]: as in FailedRow.
    problems = models.JSONField(default=list)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_warning_per_row")]
        indexes = [models.Index(fields=["record_id"], name="warnings_of_record")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.number}"


class ImportedRow(models.Model):
    """What one row did to one record: created it, linked it into being, or changed it from `before`."""

    scope = {"owner": "run__actor", "team": "run__actor__team"}

    class Verb(models.TextChoices):
        CREATED = "created", _("created")
        LINKED = "linked", _("created by a link")
        CHANGED = "changed", _("changed")

    class Undo(models.TextChoices):
        NOT_YET = "", _("not undone")
        UNDONE = "undone", _("undone")
        KEPT = "kept", _("kept, since it was changed afterwards")

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="imported_rows", db_index=False)
    number = models.PositiveIntegerField()
    record_kind = models.CharField(max_length=20)
    record_id = models.UUIDField()
    verb = models.CharField(max_length=10, choices=Verb.choices)
    version = models.PositiveIntegerField()
    # {"columns": former values, "added": {table: [ids]}, "tags": [ids], "custom": {key: former}}
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    # A new record that probably repeats this one, how probably (0 to 1), and why (matching's reasons).
    suspect_of = models.UUIDField(null=True)
    suspect_score = models.FloatField(null=True)
    suspect_reasons = models.JSONField(default=list, null=True)
    undo = models.CharField(max_length=8, choices=Undo.choices, default=Undo.NOT_YET, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["run", "id"], name="imported_rows_of_run"),
            models.Index(fields=["run", "record_id"], name="imported_record_of_run"),
            models.Index(
                fields=["run", "number"], condition=models.Q(suspect_of__isnull=False), name="suspects_of_run"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.record_kind} {self.record_id}"


class SavedMapping(models.Model):
    """What the columns of a kind of file mean, kept for the next file with the same header."""

    scope = {"owner": "owner", "team": "owner__team"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    header_key = models.CharField(max_length=64, db_index=True)
    mapping = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "kind", "name"], name="one_mapping_per_name")]

    def __str__(self) -> str:
        return self.name
