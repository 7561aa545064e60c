from .conversations import Conversation, ConversationState, Message, MessageKind, MessageState
from .timeline import FollowUp, Interaction, InteractionQuerySet, Participant

__all__ = [
    "Conversation",
    "ConversationState",
    "FollowUp",
    "Interaction",
    "InteractionQuerySet",
    "Message",
    "MessageKind",
    "MessageState",
    "Participant",
]
