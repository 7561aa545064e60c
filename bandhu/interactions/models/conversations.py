from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from bandhu.customers.models import Company, Contact
from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.interactions.models.timeline import Interaction
from bandhu.platform.ids import new_id

_COUNTED_BY = ["id", "state", "assignee", "team", "channel", "language"]


class ConversationState(models.TextChoices):
    OPEN = "open", _("Open")
    SNOOZED = "snoozed", _("Snoozed")
    CLOSED = "closed", _("Closed")
    SPAM = "spam", _("Spam")


class Conversation(models.Model):
    """One exchange with a customer on one channel: a thread of mails, a chat, a dialogue by messenger.

    Who has it (`assignee`, `team`) mirrors the work item of the contact center: only its compare-and-set writes them.
    `waiting_since` is the moment of the oldest message from the customer that nobody has answered; empty when none waits.
    `version` counts every change, so that a writer with an old picture is refused.
    """

    scope = {
        "owner": ("assignee", "contact__owner", "company__owner"),
        "team": ("team", "contact__team", "company__team"),
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.CharField(max_length=30)
    # The mailbox or channel it came in by, and goes out by: an id of `channels`.
    place = models.UUIDField(null=True)
    contact = models.ForeignKey(
        Contact, null=True, db_index=False, on_delete=models.SET_NULL, related_name="conversations"
    )
    company = models.ForeignKey(
        Company, null=True, db_index=False, on_delete=models.SET_NULL, related_name="conversations"
    )
    # The other side as the channel knows them: a mail address, a number, an account. `person_key` is what is compared.
    person_name = models.CharField(max_length=200, blank=True)
    person_address = models.CharField(max_length=254, blank=True)
    person_key = models.CharField(max_length=254, blank=True)
    # The channel's own id of the exchange, unique in its place.
    external_id = models.CharField(max_length=250, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    labels = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    state = models.CharField(max_length=10, choices=ConversationState.choices, default=ConversationState.OPEN)
    snoozed_until = models.DateTimeField(null=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.SET_NULL, related_name="+"
    )
    team = models.ForeignKey(Team, null=True, db_index=False, on_delete=models.SET_NULL, related_name="+")

    # Kept at writing, so that the inbox is one read.
    preview = models.CharField(max_length=200, blank=True)
    message_count = models.PositiveIntegerField(default=0)
    last_message_at = models.DateTimeField()
    # When it last came up: its newest message, or its waking. The inbox is sorted by it.
    active_at = models.DateTimeField(db_default=Now())
    # Empty too where it is older than this column and not looked up yet.
    first_incoming_at = models.DateTimeField(null=True)
    last_incoming_at = models.DateTimeField(null=True)
    first_answered_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    # A live exchange is one entry on the timeline; of a slow one every message has its own.
    interaction = models.ForeignKey(
        Interaction, null=True, db_index=False, on_delete=models.SET_NULL, related_name="+"
    )
    details = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-active_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "external_id"],
                condition=~Q(external_id=""),
                name="a_conversation_is_begun_once",
            )
        ]
        indexes = [
            models.Index(fields=["state", "-active_at", "-id"], name="talks_by_state"),
            models.Index(fields=["assignee", "state", "-active_at", "-id"], name="talks_of_assignee"),
            models.Index(fields=["team", "state", "-active_at", "-id"], name="talks_of_team"),
            models.Index(fields=["channel", "state", "-active_at", "-id"], name="talks_of_channel"),
            models.Index(
                fields=["-active_at", "-id"],
                condition=Q(state="open", assignee__isnull=True),
                name="talks_of_nobody",
            ),
            models.Index(
                fields=["waiting_since", "id"],
                condition=Q(state="open", waiting_since__isnull=False),
                name="talks_that_wait",
            ),
            GinIndex(fields=["labels"], name="talks_by_label"),
            models.Index(
                fields=["snoozed_until"], condition=Q(state="snoozed"), name="conversations_to_wake"
            ),
            models.Index(fields=["contact", "-active_at"], name="talks_of_contact"),
            models.Index(fields=["company", "-active_at"], name="talks_of_company"),
            models.Index(fields=["place", "person_key"], name="conversations_of_person"),
            # What reports count within a period, and by what: read from the index alone.
            models.Index(fields=["created_at"], include=_COUNTED_BY, name="talks_by_beginning"),
            models.Index(
                fields=["closed_at"],
                include=_COUNTED_BY,
                condition=Q(closed_at__isnull=False),
                name="talks_by_closing",
            ),
            models.Index(
                fields=["first_answered_at"],
                include=["first_incoming_at", *_COUNTED_BY],
                condition=Q(first_answered_at__isnull=False),
                name="talks_by_first_answer",
            ),
            models.Index(
                fields=["created_at"],
                include=_COUNTED_BY,
                condition=Q(state__in=("open", "snoozed")),
                name="talks_standing_open",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.preview or self.person_words

    @property
    def person_words(self) -> str:
        """The other side as the channel knows them, never empty: where it knows neither name nor address, in the reader's language."""
        unknown = _("Visitor") if self.channel == "chat" else _("Nobody named")
        return self.person_name or self.person_address or str(unknown)

    @property
    def is_open(self) -> bool:
        return self.state in (ConversationState.OPEN, ConversationState.SNOOZED)


class MessageKind(models.TextChoices):
    SAID = "said", _("Message")
    NOTE = "note", _("Internal note")
    EVENT = "event", _("What happened")


class MessageState(models.TextChoices):
    """Of a message that goes out: `data_at` of its channel decides between failed and unknown after a crash."""

    RECEIVED = "received", _("Received")
    QUEUED = "queued", _("Waits to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Read")
    FAILED = "failed", _("Not sent")
    UNKNOWN = "unknown", _("Perhaps sent")
    WITHDRAWN = "withdrawn", _("Taken back")
    INTERNAL = "internal", _("Internal")


class Message(models.Model):
    """One message of a conversation: said by the customer or by us, an internal note, or something that happened.

    The id is a UUIDv7 made from the moment it was said, so that a conversation is read in order of ids.
    """

    scope = {
        "owner": (
            "conversation__assignee",
            "conversation__contact__owner",
            "conversation__company__owner",
        ),
        "team": ("conversation__team", "conversation__contact__team", "conversation__company__team"),
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(
        Conversation, db_index=False, on_delete=models.CASCADE, related_name="messages"
    )
    kind = models.CharField(max_length=5, choices=MessageKind.choices, default=MessageKind.SAID)
    direction = models.CharField(max_length=4, choices=Interaction.Direction.choices)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.RECEIVED)
    at = models.DateTimeField()
    # Who wrote it: one of us, or the customer's side (then `author` is empty).
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    # Cleaned; empty where the message was plain text.
    html = models.TextField(blank=True)
    place = models.UUIDField(null=True)
    # The channel's own id of the message, unique in its place: taken in twice it is one message.
    external_id = models.CharField(max_length=250, blank=True)
    reply_to = models.ForeignKey(
        "self", null=True, db_index=False, on_delete=models.SET_NULL, related_name="+"
    )
    interaction = models.ForeignKey(
        Interaction, null=True, db_index=False, on_delete=models.SET_NULL, related_name="+"
    )
    # Not before this moment: a scheduled message, or one that may still be taken back.
    send_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    details = models.JSONField(default=dict, blank=True)
    words = SearchVectorField(null=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "external_id"],
                condition=~Q(external_id=""),
                name="a_message_is_taken_in_once",
            )
        ]
        indexes = [
            models.Index(fields=["conversation", "-id"], name="messages_of_conversation"),
            # What happened to conversations since a moment, without the many that were said.
            models.Index(fields=["id"], condition=Q(kind="event"), name="messages_that_tell"),
            models.Index(
                fields=["send_at"], condition=Q(state__in=("queued", "sending")), name="messages_on_their_way"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_answer(self) -> bool:
        """Whether the customer was answered with it: what goes out by itself (a survey, the letter of a rule) leaves them waiting."""
        is_ours = self.kind == MessageKind.SAID and self.direction == Interaction.Direction.OUT
        return is_ours and not self.details.get("is_automatic")
