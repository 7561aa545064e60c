from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id


class Subject(models.TextChoices):
    """Of what the chance is learned."""

    LEAD = "lead", _("Leads: which become opportunities")
    OPPORTUNITY = "opportunity", _("Opportunities: which are won")


class LearnedModel(models.Model):
    """One learning: what it is worth (`evaluation`, see learning/training.py), and the scorecard unless it was refused.

    The newest of a subject counts; earlier ones stay for comparison. `own_fields` are keys of own fields that an administrator says are
    known at the beginning.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.CharField(max_length=11, choices=Subject.choices)
    trained_at = models.DateTimeField(default=timezone.now)
    trained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    own_fields = models.JSONField(default=list, blank=True)
    evaluation = models.JSONField()
    scorecard = models.JSONField(null=True, blank=True)
    is_on = models.BooleanField(default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-trained_at"]
        indexes = [models.Index(fields=["subject", "-trained_at"], name="learned_by_subject")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_on=False) | models.Q(scorecard__isnull=False),
                name="only_a_scorecard_is_on",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.trained_at:%Y-%m-%d}"
