"""What feedback does when others publish."""

from uuid import UUID

from bandhu.feedback import actions
from bandhu.feedback.models import Occasion
from bandhu.interactions.events import ConversationClosed
from bandhu.interactions.models import Conversation, ConversationState
from bandhu.platform.events import subscribe
from bandhu.platform.models import EventRecord


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
