from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from bandhu.platform.ids import new_id
from bandhu.platform.models import StoredFile


class QuoteTemplate(models.Model):
    """How our quotes look and what they always say. Texts are {language: text}; they may hold the merge fields of `merge_fields`.

    `sender` is who we are, as it stands in the head of the page: name, address, registration and tax numbers.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    colour = models.CharField(max_length=7, default="#0f766e")
    logo = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    sender = models.TextField(blank=True)
    titles = models.JSONField(default=dict, blank=True)
    introductions = models.JSONField(default=dict, blank=True)
    terms = models.JSONField(default=dict, blank=True)
    footers = models.JSONField(default=dict, blank=True)
    valid_days = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_quote_template"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def text(texts: dict[str, str], language: str = "") -> str:
        """The text in a language (default: the reader's), else in English, else ""."""
        wanted = (language or get_language() or "en").split("-")[0]
        return texts.get(wanted) or texts.get("en") or ""
