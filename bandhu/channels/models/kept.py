from django.db import models

from bandhu.channels.models.accounts import MailAccount
from bandhu.platform.ids import new_id


class KeptMail(models.Model):
    """A mail of a mailbox that could not be taken in: its bytes are a file (`raw`), and it is tried again when somebody asks.

    `trouble` names the fault for whoever mends it; once the mail is taken in, the row is gone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(MailAccount, on_delete=models.CASCADE, related_name="kept")
    folder = models.CharField(max_length=120)
    validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    size = models.BigIntegerField()
    raw = models.UUIDField(null=True)
    # It lay in the mailbox before that was connected: taken in later, it is still nobody's new work.
    is_past = models.BooleanField(default=False, db_default=False)
    trouble = models.CharField(max_length=300)
    tries = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "folder", "validity", "uid"], name="a_mail_is_kept_back_once"
            )
        ]

    def __str__(self) -> str:
        return self.trouble
