from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bandhu.platform.ids import new_id


class BusinessCalendar(models.Model):
    """When the house, or a part of it, is open: service levels and answers to enquiries are counted by it.

    `week` are seven lists (Monday first) of [from, to] in minutes of the day, on the wall clock of `time_zone`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=100)
    time_zone = models.CharField(_("time zone"), max_length=64)
    week = models.JSONField(default=list)
    # Whose public holidays are kept: ISO letters of the country and of its part; empty for none.
    country = models.CharField(_("public holidays of"), max_length=2, blank=True)
    region = models.CharField(_("region"), max_length=10, blank=True)
    is_default = models.BooleanField(_("for everything that names no other"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_usual_calendar"
            )
        ]

    def __str__(self) -> str:
        # Names of ready-made calendars are ours, and translated.
        return gettext(self.name) if self.name else ""


class CalendarDay(models.Model):
    """A day that is unlike its week: closed (no hours), or open at other hours, also on a holiday."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.CASCADE, related_name="own_days")
    day = models.DateField(_("day"))
    name = models.CharField(_("what for"), max_length=120, blank=True)
    hours = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="one_entry_per_day")]

    def __str__(self) -> str:
        return self.name or (gettext("Closed") if not self.hours else gettext("Open"))
