"""The rows of the inbox: conversations, what is written in them, canned replies and macros."""

from tests.permissions.rows import SIGNED_IN, row

_SEE, _ANSWER, _CHANGE = (
    "interactions.view_conversation",
    "interactions.answer_conversation",
    "interactions.change_conversation",
)
_TALK = {"sees": _SEE, "pk": "talk"}
_BOOK = "customers.view_contact"

INBOX = [
    *row("inbox:inbox", "GET", _SEE, anywhere=True),
    *row("inbox:inbox", "GET", _SEE, query="view=open"),
    *row("inbox:conversation", "GET", _SEE, pk="talk"),
    *row("inbox:messages", "GET", _SEE, pk="talk"),
    *row("inbox:head", "GET", _SEE, pk="talk"),
    *row("inbox:customer", "GET", _SEE, pk="talk"),
    *row("inbox:history", "GET", _SEE, pk="talk"),
    *row("inbox:times", "GET", _SEE, pk="talk"),
    *row("inbox:offers", "GET", _SEE, pk="talk"),
    *row("inbox:colleagues", "GET", _SEE, pk="talk"),
    *row("inbox:offered_macros", "GET", _SEE, pk="talk"),
    *row("inbox:presence", "POST", _SEE, pk="talk", data={"state": "viewing"}),
    *row("inbox:message", "GET", _SEE, pk="said"),
    *row("inbox:body", "GET", _SEE, pk="said"),
    *row("inbox:draft", "POST", _ANSWER, data={"text": "Hello"}, **_TALK),
    *row("inbox:reply", "POST", _ANSWER, data={"text": "Hello"}, **_TALK),
    *row("inbox:note", "POST", _ANSWER, data={"text": "Hello"}, **_TALK),
    *row("inbox:taking_back", "POST", _ANSWER, sees=_SEE, pk="answer"),
    *row("inbox:repetition", "POST", _ANSWER, sees=_SEE, pk="failed_answer"),
    *row("inbox:filing", "GET", _CHANGE, **_TALK),
    *row(
        "inbox:filing",
        "POST",
        _CHANGE,
        data={"customer": "contact:{contact}"},
        sees=f"{_SEE} {_BOOK}",
        pk="talk",
    ),
    *row("inbox:splitting", "GET POST", _CHANGE, **_TALK),
    *row("inbox:joining", "POST", _CHANGE, **_TALK),
    *row("inbox:running", "POST", _CHANGE, sees=_SEE, pk="talk", macro_id="macro"),
    *row("inbox:change", "POST", _CHANGE, sees=_SEE, data={"step": "close", "selected": "{talk}"}),
    *row("inbox:undoing", "POST", SIGNED_IN),
    *row("inbox:canned_reply_deletion", "POST", _ANSWER, anywhere=True, pk="canned_reply"),
    *row("inbox:macro_deletion", "POST", _ANSWER, anywhere=True, pk="macro"),
    *row("inbox:choosing", "GET", _SEE, anywhere=True, step="snooze"),
    *row("inbox:canned_replies", "GET", _ANSWER, anywhere=True),
    *row("inbox:canned_reply_new", "GET POST", _ANSWER, anywhere=True),
    *row("inbox:canned_reply", "GET", _ANSWER, anywhere=True, pk="canned_reply"),
    *row("inbox:macros", "GET", _ANSWER, anywhere=True),
    *row("inbox:macro_new", "GET POST", _ANSWER, anywhere=True),
    *row("inbox:macro", "GET", _ANSWER, anywhere=True, pk="macro"),
    *row("inbox:preferences", "GET POST", _ANSWER, anywhere=True),
    *row("inbox:contact_conversations", "GET", _SEE, sees="customers.view_contact", pk="contact"),
    *row("inbox:company_conversations", "GET", _SEE, sees="customers.view_company", pk="company"),
]
