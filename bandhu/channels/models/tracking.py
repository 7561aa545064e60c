import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from bandhu.channels.models.mails import Mail


class Tracking(models.TextChoices):
    """Of whom the house notes that they open its mails and follow their links."""

    OFF = "off", _("Of nobody")
    AGREED = "agreed", _("Of those who have agreed to it")
    UNLESS_REFUSED = (
        "unless_refused",
        _("Of everybody who has not refused it, where the law does not ask for consent"),
    )


class TrackedLink(models.Model):
    """A link of a mail that went out, by way of us; with an empty target the picture that says the mail was opened.

    The address in the mail holds a signed id and nothing else. Nothing is kept of who came from where.
    """

    # By chance, not by time: addresses go out to strangers.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="tracked")
    target = models.TextField(blank=True)
    clicks = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mail", "target"], name="one_tracked_link_a_target")]

    def __str__(self) -> str:
        return self.target
