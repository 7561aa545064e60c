from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.identity.models import Team
from bandhu.identity.named import Named
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id


class Way(models.TextChoices):
    """How a rule finds who gets a lead."""

    ROUND_ROBIN = "round_robin", _("In turn")
    LEAST_LOADED = "least_loaded", _("Whoever has the fewest open leads")
    TEAM = "team", _("A team, which shares them out itself")
    TERRITORY = "territory", _("Whoever's territory it is")


class AssignmentRule(Named):
    """Leads that fit `conditions` (a filter tree, empty: all) go to the rule's people or team; the first rule that fits decides.

    One person in the rule is the fixed person.
    """

    conditions = models.JSONField(default=dict, blank=True)
    way = models.CharField(max_length=12, choices=Way.choices, default=Way.ROUND_ROBIN)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["position", "id"]


class Seat(models.Model):
    """A person of a rule. With `capacity`, whoever has so many open leads gets no more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rule = models.ForeignKey(AssignmentRule, on_delete=models.CASCADE, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    last_given_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["rule", "user"], name="one_seat_in_a_rule")]

    def __str__(self) -> str:
        return str(self.user)


class Absence(models.Model):
    """Days on which a person gets no leads; both days count."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    first_day = models.DateField(default=timezone.localdate)
    last_day = models.DateField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["first_day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="absence_ends_after_it_began"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.first_day} – {self.last_day}"


class ScoreRule(Named):
    """Points for leads that fit `conditions` (a filter tree); below nought they count against it."""

    conditions = models.JSONField(default=dict)
    points = models.SmallIntegerField()

    class Meta:
        ordering = ["position", "id"]
