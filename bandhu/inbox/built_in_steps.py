"""The steps every inbox has: answer, note, label, give away, put off, close."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.contact_center import queries as work
from bandhu.identity.models import User
from bandhu.inbox.actions.sending import send_note, send_reply, take_back
from bandhu.inbox.assigning import give_to, move_to, queue_by_id
from bandhu.inbox.merging import best_text, filled, language_of
from bandhu.inbox.models import CannedReply, Label
from bandhu.inbox.steps import StepKind
from bandhu.interactions import actions as interactions
from bandhu.interactions.models import Conversation, ConversationState, Message
from bandhu.platform.texts import clean_block, clean_line

LONGEST_SNOOZE_HOURS = 24 * 365


def _reply(conversation: Conversation, actor: User, text: str) -> Any:
    message: Message = send_reply(conversation, actor=actor, text=filled(text, conversation, actor).text)
    return str(message.pk)


def _canned(conversation: Conversation, actor: User, reply: CannedReply) -> Any:
    """As it is written in the customer's language; only what the actor may use goes out in their name."""
    if not CannedReply.objects.usable_by(actor).filter(pk=reply.pk).exists():
        raise ValidationError(_("The canned reply “%(name)s” is not there for you.") % {"name": reply.name})
    language, text = best_text(reply.texts, language_of(conversation))
    message: Message = send_reply(
        conversation, actor=actor, text=filled(text, conversation, actor, language).text
    )
    CannedReply.objects.filter(pk=reply.pk).update(used=F("used") + 1)
    return str(message.pk)


def _take_reply_back(conversation: Conversation, actor: User, memory: Any) -> None:
    message = Message.objects.filter(pk=memory, conversation=conversation).first()
    if message is not None:
        take_back(message, actor=actor)


def _note(conversation: Conversation, actor: User, text: str) -> Any:
    send_note(conversation, actor=actor, text=text)


def _label(conversation: Conversation, actor: User, name: str) -> Any:
    if name in conversation.labels:
        return None
    Label.objects.get_or_create(name=name)
    _set_labels(conversation, actor, [*conversation.labels, name])
    return name


def _unlabel(conversation: Conversation, actor: User, name: str) -> Any:
    if name not in conversation.labels:
        return None
    _set_labels(conversation, actor, [one for one in conversation.labels if one != name])
    return name


def _set_labels(conversation: Conversation, actor: User, labels: list[str]) -> None:
    changed = interactions.change_conversation(conversation, actor=actor, changes={"labels": labels})
    conversation.labels = changed.labels


def _undo_label(conversation: Conversation, actor: User, name: Any) -> None:
    _unlabel(conversation, actor, name)


def _undo_unlabel(conversation: Conversation, actor: User, name: Any) -> None:
    _label(conversation, actor, name)


def _give_back(conversation: Conversation, actor: User, memory: Any) -> None:
    before = User.objects.filter(pk=memory[0]).first() if memory[0] else None
    give_to(conversation, actor, before)


def _move_back(conversation: Conversation, actor: User, memory: Any) -> None:
    queue = queue_by_id(UUID(memory[0])) if memory[0] else None
    if queue is not None:
        move_to(conversation, actor, queue)
    if memory[1]:
        _give_back(Conversation.objects.get(pk=conversation.pk), actor, [memory[1]])


def _close(conversation: Conversation, actor: User, _value: Any) -> Any:
    return _over(conversation, actor, ConversationState.CLOSED)


def _spam(conversation: Conversation, actor: User, _value: Any) -> Any:
    return _over(conversation, actor, ConversationState.SPAM)


def _over(conversation: Conversation, actor: User, state: ConversationState) -> Any:
    before = conversation.state
    if before == state:
        return None
    until = conversation.snoozed_until
    interactions.close_conversation(conversation, actor=actor, as_spam=state == ConversationState.SPAM)
    return [before, until.isoformat() if until else None]


def _snooze(conversation: Conversation, actor: User, until: datetime) -> Any:
    before, earlier = conversation.state, conversation.snoozed_until
    interactions.snooze_conversation(conversation, actor=actor, until=until)
    return [before, earlier.isoformat() if earlier else None]


def _reopen(conversation: Conversation, actor: User, _value: Any) -> Any:
    before, until = conversation.state, conversation.snoozed_until
    if before == ConversationState.OPEN:
        return None
    interactions.reopen_conversation(conversation, actor=actor)
    return [before, until.isoformat() if until else None]


def _back_to_state(conversation: Conversation, actor: User, memory: Any) -> None:
    """As it was: open, put off until then, closed, or spam."""
    state, until = memory
    if state == ConversationState.OPEN:
        interactions.reopen_conversation(conversation, actor=actor)
    elif state == ConversationState.SNOOZED and until:
        interactions.snooze_conversation(
            conversation, actor=actor, until=parse_datetime(until) or timezone.now()
        )
    else:
        spam = state == ConversationState.SPAM
        interactions.close_conversation(conversation, actor=actor, as_spam=spam)


