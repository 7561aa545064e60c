"""Who a conversation is with: settled by rule when it begins, and put right by people when the rule was wrong."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.customers.actions.persons import contact_behind
from bandhu.customers.models import Company, Contact
from bandhu.identity.acting import action
from bandhu.identity.models import Team, User
from bandhu.interactions.actions.conversations import change_row, facts_of, file_conversation, locked
from bandhu.interactions.actions.messages import recount
from bandhu.interactions.events import ConversationClosed, ConversationStarted
from bandhu.interactions.models import Conversation, Interaction, Message
from bandhu.interactions.recognition import LIKELY, SURE, UNPROVEN, settled
from bandhu.platform.audit import record_change
from bandhu.platform.events import publish
from bandhu.platform.ids import new_id
from bandhu.platform.mail_addresses import mail_key


@action("interactions.change_conversation")
def settle_person(
    conversation: Conversation,
    *,
    actor: User,
    owner: User | None = None,
    team: Team | None = None,
    anew: bool = False,
) -> Contact | None:
    """The contact behind a conversation, filed with it: the one of earlier exchanges, the one in the book with the same
    address or number, else a new one. With `anew` a new one whatever the rules say. None where nothing is known to call somebody by.

    `details["settled"]` keeps by which rule ("before", "address", "new") and how sure it is (0 to 1).
    """
    conversation = locked(conversation)
    if conversation.contact is not None:
        return conversation.contact
    before = None if anew else _as_before(conversation)
    contact, rule, confidence = before, "before", SURE
    if contact is None:
        begun = timezone.now()
        contact = _by_address(conversation, actor, owner, team, anew=anew)
        if contact is None:
            return None
        rule, confidence = ("new", UNPROVEN) if contact.created_at >= begun else ("address", LIKELY)
    filed = file_conversation(conversation, actor=actor, customer=contact)
    # Only a person says that it is somebody else than the rules say; that is remembered for the next time.
    by_hand = {"by_hand_at": timezone.now().isoformat()} if anew and not actor.is_system else {}
    filed.details = filed.details | settled(rule, confidence, **by_hand)
    filed.save(update_fields=["details"])
    return contact


@action("interactions.change_conversation")
def give_address(conversation: Conversation, *, actor: User, address: str) -> Conversation:
    """Where the other side is reached, told later; one that is known stays."""
    if not (conversation := locked(conversation)).person_address:
        change_row(conversation, actor, person_address=address[:254])
    return conversation


@action("interactions.change_conversation")
def split_conversation(
    conversation: Conversation,
    *,
    actor: User,
    messages: list[UUID],
    customer: Contact | Company | None = None,
    version: int | None = None,
) -> Conversation:
    """Take messages out into a conversation of their own, with `customer` or with nobody yet; returns the new one.

    What stands on the timeline goes along; without a customer it leaves the timeline. `join_again` takes it back.
    Raises ValidationError where nothing or everything would move.
    """
    conversation = locked(conversation, version)
    moved = Message.objects.filter(conversation=conversation, pk__in=messages)
    first = moved.order_by("pk").first()
    if first is None:
        raise ValidationError(_("Choose the messages that belong to somebody else."))
    if not Message.objects.filter(conversation=conversation).exclude(pk__in=messages).exists():
        raise ValidationError(_("File the whole conversation instead: nothing would be left of it."))
    apart = _copy_of(conversation, first, customer)
    entries = [pk for pk in moved.values_list("interaction_id", flat=True) if pk]
    moved.update(conversation=apart)
    _put_on_timeline(entries, apart)
    for one in (conversation, apart):
        recount(one)
    record_change(
        "split",
        actor=actor,
        kind="conversation",
        record_id=conversation.pk,
        title=str(conversation),
        changes={"into": (None, str(apart.pk))},
    )
    publish(ConversationStarted(**facts_of(apart), language=apart.language), actor=actor)
    return apart


@action("interactions.change_conversation")
def join_again(apart: Conversation, *, actor: User) -> Conversation:
    """Undo a split: all messages go back to where they were; the emptied conversation is gone."""
    apart = locked(apart)
    origin = Conversation.objects.filter(pk=apart.details.get("split_from")).first()
    if origin is None:
        raise ValidationError(_("This conversation was not split off another one."))
    origin = locked(origin)
    moved = Message.objects.filter(conversation=apart)
    entries = [pk for pk in moved.values_list("interaction_id", flat=True) if pk]
    moved.update(conversation=origin)
    _put_on_timeline(entries, origin)
    recount(origin)
    record_change(
        "joined", actor=actor, kind="conversation", record_id=origin.pk, title=str(origin),
        changes={"from": (str(apart.pk), None)},
    )  # fmt: skip
    publish(ConversationClosed(**facts_of(apart), state=apart.state), actor=actor)
    apart.delete()
    return origin


def _as_before(conversation: Conversation) -> Contact | None:
    """Whom the same account in the same place was with the last time."""
    if not (conversation.person_key and conversation.place):
        return None
    earlier = Conversation.objects.filter(place=conversation.place, person_key=conversation.person_key)
    earlier = earlier.filter(contact__isnull=False, contact__deleted_at__isnull=True)
    last = earlier.select_related("contact").order_by("-active_at").first()
    return last.contact if last else None


def _by_address(
    conversation: Conversation, actor: User, owner: User | None, team: Team | None, *, anew: bool
) -> Contact | None:
    address = conversation.person_address
    mail = address if mail_key(address) else ""
    phone = address if not mail and address.lstrip("+").isdecimal() else ""
    if not (conversation.person_name or mail or phone):
        return None
    person: dict[str, Any] = {
        "full_name": conversation.person_name,
        "mail": mail,
        "phone": phone,
        "language": conversation.language,
    }
    return contact_behind(person, actor=actor, owner=owner, team=team, anew=anew)


def _copy_of(conversation: Conversation, first: Message, customer: Contact | Company | None) -> Conversation:
    """A conversation on the same channel with the same account, begun by `first`."""
    contact = customer if isinstance(customer, Contact) else None
    is_same = customer is not None and customer == (conversation.contact or conversation.company)
    return Conversation.objects.create(
        id=new_id(first.at),
        channel=conversation.channel,
        place=conversation.place,
        contact=contact,
        company=customer.company if isinstance(customer, Contact) else customer,
        person_name=first.author_name if first.direction == Interaction.Direction.IN else "",
        # Somebody else's messages are not answered to this account.
        person_address=conversation.person_address if is_same else "",
        person_key=conversation.person_key if is_same else "",
        subject=conversation.subject,
        language=conversation.language,
        team=conversation.team,
        last_message_at=first.at,
        active_at=timezone.now(),
        created_at=first.at,
        details={"split_from": str(conversation.pk)},
    )


def _put_on_timeline(entries: list[UUID], conversation: Conversation) -> None:
    """An entry always belongs to somebody: with nobody to belong to it is taken off, and comes back when it has."""
    rows = Interaction.objects.filter(pk__in=entries)
    if conversation.contact_id or conversation.company_id:
        rows.update(contact=conversation.contact, company=conversation.company, deleted_at=None)
    else:
        rows.update(deleted_at=timezone.now())
