from django.db import models
from django.utils.translation import get_language

from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id
from bandhu.privacy.models import Purpose

DEFAULT_FIELDS = (("full_name", True), ("mail", True), ("phone", False), ("message", False))


def usual_fields() -> list[dict[str, object]]:
    """What a new form asks for."""
    return [{"name": name, "required": required} for name, required in DEFAULT_FIELDS]


class WebForm(models.Model):
    """A form for strangers on any website; each submission is an enquiry.

    Texts are {language: text}; the first of `languages` is shown to visitors who speak none of them. `fields` are
    {"name", "required"} in their order.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    is_active = models.BooleanField(default=True)
    languages = models.JSONField(default=list)
    titles = models.JSONField(default=dict, blank=True)
    introductions = models.JSONField(default=dict, blank=True)
    thanks = models.JSONField(default=dict, blank=True)
    thanks_url = models.CharField(max_length=500, blank=True)
    fields = models.JSONField(default=usual_fields)
    source = models.ForeignKey("sales.LeadSource", on_delete=models.PROTECT, related_name="+")
    campaign = models.CharField(max_length=200, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Submissions that fell into the trap for programs.
    refused = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def text(self, texts: dict[str, str]) -> str:
        """In the reader's language, else in the form's first, else whatever there is."""
        first = (self.languages or ["en"])[0]
        return texts.get(get_language() or "") or texts.get(first) or next(iter(texts.values()), "")


class FormConsent(models.Model):
    """What a visitor may agree to; `wordings` ({language: text}) is kept as proof, word for word."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    form = models.ForeignKey(WebForm, on_delete=models.CASCADE, related_name="consents")
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="+")
    wordings = models.JSONField(default=dict)
    is_required = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "purpose"], name="one_text_per_purpose")]

    def __str__(self) -> str:
        return f"{self.form_id}: {self.purpose_id}"
