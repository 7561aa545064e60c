from django.db import models
from django.utils.translation import gettext_lazy as _

from bandhu.channels.models.channels import Channel
from bandhu.platform.ids import new_id


class ApprovedTemplate(models.Model):
    """A text a service judges before it may be sent (WhatsApp calls it a template), as the service told of it last.

    One row for a name in a language. `body` holds places to fill in: {{1}}, {{2}} … or names; `places` lists them in order, then those of the
    header ("header.1") and of buttons ("button.0").
    """

    class State(models.TextChoices):
        APPROVED = "approved", _("Approved")
        PENDING = "pending", _("Being judged")
        REJECTED = "rejected", _("Rejected")
        PAUSED = "paused", _("Paused by the service")
        GONE = "gone", _("No longer at the service")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="approved_templates")
    name = models.CharField(max_length=512)
    # As the service writes it: "bn", "en_US".
    language = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State.choices)
    category = models.CharField(max_length=30, blank=True)
    header = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    footer = models.CharField(max_length=200, blank=True)
    places = models.JSONField(default=list, blank=True)
    # Whether it wants something that is not sent from here, and the code of what (`why_not`).
    wants_more = models.BooleanField(default=False)
    why_not = models.CharField(max_length=20, blank=True, default="", db_default="")
    # "image", "video" or "document" where a file stands above its words.
    header_kind = models.CharField(max_length=10, blank=True, default="", db_default="")
    # Those that are filled in: {"index", "kind": "url", "otp" or "copy_code", "text", "url"}.
    buttons = models.JSONField(default=list, blank=True, db_default=[])
    fetched_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "language", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "name", "language"], name="an_approved_template_is_kept_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def may_be_sent(self) -> bool:
        return self.state == self.State.APPROVED and not self.wants_more
