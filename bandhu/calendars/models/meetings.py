from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from bandhu.calendars.recurrence import Rule, read_rule
from bandhu.calendars.wall_clock import wall_of, zone_for
from bandhu.channels.models import MailAccount
from bandhu.customers.models import Company, Contact
from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.interactions.models import Interaction
from bandhu.platform.ids import new_id


def new_uid() -> str:
    """What the meeting is called in every calendar of the world (RFC 5545, 3.8.4.7)."""
    return f"{new_id()}@bandhu"


class Meeting(models.Model):
    """A meeting or a call that is planned. Who takes part counts as one of its own people.

    One with a `rule` stands for a series; an occurrence that differs is a row of its own with `series` and the moment it would
    have begun at (`replaces`). Moments are UTC; `time_zone` is where the wall clock hangs by which it was planned.
    """

    scope = {
        "owner": ("owner", "attendees__user", "contact__owner", "company__owner"),
        "team": ("team", "contact__team", "company__team"),
    }

    class Kind(models.TextChoices):
        MEETING = "meeting", _("Meeting")
        CALL = "call", _("Call")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.MEETING)
    title = models.CharField(_("title"), max_length=300)
    note = models.TextField(_("note"), blank=True)
    place = models.CharField(_("place"), max_length=300, blank=True)
    link = models.CharField(_("link"), max_length=2000, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    is_all_day = models.BooleanField(_("all day"), default=False)
    is_private = models.BooleanField(_("private"), default=False)
    is_busy = models.BooleanField(_("takes the time"), default=True)
    # Guests are told by mail, from this account once the first of them was.
    invites = models.BooleanField(_("guests are invited by mail"), default=False)
    mail_account = models.ForeignKey(
        MailAccount, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="meetings"
    )
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="meetings"
    )
    # A record of an app above: ("opportunity", its id).
    about_kind = models.CharField(max_length=30, blank=True)
    about_id = models.UUIDField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="meetings"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    outcome = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    custom = models.JSONField(default=dict, db_default={}, blank=True)
    interaction = models.ForeignKey(
        Interaction, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    rule = models.CharField(max_length=500, blank=True)
    # When the last of the series is over; empty for one without end.
    recurs_until = models.DateTimeField(null=True, blank=True)
    series = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="exceptions"
    )
    replaces = models.DateTimeField(null=True, blank=True)
    uid = models.CharField(max_length=255, default=new_uid)
    # Counts what guests have to be told again (RFC 5546); `version` counts every change.
    sequence = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("starts_at")), name="ends_after_it_begins"
            ),
            models.UniqueConstraint(fields=["series", "replaces"], name="one_exception_per_occurrence"),
            models.UniqueConstraint(
                fields=["owner", "uid"], condition=models.Q(series__isnull=True), name="one_meeting_per_uid"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "starts_at"], name="meetings_of_owner"),
            models.Index(fields=["owner"], condition=~models.Q(rule=""), name="series_of_owner"),
            models.Index(fields=["about_kind", "about_id"], name="meetings_about"),
            GinIndex(OpClass(Upper("title"), "gin_trgm_ops"), name="meetings_by_words"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        return zone_for(self.time_zone)

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    @property
    def first_wall(self):
        """What the wall clock of its zone shows when it begins (the first of a series)."""
        return wall_of(self.starts_at, self.zone)

    @property
    def repetition(self) -> Rule | None:
        return read_rule(self.rule, self.zone, self.first_wall) if self.rule else None

    @property
    def repeats(self) -> bool:
        return bool(self.rule)


class Attendee(models.Model):
    """Somebody who takes part: a colleague, a contact, or an address nobody knows yet."""

    scope = {"owner": "meeting__owner", "team": "meeting__team"}

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        ACCEPTED = "accepted", _("Comes")
        DECLINED = "declined", _("Does not come")
        TENTATIVE = "tentative", _("Perhaps comes")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendees")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="attending"
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="attending"
    )
    address = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    invited_at = models.DateTimeField(null=True, blank=True)
    # What the guest's calendar says of its last answer, never later than now.
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.user or self.contact or self.name or self.address)
