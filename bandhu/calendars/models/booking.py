from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bandhu.calendars.models.meetings import Meeting
from bandhu.customers.models import Contact
from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id
from bandhu.privacy.models import Purpose


class WorkingHours(models.Model):
    """From when to when somebody can be booked on a weekday (Monday 0), on the wall clock of their own zone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="working_hours")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["weekday", "starts"]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts:%H:%M}-{self.ends:%H:%M}"


class DayOff(models.Model):
    """Days on which somebody cannot be booked, the last one too."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="days_off")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    class Meta:
        ordering = ["first_day"]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"


class BookingPage(models.Model):
    """Where strangers choose a time. Texts are {language: text}; lengths are minutes."""

    scope = {"owner": ("owner", "hosts__user"), "team": "team"}

    class Mode(models.TextChoices):
        PERSON = "person", _("One person")
        TEAM = "team", _("All together")
        ROUND = "round", _("Whoever is free, in turn")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    mode = models.CharField(_("who is booked"), max_length=10, choices=Mode.choices, default=Mode.PERSON)
    titles = models.JSONField(default=dict)
    introductions = models.JSONField(default=dict, blank=True)
    languages = models.JSONField(default=list)
    kind = models.CharField(max_length=10, choices=Meeting.Kind.choices, default=Meeting.Kind.MEETING)
    minutes = models.PositiveSmallIntegerField(_("length"), default=30)
    step = models.PositiveSmallIntegerField(_("a time every"), default=30)
    buffer_before = models.PositiveSmallIntegerField(_("free time before"), default=0)
    buffer_after = models.PositiveSmallIntegerField(_("free time after"), default=0)
    notice = models.PositiveIntegerField(_("at least so many minutes ahead"), default=240)
    days_ahead = models.PositiveSmallIntegerField(_("at most so many days ahead"), default=30)
    daily_limit = models.PositiveSmallIntegerField(_("at most so many a day"), null=True, blank=True)
    # Hours before; 0 for none.
    remind_before = models.PositiveSmallIntegerField(_("reminder so many hours before"), default=24)
    place = models.CharField(max_length=300, blank=True)
    link = models.CharField(max_length=2000, blank=True)
    purpose = models.ForeignKey(Purpose, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    wordings = models.JSONField(default=dict, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="booking_pages"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_active = models.BooleanField(default=True)
    # Bookings that fell into the trap for programs.
    refused = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.text(self.titles) or self.slug

    def text(self, texts: dict[str, str]) -> str:
        """In the reader's language, else in the page's first, else whatever there is."""
        first = (self.languages or ["en"])[0]
        return texts.get(get_language() or "") or texts.get(first) or next(iter(texts.values()), "")


class BookingHost(models.Model):
    """Somebody who is booked through a page; whose turn was longest ago comes first."""

    page = models.ForeignKey(BookingPage, on_delete=models.CASCADE, related_name="hosts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    last_booked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["page", "user"], name="one_host_per_page")]

    def __str__(self) -> str:
        return str(self.user)


class Booking(models.Model):
    """A time that a visitor chose. The link with which they move or cancel it holds a secret of which only the hash is stored."""

    scope = {"owner": ("page__owner", "page__hosts__user"), "team": "page__team"}

    class State(models.TextChoices):
        BOOKED = "booked", _("Booked")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    page = models.ForeignKey(BookingPage, on_delete=models.CASCADE, related_name="bookings")
    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="booking")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="bookings")
    # As the visitor wrote it: it never changes a contact.
    name = models.CharField(max_length=200)
    mail = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    time_zone = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    sha256 = models.CharField(max_length=64, unique=True)
    submission = models.CharField(max_length=64, unique=True)
    custom = models.JSONField(default=dict, db_default={}, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.BOOKED)
    # The beginning the visitor was reminded of: one that was moved is reminded of anew.
    reminded_for = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name


class HeldTime(models.Model):
    """The time a booking takes of one person, with what is kept free around it. The database lets no two of them meet."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="held")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    during = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="nobody_is_booked_twice",
                expressions=[("user", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return str(self.during)
