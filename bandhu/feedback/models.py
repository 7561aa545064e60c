from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bandhu.customers.models import Company, Contact
from bandhu.feedback.questions import QUESTIONS
from bandhu.feedback.scales import SCALES, Scale, SurveyKind
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id


class Occasion(models.TextChoices):
    CONVERSATION = "conversation", _("After a conversation was closed")
    TICKET = "ticket", _("After a ticket was solved")
    REGULARLY = "regularly", _("Every so many days, of customers")
    BY_HAND = "by_hand", _("When somebody asks by hand")


class Survey(models.Model):
    """One question, whom it is put to and when; `texts` are {language: {"question", "low", "high", "thanks"}}, empty ones the house's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("scale"), max_length=6, choices=SurveyKind.choices, default=SurveyKind.CSAT)
    texts = models.JSONField(default=dict)
    occasion = models.CharField(max_length=12, choices=Occasion.choices, default=Occasion.CONVERSATION)
    # Channels of conversations or tickets it follows; empty means every one.
    channels = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    # Customers who speak one of these, by code; empty means every one.
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True, db_default=[])
    delay_minutes = models.PositiveIntegerField(default=60)
    sample_percent = models.PositiveSmallIntegerField(default=100)
    rest_days = models.PositiveSmallIntegerField(default=30)
    every_days = models.PositiveSmallIntegerField(default=90)
    expires_days = models.PositiveSmallIntegerField(default=30)
    # A score up to this one alerts `alerted`, or whoever looked after the customer.
    low_at = models.SmallIntegerField(null=True, blank=True)
    alerted = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(sample_percent__range=(1, 100)), name="a_share_of_those_asked")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scale(self) -> Scale:
        return SCALES[self.kind]

    def speaks_to(self, language: str) -> bool:
        """Whether customers of this language are among those it is put to; "bn-BD" is Bengali."""
        return not self.languages or language.split("-")[0].lower() in self.languages

    def words(self, language: str) -> dict[str, str]:
        """Question, ends of the scale and thanks in `language`: the survey's own, else the house's, else English."""
        ready = QUESTIONS[SurveyKind(self.kind)]
        house = dict(zip(("question", "low", "high"), ready.get(language, ready["en"]), strict=True))
        own = self.texts.get(language) or {}
        return {**house, "thanks": "", **{name: text for name, text in own.items() if text}}


class AskingState(models.TextChoices):
    WAITING = "waiting", _("Waits to be sent")
    SENT = "sent", _("Not answered yet")
    ANSWERED = "answered", _("Answered")
    EXPIRED = "expired", _("Not answered")
    SKIPPED = "skipped", _("Not asked")


class Asking(models.Model):
    """A survey put to one contact, and what came back. `reason` says why somebody was not asked."""

    scope = {
        "owner": ("agent", "contact__owner", "company__owner"),
        "team": ("contact__team", "company__team"),
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="askings")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="askings")
    company = models.ForeignKey(Company, null=True, on_delete=models.SET_NULL, related_name="+")
    # What it follows: ("conversation", id), ("ticket", id); empty when asked regularly or by hand.
    about_kind = models.CharField(max_length=20, blank=True)
    about_id = models.UUIDField(null=True)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    channel = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=12, default="en")
    state = models.CharField(max_length=10, choices=AskingState.choices, default=AskingState.WAITING)
    reason = models.CharField(max_length=40, blank=True)
    send_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    score = models.SmallIntegerField(null=True)
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    alerted_at = models.DateTimeField(null=True)
    interaction_id = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "about_kind", "about_id"],
                condition=Q(about_id__isnull=False),
                name="asked_once_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="answered", score__isnull=False, answered_at__isnull=False)
                | (~Q(state="answered") & Q(score__isnull=True)),
                name="an_answer_has_a_score",
            ),
        ]
        indexes = [
            models.Index(fields=["contact", "-id"], name="askings_of_contact"),
            models.Index(fields=["survey", "-id"], name="askings_of_survey"),
            models.Index(fields=["send_at"], condition=Q(state="waiting"), name="askings_to_send"),
            models.Index(fields=["sent_at"], condition=Q(state="sent"), name="askings_open"),
        ]

    def __str__(self) -> str:
        return f"{self.survey}: {self.contact}"
