"""The write door of channels."""

from .accounts import change_account, create_account, create_own_account, delete_account
from .acknowledging import acknowledge
from .approved import (
    FilledTemplate,
    fetch_templates,
    fetch_templates_of,
    filled_template,
    keep_templates,
    refuse_header_file,
)
from .batches import receive_mail
from .beginning import open_exchange, refusal_of
from .channels import change_channel, create_channel, pause_channel, remove_channel
from .chat_mails import look_after_answer, mail_link, mail_transcript, mail_unseen
from .chat_timeline import write_down
from .chats import MAX_FILE_BYTES as MAX_CHAT_FILE
from .chats import (
    end_chat,
    note_seen,
    prove_mail,
    say_in_chat,
    send_file_in_chat,
    start_chat,
    tell_agent_types,
    tell_visitor_types,
)
from .chats import take_mail as take_chat_mail
from .counting_again import count_old_answers, settle_counting
from .dispatch import look_after_messages, queue_message, send_message, send_message_again
from .filing import file_as, file_with, make_contact, refile_mails
from .intake import discard_notice, look_after_notices, poll_channel, read_notice, replay_notice, take_notice
from .mailbox_health import pause_account, resume_account, try_kept_again
from .notices import send_notice
from .outbox import send_queued, settle_lost
from .pictures import allow_pictures, block_pictures
from .providers import delete_provider, set_provider, sign_account_in
from .receiving import queue_reading, queue_readings, read_account
from .replying import post_message
from .requests import Upload, enclose_files, read_files, submit_request
from .signing import make_signing_key, use_signing_key
from .templates import ensure_letters, set_template
from .tracking import follow_link, forget_openings, note_opening, set_tracking
from .trials import send_trial
from .writing import delete_draft, send_again, take_back, trust_addresses, write_mail

__all__ = [
    "MAX_CHAT_FILE",
    "FilledTemplate",
    "Upload",
    "acknowledge",
    "allow_pictures",
    "block_pictures",
    "change_account",
    "change_channel",
    "count_old_answers",
    "create_account",
    "create_channel",
    "create_own_account",
    "delete_account",
    "delete_draft",
    "delete_provider",
    "discard_notice",
    "enclose_files",
    "end_chat",
    "ensure_letters",
    "fetch_templates",
    "fetch_templates_of",
    "file_as",
    "file_with",
    "filled_template",
    "follow_link",
    "forget_openings",
    "keep_templates",
    "look_after_answer",
    "look_after_messages",
    "look_after_notices",
    "mail_link",
    "mail_transcript",
    "mail_unseen",
    "make_contact",
    "make_signing_key",
    "note_opening",
    "note_seen",
    "open_exchange",
    "pause_account",
    "pause_channel",
    "poll_channel",
    "post_message",
    "prove_mail",
    "queue_message",
    "queue_reading",
    "queue_readings",
    "read_account",
    "read_files",
    "read_notice",
    "receive_mail",
    "refile_mails",
    "refusal_of",
    "refuse_header_file",
    "remove_channel",
    "replay_notice",
    "resume_account",
    "say_in_chat",
    "send_again",
    "send_file_in_chat",
    "send_message",
    "send_message_again",
    "send_notice",
    "send_queued",
    "send_trial",
    "set_provider",
    "set_template",
    "set_tracking",
    "settle_counting",
    "settle_lost",
    "sign_account_in",
    "start_chat",
    "submit_request",
    "take_back",
    "take_chat_mail",
    "take_notice",
    "tell_agent_types",
    "tell_visitor_types",
    "trust_addresses",
    "try_kept_again",
    "use_signing_key",
    "write_down",
    "write_mail",
]
