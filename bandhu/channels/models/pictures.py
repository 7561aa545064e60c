from django.conf import settings
from django.db import models
from django.db.models import Q

from bandhu.channels.models.mails import Mail
from bandhu.platform.ids import new_id


class AllowedPictures(models.Model):
    """A reader's word that pictures from outside may be fetched: for one mail, or for a sender (`key`). Each reader decides alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    mail = models.ForeignKey(Mail, null=True, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "mail"], condition=Q(mail__isnull=False), name="pictures_of_a_mail_once"
            ),
            models.UniqueConstraint(
                fields=["user", "key"], condition=~Q(key=""), name="pictures_of_a_sender_once"
            ),
        ]

    def __str__(self) -> str:
        return self.key or str(self.mail_id)
