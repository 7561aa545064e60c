from django.db import models
from django.utils.translation import gettext_lazy as _

from bandhu.platform.ids import new_id


class ProviderKind(models.TextChoices):
    GOOGLE = "google", _("Google")
    MICROSOFT = "microsoft", _("Microsoft")
    OTHER = "other", _("Another provider")


class MailProvider(models.Model):
    """A provider whose mailboxes are entered with a sign-in there instead of a password (OAuth 2): as what we are known to it.

    The two addresses and the scopes are ready for the known kinds; the client's secret is kept sealed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=ProviderKind.choices)
    name = models.CharField(_("name"), max_length=120)
    client_id = models.CharField(max_length=300)
    sealed_secret = models.TextField(blank=True, editable=False)
    authorize_url = models.CharField(max_length=500)
    token_url = models.CharField(max_length=500)
    scopes = models.CharField(max_length=1000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
