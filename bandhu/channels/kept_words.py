"""Why something did not work, as it is written down: one English sentence of ours, and in brackets what another side said.

Whoever reads it gets the sentence in their language; programs get its code, which stays when words change.
"""

from __future__ import annotations

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# What may be wrong with a mail server.
SERVER_SENTENCES: dict[str, Promise] = {
    "inside": _("This server lies inside our own network. Only servers on the internet are called, unless the operator allows it."),
    "port": _("This port belongs to another service than mail. Usual ports are 587 and 465 for sending, 993 for reading."),
    "unknown_host": _("No computer on the internet has this name. Check the name of the server."),
    "refused": _("The server refuses the connection. Check the port."),
    "no_answer": _("The server does not answer. Check its name and port, and whether a firewall stands between."),
    "certificate": _("The server's certificate is not valid for this name, so nothing was sent to it."),
    "no_tls": _("The server does not speak TLS here. Check the port and the kind of encryption."),
    "sign_in": _("The server does not accept the user name or the password."),
    "folder": _("The mailbox has no folder of this name."),
    "protocol": _("The server answers something that is not mail. Check the port."),
    "broken_off": _("The server broke the connection off."),
    "consent": _("The provider does not let us into this mailbox. Sign in there again."),
    "client": _("The provider does not accept our client ID or its secret. Correct them on the page of the provider."),
    "provider": _("The provider's sign-in does not answer as it should. It is tried again."),
    "key_lost": _("The password can no longer be read, because the installation's key changed. Enter it again."),
}  # fmt: skip
# Why a notice of a service was refused, or kept for a person; in brackets the name that its part has with the service.
NOTICE_SENTENCES: dict[str, Promise] = {
    "forged": _("The signature or the secret does not fit: the service itself did not send this."),
    "not_now": _("It is more than five minutes older or newer than now."),
    "asks_nothing": _("Nothing is asked at this address."),
    "takes_no_notices": _("This channel takes no notices."),
    "no_form": _("What came is no form."),
    "no_json": _("What came is no JSON object."),
    "other_kind": _("What came is no notice of this service."),
    "says_nothing": _("The notice says nothing that we know."),
    "part_missing": _("A part is missing without which the notice cannot be understood."),
    "no_list": _("A part that must be a list is none."),
    "no_object": _("A part that must be an object is none."),
    "no_text": _("A part that must be a text is none."),
    "no_number": _("A part that must be a number is none."),
    "no_truth": _("A part that must be true or false is neither."),
    "no_moment": _("A part that must be a moment is none."),
    "no_content": _("The content of a file cannot be read."),
    "file_elsewhere": _("A file does not lie at the service."),
    "file_too_large": _("A file is larger than this channel takes."),
    "file_not_given": _("The service does not give a file."),
    "not_sent_here": _("It tells of a message that was not sent from here."),
    "answers_ill": _("The service does not answer as it should."),
    "our_mistake": _("The program made a mistake while it read this. Try it again after the next version."),
}
_SENTENCES: dict[str, Promise] = (
    SERVER_SENTENCES
    | NOTICE_SENTENCES
    | {
        "no_account": _("The mail account was removed or switched off."),
        "no_mailbox": _("The mailbox was removed or cannot send."),
        "no_mailbox_for_answers": _("No mailbox is connected that could send the answer."),
        "no_address_for_answers": _("No address is set to which answers are sent."),
        "not_put_together": _("The mail cannot be put together."),
        "stopped_with_server": _("The program stopped while the server had the mail."),
        "broke_with_server": _("The connection broke while the server had the mail."),
        "stopped_with_service": _("The program stopped while the service had the message."),
        "delayed": _("Delayed: the server of the recipient is still being tried."),
        "channel_removed": _("The channel was removed."),
        "too_long": _("The message is longer than this channel carries."),
        "too_late": _("The customer wrote too long ago: this channel allows only an approved template now."),
        "no_files": _("This channel carries no files."),
        "no_header_file": _("The file that stands above the words of the template is missing."),
        "empty": _("There is nothing in the message."),
        "not_read": _("The service does not give what is new."),
        "unreached": _("The service is not reached."),
        "answer_too_long": _("The service's answer is too long to be read."),
        "silent": _("The service did not say whether it took the message."),
        "too_much": _("The service asks to wait: too much was sent."),
        "service_ill": _("The service itself is in trouble."),
        "service_sign_in": _("The service does not let this account in, or does not let it send."),
        "no_business_account": _(
            "Enter the ID of the WhatsApp Business account in the settings of the channel first."
        ),
        "templates_not_given": _(
            "The service does not give its templates. Check the account's ID and whether the token may manage it."
        ),
        "service_refuses": _("The service does not take the message."),
    }
)
# The code of what another side said, where no sentence of ours stands before it.
OTHERS_WORDS = "said_by_others"


def kept(code: str, said: object = "") -> str:
    """The sentence of a code as it is written down, with what another side said of it."""
    with translation.override("en"):
        return f"{_SENTENCES[code]} ({said})" if said else f"{_SENTENCES[code]}"


def in_readers_language(words: str) -> str:
    """The sentence translated, with what a server said of it, in brackets behind, as it was said; other words as they are.

    What stands in the brackets may be such a sentence itself.
    """
    if not words:
        return ""
    if (whole := gettext(words)) != words:
        return whole
    sentence, bracket, said = words.partition(" (")
    translated = gettext(sentence) if bracket and sentence else sentence
    if translated == sentence:
        return words
    return (
        f"{translated} ({in_readers_language(said[:-1])})" if said.endswith(")") else f"{translated} ({said}"
    )


def code_of(words: str) -> str:
    """The code of what was written down; OTHERS_WORDS where none of our sentences begins it, "" where nothing stands."""
    if not words:
        return ""
    with translation.override("en"):
        known = {str(sentence): code for code, sentence in _SENTENCES.items()}
    return known.get(words) or known.get(words.partition(" (")[0], OTHERS_WORDS)
