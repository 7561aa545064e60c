"""Where apps above help with a conversation: what one message says in other words, and what to answer.

An aid is a `Panel` of one of these kinds, registered in the app's `registrations.py`. Nobody registers one here, and nothing is shown then.
"""

MESSAGE_AID = "message"
"""A button under each message of the customer (a translation); what its address answers, by the message's id, stands under the message."""

REPLY_AID = "reply"
"""A button in the box of an answer (a suggestion); what its address answers, by the conversation's id, stands above the text. A button in it
with data-action="composer#take" and data-text (and data-html where it is formatted) puts those words where the caret is."""
