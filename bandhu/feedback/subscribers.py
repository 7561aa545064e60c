"""What feedback does when others publish."""

from uuid import UUID

from bandhu.feedback import actions
from bandhu.feedback.models import Occasion
from bandhu.interactions.events import ConversationClosed
from bandhu.interactions.models import Conversation, ConversationState
from bandhu.platform.events import subscribe
from bandhu.platform.models import EventRecord
from bandhu.service.events import TicketSolved
from bandhu.service.models import Ticket


@subscribe(ConversationClosed, wanted=lambda event: getattr(event, "state", "") == ConversationState.CLOSED)
def ask_after_a_conversation(event: ConversationClosed, record: EventRecord) -> None:
    """Whoever got an answer is asked about it; a conversation nobody answered is no service to be judged."""
    rows = Conversation.objects.select_related("contact__company", "assignee")
    talk = rows.filter(pk=UUID(event.conversation_id), state=ConversationState.CLOSED).first()
    if talk is None or talk.contact is None or talk.first_answered_at is None:
        return
    actions.ask_about(
        Occasion.CONVERSATION,
        ("conversation", talk.pk),
        talk.contact,
        agent=talk.assignee,
        channel=talk.channel,
        language=talk.language,
    )


@subscribe(TicketSolved)
def ask_after_a_ticket(event: TicketSolved, record: EventRecord) -> None:
    """One that was opened again meanwhile is asked about when it is solved for good."""
    rows = Ticket.objects.select_related("contact__company", "owner")
    ticket = rows.filter(pk=UUID(event.ticket_id), deleted_at=None).first()
    if ticket is None or ticket.contact is None:
        return
    actions.ask_about(
        Occasion.TICKET,
        ("ticket", ticket.pk),
        ticket.contact,
        agent=ticket.owner,
        channel=ticket.channel,
        language=ticket.language,
    )
