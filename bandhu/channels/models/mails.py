from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bandhu.channels.models.accounts import MailAccount, Sharing
from bandhu.channels.ready_letters import ready_letters
from bandhu.customers.models import Company, Contact
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.interactions.models import Interaction, Message
from bandhu.platform.ids import new_id


class MailState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    QUEUED = "queued", _("Waits to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")
    UNKNOWN = "unknown", _("Perhaps sent")
    RECEIVED = "received", _("Received")


class MailQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any, permission: str | None = None, *, deleted: bool = False) -> Self:
        """Those within reach, and of a colleague's own mailbox only what is known to be with a customer and is shared."""
        rows = super().visible_to(user, permission, deleted=deleted)
        filed = Q(contact__isnull=False) | Q(company__isnull=False)
        shared = Q(account__owner__isnull=True) | (filed & ~Q(sharing=Sharing.NONE))
        return rows.filter(Q(account__owner=user.pk) | Q(written_by=user.pk) | shared)


class Mail(models.Model):
    """One mail, sent or received. What came in is kept byte for byte as a file (`raw`); here stands what was read of it.

    `data_at` is the moment just before the content was handed to the server: a worker that dies before sent nothing,
    one that dies after leaves nobody knowing.
    """

    scope = {
        "owner": ("account__owner", "written_by", "contact__owner", "company__owner"),
        "team": ("account__team", "contact__team", "company__team"),
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(MailAccount, null=True, on_delete=models.SET_NULL, related_name="mails")
    is_incoming = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.DRAFT)
    sharing = models.CharField(max_length=10, choices=Sharing.choices, default=Sharing.ALL)
    message_id = models.CharField(max_length=250)
    references = ArrayField(models.CharField(max_length=250), default=list)
    # The id of the first mail of the exchange.
    thread_id = models.UUIDField(default=new_id)
    sender = models.CharField(max_length=254)
    sender_name = models.CharField(max_length=200, blank=True)
    # Where an answer is wanted, when that is not the sender.
    reply_to = models.CharField(max_length=254, blank=True, default="", db_default="")
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    # iCalendar that travels with the text: an invitation, or its cancellation.
    calendar = models.TextField(blank=True)
    purpose = models.CharField(max_length=40, default="service")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="mails_with")
    company = models.ForeignKey(Company, null=True, on_delete=models.SET_NULL, related_name="+")
    # The record it was written from: ("opportunity", id).
    about_kind = models.CharField(max_length=40, blank=True)
    about_id = models.UUIDField(null=True)
    interaction = models.ForeignKey(Interaction, null=True, on_delete=models.SET_NULL, related_name="+")
    # What it is in the inbox.
    inbox_message = models.OneToOneField(
        Message, null=True, editable=False, on_delete=models.SET_NULL, related_name="mail"
    )
    raw = models.UUIDField(null=True)
    is_automatic = models.BooleanField(default=False)
    is_bounce = models.BooleanField(default=False)
    # Read only in part: what is missing is in `raw`, or was left in the mailbox.
    troubles = models.JSONField(default=list)

    send_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    data_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    # Counted by `TrackedLink`; programs that look into mails on their own are counted apart.
    opens = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    clicks = models.PositiveIntegerField(default=0)
    clicked_at = models.DateTimeField(null=True)
    looks_by_programs = models.PositiveIntegerField(default=0)
    answer = models.CharField(max_length=300, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "message_id"],
                condition=Q(is_incoming=True),
                name="a_mail_is_received_once",
            )
        ]
        indexes = [
            models.Index(fields=["message_id"], name="mails_by_message_id"),
            # An answer may name an ancestor we never saw, which another mail of ours named too.
            GinIndex(fields=["references"], name="mails_by_references"),
            models.Index(fields=["contact", "-id"], name="mails_of_contact"),
            models.Index(fields=["company", "-id"], name="mails_of_company"),
            models.Index(fields=["account", "-id"], name="mails_of_account"),
            models.Index(fields=["interaction"], name="mails_of_interaction"),
            models.Index(fields=["about_id"], condition=Q(about_id__isnull=False), name="mails_about"),
            models.Index(
                fields=["state"], condition=Q(state__in=("queued", "sending")), name="mails_on_their_way"
            ),
        ]

    def __str__(self) -> str:
        return self.subject or str(_("(no subject)"))


class MailRecipient(models.Model):
    """Somebody a mail goes to, or came to."""

    class Role(models.TextChoices):
        TO = "to", _("To")
        CC = "cc", _("Copy")
        BCC = "bcc", _("Blind copy")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        DELAYED = "delayed", _("Delayed")
        BOUNCED = "bounced", _("Came back")

    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="recipients")
    role = models.CharField(max_length=3, choices=Role.choices, default=Role.TO)
    address = models.CharField(max_length=254)
    key = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["key"], name="mail_recipients_by_key")]

    def __str__(self) -> str:
        return self.address


class BadAddress(models.Model):
    """An address mail to which came back for good; `reason` is what the server said. Mail received from it takes it off."""

    key = models.CharField(max_length=254, primary_key=True)
    reason = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key


class MailTemplate(models.Model):
    """A letter to begin from. `texts` are {language: {"subject", "body"}} with merge fields; `purpose` asks for its consent.

    One with a `key` is the house's own wording of a ready-made letter (`ready_letters.py`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(max_length=40, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    purpose = models.CharField(max_length=40, default="service")
    texts = models.JSONField(default=dict)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="one_letter_of_a_key")
        ]

    def __str__(self) -> str:
        ready = ready_letters.get(self.key)
        return self.name or str(ready.name if ready else self.key)

    @property
    def is_automatic(self) -> bool:
        """Whether it goes out by itself while it is in use."""
        return self.key in ready_letters and ready_letters[self.key].is_automatic