def read_text(value: Any) -> str:
    text = clean_block(value)
    if not text:
        raise ValidationError(_("Write something first."))
    return text


def read_label(value: Any) -> str:
    name = clean_line(value, 60)
    if not name:
        raise ValidationError(_("Write the label."))
    return name


def read_agent(value: Any) -> User | None:
    """A person by id; empty means back to the queue."""
    if value in ("", None):
        return None
    found = User.objects.filter(pk=_id(value), is_active=True, is_system=False).first()
    if found is None:
        raise ValidationError(_("There is no such user who may sign in."))
    return found


def read_queue(value: Any) -> Any:
    found = queue_by_id(_id(value))
    if found is None or not found.is_active:
        raise ValidationError(_("There is no such queue."))
    return found


def read_canned_reply(value: Any) -> CannedReply:
    """A canned reply by id."""
    found: CannedReply | None = CannedReply.objects.filter(pk=_id(value)).first()
    if found is None:
        raise ValidationError(_("There is no such canned reply any more."))
    return found


def read_moment(value: Any) -> datetime:
    """A moment (ISO 8601), or hours from now."""
    text = str(value).strip()
    if text.isdecimal() and 0 < int(text) <= LONGEST_SNOOZE_HOURS:
        return timezone.now() + timedelta(hours=int(text))
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(_("Choose until when."))
    moment = timezone.make_aware(found) if timezone.is_naive(found) else found
    if moment <= timezone.now():
        raise ValidationError(_("Choose a moment that is still to come."))
    return moment


def _id(value: Any) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise ValidationError(_("This is no id.")) from None


STEPS = (
    StepKind(
        name="reply", label=gettext_lazy("Reply"), done=gettext_lazy("The reply leaves in a moment."), icon="reply",
        do=_reply, undo=_take_reply_back, value="text", value_label=gettext_lazy("Text"), read=read_text,
    ),
    StepKind(
        name="canned_reply", label=gettext_lazy("Reply with a canned reply"), done=gettext_lazy("The reply leaves in a moment."),
        icon="message-square-quote", do=_canned, undo=_take_reply_back, value="canned_reply",
        value_label=gettext_lazy("Canned reply"), read=read_canned_reply,
    ),
    StepKind(
        name="note", label=gettext_lazy("Internal note"), done=gettext_lazy("Noted."), icon="sticky-note", do=_note,
        value="text", value_label=gettext_lazy("Text"), read=read_text,
    ),
    StepKind(
        name="label", label=gettext_lazy("Add a label"), done=gettext_lazy("Labelled."), icon="tag", do=_label,
        undo=_undo_label, value="label", value_label=gettext_lazy("Label"), read=read_label,
    ),
    StepKind(
        name="unlabel", label=gettext_lazy("Remove a label"), done=gettext_lazy("The label is off."), icon="tag",
        do=_unlabel, undo=_undo_unlabel, value="label", value_label=gettext_lazy("Label"), read=read_label,
    ),
    StepKind(
        name="assign", label=gettext_lazy("Give to a person"), done=gettext_lazy("Given."), icon="user-round-check",
        do=give_to, undo=_give_back, value="agent", value_label=gettext_lazy("Person"), read=read_agent,
    ),
    StepKind(
        name="queue", label=gettext_lazy("Move to a queue"), done=gettext_lazy("Moved."), icon="layers", do=move_to,
        undo=_move_back, value="queue", value_label=gettext_lazy("Queue"), read=read_queue,
    ),
    StepKind(
        name="snooze", label=gettext_lazy("Snooze"), done=gettext_lazy("Snoozed."), icon="alarm-clock", do=_snooze,
        undo=_back_to_state, value="moment", value_label=gettext_lazy("Hours"), read=read_moment,
    ),
    StepKind(
        name="close", label=gettext_lazy("Close"), done=gettext_lazy("Closed."), icon="check", do=_close,
        undo=_back_to_state,
    ),
    StepKind(
        name="spam", label=gettext_lazy("Spam"), done=gettext_lazy("Marked as spam."), icon="shield-alert", do=_spam,
        undo=_back_to_state,
    ),
    StepKind(
        name="reopen", label=gettext_lazy("Reopen"), done=gettext_lazy("Open again."), icon="rotate-ccw", do=_reopen,
        undo=_back_to_state,
    ),
)  # fmt: skip
"""In the order a macro offers them."""


def choices_of(user: Any, value: str) -> list[tuple[str, str]]:
    """What a step's value can be, for a user: (value, words)."""
    if value == "agent":
        return [(str(line.user.pk), str(line.user)) for line in work.agents_for(user)]
    if value == "queue":
        return [(str(one.pk), str(one)) for one in work.queues_for(user)]
    if value == "canned_reply":
        return [(str(one.pk), one.name) for one in CannedReply.objects.usable_by(user)]
    return []
